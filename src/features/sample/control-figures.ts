import type { Loaders } from '../../kernel/store/loaders.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { isStatistical } from '../../rules/selection.js'
import { upperDeviationLimit } from '../../rules/upper-limit.js'
import { acceptedOfAll, controlSupportsReliance, type SampleFigures } from '../../rules/verdict.js'
import type { Control } from '../control/control.js'
import { type SampledFigures, sampledFigures } from './control-figures.queries.js'

/** What was found in all samples of a control, over all its populations and extensions. */
export interface ControlFigures {
  testedCount: number
  deviationCount: number
  explainedCount: number
  notApplicableCount: number
  outstandingCount: number
  observedRate: number | null
  /** How many deviations are accepted over the whole; null where no basis names a number. */
  acceptedCount: number | null
  upperDeviationLimit: number | null
  limitIsInformation: boolean
  limitIsNominal: boolean
  /** The verdict over the whole. Null where no basis gives one, and while items lack a result. */
  supportsReliance: boolean | null
  /** The same, were each item the deviation it looked like before it was explained or said to be outside the control. */
  asFoundDeviationCount: number
  asFoundSupportsReliance: boolean | null
}

const untested: ControlFigures = {
  testedCount: 0,
  deviationCount: 0,
  explainedCount: 0,
  notApplicableCount: 0,
  outstandingCount: 0,
  observedRate: null,
  acceptedCount: null,
  upperDeviationLimit: null,
  limitIsInformation: false,
  limitIsNominal: false,
  supportsReliance: null,
  asFoundDeviationCount: 0,
  asFoundSupportsReliance: null,
}

/** The figures of these controls, in their order; those of one tick are read as one set. */
export async function controlFigures(loaders: Loaders, controls: readonly Control[]): Promise<ControlFigures[]> {
  const sampled = loaders.within('figures of controls', ({ id }: Control) => id, sampledFigures)
  return Promise.all(controls.map(async (control) => figuresOf(await sampled.load(control))))
}

function figuresOf(sampled: readonly SampledFigures[]): ControlFigures {
  const whole = sampled.find(({ line }) => line === null)
  const slices = sampled.filter(({ line }) => line !== null)
  if (!whole || slices.length === 0) return untested
  const figures = slices.map((slice) => figuresOfSlice(slice, slice.tested, slice.deviating))
  const asFound = slices.map((slice) => figuresOfSlice(slice, slice.testedAsFound, slice.deviatingAsFound))
  const isFinished = whole.outstanding === 0
  const named = figures.filter(({ acceptedCount }) => acceptedCount !== null)
  return {
    testedCount: whole.tested,
    deviationCount: whole.deviating,
    explainedCount: whole.explained,
    notApplicableCount: whole.notApplicable,
    outstandingCount: whole.outstanding,
    observedRate: whole.tested === 0 ? null : whole.deviating / whole.tested,
    acceptedCount: named.length === 0 ? null : acceptedOfAll(named),
    upperDeviationLimit: isFinished ? limitOf(figures) : null,
    limitIsInformation: !figures.some(({ basis }) => basis === 'STATISTICAL'),
    limitIsNominal: whole.isExtended,
    supportsReliance: isFinished ? controlSupportsReliance(figures) : null,
    asFoundDeviationCount: whole.deviatingAsFound,
    asFoundSupportsReliance: isFinished ? controlSupportsReliance(asFound) : null,
  }
}

function figuresOfSlice(slice: SampledFigures, testedCount: number, deviationCount: number): SampleFigures {
  const { method, confidenceBp, tolerableRateBp, acceptedCount, askedSize, lineSize, settledInForce } = slice
  // Where nothing applies there is nothing to test: all others tested are all there are.
  const allTested = settledInForce >= lineSize
  return {
    basis: slice.basis as SampleFigures['basis'],
    method,
    confidence: confidenceBp / BASIS_POINTS,
    tolerableRate: tolerableRateBp / BASIS_POINTS,
    acceptedCount,
    askedSize,
    sizeReached: allTested ? lineSize : testedCount,
    testedCount,
    deviationCount,
    allTested,
  }
}

/** The limit over the items that chance chose; null where every item was tested, and where chance chose none. */
function limitOf(figures: readonly SampleFigures[]): number | null {
  const drawn = figures.filter(({ basis, method }) => isStatistical(method) && basis !== 'AUTOMATED_ONE')
  const sampleSize = drawn.reduce((sum, { testedCount }) => sum + testedCount, 0)
  if (sampleSize === 0 || drawn.every(({ allTested }) => allTested)) return null
  const deviationCount = drawn.reduce((sum, one) => sum + one.deviationCount, 0)
  const confidence = Math.max(...drawn.map((one) => one.confidence))
  return upperDeviationLimit({ confidence, sampleSize, deviationCount })
}
