import { unavailable } from '../access/faults.js'

/** How many operations may be under way. */
export interface TurnLimits {
  atOnce: number
  /** Of one group, less than `atOnce`: others find room whatever one group sends. */
  perGroup: number
  /** How many may wait, and how many of one group. Each holds its request in memory. */
  waiting: number
  waitingPerGroup: number
  /** Who has waited so long is sent away. */
  waitMs: number
}

/** As many operations as there are connections to the database: more would only wait there, in no fair order. */
export function turnLimits(poolSize: number): TurnLimits {
  const atOnce = Math.max(2, poolSize)
  return {
    atOnce,
    perGroup: Math.max(1, atOnce - Math.ceil(atOnce / 5)),
    waiting: 1_000,
    waitingPerGroup: 200,
    waitMs: 5_000,
  }
}

interface Waiter {
  begin(): void
}

interface Group {
  running: number
  waiting: Set<Waiter>
}

/**
 * Who may begin: at once while there is room, else in turn, one of each group after the other, however many of them each
 * group has waiting.
 */
export class Turns {
  #running = 0
  #waiting = 0
  /** Groups with operations under way or waiting, the one whose turn is longest ago first. */
  readonly #groups = new Map<string, Group>()

  constructor(private readonly limits: TurnLimits) {}

  /**
   * Waits for a turn, which `end` must give back.
   * @throws Fault UNAVAILABLE when too many wait already, or the wait is too long
   */
  begin(name: string): Promise<void> | undefined {
    const group = this.#groups.get(name) ?? { running: 0, waiting: new Set() }
    this.#groups.set(name, group)
    if (this.#running < this.limits.atOnce && group.running < this.limits.perGroup) {
      this.#start(name, group)
      return undefined
    }
    const { waiting, waitingPerGroup, waitMs } = this.limits
    if (this.#waiting >= waiting || group.waiting.size >= waitingPerGroup) {
      this.#forgetIdle(name, group)
      throw unavailable()
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(late)
        group.waiting.delete(waiter)
        this.#waiting -= 1
      }
      const waiter: Waiter = {
        begin: () => {
          leave()
          this.#start(name, group)
          resolve()
        },
      }
      const late = setTimeout(() => {
        leave()
        this.#forgetIdle(name, group)
        reject(unavailable())
      }, waitMs)
      group.waiting.add(waiter)
      this.#waiting += 1
    })
  }

  /** Gives a turn back: the next one begins. */
  end(name: string): void {
    const group = this.#groups.get(name) as Group
    group.running -= 1
    this.#running -= 1
    this.#forgetIdle(name, group)
    for (const { running, waiting } of this.#groups.values()) {
      const [next] = running < this.limits.perGroup ? waiting : []
      if (!next) continue
      next.begin()
      return
    }
  }

  /** Its turn was just now: it goes behind all others. */
  #start(name: string, group: Group): void {
    group.running += 1
    this.#running += 1
    this.#groups.delete(name)
    this.#groups.set(name, group)
  }

  #forgetIdle(name: string, group: Group): void {
    if (group.running === 0 && group.waiting.size === 0) this.#groups.delete(name)
  }
}
