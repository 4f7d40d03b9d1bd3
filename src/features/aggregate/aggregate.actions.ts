import type { Gate } from '../../kernel/store/gates.js'
import { checkNotAbout, checkPapers } from '../../kernel/store/papers.js'
import { checkRestated, updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  type AggregateScope,
  aggregatesOf,
  checkAggregateJudgment,
  checkAggregateScope,
  isOutdated,
  weighedFacts,
} from '../../rules/aggregates.js'
import { weightChanged } from '../../rules/decision-changes.js'
import { blocker, checkEach, Refusal, refusalOf } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import { outcomeChangedNow } from '../materiality/outcome-change.js'
import { approvedNow, proposedNow } from '../materiality/weighed-decision.js'
import type {
  ApproveAggregateInput,
  DecideAggregateInput,
  ReturnAggregateInput,
  ReviseAggregateInput,
} from './aggregate.inputs.js'
import { AggregateDecision } from './aggregate-decision.js'
import { decidedOf, weighedIn, weighedNow } from './aggregates.js'

const judgment = [
  'material',
  'pervasive',
  'sharedCause',
  'affectedCommitment',
  'factors',
  'rationale',
  'restsOnIds',
] as const
type Judgment = Pick<AggregateDecision, (typeof judgment)[number]>

/**
 * Decides what exceptions come to together. All live exceptions of the scope are weighed; one that is raised later makes the
 * decision outdated. Refused: a scope that fewer than two exceptions share, or that is decided already; before each exception is
 * decided by itself; a judgment that contradicts itself or is milder than one of its parts.
 */
export async function decideAggregate(tx: WriteTx, input: DecideAggregateInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const scope = { criteriaCodes: input.criteriaCodes, subjectMatter: input.subjectMatter ?? null }
  await checkUndecided(tx, engagement, scope, null)
  const { sharedCause = null, affectedCommitment = null, ...given } = input
  const weighed = await judged(tx, engagement, scope, { ...given, sharedCause, affectedCommitment, restsOnIds })
  const decision = { engagementId: engagement.id, ...weighed, ...proposedNow(tx) }
  return { aggregateDecision: await tx.insert(AggregateDecision, decision) }
}

/** Decides anew on the exceptions as they are now; an approval lapses. Its author is then who revised it, and another person approves it. */
export async function reviseAggregate(tx: WriteTx, input: ReviseAggregateInput) {
  const decision = await tx.load(AggregateDecision, input.aggregateDecisionId, input.expectedVersion)
  await tx.permit(decision, 'update')
  const engagement = await tx.load(Engagement, decision.engagementId)
  const changes = updatedColumns(tx, AggregateDecision, input, judgment, { restsOnIds: [] })
  const restsOnIds = await checkPapers(tx, decision.engagementId, changes.restsOnIds ?? decision.restsOnIds)
  const scope = { criteriaCodes: input.criteriaCodes ?? decision.criteriaCodes, subjectMatter: decision.subjectMatter }
  await checkUndecided(tx, engagement, scope, decision)
  const weighed = await judged(tx, engagement, scope, { ...decision, ...changes, restsOnIds })
  // What was weighed for one judgment, or for other exceptions, does not speak for this one.
  const isAnother = (['material', 'pervasive', 'weighedFacts'] as const).some(
    (name) => weighed[name] !== decision[name],
  )
  if (isAnother) checkRestated(decision, input, ['factors', 'sharedCause', 'affectedCommitment', 'restsOnIds'])
  const changed = outcomeChangedNow(tx, weightChanged(decision, weighed))
  await tx.update(decision, { ...weighed, ...proposedNow(tx), ...changed })
  return { aggregateDecision: decision }
}

/** Approves. Refused: by its author; while it is returned; over exceptions that are not what was weighed any more. */
export async function approveAggregate(tx: WriteTx, input: ApproveAggregateInput) {
  const decision = await tx.load(AggregateDecision, input.aggregateDecisionId, input.expectedVersion)
  await tx.permit(decision, 'update')
  await tx.update(decision, approvedNow(tx, decision))
  return { aggregateDecision: decision }
}

/** Returns a decision to be revised. */
export async function returnAggregate(tx: WriteTx, input: ReturnAggregateInput) {
  const decision = await tx.load(AggregateDecision, input.aggregateDecisionId, input.expectedVersion)
  await tx.permit(decision)
  await tx.update(decision, { returnedReason: input.reason })
  return { aggregateDecision: decision }
}

