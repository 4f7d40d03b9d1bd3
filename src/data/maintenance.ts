import type { Database } from './database.js'
import { quoted, Tx } from './tx.js'

/**
 * The ids of all firms, in order: for commands of the operator and for checks at start, which then enter one firm after
 * the other (`Tx.enter`, `readFirm`). No request comes here.
 */
export async function firmIds(database: Database): Promise<string[]> {
  const connection = await database.connect()
  try {
    const begin = connection.run("begin read only; set local app.realm = 'maintenance'")
    const found = connection.query<{ firm_id: string }>('select firm_id from firm order by firm_id')
    await begin
    return (await found).map(({ firm_id }) => firm_id)
  } finally {
    await connection.rollback()
  }
}

/** Reads inside one firm, behind its wall, at one moment, for a command of the operator: nobody is the actor. */
export async function readFirm<T>(database: Database, firmId: string, read: (tx: Tx) => Promise<T>): Promise<T> {
  const connection = await database.connect()
  try {
    await connection.run(
      `begin isolation level repeatable read read only; set local app.firm_id = ${quoted(firmId)}; set local app.client_id = ''`,
    )
    return await read(new Tx(database, connection, firmId))
  } finally {
    await connection.rollback()
  }
}
