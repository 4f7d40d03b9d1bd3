import { columnsOfPapers } from '../../kernel/store/papers.js'
import type { FirmScope } from '../../kernel/store/scope.js'
import type { EvidenceUses } from '../../rules/evidence.js'

/**
 * What keeps each of these pieces of evidence from being removed. The caller has read them through the walls of who acts. People of
 * a client see neither the papers that rest on what they brought, nor a hold: their wall is lifted for the answer, yes or no. An entry of
 * a register that the client keeps for itself keeps nothing: the firm would learn of it.
 */
export async function usesOfEvidence({ tx, firmId }: FirmScope, ids: readonly string[]): Promise<EvidenceUses[]> {
  const inReasons = columnsOfPapers(tx.database).map(
    ({ table, column }) => `exists (select 1 from ${table} p
      where p.firm_id = $1 and p.engagement_id = e.engagement_id and e.id = any(p.${column}))`,
  )
  const found = await tx.pastClientWall<EvidenceUses & { id: string }>(
    `select e.id,
       exists (select 1 from evidence_link l where l.firm_id = $1 and l.evidence_id = e.id)
         or exists (select 1 from engagement_document d where d.firm_id = $1 and d.evidence_id = e.id)
         or exists (select 1 from management_assertion m where m.firm_id = $1 and m.evidence_id = e.id)
         or exists (select 1 from incident i where i.firm_id = $1 and i.client_id = e.client_id
           and i.shared_at is not null and e.id = any(i.evidence_ids))
         or exists (select 1 from system_change c where c.firm_id = $1 and c.client_id = e.client_id
           and c.shared_at is not null and e.id = any(c.evidence_ids))
         or exists (select 1 from population p where p.firm_id = $1 and p.evidence_id = e.id)
         or exists (select 1 from population_import i where i.firm_id = $1 and i.evidence_id = e.id and i.state = 'UNDER_WAY')
         or exists (select 1 from sample s where s.firm_id = $1 and s.engagement_id = e.engagement_id
           and strpos(s.parameters, e.id::text) > 0)
         or ${inReasons.join(' or ')} as "isInUse",
       exists (select 1 from opening o where o.firm_id = $1 and o.node_id = e.id and not o.is_of_client) as "isReadByFirm",
       exists (select 1 from legal_hold h where h.firm_id = $1 and h.engagement_id = e.engagement_id
         and h.released_at is null) as "isOnLegalHold"
     from evidence e where e.firm_id = $1 and e.id = any($2)`,
    [firmId, ids],
  )
  const uses = new Map(found.map((one) => [one.id, one]))
  // What is gone is not removed by mistake.
  return ids.map((id) => uses.get(id) ?? { isInUse: true, isReadByFirm: true, isOnLegalHold: false })
}
