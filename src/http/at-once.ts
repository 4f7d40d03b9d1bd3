import type { Claims } from '../kernel/access/actor.js'
import { rateLimited } from '../kernel/access/faults.js'
import { retryAfterSeconds } from './admission.js'

/** How many of something are under way at a time: each holds a connection, a file and a buffer. */
export interface AtOnceLimits {
  process: number
  /** Of one firm and its clients: the others have places left. */
  firm: number
  member: number
}

/** What one process receives at a time. */
export const uploadsAtOnce: AtOnceLimits = { process: 64, firm: 32, member: 8 }

/** What one process gives out at a time. */
export const downloadsAtOnce: AtOnceLimits = { process: 256, firm: 128, member: 16 }

/** Counts what is under way: of each member, of each firm and in all. */
export class AtOnce {
  readonly #under = new Map<string, number>()

  /** @param refusal what is said to who asks for one too many */
  constructor(
    private readonly limits: AtOnceLimits,
    private readonly refusal: string,
  ) {}

  /**
   * Counts one more.
   * @returns what ends it, once however often it is called
   * @throws Fault RATE_LIMITED
   */
  begin({ firmId, memberId }: Pick<Claims, 'firmId' | 'memberId'>): () => void {
    const { process, firm, member } = this.limits
    const counted = [
      ['', process],
      [`firm ${firmId}`, firm],
      [`member ${firmId} ${memberId}`, member],
    ] as const
    if (counted.some(([whose, most]) => (this.#under.get(whose) ?? 0) >= most)) {
      throw rateLimited(this.refusal, Number(retryAfterSeconds))
    }
    const count = (more: 1 | -1) => {
      for (const [whose] of counted) {
        const now = (this.#under.get(whose) ?? 0) + more
        if (now > 0) this.#under.set(whose, now)
        else this.#under.delete(whose)
      }
    }
    count(1)
    let isOver = false
    return () => {
      if (!isOver) count(-1)
      isOver = true
    }
  }
}
