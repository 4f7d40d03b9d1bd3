import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import type { Whole } from '../../kernel/store/row.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { dayOf } from '../../rules/calendar.js'
import { isLive } from '../../rules/exceptions.js'
import { responseLifecycle } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { checkReturned, checkSubmission, emptyResponse, type ResponseWarning } from '../../rules/responses.js'
import type { ResponseState } from '../../rules/vocabulary.js'
import type { Evidence } from '../evidence/evidence.js'
import { evidenceOf } from '../evidence/linked.js'
import { Exception } from '../exception/exception.js'
import { neededOfWhoAgrees } from '../methodology/response-elements.js'
import { ManagementResponse } from './management-response.js'
import type {
  AcceptResponseInput,
  DeclineToRespondInput,
  DraftResponseInput,
  FlagInconsistencyInput,
  NoteOverdueResponseInput,
  RequestResponseApprovalInput,
  ReturnResponseInput,
  SubmitResponseInput,
} from './response.inputs.js'
import type { ResponseContent, SubmittedEvidence } from './response-content.js'
import { ResponseReview } from './response-review.js'
import { digestOfContent, ResponseVersion } from './response-version.js'

type Done = Promise<{ response: ManagementResponse }>

/** What a draft consists of. */
const elements = Object.keys(emptyResponse) as (keyof typeof emptyResponse)[]

/**
 * Writes the draft, the first time or again. What waits for approval, and what the auditor returned, becomes a draft
 * again; what was submitted and not returned cannot be changed.
 */
export async function draftResponse(tx: WriteTx, input: DraftResponseInput): Done {
  const { exception, response } = await answered(tx, input)
  const remediation = input.remediation?.map(({ action, owner = null, dueOn = null, done }) => ({
    action,
    owner,
    dueOn,
    done,
  }))
  const given = { ...input, remediation: remediation ?? (input.remediation as null | undefined) }
  const changes = updatedColumns(tx, ManagementResponse, given, elements, { remediation: [] })
  const content = { ...changes, declinedReason: null, draftedBy: tx.actor.memberId }
  if (!response) {
    return { response: await tx.insert(ManagementResponse, { ...of(exception), ...emptyResponse, ...content }) }
  }
  const state = response.state === 'DRAFT' ? 'DRAFT' : responseLifecycle.move(response.state, 'DRAFT')
  return { response: await tx.update(response, { ...content, state }) }
}

/** Gives the draft to management. */
export async function requestResponseApproval(tx: WriteTx, input: RequestResponseApprovalInput): Done {
  const response = await tx.load(ManagementResponse, input.responseId, input.expectedVersion)
  await tx.permit(response)
  return { response: await tx.update(response, { state: 'IN_APPROVAL' }) }
}

/**
 * Submits a draft or what was approved, as a version that never changes. Refused with NOT_READY when it says nothing, or an element
 * is missing that the firm needs of who agrees; whatever else may be thought about comes back as warnings.
 */
export async function submitResponse(tx: WriteTx, input: SubmitResponseInput) {
  const response = await tx.load(ManagementResponse, input.responseId, input.expectedVersion)
  await tx.permit(response)
  const needed = await neededOfWhoAgrees(Loaders.over(tx))
  const warnings: readonly ResponseWarning[] = checkSubmission(response, dayOf(tx.now), needed)
  return { response, submittedVersion: await submit(tx, response), warnings }
}

/** Declines to respond: an answer, submitted as a version like any other. What was drafted before is not part of it. */
export async function declineToRespond(tx: WriteTx, input: DeclineToRespondInput) {
  const { exception, response: before } = await answered(tx, input)
  const content = { ...emptyResponse, declinedReason: input.reason, draftedBy: tx.actor.memberId }
  if (before && before.state !== 'DRAFT' && before.state !== 'IN_APPROVAL') {
    responseLifecycle.checkMove(before.state, 'DRAFT')
  }
  const response = before
    ? await tx.update(before, content)
    : await tx.insert(ManagementResponse, { ...of(exception), ...content })
  return { response, submittedVersion: await submit(tx, response) }
}

