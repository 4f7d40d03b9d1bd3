import type { DilutionJudged, FiguresOfControl } from '../../rules/judged.js'
import type { Procedure } from '../procedure/procedure.js'
import type { ControlFigures } from '../sample/control-figures.js'
import { parametersOf, type Sample } from '../sample/sample.js'

/** A sample, with the procedure it is of. */
export interface Sampled {
  sample: Sample
  procedure: Pick<Procedure, 'ref' | 'controlId'>
}

/**
 * Whether the figures of these samples could speak against relying on the control, from their counters alone: a deviation was
 * found, or a limit decides. Of all others the figures need not be added up.
 */
export const couldSpeakAgainst = (samples: readonly Sampled[]): boolean =>
  samples.some(({ sample }) => sample.deviationCount > 0 || sample.basis === 'STATISTICAL') ||
  dilutedAmong(samples).length > 0

/** The figures of a control as they are judged by. */
export const figuresJudged = (figures: ControlFigures, samples: readonly Sampled[]): FiguresOfControl => ({
  testedCount: figures.testedCount,
  deviationCount: figures.deviationCount,
  explainedCount: figures.explainedCount,
  notApplicableCount: figures.notApplicableCount,
  acceptedCount: figures.acceptedCount,
  upperDeviationLimit: figures.upperDeviationLimit,
  tolerableRateBp: Math.min(...samples.map(({ sample }) => sample.tolerableRateBp)),
  supportsReliance: figures.supportsReliance,
})

/** Samples with extensions, but those extended to the whole population: these never dilute. */
const dilutedAmong = (samples: readonly Sampled[]): Sampled[] =>
  samples.filter(({ sample }) => parametersOf(sample).extensions.length > 0 && sample.size < sample.populationSize)

/** The extensions of samples in which deviations were found, or looked so before they were explained. */
export function dilutionsOf(samples: readonly Sampled[], figures: FiguresOfControl): DilutionJudged[] {
  if (figures.deviationCount + figures.explainedCount + figures.notApplicableCount === 0) return []
  return dilutedAmong(samples).flatMap(({ sample, procedure }) => {
    const { extensions } = parametersOf(sample)
    let size = sample.size - extensions.reduce((total, { additionalCount }) => total + additionalCount, 0)
    return extensions.map(({ additionalCount, reason, memberId, at }, index) => {
      const itemsBefore = size
      size += additionalCount
      return {
        sampleId: sample.id,
        number: index + 1,
        controlId: procedure.controlId,
        procedureRef: procedure.ref,
        itemsBefore,
        itemsAfter: size,
        figures,
        decidedBy: memberId,
        decidedAt: new Date(at),
        reason,
        restsOn: [],
      }
    })
  })
}
