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
