import { Arg, Ctx, Field, FieldResolver, Float, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { Methodology } from '../methodology/methodology.js'
import { methodologyInRequest } from '../methodology/versions.js'
import { Control } from './control.js'
import { planSampling } from './sampling-plan.actions.js'
import { PlanSamplingInput } from './sampling-plan.inputs.js'

@ObjectType({
  description:
    'By what the samples of a control are sized and judged. Fixed when its first population is imported; what it shows before then is what would be fixed now.',
})
export class SamplingPlan {
  @Field(() => Methodology, { description: 'The version of the firm’s methodology, with its table.' })
  methodology: Methodology

  @Field(() => Float, {
    description: 'The confidence of a statistical sample; of others, at which the limit is shown.',
  })
  confidence: number

  @Field(() => Float, { description: 'The highest deviation rate at which the control can still be relied on.' })
  tolerableRate: number

  @Field(() => Float, { nullable: true, description: 'The deviation rate foreseen; a statistical sample needs it.' })
  expectedRate: number | null

  @Field(() => Moment, {
    nullable: true,
    description: 'When it was fixed; null as long as no population was imported.',
  })
  fixedAt: Date | null
}

const PlanSamplingPayload = payloadOf('PlanSamplingPayload', {
  control: [() => Control, 'The control with its plan for sampling.'],
})

@Resolver(() => Control)
export class SamplingPlanResolver {
  @FieldResolver(() => SamplingPlan, { description: 'By what its samples are sized and judged.' })
  async samplingPlan(@Root() control: Control, @Ctx() context: Context): Promise<SamplingPlan> {
    const { loaders } = context
    const methodology = control.methodologyId
      ? ((await loaders.byId(Methodology, control.methodologyId)) as Methodology)
      : await methodologyInRequest(loaders)
    const { expectedRateBp } = control
    return {
      methodology,
      confidence: (control.confidenceBp ?? methodology.confidenceBp) / BASIS_POINTS,
      tolerableRate: (control.tolerableRateBp ?? methodology.tolerableRateBp) / BASIS_POINTS,
      expectedRate: expectedRateBp === null ? null : expectedRateBp / BASIS_POINTS,
      fixedAt: control.samplingFixedAt,
    }
  }

  @Mutation(() => PlanSamplingPayload, {
    description: 'Names the rates for all samples of a control, before its first population is imported.',
  })
  planSampling(@Arg('input', () => PlanSamplingInput) input: PlanSamplingInput, @Ctx() context: Context) {
    return context.runMutation(input, planSampling)
  }
}
