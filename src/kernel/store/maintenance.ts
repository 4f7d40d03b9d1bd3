import type pg from 'pg'
import type { Database } from './database.js'
import { quoted, Tx } from './tx.js'

/**
 * The ids of all firms, in order: for commands of the operator, for checks at start and for the care of keys (key-care.ts),
 * which then enter one firm after the other (`Tx.enter`, `readFirm`). No request comes here.
 */
export const firmIds = (database: Database): Promise<string[]> =>
  acrossFirms(database, 'select firm_id from firm order by firm_id')

/** The same with the firms whose row was removed and whose trail is there. */
export const firmIdsOfTrails = (database: Database): Promise<string[]> =>
  acrossFirms(database, 'select firm_id from firm union select firm_id from trail_head order by firm_id')

async function acrossFirms(database: Database, text: string): Promise<string[]> {
  const connection = await database.connect()
  try {
    const begin = connection.begin('read only', ["app.realm = 'maintenance'"])
    const [, found] = await Promise.all([begin, connection.query<{ firm_id: string }>(text)])
    return found.map(({ firm_id }) => firm_id)
  } finally {
    await connection.rollback()
  }
}

/** Reads inside one firm, behind its wall, at one moment, for a command of the operator: there is no actor. */
export async function readFirm<T>(database: Database, firmId: string, read: (tx: Tx) => Promise<T>): Promise<T> {
  const connection = await database.connect()
  try {
    await connection.begin('isolation level repeatable read read only', [
      `app.firm_id = ${quoted(firmId)}`,
      "app.client_id = ''",
    ])
    return await read(new Tx(database, connection, firmId))
  } finally {
    await connection.rollback()
  }
}

/** Runs one statement in a transaction of its own, as the database's owner, inside one firm. */
export type AsOwner = <T extends pg.QueryResultRow>(
  firmId: string,
  sql: string,
  values: readonly unknown[],
) => Promise<pg.QueryResult<T>>

/**
 * For what the service's role has no grant to do. Row-level security holds for the owner, too; and the guards of what is
 * written once give way in the realm `maintenance` alone.
 */
export const asOwnerOf =
  (owner: pg.Client): AsOwner =>
  async (firmId, sql, values) => {
    await owner.query('begin')
    try {
      await owner.query(`set local app.firm_id = ${quoted(firmId)}`)
      await owner.query("set local app.realm = 'maintenance'")
      const done = await owner.query(sql, [...values])
      await owner.query('commit')
      return done
    } catch (error) {
      await owner.query('rollback')
      throw error
    }
  }
