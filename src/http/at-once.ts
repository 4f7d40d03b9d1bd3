import { rateLimited } from '../kernel/access/faults.js'
import { retryAfterSeconds } from './admission.js'

/** How many of something are under way at a time: each holds a connection, a file and a buffer. */
export interface AtOnceLimits {
  process: number
  member: number
}

/** What one process receives at a time. */
export const uploadsAtOnce: AtOnceLimits = { process: 64, member: 8 }

/** What one process gives out at a time. */
export const downloadsAtOnce: AtOnceLimits = { process: 256, member: 16 }

/** Counts what is under way, for each member and in all. */
export class AtOnce {
  readonly #under = new Map<string, number>()
  #all = 0

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
  begin(memberId: string): () => void {
    const own = this.#under.get(memberId) ?? 0
    if (own >= this.limits.member || this.#all >= this.limits.process) {
      throw rateLimited(this.refusal, Number(retryAfterSeconds))
    }
    this.#under.set(memberId, own + 1)
    this.#all += 1
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#all -= 1
      const left = (this.#under.get(memberId) ?? 1) - 1
      if (left > 0) this.#under.set(memberId, left)
      else this.#under.delete(memberId)
    }
  }
}
