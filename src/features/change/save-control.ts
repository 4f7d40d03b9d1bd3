import type { WriteTx } from '../../kernel/store/work.js'
import { type changeableColumns, mapTo, testedColumns } from '../control/control.actions.js'
import { type Control, unconcluded } from '../control/control.js'
import type { ControlCriterion } from '../control/control-criterion.js'

/** What is changed of a control: columns that are not among them stay as they are. */
export type ControlChanges = Partial<Pick<Control, (typeof changeableColumns)[number]>>

/** Saves what is changed of a control, once that was kept (`keepChanges`). A conclusion on what it was is withdrawn. */
export function saveControl(tx: WriteTx, control: Control, changes: ControlChanges): Promise<Control> {
  // What was concluded was concluded on another control than it is now.
  const isAnother = testedColumns.some((name) => name in changes && changes[name] !== control[name])
  return tx.update(control, isAnother ? { ...changes, ...unconcluded } : changes)
}

/** What a list of criteria changes of the mapping of a control. */
export function mappingChanged(mapped: readonly ControlCriterion[], codes: readonly string[]) {
  const dropped = mapped.filter((one) => !codes.includes(one.criterionCode))
  const added = codes.filter((code) => !mapped.some((one) => one.criterionCode === code))
  return { dropped, added, isAnother: dropped.length + added.length > 0 }
}

/** Saves another mapping of a control, once that was kept. */
export async function saveMapping(
  tx: WriteTx,
  control: Control,
  { dropped, added }: ReturnType<typeof mappingChanged>,
): Promise<Control> {
  for (const one of dropped) await tx.remove(one)
  await mapTo(tx, control, added)
  return tx.touch(control)
}
