import { Refusal } from '../../rules/refusal.js'
import type { Violations } from './row.js'

/**
 * lock_not_available: another act holds the row for longer than an act waits, e.g. a long import.
 * serialization_failure, deadlock_detected: the act gave way to others, again and again.
 */
const inTheWay = new Set(['55P03', '40001', '40P01'])
/** integrity_constraint_violation and its kinds. */
const violated = /^23/

/**
 * A database error as the refusal it stands for; any other error as it is.
 * @param violations what the constraints of the database mean to people
 */
export function refusalFor(violations: Violations, error: unknown): unknown {
  if (inTheWay.has((error as { code?: string }).code ?? '')) {
    return new Refusal('BUSY', 'Another caller is changing the same thing just now. Try again shortly.')
  }
  const constraint = constraintOf(error).find((name) => Object.hasOwn(violations, name))
  const meaning = constraint ? violations[constraint] : undefined
  return meaning ? new Refusal('ALREADY_EXISTS', meaning[0], [meaning[1]]) : error
}

/**
 * What may be the name of the constraint that was violated. A cluster's coordinator passes on the errors of its workers without
 * a field for it: then it stands in the message alone, in the server's language, with the number of a shard behind it.
 */
function constraintOf(error: unknown): string[] {
  const { code = '', constraint, message = '' } = error as { code?: string; constraint?: string; message?: string }
  if (constraint) return [constraint]
  const words = violated.test(code) ? (message.match(/\w+/g) ?? []) : []
  return words.flatMap((word) => [word, word.replace(/_\d+$/, '')])
}
