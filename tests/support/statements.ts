import pg from 'pg'

/** A statement as it was sent to the database, and the values it was sent with. */
export interface Sent {
  sql: string
  values: readonly unknown[]
}

/**
 * All that this process sends to the database while something is done. How long a thing takes follows from it, and does not
 * depend on how busy the machine is.
 */
export async function sentDuring<T>(work: () => Promise<T>): Promise<{ answer: T; sent: Sent[] }> {
  const sent: Sent[] = []
  const prototype = pg.Client.prototype as { query: (...args: any[]) => unknown }
  const { query } = prototype
  prototype.query = function (this: pg.Client, statement: string | { text: string; values?: unknown[] }, ...rest) {
    const { text, values } = typeof statement === 'string' ? { text: statement, values: rest[0] } : statement
    sent.push({ sql: text, values: Array.isArray(values) ? values : [] })
    return query.call(this, statement, ...rest)
  }
  try {
    return { answer: await work(), sent }
  } finally {
    prototype.query = query
  }
}
