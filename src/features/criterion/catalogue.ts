import type { Database } from '../../kernel/store/database.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { Criterion } from './criterion.js'
import { readCatalogue } from './criterion.queries.js'

// The catalogue changes by migration only, with which a process starts.
const catalogues = new WeakMap<Database, ReadonlyMap<string, Criterion>>()

/** How many criteria the catalogue holds. */
export const CRITERIA_MAX = 61

/** All criteria, in their order. */
export async function catalogue(tx: Tx): Promise<readonly Criterion[]> {
  return [...(await criteriaByCode(tx)).values()]
}

/** All criteria by their codes, in their order. */
export async function criteriaByCode(tx: Tx): Promise<ReadonlyMap<string, Criterion>> {
  const known = catalogues.get(tx.database)
  if (known) return known
  const rows = await readCatalogue(firmScope(tx))
  const criteria = rows.map(
    (row) =>
      [
        row.code,
        Object.assign(new Criterion(), {
          code: row.code,
          category: row.category,
          series: row.series,
          cosoPrinciple: row.coso_principle,
          title: row.title,
          position: row.position,
          criteriaVersion: row.criteria_version,
          pointsOfFocusVersion: row.points_of_focus_version,
        }),
      ] as const,
  )
  const read = new Map(criteria)
  catalogues.set(tx.database, read)
  return read
}
