import { And, Any, type EntityManager, Equal, FindOperator, IsNull, type QueryRunner } from 'typeorm'
import { v7 as newId } from 'uuid'
import type { Actor, Claims } from '../access/actor.js'
import { notFound, unauthenticated } from '../access/faults.js'
import { Refusal } from '../rules/refusal.js'
import type { TeamRole } from '../rules/vocabulary.js'
import type { Database } from './database.js'
import { permit } from './permit.js'
import type { Fresh, Row, RowClass, Where } from './row.js'
import { appendTrail, type Change, chainOf } from './trail.js'
import { refusalFor } from './violations.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isUuid = (text: string): boolean => uuid.test(text)

/** As it goes into `SET LOCAL`, which takes no parameters: the form is checked first. */
function quoted(id: string | null): string {
  if (id === null) return "''"
  if (!uuid.test(id)) throw unauthenticated()
  return `'${id}'`
}

export interface FindOptions<R extends Row> {
  order?: { [K in keyof R]?: 'asc' | 'desc' }
  limit?: number
  /** Locks the rows: `share` keeps them as they are until the transaction ends, `update` for changing them. */
  lock?: 'share' | 'update'
}

/** One transaction of one tenant: the only road to rows. Statements name the firm; row-level security is the second lock. */
export class Tx {
  #actor: Actor | null = null
  #firmId: string | null
  now = new Date(Number.NaN)

  constructor(
    readonly database: Database,
    protected readonly runner: QueryRunner,
    firmId: string | null,
  ) {
    this.#firmId = firmId
  }

  /** Who acts. A fault where nobody is known yet (signing in). */
  get actor(): Actor {
    if (!this.#actor) throw unauthenticated()
    return this.#actor
  }

  get firmId(): string {
    if (!this.#firmId) throw unauthenticated()
    return this.#firmId
  }

  protected get manager(): EntityManager {
    return this.runner.manager
  }

  protected get known(): Actor | null {
    return this.#actor
  }

  /** Takes on a tenant inside a transaction that began without one (signing in, accepting an invitation). */
  async enter(firmId: string): Promise<void> {
    await this.runner.query(`set local app.firm_id = ${quoted(firmId)}`)
    this.#firmId = firmId
  }

  /** Says whose memberships the identity realm reads across firms: those of one person, authenticated. */
  async speakFor(userId: string): Promise<void> {
    await this.runner.query(`set local app.user_id = ${quoted(userId)}`)
  }

  /** Opens the identity realm in a person's own transaction: for acts on their account and their sessions. */
  async openIdentityRealm(): Promise<void> {
    await this.runner.query("set local app.realm = 'identity'")
  }

  /** Works inside another firm of the person this transaction speaks for, then comes back. */
  async within<T>(firmId: string, work: () => Promise<T>): Promise<T> {
    const home = this.#firmId
    const clientId = this.#actor?.clientId ?? null
    await this.runner.query(`set local app.client_id = ''`)
    await this.enter(firmId)
    const done = await work()
    await this.runner.query(`set local app.firm_id = ${quoted(home)}; set local app.client_id = ${quoted(clientId)}`)
    this.#firmId = home
    return done
  }

  async readClock(): Promise<void> {
    const [row] = await this.query<{ now: Date }>('select now()')
    this.now = (row as { now: Date }).now
  }

  /** Reads the actor's roles as they are now. A membership that is no longer active, or a sign-in that ended, is nobody. */
  async identify(claims: Claims): Promise<void> {
    const [row] = await this.query<ActorRow>(
      `select m.name, m.firm_role, m.client_id, m.client_role, now(),
         (select jsonb_object_agg(t.engagement_id, t.role) from team_member t where t.firm_id = $1 and t.member_id = $2
            and t.independence_confirmed_at is not null and t.removed_at is null) as team
       from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE'
         and not exists (select 1 from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)`,
      [claims.firmId, claims.memberId, claims.sessionId],
    )
    if (!row || row.client_id !== claims.clientId) throw unauthenticated()
    this.now = row.now
    this.#actor = {
      ...claims,
      name: row.name,
      firmRole: row.firm_role,
      clientRole: row.client_role,
      team: new Map(Object.entries(row.team ?? {})),
    }
  }

  /** A hand-written statement. It names the firm itself (`firm_id = $1`) and respects the team's wall itself. */
  query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return this.runner.query(sql, parameters as unknown[])
  }

  /** The rows that answer to `where` and that the actor may see. An array as a value means any of them. */
  async find<R extends Row>(row: RowClass<R>, where: Where<R>, options: FindOptions<R> = {}): Promise<R[]> {
    return this.manager.find(row, {
      where: this.#visible(row, where),
      order: options.order as never,
      ...(options.limit === undefined ? {} : { take: options.limit }),
      ...(options.lock
        ? { lock: { mode: options.lock === 'share' ? 'pessimistic_read' : 'pessimistic_write' } as never }
        : {}),
    })
  }

