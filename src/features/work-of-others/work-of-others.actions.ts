import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { checkUsed } from '../../rules/work-of-others.js'
import { notRetired } from '../complementary/complementary.actions.js'
import { Engagement } from '../engagement/engagement.js'
import { Procedure } from '../procedure/procedure.js'
import type {
  ApproveWorkOfOthersInput,
  RecordWorkOfOthersInput,
  RetireWorkOfOthersInput,
  UpdateWorkOfOthersInput,
} from './work-of-others.inputs.js'
import { WorkOfOthers, WRITERS_MAX } from './work-of-others.js'

const unapproved = { approvedBy: null, approvedAt: null }

/**
 * Records the work of others. Refused: at its place, a procedure that the engagement does not have, and a paper that is none; INVALID_INPUT
 * without a paper, and for what `checkUsed` refuses.
 */
export async function recordWorkOfOthers(tx: WriteTx, input: RecordWorkOfOthersInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  await tx.permit(engagement)
  const { kind, name, performed, competenceAndObjectivity, oversight, referenceReason = null } = input
  const procedureIds = await proceduresNamed(tx, engagement.id, input.procedureIds)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  checkUsed({ kind, procedureIds, referenceReason })
  checkNamesPaper(restsOnIds)
  const used = { kind, name, performed, competenceAndObjectivity, oversight, procedureIds, referenceReason, restsOnIds }
  const by = { authorIds: [tx.actor.memberId], ...unapproved, ...notRetired }
  return { workOfOthers: await tx.insert(WorkOfOthers, { engagementId: engagement.id, ...used, ...by }) }
}

const changeable = [
  'kind',
  'name',
  'performed',
  'competenceAndObjectivity',
  'oversight',
  'procedureIds',
  'referenceReason',
  'restsOnIds',
] as const

/** Changes how the work of others is used, which is approved anew then. Refused: what recording it refuses. */
export async function updateWorkOfOthers(tx: WriteTx, input: UpdateWorkOfOthersInput) {
  const work = await tx.load(WorkOfOthers, input.workOfOthersId, input.expectedVersion)
  await tx.permit(work)
  const given = updatedColumns(tx, WorkOfOthers, input, changeable, { procedureIds: [], restsOnIds: [] })
  const { engagementId } = work
  const changes = {
    ...given,
    ...(given.procedureIds && { procedureIds: await proceduresNamed(tx, engagementId, given.procedureIds) }),
    ...(given.restsOnIds && { restsOnIds: await checkPapers(tx, engagementId, given.restsOnIds) }),
  }
  const after = { ...work, ...changes }
  checkUsed(after)
  checkNamesPaper(after.restsOnIds)
  if (Object.keys(given).length === 0) return { workOfOthers: work }
  const authorIds = [...new Set([...work.authorIds, tx.actor.memberId])]
  if (authorIds.length > WRITERS_MAX) {
    throw new Refusal('LIMIT_REACHED', `There are ${WRITERS_MAX} authors of it already, which is the most.`)
  }
  return { workOfOthers: await tx.update(work, { ...changes, authorIds, ...unapproved }) }
}

/** Approves, as the engagement partner, how the work of others is used. Refused: see the policy. */
export async function approveWorkOfOthers(tx: WriteTx, input: ApproveWorkOfOthersInput) {
  const work = await tx.load(WorkOfOthers, input.workOfOthersId, input.expectedVersion)
  await tx.permit(work)
  return { workOfOthers: await tx.update(work, { approvedBy: tx.actor.memberId, approvedAt: tx.now }) }
}

/** Takes it back, as the engagement partner: it stays on file, and the report says nothing of it. */
export async function retireWorkOfOthers(tx: WriteTx, input: RetireWorkOfOthersInput) {
  const work = await tx.load(WorkOfOthers, input.workOfOthersId, input.expectedVersion)
  await tx.permit(work)
  const retired = { retiredAt: tx.now, retiredBy: tx.actor.memberId, retiredReason: input.reason }
  return { workOfOthers: await tx.update(work, retired) }
}

/** The ids of procedures that an input names, each once. @throws Refusal NOT_FOUND at the place of each in `procedureIds` */
async function proceduresNamed(tx: WriteTx, engagementId: string, ids: readonly string[]): Promise<string[]> {
  const named = ids.map((id) => id.toLowerCase())
  const known = await tx.find(Procedure, { engagementId, id: named.filter(isUuid) })
  const unknown = (at: number) =>
    new Refusal('NOT_FOUND', 'The engagement has no such procedure.', ['procedureIds', at])
  checkEach(named.flatMap((id, at) => (known.some((one) => one.id === id) ? [] : unknown(at))))
  return [...new Set(named)]
}
