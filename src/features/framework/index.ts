import { presentedAuthorGate } from '../change/presented.js'
import { Framework } from './framework.js'
import {
  EngagementFrameworksResolver,
  FrameworkCoverageResolver,
  FrameworkCriterionResolver,
  FrameworkResolver,
} from './framework.resolver.js'
import { FrameworkMapping } from './framework-mapping.js'
import { decideFrameworkOpinionGate } from './framework-opinion.actions.js'
import { mapToFrameworkGate, recordUncoveredGate, retractUncoveredGate } from './mapping.actions.js'
import { ControlFurtherCriteriaResolver, UncoveredCriterionResolver } from './mapping.resolver.js'
import { UncoveredCriterion } from './uncovered-criterion.js'

export const framework = {
  name: 'framework',
  rows: [Framework, FrameworkMapping, UncoveredCriterion],
  resolvers: [
    FrameworkResolver,
    FrameworkCoverageResolver,
    FrameworkCriterionResolver,
    EngagementFrameworksResolver,
    ControlFurtherCriteriaResolver,
    UncoveredCriterionResolver,
  ],
  gates: {
    updateFramework: presentedAuthorGate,
    retireFramework: presentedAuthorGate,
    mapControlToFramework: mapToFrameworkGate,
    recordUncoveredCriteria: recordUncoveredGate,
    retractUncoveredCriterion: retractUncoveredGate,
    decideFrameworkOpinion: decideFrameworkOpinionGate,
  },
}
