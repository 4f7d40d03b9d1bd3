import { Ctx, Field, FieldResolver, Float, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { Control } from '../control/control.js'
import { type ControlFigures, controlFigures } from './control-figures.js'

@ObjectType({
  description:
    'What was found in all samples of a control, over its whole period: every population, every extension. Computed, never typed in.',
})
export class ControlEvaluation implements ControlFigures {
  @Field(() => Int, { description: 'Items tested; one that several procedures test is one item.' })
  testedCount: number

  @Field(() => Int, { description: 'Items that deviate, evidence missing included.' })
  deviationCount: number

  @Field(() => Int, { description: 'Items that looked like deviations and were explained, with approval.' })
  explainedCount: number

  @Field(() => Int, { description: 'Items to which the control does not apply: they are not among those tested.' })
  notApplicableCount: number

  @Field(() => Int, { description: 'Items drawn that still lack a result.' })
  outstandingCount: number

  @Field(() => Float, { nullable: true, description: 'Deviations per item tested; null when none is tested.' })
  observedRate: number | null

  @Field(() => Int, {
    nullable: true,
    description:
      'How many deviations are accepted over all of it: slices accept no more than the whole. Null where no basis names a number.',
  })
  acceptedCount: number | null

  @Field(() => Float, {
    nullable: true,
    description:
      'The one-sided upper deviation limit over the items that chance chose, rounded up to 0.1 %. Null where there is none.',
  })
  upperDeviationLimit: number | null

  @Field(() => Boolean, { description: 'The limit decides nothing: no sample of the control is statistical.' })
  limitIsInformation: boolean

  @Field(() => Boolean, { description: 'A sample was extended after results were seen: the limit is nominal.' })
  limitIsNominal: boolean

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether what was found supports reliance on the control: the verdict of its bases, over all of it. Null where no basis gives a verdict, and until every item has its result.',
  })
  supportsReliance: boolean | null

  @Field(() => Int, {
    description: 'Items that deviate, with those explained or said to be outside the control, as they looked at first.',
  })
  asFoundDeviationCount: number

  @Field(() => Boolean, {
    nullable: true,
    description:
      'The verdict, were each of those the deviation it looked like: where it differs, explanations changed the verdict.',
  })
  asFoundSupportsReliance: boolean | null

  /** What it is of, for what is evaluated further. */
  control: Control
}

/** The figures of a control as a part of it. */
@Resolver(() => Control)
export class ControlEvaluationResolver {
  @FieldResolver(() => ControlEvaluation, {
    description: 'What was found in all its samples, and whether it supports reliance.',
    complexity: 20,
  })
  async evaluation(@Root() control: Control, @Ctx() context: Context): Promise<ControlEvaluation> {
    const [figures] = await controlFigures(context.loaders, [control])
    return { ...(figures as ControlFigures), control }
  }
}
