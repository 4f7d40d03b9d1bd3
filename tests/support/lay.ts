import { v7 as newId } from 'uuid'
import type { Person, World } from './world.js'

/** When everything that is laid was done. */
export const past = new Date('2026-01-10T09:00:00Z')

/** Lays one row; answers its id. Columns that are not given and have no default are filled in where every table has them. */
export type Lay = (firmId: string, table: string, values: Record<string, unknown>) => Promise<string>

export function layer(w: World): Lay {
  const columns = new Map<string, Set<string>>()
  return async (firmId, table, values) => {
    if (columns.size === 0) {
      const { rows } = await w.owner.query<{ table: string; column: string }>(
        `select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'fieldwork'`,
      )
      for (const row of rows) columns.set(row.table, (columns.get(row.table) ?? new Set()).add(row.column))
    }
    const common = { firm_id: firmId, id: newId(), created_by: newId(), created_at: past }
    const known = Object.entries(common).filter(([column]) => columns.get(table)?.has(column))
    const row = { ...Object.fromEntries(known), ...values } as Record<string, unknown>
    const names = Object.keys(row)
    await w.owner.query(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(row),
    )
    return row.id as string
  }
}

/** The people of an engagement's team. */
export interface Crew {
  partner: Person
  reviewer: Person
  manager: Person
  senior: Person
  staff: Person
}

/** Where working papers are laid. */
export interface Desk {
  lay: Lay
  firmId: string
  engagementId: string
  clientId: string
  crew: Crew
  respondent: Person
}

/** Lays one row of the desk's engagement. */
export type Put = (table: string, values: Record<string, unknown>) => Promise<string>
