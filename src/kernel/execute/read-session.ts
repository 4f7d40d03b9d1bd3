import type { Actor, Claims } from '../access/actor.js'
import { isOutage, unauthenticated, unavailable } from '../access/faults.js'
import { outageOf } from '../driver/outages.js'
import type { Database } from '../store/database.js'
import { Loaders } from '../store/loaders.js'
import { type OpenRead, openRead, type Tx } from '../store/work.js'

/** The reads of one request: one read-only transaction, opened on first use, so that all of them see one moment. */
export class ReadSession {
  #read: Promise<OpenRead> | null = null
  #tx: Promise<Tx> | null = null
  #loaders: Loaders | null = null
  #actor: Actor | undefined
  #attempt: ReadSession | null = null
  #outage: unknown = null
  #isEnded = false

  /** @param until when its time is up, by `performance.now()`; counted from the first read on when absent */
  constructor(
    private readonly database: Database,
    private readonly claims: Claims | null,
    private until: number | null = null,
  ) {}

  /**
   * The transaction, in which it is known who the caller is.
   * @throws Fault UNAUTHENTICATED where no one is signed in, or no longer; UNAVAILABLE after the end; or the outage that an
   *   attempt of this session met: a caller who has waited for the database once does not wait again
   */
  tx(): Promise<Tx> {
    this.#tx ??= this.#open()
    return this.#tx
  }

  /** Loaders over that transaction. */
  get loaders(): Loaders {
    this.#loaders ??= new Loaders(() => this.tx())
    return this.#loaders
  }

  /** The caller, once a transaction of this request has read who they are. */
  get actor(): Actor | undefined {
    return this.#actor
  }

  /** Ends the transaction; the next read opens another one. */
  async close(): Promise<void> {
    const read = this.#read
    this.#read = null
    this.#tx = null
    this.#loaders = null
    this.#actor = undefined
    this.until = null
    const opened = await read?.catch(() => null)
    await opened?.close()
  }

  /**
   * Ends the transaction, and opens no other one: the request is answered, or the caller has gone. Where a part of an operation
   * failed, the answer goes out while other parts are still being resolved: nothing would close what they open.
   */
  async end(): Promise<void> {
    this.#isEnded = true
    await this.#attempt?.end()
    await this.close()
  }

  /** Spares the fields of a payload reading the caller again, whom the transaction of the mutation has just read. */
  takeActor(actor: Actor | undefined): void {
    this.#actor = actor
  }

  /**
   * Reads in a session of its own, which ends with the work: what is still under way when an attempt fails opens nothing. It
   * shares the time of this one.
   * @throws what the work throws; after an outage this session reads nothing any more either
   */
  async attempt<T>(work: (session: ReadSession) => Promise<T>): Promise<T> {
    const own = new ReadSession(this.database, this.claims, this.#deadline())
    own.#isEnded = this.#isEnded
    this.#attempt = own
    try {
      return await work(own)
    } catch (error) {
      if (outageOf(error) || isOutage(error)) this.#outage = error
      throw error
    } finally {
      await own.end()
    }
  }

  async #open(): Promise<Tx> {
    if (!this.claims) throw unauthenticated()
    if (this.#isEnded) throw unavailable()
    if (this.#outage) throw this.#outage
    const read = openRead(this.database, this.claims, this.#deadline())
    this.#read = read
    const { tx } = await read
    if (this.#read === read) this.#actor = tx.actor
    return tx
  }

  #deadline(): number {
    this.until ??= performance.now() + this.database.timeouts.operation
    return this.until
  }
}
