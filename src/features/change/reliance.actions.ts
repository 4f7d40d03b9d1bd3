import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { partsChanged } from '../../rules/changes.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { checkReliance } from '../../rules/reliance.js'
import { Control } from '../control/control.js'
import { ControlReliance } from '../control/control-reliance.js'
import { withdrawConclusion } from '../control/withdraw-conclusion.js'
import { Engagement } from '../engagement/engagement.js'
import { keepChanges } from './begun.js'
import { notCompared } from './change.actions.js'
import type { RecordControlRelianceInput } from './reliance.inputs.js'

/**
 * Sets the general controls that a control relies on: once its testing has begun by the engagement partner alone, with a reason that
 * names a paper, since what a test of it shows rests on them. What was concluded on it is withdrawn when they change.
 * Refused at its place: an id that is no control of the engagement, the control itself, one that relies on it in turn; TESTING_BEGUN.
 */
export async function recordControlReliance(tx: WriteTx, input: RecordControlRelianceInput) {
  const { engagementId } = await tx.load(Control, input.controlId)
  // Two acts that each close half of a circle wait for each other here.
  await tx.load(Engagement, engagementId, undefined, 'update')
  const control = await tx.load(Control, input.controlId, input.expectedVersion, 'update')
  await tx.permit(control)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const controls = await tx.find(Control, { engagementId })
  const refOf = new Map(controls.map(({ id, ref }) => [id, ref]))
  const ids = input.reliesOnIds.map((id) => id.toLowerCase())
  const unknown = (at: number) => new Refusal('NOT_FOUND', 'The engagement has no such control.', ['reliesOnIds', at])
  checkEach(ids.flatMap((id, at) => (refOf.has(id) ? [] : unknown(at))))
  const reliances = await tx.find(ControlReliance, { engagementId })
  const others = reliances.filter(({ controlId }) => controlId !== control.id)
  checkReliance(control.id, ids, others)
  const before = reliances.filter(({ controlId }) => controlId === control.id)
  const dropped = before.filter(({ reliesOnId }) => !ids.includes(reliesOnId))
  const added = [...new Set(ids)].filter((id) => !before.some(({ reliesOnId }) => reliesOnId === id))
  if (dropped.length + added.length === 0) return { control }
  const refsOf = (all: readonly string[]) => [...new Set(all)].map((id) => refOf.get(id) as string)
  const content = { ...control, replaces: null, ...notCompared }
  const was = { ...content, reliesOn: refsOf(before.map(({ reliesOnId }) => reliesOnId)) }
  const parts = partsChanged(was, { ...content, reliesOn: refsOf(ids) })
  await keepChanges(tx, [{ control, parts }], { ...input, restsOnIds })
  for (const one of dropped) await tx.remove(one)
  await tx.insertMany(
    ControlReliance,
    added.map((reliesOnId) => ({ engagementId, controlId: control.id, reliesOnId })),
  )
  await withdrawConclusion(tx, control)
  if (control.version === input.expectedVersion) await tx.touch(control)
  return { control }
}
