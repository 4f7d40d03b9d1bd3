import { BASIS_POINTS, wholeNumber } from './figures.js'
import { Refusal } from './refusal.js'
import { planBounds } from './sampling-plan.js'
import { ROW_SIZE_MAX, type SamplingRow } from './sampling-table.js'
import { upperDeviationLimit } from './upper-limit.js'
import { controlFrequencies, riskLevels, words } from './vocabulary.js'

/**
 * Whether rows make a table. Refuses with INVALID_INPUT at `rows`, naming the row: a frequency and risk that stand twice or
 * are missing; a row with neither or both of a size and a share; a least above the most; sizes that are no whole numbers from 1
 * to 1,000; a row that accepts as many deviations as it tests items, or so many that its fewest items leave an upper limit above
 * the greatest tolerable rate that any plan has (`planBounds`; of the sizes in use 1 of 25 leaves 14.7 % at 90 %: facts page, 5a);
 * one that asks for less at a higher risk.
 * @param confidence at which the limit of what a row accepts is computed: that of the methodology
 */
export function checkSamplingRows(rows: readonly SamplingRow[], confidence: number): void {
  const invalid = (message: string, ...at: (string | number)[]) =>
    new Refusal('INVALID_INPUT', message, ['rows', ...at])
  const known = new Map<string, SamplingRow>()
  rows.forEach((row, at) => {
    const name = `${row.frequency} ${row.risk}`
    if (known.has(name)) throw invalid(`The table has two rows for ${name}.`, at)
    known.set(name, row)
    checkRow(row, at, confidence)
  })
  for (const frequency of words(controlFrequencies)) {
    const ofFrequency = words(riskLevels).map((risk) => {
      const row = known.get(`${frequency} ${risk}`)
      if (!row) throw invalid(`The table has no row for ${frequency} ${risk}.`)
      return row
    })
    ofFrequency.reduce((lower, higher) => {
      if (asksForLess(higher, lower))
        throw invalid(`${frequency}: a higher risk asks for no fewer items.`, rows.indexOf(higher))
      return higher
    })
  }
}

function checkRow(row: SamplingRow, at: number, confidence: number): void {
  const { size, shareBp, leastSize, mostSize } = row
  const invalid = (message: string, field: string) => new Refusal('INVALID_INPUT', message, ['rows', at, field])
  const range = { min: 1, max: ROW_SIZE_MAX }
  const whole = (name: string, value: number | null, field: string) =>
    wholeNumber(name, value ?? Number.NaN, range, ['rows', at, field])
  if (size !== null) {
    if (shareBp !== null || leastSize !== null || mostSize !== null) {
      throw invalid('A row has a size, or a share with its least and most: not both.', 'size')
    }
    whole('The size', size, 'size')
  } else {
    if (shareBp === null) throw invalid('A row needs a size, or a share with its least and most.', 'size')
    wholeNumber('The share', shareBp, { min: 1, max: BASIS_POINTS }, ['rows', at, 'share'])
    const least = whole('The least', leastSize, 'leastSize')
    const most = whole('The most', mostSize, 'mostSize')
    if (least > most) throw invalid('The least is above the most.', 'leastSize')
  }
  const fewest = (size ?? leastSize) as number
  checkAccepted(row.acceptedDeviationCount, { fewest, confidence, path: ['rows', at, 'acceptedDeviationCount'] })
}

function checkAccepted(
  accepted: number,
  { fewest, confidence, path }: { fewest: number; confidence: number; path: readonly (string | number)[] },
): void {
  wholeNumber('The number of accepted deviations', accepted, { min: 0, max: ROW_SIZE_MAX }, path)
  if (accepted === 0) return
  if (accepted >= fewest) {
    throw new Refusal('INVALID_INPUT', 'A row accepts fewer deviations than it tests items.', path)
  }
  const limit = upperDeviationLimit({ confidence, sampleSize: fewest, deviationCount: accepted })
  const greatest = planBounds.greatestTolerableRateBp / BASIS_POINTS
  if (limit <= greatest) return
  const message = `${accepted} of ${fewest} leaves an upper limit of ${Math.round(limit * 1_000) / 10} %: what a row accepts leaves ${greatest * 100} % at most.`
  throw new Refusal('INVALID_INPUT', message, path)
}

/** Compared over populations of any number of items: where one asks for a share, its least and its most tell. */
function asksForLess(row: SamplingRow, than: SamplingRow): boolean {
  const ends = ({ size, leastSize, mostSize, shareBp }: SamplingRow) => [
    size ?? leastSize,
    size ?? mostSize,
    shareBp ?? 0,
  ]
  if ((row.size === null) !== (than.size === null)) return false
  return ends(row).some((value, at) => (value as number) < (ends(than)[at] as number))
}