/**
 * Returns what was submitted. A declined answer that is returned counts as none until management answers again.
 * Refused: INVALID_INPUT for one that is called incomplete and lacks nothing that the firm needs.
 */
export async function returnResponse(tx: WriteTx, input: ReturnResponseInput): Done {
  const response = await tx.load(ManagementResponse, input.responseId, input.expectedVersion)
  await tx.permit(response)
  const { kind, reason } = input
  checkReturned(kind, response, await neededOfWhoAgrees(Loaders.over(tx)))
  await tx.update(response, { state: 'RETURNED', declinedReason: null })
  await review(tx, response, { verdict: 'RETURNED', returnKind: kind, reason })
  return { response }
}

/** Accepts what was submitted: read, complete, not inconsistent with the findings. It is no assurance. */
export async function acceptResponse(tx: WriteTx, input: AcceptResponseInput): Done {
  const response = await tx.load(ManagementResponse, input.responseId, input.expectedVersion)
  await tx.permit(response)
  await tx.update(response, { state: 'ACCEPTED' })
  await review(tx, response, { verdict: 'ACCEPTED', returnKind: null, reason: null })
  return { response }
}

/** Keeps beside the version submitted last what was made of it, by whom and when. */
async function review(
  tx: WriteTx,
  { id, submittedNumber, engagementId, clientId }: ManagementResponse,
  said: Pick<ResponseReview, 'verdict' | 'returnKind' | 'reason'>,
): Promise<void> {
  const version = (await tx.one(ResponseVersion, {
    responseId: id,
    number: submittedNumber as number,
  })) as ResponseVersion
  const { memberId, name } = tx.actor
  const by = { reviewedBy: memberId, reviewerName: name }
  await tx.insert(ResponseReview, { engagementId, clientId, responseVersionId: version.id, ...said, ...by })
}

/** Flags an inconsistency with the findings for the client to see, or takes the flag back. */
export async function flagInconsistency(tx: WriteTx, input: FlagInconsistencyInput): Done {
  const response = await tx.load(ManagementResponse, input.responseId, input.expectedVersion)
  await tx.permit(response)
  if (input.note === undefined) {
    throw new Refusal('INVALID_INPUT', 'Say in what it is inconsistent, or null to take the flag back.', ['note'])
  }
  return { response: await tx.update(response, { inconsistency: input.note }) }
}

/**
 * Notes that no response came in time, so that the engagement need not wait for ever. Also where the one that came is
 * flagged as inconsistent and was not mended.
 */
export async function noteOverdueResponse(tx: WriteTx, input: NoteOverdueResponseInput) {
  const exception = await tx.load(Exception, input.exceptionId, input.expectedVersion)
  await tx.permit(exception)
  return { exception: await tx.update(exception, { overdueNote: input.note }) }
}

/** The exception to be answered and its response, if there is one and it is the one the caller read. */
async function answered(tx: WriteTx, input: DraftResponseInput | DeclineToRespondInput) {
  const exception = await tx.load(Exception, input.exceptionId)
  await tx.permit(exception)
  const response = await tx.one(ManagementResponse, { exceptionId: exception.id }, { whole: true })
  const expected = input.expectedVersion ?? null
  if ((response?.version ?? null) === expected) return { exception, response }
  if (!response) {
    throw new Refusal('INVALID_INPUT', 'There is no response yet: leave this out.', ['expectedVersion'])
  }
  const message = `There is a response already; it is at version ${response.version} now.`
  throw new Refusal('VERSION_CONFLICT', message, ['expectedVersion'], { currentVersion: response.version })
}

const of = ({ id, engagementId, clientId }: Exception) => ({
  engagementId,
  clientId,
  exceptionId: id,
  state: 'DRAFT' as const,
})

