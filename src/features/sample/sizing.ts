import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { Refusal } from '../../rules/refusal.js'
import { type Recommendation, recommendedSize } from '../../rules/sampling.js'
import { Control } from '../control/control.js'
import { fixSampling } from '../control/sampling-plan.actions.js'
import { Methodology } from '../methodology/methodology.js'
import { samplingRowOf } from '../methodology/versions.js'
import type { Population } from '../population/population.js'
import type { DrawSampleInput } from './sample.inputs.js'
import type { Sample } from './sample.js'
import { otherPopulations } from './sample.queries.js'

/** By what a sample is sized and judged, for its record. */
export type Sizing = Pick<
  Sample,
  | 'basis'
  | 'risk'
  | 'confidenceBp'
  | 'tolerableRateBp'
  | 'expectedRateBp'
  | 'samplingTableId'
  | 'recommendedSize'
  | 'wholeSize'
>

/**
 * The size recommended for a sample of a population, and by what. Table, risk and rates are those that were fixed for the control
 * before its first import, not a choice of each draw. Refused with INVALID_INPUT: a statistical sample of a control that names no
 * expected rate, and what `recommendedSize` refuses.
 */
export async function sizingOf(
  tx: WriteTx,
  { basis }: DrawSampleInput,
  population: Population,
): Promise<{ sizing: Sizing; recommendation: Recommendation }> {
  const control = await fixSampling(tx, await tx.load(Control, population.controlId, undefined, 'update'))
  const { samplingTableId } = await tx.load(Methodology, control.methodologyId as string)
  const recommendation = await recommend(tx, basis, control, population, samplingTableId)
  const isByTable = basis === 'FREQUENCY_TABLE'
  const sizing = {
    basis,
    risk: isByTable ? control.risk : null,
    samplingTableId: isByTable ? samplingTableId : null,
    confidenceBp: control.confidenceBp as number,
    tolerableRateBp: control.tolerableRateBp as number,
    expectedRateBp: control.expectedRateBp,
    recommendedSize: recommendation.size,
    wholeSize: recommendation.wholeSize,
  }
  return { sizing, recommendation }
}

async function recommend(
  tx: WriteTx,
  basis: Sample['basis'],
  control: Control,
  population: Population,
  samplingTableId: string,
): Promise<Recommendation> {
  const populationSize = population.itemCount as number
  if (basis === 'JUDGMENT') return recommendedSize({ basis, populationSize })
  if (basis === 'AUTOMATED_ONE') return recommendedSize({ basis, nature: control.nature, populationSize })
  if (basis === 'FREQUENCY_TABLE') {
    const row = await samplingRowOf(tx, samplingTableId, control)
    const others = await otherPopulations(scopeOf(tx, population), population)
    return recommendedSize({ basis, row, populationSize, others })
  }
  if (control.expectedRateBp === null) {
    const message =
      'A statistical sample needs the expected rate of the control: planSampling, before the first import.'
    throw new Refusal('INVALID_INPUT', message, ['basis'])
  }
  return recommendedSize({
    basis,
    populationSize,
    confidence: (control.confidenceBp as number) / BASIS_POINTS,
    tolerableRate: (control.tolerableRateBp as number) / BASIS_POINTS,
    expectedRate: control.expectedRateBp / BASIS_POINTS,
  })
}
