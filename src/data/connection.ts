import type pg from 'pg'
import { timedOut, unavailable } from '../access/faults.js'
import type { Statement } from './table.js'

// A connection parses a named statement once, and keeps it. The texts of the code are few; those narrowed to what a question
// asks are as many as callers think up: beyond a bound they go unnamed, so that nobody fills the memory of the database.
const names = new Map<string, string>()
const narrowedMax = 500
let narrowedNames = 0
const inFailedTransaction = '25P02'

function nameOf({ text, narrowed }: Pick<Statement, 'text' | 'narrowed'>): string | undefined {
  const known = names.get(text)
  if (known || (narrowed && narrowedNames >= narrowedMax)) return known
  if (narrowed) narrowedNames += 1
  const name = `s${names.size + 1}`
  names.set(text, name)
  return name
}

/**
 * One connection of the pool, for one transaction. Statements sent without waiting for each other share a round trip and
 * are worked off in their order; after one that failed, those behind it in the transaction fail too.
 */
export class Connection {
  #over = false

  #holds = false

  /** When its time is up, by `performance.now()`: no statement begins later. */
  until = Number.POSITIVE_INFINITY

  /** The first error of the transaction: why what came behind it failed. */
  #cause: unknown

  constructor(private readonly client: pg.PoolClient) {}

  /** What comes too late is not sent: the connection may be somebody else's by now. */
  private get live(): pg.PoolClient {
    if (this.#over) throw unavailable()
    this.#hold()
    return this.client
  }

  /** What is sent in one tick goes out together: to tell the system to send costs as much as the statement. */
  #hold(): void {
    if (this.#holds) return
    const { stream } = this.client.connection
    stream.cork()
    this.#holds = true
    process.nextTick(() => {
      this.#holds = false
      stream.uncork()
    })
  }

  /** What failed because a statement before it had failed says why that one did, whichever of them is heard first. */
  async #send(query: pg.QueryConfig & { rowMode?: 'array' }): Promise<pg.QueryResult> {
    if (performance.now() > this.until) throw timedOut()
    const { live } = this
    try {
      return await live.query(query)
    } catch (error) {
      this.#cause ??= error
      throw (error as { code?: string }).code === inFailedTransaction ? this.#cause : error
    }
  }

  /** Several statements without values, as one message. */
  async run(text: string): Promise<void> {
    await this.#send({ text })
  }

  /** A statement whose text is made for this call; answers its rows. */
  async query<T>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.#send({ text, values: values as unknown[] })).rows
  }

  /** A statement that is sent many times with the same text; answers its rows. */
  async prepared<T>(text: string, values: readonly unknown[]): Promise<T[]> {
    return (await this.#send({ name: nameOf({ text }), text, values: values as unknown[] })).rows
  }

  /** As `prepared`, but each row is the list of its columns, in their order. */
  async lines(statement: Statement): Promise<unknown[][]> {
    const { text, values } = statement
    return (await this.#send({ name: nameOf(statement), text, values, rowMode: 'array' })).rows
  }

  /** Changes rows; answers how many. */
  async change({ text, values }: Statement): Promise<number> {
    return (await this.#send({ name: nameOf({ text }), text, values })).rowCount ?? 0
  }

  /** Ends the transaction for good. A statement that failed before has undone it, and then there is nothing to keep. */
  async commit(): Promise<void> {
    const { command } = await this.#send({ text: 'commit' })
    if (command !== 'COMMIT')
      throw this.#cause ?? new Error('The transaction had failed before it was to be committed.')
  }

  /**
   * Ends the transaction, whatever became of it, and gives the connection back; one that does not even roll back any more
   * is closed instead.
   */
  async rollback(): Promise<void> {
    this.#over = true
    const broken = await this.client.query('rollback').then(
      () => undefined,
      (error: Error) => error,
    )
    this.client.release(broken)
  }

  /** Gives the connection back. */
  release(): void {
    this.#over = true
    this.client.release()
  }
}
