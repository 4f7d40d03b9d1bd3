import { Refusal } from '../../rules/refusal.js'
import type { Actor, Claims } from '../access/actor.js'
import { notFound, unauthenticated } from '../access/faults.js'
import type { Connection } from '../driver/connection.js'
import type { Database } from './database.js'
import type { SaidRoles } from './role-cache.js'
import { fewPlaces, type Order, type Parents, type Row, type RowClass, type Where, type Whole } from './row.js'
import type { Conditions, Statement, Table, View } from './table.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isUuid = (text: string): boolean => uuid.test(text)

/** The condition that an id in a filter stands for: none when it was not given; what is no id finds nothing. */
export const soughtId = (id: string | null | undefined): string[] | undefined =>
  id === null || id === undefined ? undefined : [id].filter(isUuid)

/** As it goes into `SET LOCAL`, which takes no parameters: the form is checked first. */
export function quoted(id: string | null): string {
  if (id === null) return "''"
  if (!uuid.test(id)) throw unauthenticated()
  return `'${id}'`
}

export interface FindOptions<R extends Row> {
  order?: { [K in keyof R]?: 'asc' | 'desc' }
  limit?: number
  /** What is asked for leads to few rows by an index of its own, such as their parent; an id always does. */
  byKey?: boolean
  /** Reads their heavy columns, too (`Row.heavy`). */
  whole?: boolean
  /** Locks the rows: `share` keeps them as they are until the transaction ends, `update` for changing them. */
  lock?: 'share' | 'update'
}

/** One transaction of one tenant: the only road to rows. Statements name the firm; row-level security is the second lock. */
export class Tx {
  #actor: Actor | null = null
  #now: Date | null = null
  #firmId: string | null
  /** Which realm is open: none where it is empty. */
  #realm: '' | 'identity'

  constructor(
    readonly database: Database,
    protected readonly connection: Connection,
    firmId: string | null,
  ) {
    this.#firmId = firmId
    this.#realm = firmId === null ? 'identity' : ''
  }

