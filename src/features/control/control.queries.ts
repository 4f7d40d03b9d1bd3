import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { statesLive } from '../../rules/exceptions.js'

/** The criteria that controls of each engagement are mapped to, in the order of the scope. */
export async function criteriaMapped({ tx, firmId, engagementIds }: EngagementScope): Promise<string[][]> {
  const named = await tx.query<{ engagementId: string; code: string }>(
    `select distinct engagement_id as "engagementId", criterion_code as code from control_criterion
     where firm_id = $1 and engagement_id = any($2)`,
    [firmId, engagementIds],
  )
  return engagementIds.map((id) => named.filter((one) => one.engagementId === id).map(({ code }) => code))
}

// By hand: exceptions are a later noun, and know controls and scope, not the other way round.

/** The criteria that live exceptions of each engagement name, in the order of the scope. */
export async function criteriaReported({ tx, firmId, engagementIds }: EngagementScope): Promise<string[][]> {
  const named = await tx.query<{ engagementId: string; codes: string[] }>(
    `select engagement_id as "engagementId", criteria_codes as codes from exception
     where firm_id = $1 and engagement_id = any($2) and state in (${listed(statesLive)})`,
    [firmId, engagementIds],
  )
  return engagementIds.map((id) => named.filter((one) => one.engagementId === id).flatMap(({ codes }) => codes))
}

/** The numbers of the live exceptions that name any of these criteria, in order. */
export async function exceptionsReporting(
  { tx, firmId, engagementId }: EngagementScope,
  codes: readonly string[],
): Promise<number[]> {
  const named = await tx.query<{ number: number }>(
    `select number from exception
     where firm_id = $1 and engagement_id = $2 and state in (${listed(statesLive)}) and criteria_codes && $3
     order by number`,
    [firmId, engagementId, codes],
  )
  return named.map(({ number }) => number)
}
