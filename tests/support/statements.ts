import pg from 'pg'
import * as own from '../../src/kernel/driver/pipelined-query.js'

/** A statement as it was sent to the database, and the values it was sent with. */
export interface Sent {
  sql: string
  values: readonly unknown[]
  /** Which round trip it went in: one later than the last that had brought an answer by then. */
  trip: number
}

type Query = (this: pg.Client, statement: string | { text: string; values?: unknown[] }, ...rest: unknown[]) => unknown

/**
 * All that this process sends to the database while something is done. How long a thing takes follows from it, and does not
 * depend on how busy the machine is.
 */
export async function sentDuring<T>(work: () => Promise<T>): Promise<{ answer: T; sent: Sent[] }> {
  const sent: Sent[] = []
  const answered = new WeakMap<pg.Client, number>()
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const { query } = prototype
  prototype.query = function (statement, ...rest) {
    const { text, values } = typeof statement === 'string' ? { text: statement, values: rest[0] } : statement
    const trip = (answered.get(this) ?? 0) + 1
    sent.push({ sql: text, values: Array.isArray(values) ? values : [], trip })
    const answer = query.call(this, statement, ...rest)
    const settle = () => answered.set(this, Math.max(trip, answered.get(this) ?? 0))
    // Before the code that waits for it: what it sends then goes in a later trip.
    const promised = answer instanceof own.PipelinedQuery ? answer.answered : answer
    if (promised instanceof Promise) promised.then(settle, settle)
    return answer
  }
  try {
    return { answer: await work(), sent }
  } finally {
    prototype.query = query
  }
}
