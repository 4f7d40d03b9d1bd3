import { LRUCache } from 'lru-cache'
import type { EntityMetadata } from 'typeorm'
import { allOf, type Bind, ColumnCondition, written } from './condition.js'
import type { Order, Row, RowClass } from './row.js'

export interface Column {
  property: string
  /** Its name in the database. */
  column: string
  type: string
  /** Whether it may hold nothing. */
  nullable: boolean
}

/** A statement with its values. */
export interface Statement {
  text: string
  values: unknown[]
}

/** Several columns with what is asked of each, by property. */
export type Conditions = Readonly<Record<string, unknown>>

const insertionsMax = 100

/** A row class as the database knows it, and the statements on its rows. Made once for each class. */
export class Table<R extends Row = Row> {
  readonly name: string
  readonly columns: readonly Column[]
  /** The rows with all their columns. */
  readonly whole: View<R>
  /** The rows without their heavy columns. */
  readonly light: View<R>
  /** Of the rows, their ids and heavy columns. */
  readonly heavy: View<R>
  readonly #byProperty: ReadonlyMap<string, Column>
  /** The texts of insertions by their form, those used last: callers choose how many rows and which columns. */
  readonly #insertions = new LRUCache<string, string>({ max: insertionsMax })

  constructor(
    readonly row: RowClass<R>,
    metadata: EntityMetadata,
  ) {
    this.name = metadata.tableName
    this.columns = metadata.columns.map(({ propertyName, databaseName, type, isNullable }) => ({
      property: propertyName,
      column: databaseName,
      type: String(type),
      nullable: isNullable,
    }))
    this.#byProperty = new Map(this.columns.map((column) => [column.property, column]))
    const heavy = new Set(row.heavy.map((property) => this.#column(property)))
    this.whole = new View(this, this.columns)
    this.#checkBelonging()
    this.light = new View(
      this,
      this.columns.filter((column) => !heavy.has(column)),
    )
    this.heavy = new View(this, [this.#column('id'), ...heavy])
  }

  /** @throws Error where a column names an engagement or a client and the class does not say so: a wall would be missing */
  #checkBelonging(): void {
    for (const key of ['engagementKey', 'clientKey'] as const) {
      const property = key.replace('Key', 'Id')
      if (this.columnOf(property) && this.row[key] === null)
        throw new Error(`${this.row.typeName} has the column ${property} and declares no ${key}`)
    }
  }

  columnOf(property: string): Column | undefined {
    return this.#byProperty.get(property)
  }

  /** The rows to which all of `own` applies and, where there are walls, all of one of them: of each, what the view shows. */
  select(
    view: View<R>,
    own: Conditions,
    walls: readonly Conditions[] | null,
    {
      order,
      limit,
      lock,
      byKey = typeof own.id === 'string' || Array.isArray(own.id),
    }: { order?: Record<string, 'asc' | 'desc'>; limit?: number; lock?: 'share' | 'update'; byKey?: boolean },
  ): Statement {
    const { from, where, bind, values } = this.#where(own, walls, byKey, Object.keys(order ?? {})[0])
    const by = Object.entries(order ?? {}).map(([property, way]) => `${this.named(property)} ${way}`)
    const text = [
      `select ${view.selected} from ${from} where ${where}`,
      by.length > 0 ? ` order by ${by.join(', ')}` : '',
      limit === undefined ? '' : ` limit ${bind(limit)}`,
      lock ? ` for ${lock} of "${this.name}"` : '',
    ].join('')
    return { text, values }
  }

  /**
   * The rows that `select` finds, of each of several parents apart: as many as `limit` says.
   * @param parent the column that names the parent
   */
  selectEach(
    view: View<R>,
    own: Conditions,
    walls: readonly Conditions[] | null,
    parent: string,
    ids: readonly string[],
    { order: { by, direction }, limit }: { order: Order<R>; limit: number },
  ): Statement {
    // A list of its own: it need not be distinguished from those of others.
    if (ids.length === 1) {
      const ofIt = { ...own, [parent]: own[parent] === undefined ? ids : allOf(own[parent], ids) }
      return this.select(view, ofIt, walls, { order: { [by]: direction }, limit })
    }
    const ofParent = new ColumnCondition((column) => `${column} = parent.id`)
    const { where, bind, values } = this.#where({ ...own, [parent]: allOf(own[parent], ofParent) }, walls, true)
    const few = `select ${view.selected}, ${this.named(by)} as place from "${this.name}" where ${where}
      order by place ${direction} limit ${bind(limit)}`
    const text = `select ${view.selected} from unnest(${bind(ids)}::uuid[]) as parent (id),
      lateral (${few}) as "${this.name}" order by place ${direction}`
    return { text, values }
  }

  count(own: Conditions, walls: readonly Conditions[] | null): Statement {
    const { from, where, values } = this.#where(own, walls)
    return { text: `select count(*) as count from ${from} where ${where}`, values }
  }

  /** As `count`, of each of several parents apart. */
  countEach(own: Conditions, walls: readonly Conditions[] | null, parent: string, ids: readonly string[]): Statement {
    const { where, values } = this.#where({ ...own, [parent]: allOf(own[parent], ids) }, walls, true)
    const text = `select ${this.named(parent)}, count(*) as count from "${this.name}" where ${where} group by 1`
    return { text, values }
  }

  /**
   * One statement of many rows: under row-level security the fastest way in that works on a cluster too.
   * @param own the properties that differ from row to row; what all rows have alike is sent once
   */
  insert(rows: readonly R[], own: ReadonlySet<string>): Statement {
    const [first] = rows as [R]
    const differing = this.columns.filter(({ property }) => own.has(property))
    const alike = this.columns.filter(({ property }) => !own.has(property))
    const values = alike.map((column) => stored(first, column))
    for (const row of rows) for (const column of differing) values.push(stored(row, column))
    return { text: this.#insertion(rows.length, alike, differing), values }
  }

  #insertion(rows: number, alike: readonly Column[], differing: readonly Column[]): string {
    const form = `${rows} ${differing.map(({ column }) => column)}`
    const known = this.#insertions.get(form)
    if (known) return known
    const same = alike.map((_, at) => `$${at + 1}`)
    const placesOf = (row: number) => differing.map((_, at) => `$${alike.length + row * differing.length + at + 1}`)
    const places = Array.from({ length: rows }, (_, row) => `(${[...same, ...placesOf(row)].join()})`)
    const columns = [...alike, ...differing].map(({ column }) => `"${column}"`).join(', ')
    const text = `insert into "${this.name}" (${columns}) values ${places.join()}`
    this.#insertions.set(form, text)
    return text
  }

  /** Changes columns of the rows to which `own` applies. */
  update(changes: Readonly<Record<string, unknown>>, own: Conditions): Statement {
    const { where, bind, values } = this.#where(own, null)
    const set = Object.keys(changes).map((property) => {
      const column = this.#column(property)
      return `"${column.column}" = ${bind(stored(changes, column))}`
    })
    return { text: `update "${this.name}" set ${set.join(', ')} where ${where}`, values }
  }

  remove(own: Conditions): Statement {
    const { where, values } = this.#where(own, null)
    return { text: `delete from "${this.name}" where ${where}`, values }
  }

  /**
   * @param byKey whether `own` names the rows by a key: a wall is asked then in a way that no index serves, or else the
   *   database, which does not know the values when it plans, reads all that is within the wall to find one row
   * @param order the property in whose order the rows are read
   */
  #where(own: Conditions, walls: readonly Conditions[] | null, byKey = false, order?: string) {
    const values: unknown[] = []
    const bind = bindTo(values)
    const one = (property: string, value: unknown) => {
      const ofOne = byKey && value instanceof ColumnCondition ? value.otherwise.ofOne : undefined
      return ofOne ? ofOne(this.named(property), bind) : written(this.named(property), value, bind)
    }
    const all = (conditions: Conditions) =>
      Object.entries(conditions)
        .filter(([, value]) => value !== undefined)
        .map(([property, value]) => one(property, value))
        .join(' and ')
    const joined = byKey ? undefined : this.#joined(own, walls, order, bind)
    const any = joined ? undefined : walls?.map((wall) => `(${all(wall)})`).join(' or ')
    const where = any === undefined ? all(own) : `${all(own)} and (${any || 'false'})${byKey ? ' is true' : ''}`
    return { from: `"${this.name}"${joined ? ` ${joined}` : ''}`, where, bind, values }
  }

  /** A wall that is one condition, as a join: where all rows have the same in its column, or come in its order. */
  #joined(own: Conditions, walls: readonly Conditions[] | null, order: string | undefined, bind: Bind) {
    const [wall, ...others] = walls ?? []
    const [[property, condition] = [], ...more] = Object.entries(wall ?? {})
    if (!property || others.length > 0 || more.length > 0 || !(condition instanceof ColumnCondition)) return undefined
    const of = own[property]
    return property === order || typeof of === 'string' || (Array.isArray(of) && of.length === 1)
      ? condition.otherwise.join?.(this.named(property), bind)
      : undefined
  }

  #column(property: string): Column {
    const column = this.columnOf(property)
    if (!column) throw new Error(`${this.row.typeName} has no column ${property}`)
    return column
  }

