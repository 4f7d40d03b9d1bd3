import { Refusal } from '../../rules/refusal.js'
import type { Connection } from '../driver/connection.js'
import type { Row, RowClass } from './row.js'
import type { Tx } from './tx.js'

/**
 * Sees to it that no parent has more rows than there may be (`Row.bounds`), once these are there. Of acts that add to one parent
 * at the same moment each counts what the other has added, because it waits for it.
 * @param made rows whose inserts were sent on the connection before
 * @throws Refusal LIMIT_REACHED
 */
export async function checkBounds<R extends Row>(
  tx: Tx,
  connection: Connection,
  row: RowClass<R>,
  made: readonly R[],
): Promise<void> {
  const checks = Object.entries(row.bounds).map(async ([parent, max]) => {
    const named = made.map((one) => one[parent as keyof R] as string | null)
    const ids = [...new Set(named.filter((id) => id !== null))].sort()
    if (ids.length === 0) return
    // One statement for all, in their order: of two acts one waits for the other, never each for each.
    const locked = tx.prepared(
      'select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) as name',
      [ids.map((id) => `${row.typeName} of ${id}`)],
    )
    const statement = tx.database.table(row).countEach({ firmId: tx.firmId }, null, parent, ids)
    const [counts] = await Promise.all([connection.lines(statement), locked])
    if ((counts as [string, number][]).every(([, count]) => count <= max)) return
    throw new Refusal('LIMIT_REACHED', `There are ${max.toLocaleString('en-US')} of these already, which is the most.`)
  })
  await Promise.all(checks)
}
