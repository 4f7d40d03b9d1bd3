import type { EngagementScope } from '../../kernel/store/scope.js'
import { type Deviation, testedOutcomes } from '../../rules/deviations.js'
import type { ExceptionState, ExplanationKind, ExplanationState } from '../../rules/vocabulary.js'
import { lookingLikeDeviation } from '../sample/result.queries.js'
import { extensionsIn } from '../sample/sample.js'

// The index `result_not_passed` serves the first condition, `result_of_sample` the items tested. Those are counted once, and the
// exceptions looked up for each deviation: as joins, whose rows the database takes for few, they were gone through for each pair.
const deviations = `
  with deviating as (
    select r.* from result r
    where r.firm_id = $1 and r.outcome <> 'NO_DEVIATION' and r.engagement_id = any($2) and ($3::uuid is null or r.procedure_id = $3)
      and ${lookingLikeDeviation('r')}
  ), tested as materialized (
    select t.attribute_id, count(*)::int as items from result t
    where t.firm_id = $1 and t.engagement_id = any($2) and t.outcome = any($4)
      and t.sample_id = any(array(select distinct sample_id from deviating))
    group by t.attribute_id
  )
  select r.engagement_id, r.id, r.procedure_id, p.control_id, i.item_key, i.occurred_on::text, a.letter, a.description,
    t.items as attribute_tested_count, i.position, s.tested_count, s.parameters, r.explanation_state, r.explanation_kind,
    (select jsonb_agg(jsonb_build_object('id', e.id, 'number', e.number, 'state', e.state) order by e.number)
     from exception_deviation d join exception e on e.firm_id = d.firm_id and e.id = d.exception_id
     where d.firm_id = $1 and d.result_id = r.id) as exceptions
  from deviating r
  join tested t on t.attribute_id = r.attribute_id
  join procedure p on p.firm_id = r.firm_id and p.id = r.procedure_id
  join sample s on s.firm_id = r.firm_id and s.id = r.sample_id
  join sample_item i on i.firm_id = r.firm_id and i.id = r.sample_item_id
  join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
  order by p.ref, i.position, a.letter`

interface DeviationRecord {
  engagement_id: string
  id: string
  procedure_id: string
  control_id: string
  item_key: string
  occurred_on: string | null
  letter: string
  description: string
  attribute_tested_count: number
  position: number
  tested_count: number
  parameters: string
  explanation_state: ExplanationState | null
  explanation_kind: ExplanationKind | null
  exceptions: { id: string; number: number; state: ExceptionState }[] | null
}

/**
 * Every deviation of the engagements, with its explanation and the exceptions that report it, by procedure and in the
 * order of drawing: one statement.
 * @param procedureId those of one procedure alone
 */
export async function deviationsOf(
  { tx, firmId, engagementIds }: EngagementScope,
  procedureId: string | null = null,
): Promise<(Deviation & { engagementId: string })[]> {
  const found = await tx.query<DeviationRecord>(deviations, [firmId, engagementIds, procedureId, testedOutcomes])
  return found.map((record) => ({
    engagementId: record.engagement_id,
    id: record.id,
    procedureId: record.procedure_id,
    controlId: record.control_id,
    itemKey: record.item_key,
    occurredOn: record.occurred_on,
    letter: record.letter,
    attribute: record.description,
    attributeTestedCount: record.attribute_tested_count,
    position: record.position,
    testedCount: record.tested_count,
    sampleExtensions: extensionsIn(record.parameters),
    explanation: record.explanation_state,
    explanationKind: record.explanation_kind,
    exceptions: record.exceptions ?? [],
  }))
}
