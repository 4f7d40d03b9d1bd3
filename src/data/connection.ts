import type pg from 'pg'
import { unavailable } from '../access/faults.js'
import type { Statement } from './table.js'

// A connection parses a named statement once. Statements are few, so each text has a name; a text made anew for each call
// must go unnamed, as a connection keeps all it knows.
const names = new Map<string, string>()

function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
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

  constructor(private readonly client: pg.PoolClient) {}

  /** What comes too late is not sent: the connection may be somebody else's by now. */
  private get live(): pg.PoolClient {
    if (this.#over) throw unavailable()
    return this.client
  }

  /** Several statements without values, as one message. */
  async run(text: string): Promise<void> {
    await this.live.query(text)
  }

  /** A statement whose text is made for this call; answers its rows. */
  async query<T>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.live.query(text, values as unknown[])).rows
  }

  /** A statement that is sent many times with the same text; answers its rows. */
  async prepared<T>(text: string, values: readonly unknown[]): Promise<T[]> {
    return (await this.live.query({ name: nameOf(text), text, values: values as unknown[] })).rows
  }

  /** As `prepared`, but each row is the list of its columns, in their order. */
  async lines({ text, values }: Statement): Promise<unknown[][]> {
    return (await this.live.query({ name: nameOf(text), text, values, rowMode: 'array' })).rows
  }

  /** Changes rows; answers how many. */
  async change({ text, values }: Statement): Promise<number> {
    return (await this.live.query({ name: nameOf(text), text, values })).rowCount ?? 0
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
