import type { RowClass } from '../../src/kernel/store/row.js'
import { type Lay, past } from './lay.js'
import type { World } from './world.js'

interface Needed {
  column: string
  type: string
}

/**
 * Lays a row in every engagement, of each class of which nothing was laid by name: a new noun is reached for by the tests of
 * tenancy and access without a word here. Columns that must hold something get a value by their type; one that names a row of
 * another table, the first of the engagement.
 */
export async function layTheRest(w: World, lay: Lay, classes: readonly RowClass[]): Promise<void> {
  for (const row of classes.filter(({ engagementKey }) => engagementKey === 'engagementId')) {
    const { name } = w.database.table(row)
    const { rows: laid } = await w.owner.query(`select 1 from ${name} limit 1`)
    if (laid.length === 0) await layEverywhere(w, lay, name)
  }
}

async function layEverywhere(w: World, lay: Lay, table: string): Promise<void> {
  const { rows: needed } = await w.owner.query<Needed>(
    `select column_name as "column", data_type as type from information_schema.columns
     where table_schema = 'fieldwork' and table_name = $1 and is_nullable = 'NO' and column_default is null
       and column_name <> all($2)`,
    [table, ['firm_id', 'id', 'created_by', 'created_at', 'version', 'engagement_id', 'client_id']],
  )
  const { rows: engagements } = await w.owner.query<{ id: string; firm: string; client: string }>(
    'select id, firm_id as firm, client_id as client from engagement order by id',
  )
  const hasClient = w.database.rows.some((row) => w.database.table(row).name === table && row.clientKey === 'clientId')
  for (const { id, firm, client } of engagements) {
    const values: Record<string, unknown> = { engagement_id: id, ...(hasClient && { client_id: client }) }
    for (const { column, type } of needed) values[column] = await valueFor(w, column, type, id)
    await lay(firm, table, values)
  }
}

async function valueFor(w: World, column: string, type: string, engagementId: string): Promise<unknown> {
  if (type !== 'uuid') return values[type]
  const { rows } = await w.owner.query<{ id: string }>(
    `select id from ${column.replace(/_id$/, '')} where engagement_id = $1 order by id limit 1`,
    [engagementId],
  )
  return rows[0]?.id
}

const values: Readonly<Record<string, unknown>> = {
  text: 'Invented.',
  integer: 1,
  bigint: 1,
  boolean: false,
  date: '2025-06-01',
  'timestamp with time zone': past,
  jsonb: '{}',
  ARRAY: [],
}
