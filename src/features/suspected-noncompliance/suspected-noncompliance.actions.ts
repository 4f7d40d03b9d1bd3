import type { WriteTx } from '../../kernel/store/work.js'
import { checkCommunicated, checkEffect, checkNoticed } from '../../rules/suspicions.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import type {
  EvaluateSuspectedNoncomplianceInput,
  RecordSuspectedNoncomplianceInput,
  SuspicionCommunicationInput,
} from './suspected-noncompliance.inputs.js'
import { SuspectedNoncompliance } from './suspected-noncompliance.js'

/**
 * Records suspected fraud or noncompliance, for the engagement partner alone: the answer tells nothing of it. Refused: days in the future, and
 * a communication before it was noticed.
 */
export async function recordSuspectedNoncompliance(tx: WriteTx, input: RecordSuspectedNoncomplianceInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  await tx.permit(engagement)
  const { kind, what, noticedOn } = input
  checkNoticed(noticedOn, tx.now)
  checkCommunicated(input.communicatedTo, { noticedOn, before: [], now: tx.now })
  const communicatedTo = input.communicatedTo.map(communication)
  const suspected = { kind, what, noticedOn, communicatedTo }
  await tx.insert(SuspectedNoncompliance, { engagementId: engagement.id, ...suspected })
  return { engagement }
}

/**
 * Evaluates it, as the engagement partner, and adds to whom it was communicated. Refused: an effect that names no exception that stands, or
 * one that names one and should not; a communication before it was noticed or in the future.
 */
export async function evaluateSuspectedNoncompliance(tx: WriteTx, input: EvaluateSuspectedNoncomplianceInput) {
  const { suspectedNoncomplianceId: id, expectedVersion, evaluation, effect } = input
  const suspected = await tx.load(SuspectedNoncompliance, id, expectedVersion)
  await tx.permit(suspected)
  const exception = input.exceptionId ? await tx.load(Exception, input.exceptionId) : null
  checkEffect(effect, suspected.engagementId, exception)
  const { noticedOn, communicatedTo: before } = suspected
  checkCommunicated(input.communicatedTo, { noticedOn, before, now: tx.now })
  const communicatedTo = [...before, ...input.communicatedTo.map(communication)]
  const by = { evaluatedBy: tx.actor.memberId, evaluatedAt: tx.now }
  const evaluated = { evaluation, effect, exceptionId: exception?.id ?? null, communicatedTo, ...by }
  return { suspectedNoncompliance: await tx.update(suspected, evaluated) }
}

const communication = ({ name, role, communicatedOn }: SuspicionCommunicationInput) => ({ name, role, communicatedOn })
