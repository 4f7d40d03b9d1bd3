import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ResultOutcome } from '../../rules/vocabulary.js'
import { lookingLikeDeviation } from '../sample/result.queries.js'

/** A result that looked like a deviation once, and does no more. */
export interface TalkedAway {
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
}

/** Those of the engagements, by procedure and in the order of drawing. The index `result_looked_like_deviation` serves it. */
export const talkedAway = ({ tx, firmId, engagementIds }: EngagementScope): Promise<TalkedAway[]> =>
  tx.query<TalkedAway>(
    `select r.engagement_id as "engagementId", r.id, p.control_id as "controlId",
       p.ref as "procedureRef", i.item_key as "itemKey", a.letter, coalesce(r.corrected_from, r.outcome) as before,
       case when r.explanation_state = 'APPROVED' and ${lookingLikeDeviation('r')} then 'NO_DEVIATION' else r.outcome end as now,
       coalesce(r.explanation_decided_by, r.recorded_by) as "decidedBy",
       coalesce(r.explanation_decided_at, r.recorded_at) as "decidedAt",
       coalesce(r.explanation_reason, r.note, '') as reason
     from result r
     join procedure p on p.firm_id = r.firm_id and p.id = r.procedure_id
     join sample_item i on i.firm_id = r.firm_id and i.id = r.sample_item_id
     join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
     where r.firm_id = $1 and r.engagement_id = any($2)
       and (r.explanation_state = 'APPROVED' or r.corrected_from is not null)
       and (r.explanation_state = 'APPROVED' or not ${lookingLikeDeviation('r')})
     order by p.ref, i.position, a.letter`,
    [firmId, engagementIds],
  )
