import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { ColumnCondition } from '../../kernel/store/condition.js'
import { isUuid, type Tx } from '../../kernel/store/work.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { SAMPLE_MAX } from '../../rules/sampling.js'
import { systematicStart } from '../../rules/selection.js'
import { nextStage, STAGES_MAX } from '../../rules/stages.js'
import type * as words from '../../rules/vocabulary.js'
import { ResultOutcome } from '../enums.js'
import { Member } from '../firm/member.js'
import { SamplingTable } from '../methodology/sampling-table.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { Evaluation, evaluationOf } from './evaluation.js'
import { SampleExtension, SampleStage } from './extension.js'
import { drawSample, extendSample } from './sample.actions.js'
import { DrawSampleInput, ExtendSampleInput } from './sample.inputs.js'
import { EXTENSIONS_MAX, parametersOf, Sample } from './sample.js'
import { SampleItem } from './sample-item.js'
import { SampleVerification, verificationOf } from './verification.js'

const SampleItemConnection = connectionOf(SampleItem, 'SampleItem')
const DrawSamplePayload = payloadOf('DrawSamplePayload', { sample: [() => Sample, 'The sample as it was drawn.'] })
const ExtendSamplePayload = payloadOf('ExtendSamplePayload', {
  sample: [() => Sample, 'The sample with the items added.'],
})

@ObjectType({ description: 'How many items of a sample came to what: every item drawn is in exactly one of these.' })
export class OutcomeCounts {
  @Field(() => Int, {
    description: 'Items without a deviation; among them those explained with approval.',
  })
  noDeviationCount: number

  @Field(() => Int, { description: 'Items with a deviation, those apart that could not be tested.' })
  deviatingCount: number

  @Field(() => Int, {
    description: 'Items that could not be tested, evidence being missing: they count as deviations.',
  })
  unableToTestCount: number

  @Field(() => Int, {
    description: 'Items to which nothing applied; they were replaced as far as the population went.',
  })
  notApplicableCount: number

  @Field(() => Int, { description: 'Items that still lack a result.' })
  outstandingCount: number
}

@InputType({ description: 'Which items; every condition given must hold.' })
export class SampleItemFilter {
  @Field(() => ResultOutcome, { nullable: true, description: 'Whose results come to this.' })
  outcome?: words.ResultOutcome | null

  @Field(() => Boolean, { nullable: true, description: 'Only those that still lack a result.' })
  outstanding?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether a result of it was recorded as DEVIATION or UNABLE_TO_TEST and says something else now, by an explanation or as the other of the two: for the reviewer to look at.',
  })
  corrected?: boolean | null
}

@ArgsType()
export class SampleItemArgs extends PageArgs {
  @Field(() => SampleItemFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: SampleItemFilter | null
}

/** More than half of what a request may cost (kernel/execute/limits.ts): reading a million items twice is not one query. */
const verificationCost = 30_000

@Resolver(() => Sample)
export class SampleResolver {
  @Query(() => Sample, { nullable: true, description: 'The sample with this id; null when there is none for you.' })
  async sample(
    @Arg('id', () => ID, { description: 'The id of the sample that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Sample | null> {
    return isUuid(id) ? (await context.tx()).one(Sample, { id }) : null
  }

  @Query(() => SampleVerification, {
    nullable: true,
    description:
      'The sample drawn again, now, and compared; null when there is none for you. Reads the whole population: one in a request.',
    complexity: verificationCost,
  })
  async verifySample(
    @Arg('sampleId', () => ID, { description: 'The id of the sample that is drawn again.' }) sampleId: string,
    @Ctx() context: Context,
  ): Promise<SampleVerification | null> {
    const tx = await context.tx()
    const sample = isUuid(sampleId) ? await tx.one(Sample, { id: sampleId }) : null
    if (!sample) return null
    const verification = await verificationOf(tx, sample)
    context.request.cost.charge(verification.itemCount * costs.verified)
    return verification
  }

  @FieldResolver(() => Procedure, { description: 'The procedure that tests it.' })
  procedure(@Root() sample: Sample, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, sample.procedureId)
  }

  @FieldResolver(() => Population, { description: 'The population it was drawn from.' })
  population(@Root() sample: Sample, @Ctx() context: Context): Promise<Population | null> {
    return context.loaders.byId(Population, sample.populationId)
  }

  @FieldResolver(() => Member, { description: 'The auditor who drew the sample.' })
  drawnBy(@Root() sample: Sample, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, sample.createdBy)
  }

  @FieldResolver(() => SamplingTable, {
    nullable: true,
    description: 'The version of the firm’s table that gave its size; null where another basis did.',
  })
  samplingTable(@Root() sample: Sample, @Ctx() context: Context): Promise<SamplingTable | null> {
    return context.loaders.byId(SamplingTable, sample.samplingTableId)
  }

  @FieldResolver(() => Float, { description: 'The confidence at which it is evaluated.' })
  confidence(@Root() sample: Sample): number {
    return sample.confidenceBp / BASIS_POINTS
  }

