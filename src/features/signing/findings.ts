import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import type { ProcedureFindings } from '../../rules/conclusions.js'
import type { ExplanationState } from '../../rules/vocabulary.js'

interface Counted {
  deviations: number
  exceptions: number
  outstanding: number
  sampled: number | null
  attributes: boolean
  listed: number | null
  absence: string | null
}

interface Found extends Counted {
  procedureId: string
}

/**
 * What procedures found, counted from what was recorded. Without a sample, the frozen populations of the control say
 * whether there was any occasion.
 * @param explainedBy which explanations take a deviation away: for a preparer those that are proposed too, for a reviewer
 *   only those agreed with
 */
export const findingsOf = (
  batches: Loaders,
  procedureId: string,
  explainedBy: readonly ExplanationState[],
): Promise<ProcedureFindings> =>
  batches
    .of(`findings, explained by ${explainedBy.join()}`, (ids, tx) => countFindings(tx, ids, explainedBy))
    .load(procedureId)

async function countFindings(
  tx: Tx,
  procedureIds: readonly string[],
  explainedBy: readonly ExplanationState[],
): Promise<ProcedureFindings[]> {
  const counted = await tx.query<Found>(
    `select t.id as "procedureId",
       (select count(distinct r.sample_item_id)::int from result r where r.firm_id = $1 and r.procedure_id = t.id
          and (r.outcome = 'DEVIATION' or r.outcome = 'UNABLE_TO_TEST' and r.alternative_procedure is null)
          and not coalesce(r.explanation_state = any($3), false)) as deviations,
       (select count(*)::int from exception e where e.firm_id = $1 and e.procedure_id = t.id
          and e.state <> 'WITHDRAWN') as exceptions,
       (select count(*)::int from sample_item i join sample s on s.firm_id = i.firm_id and s.id = i.sample_id
          where i.firm_id = $1 and s.procedure_id = t.id and i.outcome is null) as outstanding,
       (select s.population_size from sample s where s.firm_id = $1 and s.procedure_id = t.id) as sampled,
       exists (select 1 from attribute a where a.firm_id = $1 and a.procedure_id = t.id) as attributes,
       p.listed, p.absence
     from procedure t left join lateral (
       select max(p.item_count) as listed, max(p.absence_check) as absence from population p
       where p.firm_id = $1 and p.control_id = t.control_id and p.state = 'FROZEN') p on true
     where t.firm_id = $1 and t.id = any($2)`,
    [tx.firmId, procedureIds, explainedBy],
  )
  return procedureIds.map((id) => {
    const { deviations, exceptions, outstanding, sampled, attributes, listed, absence } = counted.find(
      ({ procedureId }) => procedureId === id,
    ) as Found
    return {
      deviations,
      exceptions,
      sampleMissing: attributes && sampled === null,
      itemsOutstanding: outstanding,
      populationSize: sampled ?? listed,
      absenceChecked: absence,
    }
  })
}
