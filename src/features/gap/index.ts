import { acceptPopulationGapGate } from './gap.actions.js'
import { ControlPopulationGapsResolver, PopulationGapDecisionResolver } from './gap.resolver.js'
import { PopulationGapDecision } from './population-gap-decision.js'

export const gap = {
  name: 'gap',
  rows: [PopulationGapDecision],
  resolvers: [ControlPopulationGapsResolver, PopulationGapDecisionResolver],
  gates: { acceptPopulationGap: acceptPopulationGapGate },
}
