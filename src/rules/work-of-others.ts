import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import type { WorkOfOthersKind } from './vocabulary.js'

/**
 * The work of others that the examination uses (AT-C 105 and 205 on the work of internal auditors, specialists and other practitioners):
 * their competence and objectivity are evaluated, their work is supervised or tested anew, and the engagement partner approves its use.
 */

/** Whether it is the work of the client’s internal audit function, of which the report tells. */
export const isOfInternalAudit = (kind: WorkOfOthersKind): boolean =>
  kind === 'INTERNAL_AUDIT_WORK' || kind === 'INTERNAL_AUDIT_ASSISTANCE'

/** The work of others, as far as a rule asks about it. */
interface Used {
  kind: WorkOfOthersKind
  procedureIds: readonly string[]
  referenceReason: string | null
}

/**
 * The tests that internal auditors performed are named, since the report tells of them; it refers to other practitioners alone. Refuses
 * with INVALID_INPUT at each field that is at fault.
 */
export function checkUsed({ kind, procedureIds, referenceReason }: Used): void {
  const fault = (field: string, message: string) => new Refusal('INVALID_INPUT', message, [field])
  const named = 'Name the procedures that the internal audit function performed, or whose tests its work served.'
  const referred =
    'The report refers to another practitioner alone, for whose work the firm takes no responsibility: leave this out.'
  checkEach([
    ...(isOfInternalAudit(kind) && procedureIds.length === 0 ? [fault('procedureIds', named)] : []),
    ...(kind !== 'OTHER_PRACTITIONER' && referenceReason !== null ? [fault('referenceReason', referred)] : []),
  ])
}

/** What was approved is not approved again. Refuses with ALREADY_EXISTS. */
export function checkAwaitsApproval({ approvedAt }: { approvedAt: Date | null }): void {
  if (approvedAt === null) return
  throw new Refusal('ALREADY_EXISTS', 'How this work is used is approved already.')
}

/** Who approves it wrote none of it. Refuses with SEPARATION_OF_DUTIES. */
export function checkWroteNone(
  { authorIds }: { authorIds: readonly string[] },
  { memberId }: { memberId: string },
): void {
  if (!authorIds.includes(memberId)) return
  throw new Refusal('SEPARATION_OF_DUTIES', 'Who recorded how the work of others is used does not approve it.')
}

/** Why work that stands keeps fieldwork open: its use is not approved. */
export const workOfOthersBlockers = (
  works: readonly { id: string; name: string; approvedAt: Date | null }[],
): Blocker[] =>
  works
    .filter(({ approvedAt }) => approvedAt === null)
    .map(({ id, name }) =>
      blocker(
        'WORK_OF_OTHERS_UNAPPROVED',
        `The engagement partner has to approve how the work of ${name} is used.`,
        id,
      ),
    )
