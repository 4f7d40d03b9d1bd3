import { type Crew, type Lay, past } from './lay.js'
import type { TestClient, World } from './world.js'

/**
 * The registers of a client: what it keeps for itself and what it shared, evaluated for its engagement in fieldwork; and the chain of the
 * client, in which an entry was shared and changed.
 */
export async function layRegisters(w: World, lay: Lay, firmId: string, client: TestClient, crew: Crew): Promise<void> {
  const first = async (sql: string): Promise<string> =>
    (await w.owner.query<{ id: string }>(`${sql} order by id limit 1`, [firmId, engagementId])).rows[0]?.id as string
  const { rows } = await w.owner.query<{ id: string }>(
    "select id from engagement where firm_id = $1 and client_id = $2 and state = 'FIELDWORK' order by id limit 1",
    [firmId, client.id],
  )
  const engagementId = rows[0]?.id as string
  const of = (table: string, further = '') =>
    first(`select id from ${table} where firm_id = $1 and engagement_id = $2${further}`)
  const own = { client_id: client.id, created_by: client.respondent.memberId }
  const shared = { shared_at: past, shared_by: client.admin.memberId }
  const withdrawn = { withdrawn_at: past, withdrawn_by: client.admin.memberId, withdrawn_reason: 'It was a drill.' }
  const named = { evidence_ids: [await of('evidence', ' and is_of_client')] }
  const incident = (further: object) =>
    lay(firmId, 'incident', {
      ...own,
      title: 'A laptop was lost',
      what_happened: 'It was left on a train, and wiped an hour later.',
      occurred_on: '2025-05-02',
      discovered_on: '2025-05-02',
      cause: 'Somebody forgot it.',
      touched_commitments: ['Data is encrypted.'],
      ...further,
    })
  const change = (further: object) =>
    lay(firmId, 'system_change', {
      ...own,
      title: 'A new forge',
      kind: 'SYSTEM',
      what_changed: 'Code is kept in another forge.',
      effective_on: '2025-03-01',
      ...further,
    })
  const [reported, told] = [await incident({ ...shared, ...named }), await incident(shared)]
  const [tested] = [await change({ ...shared, ...named }), await change({})]
  await incident({})
  await incident({ ...shared, ...withdrawn })
  await change({ ...shared, ...withdrawn })
  const evaluation = (further: object) =>
    lay(firmId, 'register_evaluation', {
      engagement_id: engagementId,
      entry_version: 1,
      entry_title: 'As it was evaluated',
      touched_commitments: ['Data was encrypted.'],
      reason: 'It was looked into.',
      evaluated_by: crew.manager.memberId,
      evaluated_at: past,
      ...further,
    })
  const exception_id = await of('exception', " and state not in ('DRAFT', 'WITHDRAWN')")
  await evaluation({ incident_id: reported, conclusion: 'EXCEPTION_RAISED', exception_id })
  const section = { section_id: await of('description_section'), section_version: 1 }
  await evaluation({ incident_id: told, conclusion: 'IN_DESCRIPTION', ...section })
  const procedure_id = await of('procedure', " and state = 'REVIEWED'")
  await evaluation({ system_change_id: tested, conclusion: 'TESTED_AFTER', procedure_id })
  await layChain(lay, firmId, client, { Incident: reported, SystemChange: tested })
}

async function layChain(lay: Lay, firmId: string, client: TestClient, entries: Record<string, string>): Promise<void> {
  const acts = Object.entries(entries).flatMap(([type, id]) =>
    ['share', 'update'].map((act) => ({ type, id, action: `${act}${type}` })),
  )
  for (const [at, { type, id, action }] of acts.entries()) {
    await lay(firmId, 'trail_entry', {
      chain_id: client.id,
      position: at + 1,
      at: past,
      actor_id: client.admin.memberId,
      actor_name: client.admin.name,
      action,
      node_type: type,
      node_id: id,
      changes: JSON.stringify([
        { type, id, before: { title: 'It was called so.' }, after: { title: 'Another title.' } },
      ]),
      previous_hash: Buffer.alloc(32, at),
      hash: Buffer.alloc(32, at + 1),
    })
  }
  const head = { chain_id: client.id, position: acts.length, hash: Buffer.alloc(32, acts.length) }
  await lay(firmId, 'trail_head', head)
}
