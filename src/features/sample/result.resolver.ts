import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Member } from '../firm/member.js'
import { intakeLimits } from '../population/intake.js'
import { Population } from '../population/population.js'
import { fieldsOf, ItemField } from '../population/population-item.js'
import { Attribute } from '../procedure/attribute.js'
import { limits as procedureLimits } from '../procedure/procedure.inputs.js'
import { decideExplanation, explainDeviation } from './explanation.actions.js'
import { recordResult, recordResults } from './result.actions.js'
import {
  DecideExplanationInput,
  ExplainDeviationInput,
  limits,
  RecordResultInput,
  RecordResultsInput,
} from './result.inputs.js'
import { Result } from './result.js'
import { Sample } from './sample.js'
import { SampleItem } from './sample-item.js'

const sample = [() => Sample, 'The sample with its counters.'] as const
const result = [() => Result, 'The result as the act left it.'] as const
const RecordResultPayload = payloadOf('RecordResultPayload', {
  result,
  sampleItem: [() => SampleItem, 'The item of the sample that was tested.'],
  sample,
})
const RecordResultsPayload = payloadOf('RecordResultsPayload', {
  results: [() => [Result], atMost(limits.inOneCall, 'The results, in the order of the entries.')],
  sample,
})
const ExplainDeviationPayload = payloadOf('ExplainDeviationPayload', { result, sample })
const DecideExplanationPayload = payloadOf('DecideExplanationPayload', { result, sample })

@Resolver(() => SampleItem)
export class SampleItemResolver {
  @FieldResolver(() => [ItemField], atMost(intakeLimits.columns, 'Every cell of the item’s row, as it was imported.'))
  async fields(@Root() item: SampleItem, @Ctx() context: Context): Promise<ItemField[]> {
    const { loaders } = context
    const drawn = await loaders.byId(Sample, item.sampleId)
    const population = await loaders.byId(Population, drawn?.populationId ?? null)
    return fieldsOf(population?.columns ?? [], item.cells)
  }

  @FieldResolver(() => [Result], atMost(procedureLimits.attributes, 'Its results, in the order they were recorded.'))
  results(@Root() item: SampleItem, @Ctx() context: Context): Promise<Result[]> {
    return context.loaders.children(Result, 'sampleItemId', item.id, { id: 'asc' })
  }

  @FieldResolver(() => SampleItem, { nullable: true, description: 'The item it was drawn in place of.' })
  replaces(@Root() item: SampleItem, @Ctx() context: Context): Promise<SampleItem | null> {
    return context.loaders.byId(SampleItem, item.replacesId)
  }
}

@Resolver(() => Result)
export class ResultResolver {
  @FieldResolver(() => SampleItem, { description: 'The item of the sample that was tested.' })
  sampleItem(@Root() row: Result, @Ctx() context: Context): Promise<SampleItem | null> {
    return context.loaders.byId(SampleItem, row.sampleItemId)
  }

  @FieldResolver(() => Attribute, { description: 'The attribute that the item was tested for.' })
  attribute(@Root() row: Result, @Ctx() context: Context): Promise<Attribute | null> {
    return context.loaders.byId(Attribute, row.attributeId)
  }

  @FieldResolver(() => Member, { description: 'The auditor who recorded the result.' })
  recordedBy(@Root() row: Result, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, row.recordedBy)
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'Who proposed that it is no deviation, or that nothing applies.',
  })
  explainedBy(@Root() row: Result, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, row.explainedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The manager or the partner who decided on that.' })
  explanationDecidedBy(@Root() row: Result, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, row.explanationDecidedBy)
  }

  @Mutation(() => RecordResultPayload, { description: 'Records what an item showed for an attribute, or corrects it.' })
  recordResult(@Arg('input', () => RecordResultInput) input: RecordResultInput, @Ctx() context: Context) {
    return context.runMutation(input, recordResult)
  }

  @Mutation(() => RecordResultsPayload, {
    description: 'Records up to 1,000 results at once: all of them, or none with the reason for each at fault.',
  })
  recordResults(@Arg('input', () => RecordResultsInput) input: RecordResultsInput, @Ctx() context: Context) {
    return context.runMutation(input, recordResults)
  }

  @Mutation(() => ExplainDeviationPayload, {
    description:
      'Proposes, with the reason and what shows it, that a deviation is none: the control operated nevertheless, or does not apply to the item.',
  })
  explainDeviation(@Arg('input', () => ExplainDeviationInput) input: ExplainDeviationInput, @Ctx() context: Context) {
    return context.runMutation(input, explainDeviation)
  }

  @Mutation(() => DecideExplanationPayload, {
    description:
      'A manager or the partner, who neither recorded nor explained it, agrees that a deviation is none or that nothing applies, or does not: then a deviation stands, and what was said not to apply is recorded anew. The partner alone decides where the explanations of the control, over all its samples together, change its verdict. What it rests on shows operation when it was due: an approval given later is none.',
  })
  decideExplanation(
    @Arg('input', () => DecideExplanationInput) input: DecideExplanationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, decideExplanation)
  }
}
