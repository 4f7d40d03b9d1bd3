import { canonicalJson } from '../../rules/canonical.js'
import { Denial, Refusal } from '../../rules/refusal.js'
import type { Actor, Claims } from '../access/actor.js'
import { forbidden, isOutage, notFound, unauthenticated, unavailable } from '../access/faults.js'
import type { Guarded } from '../access/guard.js'
import { allows, type ClientFacts, type PolicyRow } from '../access/permission.js'
import { outageOf } from '../driver/outages.js'
import { ActInput, denialAt, faultsOf, placeOfId, settleTexts } from '../schema/input.js'
import { refusedFor, type UserError } from '../schema/payload.js'
import type { Asked } from '../store/asked.js'
import { signHeads } from '../store/checkpoints.js'
import { clientFacts } from '../store/client-facts.js'
import type { Database } from '../store/database.js'
import { claim, type Kept, type KeyedAct, keep, scopeOfSecret, unseenIn } from '../store/idempotency.js'
import { Loaders } from '../store/loaders.js'
import { Row } from '../store/row.js'
import { type OpenRead, openRead, type Tx, type WriteTx, write } from '../store/work.js'
import { AnswerSize, answerLimits } from './answer-size.js'
import type { RequestCost } from './cost.js'
import type { LogEntry } from './log-entry.js'
import type { Services } from './services.js'

/** What an act is given of the request beside its transaction. */
export interface RequestFacts {
  id: string
  /** The address the request came from. */
  address: string
  /** What answering it is charged to. */
  cost: RequestCost
  /** What the log says of it. */
  entry: LogEntry
}

export interface ActOptions {
  /** Completes the input before it is digested, e.g. by the content of a file that came with it. */
  ready?: () => Promise<void>
  /** What a caller who is not signed in carries, and nobody else knows. Without it their acts have no idempotency key. */
  secret?: string
}

/** An open transaction; what is asked for by many fields is there as a promise that is kept already. */
interface Reading {
  read: OpenRead
  tx: Promise<Tx>
}

/** One request: who asks, one moment of the data to read from, and, for a mutation, the pen. */
export class Context implements Guarded {
  private reading: Promise<Reading> | null = null
  private opened: Reading | null = null
  /** Whether who asks is presumed to be who they were, until that is `confirmed`: kept where nothing was read for them. */
  private presuming = false
  private confirmed: Promise<unknown> = Promise.resolve()
  private loaders: Loaders | null = null
  private whole: Context = this
  private asked: Asked | null = null
  private apart: Context | null = null
  private until: number | null = null
  private outage: unknown = null
  private ended = false
  private coordinate: string | null = null
  private acted: Actor | undefined

  constructor(
    readonly database: Database,
    readonly claims: Claims | null,
    readonly request: RequestFacts,
    readonly services: Services,
    /** How much was answered of it so far. */
    readonly answer = new AnswerSize(answerLimits, database.timeouts.question),
  ) {}

  /** The read transaction of this request, opened when it is first needed: all reads see one moment. */
  tx(): Promise<Tx> {
    return this.whole.opened?.tx ?? this.open().then((opened) => opened.tx)
  }

  /** Loaders over that transaction. */
  get batches(): Loaders {
    const { whole } = this
    whole.loaders ??= new Loaders(() => whole.tx())
    return whole.loaders
  }

  async actor(): Promise<Actor | null> {
    return this.claims ? (await this.tx()).actor : null
  }

  get knownActor(): Actor | null | undefined {
    return this.claims ? (this.whole.opened?.read.tx.actor ?? this.whole.acted) : null
  }

  clientFacts(clientId: string): Promise<ClientFacts | null> {
    return this.batches.of('facts of a client', (ids, tx) => clientFacts(tx, ids)).load(clientId)
  }

  holding(coordinate: string): Context {
    const held = new Context(this.database, this.claims, this.request, this.services, this.answer)
    held.whole = this.whole
    held.coordinate = coordinate
    return held
  }

