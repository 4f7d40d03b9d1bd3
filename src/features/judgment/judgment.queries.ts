import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ExclusionRule } from '../../rules/exclusions.js'
import type { OpinionType, ResultOutcome } from '../../rules/vocabulary.js'

/** A result that was explained with approval: as no deviation, or as outside the control. */
export interface ExplainedResult {
  engagementId: string
  id: string
  controlId: string
  procedureRef: string
  itemKey: string
  letter: string
  before: ResultOutcome
  now: ResultOutcome
  decidedBy: string
  decidedAt: Date
  reason: string
  /** The evidence linked to it. */
  restsOn: string[]
}

/**
 * Those of the engagements, by procedure and in the order of drawing, with the evidence that is linked to each. The index
 * `result_explained` serves it.
 */
export const explainedResults = ({ tx, firmId, engagementIds }: EngagementScope): Promise<ExplainedResult[]> =>
  tx.query<ExplainedResult>(
    `select r.engagement_id as "engagementId", r.id, p.control_id as "controlId", p.ref as "procedureRef",
       i.item_key as "itemKey", a.letter, coalesce(r.corrected_from, r.outcome) as before, r.outcome as now,
       r.explanation_decided_by as "decidedBy", r.explanation_decided_at as "decidedAt", r.explanation_reason as reason,
       array(select l.evidence_id from evidence_link l where l.firm_id = $1 and l.node_id = r.id
         and l.engagement_id = any($2) order by l.id) as "restsOn"
     from result r
     join procedure p on p.firm_id = r.firm_id and p.id = r.procedure_id
     join sample_item i on i.firm_id = r.firm_id and i.id = r.sample_item_id
     join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
     where r.firm_id = $1 and r.engagement_id = any($2) and r.explanation_state = 'APPROVED'
     order by p.ref, i.position, a.letter`,
    [firmId, engagementIds],
  )

/** An approved exclusion that was decided after results of the control, or another list of it, were there. */
export interface LateExclusion extends ExclusionRule {
  engagementId: string
  id: string
  controlId: string
  title: string
  matchedCount: number
  ofCount: number
  reason: string
  decidedBy: string
  decidedAt: Date
}

/** Those of the engagements, in the order of their proposal. */
export const lateExclusions = ({ tx, firmId, engagementIds }: EngagementScope): Promise<LateExclusion[]> =>
  tx.query<LateExclusion>(
    `select x.engagement_id as "engagementId", x.id, p.control_id as "controlId", p.title, x."column", x.operator, x."values",
       x.matched_count as "matchedCount", p.item_count + coalesce(p.excluded_count, 0) as "ofCount", x.reason,
       x.decided_by as "decidedBy", x.decided_at as "decidedAt"
     from population_exclusion x
     join population p on p.firm_id = x.firm_id and p.id = x.population_id and p.state = 'FROZEN'
     where x.firm_id = $1 and x.engagement_id = any($2) and x.state = 'APPROVED'
       and (exists (select 1 from population other where other.firm_id = $1 and other.control_id = p.control_id
           and other.engagement_id = any($2) and other.id <> p.id and other.state = 'FROZEN' and other.frozen_at < x.decided_at)
         or exists (select 1 from procedure t join result r on r.firm_id = t.firm_id and r.procedure_id = t.id
           where t.firm_id = $1 and t.engagement_id = any($2) and t.control_id = p.control_id and r.created_at < x.decided_at))
     order by x.id`,
    [firmId, engagementIds],
  )

/** The report of a carved-out organization that stands, as one was reviewed last. */
export interface SubserviceReport {
  engagementId: string
  id: string
  name: string
  coversFrom: string | null
  coversTo: string | null
  opinion: OpinionType | null
  exceptionsNoted: string | null
  decidedBy: string
  decidedAt: Date
  reason: string
  restsOn: string[]
}

/**
 * Those of the engagements, in the order in which the organizations were recorded: carved out as `isCarvedOut` (rules/complementary.ts)
 * says. That there is none, recorded later, takes nothing of it away.
 */
export const subserviceReports = ({ tx, firmId, engagementIds }: EngagementScope): Promise<SubserviceReport[]> =>
  tx.query<SubserviceReport>(
    `select o.engagement_id as "engagementId", r.id, o.name, r.covers_from::text as "coversFrom", r.covers_to::text as "coversTo",
       r.opinion, r.exceptions_noted as "exceptionsNoted", r.created_by as "decidedBy", r.created_at as "decidedAt",
       r.evaluation as reason, r.rests_on_ids as "restsOn"
     from subservice_organization o
     join lateral (select * from subservice_review v where v.firm_id = $1 and v.subservice_organization_id = o.id
       and v.report_kind <> 'NONE' order by v.id desc limit 1) r on true
     where o.firm_id = $1 and o.engagement_id = any($2) and o.method = 'CARVE_OUT' and o.vendor_reason is null and o.retired_at is null
     order by o.id`,
    [firmId, engagementIds],
  )

/** When previews of the opinions of the engagements were asked: how many there are is bounded (`OpinionPreviewRecord.bounds`). */
export const previewsAsked = ({ tx, firmId, engagementIds }: EngagementScope) =>
  tx.query<{ engagementId: string; askedAt: Date }>(
    `select engagement_id as "engagementId", created_at as "askedAt"
     from opinion_preview_record where firm_id = $1 and engagement_id = any($2)`,
    [firmId, engagementIds],
  )