  /** How many rows `find` would find without a limit. */
  count<R extends Row>(row: RowClass<R>, where: Where<R>): Promise<number> {
    return this.manager.count(row, { where: this.#visible(row, where) })
  }

  #visible<R extends Row>(row: RowClass<R>, where: Where<R>): never {
    const walls = this.#actor ? row.wall(this.#actor, [...this.#actor.team.keys()]) : null
    const own = { ...where, firmId: this.firmId } as Record<string, unknown>
    return (walls ?? [{}]).map((wall) => bothOf(own, wall)) as never
  }

  async one<R extends Row>(row: RowClass<R>, where: Where<R>, options: FindOptions<R> = {}): Promise<R | null> {
    return (await this.find(row, where, { ...options, limit: 1 }))[0] ?? null
  }

  /**
   * The row with this id. What does not exist, and what the actor may not see, is the same fault NOT_FOUND.
   * @param expectedVersion what the caller read; another one is refused with VERSION_CONFLICT
   */
  async load<R extends Row>(
    row: RowClass<R>,
    id: string,
    expectedVersion?: number,
    lock?: 'share' | 'update',
  ): Promise<R> {
    const found = isUuid(id) ? await this.one(row, { id } as Where<R>, lock ? { lock } : {}) : null
    if (!found) throw notFound()
    if (expectedVersion !== undefined && found.version !== expectedVersion) throw versionConflict(found)
    return found
  }
}

interface ActorRow {
  name: string
  firm_role: Actor['firmRole']
  client_id: string | null
  client_role: Actor['clientRole']
  now: Date
  team: Record<string, TeamRole> | null
}

const versionConflict = (row: Row) =>
  new Refusal(
    'VERSION_CONFLICT',
    `Somebody changed it since you read it: it is at version ${row.version} now.`,
    ['expectedVersion'],
    { currentVersion: row.version },
  )

/** A transaction that changes things. What it changed is gathered and appended to the trail by `write`. */
export class WriteTx extends Tx {
  readonly #changes = new Map<string, Change[]>()
  /** Whether the policy was asked about a row. */
  asked = false
  readonly #unlocked = new Set<string>()

  constructor(
    database: Database,
    runner: QueryRunner,
    firmId: string | null,
    /** The act's place in the schema, by which the policy knows it, e.g. `Mutation.confirmException`. */
    readonly coordinate: string,
  ) {
    super(database, runner, firmId)
  }

  /**
   * Asks the policy whether the actor may do this act to this row, now (see permit.ts). Rows of an engagement that was
   * not asked about cannot be written.
   */
  permit(
    row: Row,
    lock: 'share' | 'update' = row.constructor.name === 'Engagement' ? 'update' : 'share',
  ): Promise<void> {
    this.asked = true
    return permit(this, this.coordinate, row, lock)
  }

  /** Marks that the policy was asked about this engagement. Rows of any other engagement cannot be written. */
  unlock(engagementId: string): void {
    this.#unlocked.add(engagementId)
  }

  /** Makes a row; returns it complete. */
  async insert<R extends Row>(row: RowClass<R>, values: Fresh<R>): Promise<R> {
    const [made] = await this.insertMany(row, [values])
    return made as R
  }

  /** Makes many rows; beyond `trailed` rows the trail holds their number and the first and last id instead of each one. */
  async insertMany<R extends Row>(row: RowClass<R>, values: readonly Fresh<R>[], trailed = 200): Promise<R[]> {
    const made = values.map((value) => this.#complete(row, value))
    for (const one of made) this.#mustBeUnlocked(one)
    for (let from = 0; from < made.length; from += 1_000) {
      await this.manager
        .createQueryBuilder()
        .insert()
        .into(row)
        .values(made.slice(from, from + 1_000) as never)
        .updateEntity(false)
        .execute()
    }
    if (made.length <= trailed) for (const one of made) this.note(one, { after: plain(one) })
    else this.note(made[0] as R, { after: { count: made.length, first: made[0]?.id, last: made.at(-1)?.id } })
    return made
  }

  /** Changes a row, by version: a row that somebody else changed meanwhile is refused with VERSION_CONFLICT. */
  async update<R extends Row>(row: R, changes: Partial<Omit<R, keyof Row>>): Promise<R> {
    this.#mustBeUnlocked(row)
    const type = row.constructor as RowClass<R>
    const changed = Object.entries(changes).filter(([key, value]) => !same(row[key as keyof R], value))
    if (changed.length === 0) return row
    const set = { ...Object.fromEntries(changed), version: row.version + 1 }
    const { affected } = await this.manager
      .createQueryBuilder()
      .update(type)
      .set(set as never)
      .where('firm_id = :firmId and id = :id and version = :version', {
        firmId: this.firmId,
        id: row.id,
        version: row.version,
      })
      .execute()
    if (affected !== 1) {
      const now = await this.one(type, { id: row.id } as Where<R>)
      throw now ? versionConflict(now) : notFound()
    }
    const before = Object.fromEntries(changed.map(([key]) => [key, row[key as keyof R]]))
    Object.assign(row, set)
    this.note(row, { before, after: Object.fromEntries(changed) })
    return row
  }

  /** Removes a row of the few kinds that can be removed (links); the trail keeps what it said. */
  async remove<R extends Row>(row: R): Promise<void> {
    this.#mustBeUnlocked(row)
    const { affected } = await this.manager.delete(
      row.constructor as RowClass<R>,
      {
        firmId: this.firmId,
        id: row.id,
      } as never,
    )
    if (affected !== 1) throw notFound()
    this.note(row, { before: plain(row) })
  }

  /** Puts a change into the trail that no row shows by itself, e.g. the import of a million items. */
  note(row: Row, change: Omit<Change, 'type' | 'id'>): void {
    const chain = chainOf(row)
    const changes = this.#changes.get(chain) ?? []
    changes.push({ type: row.constructor.name, id: row.id, ...change })
    this.#changes.set(chain, changes)
  }

  /** Appends one entry to each chain the act touched. */
  async appendTrail(action: string, about: Row | null, actorName?: string): Promise<void> {
    for (const [chainId, changes] of this.#changes) {
      const first = changes[0] as Change
      const node = about && chainOf(about) === chainId ? { type: about.constructor.name, id: about.id } : first
      await appendTrail(this.runner, {
        firmId: this.firmId,
        chainId,
        actorId: this.known?.memberId ?? null,
        actorName: actorName ?? this.known?.name ?? 'Fieldwork',
        action,
        nodeType: node.type,
        nodeId: node.id,
        changes,
      })
    }
  }

  #complete<R extends Row>(row: RowClass<R>, values: Fresh<R>): R {
    const id = (values as { id?: string }).id ?? newId()
    const made = Object.assign(new row(), values, {
      firmId: this.firmId,
      id,
      version: 1,
      createdBy: this.known?.memberId ?? null,
      createdAt: this.now,
    })
    for (const { property } of this.database.columnsOf(row)) {
      if ((made as never)[property] === undefined) Object.assign(made, { [property]: null })
    }
    if (row.name === 'Engagement') this.unlock(id)
    return made
  }

