import { Refusal } from '../../rules/refusal.js'
import { type EngagementState, engagementStates } from '../../rules/vocabulary.js'
import { clientOf, engagementOf } from '../access/belonging.js'
import { forbiddenFor, notFound } from '../access/faults.js'
import { allows, asksOfClient, fieldAt, type PolicyRow } from '../access/permission.js'
import { clientFacts } from './client-facts.js'
import type { Gate } from './gates.js'
import { Loaders } from './loaders.js'
import type { Row } from './row.js'
import type { WriteTx } from './write-tx.js'

/**
 * Asks the table whether the actor may do this act to this row, now. The engagement is locked until the transaction
 * ends, so that its state stays what was asked about.
 * @param lock `update` when the act changes the engagement itself
 * @throws Denial FORBIDDEN where the role does not allow it for this row; Refusal by the engagement's state, by a rule of the row or by
 *   the act's gate
 */
export async function permit(tx: WriteTx, coordinate: string, row: Row, lock: 'share' | 'update'): Promise<void> {
  const entry = tx.database.policy[coordinate] as PolicyRow
  const engagementId = engagementOf(row)
  const clientId = asksOfClient(entry) ? clientOf(row) : null
  const [client = null] = clientId === null ? [] : await clientFacts(tx, [clientId])
  if (!allows(entry, tx.actor, engagementId, client)) throw forbiddenFor(row.id)
  if (engagementId) {
    const [engagement] = await tx.prepared<{ state: EngagementState }>(
      `select state from engagement where firm_id = $1 and id = $2 for ${lock === 'update' ? 'no key update' : 'share'}`,
      [tx.firmId, engagementId],
    )
    if (!engagement) throw notFound(row.id)
    checkDuring(entry, engagement.state)
    tx.markPermitted(engagementId)
  }
  for (const condition of entry.when ?? []) condition(row, tx.actor, client)
  if (entry.gate) {
    const gate = tx.database.gates[fieldAt(coordinate)] as Gate<Row>
    await gate(row, { tx, loaders: Loaders.over(tx), isAct: true })
  }
}

/** @throws Refusal ENGAGEMENT_STATE */
export function checkDuring(entry: PolicyRow, state: EngagementState): void {
  const reason = outOfState(entry, state)
  if (reason) throw new Refusal('ENGAGEMENT_STATE', reason)
}

/** Why an act is not possible while the engagement is in this state; null when it is. */
export function outOfState(entry: PolicyRow, state: EngagementState): string | null {
  if (!entry.during || entry.during.includes(state)) return null
  return `This is possible while the engagement is in ${entry.during.join(' or ')}; it is in ${state}: ${engagementStates[state]}`
}
