import DataLoader from 'dataloader'
import type { Order, Parent, Row, RowClass, Where, Whole } from './row.js'
import { type EngagementScope, scopeOf } from './scope.js'
import type { FindOptions, Tx } from './tx.js'

type Orders<R extends Row> = NonNullable<FindOptions<R>['order']>

/** Loaders of one request: what many fields ask for one by one is read as a set. Made anew for each transaction. */
export class Loaders {
  readonly #ofRows = new Map<RowClass, Map<string, DataLoader<string, unknown>>>()
  readonly #named = new Map<string, DataLoader<string, unknown>>()
  readonly #scoped = new Map<string, DataLoader<Row, unknown, string>>()
  /** What was read as children, of which each may be asked for by its id as well. */
  readonly #children = new Map<RowClass, Row[][]>()

  /** @param tx what to read in, opened by the first set that is read */
  constructor(private readonly tx: () => Promise<Tx>) {}

  /** Loaders for one look within a transaction. */
  static over(tx: Tx): Loaders {
    return new Loaders(async () => tx)
  }

  /** The row with this id, or null where there is none for the actor. */
  byId<R extends Row>(row: RowClass<R>, id: string | null): Promise<R | null> {
    if (!id) return Promise.resolve(null)
    const loader = this.#loaderOf(row, 'id') ?? this.#add(row, 'id', (ids) => this.#rowsById(row, ids))
    return loader.load(id) as Promise<R | null>
  }

  /** The children of one parent, through the column that names it: a short list by nature. */
  children<R extends Row>(row: RowClass<R>, parent: keyof R & string, id: string, order: Orders<R>): Promise<R[]> {
    const name = `${parent} ${JSON.stringify(order)}`
    const loader =
      this.#loaderOf(row, name) ?? this.#add(row, name, (ids) => this.#rowsByParent(row, parent, ids, order))
    return loader.load(id) as Promise<R[]>
  }

  /** The child of a parent that has one at most, or null. */
  child<R extends Row>(row: RowClass<R>, parent: keyof R & string, id: string): Promise<R | null> {
    return this.children(row, parent, id, { id: 'asc' } as Orders<R>).then((found) => found[0] ?? null)
  }

  /** The heavy columns of the row with this id, which was read in the same transaction. */
  heavy<R extends Row>(row: RowClass<R>, id: string): Promise<R> {
    const loader = this.#loaderOf(row, 'heavy') ?? this.#add(row, 'heavy', (ids) => this.#heavyById(row, ids))
    return loader.load(id) as Promise<R>
  }

  /** The row with its heavy columns: itself where they are read already, as in what a mutation answers. */
  async whole<R extends Row>(row: RowClass<R>, one: R): Promise<Whole<R>> {
    const isWhole = row.heavy.every((column) => one[column as keyof R] !== undefined)
    return (isWhole ? one : Object.assign(new row(), one, await this.heavy(row, one.id))) as Whole<R>
  }

  /** The same of each of several rows. */
  allWhole<R extends Row>(row: RowClass<R>, rows: readonly R[]): Promise<Whole<R>[]> {
    return Promise.all(rows.map((one) => this.whole(row, one)))
  }

