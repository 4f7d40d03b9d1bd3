import { digestOfContent } from '../../src/features/response/response-version.js'
import { sha256Of } from '../../src/kernel/schema/digest.js'
import type { World } from './world.js'

/** A row as it was laid. */
export interface LaidRow {
  table: string
  id: string | null
  firmId: string
  /** Of what belongs to a client or to an engagement of one. */
  clientId: string | null
  engagementId: string | null
  values: Readonly<Record<string, unknown>>
}

/** Where a canary stands, there and nowhere else. */
export interface Cell {
  row: LaidRow
  column: string
  text: string
}

/** Columns that hold words of the program, the name of a time zone or a digest, not a text of a tenant; so does every column under a check or a reference. */
const ofTheProgram =
  /(sha256|digest|hash|rank|algorithm|criteria_codes|action|node_type|conclusions|key_id|checkpoint|time_zone|list_reading)$/
/** Sealed answers; no column holds a tenant’s text in the clear. */
const textless = ['idempotency']

/** Tables whose rows belong to a chain. */
export const isOfTrail = (table: string): boolean => table.startsWith('trail_') || table === 'checkpoint'

const canary = /zq[0-9a-z]+qz/g

/** A word of its own in every text of every tenant: where one turns up, the text it stands in was shown. */
export class Canaries {
  readonly #cells = new Map<string, Cell>()
  readonly #byId = new Map<string, LaidRow>()
  #words = 1296
  #rows: LaidRow[] = []

  /** Every row of every tenant’s table. */
  get rows(): readonly LaidRow[] {
    return this.#rows
  }

  get cells(): readonly Cell[] {
    return [...this.#cells.values()]
  }

  /** Puts canaries into all that was laid, in every column that can hold one. */
  async plant(w: World): Promise<void> {
    for (const { table, columns } of await tenantTables(w)) {
      const { rows } = await w.owner.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${table} t`,
      )
      const planted = rows.map(({ row }) => this.#plantIn(table, columns, row))
      await putBack(w, table, planted)
    }
    const clientOf = new Map(this.#rows.map(({ id, clientId }) => [id, clientId]))
    for (const row of this.#rows) if (row.engagementId) row.clientId = clientOf.get(row.engagementId) ?? null
    this.#rows.sort((one, other) => (one.id ?? '').localeCompare(other.id ?? ''))
    for (const row of this.#rows) if (row.id) this.#byId.set(row.id, row)
  }

  byId(id: string): LaidRow | undefined {
    return this.#byId.get(id)
  }

  /** A new canary, to be sent to the service in a text. */
  word(): string {
    this.#words += 1
    return `zq${this.#words.toString(36)}qz`
  }

  /** Says where a word stands that the service was sent. */
  stands(word: string, id: string, column: string): void {
    const row = this.#byId.get(id)
    if (!row) throw new Error(`there is no row ${id} for ${word}`)
    this.#cells.set(word, { row, column, text: row.values[column] as string })
  }

  /** The cells whose canaries stand in a text, as it is or in a cursor or token within it. */
  heardIn(text: string): Cell[] {
    return [...new Set(text.match(canary))].flatMap((found) => this.#cells.get(found) ?? [])
  }

  #plantIn(table: string, columns: readonly TextColumn[], values: Record<string, unknown>): Record<string, unknown> {
    const engagementId = (table === 'engagement' ? values.id : (values.engagement_id ?? null)) as string | null
    const ofChain = this.#ofChain(table, values)
    const clientId = (table === 'client' ? values.id : (values.client_id ?? ofChain.clientId)) as string | null
    const row: LaidRow = {
      table,
      id: (values.id ?? null) as string | null,
      firmId: values.firm_id as string,
      clientId,
      engagementId: engagementId ?? ofChain.engagementId,
      values,
    }
    this.#rows.push(row)
    const filled = this.#rows.filter((one) => one.table === table && one.firmId === row.firmId).length % 2 === 0
    for (const { name, form } of columns) {
      // What was left open is filled in every other row: each column is to show once what it would give away.
      if (values[name] === null && filled && form === 'text') values[name] = 'Filled in.'
      if (values[name] === null) continue
      const mark = (text: string) => {
        const word = this.word()
        // An address goes on being one.
        const marked = text.includes('@') ? `${word}.${text}` : `${text} ${word}`
        this.#cells.set(word, { row, column: name, text: marked })
        return marked
      }
      values[name] = marks(values[name], form, mark)
    }
    // What was changed behind its digest is not shown: the digest is that of the text as it is now.
    if (['report', 'shared_draft'].includes(table)) values.sha256 = sha256Of(values.model as string)
    if (table === 'response_version') values.sha256 = digestOfContent(values.content as object)
    return values
  }

  /** Whose chain a row is of: of an engagement, or of a client, which were laid before. */
  #ofChain(table: string, { chain_id, firm_id }: Record<string, unknown>): Pick<LaidRow, 'clientId' | 'engagementId'> {
    if (!isOfTrail(table) || chain_id === firm_id) return { clientId: null, engagementId: null }
    const id = chain_id as string
    const isOfClient = this.#rows.some((row) => row.table === 'client' && row.id === id)
    return isOfClient ? { clientId: id, engagementId: null } : { clientId: null, engagementId: id }
  }
}

/** Writes a table anew, past the guards of what is written once. */
async function putBack(w: World, table: string, rows: readonly object[]): Promise<void> {
  const connection = await w.owner.connect()
  try {
    await connection.query("begin; set local session_replication_role = 'replica'")
    await connection.query(`delete from ${table}`)
    await connection.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows),
    ])
    await connection.query('commit')
  } finally {
    connection.release()
  }
}

interface TextColumn {
  name: string
  form: 'text' | 'texts' | 'json'
}

/** The tables of tenants, with the columns in which a text of theirs can stand. */
export async function tenantTables(w: World): Promise<{ table: string; columns: TextColumn[] }[]> {
  const { rows } = await w.owner.query<{ table: string; columns: TextColumn[] }>(
    `select c.relname as "table",
       json_agg(json_build_object('name', a.attname, 'form', case a.atttypid::regtype::text
         when 'text' then 'text' when 'text[]' then 'texts' when 'jsonb' then 'json' end))
       filter (where a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype) and not exists (
         select 1 from pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'f') and a.attnum = any(k.conkey))) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = 'fieldwork' and c.relkind in ('r', 'p') group by c.oid, 1
     having bool_or(a.attname = 'firm_id') order by 1`,
  )
  return rows.map(({ table, columns }) => ({
    table,
    columns: textless.includes(table) ? [] : (columns ?? []).filter(({ name }) => !ofTheProgram.test(name)),
  }))
}

function marks(value: unknown, form: TextColumn['form'], mark: (text: string) => string): unknown {
  if (form === 'texts') return (value as string[]).map(mark)
  if (form === 'json') return withMarkedProse(value, mark)
  const text = value as string
  // Some documents are kept as the very text that was hashed.
  return /^[[{]/.test(text) ? JSON.stringify(withMarkedProse(JSON.parse(text), mark)) : mark(text)
}

/** In a document, words with a space or a full stop are a person’s; the others are the program’s. */
function withMarkedProse(value: unknown, mark: (text: string) => string): unknown {
  if (typeof value === 'string') return /[ .]/.test(value) && !/^\d{4}-/.test(value) ? mark(value) : value
  if (Array.isArray(value)) return value.map((inner) => withMarkedProse(inner, mark))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withMarkedProse(inner, mark)]))
}
