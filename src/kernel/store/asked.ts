import type { Row } from './row.js'
import { type Table, View } from './table.js'

/**
 * Which columns one question reads, of each noun: those it asks for by name, and those that resolvers turned out to look
 * at. Nobody has to say what a resolver needs. Looking at a column that was not read is an error, by which the question is
 * asked again as a whole, and from then on that column is read with it.
 */
export class Asked {
  readonly #properties = new Map<string, Set<string>>()
  readonly #views = new Map<string, View>()

  /** @param named the properties asked for, by the name of the noun */
  constructor(named: ReadonlyMap<string, ReadonlySet<string>>) {
    for (const [noun, properties] of named) this.#properties.set(noun, new Set(properties))
  }

  viewOf<R extends Row>(table: Table<R>): View<R> {
    const noun = table.row.typeName
    const known = this.#views.get(noun) as View<R> | undefined
    if (known) return known
    const properties = this.#properties.get(noun) ?? new Set()
    this.#properties.set(noun, properties)
    const columns = table.columns.filter(({ property }) => always.has(property) || properties.has(property))
    const view = new View(table, columns, (property) => {
      properties.add(property)
      this.#views.delete(noun)
      throw new Error(`${noun}.${property} was not read`)
    })
    this.#views.set(noun, view as unknown as View)
    return view
  }
}

/** By which every row is known, and by which it is known whose team may see it. */
const always: ReadonlySet<string> = new Set(['id', 'engagementId'])
