import pg from 'pg'
import type { Sent } from './statements.js'

/**
 * Sends again what was sent, as the service's role and in transactions like those it was sent in, all undone, and with plans
 * made for all values, as the service has them made.
 * @returns how many blocks each statement looks at, in memory or not: what it takes, told without a clock
 */
export async function blocksOf(serviceUrl: string, sent: readonly Sent[]): Promise<{ sql: string; blocks: number }[]> {
  const client = new pg.Client({
    connectionString: serviceUrl,
    options: '-c plan_cache_mode=force_generic_plan -c search_path=fieldwork',
  })
  await client.connect()
  const all: { sql: string; blocks: number }[] = []
  try {
    for (const [at, { sql, values }] of sent.entries()) {
      if (sql === 'commit') await client.query('rollback')
      else if (/^(begin|rollback|set local)/.test(sql)) await client.query(sql)
      else {
        await client.query(`prepare s${at} as ${sql}`)
        const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
        const { rows } = await client.query(
          `explain (analyze, buffers, timing off, format json) execute s${at} ${given}`,
        )
        const { Plan: plan } = rows[0]['QUERY PLAN'][0]
        const blocks = plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
        all.push({ sql: sql.replaceAll(/\s+/g, ' '), blocks })
      }
    }
    return all
  } finally {
    await client.end()
  }
}

/** As it stands in a statement; `execute` takes no parameters. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return `'{${value.map((one) => JSON.stringify(String(one))).join(',')}}'`
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  return pg.escapeLiteral(String(value))
}
