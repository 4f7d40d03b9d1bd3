import type { Row, RowClass, Where } from './row.js'
import { isUuid, type Tx } from './tx.js'

/**
 * The row with this id, of whichever of these classes it is; null where there is none for the actor.
 * What is not there is looked for like what is there behind a wall: neither takes longer.
 */
export async function findAny(tx: Tx, rows: readonly RowClass[], id: string): Promise<Row | null> {
  if (!isUuid(id)) return null
  const places = rows.map(
    (row) => `select '${row.typeName}' as type from ${tx.database.table(row).name} where firm_id = $1 and id = $2`,
  )
  const [found] = await tx.query<{ type: string }>(places.join(' union all '), [tx.firmId, id])
  return tx.one(rows.find((row) => row.typeName === found?.type) ?? (rows[0] as RowClass), { id } as Where<Row>)
}
