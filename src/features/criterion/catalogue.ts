import type { Database } from '../../kernel/store/database.js'
import type { Tx } from '../../kernel/store/work.js'
import type * as words from '../../rules/vocabulary.js'
import { Criterion } from './criterion.js'

interface CatalogueRow {
  code: string
  category: words.Category
  series: string
  coso_principle: number | null
  title: string
  position: number
  criteria_version: string
  points_of_focus_version: string
}

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
  const rows = await tx.query<CatalogueRow>('select * from criterion order by position')
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
