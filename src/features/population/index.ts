import { createPopulationGate, freezePopulationGate, importPopulationGate } from './population.actions.js'
import { Population } from './population.js'
import { ControlPopulations, PopulationResolver } from './population.resolver.js'

export const population = {
  name: 'population',
  rows: [Population],
  resolvers: [PopulationResolver, ControlPopulations],
  gates: {
    createPopulation: createPopulationGate,
    importPopulation: importPopulationGate,
    freezePopulation: freezePopulationGate,
  },
}
