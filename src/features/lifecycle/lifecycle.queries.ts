import type { EngagementScope } from '../../kernel/store/scope.js'
import type { SampledPopulation } from '../../rules/period.js'

/** The populations that each engagement drew samples from, in the order of the scope. */
export async function sampledPopulations({
  tx,
  firmId,
  engagementIds,
}: EngagementScope): Promise<SampledPopulation[][]> {
  const found = await tx.query<SampledPopulation & { engagementId: string }>(
    `select s.engagement_id as "engagementId", p.id, p.title, p.control_id as "controlId", t.ref as "procedureRef",
       p.period_start::text as "periodStart", p.period_end::text as "periodEnd"
     from sample s
     join population p on p.firm_id = s.firm_id and p.id = s.population_id
     join procedure t on t.firm_id = s.firm_id and t.id = s.procedure_id
     where s.firm_id = $1 and s.engagement_id = any($2)
     order by t.ref`,
    [firmId, engagementIds],
  )
  return engagementIds.map((id) => found.filter(({ engagementId }) => engagementId === id))
}

/**
 * When the last piece of evidence was obtained, the last review signed, and the last report of a subservice organization or the last
 * difference of an assertion dealt with, of each engagement, in the order of the scope. A file that serves a document of the file or the
 * assertion, and nothing else, is left aside: these bear dates of their own.
 */
export async function lastWork({ tx, firmId, engagementIds }: EngagementScope): Promise<Date[][]> {
  const found = await tx.query<{ engagementId: string; at: Date }>(
    `select e.engagement_id as "engagementId", max(e.created_at) as at from evidence e
     where e.firm_id = $1 and e.engagement_id = any($2) and e.state = 'AVAILABLE'
       and not (
         (exists (select 1 from engagement_document d where d.firm_id = $1 and d.evidence_id = e.id)
           or exists (select 1 from management_assertion m where m.firm_id = $1 and m.evidence_id = e.id))
         and not exists (select 1 from evidence_link l where l.firm_id = $1 and l.evidence_id = e.id))
     group by e.engagement_id
     union all
     select s.engagement_id, max(s.created_at) from sign_off s
     where s.firm_id = $1 and s.engagement_id = any($2) and s.withdrawn_at is null group by s.engagement_id
     union all
     select v.engagement_id, max(v.created_at) from subservice_review v
     where v.firm_id = $1 and v.engagement_id = any($2) group by v.engagement_id
     union all
     select r.engagement_id, max(r.created_at) from assertion_resolution r
     where r.firm_id = $1 and r.engagement_id = any($2) group by r.engagement_id`,
    [firmId, engagementIds],
  )
  return engagementIds.map((id) => found.filter(({ engagementId }) => engagementId === id).map(({ at }) => at))
}
