import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { checkReliance } from '../../rules/reliance.js'
import { Engagement } from '../engagement/engagement.js'
import { Control } from './control.js'
import { ControlReliance } from './control-reliance.js'
import type { RecordControlRelianceInput } from './reliance.inputs.js'
import { withdrawConclusion } from './withdraw-conclusion.js'

/**
 * Sets the general controls that a control relies on. What was concluded on it rested on them: it is withdrawn when they change.
 * Refused at its place: an id that is no control of the engagement, the control itself, one that relies on it in turn.
 */
export async function recordControlReliance(tx: WriteTx, input: RecordControlRelianceInput) {
  const { engagementId } = await tx.load(Control, input.controlId)
  // Two acts that each close half of a circle wait for each other here.
  await tx.load(Engagement, engagementId, undefined, 'update')
  const control = await tx.load(Control, input.controlId, input.expectedVersion, 'update')
  await tx.permit(control)
  const known = await tx.find(Control, { engagementId, id: input.reliesOnIds.filter(isUuid) })
  const ids = input.reliesOnIds.map((id) => id.toLowerCase())
  const unknown = (at: number) => new Refusal('NOT_FOUND', 'The engagement has no such control.', ['reliesOnIds', at])
  checkEach(ids.flatMap((id, at) => (known.some((one) => one.id === id) ? [] : unknown(at))))
  const reliances = await tx.find(ControlReliance, { engagementId })
  const others = reliances.filter(({ controlId }) => controlId !== control.id)
  checkReliance(control.id, ids, others)
  const before = reliances.filter(({ controlId }) => controlId === control.id)
  const dropped = before.filter(({ reliesOnId }) => !ids.includes(reliesOnId))
  const added = [...new Set(ids)].filter((id) => !before.some(({ reliesOnId }) => reliesOnId === id))
  if (dropped.length + added.length === 0) return { control }
  for (const one of dropped) await tx.remove(one)
  await tx.insertMany(
    ControlReliance,
    added.map((reliesOnId) => ({ engagementId, controlId: control.id, reliesOnId })),
  )
  await withdrawConclusion(tx, control)
  if (control.version === input.expectedVersion) await tx.touch(control)
  return { control }
}
