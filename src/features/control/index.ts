import { Control } from './control.js'
import { ControlResolver, CriterionControlsResolver, EngagementControlsResolver } from './control.resolver.js'
import { ControlCriterion } from './control-criterion.js'
import { ControlReliance } from './control-reliance.js'
import { RelianceResolver } from './reliance.resolver.js'
import { planSamplingGate } from './sampling-plan.actions.js'
import { SamplingPlanResolver } from './sampling-plan.resolver.js'

export const control = {
  name: 'control',
  rows: [Control, ControlCriterion, ControlReliance],
  resolvers: [
    ControlResolver,
    EngagementControlsResolver,
    CriterionControlsResolver,
    RelianceResolver,
    SamplingPlanResolver,
  ],
  gates: { planSampling: planSamplingGate },
}
