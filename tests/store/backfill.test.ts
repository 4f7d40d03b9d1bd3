import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { v7 } from 'uuid'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/kernel/store/migrate.js'
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
  gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'JUDGMENT', 'TARGETED', 9000, 1000, 5, '1', 'NONE', 1, '{}',
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
  const outcomes = ['NO_DEVIATION', 'NO_DEVIATION', 'DEVIATION', 'UNABLE_TO_TEST', 'NOT_APPLICABLE', null]
  const rows = [first, second].flatMap((sample, of) => {
    const firm = randomUUID()
    const items = outcomes.slice(of).map((outcome, at) => itemRow(sample, firm, outcome, at + 1))
    return [sampleRow(sample, firm), ...items]
  })
  await run(superuserUrl, `set session_replication_role = replica; ${rows.join('\n')}`)

  expect((await migrate({ ownerUrl, secret })).applied[0]).toBe('0008_sample_counts.sql')

  const counts = `select no_deviation_count as passed, unable_to_test_count as unable, not_applicable_count as not_applicable
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
  const document = (engagement: string, name: string) => `insert into fieldwork.engagement_document
    (firm_id, id, engagement_id, kind, dated_on, obtained_from, evidence_id, created_by, created_at) values
    ('${firm}', '${v7()}', '${engagement}', 'REPRESENTATION_LETTER', '2026-01-10', '${name}', '${v7()}', '${firm}', now());`
  const [firm, one, other] = [randomUUID(), randomUUID(), randomUUID()]
  const rows = [document(one, 'A'), document(other, 'B'), document(one, 'C')]
  await run(superuserUrl, `set session_replication_role = replica; ${rows.join('\n')}`)

  expect((await migrate({ ownerUrl, secret })).applied).toContain('0009_document_order.sql')

  expect(
    await run(superuserUrl, 'select obtained_from as name, number from fieldwork.engagement_document order by id'),
  ).toEqual([
    { name: 'A', number: 1 },
    { name: 'B', number: 1 },
    { name: 'C', number: 2 },
  ])
  await expect(run(superuserUrl, 'update fieldwork.engagement_document set number = 9')).rejects.toThrow()
})

test('0012 finds the firm’s domain, whose domains are the client’s own, and how invitations stood, for such an owner', async () => {
  const superuserUrl = (await emptyDatabase()).ownerUrl
  const ownerUrl = await plainOwner(superuserUrl)
  await migrate({ ownerUrl, secret, folder: await migrationsBefore('0012') })
  const [firm, other, led, unled] = [v7(), v7(), v7(), v7()]
  const [admin, later, carla, rolf] = [v7(), v7(), v7(), v7()]
  const firmRow = (id: string) => `insert into fieldwork.firm (firm_id, id, name, city, created_at)
    values ('${id}', '${id}', 'F', 'C', now());`
  const clientRow = (id: string) => `insert into fieldwork.client (firm_id, id, name, created_at)
    values ('${firm}', '${id}', '${id}', now());`
  const memberRow = (id: string, of: string, email: string, role: string, client: string | null, accepted: boolean) =>
    `insert into fieldwork.member (firm_id, id, user_id, email, name, ${client ? 'client_role, client_id' : 'firm_role'},
      state, created_at) values ('${of}', '${id}', ${accepted ? 'gen_random_uuid()' : 'null'}, '${email}', '${email}',
      '${role}'${client ? `, '${client}'` : ''}, '${accepted ? 'DISABLED' : 'INVITED'}', '2025-01-01Z');`
  const invitationRow = (member: string, client: string | null, by: string | null, rest: string) =>
    `insert into fieldwork.invitation (firm_id, id, member_id, client_id, token_hash, created_by, created_at, expires_at,
      accepted_at) values ('${firm}', '${v7()}', '${member}', ${client ? `'${client}'` : 'null'}, '',
      ${by ? `'${by}'` : 'null'}, '2025-01-01Z', ${rest});`
  await run(
    superuserUrl,
    [
      ...[firm, other].map(firmRow),
      ...[led, unled].map(clientRow),
      memberRow(admin, firm, 'ada@larch.example', 'FIRM_ADMIN', null, true),
      memberRow(later, firm, 'bo@elsewhere.example', 'FIRM_ADMIN', null, true),
      memberRow(v7(), other, 'wim@bücher.example', 'FIRM_ADMIN', null, true),
      memberRow(carla, firm, 'carla@heron.example', 'CLIENT_ADMIN', led, true),
      memberRow(rolf, firm, 'rolf@wren.example', 'CLIENT_ADMIN', unled, false),
      invitationRow(admin, null, null, `'2025-01-08Z', '2025-01-02Z'`),
      invitationRow(carla, led, admin, `'2025-01-08Z', '2025-01-02Z'`),
      invitationRow(rolf, unled, carla, `'2025-01-03Z', null`),
      invitationRow(rolf, unled, admin, `'2025-01-08Z', null`),
    ].join('\n'),
  )

  expect((await migrate({ ownerUrl, secret })).applied).toContain('0012_two_sides.sql')

  expect(await run(superuserUrl, 'select email_domains as domains from fieldwork.firm order by id')).toEqual([
    { domains: ['larch.example'] },
    { domains: [] },
  ])
  expect(
    await run(superuserUrl, 'select administrator_accepted_at::date::text as since from fieldwork.client order by id'),
  ).toEqual([{ since: '2025-01-01' }, { since: null }])
  const invitations = `select client_role as role, invited_by_name as by, invited_by_firm as firm,
    voided_at is not null as void from fieldwork.invitation order by id`
  expect(await run(superuserUrl, invitations)).toEqual([
    { role: null, by: null, firm: true, void: false },
    { role: 'CLIENT_ADMIN', by: 'ada@larch.example', firm: true, void: false },
    { role: 'CLIENT_ADMIN', by: 'carla@heron.example', firm: false, void: true },
    { role: 'CLIENT_ADMIN', by: 'ada@larch.example', firm: true, void: false },
  ])
  const unforced = `select relname from pg_class where relnamespace = 'fieldwork'::regnamespace and relrowsecurity
    and not relforcerowsecurity`
  expect(await run(superuserUrl, unforced)).toEqual([])
})
