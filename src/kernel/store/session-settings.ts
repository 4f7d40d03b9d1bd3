/** How long the database is waited for, in milliseconds. */
export const timeouts = {
  /** For a connection: a busy pool, a server that is away. */
  connection: 5_000,
  /** For one statement. */
  statement: 30_000,
  /** For an operation that reads, as a whole: no statement of it begins later than this after its first. */
  operation: 30_000,
  /** For a server that does not even break off a statement: it is frozen, or cut off without a word. It waits as long for us. */
  silence: 35_000,
} as const

export type Timeouts = { [What in keyof typeof timeouts]: number }

/** Whether plans of prepared statements are made once for all values, for the values of each execution, or as PostgreSQL finds best. */
export const planModes = ['force_generic_plan', 'force_custom_plan', 'auto'] as const

export type PlanMode = (typeof planModes)[number]

const timeoutSettings = ({ statement, silence }: Timeouts) => ({
  statement_timeout: String(statement),
  idle_in_transaction_session_timeout: String(silence),
})

/**
 * What the sessions of the service's role begin with, by name, as `pg_settings` has it. It is set on the role, not by the
 * connection: a pooler refuses or drops such parameters, and hands a connection on with what the role has.
 */
export const roleSettings = (planMode: PlanMode): Readonly<Record<string, string>> => ({
  search_path: 'fieldwork',
  ...timeoutSettings(timeouts),
  plan_cache_mode: planMode,
})

/** What a transaction sets where its timeouts are to be others than those of the role. */
export function settingsBesideRole(wanted: Timeouts): string[] {
  const ofRole: Readonly<Record<string, string>> = timeoutSettings(timeouts)
  return Object.entries(timeoutSettings(wanted))
    .filter(([name, value]) => ofRole[name] !== value)
    .map(([name, value]) => `${name} = ${value}`)
}
