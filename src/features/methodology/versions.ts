import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import { shippedInquiryDays } from '../../rules/documents.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { shippedCoolingOffYears } from '../../rules/independence.js'
import { shippedEvaluation } from '../../rules/sampling.js'
import { type SamplingRow, shippedRows } from '../../rules/sampling-table.js'
import type { ControlFrequency, RiskLevel } from '../../rules/vocabulary.js'
import { Methodology } from './methodology.js'
import { SamplingTable, SamplingTableRow } from './sampling-table.js'

/** The methodology that holds now. Every firm has one from the moment it is made. */
export async function methodologyInForce(tx: Tx): Promise<Methodology> {
  const latest = await tx.one(Methodology, {}, { order: { number: 'desc' } })
  if (!latest) throw new Error(`The firm ${tx.firmId} has no methodology.`)
  return latest
}

/** The same in a request: read once, however many engagements ask. */
export const methodologyInRequest = (loaders: Loaders): Promise<Methodology> =>
  loaders
    .of('methodology in force', async (keys, tx) => {
      const inForce = await methodologyInForce(tx)
      return keys.map(() => inForce)
    })
    .load('in force')

/** The row of a table for a control. A table has one of each frequency and risk. */
export async function samplingRowOf(
  tx: Tx,
  samplingTableId: string,
  { frequency, risk }: { frequency: ControlFrequency; risk: RiskLevel },
): Promise<SamplingTableRow> {
  const row = await tx.one(SamplingTableRow, { samplingTableId, frequency, risk }, { byKey: true })
  if (!row) throw new Error(`The table ${samplingTableId} has no row for ${frequency} ${risk}.`)
  return row
}

/** Writes a table of these rows, as the version of this number. */
export async function writeSamplingTable(
  tx: WriteTx,
  number: number,
  rows: readonly SamplingRow[],
): Promise<SamplingTable> {
  const table = await tx.insert(SamplingTable, { number })
  await tx.insertMany(SamplingTableRow, rows, { common: { samplingTableId: table.id } })
  return table
}

/** Gives a firm that is being made the methodology shipped with the service. */
export async function startMethodology(tx: WriteTx): Promise<void> {
  const { id: samplingTableId } = await writeSamplingTable(tx, 1, shippedRows)
  await tx.insert(Methodology, {
    number: 1,
    effectiveAt: tx.now,
    samplingTableId,
    confidenceBp: Math.round(shippedEvaluation.confidence * BASIS_POINTS),
    tolerableRateBp: Math.round(shippedEvaluation.tolerableRate * BASIS_POINTS),
    leastConfidenceBp: Math.round(shippedEvaluation.confidence * BASIS_POINTS),
    greatestTolerableRateBp: Math.round(shippedEvaluation.tolerableRate * BASIS_POINTS),
    requiresQualityReviewer: true,
    responseElements: [],
    splitsOpinionByCategory: false,
    coolingOffYears: shippedCoolingOffYears,
    inquiryDays: shippedInquiryDays,
    reason: null,
  })
}
