import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { dayOf } from '../../rules/calendar.js'
import { canBeReported, checkFailurePeriod, driftOf, type Figures, figuresOf } from '../../rules/deviations.js'
import { checkException, checkKind, checkRaisedNow } from '../../rules/exceptions.js'
import { reasonFor } from '../../rules/lifecycles.js'
import { occurrencesDriftOf, type ReportedOccurrences } from '../../rules/occurrence-acts.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { type Blocker, blocker, Refusal } from '../../rules/refusal.js'
import { checkWording, draftWording, wordingFaults } from '../../rules/wording.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { accountOf, type ExceptionContent, rewordedAfter } from './account.js'
import { currentFigures, deviationsInRequest, drifted } from './deviations.js'
import type {
  CommunicateExceptionInput,
  ConfirmExceptionInput,
  EditSectionFourTextInput,
  RaiseExceptionInput,
  RecountExceptionInput,
  UpdateExceptionInput,
  WithdrawExceptionInput,
} from './exception.inputs.js'
import { AUTHORS_MAX, Exception } from './exception.js'
import { deviationsOf } from './exception.queries.js'
import { ExceptionDeviation } from './exception-deviation.js'
import { currentOccurrences, occurrencesDrifted, occurrencesReported } from './occurrences.js'
import { criteriaOf, reported, subjectOf } from './subject.js'

type Done = Promise<{ exception: Exception }>

/**
 * Raises an exception as a draft, with the next number of the engagement. What is known is copied (the control and how it
 * was to operate) or counted (the figures), never typed in; the wording of Section IV is drafted.
 */
export async function raiseException(tx: WriteTx, input: RaiseExceptionInput): Done {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  checkKind(input.kind, engagement.kind)
  checkRaisedNow(input, engagement.state)
  const { control, procedure, deviations } = await subjectOf(tx, engagement, input)
  const content: ExceptionContent = {
    kind: input.kind,
    controlRef: control?.ref ?? null,
    ...(await matterOf(tx, engagement, input.kind, control, input)),
    ...figuresOf(deviations),
    ...(await occurrencesReported(Loaders.over(tx), input.kind, control, input.occurrenceLabels)),
  }
  const number = engagement.lastExceptionNumber + 1
  await tx.update(engagement, { lastExceptionNumber: number })
  const exception = await tx.insert(Exception, {
    ...content,
    engagementId: engagement.id,
    clientId: engagement.clientId,
    number,
    controlId: control?.id ?? null,
    procedureId: procedure?.id ?? null,
    state: 'DRAFT',
    title: input.title,
    sectionFourText: draftWording(accountOf(content)),
    authorIds: [tx.actor.memberId],
    restsOnIds: [],
    correctionRestsOnIds: [],
  })
  await report(tx, exception, input.resultIds)
  return { exception }
}

/** What a draft says of the matter, as far as it is written by hand. */
const written = [
  'title',
  'category',
  'cause',
  'condition',
  'criteriaCodes',
  'expectedOperation',
  'failedFrom',
  'failedTo',
  'failurePeriodBasis',
  'potentialImpact',
  'causeNote',
  'evidenceNote',
] as const

/** Changes what a draft says. A wording that was edited by hand stays; otherwise it is drafted anew. */
export async function updateException(tx: WriteTx, input: UpdateExceptionInput): Done {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception)
  const { criteriaCodes, ...given } = updatedColumns(tx, Exception, input, written)
  const { engagementId, controlId, kind } = exception
  // Locked where it is to report occurrences: no other exception takes them in meanwhile.
  const engagement = await tx.load(Engagement, engagementId, undefined, input.occurrenceLabels ? 'update' : undefined)
  if (controlId) checkNoExpectation(given)
  // What stays as it is was right when it was written; scope and period may have changed since, and readiness says so.
  const ofPeriod = ['failedFrom', 'failedTo', 'failurePeriodBasis'] as const
  if (ofPeriod.some((name) => name in given)) checkFailurePeriod({ ...exception, ...given }, engagement)
  const criteria = criteriaCodes && { criteriaCodes: await criteriaOf(tx, engagement, kind, criteriaCodes, controlId) }
  const changes = { ...given, ...criteria, ...(await relabelled(tx, exception, input.occurrenceLabels)) }
  const sectionFourText = rewordedAfter(exception, changes)
  await tx.update(exception, { ...changes, sectionFourText, ...authorship(tx, exception) })
  return { exception }
}

