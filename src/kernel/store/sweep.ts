import type { Database } from './database.js'
import { write } from './work.js'

/** Which rows of a table are needed no longer. */
export interface Outdated {
  table: string
  /** The columns that distinguish a row from the others of its firm, in the order of an index that begins with the firm. */
  key: readonly string[]
  /** SQL of a condition on `t`, a row of the table; the firm is `$1`. */
  where: string
}

/** So many rows are looked at in one transaction: none holds a lock for long, and a service that runs is not held up. */
const portion = 5_000

/**
 * Removes the rows of a firm that are outdated, in one pass over the table, in short transactions one after the other. Two that
 * do so at once share the work.
 * @returns how many were removed
 */
export async function removeOutdated(database: Database, firmId: string, outdated: Outdated): Promise<number> {
  let removed = 0
  let after: readonly string[] | null = null
  do {
    const part: Part = await removePart(database, firmId, outdated, after)
    removed += part.removed
    after = part.upTo
  } while (after)
  return removed
}

interface Part {
  removed: number
  /** The key of the last row that was looked at; null when it was the last of all. */
  upTo: readonly string[] | null
}

/** @param after the key of the last row that was looked at before */
function removePart(
  database: Database,
  firmId: string,
  outdated: Outdated,
  after: readonly string[] | null,
): Promise<Part> {
  const { table, key, where } = outdated
  const columns = key.map((column) => `t.${column}`).join(', ')
  return write(database, null, 'sweep', async (tx) => {
    await tx.enter(firmId)
    const values: unknown[] = [firmId]
    const keyOf = (given: readonly string[]) => given.map((value) => `$${values.push(value)}`).join(', ')
    const beyond = after ? ` and (${columns}) > (${keyOf(after)})` : ''
    const [bound] = await tx.query<{ key: string[] }>(
      `select array[${key.map((column) => `t.${column}::text`).join(', ')}] as key from ${table} t
       where t.firm_id = $1${beyond} order by ${columns} offset ${portion - 1} limit 1`,
      values,
    )
    const within = bound ? `${beyond} and (${columns}) <= (${keyOf(bound.key)})` : beyond
    const [done] = await tx.query<{ removed: number }>(
      `with removed as (delete from ${table} t where t.firm_id = $1${within} and (${where}) returning 1)
       select count(*)::int as removed from removed`,
      values,
    )
    return { removed: done?.removed ?? 0, upTo: bound?.key ?? null }
  })
}