  /** With its table’s name, by which a condition can speak of it inside a sub-select. */
  named(property: string): string {
    return `"${this.name}"."${this.#column(property).column}"`
  }
}

/** Some of the columns of a table, and the rows with what they hold. */
export class View<R extends Row = Row> {
  readonly selected: string
  readonly #Row: new (
    line: readonly unknown[],
  ) => R

  constructor(table: Table<R>, columns: readonly Column[]) {
    this.selected = columns.map(({ property }) => table.named(property)).join(', ')
    this.#Row = rowsOf<R>(columns, table.row.prototype as object)
  }

  /** The row that a line of an answer holds. A column that the view leaves out is no property of it. */
  revive(line: readonly unknown[]): R {
    return new this.#Row(line)
  }
}

/**
 * A class of rows that takes each property from its place in a line. Its text names them one by one, which the engine does
 * many times faster than by names it has to look up; they are those of our own classes.
 */
function rowsOf<R extends Row>(columns: readonly Column[], shape: object): new (line: readonly unknown[]) => R {
  const taken = columns.map(({ property }, at) => `this.${property} = line[${at}]`)
  const Made = new Function('line', taken.join('\n'))
  Made.prototype = shape
  return Made as unknown as new (
    line: readonly unknown[],
  ) => R
}

const bindTo =
  (values: unknown[]): Bind =>
  (value) =>
    `$${values.push(value)}`

/** As the driver takes it: it would send a list as an array, also where the column holds JSON. */
function stored(from: object, { property, type }: Column): unknown {
  const value = (from as Record<string, unknown>)[property]
  return type === 'jsonb' && value !== null && value !== undefined ? JSON.stringify(value) : value
}
