import { type Edge, reachedFrom } from './reach.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'

/** What a control relies on: the general controls without which it would not work as it was tested. */

/** That one control relies on another, by their ids. */
export interface Reliance {
  controlId: string
  reliesOnId: string
}

/**
 * Reliance goes one way: two controls that rely on each other show nothing of each other. Refuses with INVALID_INPUT at
 * the place in `reliesOnIds`: the control itself, and one that relies on it over any number of steps.
 * @param others what the other controls of the engagement rely on
 */
export function checkReliance(controlId: string, reliesOnIds: readonly string[], others: readonly Reliance[]): void {
  const edges = others.map((one): Edge => [one.controlId, one.reliesOnId])
  checkEach(
    reliesOnIds.flatMap((id, at) => {
      if (id === controlId) return refusal('A control does not rely on itself.', at)
      return reachedFrom(id, edges).has(controlId) ? refusal('That control relies on this one in turn.', at) : []
    }),
  )
}

const refusal = (message: string, at: number) => new Refusal('INVALID_INPUT', message, ['reliesOnIds', at])

/** A control, as far as reliance on others is lost or not. */
export interface ReliantControl {
  id: string
  ref: string
  operation: string | null
  reliesOn: readonly { ref: string; operation: string | null }[]
}

/** The general controls, by reference, that stand against a control that is concluded EFFECTIVE. */
export function relianceLost({ operation, reliesOn }: ReliantControl): string[] {
  if (operation !== 'EFFECTIVE') return []
  return reliesOn.filter((one) => one.operation !== 'EFFECTIVE').map(({ ref }) => ref)
}

/** What one test showed of an automated control it showed as long as the general controls held: RELIANCE_LOST where they no longer do. */
export function relianceBlockers(control: ReliantControl): Blocker[] {
  const lost = relianceLost(control)
  if (lost.length === 0) return []
  const message = `${control.ref} is concluded EFFECTIVE and relies on ${lost.slice(0, 10).join(', ')}, not concluded EFFECTIVE: conclude on it again.`
  return [blocker('RELIANCE_LOST', message, control.id)]
}
