/** How long answering keeps the event loop before other requests have it, in milliseconds. */
const turnMs = 15
/** How much of what waits is gone on with before the clock is looked at again. */
const resumedAtOnce = 50

/**
 * The turn of the event loop that is running, for the whole process. Completing a large answer is one long chain of
 * synchronous work and microtasks, between which Node serves no other request. What answers asks `isOver` between two
 * parts of its work and, when it is, goes on later, after the others had their turn.
 */
class EventLoopTurn {
  /** Whether this turn has lasted long enough. */
  isOver = false
  #endsAt = 0
  #isTimed = false
  readonly #waiting: (() => void)[] = []
  readonly #next = () => {
    this.#isTimed = false
    this.isOver = false
    this.#resume()
  }

  /** Looks at the clock. Called every few dozen objects by what answers. @param now by `performance.now()` */
  check(now: number): void {
    if (!this.#isTimed) this.#begin(now)
    else if (now > this.#endsAt) this.isOver = true
  }

  /** Does the work in a later turn, in the order of asking. It must not throw. */
  later(work: () => void): void {
    this.#waiting.push(work)
    if (!this.#isTimed) this.#begin(performance.now())
  }

  #begin(now: number): void {
    this.#isTimed = true
    this.#endsAt = now + turnMs
    setImmediate(this.#next)
  }

  #resume(): void {
    if (this.#waiting.length === 0) return
    this.#begin(performance.now())
    // What it does beyond its synchronous part, in microtasks, comes before the next turn as well.
    for (const work of this.#waiting.splice(0, resumedAtOnce)) {
      if (this.isOver) this.#waiting.push(work)
      else work()
    }
  }
}

export const eventLoopTurn = new EventLoopTurn()
