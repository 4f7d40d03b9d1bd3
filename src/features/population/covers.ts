import { isPeriodic } from '../../rules/cycles.js'
import { Refusal } from '../../rules/refusal.js'
import type { Control } from '../control/control.js'
import type { IntakeOptions } from './intake.js'

type Periodic = Pick<Control, 'frequency' | 'nature'>

/** How cells of the column are read that says which cycle an item covers. Refuses with INVALID_INPUT where no cycle is to be covered. */
export function coversOf({ frequency }: Periodic, column: string | null): IntakeOptions['covers'] {
  if (column === null) return null
  if (isPeriodic(frequency)) return { column, frequency }
  const message = `A control that operates ${frequency} has no cycles that an item could cover.`
  throw new Refusal('INVALID_INPUT', message, ['coversColumn'])
}

/**
 * A list of a periodic control is held against the occurrences that the period asks of it: each item says when it was done, also where
 * it says which cycle it covers: what was done months after it was due would count as done. Not that of an automated one, which its
 * configuration shows. Refuses with INVALID_INPUT at `dateColumn`.
 */
export function checkTellsOccurrences({ frequency, nature }: Periodic, dateColumn: string | null): void {
  if (!isPeriodic(frequency) || nature === 'AUTOMATED' || dateColumn !== null) return
  const message = `The list of a control that operates ${frequency} is held against what the period asks of it: name the column that says when each was done.`
  throw new Refusal('INVALID_INPUT', message, ['dateColumn'])
}