  /**
   * Does an act: one transaction, with its trail entry; once per idempotency key, where its input has one. A refusal becomes
   * the payload's `errors`, and so does an id in the input that stands for nothing the caller may see or change. What the role
   * alone forbids is a fault. A repetition is answered as the first time, to who may still see what it answers.
   * Only a guarded mutation holds the pen; anything else that tries is a fault.
   */
  async act<I extends object, P extends object>(
    input: I,
    action: (tx: WriteTx, input: I, request: RequestFacts) => Promise<P>,
    { ready, secret }: ActOptions = {},
  ): Promise<Partial<P> & { errors: UserError[]; errorCount: number }> {
    const coordinate = this.coordinate
    if (!coordinate) throw new Error('Only a guarded mutation can write.')
    const entry = this.database.policy[coordinate] as PolicyRow
    // What anyone may do is done before a person is known, in the identity realm, whatever token came along.
    const claims = entry.anyone ? null : this.claims
    if (!claims && !entry.anyone) throw unauthenticated()
    const faults = faultsOf(input)
    if (faults.length > 0) return this.refused(faults) as never
    settleTexts(input)
    // Before a file is taken in for somebody: may they do this at all?
    if (ready && !allows(entry, await this.whole.actor())) throw forbidden()
    await this.whole.close()
    if (entry.checkpoint) await this.services.checkpoints.ready()
    this.whole.acted = undefined
    let acted: Actor | undefined
    try {
      await ready?.()
      const attempt = input instanceof ActInput ? this.attemptOf(input, coordinate, claims, secret) : null
      const act = async (tx: WriteTx, before: Kept | null | undefined) => {
        if (!allows(entry, claims ? tx.actor : null)) throw forbidden()
        if (before) await mustStillBeSeen(tx, before, input)
        const done = (before?.payload as P | undefined) ?? (await this.denying(tx, input, action))
        // Whoever acted looks at the answer: they are not asked for again, unless the act changed what they may see.
        acted = claims && !tx.changedRoles ? tx.actor : undefined
        if (before) return done
        if (entry.on && !tx.asked)
          throw new Error(`${coordinate} was done without the policy being asked about its row`)
        const about = Object.values(done).find((value) => value instanceof Row)
        tx.deferToCommit(tx.appendTrail(coordinate.split('.')[1] as string, (about as Row | undefined) ?? null))
        if (entry.checkpoint) await signHeads(tx, this.services.checkpoints, tx.chainIds)
        if (attempt) {
          // Only who changes who may see what can make a row for others.
          const unseen = tx.changedRoles && claims ? await unseenIn(tx, done) : []
          tx.deferToCommit(keep(tx, attempt, { payload: done, unseen }))
        }
        return done
      }
      const once = attempt ? (tx: WriteTx) => claim(tx, attempt) : undefined
      const payload = await write(this.database, claims, coordinate, act, once)
      this.whole.acted = acted
      return { ...payload, errors: [], errorCount: 0 }
    } catch (error) {
      if (error instanceof Refusal) return this.refused([error, ...error.also]) as never
      throw error
    }
  }

  private refused(refusals: readonly Refusal[]): ReturnType<typeof refusedFor> {
    for (const { code } of refusals) this.request.entry.codes.add(code)
    return refusedFor(refusals)
  }

  /** Does the action. What it is denied because of an id in the input becomes a refusal at that place. */
  private async denying<I extends object, P>(
    tx: WriteTx,
    input: I,
    action: (tx: WriteTx, input: I, request: RequestFacts) => Promise<P>,
  ): Promise<P> {
    try {
      return await action(tx, input, this.request)
    } catch (error) {
      if (!(error instanceof Denial)) throw error
      const refusal = denialAt(error, input, tx.loadedIds)
      if (refusal) throw refusal
      throw error.code === 'FORBIDDEN' ? forbidden() : new Error('A row leads to one that is not there.')
    }
  }

