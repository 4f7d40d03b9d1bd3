import type { Actor } from '../access/actor.js'
import { forbiddenFor, notFound } from '../access/faults.js'
import { allows, type PolicyRow } from '../access/permission.js'
import { policy } from '../access/policy.js'
import { Refusal } from '../rules/refusal.js'
import { type EngagementState, engagementStates } from '../rules/vocabulary.js'
import type { Row } from './row.js'

/** What is needed of the transaction in which the policy is asked. */
export interface Asking {
  readonly actor: Actor
  readonly firmId: string
  prepared<T>(sql: string, parameters: readonly unknown[]): Promise<T[]>
  unlock(engagementId: string): void
}

/**
 * Asks the table whether the actor may do this act to this row, now. The engagement is locked until the transaction
 * ends, so that its state stays what was asked about.
 * @param lock `update` when the act changes the engagement itself
 * @throws Denial FORBIDDEN where the role does not allow it for this row; Refusal by the engagement's state or by a rule of the row
 */
export async function permit(tx: Asking, coordinate: string, row: Row, lock: 'share' | 'update'): Promise<void> {
  const entry = policy[coordinate] as PolicyRow
  const engagementId = row.constructor.name === 'Engagement' ? row.id : (row as { engagementId?: string }).engagementId
  if (!allows(entry, tx.actor, engagementId)) throw forbiddenFor(row.id)
  if (engagementId) {
    const [engagement] = await tx.prepared<{ state: EngagementState }>(
      `select state from engagement where firm_id = $1 and id = $2 for ${lock === 'update' ? 'no key update' : 'share'}`,
      [tx.firmId, engagementId],
    )
    if (!engagement) throw notFound(row.id)
    mustBeDuring(entry, engagement.state)
    tx.unlock(engagementId)
  }
  for (const condition of entry.when ?? []) condition(row, tx.actor)
}

/** @throws Refusal ENGAGEMENT_STATE */
export function mustBeDuring(entry: PolicyRow, state: EngagementState): void {
  if (!entry.during || entry.during.includes(state)) return
  throw new Refusal(
    'ENGAGEMENT_STATE',
    `This is possible while the engagement is in ${entry.during.join(' or ')}; it is in ${state}: ${engagementStates[state]}`,
  )
}
