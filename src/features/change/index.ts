import { changeAuthorGate, controlNotNeededGate } from './change.actions.js'
import { ControlChangeResolver, ControlChangesResolver, EngagementControlChangesResolver } from './change.resolver.js'
import { ComplementaryChangeResolver } from './complementary.resolver.js'
import { ControlChange } from './control-change.js'
import { changeControlCycleGate } from './cycle.actions.js'
import { CycleResolver } from './cycle.resolver.js'
import { DescriptionChangeResolver } from './description.resolver.js'
import { presentedAuthorGate } from './presented.js'
import { RelianceChangeResolver } from './reliance.resolver.js'
import { RiskChangeResolver } from './risk.resolver.js'
import { excludeCriterionGate, includeCriterionGate } from './scope.actions.js'
import { ScopeResolver } from './scope.resolver.js'
import { noSubserviceGate, retireSubserviceGate } from './subservice.actions.js'

export const change = {
  name: 'change',
  rows: [ControlChange],
  resolvers: [
    ComplementaryChangeResolver,
    ControlChangeResolver,
    ControlChangesResolver,
    DescriptionChangeResolver,
    EngagementControlChangesResolver,
    CycleResolver,
    RelianceChangeResolver,
    RiskChangeResolver,
    ScopeResolver,
  ],
  gates: {
    changeControlCycle: changeControlCycleGate,
    mapControl: changeAuthorGate,
    recordControlReliance: changeAuthorGate,
    retireControl: changeAuthorGate,
    decideControlNotNeeded: controlNotNeededGate,
    excludeCriterion: excludeCriterionGate,
    includeCriterion: includeCriterionGate,
    updateServiceCommitment: presentedAuthorGate,
    retireServiceCommitment: presentedAuthorGate,
    updateSubserviceOrganization: presentedAuthorGate,
    retireSubserviceOrganization: retireSubserviceGate,
    stateNoSubserviceOrganizations: noSubserviceGate,
    updateComplementaryControl: presentedAuthorGate,
    retireComplementaryControl: presentedAuthorGate,
  },
}
