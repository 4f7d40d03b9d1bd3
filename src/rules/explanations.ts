import { looksLikeDeviation } from './deviations.js'
import { Refusal } from './refusal.js'
import { controlSupportsReliance, type SampleFigures } from './verdict.js'
import type { ExplanationKind, ResultOutcome, TeamRole } from './vocabulary.js'

/**
 * How a deviation that was recorded can be none: never by recording it anew, and by an explanation only where papers show it
 * and a person of rank agrees (product page, section 5b, "An explained deviation"; AT-C 205, on deviations from what was expected).
 */

const recordAnew =
  'It was recorded as a deviation, and no correction takes that away: use explainDeviation, with evidence or with what was done instead, for a manager or the partner to decide on.'

/**
 * Why a recorded result cannot be corrected so; null where it can. What counts as a deviation, or once did and was explained, is
 * corrected to what counts as a deviation alone: to record it as none, as not applicable, as awaited, or to add an alternative
 * procedure where none is proposed, would talk it away. Everything else is free to be corrected.
 * @param before what is recorded; its alternative procedure is that of an explanation that waits to be decided on
 * @param after what it is to say
 */
export function whyNotCorrected(
  before: { outcome: ResultOutcome; alternativeProcedure: string | null; correctedFrom: ResultOutcome | null },
  after: { outcome: ResultOutcome; alternativeProcedure: string | null },
): { field: 'outcome' | 'alternativeProcedure'; message: string } | null {
  if (!looksLikeDeviation(before) && before.correctedFrom === null) return null
  if (!looksLikeDeviation(after)) return { field: 'outcome', message: recordAnew }
  if (after.alternativeProcedure === null || before.alternativeProcedure !== null) return null
  return { field: 'alternativeProcedure', message: recordAnew }
}

/**
 * What recording a result proposes, by the auditor who records it and for the reason in its note: `NOT_APPLICABLE` that nothing
 * applies; missing evidence with what was done instead that the control operated. Both count for nothing until they are approved.
 * Null where it proposes nothing.
 */
export function proposedBy(result: {
  outcome: ResultOutcome
  alternativeProcedure: string | null
}): ExplanationKind | null {
  if (result.outcome === 'NOT_APPLICABLE') return 'NOT_APPLICABLE'
  return result.alternativeProcedure === null ? null : 'CONTROL_OPERATED'
}

/** What an explanation rests on. */
export interface Support {
  kind: ExplanationKind
  alternativeProcedure: string | null
  /** How many pieces of evidence that can be relied on are linked to the result. */
  evidenceCount: number
}

/**
 * Words alone explain nothing: that the control operated is shown by evidence or by an alternative procedure, that it does not
 * apply by evidence. Asked when an explanation is proposed, and again when it is approved.
 * Refuses with INVALID_INPUT an alternative procedure where nothing applies; with NOT_READY, blocker EXPLANATION_UNSUPPORTED, where
 * nothing shows it.
 * @param resultId the node of the blocker
 */
export function checkSupported({ kind, alternativeProcedure, evidenceCount }: Support, resultId: string): void {
  if (kind === 'NOT_APPLICABLE' && alternativeProcedure) {
    const message =
      'An alternative procedure shows that the control operated; that it does not apply is shown by evidence.'
    throw new Refusal('INVALID_INPUT', message, ['alternativeProcedure'])
  }
  if (evidenceCount > 0 || alternativeProcedure) return
  const message =
    kind === 'CONTROL_OPERATED'
      ? 'Nothing shows that the control operated when it was due: link evidence to the result, or record what was done instead. An approval given later is none.'
      : 'Nothing shows that the control does not apply to the item: link evidence to the result.'
  throw new Refusal('NOT_READY', 'An explanation rests on evidence.', [], {
    blockers: [{ code: 'EXPLANATION_UNSUPPORTED', message, node: resultId }],
  })
}

/** What a result says once its explanation is approved; what it said before stays in sight. */
export function explainedAway(
  { outcome }: { outcome: ResultOutcome },
  kind: ExplanationKind,
): { outcome: ResultOutcome; correctedFrom?: ResultOutcome } {
  if (kind === 'CONTROL_OPERATED') return { outcome: 'NO_DEVIATION', correctedFrom: outcome }
  return { outcome: 'NOT_APPLICABLE', ...(outcome === 'NOT_APPLICABLE' ? {} : { correctedFrom: outcome }) }
}

/** A result that is a deviation, or was one before its explanation was approved. */
export interface ExplainableResult {
  id: string
  /** The key of the item that it is about. */
  item: string
  /** Whether an approved explanation took it away. */
  isExplained: boolean
}

/**
 * What was drawn from one line of populations on one basis, as it is weighed when explanations are: what is still outstanding is taken to
 * pass.
 */
export interface ExplainedSample
  extends Pick<SampleFigures, 'basis' | 'method' | 'confidence' | 'tolerableRate' | 'acceptedCount' | 'askedSize'> {
  /** Items tested or still to be tested; those to which nothing applies are not among them. Each counts once. */
  applicableCount: number
  /** How many items there are, and whether every one of them was drawn. */
  lineSize: number
  allDrawn: boolean
  results: readonly ExplainableResult[]
}

/**
 * Whether the explanations of a control, the one to be decided on and all that were approved, over all its samples together,
 * change its verdict: it is compared with what it would be were each of them the deviation that it looked like. Where the bases
 * give no verdict, having no deviation instead of some is such a change. What was recorded as not applicable at first was
 * never a deviation, and changes no verdict.
 * @param resultId what is to be decided on
 */
export function explanationsChangeVerdict(samples: readonly ExplainedSample[], resultId: string): boolean {
  if (!samples.some(({ results }) => results.some(({ id }) => id === resultId))) return false
  const isExplained = (result: ExplainableResult): boolean => result.isExplained || result.id === resultId
  const asFound = figuresOf(samples, () => true)
  const asExplained = figuresOf(samples, (result) => !isExplained(result))
  const [found, explained] = [controlSupportsReliance(asFound), controlSupportsReliance(asExplained)]
  if (found !== null || explained !== null) return found !== explained
  return deviations(asFound) > 0 && deviations(asExplained) === 0
}

const figuresOf = (
  samples: readonly ExplainedSample[],
  counts: (result: ExplainableResult) => boolean,
): SampleFigures[] =>
  samples.map(({ applicableCount, lineSize, allDrawn, results, ...sample }) => {
    const deviating = new Set(results.filter(counts).map(({ item }) => item)).size
    // Where the population ends nothing stands in for what was replaced: as found it was tested.
    const testedCount = Math.max(applicableCount, deviating)
    const sizeReached = allDrawn ? lineSize : testedCount
    return { ...sample, testedCount, sizeReached, deviationCount: deviating, allTested: allDrawn }
  })

const deviations = (figures: readonly SampleFigures[]): number =>
  figures.reduce((sum, { deviationCount }) => sum + deviationCount, 0)

/** Who takes the last deviation out of a verdict answers for the report. Refuses with SEPARATION_OF_DUTIES. */
export function checkVerdictDecider({
  role,
  changesVerdict,
}: {
  role: TeamRole | null
  changesVerdict: boolean
}): void {
  if (!changesVerdict || role === 'ENGAGEMENT_PARTNER') return
  throw new Refusal(
    'SEPARATION_OF_DUTIES',
    'The explanations of this control together change its verdict: the engagement partner decides.',
  )
}
