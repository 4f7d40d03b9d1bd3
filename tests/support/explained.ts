import pg from 'pg'
import type { Sent } from './statements.js'

/** One node of a plan, as `explain (format json)` says it. */
interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** How the database goes about a statement. */
export interface Explained {
  sql: string
  /** The tables it reads from end to end. */
  scanned: readonly string[]
  indexes: readonly string[]
  /** Rows of tables it looked at, those it then left out too. */
  read: number
  /** Rows it answers with, counts or changes. */
  returned: number
}

/**
 * Sends again what was sent, as the service's role and in transactions like those it was sent in, all undone; answers how
 * the database goes about each statement that reads or writes tables.
 * @param generic with plans made without knowing the values, as for a statement that was prepared and sent often; nothing is
 *   read then
 */
export async function explained(serviceUrl: string, sent: readonly Sent[], generic = false): Promise<Explained[]> {
  const client = new pg.Client({ connectionString: serviceUrl })
  await client.connect()
  const all: Explained[] = []
  try {
    for (const { sql, values } of sent) {
      if (sql === 'commit') await client.query('rollback')
      else if (/^(begin|rollback|set local)/.test(sql)) await client.query(sql)
      else if (generic) all.push(await explain(client, 'generic_plan', sql))
      else all.push(await explain(client, 'analyze', sql, values))
    }
    return all
  } finally {
    await client.end()
  }
}

async function explain(client: pg.Client, way: string, sql: string, values?: readonly unknown[]): Promise<Explained> {
  const text = `explain (${way}, format json) ${sql}`
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(text, values as unknown[])
  const root = (rows[0] as (typeof rows)[0])['QUERY PLAN'][0].Plan
  const nodes = flat(root)
  const tables = nodes.filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
  return {
    sql: sql.replaceAll(/\s+/g, ' '),
    scanned: tables.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] as string),
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
    read: tables.reduce((sum, node) => sum + rowsRead(node), 0),
    returned: rowsOf(root),
  }
}

const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)]

const rowsRead = (node: PlanNode): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
  node['Actual Loops']

/** A count is one row, and a change none that is answered: of these, what they counted and changed. */
function rowsOf(root: PlanNode): number {
  const [inner] = root.Plans ?? []
  const counted = root['Node Type'] === 'Aggregate' || root['Node Type'] === 'ModifyTable'
  return counted && inner ? rowsOf(inner) : root['Actual Rows'] * root['Actual Loops']
}
