import type { WriteTx } from '../../kernel/store/work.js'
import { confidenceInBasisPoints, rateInBasisPoints, tolerableRateInBasisPoints } from '../../rules/figures.js'
import { Refusal } from '../../rules/refusal.js'
import { checkSamplingRows, type SamplingRow } from '../../rules/sampling-table.js'
import { Firm } from '../firm/firm.js'
import type { ReviseMethodologyInput, SamplingTableRowInput } from './methodology.inputs.js'
import { Methodology } from './methodology.js'
import { SamplingTable } from './sampling-table.js'
import { methodologyInForce, writeSamplingTable } from './versions.js'

/**
 * Makes the next version of the firm's methodology, and of its table where rows are given; the versions before stay. It holds for
 * controls of which no population was imported yet: those of which one was keep what was fixed then.
 * Refused with INVALID_INPUT: rows that make no table (`checkSamplingRows`), rates that mean nothing, nothing to change. With
 * VERSION_CONFLICT where the firm changed since it was read.
 */
export async function reviseMethodology(
  tx: WriteTx,
  input: ReviseMethodologyInput,
): Promise<{ methodology: Methodology }> {
  const firm = await tx.load(Firm, tx.firmId, input.expectedVersion)
  await tx.permit(firm)
  const { rows, confidence = null, tolerableRate = null, reason } = input
  const present = await methodologyInForce(tx)
  if (!rows && confidence === null && tolerableRate === null) {
    throw new Refusal('INVALID_INPUT', 'Say what is to change: the rows of the table, or a rate.', ['rows'])
  }
  const confidenceBp = confidence === null ? present.confidenceBp : confidenceInBasisPoints(confidence)
  const tolerableRateBp = tolerableRate === null ? present.tolerableRateBp : tolerableRateInBasisPoints(tolerableRate)
  const samplingTableId = rows ? await newTable(tx, rows, present) : present.samplingTableId
  // Of two who revise at once one finds the firm changed.
  await tx.touch(firm)
  const next = {
    number: present.number + 1,
    effectiveAt: tx.now,
    samplingTableId,
    confidenceBp,
    tolerableRateBp,
    reason,
  }
  return { methodology: await tx.insert(Methodology, next) }
}

async function newTable(
  tx: WriteTx,
  given: readonly SamplingTableRowInput[],
  { samplingTableId }: Methodology,
): Promise<string> {
  const rows = given.map((row, at): SamplingRow => {
    const { frequency, risk, size = null, share, leastSize = null, mostSize = null, acceptedDeviationCount } = row
    const hasShare = share !== null && share !== undefined
    const shareBp = hasShare ? rateInBasisPoints('The share', share, ['rows', at, 'share']) : null
    return { frequency, risk, size, shareBp, leastSize, mostSize, acceptedDeviationCount: acceptedDeviationCount ?? 0 }
  })
  checkSamplingRows(rows)
  const { number } = await tx.load(SamplingTable, samplingTableId)
  return (await writeSamplingTable(tx, number + 1, rows)).id
}
