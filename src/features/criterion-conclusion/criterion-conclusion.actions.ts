import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { checkRestated } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { proposeCriterion } from '../../rules/criteria.js'
import { checkCriterionConclusion, isWithoutDoubt, openBefore } from '../../rules/criterion-decision.js'
import { type OutcomesConcluded, outcomesChanged } from '../../rules/decision-changes.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import { outcomeChangedNow } from '../materiality/outcome-change.js'
import { type CriterionNow, criteriaIn, criteriaNow, isConclusionStale } from './criteria.js'
import type {
  ConcludeCriteriaAsProposedInput,
  ConcludeCriterionInput,
  ReviseCriterionConclusionInput,
} from './criterion-conclusion.inputs.js'
import { CriterionConclusion } from './criterion-conclusion.js'

/**
 * Concludes on a criterion, as a manager or the partner. Refused: a code that is not in scope or does not apply; a criterion that is
 * concluded on already; what `checkCriterionConclusion` refuses.
 */
export async function concludeCriterion(tx: WriteTx, input: ConcludeCriterionInput) {
  // Locked: what the conclusion rests on must not change before it stands.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const criterion = (await criteriaNow(tx, engagement)).find((one) => one.criterion.code === input.criterionCode)
  if (!criterion) throw notInScope()
  if (criterion.conclusion) throw alreadyConcluded('criterionCode')
  const concluded = await concludedOn(tx, criterion, { ...input, restsOnIds })
  const { id: engagementId } = engagement
  const { criterionCode } = input
  return { conclusion: await tx.insert(CriterionConclusion, { engagementId, criterionCode, ...concluded }) }
}

/** Concludes anew on the criterion as it is now. Refused as the first conclusion is; another ground that is neither given again nor cleared. */
export async function reviseCriterionConclusion(tx: WriteTx, input: ReviseCriterionConclusionInput) {
  const conclusion = await tx.load(CriterionConclusion, input.criterionConclusionId, input.expectedVersion)
  await tx.permit(conclusion)
  const restsOnIds = await checkPapers(tx, conclusion.engagementId, input.restsOnIds)
  const engagement = await tx.load(Engagement, conclusion.engagementId, undefined, 'update')
  checkRestated(conclusion, input, ['otherGround'])
  const criterion = (await criteriaNow(tx, engagement)).find((one) => one.conclusion?.id === conclusion.id)
  if (!criterion) throw notInScope()
  return { conclusion: await concludedAnew(tx, conclusion, await concludedOn(tx, criterion, { ...input, restsOnIds })) }
}

/**
 * Concludes on the criteria without doubt, as proposed, in one act: those that no live exception names and that are achieved throughout.
 * A conclusion that somebody argued is not touched, unless it stood as proposed and is stale. Refused where there is none of them.
 */
export async function concludeCriteriaAsProposed(tx: WriteTx, input: ConcludeCriteriaAsProposedInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const criteria = await criteriaNow(tx, engagement)
  const plain = criteria.filter(isPlain)
  if (plain.length === 0) throw nonePlain(criteria)
  const open = plain.filter(({ conclusion }) => conclusion === null)
  // Sent together: the number of round trips does not grow with that of the criteria.
  const [made, revised] = await Promise.all([
    tx.insertMany(
      CriterionConclusion,
      open.map((one) => ({ criterionCode: one.criterion.code, ...asProposed(tx, one) })),
      { common: { engagementId: engagement.id } },
    ),
    Promise.all(plain.flatMap((one) => (one.conclusion ? concludedAnew(tx, one.conclusion, asProposed(tx, one)) : []))),
  ])
  const byCode = new Map([...made, ...revised].map((one) => [one.criterionCode, one]))
  return { engagement, conclusions: plain.map(({ criterion }) => byCode.get(criterion.code) as CriterionConclusion) }
}

/** Some criterion without a conclusion can be concluded on. */
export const concludeCriterionGate: Gate<Engagement> = async ({ id }, { loaders, isAct }) => {
  if (isAct) return
  const open = (await criteriaIn(loaders, id)).filter(({ conclusion }) => conclusion === null)
  if (open.length === 0) throw alreadyConcluded('engagementId')
  if (open.every(({ facts }) => openBefore(facts).length > 0)) throw notReady(open)
}

