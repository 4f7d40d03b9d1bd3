import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql'
import { Fault } from '../access/faults.js'
import type { Context } from '../execute/context.js'
import { allOf, lessThan, moreThan } from '../store/condition.js'
import type { Order, Parent, Row, RowClass, Where } from '../store/row.js'
import { isUuid, type Tx } from '../store/tx.js'
import { structural } from './payload.js'

export const pageLimits = { default: 25, most: 100 } as const

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'How many, 25 when not given, 100 at most.' })
  first?: number | null

  @Field(() => String, { nullable: true, description: 'The cursor after which to go on.' })
  after?: string | null
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more objects follow in the list.' })
  hasNextPage: boolean

  @Field(() => Boolean, { description: 'Whether objects of the list come before these.' })
  hasPreviousPage: boolean

  @Field(() => String, { nullable: true, description: 'The cursor of the first one here.' })
  startCursor: string | null

  @Field(() => String, { nullable: true, description: 'The cursor of the last one here; give it as `after` to go on.' })
  endCursor: string | null
}

/** One page of a list: `nodes`. Their cursors are written, and the total is counted, only when they are asked for. */
export interface Page<T> {
  readonly edges: { cursor: string; node: T }[]
  nodes: T[]
  readonly pageInfo: PageInfo
  /** Counted when it is read. */
  readonly totalCount: Promise<number>
}

/** The connection type of a list (Relay): `edges`, `nodes`, `pageInfo`, `totalCount`. */
export function connectionOf<T extends object>(
  node: ClassType<T> | (abstract new () => T),
  name: string,
): ClassType<Page<T>> {
  class Edge {
    cursor: string
    node: T
  }
  Field(() => String, { description: 'The place of this one in the list.' })(Edge.prototype, 'cursor')
  Field(() => node as never, { description: 'The object at this place of the list.' })(Edge.prototype, 'node')
  ObjectType(`${name}Edge`, { description: 'One object of a list, with its cursor.' })(Edge)

  class Connection {}
  Field(() => [Edge], { description: 'The objects with their cursors.' })(Connection.prototype, 'edges')
  Field(() => [node as never], { description: 'The objects of the page, without their cursors.' })(
    Connection.prototype,
    'nodes',
  )
  Field(() => PageInfo, { description: 'Where this page stands.' })(Connection.prototype, 'pageInfo')
  // Not a plain property: it is a promise, made when it is read.
  Field(() => Int, { description: 'How many there are in all; counted only when asked for.', simple: false })(
    Connection.prototype,
    'totalCount',
  )
  ObjectType(`${name}Connection`, { description: 'One page of a list.' })(Connection)
  structural.add(`${name}Edge`)
  structural.add(`${name}Connection`)
  return Connection as ClassType<Page<T>>
}

/** Reads one page by keyset: as fast at the end of a list as at its start. */
export async function page<R extends Row>(
  tx: Tx,
  row: RowClass<R>,
  where: Where<R>,
  { first, after }: PageArgs,
  order: Order<R>,
): Promise<Page<R>> {
  const limit = bounded(first)
  const found = await tx.find(row, beyond(tx, row, where, after, order), {
    order: { [order.by]: order.direction } as never,
    limit: limit + 1,
  })
  const count = () => tx.count(row, where)
  return pageOf(found, limit, after, (one) => one[order.by], count)
}

/** The same of a list that is a part of its parent. Pages asked alike of several parents are read as a set. */
export async function pageWithin<R extends Row>(
  context: Context,
  row: RowClass<R>,
  parent: Parent<R>,
  where: Where<R>,
  { first, after }: PageArgs,
  order: Order<R>,
): Promise<Page<R>> {
  const limit = bounded(first)
  const rest = beyond(await context.tx(), row, where, after, order)
  const found = await context.loaders.first(row, parent, rest, { order, limit: limit + 1 })
  const count = () => context.loaders.count(row, parent, where)
  return pageOf(found, limit, after, (one) => one[order.by], count)
}

