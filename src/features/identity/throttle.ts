import { rateLimited } from '../../access/faults.js'
import type { Database } from '../../data/database.js'
import { write } from '../../data/work.js'
import type { Context } from '../../graph/context.js'

/** How many failures are borne in a window of time. */
export const throttleLimits = { windowMinutes: 15, perAccount: 10, perAddress: 100 } as const

/** Whose attempts are counted together. Kept as a keyed digest: the table tells nobody who tried. */
interface Subject {
  digest: Buffer
  attemptsMax: number
}

/**
 * Counts an attempt before it is made, in a transaction of its own: what the attempt comes to cannot undo it, and those
 * made at the same moment count as well. One that succeeds is taken back.
 */
export class Attempt {
  private constructor(
    private readonly database: Database,
    private readonly subjects: readonly Subject[],
  ) {}

  /**
   * @param address where it comes from
   * @param account the normal e-mail address it is about, whether or not such an account exists; null: not known
   * @throws Fault RATE_LIMITED
   */
  static async begin(database: Database, address: string, account: string | null): Promise<Attempt> {
    const { perAccount, perAddress } = throttleLimits
    const subject = (kind: string, name: string, attemptsMax: number): Subject => ({
      digest: database.keeper.digest(`attempts of ${kind} ${name}`),
      attemptsMax,
    })
    const subjects = [subject('address', networkOf(address), perAddress)]
    if (account !== null) subjects.push(subject('account', account, perAccount))
    const attempt = new Attempt(database, subjects)
    await attempt.#count()
    return attempt
  }

  /** It succeeded: it was no failure. */
  async takeBack(): Promise<void> {
    await write(this.database, null, 'countAttempt', (tx) =>
      tx.query('update throttle set attempts = attempts - 1 where subject = any($1) and attempts > 0', [
        this.subjects.map((subject) => subject.digest),
      ]),
    )
  }

  async #count(): Promise<void> {
    const counts = await write(this.database, null, 'countAttempt', async (tx) => {
      const rows = []
      // The address first, always: two attempts never wait for each other crosswise.
      for (const { digest } of this.subjects) {
        const [row] = await tx.query<{ attempts: number }>(
          // A window that would end later than one begun now was counted before the clock was put back: it ends as that one.
          `insert into throttle as t (subject, attempts, window_ends_at) values ($1, 1, now() + make_interval(mins => $2))
           on conflict (subject) do update set
             attempts = case when t.window_ends_at <= now() then 1 else t.attempts + 1 end,
             window_ends_at = case when t.window_ends_at <= now() then excluded.window_ends_at else least(t.window_ends_at, excluded.window_ends_at) end
           returning attempts`,
          [digest, throttleLimits.windowMinutes],
        )
        rows.push(row?.attempts ?? 0)
      }
      return rows
    })
    await this.#forgetOld()
    if (this.subjects.some((subject, at) => (counts[at] as number) > subject.attemptsMax)) {
      throw rateLimited(`Too many failed attempts. Try again in ${throttleLimits.windowMinutes} minutes.`)
    }
  }

  /** In a transaction of its own that waits for nobody: together with counting, two could wait for each other. */
  async #forgetOld(): Promise<void> {
    await write(this.database, null, 'forgetAttempts', (tx) =>
      tx.query(
        `delete from throttle where subject in
           (select subject from throttle where window_ends_at <= now() limit 1000 for update skip locked)`,
      ),
    )
  }
}

/** The network an address counts for: one household holds as many IPv6 addresses as it likes, all of one /64. */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  return [...groups, ...Array(Math.max(missing, 0)).fill('0'), ...(tail ? tail.split(':') : [])].slice(0, 4).join(':')
}

/**
 * Does an act that shows whether a secret is right: counted as an attempt, which is taken back when it succeeds.
 * The keys that sign are had before the act begins.
 * @param account the normal e-mail address it is about, null when none is known
 */
export async function attempting<P extends { errors: readonly unknown[] }>(
  context: Context,
  account: string | null,
  act: () => Promise<P>,
): Promise<P> {
  const attempt = await Attempt.begin(context.database, context.request.address, account)
  await context.services.tokens.ready()
  const answer = await act()
  if (answer.errors.length === 0) await attempt.takeBack()
  return answer
}
