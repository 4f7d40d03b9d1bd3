import type { FirmScope } from '../../kernel/store/scope.js'
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
