import { ColumnCondition } from '../../kernel/store/condition.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import type { ControlArea } from '../../rules/vocabulary.js'
import { LibraryControlVersion } from './library-control-version.js'

/** Of each entry, the latest alone. */
const latest = { order: { by: 'number', direction: 'desc' }, limit: 1 } as const

/** The versions in force of entries of the library, by the ids of these: one statement. */
export async function versionsInForce(tx: Tx, ids: readonly string[]): Promise<Map<string, LibraryControlVersion>> {
  const found = await tx.findEach(LibraryControlVersion, {}, ['libraryControlId', [...new Set(ids)]], latest)
  return new Map(found.map((version) => [version.libraryControlId, version]))
}

/** The version in force of an entry, in a request: those of many entries are read as a set. */
export async function versionInRequest(loaders: Loaders, libraryControlId: string): Promise<LibraryControlVersion> {
  const [version] = await loaders.first(LibraryControlVersion, ['libraryControlId', libraryControlId], {}, latest)
  if (!version) throw new Error(`The library control ${libraryControlId} has no version.`)
  return version
}

/** A condition on the id of an entry: its version in force is of this area, and mapped to the criterion of this code. */
export function saysNow(tx: Tx, area: ControlArea | null, criterionCode: string | null): ColumnCondition | undefined {
  if (area === null && criterionCode === null) return undefined
  return new ColumnCondition(
    (id, bind) => `exists (select 1 from library_control_version v
      where v.firm_id = ${bind(tx.firmId)} and v.library_control_id = ${id}
        ${area === null ? '' : `and v.area = ${bind(area)}`}
        ${criterionCode === null ? '' : `and v.criteria_codes @> ${bind([criterionCode])}`}
        and not exists (select 1 from library_control_version later where later.firm_id = v.firm_id
          and later.library_control_id = v.library_control_id and later.number > v.number))`,
  )
}
