import type { Answering, AnswerSize } from '../answer-size.js'
import { eventLoopTurn } from '../event-loop.js'

/** Completes a value: what it is answered as, nulls where promises are still to come. */
export type Complete = (run: PlanRun, value: unknown) => unknown

/** What the executor is to see to: thrown inside a plan, never out of it. */
export const unplanned = new Error('The executor answers this.')

/**
 * One execution of a plan. It is done when all that was begun is settled, and fails with the first part that does; what comes
 * in after that is not completed any more.
 */
export class PlanRun {
  /** How much was answered. */
  readonly size: AnswerSize
  /** The arguments of each field that takes any from variables, by its number in the plan: the same for each object. */
  readonly args: (Record<string, unknown> | undefined)[] = []
  /** One for the root itself: nothing is settled before all of it was begun. */
  #waiting = 1
  #failed = false
  #resolve: () => void = () => undefined
  #reject: (cause: unknown) => void = () => undefined

  constructor(
    readonly context: Answering,
    readonly variables: Record<string, unknown>,
  ) {
    this.size = context.answer
  }

  /** Begins at the root. @returns what it is completed as, once all of it is there */
  answer(complete: Complete): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      let data: unknown
      this.#resolve = () => resolve(data as Record<string, unknown>)
      this.#reject = reject
      this.#settleAfter(() => {
        data = complete(this, undefined)
      })
    })
  }

  /** Waits for a value, then does the work with it. */
  whenCome(value: PromiseLike<unknown>, work: (come: unknown) => void): void {
    this.#waiting += 1
    value.then((come) => this.#inTurn(() => work(come)), this.#fail)
  }

  /** Completes the items of a list in their order: those that are left when the turn of the event loop is over, in a later one. */
  completeItems(items: readonly unknown[], complete: Complete): unknown[] {
    const completed = new Array(items.length)
    const goOn = (first: number): void => {
      for (let at = first; at < items.length; at += 1) {
        if (this.size.mustPause) {
          this.#waiting += 1
          this.#inTurn(() => goOn(at))
          return
        }
        completed[at] = complete(this, items[at])
      }
    }
    goOn(0)
    return completed
  }

  /** Does a part of the work that the answer waits for: now, or when others had the event loop. */
  #inTurn(work: () => void): void {
    if (this.size.mustPause) eventLoopTurn.later(() => this.#settleAfter(work))
    else this.#settleAfter(work)
  }

  #settleAfter(work: () => void): void {
    if (this.#failed) return
    try {
      work()
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#waiting -= 1
    if (this.#waiting === 0) this.#resolve()
  }

  readonly #fail = (cause: unknown): void => {
    this.#failed = true
    this.#reject(cause)
  }
}

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
