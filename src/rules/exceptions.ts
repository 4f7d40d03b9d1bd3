import type { BlockerCode } from './blocker-codes.js'
import type { AttributeCount, ReportedExtension } from './deviations.js'
import { type Blocker, Refusal } from './refusal.js'
import {
  type Cause,
  type EngagementKind,
  type EngagementState,
  type ExceptionCategory,
  type ExceptionKind,
  type ExceptionState,
  type ExplanationKind,
  type ExplanationState,
  exceptionStates,
  type ProcedureState,
  words,
} from './vocabulary.js'

/** What may be an exception, what it has to say, and that no deviation is lost on the way to one. */

/** A Type 1 examines design as of a date: nothing has operated that could deviate. */
export function kindsAllowed(engagementKind: EngagementKind): readonly ExceptionKind[] {
  const withoutOperation = ['DESIGN_DEFICIENCY', 'DESCRIPTION_MISSTATEMENT', 'SCOPE_LIMITATION'] as const
  return engagementKind === 'SOC2_TYPE_1' ? withoutOperation : ['OPERATING_DEVIATION', ...withoutOperation]
}

/** Refuses with INVALID_INPUT at `kind` a kind of exception that this kind of engagement cannot have. */
export function checkKind(kind: ExceptionKind, engagementKind: EngagementKind): void {
  const allowed = kindsAllowed(engagementKind)
  if (!allowed.includes(kind)) {
    const message = `A Type 1 has no operating deviations; an exception here is one of ${allowed.join(', ')}.`
    throw new Refusal('INVALID_INPUT', message, ['kind'])
  }
}

/**
 * Before fieldwork there is nothing to be found but that a control is missing or not suitably designed: that alone is raised in
 * planning, and of no procedure. It lets an engagement begin whose criterion no control serves.
 * Refuses with ENGAGEMENT_STATE.
 */
export function checkRaisedNow(
  { kind, procedureId }: { kind: ExceptionKind; procedureId?: string | null },
  state: EngagementState,
): void {
  if (state !== 'PLANNING' || (kind === 'DESIGN_DEFICIENCY' && !procedureId)) return
  const message = 'The engagement is in PLANNING: only a design deficiency is raised, and of no procedure.'
  throw new Refusal('ENGAGEMENT_STATE', message, ['kind'])
}

/** Withdrawn ones, and misstatements that management corrected, stay on record but no longer count. */
export function isLive(exception: { state: ExceptionState }): boolean {
  return exception.state !== 'WITHDRAWN' && exception.state !== 'CORRECTED'
}

/** All in which an exception is live. */
export const statesLive = words(exceptionStates).filter((state) => isLive({ state }))

/**
 * In which a misstatement of the description was confirmed and management has not corrected it: the representation letter lists it
 * (AT-C 205, written representations; product page, section 2).
 */
export const statesUncorrected = statesLive.filter((state) => state !== 'DRAFT')

/** In which the client sees an exception and is to answer. */
export const statesCommunicated = ['COMMUNICATED', 'CONCLUDED'] as const satisfies readonly ExceptionState[]

/** An exception as Section IV tells it. Texts are as the auditor wrote them; days are ISO dates. */
export interface ExceptionAccount {
  kind: ExceptionKind
  category: ExceptionCategory | null
  cause: Cause | null
  /** More about the cause, when known. */
  causeNote: string | null
  /** Codes: `CC6.2`; for a misstatement of the description also `DC4`. */
  criteria: readonly string[]
  controlRef: string | null
  /** What the control is, and how it was expected to operate. */
  expectedOperation: string
  /** What went wrong: the nature of the deviations, the gap in the design, the wrong or missing passage. */
  condition: string
  testedCount: number | null
  deviations: number | null
  /** The keys of the items that deviated. */
  deviatingItems: readonly string[]
  /** The days of those items, as far as they are known. */
  deviatedOn: readonly string[]
  /** The counts of each attribute that failed. */
  attributeCounts: readonly AttributeCount[]
  /** By what the sample was extended, and what had been found before. */
  sampleExtensions: readonly ReportedExtension[]
  /** The cycles whose missing occurrences it reports, and of how many expected. */
  occurrenceLabels: readonly string[]
  expectedOccurrences: number | null
  failedFrom: string | null
  failedTo: string | null
  potentialImpact: string
  /** What in the working papers supports it. */
  evidence: string | null
}

/**
 * What an exception still lacks of what Section IV must say: criterion, control and expected operation, what went
 * wrong (for deviations with the items tested, the number and the items themselves), potential impact, cause, evidence.
 * Which of these apply depends on the kind: a control that is missing has no reference. A period of failure is never
 * asked for: it is told only where the auditor established one; otherwise the days of the items tell.
 */
