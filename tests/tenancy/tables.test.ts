import pg from 'pg'
import { afterAll, describe, expect, it, test } from 'vitest'
import { declarations } from '../../src/features.js'
import type { RowClass } from '../../src/kernel/store/row.js'
import { types } from '../access/expected.js'
import { fullWorld } from '../support/full-world.js'
import { world } from '../support/world.js'

const w = await world()
const { a, b, one, two } = await fullWorld(w)
const service = new pg.Pool({ connectionString: w.testDatabase.serviceUrl, max: 2 })
service.on('error', () => undefined)
afterAll(() => service.end())

/** Belong to no tenant: criteria for all, accounts and keys for the identity realm. */
const tenantless = ['criterion', 'migration', 'user_account', 'signing_key', 'checkpoint_key', 'throttle']

const { rows: catalogue } = await w.owner.query<{ name: string; columns: string[] }>(
  `select c.relname as name, array_agg(a.attname::text) as columns from pg_class c
     join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
   where n.nspname = 'fieldwork' and c.relkind in ('r', 'p') and not c.relname = any($1) group by 1 order by 1`,
  [tenantless],
)
const tables = catalogue.map(({ name }) => name)
const tableOf = (row: RowClass) => {
  const table = w.database.table(row)
  return { name: table.name, columnOf: (property: string) => table.columnOf(property)?.column }
}

/**
 * What a session of the client may see: nothing but this. Of nouns the oracle of access says whether people of clients read them
 * at all (`types`); then they see the rows of their own client, by the column that the row class declares. What is said by hand:
 * the firm, which holds no client's matters, what is published of exceptions, and tables that are no noun.
 */
const clientMaySee: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    declarations.rows
      .filter(({ typeName }) => /[arv]/.test(types[typeName] ?? ''))
      .map((row) => {
        const { name, columnOf } = tableOf(row)
        return [name, `${row.clientKey ? columnOf(row.clientKey) : 'null'} = $2`]
      }),
  ),
  firm: 'true',
  exception: 'client_id = $2 and communicated_at is not null',
  evidence: 'client_id = $2 and is_of_client',
  shared_draft: 'client_id = $2 and withdrawn_at is null',
  opening: 'client_id = $2 and is_of_client',
  evidence_link: "client_id = $2 and node_type = 'ManagementResponse'",
  trail_head: 'true', // hashes and positions; the entries themselves are not seen
  session: 'true', // digests of tokens; no field of the schema shows one
  idempotency: 'true', // sealed, and found only by the member whose key it is
}

interface Session {
  firmId?: string
  clientId?: string
  realm?: 'files'
}

/** Of these nothing is seen but in the realm of files, which the statements on files open for themselves. */
const ofFiles = ['firm_key', 'stored_file']
const realmOf = (table: string) => (ofFiles.includes(table) ? ({ realm: 'files' } as const) : {})

/** Runs one statement in a transaction of its own, as the service does, and commits. Answers the rows or the error's code. */
async function asService(
  { firmId, clientId, realm }: Session,
  sql: string,
  values: unknown[] = [],
): Promise<any[] | string> {
  const connection = await service.connect()
  try {
    await connection.query('begin')
    if (firmId) await connection.query(`set local app.firm_id = '${firmId}'`)
    if (clientId) await connection.query(`set local app.client_id = '${clientId}'`)
    if (realm) await connection.query(`set local app.realm = '${realm}'`)
    const { rows } = await connection.query(sql, values)
    await connection.query('commit')
    return rows
  } catch (error) {
    await connection.query('rollback')
    return (error as { code: string }).code
  } finally {
    connection.release()
  }
}

const count = async (who: Session, table: string, where = 'true', values: unknown[] = []) => {
  const rows = await asService(who, `select count(*)::int as n from ${table} where ${where}`, values)
  return Array.isArray(rows) ? rows[0].n : rows
}
const counted = async (sql: string, values: unknown[]) =>
  (await w.owner.query<{ n: number }>(sql, values)).rows[0]?.n as number

const notPermitted = '42501'
const bSession = { firmId: b.id }
const otherClient = { firmId: a.id, clientId: two.id }
const ownClient = { firmId: a.id, clientId: one.id }

test('the catalogue is read: every table of the product, none of another schema', () => {
  expect(tables).toEqual(
    expect.arrayContaining(['client', 'engagement', 'idempotency', 'report', 'result', 'trail_entry']),
  )
  for (const { name, columns } of catalogue) expect(columns, name).toContain('firm_id')
})

