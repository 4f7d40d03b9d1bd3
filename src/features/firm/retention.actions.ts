import type { WriteTx } from '../../kernel/store/work.js'
import { checkRetentionYears } from '../../rules/evidence.js'
import { Firm } from './firm.js'
import type { ChangeRetentionInput } from './retention.inputs.js'

/** Changes for how long the firm keeps evidence. Refused: less than one year, or more than thirty. */
export async function changeRetention(tx: WriteTx, { retentionYears, expectedVersion }: ChangeRetentionInput) {
  const firm = await tx.load(Firm, tx.firmId, expectedVersion)
  await tx.permit(firm)
  checkRetentionYears(retentionYears)
  return { firm: await tx.update(firm, { retentionYears }) }
}
