import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { statesLive } from '../../rules/exceptions.js'
import type { ControlFrequency, ExplanationState, ProcedureAspect } from '../../rules/vocabulary.js'
import type { Procedure } from '../procedure/procedure.js'
import { lookingLikeDeviation } from '../sample/result.queries.js'
import type { Sample } from '../sample/sample.js'
import type { Walkthrough } from '../walkthrough/walkthrough.js'

/** What was recorded in a procedure, counted. */
export interface CountedFindings {
  procedureId: string
  deviations: number
  exceptions: number
  outstanding: number
  sampled: number | null
  attributes: boolean
  listed: number | null
  absence: string | null
  aspects: ProcedureAspect[]
  frequency: ControlFrequency
}

/** Counts what was recorded in each of these procedures, and what its control's frozen populations say. */
export const countFindings = (
  { tx, firmId, engagementIds }: EngagementScope,
  procedureIds: readonly string[],
  explainedBy: readonly ExplanationState[],
): Promise<CountedFindings[]> =>
  tx.query<CountedFindings>(
    `select t.id as "procedureId",
       (select count(distinct r.sample_item_id)::int from result r where r.firm_id = $1 and r.procedure_id = t.id
          and ${lookingLikeDeviation('r')}
          and not coalesce(r.explanation_state = any($3), false)) as deviations,
       (select count(*)::int from exception e where e.firm_id = $1 and e.procedure_id = t.id
          and e.state in (${listed(statesLive)})) as exceptions,
       (select count(*)::int from sample_item i join sample s on s.firm_id = i.firm_id and s.id = i.sample_id
          where i.firm_id = $1 and s.procedure_id = t.id and i.outcome is null) as outstanding,
       (select s.population_size from sample s where s.firm_id = $1 and s.procedure_id = t.id) as sampled,
       exists (select 1 from attribute a where a.firm_id = $1 and a.procedure_id = t.id) as attributes,
       p.listed, p.absence, t.aspects, c.frequency
     from procedure t join control c on c.firm_id = t.firm_id and c.id = t.control_id left join lateral (
       select max(p.item_count) as listed, max(p.absence_check) as absence from population p
       where p.firm_id = $1 and p.control_id = t.control_id and p.state = 'FROZEN') p on true
     where t.firm_id = $1 and t.id = any($2) and t.engagement_id = any($4)`,
    [firmId, procedureIds, explainedBy, engagementIds],
  )

/** An item of a sample with its results, as signatures cover them. */
export interface ItemRecord {
  sample_id: string
  position: number
  ordinal: number
  item_key: string
  drawn_as: string
  replaces_id: string | null
  results: Record<string, unknown>[] | null
}

const itemsAndResults = `
  with linked as (
    select l.node_id, jsonb_agg(jsonb_build_array(e.id, e.sha256) order by l.id) as evidence
    from evidence_link l join evidence e on e.firm_id = l.firm_id and e.id = l.evidence_id
    where l.firm_id = $1 and l.sample_id = any($2) and l.engagement_id = any($3)
    group by l.node_id)
  select i.sample_id, i.position, i.ordinal, i.item_key, i.drawn_as, i.replaces_id,
    jsonb_agg(jsonb_build_object('attribute', a.letter, 'outcome', r.outcome, 'note', r.note,
      'recordedBy', r.recorded_by,
      'explanation', r.explanation_reason, 'explanationKind', r.explanation_kind,
      'explanationAlternativeProcedure', r.explanation_alternative_procedure, 'explainedBy', r.explained_by,
      'explanationState', r.explanation_state, 'correctedFrom', r.corrected_from,
      'decidedBy', r.explanation_decided_by, 'decisionNote', r.explanation_decision_note, 'evidence', linked.evidence) order by a.letter)
      filter (where r.id is not null) as results
  from sample_item i
  left join result r on r.firm_id = i.firm_id and r.sample_item_id = i.id
  left join linked on linked.node_id = r.id
  left join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
  where i.firm_id = $1 and i.sample_id = any($2) and i.engagement_id = any($3)
  group by i.firm_id, i.id order by i.sample_id, i.position`

/** The items of these samples with their results, by sample and in the order of drawing. */
export const itemsWithResults = (
  { tx, firmId, engagementIds }: EngagementScope,
  samples: readonly Sample[],
): Promise<ItemRecord[]> => tx.query<ItemRecord>(itemsAndResults, [firmId, samples.map(({ id }) => id), engagementIds])

/** A piece of evidence that supports a procedure. */
export interface ProcedureEvidence {
  procedureId: string
  evidenceId: string
  sha256: string
}

/** A piece of evidence that supports a walkthrough. */
export interface WalkthroughEvidence {
  walkthroughId: string
  evidenceId: string
  sha256: string
}

/** The evidence linked to these walkthroughs, by walkthrough and in the order of linking. */
export const evidenceOfWalkthroughs = (
  { tx, firmId, engagementIds }: EngagementScope,
  walkthroughs: readonly Walkthrough[],
): Promise<WalkthroughEvidence[]> =>
  tx.query<WalkthroughEvidence>(
    `select l.node_id as "walkthroughId", e.id as "evidenceId", e.sha256
     from evidence_link l join evidence e on e.firm_id = l.firm_id and e.id = l.evidence_id
     where l.firm_id = $1 and l.node_id = any($2) and l.engagement_id = any($3) order by l.node_id, l.id`,
    [firmId, walkthroughs.map(({ id }) => id), engagementIds],
  )

/** The evidence linked to these procedures themselves, by procedure and in the order of linking. */
export const evidenceOfProcedures = (
  { tx, firmId, engagementIds }: EngagementScope,
  procedures: readonly Procedure[],
): Promise<ProcedureEvidence[]> =>
  tx.query<ProcedureEvidence>(
    `select l.node_id as "procedureId", e.id as "evidenceId", e.sha256
     from evidence_link l join evidence e on e.firm_id = l.firm_id and e.id = l.evidence_id
     where l.firm_id = $1 and l.node_id = any($2) and l.engagement_id = any($3) order by l.node_id, l.id`,
    [firmId, procedures.map(({ id }) => id), engagementIds],
  )
