import type { WriteTx } from '../../kernel/store/work.js'
import { type Control, unconcluded } from './control.js'

/** Takes back what was concluded, where something was: the trail keeps it. The caller holds the control's lock. */
export async function withdrawConclusion(tx: WriteTx, control: Control): Promise<void> {
  await tx.update(control, unconcluded)
}
