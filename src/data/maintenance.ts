import type { Database } from './database.js'

/**
 * The ids of all firms, in order: for commands of the operator and for checks at start, which then enter one firm after
 * the other (`Tx.enter`). No request comes here.
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
