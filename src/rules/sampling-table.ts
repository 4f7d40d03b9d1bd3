import { BASIS_POINTS } from './figures.js'
import { type ControlFrequency, controlFrequencies, type RiskLevel, riskLevels, words } from './vocabulary.js'

/**
 * The firm's table: how many items are tested by how often a control operates and how high its risk is, and how many
 * deviations so many items accept. No standard fixes these sizes; each firm answers for its own.
 */
export interface SamplingRow {
  frequency: ControlFrequency
  risk: RiskLevel
  /** A number of items; null where the row asks for a share of the population. */
  size: number | null
  /** A share of the population in basis points, with the least and the most it may come to; null where `size` is given. */
  shareBp: number | null
  leastSize: number | null
  mostSize: number | null
  /** How many deviations the row accepts. Accepted ones are still reported. */
  acceptedDeviationCount: number
}

/** A row of the table asks for at most so many items: a table is for what people test, not for counting a population. */
export const ROW_SIZE_MAX = 1_000

/** One row for each frequency at each risk. */
export const SAMPLING_ROWS = Object.keys(controlFrequencies).length * Object.keys(riskLevels).length

/**
 * The sizes shipped with the service, at low, moderate and high risk. The ranges are those of the source document (facts page,
 * 5a): the least at low risk, the most at high, between at moderate, where half an item is rounded up (weekly 12.5 to 13,
 * monthly 3.5 to 4). It names none for quarterly, semi-annual and annual controls: there stand the numbers that are common.
 * What happens per event, many times a day or all the time is a share of the population.
 */
const shippedSizes = {
  ANNUAL: [1, 1, 1],
  SEMI_ANNUAL: [1, 2, 2],
  QUARTERLY: [2, 2, 2],
  MONTHLY: [2, 4, 5],
  WEEKLY: [10, 13, 15],
  DAILY: [15, 20, 25],
} as const
const shippedShares = [1_000, 1_500, 2_000] as const
const SHIPPED_LEAST = 5
const SHIPPED_MOST = 60

/** The rows that a firm starts with; none accepts a deviation. */
export const shippedRows: readonly SamplingRow[] = words(controlFrequencies).flatMap((frequency) =>
  words(riskLevels).map((risk, at): SamplingRow => {
    const sizes = shippedSizes[frequency as keyof typeof shippedSizes]
    const row = { frequency, risk, acceptedDeviationCount: 0 }
    if (sizes) return { ...row, size: sizes[at] as number, shareBp: null, leastSize: null, mostSize: null }
    return {
      ...row,
      size: null,
      shareBp: shippedShares[at] as number,
      leastSize: SHIPPED_LEAST,
      mostSize: SHIPPED_MOST,
    }
  }),
)

/** What a row asks for of so many items, before it is held against how many there are. */
export function sizeOfRow(row: SamplingRow, populationSize: number): number {
  if (row.size !== null) return row.size
  const share = Math.ceil((populationSize * (row.shareBp as number)) / BASIS_POINTS)
  return Math.min(Math.max(share, row.leastSize as number), row.mostSize as number)
}

/** Another population of the same control, and how many of its items are being tested: 0 before its sample is drawn. */
export interface OtherPopulation {
  itemCount: number
  sampledCount: number
}

/**
 * What a row asks for of one population of a control, of which others may have been sampled. The size of a row is that of the
 * control over its whole period, so a population is asked for what the others leave of it: what their samples test, and of those not
 * sampled yet their part by number of items. But never for less than its own part, so that a late population is not passed over
 * because an early one was tested in full. Never more than its items. `wholeSize` is what all populations together are asked for,
 * and `isWholeRow` whether they have as many items as the row asks for.
 */
export function sizeForPopulation(
  row: SamplingRow,
  populationSize: number,
  others: readonly OtherPopulation[] = [],
): { size: number; wholeSize: number; isWholeRow: boolean; clampedToPopulation: boolean } {
  const itemsInAll = others.reduce((total, { itemCount }) => total + itemCount, populationSize)
  const whole = sizeOfRow(row, itemsInAll)
  const partOf = (itemCount: number) => Math.floor((whole * itemCount) / itemsInAll)
  const left = others.reduce((rest, { itemCount, sampledCount }) => rest - (sampledCount || partOf(itemCount)), whole)
  const asked = Math.max(left, Math.ceil((whole * populationSize) / itemsInAll))
  return {
    size: Math.min(asked, populationSize),
    wholeSize: Math.min(whole, itemsInAll),
    isWholeRow: whole <= itemsInAll,
    clampedToPopulation: asked > populationSize,
  }
}
