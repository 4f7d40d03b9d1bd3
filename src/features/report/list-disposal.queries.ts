import type { EngagementScope, FirmScope } from '../../kernel/store/scope.js'

/** An engagement that is over, with lists that were not disposed of. */
export interface WithLists {
  engagementId: string
  /** When its report was issued, or the firm withdrew. */
  endedAt: Date
  retentionYears: number
}

/** Engagements that are over and on which no legal hold is in force, whose populations still have their items. */
export const endedWithLists = ({ tx, firmId }: FirmScope): Promise<WithLists[]> =>
  tx.query(
    `select e.id as "engagementId", coalesce(r.created_at, e.withdrawn_at) as "endedAt", f.retention_years as "retentionYears"
     from engagement e join firm f on f.firm_id = $1
       left join report r on r.firm_id = $1 and r.engagement_id = e.id
     where e.firm_id = $1 and coalesce(r.created_at, e.withdrawn_at) is not null
       and exists (select 1 from population p where p.firm_id = $1 and p.engagement_id = e.id
         and p.import_id is not null and p.items_disposed_at is null)
       and not exists (select 1 from legal_hold h where h.firm_id = $1 and h.engagement_id = e.id and h.released_at is null)
     order by e.id`,
    [firmId],
  )

/** The evidence from which lists of the engagement were imported, and that still has its file. */
export const evidenceOfLists = async ({ tx, firmId, engagementId }: EngagementScope): Promise<string[]> => {
  const found = await tx.query<{ id: string }>(
    `select e.id from evidence e where e.firm_id = $1 and e.engagement_id = $2 and e.state <> 'REMOVED'
       and (exists (select 1 from population p where p.firm_id = $1 and p.evidence_id = e.id)
         or exists (select 1 from population_import i where i.firm_id = $1 and i.evidence_id = e.id))
     order by e.id`,
    [firmId, engagementId],
  )
  return found.map(({ id }) => id)
}