/**
 * The missing occurrences that a draft reports from now on; nothing where none are said.
 * @throws Refusal INVALID_INPUT at `occurrenceLabels` where it would report nothing any more, and as `occurrencesReported`
 */
async function relabelled(
  tx: WriteTx,
  { kind, controlId, occurrenceLabels, procedureId }: Exception,
  labels: readonly string[] | null | undefined,
): Promise<Partial<ReportedOccurrences>> {
  if (labels === undefined) return {}
  if (labels === null) throw new Refusal('INVALID_INPUT', 'Name the cycles, or leave them out.', ['occurrenceLabels'])
  if (labels.length === 0 && occurrenceLabels.length > 0 && procedureId === null) {
    const message = 'It reports nothing else: withdraw the exception, if no occurrence is missing.'
    throw new Refusal('INVALID_INPUT', message, ['occurrenceLabels'])
  }
  const control = controlId === null ? null : await tx.load(Control, controlId)
  return occurrencesReported(Loaders.over(tx), kind, control, labels, occurrenceLabels)
}

/** Counts the figures anew, and reports further deviations of the same procedure. */
export async function recountException(tx: WriteTx, input: RecountExceptionInput): Done {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception, 'update')
  const { controlId, procedureId } = exception
  const scope = scopeOf(tx, exception)
  const missing = await currentOccurrences(Loaders.over(tx), exception)
  if (input.resultIds.length > 0) {
    if (!procedureId || !controlId) throw reportsNone()
    await reported(scope, exception.kind, input.resultIds, { id: procedureId, controlId })
    await report(tx, exception, input.resultIds)
  }
  const figures = currentFigures(exception, procedureId ? await deviationsOf(scope, procedureId) : [])
  if (!figures.deviationCount && missing.occurrenceLabels.length === 0) throw noneStands()
  const drift = driftOf(exception, figures) ?? occurrencesDriftOf(exception, missing)
  if (input.resultIds.length === 0 && !drift) return { exception }
  await tx.update(exception, {
    ...figures,
    ...missing,
    sectionFourText: rewordedAfter(exception, { ...figures, ...missing }),
    ...authorship(tx, exception),
  })
  return { exception }
}

/** Words the exception for Section IV. The numbers in it must be the numbers recorded. */
export async function editSectionFourText(tx: WriteTx, input: EditSectionFourTextInput): Done {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception)
  checkWording(input.wording, accountOf(exception))
  await tx.update(exception, { sectionFourText: input.wording, ...authorship(tx, exception) })
  return { exception }
}

/** Confirms an exception that is complete and whose figures and wording are true to the results as they are now. */
export async function confirmException(tx: WriteTx, input: ConfirmExceptionInput): Done {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception, 'update')
  await tx.update(exception, { state: 'CONFIRMED', confirmedBy: tx.actor.memberId, confirmedAt: tx.now })
  return { exception }
}

/** Shows the exception to the client and asks for a response. */
export async function communicateException(tx: WriteTx, input: CommunicateExceptionInput): Done {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception, 'update')
  const today = dayOf(tx.now)
  if (input.responseDueOn < today) {
    throw new Refusal('INVALID_INPUT', `The client cannot answer by a day that has passed; today is ${today}.`, [
      'responseDueOn',
    ])
  }
  await tx.update(exception, {
    state: 'COMMUNICATED',
    communicatedBy: tx.actor.memberId,
    communicatedAt: tx.now,
    responseDueOn: input.responseDueOn,
  })
  return { exception }
}

/**
 * Withdraws an exception. Its deviations are to be accounted for again; the record stays, with its figures as they were, who
 * withdrew it, when, why, and the papers that the reason rests on.
 */
export async function withdrawException(tx: WriteTx, input: WithdrawExceptionInput): Done {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception)
  const withdrawnReason = reasonFor('Withdrawing an exception', input.reason)
  const restsOnIds = await checkPapers(tx, exception.engagementId, input.restsOnIds, [exception.id])
  // A draft, which no second person has confirmed, is withdrawn without a paper.
  if (exception.state !== 'DRAFT') checkNamesPaper(restsOnIds)
  const withdrawn = { withdrawnReason, withdrawnBy: tx.actor.memberId, withdrawnAt: tx.now, restsOnIds }
  await tx.update(exception, { state: 'WITHDRAWN', ...withdrawn })
  return { exception }
}

