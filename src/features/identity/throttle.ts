import { rateLimited } from '../../kernel/access/faults.js'
import type { Context } from '../../kernel/execute/context.js'
import type { Database } from '../../kernel/store/database.js'
import { type WriteTx, write } from '../../kernel/store/work.js'
import { pauseAfterFailure, pauseBeforeFirst, type SignInCounts, signInPauses } from '../../rules/sign-in-pauses.js'

/**
 * An attempt at a password, counted as a failure before it is made, in a transaction of its own: what the attempt comes to
 * cannot undo it, and those made at the same moment count as well. One that succeeds is taken back. What is counted is kept
 * under keyed digests: the table does not show who tried. By the clock of the database.
 */
export class Attempt {
  private constructor(
    private readonly database: Database,
    private readonly subjects: Record<'pair' | 'account' | 'network' | 'known', Buffer>,
  ) {}

  /**
   * @param network where it comes from
   * @param account the normal e-mail address it is about, whether or not such an account exists
   * @throws Fault RATE_LIMITED during a pause; nothing is counted then, and the pause stays as long as it was
   */
  static async begin(database: Database, network: string, account: string): Promise<Attempt> {
    const subject = (name: string) => database.secretBox.digest(`attempts at a password: ${name}`)
    const attempt = new Attempt(database, {
      pair: subject(`of ${account} from ${network}`),
      account: subject(`of ${account}`),
      network: subject(`from ${network}`),
      known: subject(`known: ${account} from ${network}`),
    })
    const pause = await write(database, null, 'countAttempt', (tx) => attempt.#count(tx))
    await attempt.#forgetOld()
    const seconds = Math.ceil(pause)
    if (seconds > 0) throw rateLimited(`Too many failed attempts. Try again in ${seconds} seconds.`, seconds)
    return attempt
  }

  /** It succeeded: it was no failure, those before it are forgiven, and the network is known for the account. */
  async succeeded(): Promise<void> {
    const { pair, known } = this.subjects
    await write(this.database, null, 'forgiveAttempts', async (tx) => {
      await Promise.all([
        tx.query('update throttle set attempts = 0, paused_until = null where subject = $1', [pair]),
        ...this.#takeBack(tx),
        tx.query(
          `insert into throttle (subject, attempts, window_ends_at) values ($1, 0, $2)
           on conflict (subject) do update set window_ends_at = excluded.window_ends_at`,
          [known, after(tx, signInPauses.knownDays * 24 * 3_600)],
        ),
      ])
    })
  }

  /** It came to nothing, for a reason that is not the password. A pause that began with it stays: it can be made to end no other. */
  async withdraw(): Promise<void> {
    await write(this.database, null, 'withdrawAttempt', async (tx) => {
      await Promise.all([this.#minusOne(tx, this.subjects.pair), ...this.#takeBack(tx)])
    })
  }

  /**
   * @returns how many seconds are left of a pause, 0 where the attempt may be made. Rows are locked in one order, the
   *   pair's, the account's, the network's: two attempts never wait for each other crosswise.
   */
  async #count(tx: WriteTx): Promise<number> {
    const { subjects } = this
    const pair = await this.#pairNow(tx)
    if (pair.pause > 0) return pair.pause
    const [account, network, isKnown] = await Promise.all([
      this.#add(tx, subjects.account),
      this.#add(tx, subjects.network),
      this.#isKnown(tx),
    ])
    const counts: SignInCounts = { pair: pair.attempts + 1, account, network, isKnown }
    // Fixed when the pair first asks. Nothing was tried, so nothing is counted.
    const reserved = pair.hasWaited ? 0 : pauseBeforeFirst(counts)
    await Promise.all([
      ...(reserved > 0 ? this.#takeBack(tx) : []),
      tx.query(
        'update throttle set attempts = $2, paused_until = now() + make_interval(secs => $3) where subject = $1',
        [subjects.pair, reserved > 0 ? pair.attempts : counts.pair, reserved || pauseAfterFailure(counts) || null],
      ),
    ])
    return reserved
  }

  /** The pair's failures and pause, locked. A pause that a clock put back has made longer than any is cut to the longest. */
  async #pairNow(tx: WriteTx): Promise<{ attempts: number; pause: number; hasWaited: boolean }> {
    const [row] = await tx.query<{ attempts: number; paused_until: Date | null }>(
      `insert into throttle as t (subject, attempts, window_ends_at) values ($1, 0, $2)
       on conflict (subject) do update set
         attempts = case when t.window_ends_at <= $3 then 0 else t.attempts end,
         paused_until = case when t.paused_until is not null and (t.window_ends_at > $3 or t.paused_until > $3)
           then least(t.paused_until, $4) end,
         window_ends_at = ${windowNow}
       returning attempts, paused_until`,
      [this.subjects.pair, ...windowFrom(tx), after(tx, signInPauses.newcomerPauseSecondsMax)],
    )
    const { attempts, paused_until: until } = row as { attempts: number; paused_until: Date | null }
    return { attempts, pause: until ? Math.max(0, until.getTime() - tx.now.getTime()) / 1_000 : 0, hasWaited: !!until }
  }

  /** @returns the failures of a subject, with one more */
  async #add(tx: WriteTx, subject: Buffer): Promise<number> {
    const [row] = await tx.query<{ attempts: number }>(
      `insert into throttle as t (subject, attempts, window_ends_at) values ($1, 1, $2)
       on conflict (subject) do update set
         attempts = case when t.window_ends_at <= $3 then 1 else t.attempts + 1 end,
         window_ends_at = ${windowNow}
       returning attempts`,
      [subject, ...windowFrom(tx)],
    )
    return (row as { attempts: number }).attempts
  }

  #takeBack(tx: WriteTx): Promise<unknown>[] {
    return [this.#minusOne(tx, this.subjects.account), this.#minusOne(tx, this.subjects.network)]
  }

  #minusOne(tx: WriteTx, subject: Buffer): Promise<unknown> {
    return tx.query('update throttle set attempts = attempts - 1 where subject = $1 and attempts > 0', [subject])
  }

