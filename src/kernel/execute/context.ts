import type { Actor, Claims } from '../access/actor.js'
import type { Writing } from '../access/guard.js'
import type { ClientFacts } from '../access/permission.js'
import type { UserError } from '../schema/payload.js'
import { clientFacts } from '../store/client-facts.js'
import type { Database } from '../store/database.js'
import type { Loaders } from '../store/loaders.js'
import type { Tx } from '../store/work.js'
import type { Answering, AnswerSize } from './answer-size.js'
import { type MutationAction, type MutationOptions, runMutation } from './mutation.js'
import { ReadSession } from './read-session.js'
import { type QueryRecord, writeRecord } from './records.js'
import type { Request } from './request.js'
import type { Services } from './services.js'

/** What resolvers are given: the request, its reads, and, inside a guarded mutation or recorded query alone, the capability to write. */
export class Context implements Writing, Answering {
  /** Read for each field. */
  readonly answer: AnswerSize
  #hasRecorded = false

  /**
   * @param writing the coordinate of the mutation that may write, or of the query that is recorded, handed out by the guard; null for all else
   * @param records what is to be recorded of the operation; null where nothing can be: what is answered there may be answered again
   */
  constructor(
    readonly request: Request,
    readonly reads = new ReadSession(request.database, request.claims),
    private readonly writing: string | null = null,
    private readonly records: QueryRecord[] | null = [],
  ) {
    this.answer = request.answer
  }

  get database(): Database {
    return this.request.database
  }

  get claims(): Claims | null {
    return this.request.claims
  }

  get services(): Services {
    return this.request.services
  }

  /** The read transaction of this request. */
  tx(): Promise<Tx> {
    return this.reads.tx()
  }

  /** Loaders over that transaction. */
  get loaders(): Loaders {
    return this.reads.loaders
  }

  async actor(): Promise<Actor | null> {
    return this.claims ? (await this.tx()).actor : null
  }

  get knownActor(): Actor | null | undefined {
    return this.claims ? this.reads.actor : null
  }

  clientFacts(clientId: string): Promise<ClientFacts | null> {
    return this.loaders.of('facts of a client', (ids, tx) => clientFacts(tx, ids)).load(clientId)
  }

  get hasRecorded(): boolean {
    return this.#hasRecorded
  }

  forWriting(coordinate: string): Context {
    return new Context(this.request, this.reads, coordinate, this.records)
  }

  /**
   * Runs the action of the mutation that this context was handed to (`runMutation` in mutation.ts).
   * @throws Error where it was handed to none
   */
  async runMutation<I extends object, P extends object>(
    input: I,
    action: MutationAction<I, P>,
    options?: MutationOptions,
  ): Promise<Partial<P> & { errors: UserError[]; errorCount: number }> {
    if (!this.writing?.startsWith('Mutation.')) throw new Error('Only a guarded mutation can write.')
    return runMutation(this.request, this.reads, this.writing, input, action, options)
  }

  /**
   * Has it recorded, once the reads of the operation are ended and before any of it is answered, that the query was asked which this
   * context was handed to. Where that cannot be done, nothing is answered (`writeRecords`).
   * @throws Error where it was handed to none, or inside an attempt
   */
  recordAfterReads(record: QueryRecord['record']): void {
    if (!this.writing?.startsWith('Query.')) throw new Error('Only a query of which the policy says so is recorded.')
    if (!this.records) throw new Error('An attempt records nothing: where it fails it is made again.')
    this.records.push({ coordinate: this.writing, record })
    this.#hasRecorded = true
  }

  /**
   * Ends the reads, and writes what is to be recorded, each in a transaction of its own: it never waits for a connection while the
   * operation holds one. Nothing of an operation that was cut off, of which nothing is answered.
   * @throws Fault or Refusal the first that could not be written; those before it stand: they were asked
   */
  async writeRecords(): Promise<void> {
    const records = this.records?.splice(0) ?? []
    if (records.length === 0 || this.answer.end) return
    await this.end()
    for (const one of records) await writeRecord(this.request, one)
  }

  /** Answers with reads of its own (`ReadSession.attempt`). Where it fails, nothing counts as answered. */
  async attempt<T>(work: (context: Context) => Promise<T>): Promise<T> {
    try {
      return await this.reads.attempt((reads) => work(new Context(this.request, reads, null, null)))
    } catch (error) {
      this.answer.startOver()
      throw error
    }
  }

  /** Ends the reads of the request for good. A mutation under way is not touched: it comes to its own end. */
  end(): Promise<void> {
    return this.reads.end()
  }

  /** Charges the operation for what was answered rather than for what its lists may hold. */
  settle(): void {
    this.request.cost.settle(this.answer.points)
  }
}