  #mustBeUnlocked(row: Row): void {
    const engagementId = 'engagementId' in row ? (row.engagementId as string) : null
    const engagement = engagementId ?? (row.constructor.name === 'Engagement' ? row.id : null)
    if (engagement && !this.#unlocked.has(engagement)) {
      throw new Error(`${row.constructor.name} was to be written without the policy being asked about its engagement`)
    }
  }
}

/** The columns of a row as they go into the trail. */
function plain(row: Row): Record<string, unknown> {
  const { firmId, id, version, createdAt, createdBy, ...rest } = row as Row & Record<string, unknown>
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

function asOperator(value: unknown): FindOperator<unknown> {
  if (value instanceof FindOperator) return value
  if (value === null) return IsNull()
  return Array.isArray(value) ? Any(value) : Equal(value)
}

/** Both conditions: where they speak of the same column, both must hold. */
function bothOf(own: Record<string, unknown>, wall: Record<string, unknown>): Record<string, unknown> {
  const both: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(own)) if (value !== undefined) both[key] = asOperator(value)
  for (const [key, value] of Object.entries(wall)) {
    both[key] = key in both ? And(both[key] as FindOperator<unknown>, asOperator(value)) : asOperator(value)
  }
  return both
}

const settings = (claims: Claims | null) =>
  claims
    ? `set local app.firm_id = ${quoted(claims.firmId)}; set local app.client_id = ${quoted(claims.clientId)}; ` +
      `set local app.user_id = ${quoted(claims.userId)}`
    : "set local app.realm = 'identity'"

/** A read transaction that stays open until `close`: all its reads see one moment. */
export interface OpenRead {
  tx: Tx
  close(): Promise<void>
}

/** Opens a read-only, repeatable-read transaction of the person's tenant. */
export async function openRead(database: Database, claims: Claims): Promise<OpenRead> {
  const runner = database.connection()
  const close = async () => {
    try {
      if (!runner.isReleased) await runner.query('rollback').catch(() => {})
    } finally {
      await runner.release()
    }
  }
  try {
    await runner.query(`begin isolation level repeatable read read only; ${settings(claims)}`)
    const tx = new Tx(database, runner, claims.firmId)
    await tx.identify(claims)
    return { tx, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Runs `act` in one transaction and commits; any throw rolls everything back. Never nested.
 * @param claims who acts; null for the identity realm, where nobody is known yet
 */
export async function write<T>(
  database: Database,
  claims: Claims | null,
  coordinate: string,
  act: (tx: WriteTx) => Promise<T>,
): Promise<T> {
  const runner = database.connection()
  try {
    await runner.query(`begin; ${settings(claims)}; set local lock_timeout = '10s'`)
    // TypeORM locks rows only in a transaction it knows of; this one was begun, and ends, by hand.
    Object.assign(runner, { isTransactionActive: true })
    const tx = new WriteTx(database, runner, claims?.firmId ?? null, coordinate)
    if (claims) await tx.identify(claims)
    else await tx.readClock()
    const result = await act(tx)
    await runner.query('commit')
    return result
  } catch (error) {
    await runner.query('rollback').catch(() => {})
    throw refusalFor(error)
  } finally {
    await runner.release()
  }
}