  /** Who acts. @throws Fault UNAUTHENTICATED where that is not known yet (signing in) */
  get actor(): Actor {
    if (!this.#actor) throw unauthenticated()
    return this.#actor
  }

  get firmId(): string {
    if (!this.#firmId) throw unauthenticated()
    return this.#firmId
  }

  /** The firm entered; null before any was. */
  protected get entered(): string | null {
    return this.#firmId
  }

  /** Whether a person acts in it: their walls stand before rows. */
  get isPersonal(): boolean {
    return this.#actor !== null
  }

  protected get known(): Actor | null {
    return this.#actor
  }

  /** The moment this transaction began, by the clock of the database, which says it when it has said who acts. */
  get now(): Date {
    if (!this.#now) throw new Error('The database has not said yet what time it is.')
    return this.#now
  }

  /** Takes on a tenant inside a transaction that began without one (signing in, accepting an invitation). */
  async enter(firmId: string): Promise<void> {
    await this.connection.run(`set local app.firm_id = ${quoted(firmId)}`)
    this.#firmId = firmId
  }

  /** Says whose memberships the identity realm reads across firms: those of one person, authenticated. */
  async speakFor(userId: string): Promise<void> {
    await this.connection.run(`set local app.user_id = ${quoted(userId)}`)
  }

  /** Opens the identity realm in a person's own transaction: for acts on their account and their sessions. */
  async openIdentityRealm(): Promise<void> {
    this.#realm = 'identity'
    await this.connection.run("set local app.realm = 'identity'")
  }

  /**
   * Opens, for what `work` sends at once, the realm in which the places and keys of files are read and written. The realm that was open
   * before follows on the same way, whatever becomes of `work`.
   */
  async withFiles<T>(work: () => Promise<T>): Promise<T> {
    const opened = this.connection.run("set local app.realm = 'files'")
    const done = (async () => work())()
    const closed = this.connection.run(`set local app.realm = '${this.#realm}'`)
    const [found] = await Promise.all([done, opened, closed])
    return found
  }

  /** Works inside another firm of the person this transaction speaks for, then comes back. */
  async within<T>(firmId: string, work: () => Promise<T>): Promise<T> {
    const home = this.#firmId
    const clientId = this.#actor?.clientId ?? null
    await Promise.all([this.connection.run(`set local app.client_id = ''`), this.enter(firmId)])
    const done = await work()
    await Promise.all([
      this.connection.run(`set local app.firm_id = ${quoted(home)}`),
      this.connection.run(`set local app.client_id = ${quoted(clientId)}`),
    ])
    this.#firmId = home
    return done
  }

  /**
   * A statement before which the wall of the client is lifted: for a yes or no that an act of people of a client depends on.
   * It is sent together with the lifting and the raising again, so that no other statement comes in between.
   */
  async pastClientWall<T>(sql: string, parameters: readonly unknown[]): Promise<T[]> {
    const lifted = this.connection.run("set local app.client_id = ''")
    const found = this.connection.prepared<T>(sql, parameters)
    const raised = this.connection.run(`set local app.client_id = ${quoted(this.#actor?.clientId ?? null)}`)
    const [rows] = await Promise.all([found, lifted, raised])
    return rows
  }

  async readClock(): Promise<void> {
    const [row] = await this.query<{ now: Date }>('select now()')
    this.#now = (row as { now: Date }).now
  }

  /**
   * Reads the actor's roles as they are now. A membership that is no longer active or is suspended, or a sign-in that ended, has none.
   * @throws Fault UNAUTHENTICATED for such a caller
   */
  async identify(claims: Claims): Promise<void> {
    const { roleCache } = this.database
    // Few places are always read. Many are not sent again while the member's mark is the one that they were read with.
    const cached = roleCache.get(claims.sessionId)
    const known = cached && cached.roles.team.size > fewPlaces ? cached : undefined
    const [row] = await this.prepared<SaidRoles & { client_id: string | null; now: Date }>(
      `select m.client_id, now(), m.team_mark as "teamMark", json_build_array(m.name, m.firm_role, m.client_role)::text as person,
         case when m.team_mark is distinct from $4 then
           (select jsonb_object_agg(t.engagement_id, t.role)::text from team_member t where t.firm_id = $1 and t.member_id = $2
              and t.independence_confirmed_at is not null and t.removed_at is null) end as team
       from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE' and m.suspended_at is null
         and not exists (select 1 from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)`,
      [claims.firmId, claims.memberId, claims.sessionId, known?.teamMark ?? null],
    )
    if (!row || row.client_id !== claims.clientId) throw unauthenticated()
    this.#now = row.now
    this.#actor = { ...claims, ...roleCache.parse(claims.sessionId, row, known) }
  }

  /** How long a statement waits for what another transaction holds, from here on, e.g. `5s`. */
  waitAtMost(time: '5s' | '10s'): Promise<void> {
    return this.connection.run(`set local lock_timeout = '${time}'`)
  }

  /** A hand-written statement. It names the firm itself (`firm_id = $1`) and respects the team's wall itself. */
  query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return this.connection.query(sql, parameters)
  }

  /** A hand-written statement, always of the same text, that is sent often: the connection parses it once. */
  prepared<T>(sql: string, parameters: readonly unknown[]): Promise<T[]> {
    return this.connection.prepared(sql, parameters)
  }

  /** The rows that answer to `where` and that the actor may see. An array as a value means any of them. */
  find<R extends Row>(row: RowClass<R>, where: Where<R>, options: FindOptions<R> & { whole: true }): Promise<Whole<R>[]>
  find<R extends Row>(row: RowClass<R>, where: Where<R>, options?: FindOptions<R>): Promise<R[]>
  find<R extends Row>(row: RowClass<R>, where: Where<R>, options: FindOptions<R> = {}): Promise<R[]> {
    const table = this.database.table(row)
    return this.#read(row, this.viewOf(table, options.whole), where, options)
  }

  /** What is read of rows. */
  protected viewOf<R extends Row>(table: Table<R>, isWhole = false): View<R> {
    return isWhole ? table.whole : table.light
  }

  /** Of the rows with these ids that the actor may see: their ids and heavy columns. */
  findHeavy<R extends Row>(row: RowClass<R>, ids: readonly string[]): Promise<R[]> {
    return this.#read(row, this.database.table(row).heavy, { id: ids } as Where<R>, {})
  }

  /** Of each of several parents, named by a column of the row, the rows that `find` would find: as many as `limit` says. */
  findEach<R extends Row>(
    row: RowClass<R>,
    where: Where<R>,
    [parent, ids]: Parents<R>,
    options: { order: Order<R>; limit: number },
  ): Promise<R[]> {
    const table = this.database.table(row)
    const view = this.viewOf(table)
    return this.#rows(view, table.selectEach(view, this.#own(where), this.#walls(row), parent, ids, options))
  }

  #read<R extends Row>(row: RowClass<R>, view: View<R>, where: Where<R>, options: FindOptions<R>): Promise<R[]> {
    const table = this.database.table(row)
    return this.#rows(view, table.select(view, this.#own(where), this.#walls(row), options as object))
  }

  async #rows<R extends Row>(view: View<R>, statement: Statement): Promise<R[]> {
    return (await this.connection.lines(statement)).map((line) => view.revive(line))
  }

