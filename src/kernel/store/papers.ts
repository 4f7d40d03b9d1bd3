import { checkEach, Refusal } from '../../rules/refusal.js'
import type { Loaders } from './loaders.js'
import type { Row, RowClass, Where } from './row.js'
import { isUuid, type Tx } from './tx.js'

/** How many papers one reason may rest on. */
export const PAPERS_MAX = 20

const paperClasses = (tx: Tx): RowClass[] => tx.database.rows.filter(({ isPaper }) => isPaper)

/** The type of each paper with one of these ids, whatever kind of paper it is: one statement. */
async function typesOf(tx: Tx, ids: readonly string[], engagementId: string | null): Promise<Map<string, string>> {
  const places = paperClasses(tx).map(
    (row) => `select id, '${row.typeName}' as type from ${tx.database.table(row).name}
      where firm_id = $1 and id = any($2) and ($3::uuid is null or engagement_id = $3)`,
  )
  const found = await tx.query<{ id: string; type: string }>(places.join(' union all '), [tx.firmId, ids, engagementId])
  return new Map(found.map(({ id, type }) => [id, type]))
}

/**
 * The papers of an engagement that a reason rests on (`Row.isPaper`), each once, in the order given.
 * @param engagementId of a row that the actor was permitted to act on
 * @param path where the ids stand in the input
 * @throws Refusal NOT_FOUND at the place of each id that is no paper of the engagement
 */
export async function checkPapers(
  tx: Tx,
  engagementId: string,
  ids: readonly string[],
  path: readonly (string | number)[] = ['restsOnIds'],
): Promise<string[]> {
  if (ids.length === 0) return []
  const types = await typesOf(tx, ids.filter(isUuid), engagementId)
  const unknown = (at: number) => new Refusal('NOT_FOUND', 'The engagement has no such paper.', [...path, at])
  checkEach(ids.flatMap((id, at) => (types.has(id.toLowerCase()) ? [] : unknown(at))))
  return [...new Set(ids.map((id) => id.toLowerCase()))]
}

/** The papers with these ids, for a field: those of many fields are read as a set. What the viewer may not see is left out. */
export async function papersOf(loaders: Loaders, ids: readonly string[]): Promise<Row[]> {
  const found = await Promise.all(ids.map((id) => loaders.of('papers', readPapers).load(id)))
  return found.filter((row) => row !== null)
}

async function readPapers(ids: readonly string[], tx: Tx): Promise<(Row | null)[]> {
  const types = await typesOf(tx, ids, null)
  const read = paperClasses(tx).map((row) => {
    const own = ids.filter((id) => types.get(id) === row.typeName)
    return own.length > 0 ? tx.find(row, { id: own } as Where<Row>) : []
  })
  const rows = new Map((await Promise.all(read)).flat().map((row) => [row.id, row]))
  return ids.map((id) => rows.get(id) ?? null)
}
