import { Refusal } from '../../rules/refusal.js'
import type { Violations } from './row.js'

/**
 * lock_not_available: somebody else's act holds the row for longer than an act waits, e.g. a long import.
 * serialization_failure, deadlock_detected: the act gave way to others, again and again.
 */
const inTheWay = new Set(['55P03', '40001', '40P01'])

/**
 * A database error as the refusal it stands for; any other error as it is.
 * @param violations what the constraints of the database mean to people
 */
export function refusalFor(violations: Violations, error: unknown): unknown {
  if (inTheWay.has((error as { code?: string }).code ?? '')) {
    return new Refusal('BUSY', 'Somebody else is changing the same thing just now. Try again shortly.')
  }
  const constraint = (error as { constraint?: string }).constraint
  const meaning = constraint ? violations[constraint] : undefined
  return meaning ? new Refusal('ALREADY_EXISTS', meaning[0], [meaning[1]]) : error
}