/** What of a list is left after a cursor. */
function beyond<R extends Row>(
  tx: Tx,
  row: RowClass<R>,
  where: Where<R>,
  after: string | null | undefined,
  { by, direction }: Order<R>,
): Where<R> {
  if (!after) return where
  const past = direction === 'asc' ? moreThan : lessThan
  return { ...where, [by]: allOf(where[by], past(placeIn(tx, row, by, after))) }
}

/** How many to read: 25 when nothing is said; outside 1 to 100 is a fault of the query. */
export function bounded(first: number | null | undefined): number {
  const limit = first ?? pageLimits.default
  if (limit < 1 || limit > pageLimits.most) {
    throw new Fault('BAD_USER_INPUT', `\`first\` must be between 1 and ${pageLimits.most}.`)
  }
  return limit
}

/** A page from up to `limit + 1` rows read. */
export const pageOf = <T>(
  found: readonly T[],
  limit: number,
  after: string | null | undefined,
  place: (one: T) => unknown,
  totalCount: () => Promise<number>,
): Page<T> => pageWith(found.slice(0, limit), { hasNextPage: found.length > limit, after, place, totalCount })

/**
 * One page of a list that was read or computed as a whole; its cursors are places in the list.
 * @param complete makes the nodes of the page from its entries, one for each
 */
export async function pageOfList<E, T>(
  entries: readonly E[],
  { first, after }: PageArgs,
  complete: (page: readonly E[]) => Promise<T[]> | T[],
): Promise<Page<T>> {
  const limit = bounded(first)
  const start = after ? indexIn(after) + 1 : 0
  const nodes = await complete(entries.slice(start, start + limit))
  const places = new Map(nodes.map((node, at) => [node, start + at]))
  return pageWith(nodes, {
    hasNextPage: entries.length > start + limit,
    after,
    place: (node) => places.get(node),
    totalCount: async () => entries.length,
  })
}

interface PlaceInList<T> {
  hasNextPage: boolean
  after: string | null | undefined
  place: (one: T) => unknown
  totalCount: () => Promise<number>
}

function pageWith<T>(nodes: T[], { hasNextPage, after, place, totalCount }: PlaceInList<T>): Page<T> {
  const cursorOf = (node: T) => cursorAt(place(node))
  const cursorOrNull = (node: T | undefined) => (node === undefined ? null : cursorOf(node))
  return {
    nodes,
    get edges() {
      return nodes.map((node) => ({ cursor: cursorOf(node), node }))
    },
    get pageInfo() {
      return {
        hasNextPage,
        hasPreviousPage: Boolean(after),
        startCursor: cursorOrNull(nodes[0]),
        endCursor: cursorOrNull(nodes.at(-1)),
      }
    },
    get totalCount() {
      return totalCount()
    },
  }
}

function indexIn(cursor: string): number {
  const index = placeOf(cursor)
  if (typeof index === 'number' && Number.isSafeInteger(index) && index >= 0) return index
  throw foreignCursor()
}

const cursorAt = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** Longer than any cursor of ours: what orders a list is short. */
const cursorMax = 2_000

/** The place a cursor of ours stands for. */
export function placeOf(cursor: string): string | number {
  if (cursor.length > cursorMax) throw foreignCursor()
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (typeof place === 'number' || (typeof place === 'string' && !place.includes('\u0000'))) return place
  } catch {
    // falls through: not one of ours
  }
  throw foreignCursor()
}

const foreignCursor = () => new Fault('BAD_USER_INPUT', '`after` is not a cursor of this list.')

/** The place a cursor stands for, of the type of the column the list is ordered by: one from another list has another. */
function placeIn<R extends Row>(tx: Tx, row: RowClass<R>, by: string, cursor: string): string | number {
  const place = placeOf(cursor)
  const type = tx.database.table(row).columnOf(by)?.type
  const isWhole = typeof place === 'number' && Number.isInteger(place) && Math.abs(place) < 2 ** 31
  const suits = type === 'integer' ? isWhole : typeof place === 'string' && (type !== 'uuid' || isUuid(place))
  if (!suits) throw foreignCursor()
  return place
}
