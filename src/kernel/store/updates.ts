import { checkEach, Refusal } from '../../rules/refusal.js'
import type { Database } from './database.js'
import type { Row, RowClass } from './row.js'

/** The fields of an input that creates, as those of one that updates: each may be absent, which leaves the column as it is. */
export type Changed<T> = { [K in keyof T]?: T[K] | null }

/**
 * What an update makes of the columns of a row: a field that is absent leaves its column as it is, one that is null clears it.
 * @param names the columns that the update may change; the fields of the input bear the same names
 * @param cleared what a column holds that was cleared and is never null, such as an empty list
 * @returns the columns that were given, with their new values
 * @throws Refusal INVALID_INPUT, with the field as its path, for each column that is never empty and was to be cleared
 */
export function updatedColumns<R extends Row, K extends keyof R & string>(
  { database }: { readonly database: Database },
  row: RowClass<R>,
  input: Changed<Pick<R, K>>,
  names: readonly K[],
  cleared: Partial<Pick<R, K>> = {},
): Partial<Pick<R, K>> {
  const table = database.table(row)
  const changes: Partial<Pick<R, K>> = {}
  const empty: string[] = []
  for (const name of names) {
    const given = input[name]
    if (given === undefined) continue
    if (given !== null) changes[name] = given
    else if (name in cleared) changes[name] = cleared[name]
    else if (table.columnOf(name)?.nullable) changes[name] = null as R[K]
    else empty.push(name)
  }
  const refused = (name: string) =>
    new Refusal('INVALID_INPUT', `${name} cannot be empty: give a value, or leave it out.`, [name])
  checkEach(empty.map(refused))
  return changes
}

/**
 * A judgment that is made anew states again what was written for the one before: left as it was it would speak of another
 * judgment, and left out it must not be lost.
 * @param before the row as it is
 * @param names fields of the input that the columns of the row bear as well
 * @throws Refusal INVALID_INPUT, with the field as its path, where the row has a text and the input has neither one nor null
 */
export function checkRestated<K extends string>(
  before: { readonly [P in K]: unknown },
  input: { readonly [P in K]?: unknown },
  names: readonly K[],
): void {
  for (const name of names) {
    const stated = before[name]
    if (input[name] !== undefined || stated === null || (Array.isArray(stated) && stated.length === 0)) continue
    const message = `${name} was written for what was recorded before: give it again, or null to clear it.`
    throw new Refusal('INVALID_INPUT', message, [name])
  }
}