describe.each(tables)('the table %s', (table) => {
  it('has rows of both firms in this world, and each firm finds all of its own and no others', async () => {
    for (const firm of [a, b]) {
      const held = await counted(`select count(*)::int as n from ${table} where firm_id = $1`, [firm.id])
      expect(held).toBeGreaterThan(0)
      expect(await count({ firmId: firm.id, ...realmOf(table) }, table)).toBe(held)
      if (ofFiles.includes(table)) expect(await count({ firmId: firm.id }, table)).toBe(0)
    }
  })

  it('is empty for a session of no firm', async () => {
    expect(await count({}, table)).toBe(0)
    expect(await count({ clientId: one.id, ...realmOf(table) }, table)).toBe(0)
  })

  it('shows a client what is published to that client, and nothing else', async () => {
    const seen = clientMaySee[table] ?? 'false'
    for (const client of [one, two]) {
      const session = { firmId: a.id, clientId: client.id }
      const where = seen.replaceAll('$2', `'${client.id}'`)
      const published = await counted(`select count(*)::int as n from ${table} where firm_id = $1 and (${where})`, [
        a.id,
      ])
      if (seen !== 'false') expect(published).toBeGreaterThan(0)
      expect(await count(session, table)).toBe(published)
    }
  })

  it.each([
    ['another firm', bSession],
    ['no firm', {}],
    ['another firm, pretending to be the client', { firmId: b.id, clientId: one.id }],
  ])('lets %s change, remove and add no row', async (_who, session) => {
    const before = await w.digest()
    for (const attempt of [
      `update ${table} set firm_id = firm_id where firm_id = $1 returning 1`,
      `delete from ${table} where firm_id = $1 returning 1`,
    ]) {
      // Nothing is found, or the right itself is missing.
      expect([[], notPermitted]).toContainEqual(await asService({ ...session, ...realmOf(table) }, attempt, [a.id]))
    }
    const copy = `insert into ${table} select (jsonb_populate_record(null::${table}, $1)).*`
    const { rows } = await w.owner.query<{ row: object }>(
      `select to_jsonb(r) as row from ${table} r where firm_id = $1 limit 1`,
      [a.id],
    )
    const row = rows[0]?.row as Record<string, unknown>
    expect(await asService({ ...session, ...realmOf(table) }, copy, [row])).toBe(notPermitted)
    expect(
      await asService({ ...session, ...realmOf(table) }, copy, [
        { ...row, id: '00000000-0000-7000-8000-000000000001' },
      ]),
    ).toBe(notPermitted)
    expect(await w.digest()).toBe(before)
  })

  it('lets no firm give a row of its own to another', async () => {
    const before = await w.digest()
    const given = `update ${table} set firm_id = $1 where firm_id = $2`
    expect(await asService({ ...bSession, ...realmOf(table) }, given, [a.id, b.id])).toBe(notPermitted)
    expect(await w.digest()).toBe(before)
  })

  it('lets a client touch nothing of another client, or of the firm', async () => {
    const before = await w.digest()
    const seen = clientMaySee[table] ?? 'false'
    const hidden = seen === 'true' ? 'false' : `not (${seen.replaceAll('$2', `'${two.id}'`)})`
    for (const attempt of [`update ${table} set firm_id = firm_id`, `delete from ${table}`]) {
      const done = await asService(otherClient, `${attempt} where ${hidden} returning 1`)
      expect([[], notPermitted]).toContainEqual(done)
    }
    expect(await w.digest()).toBe(before)
  })
})

test('the client’s own session cannot write the client’s name on working papers, nor publish what is not published', async () => {
  const before = await w.digest()
  const draft = "update exception set communicated_at = now() where state = 'DRAFT' returning 1"
  expect(await asService(ownClient, draft)).toEqual([])
  expect(await asService(ownClient, "update opinion set overall = 'UNQUALIFIED' returning 1")).toEqual([])
  expect(await asService(ownClient, 'update engagement set client_id = $1', [two.id])).toBe(notPermitted)
  expect(await w.digest()).toBe(before)
})

test('what is written once is never changed or removed, by the owner either', async () => {
  const { rows } = await w.owner.query<{ name: string }>(
    `select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where t.tgname = 'written_once' order by 1`,
  )
  expect(rows.map(({ name }) => name)).toEqual([
    'assertion_resolution',
    'checkpoint',
    'control_change',
    'coverage_decision',
    'engagement_calendar',
    'engagement_document',
    'exception_deviation',
    'fraud_inquiry',
    'further_criterion',
    'judgment_acknowledgement',
    'library_control_version',
    'library_procedure',
    'methodology',
    'opening',
    'opinion_preview_record',
    'population_gap_decision',
    'population_item',
    'report',
    'response_review',
    'response_version',
    'sampling_table',
    'sampling_table_row',
    'scope_change',
    'subservice_review',
    'trail_entry',
  ])
  const before = await w.digest()
  for (const { name } of rows) {
    for (const sql of [`update ${name} set firm_id = firm_id`, `delete from ${name}`]) {
      expect(await asService({ firmId: a.id }, sql), sql).toBe(notPermitted)
      await expect(w.owner.query(sql), sql).rejects.toMatchObject({ code: '23001' })
    }
    await expect(w.owner.query(`truncate ${name} cascade`), name).rejects.toMatchObject({ code: '23001' })
  }
  expect(await w.digest()).toBe(before)
})

test('every key, unique constraint and foreign key of a tenant table includes the firm', async () => {
  const { rows } = await w.owner.query<{
    table: string
    name: string
    kind: string
    columns: string[]
    far: string[] | null
  }>(
    `select c.relname as table, k.conname as name, k.contype as kind,
       (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey)) as columns,
       (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = k.confrelid and a.attnum = any(k.confkey)) as far
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_class f on f.oid = k.confrelid
     where n.nspname = 'fieldwork' and k.contype in ('p', 'u', 'f') and not c.relname = any($1)
       and (f.relname is null or not f.relname = any($1))`,
    [tenantless],
  )
  expect(new Set(rows.filter(({ kind }) => kind === 'p').map(({ table }) => table))).toEqual(new Set(tables))
  for (const { table, name, columns, far } of rows) {
    expect(columns, `${table} ${name}`).toContain('firm_id')
    if (far) expect(far, `${table} ${name}`).toContain('firm_id')
  }
})
