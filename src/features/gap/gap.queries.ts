import type { EngagementScope } from '../../kernel/store/scope.js'

/** Days of a frozen population of a control, or of a reviewed update procedure of it. */
export interface Covering {
  controlId: string
  from: string
  to: string
  isPopulation: boolean
  /** Whether a reviewed test drew from the population: without one it covers no days. */
  isTested: boolean
}

/**
 * What covers the time of controls: populations that are frozen and that no other frozen one superseded, and procedures planned to
 * cover days in place of one, once they are reviewed and could be performed. A population is tested once a reviewed test of
 * operation drew from it; one without items, whose absence was checked, needs no test.
 */
export const coveringOf = (
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<Covering[]> =>
  tx.query<Covering>(
    `select p.control_id as "controlId", p.covers_from::text as "from", p.covered_until_on::text as "to", true as "isPopulation",
       p.item_count = 0 or exists (select 1 from procedure t join sample s on s.firm_id = t.firm_id and s.procedure_id = t.id
         where t.firm_id = $1 and t.engagement_id = any($2) and t.control_id = p.control_id and s.population_id = p.id
           and t.state = 'REVIEWED' and t.outcome <> 'UNABLE_TO_TEST' and 'OPERATION' = any(t.aspects)) as "isTested"
     from population p
     where p.firm_id = $1 and p.engagement_id = any($2) and p.control_id = any($3) and p.state = 'FROZEN'
       and not exists (select 1 from population later where later.firm_id = p.firm_id and later.supersedes_id = p.id and later.state = 'FROZEN')
     union all
     select t.control_id, t.covers_from::text, t.covers_to::text, false, true
     from procedure t
     where t.firm_id = $1 and t.engagement_id = any($2) and t.control_id = any($3) and t.covers_from is not null
       and t.state = 'REVIEWED' and t.outcome <> 'UNABLE_TO_TEST'`,
    [firmId, engagementIds, controlIds],
  )