/** Some exceptions are to be weighed together, and no decision is on them yet. */
export const decideAggregateGate: Gate<Engagement> = async ({ id, kind }, { loaders, isAct }) => {
  if (isAct) return
  const [exceptions, decisions] = await Promise.all([
    weighedIn(loaders, id),
    loaders.children(AggregateDecision, 'engagementId', id, { id: 'asc' }),
  ])
  const refusals = aggregatesOf(exceptions, kind).map((aggregate) => {
    const places = aggregate.subjectMatter ? [aggregate.subjectMatter] : aggregate.criteriaCodes
    const isOpen = (place: string): boolean =>
      !decisions.some((one) => one.subjectMatter === place || one.criteriaCodes.includes(place))
    if (!places.some(isOpen)) return alreadyDecided('engagementId')
    const undecided = aggregate.exceptions.filter((one) => one.judgment === null)
    return undecided.length === 0 ? null : notYet(undecided)
  })
  if (refusals.includes(null)) return
  throw refusals.find((refusal) => refusal?.code === 'NOT_READY') ?? refusals[0] ?? nothingShared()
}

/** All of its criteria, or one of them at least, can be decided on anew; or its subject matter. */
export const reviseAggregateGate: Gate<AggregateDecision> = async (decision, { loaders, isAct }) => {
  if (isAct) return
  const { engagementId, criteriaCodes, subjectMatter } = decision
  const engagement = (await loaders.byId(Engagement, engagementId)) as Engagement
  const exceptions = await weighedIn(loaders, engagementId)
  const narrower = criteriaCodes.map((code) => ({ criteriaCodes: [code], subjectMatter }))
  const refusals = [{ criteriaCodes, subjectMatter }, ...narrower].map((scope) =>
    refusalOf(() => checkAggregateScope(scope, exceptions, engagement.kind)),
  )
  if (refusals[0] && !refusals.includes(null)) throw refusals[0]
}

/** The exceptions are what was weighed. */
export const approveAggregateGate: Gate<AggregateDecision> = async (decision, { tx, loaders, isAct }) => {
  const { engagementId } = decision
  const engagement = isAct
    ? await tx.load(Engagement, engagementId)
    : ((await loaders.byId(Engagement, engagementId)) as Engagement)
  const exceptions = isAct ? await weighedNow(tx, engagementId) : await weighedIn(loaders, engagementId)
  if (!isOutdated(decidedOf(decision), exceptions, engagement.kind)) return
  const message = 'The exceptions are not what was weighed any more: revise the decision.'
  throw new Refusal('NOT_READY', message, [], { blockers: [blocker('AGGREGATE_UNDECIDED', message, decision.id)] })
}

const alreadyDecided = (...path: (string | number)[]) =>
  new Refusal('ALREADY_EXISTS', 'These exceptions are weighed together already: revise that decision.', path)
const nothingShared = () =>
  new Refusal('INVALID_INPUT', 'No two exceptions share a criterion or a subject matter.', ['engagementId'])
const notYet = (undecided: readonly { id: string; ref: string }[]) =>
  new Refusal('NOT_READY', 'Exceptions are weighed together once each is decided by itself.', [], {
    blockers: undecided.map(({ id, ref }) => blocker('EXCEPTION_UNDECIDED', `${ref} is not decided.`, id)),
  })

/** No other decision is on a part of the scope. The engagement is locked. */
async function checkUndecided(
  tx: WriteTx,
  { id: engagementId }: Engagement,
  { criteriaCodes, subjectMatter }: AggregateScope,
  own: AggregateDecision | null,
): Promise<void> {
  const others = (await tx.find(AggregateDecision, { engagementId })).filter(({ id }) => id !== own?.id)
  if (subjectMatter && others.some((one) => one.subjectMatter === subjectMatter)) throw alreadyDecided('subjectMatter')
  const taken = (code: string) => others.some((one) => one.criteriaCodes.includes(code))
  checkEach(criteriaCodes.flatMap((code, at) => (taken(code) ? alreadyDecided('criteriaCodes', at) : [])))
}

/** The judgment on a scope as it is kept, once the rules have nothing against it. Its papers were checked. */
async function judged(tx: WriteTx, engagement: Engagement, scope: AggregateScope, given: Judgment) {
  const exceptions = await weighedNow(tx, engagement.id)
  const weighed = checkAggregateScope(scope, exceptions, engagement.kind)
  const { material, pervasive, sharedCause, affectedCommitment, rationale, restsOnIds } = given
  checkNotAbout(
    restsOnIds,
    weighed.map(({ id }) => id),
  )
  const factors = given.factors.map(({ factor, note }) => ({ factor, note }))
  const { subjectMatter } = scope
  const decided = { subjectMatter, material, pervasive, sharedCause, affectedCommitment, factors, rationale }
  checkAggregateJudgment(decided, weighed)
  return {
    ...decided,
    restsOnIds,
    criteriaCodes: [...scope.criteriaCodes],
    exceptionIds: weighed.map(({ id }) => id),
    weighedFacts: weighedFacts(weighed),
  }
}
