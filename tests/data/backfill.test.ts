import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { v7 } from 'uuid'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/data/migrate.js'
import { emptyDatabase } from '../support/database.js'

const secret = 'a secret for the tests of migration, long enough'

/** The product's migrations up to, and without, the one named. */
async function migrationsBefore(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const file of await readdir('migrations')) {
    if (file < name) await cp(join('migrations', file), join(folder, file))
  }
  return folder
}

/** An owner as a firm's own server gives one: no superuser, so that row-level security holds for it too. */
async function plainOwner(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl)
  const database = pg.escapeIdentifier(url.pathname.slice(1))
  url.username = `owner_${randomUUID().replaceAll('-', '')}`
  url.password = 'plain'
  await run(ownerUrl, `create role ${url.username} login password 'plain' createrole`)
  await run(ownerUrl, `grant fieldwork_service to ${url.username} with admin option`)
  await run(ownerUrl, `alter database ${database} owner to ${url.username}`)
  return url.href
}

async function run<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const answers = (await client.query<R>(sql)) as unknown as pg.QueryResult<R> | pg.QueryResult<R>[]
    return (Array.isArray(answers) ? answers.at(-1) : answers)?.rows ?? []
  } finally {
    await client.end()
  }
}

const sampleRow = (
  sample: string,
  firm: string,
) => `insert into fieldwork.sample (firm_id, id, engagement_id, procedure_id,
  population_id, basis, method, confidence_bp, tolerable_rate_bp, size, methodology_version, algorithm, algorithm_version,
  parameters, population_digest, population_size, is_statistical, created_by, created_at) values ('${firm}', '${sample}',
  gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'JUDGEMENT', 'TARGETED', 9000, 1000, 5, '1', 'NONE', 1, '{}',
  '', 9, false, gen_random_uuid(), now());`

const itemRow = (sample: string, firm: string, outcome: string | null, at: number) => `insert into fieldwork.sample_item
  (firm_id, id, engagement_id, sample_id, position, ordinal, item_key, cells, rank, drawn_as, outcome, created_by, created_at)
  values ('${firm}', gen_random_uuid(), gen_random_uuid(), '${sample}', ${at}, ${at}, 'K${at}', '{}', '', 'INITIAL',
  ${outcome ? `'${outcome}'` : 'null'}, gen_random_uuid(), now());`

test('0008 counts what was recorded before it, of every firm, for an owner whom row-level security holds', async () => {
  const superuserUrl = (await emptyDatabase()).ownerUrl
  const ownerUrl = await plainOwner(superuserUrl)
  await migrate({ ownerUrl, secret, folder: await migrationsBefore('0008') })
  const [first, second] = [randomUUID(), randomUUID()]
  const outcomes = ['PASS', 'PASS', 'DEVIATION', 'UNABLE_TO_TEST', 'NOT_APPLICABLE', null]
  const rows = [first, second].flatMap((sample, of) => {
    const firm = randomUUID()
    const items = outcomes.slice(of).map((outcome, at) => itemRow(sample, firm, outcome, at + 1))
    return [sampleRow(sample, firm), ...items]
  })
  await run(superuserUrl, `set session_replication_role = replica; ${rows.join('\n')}`)

  expect((await migrate({ ownerUrl, secret })).applied[0]).toBe('0008_sample_counts.sql')

  const counts = `select passed_count as passed, unable_to_test_count as unable, not_applicable_count as not_applicable
    from fieldwork.sample order by id = '${first}' desc`
  expect(await run(superuserUrl, counts)).toEqual([
    { passed: 2, unable: 1, not_applicable: 1 },
    { passed: 1, unable: 1, not_applicable: 1 },
  ])
  const unforced = `select relname from pg_class where relnamespace = 'fieldwork'::regnamespace and relrowsecurity
    and not relforcerowsecurity`
  expect(await run(superuserUrl, unforced)).toEqual([])
})

test('0009 numbers the documents of each engagement, for an owner whom row-level security holds', async () => {
  const superuserUrl = (await emptyDatabase()).ownerUrl
  const ownerUrl = await plainOwner(superuserUrl)
  await migrate({ ownerUrl, secret, folder: await migrationsBefore('0009') })
  const document = (engagement: string, name: string) => `insert into fieldwork.closing_document
    (firm_id, id, engagement_id, kind, dated, obtained_from, file_name, sha256, created_by, created_at) values
    ('${firm}', '${v7()}', '${engagement}', 'MANAGEMENT_ASSERTION', '2026-01-10', 'Carla', '${name}', '', '${firm}', now());`
  const [firm, one, other] = [randomUUID(), randomUUID(), randomUUID()]
  const rows = [document(one, 'A'), document(other, 'B'), document(one, 'C')]
  await run(superuserUrl, `set session_replication_role = replica; ${rows.join('\n')}`)

  expect((await migrate({ ownerUrl, secret })).applied).toContain('0009_document_order.sql')

  expect(
    await run(superuserUrl, 'select file_name as name, number from fieldwork.closing_document order by id'),
  ).toEqual([
    { name: 'A', number: 1 },
    { name: 'B', number: 1 },
    { name: 'C', number: 2 },
  ])
  await expect(run(superuserUrl, 'update fieldwork.closing_document set number = 9')).rejects.toThrow()
})