  #loaderOf(row: RowClass, name: string): DataLoader<string, unknown> | undefined {
    return this.#ofRows.get(row)?.get(name)
  }

  #add(row: RowClass, name: string, read: (keys: readonly string[]) => Promise<unknown[]>) {
    const loaders = this.#ofRows.get(row) ?? new Map<string, DataLoader<string, unknown>>()
    const made = loaderBy(read)
    this.#ofRows.set(row, loaders.set(name, made))
    return made
  }

  async #rowsById<R extends Row>(row: RowClass<R>, ids: readonly string[]): Promise<(R | null)[]> {
    const known = new Map<string, Row>()
    for (const one of this.#children.get(row)?.flat() ?? []) known.set(one.id, one)
    const unread = ids.filter((id) => !known.has(id))
    const found = unread.length > 0 ? await (await this.tx()).find(row, { id: unread } as unknown as Where<R>) : []
    for (const one of found) known.set(one.id, one)
    return ids.map((one) => (known.get(one) as R | undefined) ?? null)
  }

  async #heavyById<R extends Row>(row: RowClass<R>, ids: readonly string[]): Promise<(R | Error)[]> {
    const found = new Map((await (await this.tx()).findHeavy(row, ids)).map((one) => [one.id, one]))
    return ids.map((id) => found.get(id) ?? new Error(`${row.typeName} ${id} is not there to be read as a whole.`))
  }

  async #rowsByParent<R extends Row>(
    row: RowClass<R>,
    parent: keyof R & string,
    ids: readonly string[],
    order: Orders<R>,
  ): Promise<R[][]> {
    const found = await (await this.tx()).find(row, { [parent]: ids } as unknown as Where<R>, { order, byKey: true })
    this.#children.set(row, [...(this.#children.get(row) ?? []), found])
    return grouped(found, parent, ids)
  }

  /**
   * The first rows of a parent to which `where` applies, however many there are beyond `limit`. What is asked alike of
   * several parents is read as a set.
   */
  first<R extends Row>(
    row: RowClass<R>,
    [parent, id]: Parent<R>,
    where: Where<R>,
    options: { order: Order<R>; limit: number },
  ): Promise<R[]> {
    const read = async (ids: readonly string[], tx: Tx) =>
      grouped(await tx.findEach(row, where, [parent, ids], options), parent, ids)
    return this.of(`first ${row.typeName} of ${parent} ${JSON.stringify([where, options])}`, read).load(id)
  }

  /** How many rows of a parent there are to which `where` applies. */
  count<R extends Row>(row: RowClass<R>, [parent, id]: Parent<R>, where: Where<R>): Promise<number> {
    const read = async (ids: readonly string[], tx: Tx) => {
      const counts = await tx.countEach(row, where, [parent, ids])
      return ids.map((one) => counts.get(one) ?? 0)
    }
    return this.of(`count ${row.typeName} of ${parent} ${JSON.stringify(where)}`, read).load(id)
  }

  /** A loader of one's own, by name: `read` gets the keys of one tick and answers in their order. */
  of<V>(name: string, read: (keys: readonly string[], tx: Tx) => Promise<V[]>): DataLoader<string, V> {
    const known = this.#named.get(name) as DataLoader<string, V> | undefined
    if (known) return known
    const made = loaderBy(async (keys) => read(keys, await this.tx()))
    this.#named.set(name, made as DataLoader<string, unknown>)
    return made
  }

  /**
   * The same for what hand-written statements read of rows within engagements. It is asked with rows; `read` gets the keys of
   * those of one tick and the scope that they give.
   */
  within<R extends Row, V>(
    name: string,
    keyOf: (row: R) => string,
    read: (scope: EngagementScope, keys: readonly string[]) => Promise<V[]>,
  ): DataLoader<R, V, string> {
    const known = this.#scoped.get(name) as DataLoader<R, V, string> | undefined
    if (known) return known
    const readRows = async (rows: readonly R[]) => read(scopeOf(await this.tx(), ...rows), rows.map(keyOf))
    const made = new DataLoader<R, V, string>(readRows, { cacheKeyFn: keyOf, maxBatchSize: 1_000 })
    this.#scoped.set(name, made as unknown as DataLoader<Row, unknown, string>)
    return made
  }
}

/** The rows of each parent, in the order in which they were found. */
function grouped<R extends Row>(found: readonly R[], parent: keyof R & string, ids: readonly string[]): R[][] {
  if (ids.length === 1) return [[...found]]
  const groups = new Map<string, R[]>(ids.map((id) => [id, []]))
  for (const one of found) groups.get(one[parent] as string)?.push(one)
  return [...groups.values()]
}

const loaderBy = <V>(read: (keys: readonly string[]) => Promise<V[]>) =>
  new DataLoader<string, V>(read, { maxBatchSize: 1_000 })
