import type { Tx } from '../../data/work.js'
import type { ProcedureFindings } from '../../rules/conclusions.js'
import type { ExplanationState } from '../../rules/vocabulary.js'
import type { Procedure } from '../procedure/procedure.js'

interface Counted {
  deviations: number
  exceptions: number
  outstanding: number
  sampled: number | null
  attributes: boolean
  listed: number | null
  absence: string | null
}

/**
 * What a procedure found, counted from what was recorded. Without a sample, the frozen populations of its control say
 * whether there was any occasion.
 * @param explainedBy which explanations take a deviation away: for a preparer those that are proposed too, for a reviewer
 *   only those agreed with
 */
export async function findingsOf(
  tx: Tx,
  procedure: Procedure,
  explainedBy: readonly ExplanationState[],
): Promise<ProcedureFindings> {
  const [counted] = await tx.query<Counted>(
    `select
       (select count(distinct r.sample_item_id)::int from result r where r.firm_id = $1 and r.procedure_id = $2
          and (r.outcome = 'DEVIATION' or r.outcome = 'UNABLE_TO_TEST' and r.alternative_procedure is null)
          and not coalesce(r.explanation_state = any($4), false)) as deviations,
       (select count(*)::int from exception e where e.firm_id = $1 and e.procedure_id = $2
          and e.state <> 'WITHDRAWN') as exceptions,
       (select count(*)::int from sample_item i join sample s on s.firm_id = i.firm_id and s.id = i.sample_id
          where i.firm_id = $1 and s.procedure_id = $2 and i.outcome is null) as outstanding,
       (select s.population_size from sample s where s.firm_id = $1 and s.procedure_id = $2) as sampled,
       exists (select 1 from attribute a where a.firm_id = $1 and a.procedure_id = $2) as attributes,
       max(p.item_count) as listed,
       max(p.absence_check) as absence
     from population p where p.firm_id = $1 and p.control_id = $3 and p.state = 'FROZEN'`,
    [tx.firmId, procedure.id, procedure.controlId, explainedBy],
  )
  const { deviations, exceptions, outstanding, sampled, attributes, listed, absence } = counted as Counted
  return {
    deviations,
    exceptions,
    sampleMissing: attributes && sampled === null,
    itemsOutstanding: outstanding,
    populationSize: sampled ?? listed,
    absenceChecked: absence,
  }
}
