import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkChangeAuthor, hasTestingBegun, type PartChanged } from '../../rules/changes.js'
import { reasonFor } from '../../rules/lifecycles.js'
import { checkNamesPaper } from '../../rules/papers.js'
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

/** What is changed about a control, part by part. */
export interface ChangeOfControl {
  control: Control
  parts: readonly PartChanged[]
}

/**
 * Keeps what is changed about controls of an engagement, of those whose testing has begun: who, when, why, and what had been found until
 * then. Nothing where it has not, or where nothing changed. Ask before the change is made. However many controls they are, the number of
 * statements is the same.
 * @throws Refusal TESTING_BEGUN where the actor is not the engagement partner; INVALID_INPUT without a reason or a paper
 */
export async function keepChanges(tx: WriteTx, changes: readonly ChangeOfControl[], given: Reasoned): Promise<void> {
  const loaders = Loaders.over(tx)
  const made = changes.filter(({ parts }) => parts.length > 0)
  const begun = await Promise.all(made.map(({ control }) => testingBegun(loaders, control)))
  await keepDecision(
    tx,
    made.filter((_, at) => begun[at]),
    given,
  )
}

/** The same of what only the engagement partner decides, whether testing has begun or not. */
export async function keepDecision(tx: WriteTx, changes: readonly ChangeOfControl[], given: Reasoned): Promise<void> {
  const [first] = changes
  if (!first) return
  checkChangeAuthor(tx.actor.team.get(first.control.engagementId))
  const reason = reasonFor('Changing a control whose testing has begun', given.reason)
  const { restsOnIds } = given
  checkNamesPaper(restsOnIds)
  const found = await foundUntilNow(
    tx,
    changes.map(({ control }) => control),
  )
  await tx.insertMany(
    ControlChange,
    changes.flatMap(({ control: { id: controlId, engagementId }, parts }, at) =>
      parts.map((part) => ({ engagementId, controlId, ...part, reason, restsOnIds, ...found[at] })),
    ),
  )
}

/** What was found on these controls, in their order. */
async function foundUntilNow(tx: WriteTx, controls: readonly Control[]) {
  const loaders = Loaders.over(tx)
  const [figures, counts] = await Promise.all([
    controlFigures(loaders, controls),
    Promise.all(controls.map(({ id }) => loaders.count(Exception, ['controlId', id], {}))),
  ])
  return figures.map(({ testedCount, deviationCount, asFoundDeviationCount }, at) => ({
    testedCount,
    deviationCount,
    asFoundDeviationCount,
    exceptionCount: counts[at] ?? 0,
  }))
}
