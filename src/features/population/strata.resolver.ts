import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { STRATA_MAX } from '../../rules/selection.js'
import { Population } from './population.js'
import { strataBy } from './population-item.queries.js'

/** The database goes through a million items in about a second. */
const strataCost = 5_000

@ObjectType({ description: 'The items of a population that have the same in one column.' })
export class Stratum {
  @Field(() => String, { description: 'What stands in the column; empty where nothing does.' })
  name: string

  @Field(() => Int, { description: 'How many items of the population have it.' })
  itemCount: number
}

@Resolver(() => Population)
export class PopulationStrata {
  @FieldResolver(() => [Stratum], {
    nullable: true,
    ...atMost(
      STRATA_MAX,
      'The strata by which a STRATIFIED sample would be drawn from it, the largest first. Null where the list has no such column, or the column has more values than that: it then divides nothing. Goes through all items.',
    ),
    complexity: strataCost,
  })
  async strata(
    @Root() population: Population,
    @Arg('column', () => String, { description: 'The column that names the stratum of an item, as in `columns`.' })
    column: string,
    @Ctx() context: Context,
  ): Promise<Stratum[] | null> {
    const at = population.columns?.indexOf(column) ?? -1
    if (population.importId === null || at < 0) return null
    const strata = await strataBy(scopeOf(await context.tx(), population), population, at + 1)
    return strata.length > STRATA_MAX ? null : strata
  }
}