/** The criterion is in scope, and can be concluded on. */
export const reviseCriterionConclusionGate: Gate<CriterionConclusion> = async (conclusion, { loaders, isAct }) => {
  if (isAct) return
  const criteria = await criteriaIn(loaders, conclusion.engagementId)
  const criterion = criteria.find((one) => one.conclusion?.id === conclusion.id)
  if (!criterion) throw notInScope()
  if (openBefore(criterion.facts).length > 0) throw notReady([criterion])
}

/** There is a criterion without doubt that is not concluded as it is now. */
export const concludeCriteriaAsProposedGate: Gate<Engagement> = async ({ id }, { loaders, isAct }) => {
  if (isAct) return
  const criteria = await criteriaIn(loaders, id)
  if (!criteria.some(isPlain)) throw nonePlain(criteria)
}

const notInScope = () =>
  new Refusal('INVALID_INPUT', 'The criterion is not in scope, or not applicable.', ['criterionCode'])
const alreadyConcluded = (path: string) =>
  new Refusal('ALREADY_EXISTS', 'The criterion is concluded on already: revise the conclusion.', [path])

function notReady(criteria: readonly CriterionNow[]): Refusal {
  const found = criteria.flatMap(({ facts }) => openBefore(facts))
  const blockers = found.filter(({ node }, at) => found.findIndex((one) => one.node === node) === at)
  return new Refusal('NOT_READY', 'A criterion is concluded from what is decided and concluded.', [], { blockers })
}

/** No criterion is left for the one act: something stands before some, or people conclude on each of the others. */
function nonePlain(criteria: readonly CriterionNow[]): Refusal {
  const refusal = notReady(criteria.filter(({ conclusion }) => conclusion === null))
  if ((refusal.detail.blockers ?? []).length > 0) return refusal
  return new Refusal('INVALID_INPUT', 'No criterion is left to conclude as proposed: conclude on each of the others.', [
    'engagementId',
  ])
}

/** Whether the one act concludes on it. */
function isPlain(criterion: CriterionNow): boolean {
  const { conclusion, facts } = criterion
  if (!isWithoutDoubt(facts)) return false
  if (conclusion === null) return true
  const { design, operation, proposedDesign, proposedOperation } = conclusion
  return isConclusionStale(criterion) && design === proposedDesign && operation === proposedOperation
}

type Given = Pick<ConcludeCriterionInput, 'design' | 'operation' | 'rationale' | 'restsOnIds' | 'otherGround'>

/** The conclusion as it is kept, once the rules have nothing against it. Its papers were checked. */
async function concludedOn(tx: WriteTx, criterion: CriterionNow, given: Given) {
  const { engagementId, facts } = criterion
  const { design, operation = null, rationale, restsOnIds, otherGround = null } = given
  const concluded = { design, operation, otherGround, paperCount: restsOnIds.length }
  checkCriterionConclusion(concluded, facts, tx.actor.team.get(engagementId))
  return { design, operation, rationale, otherGround, restsOnIds, ...decidedNow(tx, criterion) }
}

/** Keeps another conclusion in the place of one, and of another outcome what stood. */
const concludedAnew = (
  tx: WriteTx,
  standing: CriterionConclusion,
  now: OutcomesConcluded & Partial<CriterionConclusion>,
) => tx.update(standing, { ...now, ...outcomeChangedNow(tx, outcomesChanged(standing, now)) })

/** A conclusion as it was proposed, without a rationale. */
function asProposed(tx: WriteTx, criterion: CriterionNow) {
  const { design, operation } = proposeCriterion(criterion.facts)
  return { design, operation, rationale: null, restsOnIds: [], otherGround: null, ...decidedNow(tx, criterion) }
}

/** What was proposed, on which facts, and who concluded when. */
function decidedNow(tx: WriteTx, { facts, factsDigest }: CriterionNow) {
  const { design: proposedDesign, operation: proposedOperation } = proposeCriterion(facts)
  return { proposedDesign, proposedOperation, factsDigest, concludedBy: tx.actor.memberId, concludedAt: tx.now }
}
