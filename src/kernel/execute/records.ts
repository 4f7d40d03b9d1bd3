import { Denial } from '../../rules/refusal.js'
import type { Claims } from '../access/actor.js'
import { forbidden } from '../access/faults.js'
import { allows, fieldAt, type PolicyRow } from '../access/permission.js'
import type { Row } from '../store/row.js'
import { type WriteTx, write } from '../store/work.js'
import type { Request } from './request.js'

/** That a query was asked, as it is to be recorded (docs/adr/0016). */
export interface QueryRecord {
  /** Of the query, in the schema, by which the policy knows it. */
  coordinate: string
  /** Asks the policy about the row that the query is about, and makes the row that says what was asked. */
  record: (tx: WriteTx) => Promise<Row>
}

/**
 * Writes one record: in one transaction, with its entry in the trail.
 * @throws Fault FORBIDDEN where who asks may not ask it, or no longer; Refusal by the state of the engagement; whatever the database
 *   fails with
 */
export async function writeRecord({ database, claims }: Request, { coordinate, record }: QueryRecord): Promise<void> {
  const entry = database.policy[coordinate] as PolicyRow
  try {
    // A query that is recorded is none that anyone may ask: its resolver has read who asks.
    await write(database, claims as Claims, coordinate, async (tx) => {
      if (!allows(entry, tx.actor)) throw forbidden()
      const row = await record(tx)
      if (!tx.asked) throw new Error(`${coordinate} was recorded without the policy being asked about its row`)
      tx.deferToCommit(tx.appendTrail(fieldAt(coordinate), row))
    })
  } catch (error) {
    throw error instanceof Denial ? forbidden() : error
  }
}
