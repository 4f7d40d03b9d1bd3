import type { WriteTx } from '../../kernel/store/work.js'
import {
  BASIS_POINTS,
  confidenceInBasisPoints,
  rateInBasisPoints,
  tolerableRateInBasisPoints,
} from '../../rules/figures.js'
import { checkSettingsAuthor } from '../../rules/methodology.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { checkMethodologyRates } from '../../rules/sampling-plan.js'
import { checkSamplingRows } from '../../rules/sampling-rows.js'
import type { SamplingRow } from '../../rules/sampling-table.js'
import { responseElements as elements, words } from '../../rules/vocabulary.js'
import { Firm } from '../firm/firm.js'
import type { ReviseMethodologyInput, SamplingTableRowInput } from './methodology.inputs.js'
import { Methodology } from './methodology.js'
import { SamplingTable, SamplingTableRow } from './sampling-table.js'
import { methodologyInForce, writeSamplingTable } from './versions.js'

/**
 * Makes the next version of the firm's methodology, and of its table where rows are given; the versions before stay. It holds for
 * controls of which no population was imported yet: those of which one was keep what was fixed then.
 * Refused with INVALID_INPUT: rows that make no table (`checkSamplingRows`), rates that mean nothing or lie beyond the bounds
 * (`checkMethodologyRates`), nothing to change. With FORBIDDEN: what only the firm's administrator revises (`checkSettingsAuthor`). With
 * VERSION_CONFLICT where the firm changed since it was read.
 */
export async function reviseMethodology(
  tx: WriteTx,
  input: ReviseMethodologyInput,
): Promise<{ methodology: Methodology }> {
  const firm = await tx.load(Firm, tx.firmId, input.expectedVersion)
  await tx.permit(firm)
  checkSettingsAuthor(input, tx.actor)
  const { rows, reason } = input
  const present = await methodologyInForce(tx)
  const rates = ratesOf(input)
  const settings = settingsOf(input, present)
  if (!rows && Object.values(rates).every((rate) => rate === null) && settings === null) {
    throw new Refusal('INVALID_INPUT', 'Say what is to change: the rows of the table, a rate, or a setting.', ['rows'])
  }
  const next = {
    confidenceBp: rates.confidence ?? present.confidenceBp,
    tolerableRateBp: rates.tolerableRate ?? present.tolerableRateBp,
    leastConfidenceBp: rates.leastConfidence ?? present.leastConfidenceBp,
    greatestTolerableRateBp: rates.greatestTolerableRate ?? present.greatestTolerableRateBp,
    ...(settings ?? keptSettings(present)),
  }
  checkMethodologyRates(next)
  const confidence = next.confidenceBp / BASIS_POINTS
  const samplingTableId = await tableFor(tx, rows ?? null, present, confidence)
  // Of two who revise at once one finds the firm changed.
  await tx.touch(firm)
  const version = { number: present.number + 1, effectiveAt: tx.now, samplingTableId, reason }
  return { methodology: await tx.insert(Methodology, { ...version, ...next }) }
}

/** What the firm decides beside its sampling. */
const keptSettings = ({
  requiresQualityReviewer,
  responseElements,
  splitsOpinionByCategory,
  coolingOffYears,
  inquiryDays,
}: Methodology) => ({
  requiresQualityReviewer,
  responseElements,
  splitsOpinionByCategory,
  coolingOffYears,
  inquiryDays,
})

/** The settings of the next version, each as given or as it is; null where none is given. */
function settingsOf(input: ReviseMethodologyInput, present: Methodology) {
  const kept = keptSettings(present)
  const { responseElements: given } = input
  checkEach(
    (given ?? []).flatMap((element, at) =>
      given && given.indexOf(element) < at
        ? new Refusal('INVALID_INPUT', 'This element is named twice.', ['responseElements', at])
        : [],
    ),
  )
  const next = {
    requiresQualityReviewer: input.requiresQualityReviewer ?? kept.requiresQualityReviewer,
    responseElements: given ? words(elements).filter((one) => given.includes(one)) : kept.responseElements,
    splitsOpinionByCategory: input.splitsOpinionByCategory ?? kept.splitsOpinionByCategory,
    coolingOffYears: input.coolingOffYears ?? kept.coolingOffYears,
    inquiryDays: input.inquiryDays ?? kept.inquiryDays,
  }
  const names = Object.keys(kept) as (keyof typeof kept)[]
  return names.every((name) => input[name] === undefined || input[name] === null) ? null : next
}

/** The rates that are given, in basis points; null those that stay. */
function ratesOf(input: ReviseMethodologyInput) {
  const { confidence, tolerableRate, leastConfidence, greatestTolerableRate } = input
  const given = <T>(rate: number | null | undefined, read: (rate: number) => T): T | null =>
    rate === null || rate === undefined ? null : read(rate)
  return {
    confidence: given(confidence, (rate) => confidenceInBasisPoints(rate)),
    tolerableRate: given(tolerableRate, (rate) => tolerableRateInBasisPoints(rate)),
    leastConfidence: given(leastConfidence, (rate) => confidenceInBasisPoints(rate, ['leastConfidence'])),
    greatestTolerableRate: given(greatestTolerableRate, (rate) =>
      tolerableRateInBasisPoints(rate, ['greatestTolerableRate']),
    ),
  }
}

/** The table of the next version: a new one of the rows given, or the present one, whose rows hold at the next confidence as well. */
async function tableFor(
  tx: WriteTx,
  given: readonly SamplingTableRowInput[] | null,
  { samplingTableId }: Methodology,
  confidence: number,
): Promise<string> {
  if (given === null) {
    checkSamplingRows(await tx.find(SamplingTableRow, { samplingTableId }, { order: { id: 'asc' } }), confidence)
    return samplingTableId
  }
  const rows = given.map((row, at): SamplingRow => {
    const { frequency, risk, size = null, share, leastSize = null, mostSize = null, acceptedDeviationCount } = row
    const hasShare = share !== null && share !== undefined
    const shareBp = hasShare ? rateInBasisPoints('The share', share, ['rows', at, 'share']) : null
    return { frequency, risk, size, shareBp, leastSize, mostSize, acceptedDeviationCount: acceptedDeviationCount ?? 0 }
  })
  checkSamplingRows(rows, confidence)
  const { number } = await tx.load(SamplingTable, samplingTableId)
  return (await writeSamplingTable(tx, number + 1, rows)).id
}
