import type { FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'

/** Locks the firm's row until the act ends. */
export const lockFirm = ({ tx, firmId }: FirmScope<WriteTx>): Promise<unknown> =>
  tx.query('select 1 from firm where firm_id = $1 for no key update', [firmId])