/** What is written about a matter that is raised, checked. */
async function matterOf(
  tx: WriteTx,
  engagement: Engagement,
  kind: Exception['kind'],
  control: Pick<Control, 'id' | 'description'> | null,
  input: RaiseExceptionInput,
): Promise<Omit<ExceptionContent, keyof Figures | keyof ReportedOccurrences | 'kind' | 'controlRef'>> {
  const { failedFrom = null, failedTo = null, failurePeriodBasis = null } = input
  checkFailurePeriod({ failedFrom, failedTo, failurePeriodBasis }, engagement)
  if (control) checkNoExpectation(input)
  const expectedOperation = control?.description ?? input.expectedOperation
  if (!expectedOperation) {
    throw new Refusal('INVALID_INPUT', 'Where no control is concerned, say what was to be.', ['expectedOperation'])
  }
  return {
    category: input.category,
    cause: input.cause,
    condition: input.condition,
    criteriaCodes: await criteriaOf(tx, engagement, kind, input.criteriaCodes, control?.id ?? null),
    expectedOperation,
    failedFrom,
    failedTo,
    failurePeriodBasis,
    potentialImpact: input.potentialImpact,
    causeNote: input.causeNote ?? null,
    evidenceNote: input.evidenceNote ?? null,
  }
}

/** A control's own description says how it was to operate. @throws Refusal INVALID_INPUT */
function checkNoExpectation({ expectedOperation }: { expectedOperation?: string | null }): void {
  if (!expectedOperation) return
  const message = 'How the control was to operate is its description: leave this out.'
  throw new Refusal('INVALID_INPUT', message, ['expectedOperation'])
}

async function report(tx: WriteTx, { id, engagementId }: Exception, resultIds: readonly string[]): Promise<void> {
  if (resultIds.length === 0) return
  const links = resultIds.map((resultId) => ({ engagementId, exceptionId: id, resultId }))
  await tx.insertMany(ExceptionDeviation, links)
}

/**
 * Who changes a draft is an author of it from then on. Who changes what was confirmed, confirms it as it is now (the policy
 * lets no one else).
 */
function authorship(tx: WriteTx, { state, authorIds: before }: Exception) {
  if (state === 'CONFIRMED') return { confirmedBy: tx.actor.memberId, confirmedAt: tx.now }
  const authorIds = [...new Set([...before, tx.actor.memberId])]
  if (authorIds.length > AUTHORS_MAX) {
    throw new Refusal('LIMIT_REACHED', `${AUTHORS_MAX} people have written this exception already, which is the most.`)
  }
  return { authorIds }
}

const reportsNone = () =>
  new Refusal('INVALID_INPUT', 'This exception reports no deviations of a procedure.', ['exceptionId'])
const noneStands = () =>
  new Refusal('INVALID_INPUT', 'None of its deviations stands any more: withdraw the exception.', ['exceptionId'])

/** It reports deviations of a procedure, and one of them stands or another one of that procedure can be taken in. */
export const recountExceptionGate: Gate<Exception> = async (exception, { loaders, isAct }) => {
  const { procedureId, controlId, occurrenceLabels } = exception
  if (occurrenceLabels.length === 0 && (!procedureId || !controlId)) throw reportsNone()
  if (isAct) return
  if ((await currentOccurrences(loaders, exception)).occurrenceLabels.length > 0) return
  const found = (await deviationsInRequest(loaders, exception)).filter((one) => one.procedureId === procedureId)
  if (currentFigures(exception, found).deviationCount === 0 && !found.some(canBeReported)) throw noneStands()
}

/** It is complete, and true to the results. */
export const confirmExceptionGate: Gate<Exception> = async (exception, view) => {
  checkException(accountOf(await view.loaders.whole(Exception, exception)))
  await checkTrueToResults(exception, view)
}

/**
 * Its figures and its wording are what the results say now.
 * @throws Refusal NOT_READY with FIGURES_CHANGED, WORDING_UNTRUE
 */
export const checkTrueToResults: Gate<Exception> = async (exception, { loaders }) => {
  const whole = await loaders.whole(Exception, exception)
  const blockers: Blocker[] = [
    ...drifted([exception], await deviationsInRequest(loaders, exception)),
    ...(await occurrencesDrifted(loaders, [exception])),
    ...wordingFaults(whole.sectionFourText, accountOf(whole)).map((message) =>
      blocker('WORDING_UNTRUE', message, exception.id),
    ),
  ]
  if (blockers.length === 0) return
  const message = 'The exception is not true to the results: count it anew, then read its wording again.'
  throw new Refusal('NOT_READY', message, [], { blockers })
}
