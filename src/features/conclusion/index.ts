import { concludeControlGate } from './conclusion.actions.js'
import { ConclusionResolver, NoPopulationMarkResolver } from './conclusion.resolver.js'
import { approveControlWithoutPopulationGate, markControlWithoutPopulationGate } from './no-population.actions.js'
import { NoPopulationMark } from './no-population-mark.js'

export const conclusion = {
  name: 'conclusion',
  rows: [NoPopulationMark],
  resolvers: [ConclusionResolver, NoPopulationMarkResolver],
  gates: {
    concludeControl: concludeControlGate,
    markControlWithoutPopulation: markControlWithoutPopulationGate,
    approveControlWithoutPopulation: approveControlWithoutPopulationGate,
  },
}
