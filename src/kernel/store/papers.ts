import { decidedAbout, supersededPaper } from '../../rules/papers.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import type { Database } from './database.js'
import type { Loaders } from './loaders.js'
import type { Paper, Row, RowClass, Where } from './row.js'
import { isUuid, type Tx } from './tx.js'

/** How many papers one reason may rest on. */
export const PAPERS_MAX = 20

const paperClasses = (tx: Tx): RowClass[] => tx.database.rows.filter(({ paper }) => paper !== null)

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
 * The papers of an engagement that a reason rests on (`Row.paper`), each once, in the order given.
 * @param engagementId of a row that the actor was permitted to act on
 * @param about the ids of what is decided about, on which the reason does not rest
 * @throws Refusal at the place of each id in `restsOnIds`: NOT_FOUND for what is no paper of the engagement; INVALID_INPUT for one that
 *   holds nothing yet, does not stand any more, is superseded, or is what is decided about
 */
export async function checkPapers(
  tx: Tx,
  engagementId: string,
  ids: readonly string[],
  about: readonly string[] = [],
): Promise<string[]> {
  if (ids.length === 0) return []
  const named = ids.map((id) => id.toLowerCase())
  const types = await typesOf(tx, named.filter(isUuid), engagementId)
  const unknown = (at: number) => new Refusal('NOT_FOUND', 'The engagement has no such paper.', ['restsOnIds', at])
  checkEach(named.flatMap((id, at) => (types.has(id) ? [] : unknown(at))))
  checkNotAbout(named, about)
  const faults = await faultsOf(tx, types)
  checkEach(named.flatMap((id, at) => refusalAt(at, faults.get(id) ?? null)))
  return [...new Set(named)]
}

/** A reason rests on something else than what is decided about. @throws Refusal INVALID_INPUT at the place in `restsOnIds` */
export const checkNotAbout = (ids: readonly string[], about: readonly string[]): void =>
  checkEach(ids.flatMap((id, at) => refusalAt(at, about.includes(id) ? decidedAbout : null)))

const refusalAt = (at: number, message: string | null): Refusal[] =>
  message === null ? [] : [new Refusal('INVALID_INPUT', message, ['restsOnIds', at])]

/** Why a reason cannot rest on these papers, by their ids; of those it can rest on, null. */
async function faultsOf(tx: Tx, types: ReadonlyMap<string, string>): Promise<Map<string, string | null>> {
  const faults = new Map<string, string | null>()
  for (const row of paperClasses(tx)) {
    const own = [...types].filter(([, type]) => type === row.typeName).map(([id]) => id)
    if (own.length === 0) continue
    const { faultOf, isRemovable, superseded } = row.paper as Paper<Row>
    const papers = await tx.find(row, { id: own } as Where<Row>, isRemovable ? { lock: 'share' } : {})
    const newer = superseded ? await tx.find(row, superseded.by(papers)) : []
    for (const paper of papers) {
      const isSuperseded = newer.some((one) => superseded?.isNewer(one, paper))
      faults.set(paper.id, faultOf(paper) ?? (isSuperseded ? supersededPaper : null))
    }
  }
  return faults
}

/** Where reasons name their papers: the columns of ids of papers, by table. */
export const columnsOfPapers = (database: Database): { table: string; column: string }[] =>
  database.rows.flatMap((row) => {
    const { name, columns } = database.table(row)
    return columns
      .filter(({ property }) => /restsOnIds$/i.test(property))
      .map(({ column }) => ({ table: name, column }))
  })

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
