import { Refusal } from '../rules/refusal.js'

/** What a constraint of the database means to people. The names stand in the migrations; none is ever shown to a caller. */
const meanings: Readonly<Record<string, readonly [message: string, path: string]>> = {
  client_name_unique: ['The firm has a client of this name already.', 'name'],
  member_email_unique: ['Somebody with this e-mail address is a member there already.', 'email'],
  team_member_once: ['This person is on the team already.', 'memberId'],
  team_member_sole_role: ['The team has somebody in this role already.', 'role'],
  criterion_exclusion_unique: ['This criterion is marked not applicable already.', 'criterion'],
  control_ref_unique: ['The engagement has a control of this reference already.', 'ref'],
  procedure_ref_unique: ['The engagement has a procedure of this reference already.', 'ref'],
  attribute_letter_unique: ['The procedure has an attribute of this letter already.', 'letter'],
  sample_once_per_procedure: ['The procedure has a sample already: extend it.', 'procedureId'],
  response_once_per_exception: ['The exception has a response already.', 'exceptionId'],
  materiality_once_per_exception: ['The materiality of this exception was decided already.', 'exceptionId'],
  opinion_once_per_engagement: ['An opinion was decided already.', 'engagementId'],
  report_once_per_engagement: ['The report was issued already.', 'engagementId'],
}

/**
 * lock_not_available: somebody else's act holds the row for longer than an act waits, e.g. a long import.
 * serialization_failure, deadlock_detected: the act gave way to others, again and again.
 */
const inTheWay = new Set(['55P03', '40001', '40P01'])

/** A database error as the refusal it stands for; any other error as it is. */
export function refusalFor(error: unknown): unknown {
  if (inTheWay.has((error as { code?: string }).code ?? '')) {
    return new Refusal('BUSY', 'Somebody else is changing the same thing just now. Try again shortly.')
  }
  const constraint = (error as { constraint?: string }).constraint
  const meaning = constraint ? meanings[constraint] : undefined
  return meaning ? new Refusal('ALREADY_EXISTS', meaning[0], [meaning[1]]) : error
}
