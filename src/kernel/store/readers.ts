import type { RowClass } from './row.js'
import type { Tx } from './tx.js'

/** Whether who acts sees rows of a class in an engagement of whose team they are (`Row.readers`); commands of the operator see all. */
export const isReader = (tx: Tx, { readers }: RowClass, engagementId: string): boolean => {
  if (readers === null || !tx.isPersonal) return true
  const role = tx.actor.team.get(engagementId)
  return role !== undefined && readers.includes(role)
}

/** The names of the types of an engagement of which who acts is shown nothing, in the trail either. */
export const hiddenTypes = (tx: Tx, engagementId: string): string[] =>
  tx.database.rows.filter((row) => !isReader(tx, row, engagementId)).map(({ typeName }) => typeName)