/** An exception that was withdrawn, or a misstatement that management corrected, asks for no answer any more. */
export const awaitsAnswerGate: Gate<ManagementResponse> = async (response, { loaders }) => {
  const exception = (await loaders.byId(Exception, response.exceptionId)) as Exception
  if (isLive(exception)) return
  const message =
    exception.state === 'WITHDRAWN'
      ? 'The auditor has withdrawn the exception: it needs no response any more.'
      : 'The description was corrected: the exception needs no response any more.'
  throw new Refusal('INVALID_TRANSITION', message, [], { from: response.state, to: null, allowed: [] })
}

/** The exception awaits an answer, and nothing that the response needs is missing. */
export const submitResponseGate: Gate<ManagementResponse> = async (response, view) => {
  await awaitsAnswerGate(response, view)
  if (view.isAct) return
  const draft = await view.loaders.whole(ManagementResponse, response)
  checkSubmission(draft, dayOf(view.tx.now), await neededOfWhoAgrees(view.loaders))
}

/** What was submitted is not drafted anew before it is returned; what was accepted never. */
const checkDraftable =
  (states: readonly ResponseState[]): Gate<Exception> =>
  async ({ id }, { loaders, isAct }) => {
    const response = isAct ? null : await loaders.child(ManagementResponse, 'exceptionId', id)
    if (response && !states.includes(response.state)) responseLifecycle.checkMove(response.state, 'DRAFT')
  }

export const draftResponseGate = checkDraftable(['DRAFT'])
export const declineToRespondGate = checkDraftable(['DRAFT', 'IN_APPROVAL'])

/** The day by which an answer was due has passed, and there is none to read. */
export const noteOverdueResponseGate: Gate<Exception> = async ({ id, responseDueOn }, { tx, loaders }) => {
  const today = dayOf(tx.now)
  if (responseDueOn === null || responseDueOn >= today) {
    const message = `A response is due by ${responseDueOn}; today is ${today}.`
    throw new Refusal('INVALID_INPUT', message, ['exceptionId'])
  }
  const response = await loaders.child(ManagementResponse, 'exceptionId', id)
  const inHand = response?.state === 'ACCEPTED' || (response?.state === 'SUBMITTED' && !response.inconsistency)
  if (inHand) {
    throw new Refusal('INVALID_INPUT', 'There is a response: read it, and accept or return it.', ['exceptionId'])
  }
}

/** Makes the version. What the auditor said of the one before no longer speaks of this one. */
async function submit(tx: WriteTx, response: Whole<ManagementResponse>): Promise<ResponseVersion> {
  // What was drafted before management declined, with its evidence, is not part of the answer.
  const evidence = response.declinedReason === null ? await evidenceOf(Loaders.over(tx), response.id) : []
  const content = contentOf(response, evidence)
  const number = (response.submittedNumber ?? 0) + 1
  const version = await tx.insert(ResponseVersion, {
    engagementId: response.engagementId,
    clientId: response.clientId,
    responseId: response.id,
    number,
    content,
    sha256: digestOfContent(content),
    submittedBy: tx.actor.memberId,
  })
  await tx.update(response, {
    state: 'SUBMITTED',
    submittedNumber: number,
    inconsistency: null,
  })
  return version
}

/** What a response says, as it is written now, with the evidence that is linked to it. */
export const contentOf = (response: Whole<ManagementResponse>, evidence: readonly Evidence[]): ResponseContent => ({
  position: response.position,
  acknowledgement: response.acknowledgement,
  rootCauseCategory: response.rootCauseCategory,
  rootCause: response.rootCause,
  remediation: response.remediation,
  responsible: response.responsible,
  targetOn: response.targetOn,
  preventionOfRecurrence: response.preventionOfRecurrence,
  declinedReason: response.declinedReason,
  evidence: namesOf(evidence),
})

/** Evidence as a response names it. */
export const namesOf = (evidence: readonly Evidence[]): SubmittedEvidence[] =>
  evidence.map(({ id: evidenceId, fileName, sha256 }) => ({ evidenceId, fileName, sha256 }))
