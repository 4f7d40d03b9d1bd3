import { Control } from './control.js'
import { ControlResolver, CriterionControlsResolver, EngagementControlsResolver } from './control.resolver.js'
import { ControlCriterion } from './control-criterion.js'
import { ControlReliance } from './control-reliance.js'
import { RelianceResolver } from './reliance.resolver.js'
import { planSamplingGate } from './sampling-plan.actions.js'
import { SamplingPlanResolver } from './sampling-plan.resolver.js'
import { excludeCriterionGate, includeCriterionGate } from './scope.actions.js'
import { ScopeResolver } from './scope.resolver.js'

export const control = {
  name: 'control',
  rows: [Control, ControlCriterion, ControlReliance],
  resolvers: [
    ControlResolver,
    EngagementControlsResolver,
    CriterionControlsResolver,
    RelianceResolver,
    ScopeResolver,
    SamplingPlanResolver,
  ],
  gates: {
    planSampling: planSamplingGate,
    excludeCriterion: excludeCriterionGate,
    includeCriterion: includeCriterionGate,
  },
}
