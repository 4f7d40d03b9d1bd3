import type pg from 'pg'
import { timedOut, unavailable } from '../access/faults.js'
import type { Statement } from '../store/table.js'
import { cutOff, PipelinedQuery } from './pipelined-query.js'

/** What a transaction may do, and what it sees. */
export type TransactionMode =
  | 'read write'
  | 'read only'
  /** All that it reads is of one moment. */
  | 'isolation level repeatable read read only'

/** In a transaction that failed: nothing is done any more, so nor was a statement prepared that is to be used. */
const consequences: readonly (string | undefined)[] = ['25P02', '26000']

/** A pooler keeps as many (docs/operate.md). */
const namesMax = 1_000

/**
 * The names of statements, the same on every connection of a pool. A connection parses a named one once, and keeps it. Which
 * columns, filters and orders a text has follows from what callers send, so the texts are many: those that come first are named.
 */
export class StatementNames {
  readonly #names = new Map<string, string>()

  /** @returns empty where there are as many names as there may be: such a statement is parsed each time */
  of({ text }: Pick<Statement, 'text'>): string {
    const known = this.#names.get(text)
    if (known) return known
    if (this.#names.size >= namesMax) return ''
    const name = `s${this.#names.size + 1}`
    this.#names.set(text, name)
    return name
  }
}

/**
 * One connection of the pool, for one transaction. Statements sent without waiting for each other share a round trip and
 * are worked off in their order; after one that failed, those behind it in the transaction fail too.
 */
export class Connection {
  #over = false

  /** When its time is up, by `performance.now()`: no statement begins later. */
  until = Number.POSITIVE_INFINITY

  /** The first error of the transaction: why what came behind it failed. */
  #cause: unknown

  /** Statements that were not answered yet. */
  #open = 0

  #silence: NodeJS.Timeout | null = null

  /**
   * @param silenceMs how long the server may say nothing while something was asked of it: then it is given up
   * @param settings what each transaction sets, e.g. `statement_timeout = 700`, where that is not what the role sets
   */
  constructor(
    private readonly client: pg.PoolClient,
    private readonly names: StatementNames,
    private readonly silenceMs: number,
    private readonly settings: readonly string[] = [],
  ) {}

  /** What comes too late is not sent: the connection may serve another request by now. */
  #send<T>(statement: PipelinedQuery, take: (answered: PipelinedQuery) => T): Promise<T> {
    if (performance.now() > this.until) return Promise.reject(timedOut())
    if (this.#over) return Promise.reject(unavailable())
    return this.#put(statement, take)
  }

  #put<T>(statement: PipelinedQuery, take: (answered: PipelinedQuery) => T): Promise<T> {
    // From its last word on, not from ours: what is sent behind gives no request more time.
    if (this.#open === 0) this.#listen()
    this.#open += 1
    return statement.sendOn(this.client).then(
      (answered) => {
        this.#heard()
        return take(answered)
      },
      (error) => {
        this.#heard()
        throw this.#whyFailed(error)
      },
    )
  }

  /** What failed because a statement before it had failed says why that one did, whichever of them is heard first. */
  #whyFailed(error: Error & { code?: string }): unknown {
    if (!this.#cause) {
      this.#cause = error
      // From who asked, rather than from the socket the answer came by.
      Error.captureStackTrace(error)
    }
    return consequences.includes(error.code) ? this.#cause : error
  }

  #listen(): void {
    if (this.#silence) this.#silence.refresh()
    else this.#silence = setTimeout(() => this.#giveUp(), this.silenceMs)
  }

  #heard(): void {
    this.#open -= 1
    this.#listen()
    this.#rest()
  }

  #giveUp(): void {
    if (this.#open > 0) cutOff(this.client, new Error('Query read timeout'))
  }

  /** Listens no longer once nothing more is to be said. */
  #rest(): void {
    if (this.#over && this.#open === 0 && this.#silence) clearTimeout(this.#silence)
  }

  /**
   * Begins a transaction, in one round trip. Each statement is a message of its own: a cluster passes on the whole message for
   * each `set local` in it.
   * @param settings what holds until its end, e.g. `lock_timeout = 5000`
   */
  async begin(mode: TransactionMode, settings: readonly string[]): Promise<void> {
    const all = [...this.settings, ...settings].map((setting) => `set local ${setting}`)
    await Promise.all([`begin ${mode}`, ...all].map((statement) => this.run(statement)))
  }

  /** One statement without values. */
  run(text: string): Promise<void> {
    return this.#send(new PipelinedQuery(text, [], ''), nothing)
  }

  /** A statement whose text is made for this call; answers its rows. */
  query<T>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.#send(new PipelinedQuery(text, values, ''), ({ objects }) => objects as T[])
  }

  /** A statement that is sent many times with the same text; answers its rows. */
  prepared<T>(text: string, values: readonly unknown[]): Promise<T[]> {
    return this.#send(new PipelinedQuery(text, values, this.names.of({ text })), ({ objects }) => objects as T[])
  }

  /** As `prepared`, but each row is the list of its columns, in their order. */
  lines(statement: Statement): Promise<unknown[][]> {
    return this.#send(
      new PipelinedQuery(statement.text, statement.values, this.names.of(statement)),
      ({ lines }) => lines,
    )
  }

  /** Changes rows; answers how many. */
  change({ text, values }: Statement): Promise<number> {
    return this.#send(new PipelinedQuery(text, values, this.names.of({ text })), ({ count }) => count)
  }

  /** Ends the transaction for good. A statement that failed before has undone it, and then there is nothing to keep. */
  async commit(): Promise<void> {
    const command = await this.#send(new PipelinedQuery('commit', [], ''), (answered) => answered.command)
    if (command !== 'COMMIT')
      throw this.#cause ?? new Error('The transaction had failed before it was to be committed.')
  }

  /**
   * Ends the transaction, whatever became of it, and gives the connection back. Where all went well nobody waits for that,
   * and it travels with what the next transaction begins with; a connection that does not even roll back any more is closed.
   */
  async rollback(): Promise<void> {
    this.#over = true
    const wasWell = this.#open === 0 && !this.#cause
    const undone = this.#put(new PipelinedQuery('rollback', [], ''), nothing).then(
      () => undefined,
      (error: Error) => error,
    )
    this.client.release(wasWell ? undefined : await undone)
  }

  /** Gives the connection back. */
  release(): void {
    this.#over = true
    this.#rest()
    this.client.release()
  }
}

const nothing = (): void => undefined
