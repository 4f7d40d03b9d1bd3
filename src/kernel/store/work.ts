import { AsyncLocalStorage } from 'node:async_hooks'
import type { Claims } from '../access/actor.js'
import type { Database } from './database.js'
import { quoted, Tx } from './tx.js'
import { refusalFor } from './violations.js'
import { WriteTx } from './write-tx.js'

// Opens and ends transactions. Features name the kinds of transaction from here.
export { isUuid, soughtId, Tx } from './tx.js'
export { WriteTx } from './write-tx.js'

const settings = (claims: Claims | null): string[] =>
  claims
    ? [
        `app.firm_id = ${quoted(claims.firmId)}`,
        `app.client_id = ${quoted(claims.clientId)}`,
        `app.user_id = ${quoted(claims.userId)}`,
      ]
    : ["app.realm = 'identity'"]

/** A read transaction that stays open until `close`: all its reads see one moment. */
export interface OpenRead {
  tx: Tx
  close(): Promise<void>
}

/**
 * Opens a read-only, repeatable-read transaction of the person's tenant, in which it is known who they are.
 * @param until when its time is up, by `performance.now()`: no statement begins later
 * @throws Fault UNAUTHENTICATED for a membership that is not active, or a sign-in that has ended; whatever the database fails with
 */
export async function openRead(
  database: Database,
  claims: Claims,
  until = performance.now() + database.timeouts.operation,
): Promise<OpenRead> {
  const connection = await database.connect()
  connection.until = until
  try {
    const tx = new Tx(database, connection, claims.firmId)
    const begin = connection.begin('isolation level repeatable read read only', settings(claims))
    await Promise.all([begin, tx.identify(claims)])
    return { tx, close: () => connection.rollback() }
  } catch (error) {
    await connection.rollback()
    throw error
  }
}

/**
 * Reads in the identity realm, where no caller is known yet: accounts, keys of the service, an invitation by its token. One
 * read-only transaction, which ends with the work.
 */
export async function readIdentity<T>(database: Database, read: (tx: Tx) => Promise<T>): Promise<T> {
  const connection = await database.connect()
  try {
    const begin = connection.begin('isolation level repeatable read read only', settings(null))
    const [done] = await Promise.all([read(new Tx(database, connection, null)), begin])
    return done
  } finally {
    await connection.rollback()
  }
}

const inside = new AsyncLocalStorage<true>()
const attempts = 3
// serialization_failure, deadlock_detected: the database chose this transaction to give way; nothing of it happened.
const gaveWay = new Set(['40001', '40P01'])

/**
 * Runs `act` in one transaction and commits; any throw rolls everything back. Where two transactions stood in each other's
 * way, the one that had to give way is run again, so `act` reads what it needs anew each time. Never nested: work inside
 * work would wait for a connection that its own outer transaction holds.
 * @param claims who acts; null for the identity realm, where no caller is known yet
 * @param first what can be asked before it is known who acts: it is sent along with the opening, waits five seconds at most
 *   for what another transaction holds, and says itself how long is waited from then on
 */
export async function write<T, F = void>(
  database: Database,
  claims: Claims | null,
  coordinate: string,
  act: (tx: WriteTx, first: F) => Promise<T>,
  first?: (tx: WriteTx) => Promise<F>,
): Promise<T> {
  if (inside.getStore()) throw new Error(`${coordinate} was to be written inside another transaction`)
  const once = () => writeOnce(database, claims, coordinate, act, first)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await (database.watchesNesting ? inside.run(true, once) : once())
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      if (attempt === attempts || !gaveWay.has(code)) throw refusalFor(database.violations, error)
    }
  }
}

async function writeOnce<T, F>(
  database: Database,
  claims: Claims | null,
  coordinate: string,
  act: (tx: WriteTx, first: F) => Promise<T>,
  first?: (tx: WriteTx) => Promise<F>,
): Promise<T> {
  const connection = await database.connect()
  try {
    const tx = new WriteTx(database, connection, claims?.firmId ?? null, coordinate)
    const begin = connection.begin('read write', [...settings(claims), `lock_timeout = '${first ? '5s' : '10s'}'`])
    const known = claims ? tx.identify(claims) : tx.readClock()
    const [found] = await Promise.all([first?.(tx), begin, known])
    const result = await act(tx, found as F)
    await Promise.all([tx.flushDeferred(), connection.commit()])
    connection.release()
    return result
  } catch (error) {
    await connection.rollback()
    throw error
  }
}
