import type { Claims } from '../access/actor.js'
import type { Database } from './database.js'
import { quoted, Tx } from './tx.js'
import { refusalFor } from './violations.js'
import { WriteTx } from './write-tx.js'

// The door to rows: what opens and ends transactions. Features name the kinds of transaction from here.
export { isUuid, Tx } from './tx.js'
export { WriteTx } from './write-tx.js'

const settings = (claims: Claims | null) =>
  claims
    ? `set local app.firm_id = ${quoted(claims.firmId)}; set local app.client_id = ${quoted(claims.clientId)}; ` +
      `set local app.user_id = ${quoted(claims.userId)}`
    : "set local app.realm = 'identity'"

/** A read transaction that stays open until `close`: all its reads see one moment. */
export interface OpenRead {
  tx: Tx
  close(): Promise<void>
}

/** Opens a read-only, repeatable-read transaction of the person's tenant. */
export async function openRead(database: Database, claims: Claims): Promise<OpenRead> {
  const runner = database.connection()
  const close = async () => {
    try {
      if (!runner.isReleased) await runner.query('rollback').catch(() => {})
    } finally {
      await runner.release()
    }
  }
  try {
    await runner.query(`begin isolation level repeatable read read only; ${settings(claims)}`)
    const tx = new Tx(database, runner, claims.firmId)
    await tx.identify(claims)
    return { tx, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Runs `act` in one transaction and commits; any throw rolls everything back. Never nested.
 * @param claims who acts; null for the identity realm, where nobody is known yet
 */
export async function write<T>(
  database: Database,
  claims: Claims | null,
  coordinate: string,
  act: (tx: WriteTx) => Promise<T>,
): Promise<T> {
  const runner = database.connection()
  try {
    await runner.query(`begin; ${settings(claims)}; set local lock_timeout = '10s'`)
    // TypeORM locks rows only in a transaction it knows of; this one was begun, and ends, by hand.
    Object.assign(runner, { isTransactionActive: true })
    const tx = new WriteTx(database, runner, claims?.firmId ?? null, coordinate)
    if (claims) await tx.identify(claims)
    else await tx.readClock()
    const result = await act(tx)
    await runner.query('commit')
    return result
  } catch (error) {
    await runner.query('rollback').catch(() => {})
    throw refusalFor(error)
  } finally {
    await runner.release()
  }
}
