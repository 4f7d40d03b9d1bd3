import { LRUCache } from 'lru-cache'
import { Fault } from '../kernel/access/faults.js'
import type { BudgetState, CostState, RequestCost } from '../kernel/execute/cost.js'
import { limits as operationLimits } from '../kernel/execute/limits.js'
import { type Caller, isStranger } from './caller.js'
import { shares } from './turns.js'

/** Points a minute, each of which may be absent. */
export interface BudgetLimits {
  caller: number | null
  firm: number | null
}

/** So many of each kind are remembered, the latest seen: one that is forgotten begins anew, with a full budget. */
const remembered = 10_000
/** How long people of a client are asked to wait when it is not their own budget that is used up. */
const clientsRetrySeconds = 5
const minuteMs = 60_000

/** A token bucket: full at first, emptied by what is charged, filled evenly. */
class Bucket {
  #points: number
  #filledAt: number

  constructor(
    readonly limit: number,
    now: number,
  ) {
    this.#points = limit
    this.#filledAt = now
  }

  /** Seconds until it holds so much; 0 when it does. */
  secondsUntil(points: number, now: number): number {
    this.#fill(now)
    return points <= this.#points ? 0 : Math.ceil(((points - this.#points) / this.limit) * 60)
  }

  /** What goes beyond a second minute of waiting is let go. */
  take(points: number, now: number): void {
    this.#fill(now)
    this.#points = Math.max(-this.limit, this.#points - points)
  }

  state(now: number): BudgetState {
    return { limit: this.limit, resetSeconds: this.secondsUntil(this.limit, now), remaining: Math.floor(this.#points) }
  }

  #fill(now: number): void {
    this.#points = Math.min(this.limit, this.#points + ((now - this.#filledAt) / minuteMs) * this.limit)
    this.#filledAt = now
  }
}

/**
 * What callers and firms may ask of this process in a minute. Kept in its memory: another process has budgets of its own,
 * and after a start all are full.
 */
export class Budgets {
  readonly #members = new LRUCache<string, Bucket>({ max: remembered })
  readonly #networks = new LRUCache<string, Bucket>({ max: remembered })
  readonly #firms = new LRUCache<string, Bucket>({ max: remembered })
  readonly #clients = new LRUCache<string, Bucket>({ max: remembered })

  /** @param now milliseconds of a clock that is never put back */
  constructor(
    private readonly limits: BudgetLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The budgets of one request: of the member, their firm, and the people of the firm's clients, where they are one; without a
   * valid token, of the network it comes from, which has another one for refreshing sessions: whatever else a network sends,
   * who is signed in there stays so.
   */
  of(caller: Caller): Charged {
    const { caller: own, firm } = this.limits
    if (isStranger(caller)) {
      const name = caller.isRefreshing ? `refreshing from ${caller.network}` : caller.network
      return new Charged(this.#bucket(this.#networks, name, own), [], 'stranger', this.now)
    }
    const { memberId, firmId, clientId } = caller
    const shared = [this.#bucket(this.#firms, firmId, firm)]
    if (clientId !== null) shared.push(this.#bucket(this.#clients, firmId, firm && clientsOf(firm)))
    const kind = clientId === null ? 'member' : 'client'
    return new Charged(this.#bucket(this.#members, memberId, own), shared.filter(isSet), kind, this.now)
  }

  #bucket(kept: LRUCache<string, Bucket>, key: string, limit: number | null): Bucket | null {
    if (limit === null) return null
    const known = kept.get(key)
    if (known) return known
    const made = new Bucket(limit, this.now())
    kept.set(key, made)
    return made
  }
}

/** What the people of all clients of a firm have of its budget together; never less than two of the greatest operations. */
const clientsOf = (firm: number): number => Math.min(firm, Math.max(firm * shares.clients, 2 * operationLimits.cost))

const isSet = (bucket: Bucket | null): bucket is Bucket => bucket !== null

/** One request, charged to the budgets it falls under. */
export class Charged implements RequestCost {
  #charged = 0
  #estimated = 0
  #isCounted = true
  /** Seconds to wait, once it was refused. */
  retryAfter: number | null = null

  constructor(
    private readonly caller: Bucket | null,
    /** The firm's, and what its clients have of it. */
    private readonly shared: readonly Bucket[],
    private readonly kind: 'member' | 'client' | 'stranger',
    private readonly now: () => number,
  ) {}

  chargeEstimate(points: number, isCounted: boolean): void {
    this.#isCounted = isCounted
    const more = points - this.#estimated
    if (more <= 0) return
    this.demand(more)
    this.#estimated = points
  }

  settle(points: number): void {
    if (!this.#isCounted || points >= this.#estimated) return
    this.charge(points - this.#estimated)
    this.#estimated = points
  }

  /** @throws Fault RATE_LIMITED when a budget does not hold so much; nothing is charged then */
  demand(points: number): void {
    const now = this.now()
    const byCaller = this.caller?.secondsUntil(points, now) ?? 0
    const byFirm = Math.max(0, ...this.shared.map((bucket) => bucket.secondsUntil(points, now)))
    if (byCaller > 0 || byFirm > 0) throw this.#refusal(byCaller, byFirm)
    this.charge(points)
  }

  charge(points: number): void {
    const now = this.now()
    this.#charged += points
    this.caller?.take(points, now)
    for (const bucket of this.shared) bucket.take(points, now)
  }

  get state(): CostState | null {
    const shown = this.#shown()
    if (!shown.caller && !shown.firm) return null
    const now = this.now()
    return {
      charged: this.#charged,
      ...(shown.caller ? { caller: shown.caller.state(now) } : {}),
      ...(shown.firm ? { firm: shown.firm.state(now) } : {}),
    }
  }

  /** As draft-ietf-httpapi-ratelimit-headers names them; nothing where no budget is set. */
  headers(): Record<string, string> {
    const { charged: _, ...budgets } = this.state ?? { charged: 0 }
    const told = Object.entries(budgets)
    if (told.length === 0) return {}
    return {
      'ratelimit-policy': told.map(([name, { limit }]) => `"${name}";q=${limit};w=60;qu="points"`).join(', '),
      ratelimit: told
        .map(([name, { remaining, resetSeconds }]) => `"${name}";r=${Math.max(0, remaining)};t=${resetSeconds}`)
        .join(', '),
      ...(this.retryAfter === null ? {} : { 'retry-after': String(this.retryAfter) }),
    }
  }

  /** The people of a client do not see how busy the firm is. */
  #shown(): { caller: Bucket | null; firm: Bucket | null } {
    return { caller: this.caller, firm: (this.kind === 'member' && this.shared[0]) || null }
  }

  #refusal(byCaller: number, byFirm: number): Fault {
    const isClients = this.kind === 'client'
    const seconds = isClients ? byCaller || clientsRetrySeconds : Math.max(byCaller, byFirm)
    this.retryAfter = seconds
    const whose = byFirm > byCaller ? 'Your firm has' : 'You have'
    const what = isClients
      ? 'No more can be asked for at the moment.'
      : `${whose} used up what may be asked for in a minute.`
    return new Fault('RATE_LIMITED', `${what} Try again in ${seconds} seconds.`, { retryAfterSeconds: seconds })
  }
}
