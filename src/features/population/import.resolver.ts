import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { ImportProblem, payloadOf } from '../../kernel/schema/payload.js'
import type { ImportProblem as Problem } from '../../rules/refusal.js'
import { Evidence } from '../evidence/evidence.js'
import { Member } from '../firm/member.js'
import { listLimits } from '../import/limits.js'
import { cancelPopulationImport, importPopulation } from './import.actions.js'
import { CancelPopulationImportInput, ImportPopulationInput } from './population.inputs.js'
import { Population } from './population.js'
import { PopulationImport } from './population-import.js'

const ImportPopulationPayload = payloadOf('ImportPopulationPayload', {
  population: [
    () => Population,
    'The population: with the items imported or, where the file is large, with the `import` that is under way.',
  ],
})
const CancelPopulationImportPayload = payloadOf('CancelPopulationImportPayload', {
  population: [() => Population, 'The population, as it was before the import.'],
})

@Resolver(() => PopulationImport)
export class PopulationImportResolver {
  @FieldResolver(() => Population, { description: 'The population that the items are for.' })
  population(@Root() { populationId }: PopulationImport, @Ctx() context: Context): Promise<Population | null> {
    return context.loaders.byId(Population, populationId)
  }

  @FieldResolver(() => Evidence, { description: 'The file that is read.' })
  evidence(@Root() { evidenceId }: PopulationImport, @Ctx() context: Context): Promise<Evidence | null> {
    return context.loaders.byId(Evidence, evidenceId)
  }

  @FieldResolver(() => Member, { description: 'The auditor who began it, and in whose name it ends.' })
  startedBy(@Root() { createdBy }: PopulationImport, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, createdBy)
  }

  @Extensions({ readsWhole: true })
  @FieldResolver(
    () => [ImportProblem],
    atMost(
      listLimits.problemsListed,
      'The first problems found so far, by row. What stood there (`found`) is for the auditor who began it alone.',
    ),
  )
  async problems(@Root() made: PopulationImport, @Ctx() context: Context): Promise<Problem[]> {
    const { problems } = await context.loaders.whole(PopulationImport, made)
    const found = JSON.parse(problems) as Problem[]
    const { actor } = await context.tx()
    return actor.memberId === made.createdBy ? found : found.map((one) => ({ ...one, found: null }))
  }
}

/** Imports as parts of the population that they are for. */
@Resolver(() => Population)
export class PopulationImports {
  @FieldResolver(() => PopulationImport, {
    nullable: true,
    description: 'The import that was begun last: how far it came, how it ended. Null before one.',
  })
  import(@Root() { latestImportId }: Population, @Ctx() context: Context): Promise<PopulationImport | null> {
    return context.loaders.byId(PopulationImport, latestImportId)
  }

  @Mutation(() => ImportPopulationPayload, {
    description:
      'Imports the items of a draft from a file that was brought as evidence: all of them, or none and every fault by row and column. A file of more than 8 MiB of text, or a workbook of more than 2 MiB, is read after the act was answered: `Population.import` tells how far it is, and every fault.',
  })
  importPopulation(@Arg('input', () => ImportPopulationInput) input: ImportPopulationInput, @Ctx() context: Context) {
    return context.runMutation(input, (tx, given) => importPopulation(tx, given, context.services.files))
  }

  @Mutation(() => CancelPopulationImportPayload, {
    description: 'Ends an import that is under way: nothing of it is taken in.',
  })
  cancelPopulationImport(
    @Arg('input', () => CancelPopulationImportInput) input: CancelPopulationImportInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, cancelPopulationImport)
  }
}
