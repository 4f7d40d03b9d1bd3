import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { lockFirm } from './firm.queries.js'

/**
 * Lets the rare acts that decide who is on which side of a firm come one after the other: what one of them found out of
 * the firm's people and domains stays true until it is committed. Locks the firm's row, and holds up no other act but
 * issuing a report. To be called before what is decided on is read.
 */
export async function oneAtATime(tx: WriteTx): Promise<void> {
  await lockFirm(firmScope(tx))
}
