import { wholeNumber } from './figures.js'
import { checkNamesPaper } from './papers.js'
import { Refusal } from './refusal.js'
import { SAMPLE_MAX } from './sampling.js'
import { isStatistical } from './selection.js'
import { upperDeviationLimit } from './upper-limit.js'
import type { ExtensionKind, SampleBasis, SelectionMethod, TeamRole } from './vocabulary.js'

/** A stage by which a sample may be extended, fixed before anything is drawn. */
export interface Stage {
  /** How many items it adds. */
  additionalCount: number
  /** How many deviations the sample accepts in all after it. */
  acceptedDeviationCount: number
}

/** More stages than this are no plan. */
export const STAGES_MAX = 5

/** What stages are planned for. */
export interface StagedSample {
  basis: SampleBasis
  method: SelectionMethod
  size: number
  /** The size and the accepted deviations of the basis; null where it says nothing of them. */
  recommendedSize: number | null
  acceptedDeviationCount: number | null
  confidence: number
  tolerableRate: number
  populationSize: number
}

/**
 * Whether stages are a plan. They belong to sizes from the table or from rates, of items drawn by chance. A stage accepts no more
 * than its items carry: at the control's confidence the limit of what it accepts in all is no higher than the limit of what the row
 * of the table accepts, or than the tolerable rate of a statistical sample (facts page, 5d: decide the stopping rule before
 * looking; 1 of 25, or 2 of 50).
 * Refuses with INVALID_INPUT at `stages`, naming the stage.
 */
export function checkStages(stages: readonly Stage[], sample: StagedSample): void {
  if (stages.length === 0) return
  const invalid = (message: string, ...at: (string | number)[]) =>
    new Refusal('INVALID_INPUT', message, ['stages', ...at])
  const isStaged = sample.basis === 'FREQUENCY_TABLE' || sample.basis === 'STATISTICAL'
  if (!isStaged || !isStatistical(sample.method) || sample.method === 'ENTIRE_POPULATION') {
    throw invalid('Stages belong to a sample from the table or from rates whose items are drawn by chance.')
  }
  const most = limitOfPlan(sample)
  let total = sample.size
  let accepted = sample.acceptedDeviationCount ?? 0
  stages.forEach(({ additionalCount, acceptedDeviationCount }, at) => {
    const left = Math.min(sample.populationSize, SAMPLE_MAX) - total
    if (left < 1) throw invalid('No item is left for this stage.', at)
    wholeNumber('The number of further items', additionalCount, { min: 1, max: left }, [
      'stages',
      at,
      'additionalCount',
    ])
    total += additionalCount
    const field = ['stages', at, 'acceptedDeviationCount']
    wholeNumber('What is accepted in all', acceptedDeviationCount, { min: accepted, max: total - 1 }, field)
    accepted = acceptedDeviationCount
    const limit = upperDeviationLimit({ confidence: sample.confidence, sampleSize: total, deviationCount: accepted })
    if (limit > most) {
      const message = `${accepted} of ${total} leaves an upper limit of ${percent(limit)}, above the ${percent(most)} of the plan.`
      throw invalid(message, at, 'acceptedDeviationCount')
    }
  })
}

const percent = (rate: number): string => `${Math.round(rate * 1000) / 10} %`

function limitOfPlan({
  basis,
  size,
  recommendedSize,
  acceptedDeviationCount,
  confidence,
  tolerableRate,
}: StagedSample): number {
  if (basis === 'STATISTICAL') return tolerableRate
  const sampleSize = Math.max(size, recommendedSize ?? 0)
  return upperDeviationLimit({ confidence, sampleSize, deviationCount: acceptedDeviationCount ?? 0 })
}

/**
 * What an extension is. `PLANNED`: the next stage of the plan, as long as none before it was a dilution. `ALL_REMAINING`: nothing is
 * left to chance, so nothing is diluted. Any other is a `DILUTION` (product page, section 4, "Evaluation").
 * @param before the kinds of the extensions before it, in their order
 * @param remaining how many items of the population are not in the sample
 */
export function kindOfExtension(
  stages: readonly Stage[],
  before: readonly ExtensionKind[],
  { additionalCount, remaining }: { additionalCount: number; remaining: number },
): ExtensionKind {
  const isOnPlan = before.every((kind) => kind === 'PLANNED')
  if (isOnPlan && stages[before.length]?.additionalCount === additionalCount) return 'PLANNED'
  return additionalCount === remaining ? 'ALL_REMAINING' : 'DILUTION'
}

/** The stage that comes next; null where there is none, or the plan was left. */
export function nextStage(stages: readonly Stage[], before: readonly ExtensionKind[]): Stage | null {
  return before.every((kind) => kind === 'PLANNED') ? (stages[before.length] ?? null) : null
}

/**
 * Who may extend a sample, and with what. A planned stage was decided beforehand; another extension needs a reason; a dilution the
 * engagement partner, and papers that the reason rests on. Refuses with SEPARATION_OF_DUTIES at the size, and with INVALID_INPUT
 * at the reason and `restsOnIds`.
 * @param reasonField how the input calls the reason
 */
export function checkExtension(
  kind: ExtensionKind,
  given: { reason: string | null; restsOnIds: readonly string[]; role: TeamRole | null },
  reasonField = 'reason',
): void {
  if (kind === 'PLANNED') return
  if (kind === 'DILUTION' && given.role !== 'ENGAGEMENT_PARTNER') {
    throw new Refusal(
      'SEPARATION_OF_DUTIES',
      'No stage fixed before the draw says so: it would dilute what was found, and the engagement partner decides on it.',
    )
  }
  if (!given.reason?.trim()) throw new Refusal('INVALID_INPUT', 'Say why more items are drawn.', [reasonField])
  if (kind === 'DILUTION') checkNamesPaper(given.restsOnIds)
}
