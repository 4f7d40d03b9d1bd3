import { engagementOf } from '../access/belonging.js'
import type { Row } from './row.js'
import type { Tx } from './tx.js'

/**
 * What hand-written statements may read: each takes a scope first. That of the firm comes from the transaction; that of
 * engagements from rows of theirs which were read through the wall of the team, never from an id that a caller gave.
 */
export class FirmScope<T extends Tx = Tx> {
  constructor(readonly tx: T) {}

  get firmId(): string {
    return this.tx.firmId
  }

  /** The chain of the trail: the firm's own, of what concerns no engagement. */
  get chainId(): string {
    return this.firmId
  }
}

/** What is a client's own and concerns no engagement. Nobody reads its chain but commands of the operator. */
export class ClientScope<T extends Tx = Tx> extends FirmScope<T> {
  private constructor(
    tx: T,
    readonly clientId: string,
  ) {
    super(tx)
  }

  /** @throws Error in a transaction in which a person acts */
  static ofOperator<T extends Tx>(tx: T, clientId: string): ClientScope<T> {
    if (tx.isPersonal) throw new Error('The chain of a client is read by no person.')
    return new ClientScope(tx, clientId)
  }

  override get chainId(): string {
    return this.clientId
  }
}

/** One engagement or several, of whose team the actor is. */
export class EngagementScope<T extends Tx = Tx> extends FirmScope<T> {
  private constructor(
    tx: T,
    /** In the order of the rows that gave them, each once. Every statement on engagements names them as a condition. */
    readonly engagementIds: readonly string[],
  ) {
    super(tx)
  }

  /** @throws Error for a row that belongs to no engagement, and for one of whose team the actor is not */
  static ofRows<T extends Tx>(tx: T, rows: readonly Row[]): EngagementScope<T> {
    const ids = new Set(rows.map(engagementOf))
    // Some rows are seen from outside the team as well, such as the engagement's own by the administrator.
    const isOpen = (id: string | null): id is string => id !== null && (!tx.isPersonal || tx.actor.team.has(id))
    const open = [...ids].filter(isOpen)
    if (open.length < ids.size) throw new Error('Statements on an engagement are for its team.')
    return new EngagementScope(tx, open)
  }

  /**
   * The engagement of whose team the actor is, also where its row was removed behind the service's back.
   * @returns null where the actor is not on its team
   */
  static ofTeam<T extends Tx>(tx: T, engagementId: string): EngagementScope<T> | null {
    return tx.actor.team.has(engagementId) ? new EngagementScope(tx, [engagementId]) : null
  }

  /**
   * For commands of the operator, which see all of the firm they entered, and what was left of an engagement that is gone.
   * @throws Error in a transaction in which a person acts
   */
  static ofOperator<T extends Tx>(tx: T, engagementId: string): EngagementScope<T> {
    if (tx.isPersonal) throw new Error('A person sees engagements through the wall of their team.')
    return new EngagementScope(tx, [engagementId])
  }

  /** @throws Error where there are several */
  get engagementId(): string {
    const [id, ...others] = this.engagementIds
    if (id === undefined || others.length > 0) throw new Error('The scope is not of one engagement.')
    return id
  }

  override get chainId(): string {
    return this.engagementId
  }
}

/** The scope of all that is the firm's and concerns no engagement. */
export const firmScope = <T extends Tx>(tx: T): FirmScope<T> => new FirmScope(tx)

/**
 * The scope of the engagements that these rows belong to; they were read in the transaction.
 * @throws Error for a row that belongs to no engagement, and for one of whose team the actor is not
 */
export const scopeOf = <T extends Tx>(tx: T, ...rows: readonly Row[]): EngagementScope<T> =>
  EngagementScope.ofRows(tx, rows)
