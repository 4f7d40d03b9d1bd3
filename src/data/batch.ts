import DataLoader from 'dataloader'
import type { Row, RowClass, Where } from './row.js'
import type { Tx } from './tx.js'

type Order<R extends Row> = { [K in keyof R]?: 'asc' | 'desc' }

/** Loaders of one request: what many fields ask for one by one is read as a set. Made anew for each transaction. */
export class Batches {
  readonly #loaders = new Map<string, DataLoader<string, unknown>>()

  constructor(private readonly tx: Tx) {}

  /** The row with this id, or null where there is none for the actor. */
  byId<R extends Row>(row: RowClass<R>, id: string | null): Promise<R | null> {
    if (!id) return Promise.resolve(null)
    return this.of(`${row.name}#id`, async (ids) => {
      const found = await this.tx.find(row, { id: ids } as unknown as Where<R>)
      const known = new Map(found.map((one) => [one.id, one]))
      return ids.map((one) => known.get(one) ?? null)
    }).load(id)
  }

  /** The children of one parent, through the column that names it: a short list by nature (attributes of a procedure). */
  children<R extends Row>(row: RowClass<R>, parent: keyof R & string, id: string, order: Order<R>): Promise<R[]> {
    return this.of(`${row.name}#${parent}`, async (ids) => {
      const found = await this.tx.find(row, { [parent]: ids } as unknown as Where<R>, { order })
      const groups = new Map<string, R[]>(ids.map((one) => [one, []]))
      for (const one of found) groups.get(one[parent] as string)?.push(one)
      return ids.map((one) => groups.get(one) as R[])
    }).load(id)
  }

  /** A loader of one's own, by name: `read` gets the keys of one tick and answers in their order. */
  of<V>(name: string, read: (keys: readonly string[]) => Promise<V[]>): DataLoader<string, V> {
    const known = this.#loaders.get(name) as DataLoader<string, V> | undefined
    if (known) return known
    const made = new DataLoader<string, V>(read, { maxBatchSize: 1_000 })
    this.#loaders.set(name, made as DataLoader<string, unknown>)
    return made
  }
}
