import { unavailable } from '../../access/faults.js'

export interface TurnLimits {
  /** How many are at work at once. */
  atWork: number
  /** How many wait at most, of all callers together. */
  waiting: number
  /** How long one waits at most. */
  waitMs: number
}

interface Waiter {
  begin(): void
  refuse(): void
}

/**
 * Does expensive work a few at a time, in a bounded line. Callers take turns, however much each of them sends: where the
 * line is full, the caller who has most in it loses the last of it to a caller who has less, so that a flood from one
 * network keeps nobody else out. Who cannot be served in time is refused at once, or when their time is up.
 */
export class Turns {
  #atWork = 0
  #waiting = 0
  /** By caller, in the order in which it is their turn. */
  readonly #lines = new Map<string, Waiter[]>()

  constructor(private readonly limits: TurnLimits) {}

  /** @throws Fault UNAVAILABLE when the line is full or the wait too long: `work` was not begun then */
  async take<T>(caller: string, work: () => Promise<T>): Promise<T> {
    if (this.#atWork < this.limits.atWork) this.#atWork += 1
    else await this.#wait(caller)
    try {
      return await work()
    } finally {
      this.#pass()
    }
  }

  #wait(caller: string): Promise<void> {
    const line = this.#lines.get(caller) ?? []
    if (this.#waiting >= this.limits.waiting) this.#makeRoom(line.length)
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void) => () => {
        clearTimeout(timer)
        settled()
      }
      const waiter = { begin: settle(resolve), refuse: settle(() => reject(unavailable())) }
      const timer = setTimeout(() => {
        this.#leave(caller, waiter)
        waiter.refuse()
      }, this.limits.waitMs)
      this.#waiting += 1
      this.#lines.set(caller, [...line, waiter])
    })
  }

  /** @throws Fault UNAVAILABLE when no other caller has more in the line */
  #makeRoom(own: number): void {
    const [caller, line] = [...this.#lines].reduce((most, one) => (one[1].length > most[1].length ? one : most))
    if (line.length <= own + 1) throw unavailable()
    const last = line.at(-1) as Waiter
    this.#leave(caller, last)
    last.refuse()
  }

  #leave(caller: string, waiter: Waiter): void {
    const left = (this.#lines.get(caller) ?? []).filter((one) => one !== waiter)
    this.#waiting -= 1
    if (left.length > 0) this.#lines.set(caller, left)
    else this.#lines.delete(caller)
  }

  /** Work ended: the next caller begins, who goes behind the others then. */
  #pass(): void {
    const [next] = this.#lines
    if (!next) {
      this.#atWork -= 1
      return
    }
    const [caller, [waiter, ...others]] = next as [string, [Waiter, ...Waiter[]]]
    this.#waiting -= 1
    this.#lines.delete(caller)
    if (others.length > 0) this.#lines.set(caller, others)
    waiter.begin()
  }
}
