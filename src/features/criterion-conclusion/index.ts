import {
  concludeCriteriaAsProposedGate,
  concludeCriterionGate,
  reviseCriterionConclusionGate,
} from './criterion-conclusion.actions.js'
import { CriterionConclusion } from './criterion-conclusion.js'
import {
  CriterionConclusionResolver,
  CriterionProposalResolver,
  CriterionReasonResolver,
  EngagementCriterionConclusionsResolver,
} from './criterion-conclusion.resolver.js'

export const criterionConclusion = {
  name: 'criterion-conclusion',
  rows: [CriterionConclusion],
  resolvers: [
    CriterionReasonResolver,
    CriterionProposalResolver,
    CriterionConclusionResolver,
    EngagementCriterionConclusionsResolver,
  ],
  gates: {
    concludeCriterion: concludeCriterionGate,
    reviseCriterionConclusion: reviseCriterionConclusionGate,
    concludeCriteriaAsProposed: concludeCriteriaAsProposedGate,
  },
}
