import { Readable } from 'node:stream'
import { v7 as newId } from 'uuid'
import { keepFile, putFile } from '../../src/features/evidence/stored-files.js'
import { receiveFile } from '../../src/kernel/files/receive.js'
import { firmScope } from '../../src/kernel/store/scope.js'
import { write } from '../../src/kernel/store/work.js'
import type { Person, World } from './world.js'

/** When everything that is laid was done. */
export const past = new Date('2026-01-10T09:00:00Z')

/** Lays one row; answers its id. Columns that are not given and have no default are filled in where every table has them. */
export interface Lay {
  (firmId: string, table: string, values: Record<string, unknown>): Promise<string>
  /** The table of sample sizes that the firm started with. */
  samplingTable(firmId: string): Promise<string>
  /** Puts a file into the storage, as one that was brought; answers what a row of evidence says of it. */
  file(firmId: string, content: string): Promise<{ stored_file_id: string; sha256: string; byte_count: number }>
}

export function layer(w: World): Lay {
  const columns = new Map<string, Set<string>>()
  const row = async (firmId: string, table: string, values: Record<string, unknown>) => {
    if (columns.size === 0) {
      const { rows } = await w.owner.query<{ table: string; column: string }>(
        `select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'fieldwork'`,
      )
      for (const one of rows) columns.set(one.table, (columns.get(one.table) ?? new Set()).add(one.column))
    }
    const common = { firm_id: firmId, id: newId(), created_by: newId(), created_at: past }
    const known = Object.entries(common).filter(([column]) => columns.get(table)?.has(column))
    const laid = { ...Object.fromEntries(known), ...values } as Record<string, unknown>
    const names = Object.keys(laid)
    await w.owner.query(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(laid),
    )
    return laid.id as string
  }
  const samplingTable = async (firmId: string) =>
    (await w.owner.query<{ id: string }>('select id from sampling_table where firm_id = $1', [firmId])).rows[0]
      ?.id as string
  return Object.assign(row, { samplingTable, file: (firmId: string, content: string) => putFileOf(w, firmId, content) })
}

async function putFileOf({ database, queue }: World, firmId: string, content: string) {
  const { storage } = queue.files
  const source = Readable.from([Buffer.from(content)], { objectMode: false })
  const put = await putFile(storage, firmId, await receiveFile(source, storage, { bytesMax: 1_000 }))
  const stored_file_id = await write(database, null, 'createUpload', async (tx) => {
    await tx.enter(firmId)
    return keepFile(firmScope(tx), put)
  })
  return { stored_file_id, sha256: put.sha256, byte_count: put.byteCount }
}

/** The people of an engagement's team. */
export interface Crew {
  partner: Person
  reviewer: Person
  manager: Person
  senior: Person
  staff: Person
}

/** Where working papers are laid. */
export interface Desk {
  lay: Lay
  firmId: string
  engagementId: string
  clientId: string
  crew: Crew
  respondent: Person
}

/** Lays one row of the desk's engagement. */
export type Put = (table: string, values: Record<string, unknown>) => Promise<string>