  private attemptOf(input: ActInput, action: string, claims: Claims | null, secret: string | undefined): KeyedAct {
    const { idempotencyKey: key, ...rest } = input
    if (!claims && secret === undefined) throw new Error(`${action} has nothing by which its callers are told apart`)
    const scope = claims ? ([claims.firmId, claims.memberId] as const) : scopeOfSecret(this.database, secret as string)
    return { action, key, input: canonicalJson(rest), scope }
  }

  /**
   * Asks apart, in a transaction of its own of which nothing stays: of rows as far as `asked` says, for who asked last in the
   * same session. The answer is handed out once the database has confirmed that they still are who they were.
   * @throws why there is no answer. Where the database was away or took too long, this request asks no more either.
   */
  async asking<T>(asked: Asked, answer: (apart: Context) => Promise<T>): Promise<T> {
    const apart = new Context(this.database, this.claims, this.request, this.services, this.answer)
    apart.asked = asked
    apart.presuming = true
    // Both are one question, which has its time once.
    this.whole.until = performance.now() + this.database.timeouts.question
    apart.until = this.whole.until
    this.whole.apart = apart
    if (this.whole.ended) apart.ended = true
    try {
      const given = await answer(apart)
      await apart.confirmed
      return given
    } catch (cause) {
      // What failed may have failed for somebody they are not: what the database says of them goes before.
      const why: unknown = await apart.confirmed.then(
        () => cause,
        (unconfirmed: unknown) => unconfirmed,
      )
      this.askNoMoreAfter(why)
      this.answer.startOver()
      throw why
    } finally {
      // Before anybody asks anew: other parts may still be under way.
      await apart.end()
    }
  }

  /** Where the database was away or took too long, nothing is read any more: who waited once does not wait again. */
  private askNoMoreAfter(cause: unknown): void {
    if (outageOf(cause) || isOutage(cause)) this.whole.outage = cause
  }

  /** Ends the read transaction; the next read opens another one. */
  async close(): Promise<void> {
    const reading = this.whole.reading
    this.whole.reading = null
    this.whole.opened = null
    this.whole.loaders = null
    const open = await reading?.catch(() => null)
    await open?.read.close()
  }

  /**
   * Ends the request: it is answered, or the caller has gone. Where a part of an operation failed, the answer goes out while
   * other parts are still being resolved: what they ask for now would be read in a transaction that nobody closes. An act
   * under way is not touched: it comes to its own end, as one, if all that it takes was there, its file included.
   */
  async end(): Promise<void> {
    this.whole.ended = true
    await this.whole.apart?.end()
    await this.close()
  }

  /** Charges the operation for what was answered rather than for what its lists may hold. */
  settle(): void {
    this.request.cost.settle(this.answer.points)
  }

  private open(): Promise<Reading> {
    const { claims, database, whole } = this
    if (!claims) return Promise.reject(unauthenticated())
    if (whole.ended) return Promise.reject(unavailable())
    if (whole.outage) return Promise.reject(whole.outage)
    if (whole.reading) return whole.reading
    const options = { asked: whole.asked, until: whole.until, presuming: whole.presuming }
    const reading = openRead(database, claims, options).then((read) => {
      const opened = { read, tx: Promise.resolve(read.tx) }
      whole.confirmed = read.confirmed
      if (whole.reading === reading) whole.opened = opened
      return opened
    })
    whole.reading = reading
    return reading
  }
}

/** @throws Refusal NOT_FOUND where the caller does not see a row any more that the answer tells of */
async function mustStillBeSeen(tx: WriteTx, { payload, unseen }: Kept, input: object): Promise<void> {
  const gone = (await unseenIn(tx, payload)).filter((id) => !unseen.includes(id))
  if (gone.length === 0) return
  const { code, message } = notFound()
  throw new Refusal(code, message, placeOfId(input) ?? [])
}
