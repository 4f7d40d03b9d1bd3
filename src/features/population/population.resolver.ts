import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Fault } from '../../kernel/access/faults.js'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { bounded, connectionOf, type Page, PageArgs, pageOf, pageWithin, placeOf } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { isUuid } from '../../kernel/store/work.js'
import { Control } from '../control/control.js'
import { Evidence } from '../evidence/evidence.js'
import { Member } from '../firm/member.js'
import { ListReading } from '../import/list-reading.js'
import { intakeLimits } from './intake.js'
import { createPopulation, freezePopulation, updatePopulation } from './population.actions.js'
import { CreatePopulationInput, FreezePopulationInput, UpdatePopulationInput } from './population.inputs.js'
import { Population } from './population.js'
import { fieldsOf, PopulationItem } from './population-item.js'
import { itemsBetween } from './population-item.queries.js'

const PopulationConnection = connectionOf(Population, 'Population')
const PopulationItemConnection = connectionOf(PopulationItem, 'PopulationItem')
const payload = (name: string, description: string) =>
  payloadOf(name, { population: [() => Population, description] as const })
const CreatePopulationPayload = payload('CreatePopulationPayload', 'The population as it was described.')
const UpdatePopulationPayload = payload('UpdatePopulationPayload', 'The population with its changes.')
const FreezePopulationPayload = payload('FreezePopulationPayload', 'The population, frozen for good.')

@Resolver(() => Population)
export class PopulationResolver {
  @Query(() => Population, {
    nullable: true,
    description: 'The population with this id; null when there is none for you.',
  })
  async population(
    @Arg('id', () => ID, { description: 'The id of the population that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Population | null> {
    return isUuid(id) ? (await context.tx()).one(Population, { id }) : null
  }

  @FieldResolver(() => Control, { description: 'The control that acted on the items.' })
  control(@Root() population: Population, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, population.controlId)
  }

  @FieldResolver(() => Population, {
    nullable: true,
    description: 'The population of the same control and time whose place this one takes, with its seed.',
  })
  supersedes(@Root() population: Population, @Ctx() context: Context): Promise<Population | null> {
    return context.loaders.byId(Population, population.supersedesId)
  }

  @FieldResolver(
    () => [NamedPaper],
    atMost(
      PAPERS_MAX,
      'The papers that the reason for taking the place of another rests on; none where it takes none.',
    ),
  )
  supersedesRestsOn(@Root() population: Population, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, population.supersedesRestsOnIds)
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The person who added a part of the seed; null for none.',
  })
  seedContributedBy(@Root() population: Population, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, population.seedContributedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The auditor who froze the population.' })
  frozenBy(@Root() population: Population, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, population.frozenBy)
  }

  @FieldResolver(() => Evidence, {
    nullable: true,
    description: 'The imported file: who brought the list, where it comes from, and its digest. Null before an import.',
  })
  evidence(@Root() population: Population, @Ctx() context: Context): Promise<Evidence | null> {
    return context.loaders.byId(Evidence, population.evidenceId)
  }

  @FieldResolver(() => ListReading, {
    nullable: true,
    description:
      'How the list was read from its file, so that the items can be read from it again. Null before an import.',
  })
  reading(@Root() { listReading }: Population): ListReading | null {
    return listReading === null ? null : JSON.parse(listReading)
  }

  @FieldResolver(() => PopulationItemConnection, { description: 'The items, in the order of the file.' })
  async items(
    @Root() population: Population,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<PopulationItem>> {
    const limit = bounded(first)
    const place = after ? ordinalAt(after) : 0
    const found =
      population.importId && !population.itemsDisposedAt
        ? await itemsBetween(scopeOf(await context.tx(), population), population, place + 1, place + limit + 1)
        : []
    const columns = population.columns ?? []
    const items = found.map(({ cells, ...item }) => ({ ...item, fields: fieldsOf(columns, cells) }))
    return pageOf(
      items,
      limit,
      after,
      ({ ordinal }) => ordinal,
      async () => population.itemCount ?? 0,
    )
  }

  @Mutation(() => CreatePopulationPayload, { description: 'Describes the population of a control.' })
  createPopulation(@Arg('input', () => CreatePopulationInput) input: CreatePopulationInput, @Ctx() context: Context) {
    return context.runMutation(input, createPopulation)
  }

  @Mutation(() => UpdatePopulationPayload, { description: 'Describes a draft population anew.' })
  updatePopulation(@Arg('input', () => UpdatePopulationInput) input: UpdatePopulationInput, @Ctx() context: Context) {
    return context.runMutation(input, updatePopulation)
  }

  @Mutation(() => FreezePopulationPayload, { description: 'Fixes a population, with a digest over its items.' })
  freezePopulation(@Arg('input', () => FreezePopulationInput) input: FreezePopulationInput, @Ctx() context: Context) {
    return context.runMutation(input, (tx, given) => freezePopulation(tx, given, context.services))
  }
}

/** The place in the list that a cursor stands for. */
function ordinalAt(cursor: string): number {
  const place = placeOf(cursor)
  if (typeof place === 'number' && Number.isInteger(place) && place >= 0 && place <= intakeLimits.rows) return place
  throw new Fault('BAD_USER_INPUT', '`after` is not a cursor of this list.')
}

/** Populations as parts of the control that acted on them. */
@Resolver(() => Control)
export class ControlPopulations {
  @FieldResolver(() => PopulationConnection, { description: 'The populations of this control, oldest first.' })
  populations(
    @Root() { id }: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Population>> {
    return pageWithin(context, Population, ['controlId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
