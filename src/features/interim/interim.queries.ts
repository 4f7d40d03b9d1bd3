import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { statesUncorrected } from '../../rules/exceptions.js'
import type { TestedTimeKind } from '../../rules/vocabulary.js'

// By hand: changes of controls are a later noun, and know procedures, not the other way round.

/** What was recorded of a control that an update procedure looks at. */
export interface RecordedSince {
  controlId: string
  id: string
  /** A change of the control, or an exception on it that was confirmed and stands. */
  isChange: boolean
  /** Of an exception: the procedure that led to it. */
  procedureId: string | null
}

/** What the partner changed about controls after their testing began, and the confirmed exceptions on them, in the order of recording. */
export const recordedSince = (
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<RecordedSince[]> =>
  tx.query<RecordedSince>(
    `select control_id as "controlId", id, true as "isChange", null::uuid as "procedureId" from control_change
     where firm_id = $1 and engagement_id = any($2) and control_id = any($3)
     union all
     select control_id, id, false, procedure_id from exception
     where firm_id = $1 and engagement_id = any($2) and control_id = any($3) and state in (${listed(statesUncorrected)})
     order by 2`,
    [firmId, engagementIds, controlIds],
  )

/** A part of a control's time, by what it was tested. */
export interface TestedTimeRead {
  controlId: string
  coversFrom: string
  coversTo: string
  kind: TestedTimeKind
  populationId: string | null
  procedureId: string | null
  isCovering: boolean
}

/**
 * What was done over the time of controls, by its first day: each frozen population with each procedure that drew from it, or alone, and
 * each update procedure. It covers days where `populationGaps` counts it (gap/gap.queries.ts).
 */
export const testedTimesOf = (
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<TestedTimeRead[]> =>
  tx.query<TestedTimeRead>(
    `select p.control_id as "controlId", p.covers_from::text as "coversFrom", p.covered_until_on::text as "coversTo", 'POPULATION' as kind,
       p.id as "populationId", t.id as "procedureId",
       (p.item_count = 0 or coalesce(t.state = 'REVIEWED' and t.outcome <> 'UNABLE_TO_TEST' and 'OPERATION' = any(t.aspects), false))
         and not exists (select 1 from population later
           where later.firm_id = p.firm_id and later.supersedes_id = p.id and later.state = 'FROZEN') as "isCovering"
     from population p
     left join sample s on s.firm_id = p.firm_id and s.population_id = p.id and s.engagement_id = p.engagement_id
     left join procedure t on t.firm_id = s.firm_id and t.id = s.procedure_id and t.control_id = p.control_id
     where p.firm_id = $1 and p.engagement_id = any($2) and p.control_id = any($3) and p.state = 'FROZEN'
     union all
     select t.control_id, t.covers_from::text, t.covers_to::text, 'UPDATE_PROCEDURE', null, t.id,
       coalesce(t.state = 'REVIEWED' and t.outcome <> 'UNABLE_TO_TEST', false)
     from procedure t
     where t.firm_id = $1 and t.engagement_id = any($2) and t.control_id = any($3) and t.covers_from is not null
     order by 2, 3, 5, 6`,
    [firmId, engagementIds, controlIds],
  )