  /** How many rows `find` would find without a limit. */
  async count<R extends Row>(row: RowClass<R>, where: Where<R>): Promise<number> {
    const statement = this.database.table(row).count(this.#own(where), this.#walls(row))
    const [[count]] = (await this.connection.lines(statement)) as [[number]]
    return count
  }

  /** The same for each of several parents; one that has none is not among them. */
  async countEach<R extends Row>(
    row: RowClass<R>,
    where: Where<R>,
    [parent, ids]: Parents<R>,
  ): Promise<Map<string, number>> {
    const statement = this.database.table(row).countEach(this.#own(where), this.#walls(row), parent, ids)
    return new Map((await this.connection.lines(statement)) as [string, number][])
  }

  #own<R extends Row>(where: Where<R>): Conditions {
    return { ...where, firmId: this.firmId }
  }

  #walls(row: RowClass): readonly Conditions[] | null {
    return this.#actor ? row.wall(this.#actor) : null
  }

  one<R extends Row>(
    row: RowClass<R>,
    where: Where<R>,
    options: FindOptions<R> & { whole: true },
  ): Promise<Whole<R> | null>
  one<R extends Row>(row: RowClass<R>, where: Where<R>, options?: FindOptions<R>): Promise<R | null>
  async one<R extends Row>(row: RowClass<R>, where: Where<R>, options: FindOptions<R> = {}): Promise<R | null> {
    return (await this.find(row, where, { ...options, limit: 1 }))[0] ?? null
  }

  /**
   * The row with this id. What does not exist, and what the actor may not see, is the same Denial NOT_FOUND.
   * @param expectedVersion what the caller read; another one is refused with VERSION_CONFLICT
   */
  async load<R extends Row>(
    row: RowClass<R>,
    id: string,
    expectedVersion?: number,
    lock?: 'share' | 'update',
  ): Promise<R> {
    const found = isUuid(id) ? await this.one(row, { id } as Where<R>, lock ? { lock } : {}) : null
    if (!found) throw notFound(id)
    if (expectedVersion !== undefined && found.version !== expectedVersion) throw versionConflict(found)
    return found
  }
}

export const versionConflict = (row: Row) =>
  new Refusal(
    'VERSION_CONFLICT',
    `It has changed since you read it: it is at version ${row.version} now.`,
    ['expectedVersion'],
    { currentVersion: row.version },
  )
