import { eventLoopTurn } from '../../../kernel/execute/event-loop.js'

/** Gives the event loop back in between: what computes for long would keep all other callers waiting. */
export class Pace {
  /** @param signal ends the reading: its reason is thrown where the next rest could be */
  constructor(private readonly signal: AbortSignal | undefined) {}

  /** Null where it is not yet time to rest; else to be awaited. */
  rest(): Promise<void> | null {
    this.signal?.throwIfAborted()
    eventLoopTurn.check(performance.now())
    return eventLoopTurn.isOver ? new Promise((resolve) => eventLoopTurn.later(resolve)) : null
  }
}
