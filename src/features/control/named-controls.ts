import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { Control } from './control.js'

type Place = readonly (string | number)[]

/** The controls that an input names. */
interface Named {
  ids: readonly string[]
  /** Where the list of ids stands in the input; of ids of several lists, where each stands. */
  at: Place | ((index: number) => Place)
  /** Ids of those that were named before, and may be retired since. */
  kept?: readonly string[]
  /** Ends the sentence of a retired one: `it answers no risk`. */
  retired: string
}

/**
 * The controls of an engagement that an input names, in the order given.
 * @throws Refusal at the place of each id: NOT_FOUND, INVALID_INPUT for a control that is retired
 */
export async function controlsNamed(
  tx: WriteTx,
  engagementId: string,
  { ids, at: path, kept = [], retired }: Named,
): Promise<Control[]> {
  const known = await tx.find(Control, { engagementId, id: ids.filter(isUuid) })
  const placeOf = (index: number): Place => (typeof path === 'function' ? path(index) : [...path, index])
  const named = ids.map((id) => known.find((one) => one.id === id.toLowerCase()))
  checkEach(
    named.flatMap((control, at) => {
      if (!control) return new Refusal('NOT_FOUND', 'The engagement has no such control.', placeOf(at))
      if (control.retiredAt === null || kept.includes(control.id)) return []
      return new Refusal('INVALID_INPUT', `${control.ref} was retired: ${retired}.`, placeOf(at))
    }),
  )
  return named.filter((control) => control !== undefined)
}
