import { v7 as newId } from 'uuid'
import type { Claims } from '../access/actor.js'
import { engagementOf } from '../access/belonging.js'
import { notFound } from '../access/faults.js'
import type { Connection } from '../driver/connection.js'
import { checkBounds } from './bounds.js'
import type { Database } from './database.js'
import { permit } from './permit.js'
import { classOf, type Mark, type NewRow, type Row, type RowClass, typeNameOf, type Where, type Whole } from './row.js'
import type { Table, View } from './table.js'
import { appendTrail, type Change, chainOf, recordedValues, valuesOf } from './trail.js'
import { type FindOptions, quoted, Tx, versionConflict } from './tx.js'

/** Whom an entry of the trail names. */
export interface Author {
  memberId: string
  name: string
}

/** A transaction that changes things. What it changed is gathered and appended to the trail by `write`. */
export class WriteTx extends Tx {
  /** What is appended, by chain. Beside the firm that was entered it may be chains of others, where the same person is a member. */
  readonly #changes = new Map<string, { firmId: string; changes: Change[] }>()
  /** By firm: who the trail names there, where it is not who acts in this transaction. */
  readonly #authors = new Map<string, Author>()
  /** The rows to be marked, by their ids. */
  readonly #marked = new Map<Mark, Set<string>>()
  #changedRoles = false
  readonly #last: Promise<unknown>[] = []
  /** Whether the policy was asked about a row. */
  asked = false
  readonly #permitted = new Set<string>()
  readonly #loaded: string[] = []

  constructor(
    database: Database,
    connection: Connection,
    firmId: string | null,
    /** The act's place in the schema, by which the policy knows it, e.g. `Mutation.confirmException`. */
    readonly coordinate: string,
  ) {
    super(database, connection, firmId)
  }

  /**
   * Asks the policy whether the actor may do this act to this row, now (see permit.ts). Rows of an engagement that was
   * not asked about cannot be written.
   */
  permit(row: Row, lock: 'share' | 'update' = engagementOf(row) === row.id ? 'update' : 'share'): Promise<void> {
    this.asked = true
    return permit(this, this.coordinate, row, lock)
  }

  /** As in `Tx`, but all of each row, its heavy columns included. */
  override find<R extends Row>(row: RowClass<R>, where: Where<R>, options: FindOptions<R> = {}): Promise<Whole<R>[]> {
    return super.find(row, where, options) as Promise<Whole<R>[]>
  }

  /** All columns: what is changed is compared, and the trail tells what it was. */
  protected override viewOf<R extends Row>(table: Table<R>): View<R> {
    return table.whole
  }

  override load<R extends Row>(
    row: RowClass<R>,
    id: string,
    expectedVersion?: number,
    lock?: 'share' | 'update',
  ): Promise<Whole<R>> {
    this.#loaded.push(id)
    return super.load(row, id, expectedVersion, lock) as Promise<Whole<R>>
  }

