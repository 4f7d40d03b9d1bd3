import { decideCoverageGapGate } from './coverage.actions.js'
import { CoverageDecisionResolver, CoverageGapResolver, EngagementCoverageGapsResolver } from './coverage.resolver.js'
import { CoverageDecision } from './coverage-decision.js'

export const coverage = {
  name: 'coverage',
  rows: [CoverageDecision],
  resolvers: [CoverageGapResolver, CoverageDecisionResolver, EngagementCoverageGapsResolver],
  gates: { decideCoverageGap: decideCoverageGapGate },
}
