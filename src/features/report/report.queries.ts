import type { EngagementScope, FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'

/** Counts the firm's reports, and answers the number of the next one. The firm's row is locked until the act ends. */
export async function takeReportNumber({ tx, firmId }: FirmScope<WriteTx>): Promise<number> {
  const [counted] = (await tx.query<{ number: number }>(
    `with counted as (update firm set last_report_number = last_report_number + 1 where firm_id = $1
       returning last_report_number) select last_report_number as number from counted`,
    [firmId],
  )) as [{ number: number }]
  return counted.number
}

/**
 * When the last piece of evidence was obtained and the last review of each engagement signed, in the order of the scope. Files of the
 * documents of the file and of the assertion are left aside: these bear dates of their own.
 */
export async function lastWork({ tx, firmId, engagementIds }: EngagementScope): Promise<Date[][]> {
  const found = await tx.query<{ engagementId: string; at: Date }>(
    `select e.engagement_id as "engagementId", max(e.created_at) as at from evidence e
     where e.firm_id = $1 and e.engagement_id = any($2)
       and not exists (select 1 from engagement_document d where d.firm_id = $1 and d.evidence_id = e.id)
       and not exists (select 1 from management_assertion m where m.firm_id = $1 and m.evidence_id = e.id)
     group by e.engagement_id
     union all
     select s.engagement_id, max(s.created_at) from sign_off s
     where s.firm_id = $1 and s.engagement_id = any($2) and s.withdrawn_at is null group by s.engagement_id`,
    [firmId, engagementIds],
  )
  return engagementIds.map((id) => found.filter(({ engagementId }) => engagementId === id).map(({ at }) => at))
}