  /** The ids that were loaded, the latest first: what an act is denied hangs on the one it asked for last. */
  get loadedIds(): readonly string[] {
    return [...this.#loaded].reverse()
  }

  /** Marks that the policy was asked about this engagement. Rows of any other engagement cannot be written. */
  markPermitted(engagementId: string): void {
    this.#permitted.add(engagementId)
  }

  /** Makes a row; returns it complete. */
  async insert<R extends Row>(row: RowClass<R>, values: NewRow<R>): Promise<Whole<R>> {
    const [made] = await this.insertMany(row, [values])
    return made as Whole<R>
  }

  /**
   * Makes many rows.
   * @param common what all of them have in common: it is sent once
   */
  async insertMany<R extends Row>(
    row: RowClass<R>,
    values: readonly NewRow<R>[],
    { common = {} }: { common?: NewRow<R> } = {},
  ): Promise<Whole<R>[]> {
    const table = this.database.table(row)
    const made = values.map((value) => this.#complete(table, value, common))
    for (const one of made) {
      this.#checkPermitted(one)
      this.#mark(one)
    }
    const own = new Set(['id', ...values.flatMap(Object.keys)])
    const inserted = portions(made).map((rows) => this.connection.change(table.insert(rows, own)))
    await Promise.all([...inserted, checkBounds(this, this.connection, row, made)])
    for (const one of made) this.note(one, { after: valuesOf(one) })
    return made
  }

  /**
   * Changes a row, by version: a row that another act changed meanwhile is refused with VERSION_CONFLICT.
   * @throws Error for a row of which the trail holds a digest: what it was before could not be told from it
   */
  async update<R extends Row>(row: R, changes: Partial<Omit<R, keyof Row>>): Promise<R> {
    const changed = Object.entries(changes).filter(([key, value]) => !same(row[key as keyof R], value))
    if (changed.length === 0) return row
    if (classOf(row).inTrail === 'DIGEST')
      throw new Error(`${typeNameOf(row)} is in the trail as a digest: it is not changed`)
    const before = Object.fromEntries(changed.map(([key]) => [key, row[key as keyof R]]))
    await this.#supersede(row, Object.fromEntries(changed))
    this.note(row, { before, after: Object.fromEntries(changed) })
    return row
  }

  /** Counts a change of what belongs to a row and stands in other tables, so that who read it before is refused. */
  async touch<R extends Row>(row: R): Promise<R> {
    await this.#supersede(row, {})
    return row
  }

  async #supersede<R extends Row>(row: R, changes: Record<string, unknown>): Promise<void> {
    this.#checkPermitted(row)
    const type = classOf(row)
    const set = { ...changes, version: row.version + 1 }
    const own = { firmId: this.firmId, id: row.id, version: row.version }
    const affected = await this.connection.change(this.database.table(type).update(set, own))
    if (affected !== 1) {
      const now = await this.one(type, { id: row.id } as Where<R>)
      throw now ? versionConflict(now) : notFound(row.id)
    }
    Object.assign(row, set)
  }

  /** Removes a row of the few kinds that can be removed (links); the trail keeps what it said. */
  async remove<R extends Row>(row: R): Promise<void> {
    this.#checkPermitted(row)
    const table = this.database.table(classOf(row))
    const affected = await this.connection.change(table.remove({ firmId: this.firmId, id: row.id }))
    if (affected !== 1) throw notFound(row.id)
    this.note(row, { before: valuesOf(row) })
  }

  /** Puts a change into the trail that no row shows by itself, e.g. the import of a million items. */
  note(row: Row, { before, after }: Omit<Change, 'type' | 'id'>): void {
    this.#mark(row)
    const chainId = chainOf(row)
    const { typeName, decidesAccess } = classOf(row)
    this.#changedRoles ||= decidesAccess
    const chain = this.#changes.get(chainId) ?? { firmId: row.firmId, changes: [] }
    const recorded = {
      ...(before && { before: recordedValues(this.database, row, before) }),
      ...(after && { after: recordedValues(this.database, row, after) }),
    }
    chain.changes.push({ type: typeName, id: row.id, ...recorded })
    this.#changes.set(chainId, chain)
  }

  /** Says whom the trail of a firm names for what is noted there: the person's own membership in it. */
  nameAuthor(firmId: string, author: Author): void {
    this.#authors.set(firmId, author)
  }

  /** Whether a member may be on another team, or hold another role, than at the beginning. */
  get changedRoles(): boolean {
    return this.#changedRoles
  }

  /** What is sent with the commit: nothing follows from it, but without it nothing is kept. */
  deferToCommit(...sent: Promise<unknown>[]): void {
    // `flushDeferred` throws it when it is called; until then a failure is not unhandled.
    for (const one of sent) one.catch(() => undefined)
    this.#last.push(...sent)
  }

  /** Is kept when all of it was done. */
  flushDeferred(): Promise<unknown> {
    return Promise.all(this.#last)
  }

  /** Whatever is written is noted for the trail, so nothing that is written can be forgotten here. */
  #mark(row: Row): void {
    const { marks } = classOf(row)
    const id = marks && (row as unknown as Record<string, string | null>)[marks.by]
    if (!marks || !id) return
    this.#marked.set(marks, (this.#marked.get(marks) ?? new Set()).add(id))
  }

  /** @throws Error where places on teams were changed before: what is read then is remembered, and may come to nothing. */
  override identify(claims: Claims): Promise<void> {
    if (this.#marked.size > 0) throw new Error('Who acts is read before anything is written that is marked.')
    return super.identify(claims)
  }

  /** The chains of the firm entered to which the act appends. */
  get chainIds(): string[] {
    return [...this.#changes].filter(([, { firmId }]) => firmId === this.entered).map(([chainId]) => chainId)
  }

  /**
   * Marks what the rows written belong to, and appends one entry to each chain the act touched, also in other firms; each firm is entered for it, and the one entered
   * before is entered again. In one order for all acts: two that append to the same chains would otherwise wait for each other.
   */
  appendTrail(action: string, about: Row | null): Promise<unknown> {
    const home = this.entered
    // Before the heads of chains are locked, and in the order of ids: of two acts one waits for the other, never each for each.
    const sent: Promise<unknown>[] = [...this.#marked].map(([{ table, column }, ids]) =>
      this.prepared(`update ${table} set ${column} = $3 where firm_id = $1 and id = any($2)`, [
        this.firmId,
        [...ids].sort(),
        newId(),
      ]),
    )
    let entered = home
    const enter = (firmId: string | null) => {
      if (firmId === entered) return
      sent.push(this.connection.run(`set local app.firm_id = ${quoted(firmId)}`))
      entered = firmId
    }
    for (const [chainId, { firmId, changes }] of [...this.#changes].sort(inOneOrder)) {
      enter(firmId)
      const first = changes[0] as Change
      const node = about && chainOf(about) === chainId ? { type: typeNameOf(about), id: about.id } : first
      const author = this.#authors.get(firmId) ?? (firmId === home ? this.known : null)
      const entry = { firmId, chainId, action, nodeType: node.type, nodeId: node.id, changes }
      const by = { actorId: author?.memberId ?? null, actorName: author?.name ?? 'Fieldwork' }
      sent.push(appendTrail(this.connection, { ...entry, ...by }))
    }
    enter(home)
    return Promise.all(sent)
  }

  #complete<R extends Row>(table: Table<R>, values: NewRow<R>, common: NewRow<R>): Whole<R> {
    const made = new table.row() as Whole<R> & Record<string, unknown>
    const given = values as Record<string, unknown>
    const same = common as Record<string, unknown>
    for (const { property } of table.columns) {
      ;(made as Record<string, unknown>)[property] = (property in given ? given : same)[property] ?? null
    }
    made.firmId = this.firmId
    made.id ??= newId()
    made.version = 1
    made.createdBy = this.known?.memberId ?? null
    made.createdAt = this.now
    if (engagementOf(made) === made.id) this.markPermitted(made.id)
    return made
  }

  #checkPermitted(row: Row): void {
    const engagementId = engagementOf(row)
    if (engagementId && !this.#permitted.has(engagementId)) {
      throw new Error(`${typeNameOf(row)} was to be written without the policy being asked about its engagement`)
    }
  }
}

const portionMax = 1_024
const portionOfAnyLength = 32

/** Cut into portions: beyond a few rows their lengths are powers of two, so that their statements have few different texts. */
function portions<R>(rows: readonly R[]): R[][] {
  const cut: R[][] = []
  for (let from = 0, size = portionMax; from < rows.length; from += size) {
    while (size > rows.length - from && size > portionOfAnyLength) size /= 2
    cut.push(rows.slice(from, from + size))
  }
  return cut
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

type Appended = [chainId: string, { firmId: string }]
const inOneOrder = ([oneId, one]: Appended, [otherId, other]: Appended): number => {
  const [first, second] = [`${one.firmId} ${oneId}`, `${other.firmId} ${otherId}`]
  return first < second ? -1 : Number(first > second)
}
