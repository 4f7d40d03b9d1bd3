import { mutationsOf } from '../../kernel/access/permission.js'
import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ProcedureState, ReviewQueueKind, TeamRole } from '../../rules/vocabulary.js'

/** How far a control in use is with one of its procedures, and how much of the sample was tested; or that it has no procedure. */
export interface WorkStanding {
  engagementId: string
  controlId: string
  isConcluded: boolean
  /** Null where the control has no procedure: then nothing follows. */
  procedureId: string | null
  state: ProcedureState
  /** Who prepared it or is to perform it, by member id. */
  memberId: string | null
  /** Whether something that others do comes first. */
  isHeldUp: boolean
  items: number
  tested: number
}

/**
 * The procedures of these engagements on controls in use, as a progress counts them, and controls without one. A procedure is held up by a
 * result that awaits evidence, an explanation that awaits a decision, or a review note that is not cleared.
 */
export const workStandingOf = ({ tx, firmId, engagementIds }: EngagementScope): Promise<WorkStanding[]> =>
  tx.query<WorkStanding>(
    `with held as (
       select procedure_id from result where firm_id = $1 and engagement_id = any($2) and outcome <> 'NO_DEVIATION' and outcome = 'AWAITING_EVIDENCE'
       union
       select procedure_id from result where firm_id = $1 and engagement_id = any($2) and explanation_state is not null and explanation_state = 'PROPOSED'
       union
       select coalesce(n.procedure_id, s.procedure_id) from review_note n
       left join sample s on n.node_type = 'Population' and s.firm_id = n.firm_id and s.population_id = n.node_id
       where n.firm_id = $1 and n.engagement_id = any($2) and n.state <> 'CLEARED')
     select c.engagement_id as "engagementId", c.id as "controlId",
       c.design_conclusion is not null or c.operation_conclusion is not null as "isConcluded",
       t.id as "procedureId", t.state, coalesce(t.prepared_by, t.assignee_id) as "memberId",
       t.state <> 'REVIEWED' and exists (select 1 from held h where h.procedure_id = t.id) as "isHeldUp",
       coalesce(s.item_count, 0) as items, coalesce(s.tested_count, 0) as tested
     from control c
     left join procedure t on t.firm_id = c.firm_id and t.control_id = c.id
     left join sample s on s.firm_id = t.firm_id and s.procedure_id = t.id
     where c.firm_id = $1 and c.engagement_id = any($2) and c.retired_at is null`,
    [firmId, engagementIds],
  )

/** Something that waits for a person. */
export interface Waiting {
  engagementId: string
  kind: ReviewQueueKind
  nodeId: string
  procedureId: string | null
  controlId: string | null
  waitingSinceAt: Date
  /** Whose work it is, by their place on the team now; null for who has left it. */
  workerRole: TeamRole | null
}

/**
 * What waits for who asks on these engagements, without what they themselves had a hand in: procedures that were prepared, explanations that
 * were proposed, notes that are assigned to them, and notes of theirs that were addressed.
 */
export const waitingFor = ({ tx, firmId, engagementIds }: EngagementScope): Promise<Waiting[]> =>
  tx.query<Waiting>(
    `with acted as (
       select distinct node_id from trail_entry
       where firm_id = $1 and chain_id = any($2) and actor_id = $3 and action in (${listed(mutationsOf(tx.database.policy, 'tested'))})),
     own as (
       select node_id as procedure_id from acted
       union select w.procedure_id from walkthrough w join acted on acted.node_id = w.id where w.firm_id = $1 and w.engagement_id = any($2)
       union select s.procedure_id from sample s join acted on acted.node_id = s.id where s.firm_id = $1 and s.engagement_id = any($2)
       union select r.procedure_id from result r join acted on acted.node_id = r.id where r.firm_id = $1 and r.engagement_id = any($2)),
     work as (
       select t.engagement_id, 'REVIEW_PROCEDURE' as kind, t.id as node_id, t.id as procedure_id, t.control_id, o.created_at as waiting_since_at,
         t.prepared_by as worker_id
       from procedure t
       join sign_off o on o.firm_id = t.firm_id and o.procedure_id = t.id and o.level = 'PREPARER' and o.withdrawn_at is null
       where t.firm_id = $1 and t.engagement_id = any($2) and t.state = 'PREPARED'
       union all
       select p.engagement_id, 'REVIEW_WORKPAPER', p.id, null, null, o.created_at, p.prepared_by
       from workpaper p
       join sign_off o on o.firm_id = p.firm_id and o.workpaper_id = p.id and o.level = 'PREPARER' and o.withdrawn_at is null
       where p.firm_id = $1 and p.engagement_id = any($2) and p.state = 'PREPARED' and not $3 = any(p.author_ids)
       union all
       select r.engagement_id, 'DECIDE_EXPLANATION', r.id, r.procedure_id, t.control_id, r.explained_at, r.explained_by
       from result r join procedure t on t.firm_id = r.firm_id and t.id = r.procedure_id
       where r.firm_id = $1 and r.engagement_id = any($2) and r.explanation_state is not null and r.explanation_state = 'PROPOSED')
     select work.engagement_id as "engagementId", work.kind, work.node_id as "nodeId", work.procedure_id as "procedureId",
       work.control_id as "controlId", work.waiting_since_at as "waitingSinceAt", m.role as "workerRole"
     from work
     left join team_member m on m.firm_id = $1 and m.engagement_id = work.engagement_id and m.member_id = work.worker_id and m.removed_at is null
     where work.worker_id <> $3 and not exists (select 1 from own where own.procedure_id = work.procedure_id)
     union all
     select n.engagement_id, case n.state when 'OPEN' then 'ADDRESS_NOTE' else 'CLEAR_NOTE' end, n.id, n.procedure_id, n.control_id,
       case n.state when 'OPEN' then coalesce(n.settled_at, n.created_at) else n.addressed_at end, null
     from review_note n
     where n.firm_id = $1 and n.engagement_id = any($2) and n.state <> 'CLEARED'
       and ((n.state = 'OPEN' and n.assignee_id = $3) or (n.state = 'ADDRESSED' and n.created_by = $3 and n.addressed_by <> $3))`,
    [firmId, engagementIds, tx.actor.memberId],
  )
