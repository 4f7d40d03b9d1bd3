import type { Claims } from '../access/actor.js'
import { Fault } from '../access/faults.js'
import { Latest } from '../data/latest.js'
import { networkOf } from '../features/identity/throttle.js'
import type { BudgetState, CostState, RequestCost } from '../graph/cost.js'

/** Points a minute, each of which may be absent. */
export interface BudgetLimits {
  caller: number | null
  firm: number | null
}

/** So many callers, and so many firms, are remembered, the latest seen: one that is forgotten begins anew, with a full budget. */
const remembered = 10_000
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
  readonly #callers = new Latest<string, Bucket>(remembered)
  readonly #firms = new Latest<string, Bucket>(remembered)

  /** @param now milliseconds of a clock that is never put back */
  constructor(
    private readonly limits: BudgetLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The budgets of one request: of the member and their firm; without a valid token, of the network it comes from and of
   * all such requests together.
   */
  of(claims: Claims | null, address: string): Charged {
    const { caller, firm } = this.limits
    const who = claims ? claims.memberId : `network ${networkOf(address)}`
    return new Charged(
      caller === null ? null : this.#bucket(this.#callers, who, caller),
      firm === null ? null : this.#bucket(this.#firms, groupOf(claims), firm),
      claims,
      this.now,
    )
  }

  #bucket(kept: Latest<string, Bucket>, key: string, limit: number): Bucket {
    const known = kept.get(key)
    if (known) return known
    const made = new Bucket(limit, this.now())
    kept.set(key, made)
    return made
  }
}

/** Whose requests count together: a firm, its clients' people included; all who are not signed in are one group. */
export const groupOf = (claims: Claims | null): string => claims?.firmId ?? 'not signed in'

/** One request, charged to the budgets it falls under. */
export class Charged implements RequestCost {
  #requested = 0
  #weighed = 0
  least = 0
  /** Seconds to wait, once it was refused. */
  retryAfter: number | null = null

  constructor(
    private readonly caller: Bucket | null,
    private readonly firm: Bucket | null,
    private readonly claims: Claims | null,
    private readonly now: () => number,
  ) {}

  weigh(points: number, least: number): void {
    this.least = least
    const more = points - this.#weighed
    if (more <= 0) return
    this.demand(more)
    this.#weighed = points
  }

  settle(points: number): void {
    if (points >= this.#weighed) return
    this.charge(points - this.#weighed)
    this.#weighed = points
  }

  /** @throws Fault RATE_LIMITED when a budget does not hold so much; nothing is charged then */
  demand(points: number): void {
    const now = this.now()
    const byCaller = this.caller?.secondsUntil(points, now) ?? 0
    const byFirm = this.firm?.secondsUntil(points, now) ?? 0
    if (byCaller > 0 || byFirm > 0) throw this.#refusal(Math.max(byCaller, byFirm), byFirm > byCaller)
    this.charge(points)
  }

  charge(points: number): void {
    const now = this.now()
    this.#requested += points
    this.caller?.take(points, now)
    this.firm?.take(points, now)
  }

  get state(): CostState | null {
    const shown = this.#shown()
    if (!shown.caller && !shown.firm) return null
    const now = this.now()
    return {
      requested: this.#requested,
      ...(shown.caller ? { caller: shown.caller.state(now) } : {}),
      ...(shown.firm ? { firm: shown.firm.state(now) } : {}),
    }
  }

  /** As draft-ietf-httpapi-ratelimit-headers names them; nothing where no budget is set. */
  headers(): Record<string, string> {
    const { requested: _, ...budgets } = this.state ?? { requested: 0 }
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

  /** The people of a client are not told how busy the firm is, nor strangers how many others there are. */
  #shown(): { caller: Bucket | null; firm: Bucket | null } {
    return { caller: this.caller, firm: this.claims && this.claims.clientId === null ? this.firm : null }
  }

  #refusal(seconds: number, isFirms: boolean): Fault {
    this.retryAfter = seconds
    const whose = !isFirms ? 'You have' : this.claims ? 'Your firm has' : 'Requests without sign-in have'
    const message = `${whose} used up what may be asked for in a minute. Try again in ${seconds} seconds.`
    return new Fault('RATE_LIMITED', message, { retryAfterSeconds: seconds })
  }
}
