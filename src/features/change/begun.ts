import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkChangeAuthor, checkNamesPaper, hasTestingBegun, type PartChanged } from '../../rules/changes.js'
import { reasonFor } from '../../rules/lifecycles.js'
import type { Control } from '../control/control.js'
import { Exception } from '../exception/exception.js'
import { Procedure } from '../procedure/procedure.js'
import { controlFigures } from '../sample/control-figures.js'
import { ControlChange } from './control-change.js'

/** Whether the testing of a control has begun; asked of many controls in one tick they are read as a set. */
export const testingBegun = async (loaders: Loaders, control: Control): Promise<boolean> =>
  hasTestingBegun(control, await loaders.children(Procedure, 'controlId', control.id, { ref: 'asc' }))

/** Why something is changed after testing began, as it was given; its papers were checked (`checkPapers`). */
export interface Reasoned {
  reason?: string | null
  restsOnIds: string[]
}

/**
 * Keeps what is changed about a control, where its testing has begun: who, when, why, and what had been found until then. Nothing where
 * it has not, or where nothing changed. Ask before the change is made.
 * @throws Refusal TESTING_BEGUN where the actor is not the engagement partner; INVALID_INPUT without a reason or a paper
 */
export async function keepChanges(
  tx: WriteTx,
  control: Control,
  changed: readonly PartChanged[],
  given: Reasoned,
): Promise<void> {
  const loaders = Loaders.over(tx)
  if (changed.length === 0 || !(await testingBegun(loaders, control))) return
  await keepDecision(tx, control, changed, given)
}

/** The same of what only the engagement partner decides, whether testing has begun or not. */
export async function keepDecision(
  tx: WriteTx,
  control: Control,
  changed: readonly PartChanged[],
  given: Reasoned,
): Promise<void> {
  const { id: controlId, engagementId } = control
  checkChangeAuthor(tx.actor.team.get(engagementId))
  const reason = reasonFor('Changing a control whose testing has begun', given.reason)
  const { restsOnIds } = given
  checkNamesPaper(restsOnIds)
  const [figures] = await controlFigures(Loaders.over(tx), [control])
  const exceptionCount = await tx.count(Exception, { controlId })
  const { testedCount = 0, deviationCount = 0, asFoundDeviationCount = 0 } = figures ?? {}
  const found = { testedCount, deviationCount, asFoundDeviationCount, exceptionCount }
  await tx.insertMany(
    ControlChange,
    changed.map((part) => ({ engagementId, controlId, ...part, reason, restsOnIds, ...found })),
  )
}
