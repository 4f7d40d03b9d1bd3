import { ofDraftGate, proposeExclusionGate } from './exclusion.actions.js'
import { PopulationExclusion } from './exclusion.js'
import { ExclusionResolver, PopulationExclusions } from './exclusion.resolver.js'
import { importPopulationGate } from './import.actions.js'
import { PopulationImportResolver, PopulationImports } from './import.resolver.js'
import { createPopulationGate, freezePopulationGate } from './population.actions.js'
import { Population } from './population.js'
import { ControlPopulations, PopulationResolver } from './population.resolver.js'
import { PopulationImport } from './population-import.js'
import { PopulationStrata } from './strata.resolver.js'

export const population = {
  name: 'population',
  rows: [Population, PopulationExclusion, PopulationImport],
  resolvers: [
    PopulationResolver,
    ControlPopulations,
    ExclusionResolver,
    PopulationExclusions,
    PopulationImports,
    PopulationStrata,
    PopulationImportResolver,
  ],
  gates: {
    createPopulation: createPopulationGate,
    importPopulation: importPopulationGate,
    freezePopulation: freezePopulationGate,
    proposeExclusion: proposeExclusionGate,
    decideExclusion: ofDraftGate,
    withdrawExclusion: ofDraftGate,
  },
}
