import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { EngagementRow, RowClass } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import type { ChangedPart } from '../../rules/complementary.js'
import { checkScopeAuthor } from '../../rules/scope.js'
import type { RetiredOrNot } from '../complementary/retired-or-not.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import type { Reasoned } from './begun.js'
import { keepScopeChange } from './scope.actions.js'

// What the description presents beside the controls is changed as the scope is: once fieldwork began by the engagement partner alone, with
// a reason, and with what had been found until then. What others are assumed to do only then takes from what was tested: so, too.

/** Once fieldwork began the engagement partner alone changes it. @throws Refusal SCOPE_LOCKED */
export const presentedAuthorGate: Gate<EngagementRow> = async ({ engagementId }, { tx, loaders: asked, isAct }) => {
  const engagement = await (isAct ? Loaders.over(tx) : asked).byId(Engagement, engagementId)
  const role = tx.actor.team.get(engagementId)
  checkScopeAuthor({ fieldworkStartedAt: engagement?.fieldworkStartedAt ?? null, role })
}

/** The engagement, whose fieldwork does not begin until the act is committed. */
export const lockedEngagement = (tx: WriteTx, engagementId: string): Promise<Engagement> =>
  tx.load(Engagement, engagementId, undefined, 'update')

interface Retirement {
  expectedVersion: number
  reason: string
  restsOnIds: string[]
}

/** The record that is to be retired, locked, once that is kept as a change of scope. */
export async function retiring<R extends RetiredOrNot>(
  tx: WriteTx,
  row: RowClass<R>,
  id: string,
  input: Retirement,
  nameOf: (record: R) => string,
): Promise<R> {
  const { engagementId } = await tx.load(row, id)
  const engagement = await lockedEngagement(tx, engagementId)
  const record = await tx.load(row, id, input.expectedVersion, 'update')
  await tx.permit(record)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  await keepChange(tx, engagement, `${nameOf(record)} was retired.`, { ...input, restsOnIds })
  return record
}

/** What retiring leaves in a record. */
export const ended = (tx: WriteTx, { reason }: Retirement) => ({
  retiredAt: tx.now,
  retiredBy: tx.actor.memberId,
  retiredReason: reason,
})

/** Keeps a change as one of scope, where anything was changed. */
export const keepChange = async (
  tx: WriteTx,
  engagement: Engagement,
  change: string,
  given: Reasoned,
): Promise<void> => {
  if (change !== '') await keepScopeChange(tx, engagement, change, given)
}

const listed = (names: readonly string[]): string => names.toSorted().join(', ') || 'none'
/** The criteria of a record, as they were before a change and after it. */
export const changedCriteria = (before: readonly string[], after: readonly string[]): ChangedPart => [
  'its criteria',
  listed(before),
  listed(after),
]

/** The controls of a record, in the same way. */
export async function changedControls(
  tx: WriteTx,
  engagementId: string,
  before: readonly string[],
  after: readonly string[],
): Promise<ChangedPart> {
  const controls = await tx.find(Control, { engagementId, id: [...before, ...after] })
  const refs = (ids: readonly string[]) => listed(controls.filter(({ id }) => ids.includes(id)).map(({ ref }) => ref))
  return ['its controls', refs(before), refs(after)]
}
