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
 * Whether the figures of these samples could speak against relying on the control, from their counters alone: unless each of them
 * alone supports it, without a deviation. Of all others the figures need not be added up.
 */
export const couldSpeakAgainst = (samples: readonly Sampled[]): boolean =>
  samples.some(({ sample }) => !supportsAlone(sample)) || dilutedAmong(samples).length > 0

/** The size that the table asks for over all populations is tested, or every item, or the one of an automated control. */
function supportsAlone(sample: Sample): boolean {
  const { basis, testedCount, deviationCount, populationSize, wholeSize } = sample
  if (deviationCount > 0 || testedCount === 0 || basis === 'STATISTICAL') return false
  if (basis === 'AUTOMATED_ONE' || testedCount === populationSize) return true
  return basis === 'FREQUENCY_TABLE' && sample.isStatistical && testedCount >= (wholeSize as number)
}

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
  asFoundDeviationCount: figures.asFoundDeviationCount,
  asFoundSupportsReliance: figures.asFoundSupportsReliance,
})

/** Samples with extensions that the plan did not allow, but those that test the whole population by now. */
const dilutedAmong = (samples: readonly Sampled[]): Sampled[] =>
  samples.filter(
    ({ sample }) =>
      sample.size < sample.populationSize && parametersOf(sample).extensions.some(({ kind }) => kind === 'DILUTION'),
  )

/** The dilutions of samples, each with what was found before it. */
export function dilutionsOf(samples: readonly Sampled[], figures: FiguresOfControl): DilutionJudged[] {
  return dilutedAmong(samples).flatMap(({ sample, procedure }) =>
    parametersOf(sample).extensions.flatMap((extension, index) => {
      const { kind, additionalCount, sizeBefore, reason, restsOnIds, memberId, at } = extension
      if (kind !== 'DILUTION') return []
      return {
        sampleId: sample.id,
        number: index + 1,
        controlId: procedure.controlId,
        procedureRef: procedure.ref,
        itemsBefore: sizeBefore,
        itemsAfter: sizeBefore + additionalCount,
        testedBefore: extension.testedCountBefore,
        deviationsBefore: extension.deviationCountBefore,
        figures,
        decidedBy: memberId,
        decidedAt: new Date(at),
        reason: reason ?? '',
        restsOn: restsOnIds,
      }
    }),
  )
}
