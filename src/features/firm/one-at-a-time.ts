import type { WriteTx } from '../../kernel/store/work.js'

/**
 * Lets the rare acts that decide who is on which side of a firm come one after the other: what one of them found out of
 * the firm's people and domains stays true until it is committed. Locks the firm's row, and holds up no other act but
 * issuing a report. To be called before what is decided on is read.
 */
export async function oneAtATime(tx: WriteTx): Promise<void> {
  await tx.query('select 1 from firm where firm_id = $1 for no key update', [tx.firmId])
}