export function missingFromException(exception: ExceptionAccount): Blocker[] {
  const { kind, category } = exception
  const missing: Blocker[] = []
  const need = (present: boolean, code: BlockerCode, message: string) => {
    if (!present) missing.push({ code, message, node: null })
  }
  const isText = (text: string | null): boolean => (text?.trim() ?? '') !== ''
  need(exception.criteria.length > 0, 'CRITERIA_MISSING', 'Name the criteria concerned.')
  need(isText(exception.condition), 'CONDITION_MISSING', 'Say what went wrong.')
  need(isText(exception.potentialImpact), 'IMPACT_MISSING', 'Say what the potential impact is.')
  need(category !== null, 'CATEGORY_MISSING', 'Choose the category.')
  const causeKnown = exception.cause !== null && exception.cause !== 'UNDER_INVESTIGATION'
  need(causeKnown, 'CAUSE_MISSING', 'Choose the cause; every exception is investigated for its cause.')
  need(isText(exception.evidence), 'EVIDENCE_MISSING', 'Name the evidence in the working papers.')
  if (kind === 'DESCRIPTION_MISSTATEMENT') return missing

  const controlExists = !(kind === 'DESIGN_DEFICIENCY' && category === 'CONTROL_GAP')
  if (controlExists) need(isText(exception.controlRef), 'CONTROL_MISSING', 'Name the control.')
  need(isText(exception.expectedOperation), 'EXPECTATION_MISSING', 'Say what the control was expected to do.')
  if (kind !== 'OPERATING_DEVIATION') return missing

  const { testedCount, deviations, deviatingItems, occurrenceLabels } = exception
  // Missing occurrences are counted by themselves: there may be no test beside them.
  if (occurrenceLabels.length > 0 && testedCount === null) return missing
  need((testedCount ?? 0) > 0, 'ITEMS_TESTED_MISSING', 'State the number of items tested.')
  need((deviations ?? 0) > 0, 'DEVIATIONS_MISSING', 'State the number of deviations.')
  need(deviatingItems.length === deviations, 'ITEMS_MISSING', 'Name each item that deviated, and no other.')
  return missing
}

/**
 * Refuses an exception that is not ready to be confirmed: NOT_READY with what is missing, INVALID_INPUT for a period
 * that ends before it begins and for more deviations than items.
 */
export function checkException(exception: ExceptionAccount): void {
  const blockers = missingFromException(exception)
  if (blockers.length > 0) {
    const message = `The exception is not complete: ${blockers.map((blocker) => blocker.message).join(' ')}`
    throw new Refusal('NOT_READY', message, [], { blockers })
  }
  const { testedCount, deviations, failedFrom, failedTo } = exception
  if (deviations !== null && testedCount !== null && deviations > testedCount) {
    const message = 'There cannot be more deviations than items tested.'
    throw new Refusal('INVALID_INPUT', message, ['deviations'])
  }
  if (failedFrom !== null && failedTo !== null && failedTo < failedFrom) {
    throw new Refusal('INVALID_INPUT', 'The period of failure cannot end before it begins.', ['failedTo'])
  }
}

/** A result that looks like a deviation, and what became of it. */
export interface DeviationAccount {
  /** The id of the result. */
  id: string
  /** What a person knows it by: the item and the attribute, e.g. `d2e59bb60 · A`. */
  label: string
  explanation: ExplanationState | null
  explanationKind: ExplanationKind | null
  /** The states of the exceptions that report it. */
  exceptions: readonly ExceptionState[]
}

/**
 * The deviations that are not accounted for. A deviation is accounted for by a live exception, or by an explanation why it
 * is none. When the preparer signs (`PREPARED`) a proposed explanation that the control operated will do, for it is decided on
 * before the reviewer signs; when the reviewer signs (`REVIEWED`), and ever after, only an approved one does. That the control
 * does not apply is decided on before the preparer signs: another item is drawn then, and tested.
 */
export function unaccounted(
  deviations: readonly DeviationAccount[],
  at: Extract<ProcedureState, 'PREPARED' | 'REVIEWED'>,
): Blocker[] {
  const open = deviations.filter(({ explanation, explanationKind, exceptions }) => {
    const isForReviewer = explanation === 'PROPOSED' && explanationKind === 'CONTROL_OPERATED'
    const explained = explanation === 'APPROVED' || (at === 'PREPARED' && isForReviewer)
    return !explained && !exceptions.some((state) => isLive({ state }))
  })
  return open.map(({ id, label, explanation }) => ({
    code: 'DEVIATION_UNACCOUNTED',
    message:
      explanation === 'PROPOSED'
        ? `The explanation of the deviation ${label} waits for a manager or the partner: approve or reject it.`
        : `The deviation ${label} is neither under an exception nor explained.`,
    node: id,
  }))
}