  @FieldResolver(() => Float, { description: 'The highest deviation rate at which the control could be relied on.' })
  tolerableRate(@Root() sample: Sample): number {
    return sample.tolerableRateBp / BASIS_POINTS
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'The deviation rate foreseen when the size was computed.',
  })
  expectedRate(@Root() sample: Sample): number | null {
    return sample.expectedRateBp === null ? null : sample.expectedRateBp / BASIS_POINTS
  }

  @FieldResolver(
    () => [Int],
    atMost(
      SAMPLE_MAX,
      'How many items were drawn at first, and by each extension and each replacement since: with the seed, all that a redraw needs.',
    ),
  )
  draws(@Root() sample: Sample): number[] {
    return parametersOf(sample).draws
  }

  @FieldResolver(() => String, { nullable: true, description: 'STRATIFIED: the column that names an item’s stratum.' })
  stratumColumn(@Root() sample: Sample): string | null {
    return parametersOf(sample).stratumColumn
  }

  @FieldResolver(() => Int, { nullable: true, description: 'SYSTEMATIC: the start, derived from the seed.' })
  systematicStart(@Root() sample: Sample): number | null {
    return sample.method === 'SYSTEMATIC' ? systematicStart(sample.seed as string, sample.populationSize) : null
  }

  @FieldResolver(
    () => [SampleStage],
    atMost(STAGES_MAX, 'By what it may be extended, fixed before it was drawn; any other extension dilutes.'),
  )
  stages(@Root() sample: Sample): readonly SampleStage[] {
    return parametersOf(sample).stages
  }

  @FieldResolver(() => SampleStage, {
    nullable: true,
    description: 'The stage that comes next; null where there is none, or another extension left the plan.',
  })
  nextStage(@Root() sample: Sample): SampleStage | null {
    const { stages, extensions } = parametersOf(sample)
    return nextStage(
      stages,
      extensions.map(({ kind }) => kind),
    )
  }

  @FieldResolver(() => [SampleExtension], atMost(EXTENSIONS_MAX, 'By what it was extended, and why, oldest first.'))
  extensions(@Root() sample: Sample): SampleExtension[] {
    return parametersOf(sample).extensions.map((one) => ({ ...one, extendedAt: new Date(one.at) }))
  }

  @FieldResolver(() => OutcomeCounts, { description: 'Its items by outcome: kept with the sample.' })
  counts(@Root() sample: Sample): OutcomeCounts {
    const { itemCount, deviationCount, noDeviationCount, notApplicableCount, unableToTestCount } = sample
    const deviatingCount = deviationCount - unableToTestCount
    const outstandingCount = itemCount - noDeviationCount - deviationCount - notApplicableCount
    return { noDeviationCount, deviatingCount, unableToTestCount, notApplicableCount, outstandingCount }
  }

  @FieldResolver(() => Evaluation, { description: 'What its results mean, computed.', complexity: 20 })
  evaluation(@Root() sample: Sample, @Ctx() context: Context): Promise<Evaluation> {
    return evaluationOf(context.loaders, sample)
  }

  @FieldResolver(() => SampleItemConnection, { description: 'Its items, in the order of drawing.' })
  async items(
    @Root() sample: Sample,
    @Args(() => SampleItemArgs) { filter, ...args }: SampleItemArgs,
    @Ctx() context: Context,
  ): Promise<Page<SampleItem>> {
    const tx = await context.tx()
    const where = {
      ...(filter?.outcome ? { outcome: filter.outcome } : {}),
      ...(filter?.outstanding ? { outcome: null } : {}),
      ...(typeof filter?.corrected === 'boolean' ? { id: corrected(tx, filter.corrected) } : {}),
    }
    return pageWithin(context, SampleItem, ['sampleId', sample.id], where, args, { by: 'position', direction: 'asc' })
  }

  @Mutation(() => DrawSamplePayload, { description: 'Draws the sample of a procedure.' })
  drawSample(@Arg('input', () => DrawSampleInput) input: DrawSampleInput, @Ctx() context: Context) {
    return context.runMutation(input, drawSample)
  }

  @Mutation(() => ExtendSamplePayload, { description: 'Adds the next items to a sample. It only ever grows.' })
  extendSample(@Arg('input', () => ExtendSampleInput) input: ExtendSampleInput, @Ctx() context: Context) {
    return context.runMutation(input, extendSample)
  }
}

/** A condition on an item's id. */
const corrected = (tx: Tx, is: boolean) =>
  new ColumnCondition(
    (id, bind) => `${is ? '' : 'not'} exists (select 1 from result r
      where r.firm_id = ${bind(tx.firmId)} and r.sample_item_id = ${id} and r.corrected_from is not null)`,
  )

/** The sample as a part of the procedure that tests it. */
@Resolver(() => Procedure)
export class ProcedureSample {
  @FieldResolver(() => Sample, { nullable: true, description: 'The items it tests; null until they are drawn.' })
  sample(@Root() procedure: Procedure, @Ctx() context: Context): Promise<Sample | null> {
    return context.loaders.child(Sample, 'procedureId', procedure.id)
  }
}