  async #isKnown(tx: WriteTx): Promise<boolean> {
    const known = await tx.query('select 1 from throttle where subject = $1 and window_ends_at > now()', [
      this.subjects.known,
    ])
    return known.length > 0
  }

  /** In a transaction of its own that waits for no other: together with counting, two could wait for each other. */
  async #forgetOld(): Promise<void> {
    await write(this.database, null, 'forgetAttempts', (tx) =>
      tx.query(
        `delete from throttle where subject in
           (select subject from throttle where window_ends_at <= now() and (paused_until is null or paused_until <= now())
            limit 1000 for update skip locked)`,
      ),
    )
  }
}

/** The moment so many seconds after the transaction began, by the clock of the database. */
const after = (tx: WriteTx, seconds: number): Date => new Date(tx.now.getTime() + seconds * 1_000)

/** The end of a window that begins now, and now: values, as a cluster allows no function of time where rows conflict. */
const windowFrom = (tx: WriteTx): [end: Date, now: Date] => [after(tx, signInPauses.windowHours * 3_600), tx.now]

/**
 * With `windowFrom` as `$2` and `$3`. A window that would end later than one begun now was counted before the clock was put
 * back: it ends as that one.
 */
const windowNow =
  'case when t.window_ends_at <= $3 then excluded.window_ends_at else least(t.window_ends_at, excluded.window_ends_at) end'

/** The network an address counts for: one household holds as many IPv6 addresses as it likes, all of one /64. */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  return [...groups, ...Array(Math.max(missing, 0)).fill('0'), ...(tail ? tail.split(':') : [])].slice(0, 4).join(':')
}

/** A repetition with another password is distinguished from one with the same: that is an answer to a guess, too. */
const wrongPassword: readonly string[] = ['CREDENTIALS_REFUSED', 'IDEMPOTENCY_MISMATCH']

/**
 * Does an act that shows whether a password is right, when it is the caller's turn to have one hashed: counted as a failure
 * unless it succeeds. The keys that sign are had before the act begins.
 * @param account the normal e-mail address whose password is tried
 * @throws Fault RATE_LIMITED during a pause, UNAVAILABLE when too many want theirs hashed: neither did anything
 */
export function attempting<P extends { errors: readonly { code: string }[] }>(
  { database, request, services }: Context,
  account: string,
  act: () => Promise<P>,
): Promise<P> {
  const network = networkOf(request.address)
  return services.passwords.inTurn(network, async () => {
    const attempt = await Attempt.begin(database, network, account)
    await services.tokens.ready()
    const answer = await act()
    if (answer.errors.length === 0) await attempt.succeeded()
    else if (!answer.errors.some(({ code }) => wrongPassword.includes(code))) await attempt.withdraw()
    return answer
  })
}
