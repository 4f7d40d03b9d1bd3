import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '../support/database.js'

const place = await testDatabase()
const owner = new pg.Client({ connectionString: place.ownerUrl, options: '-c search_path=fieldwork' })
await owner.connect()
afterAll(() => owner.end())
const files = await mkdtemp(join(tmpdir(), 'command-files-'))
afterAll(() => rm(files, { recursive: true }))

/** Runs a command as a person does, on the database of this test. */
async function run(program: string, ...options: string[]) {
  const environment = {
    DATABASE_URL: place.ownerUrl,
    FIELDWORK_SECRET: 'the secret of the test run, known to all',
    FIELDWORK_FILES_DIR: files,
  }
  const file = join(import.meta.dirname, '../../src/ops', `${program}.js`)
  const said = await promisify(execFile)(process.execPath, [file, ...options], {
    env: { PATH: process.env.PATH, ...environment },
  }).catch((error: { stdout: string; stderr: string; code: number }) => error)
  return { ...said, code: 'code' in said ? said.code : 0 }
}

const given = ['--name', 'Larch (invented)', '--city', 'Springfield', '--admin-name', 'Ada', '--admin-email']

test('firm:create makes a firm and shows the invitation of its first administrator, once', async () => {
  const { stdout, stderr, code } = await run('create-firm', ...given, 'Ada@Larch.example.test')
  expect([stderr, code]).toEqual(['', 0])
  const [, firmId, id, secret] = /token {2}([^.]+)\.([^.]+)\.(\S+)/.exec(stdout) as unknown as string[]
  const { rows } = await owner.query(
    `select f.name, f.city, f.email_domains as domains, m.name as admin, m.email, m.firm_role, m.state, i.id, i.token_hash
     from firm f join member m using (firm_id) join invitation i using (firm_id) where f.id = $1`,
    [firmId],
  )
  expect(rows).toEqual([
    {
      name: 'Larch (invented)',
      city: 'Springfield',
      domains: ['larch.example.test'],
      admin: 'Ada',
      email: 'ada@larch.example.test',
      firm_role: 'FIRM_ADMIN',
      state: 'INVITED',
      id,
      token_hash: createHash('sha256')
        .update(secret as string)
        .digest(),
    },
  ])
  const { rows: trail } = await owner.query('select action, actor_name, changes from trail_entry where firm_id = $1', [
    firmId,
  ])
  expect(trail).toMatchObject([{ action: 'createFirm', actor_name: 'Fieldwork' }])
  expect(trail[0].changes).not.toContain(secret)
})

test('firm:create takes further e-mail domains of the firm, and refuses what is none', async () => {
  const more = ['--email-domain', 'Larch-CPA.example', '--email-domain', 'larch.example']
  const { stdout, code } = await run('create-firm', ...given, 'ada@larch.example', ...more)
  expect(code).toBe(0)
  const firmId = /was made \(([^)]+)\)/.exec(stdout)?.[1]
  const { rows } = await owner.query('select email_domains from firm where id = $1', [firmId])
  expect(rows).toEqual([{ email_domains: ['larch.example', 'larch-cpa.example'] }])
  const wrong = await run('create-firm', ...given, 'ada@larch.example', '--email-domain', 'larch')
  expect(wrong).toMatchObject({ stdout: '', stderr: 'An e-mail domain is a name like example.com.\n', code: 1 })
})

test('firm:create says in one line what is wrong, and makes nothing', async () => {
  const count = async () => (await owner.query('select count(*)::int as n from firm')).rows[0].n
  const before = await count()
  expect(await run('create-firm', ...given, 'nobody')).toMatchObject({
    stdout: '',
    stderr: 'adminEmail must be an e-mail address.\n',
    code: 1,
  })
  expect(await count()).toBe(before)
})

test('keys:rotate makes a new key, and the one before signs no more', async () => {
  const keys = async () =>
    (await owner.query('select id from signing_key where retired_at is null')).rows.map(({ id }) => id)
  expect((await run('rotate-keys')).code).toBe(0)
  const [first] = await keys()
  const { stdout } = await run('rotate-keys')
  const [second, ...more] = await keys()
  expect(more).toEqual([])
  expect(second).not.toBe(first)
  expect(stdout).toBe(`Access tokens are signed with the key ${second} now.\n`)
})

test('keys:rotate -- --of checkpoints makes a new key for checkpoints; the one before stays', async () => {
  const keys = async () => (await owner.query('select id, retired_at from checkpoint_key order by created_at')).rows
  const { stdout, code } = await run('rotate-keys', '--of', 'checkpoints')
  const rotated = await run('rotate-keys', '--of', 'checkpoints')
  const [first, second] = await keys()
  expect([code, stdout]).toEqual([0, `Checkpoints are signed with the key ${first.id} now.\n`])
  expect(rotated.stdout).toBe(`Checkpoints are signed with the key ${second.id} now.\n`)
  expect([first.retired_at, second.retired_at]).toEqual([expect.any(Date), null])
  expect(await run('rotate-keys', '--of', 'doors')).toMatchObject({
    stdout: '',
    stderr: '--of is “doors”; it must be tokens, checkpoints or evidence.\n',
    code: 1,
  })
})

test('checkpoint signs what moved and writes it down; verify compares, and says what was done behind the service', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-command-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'checkpoints.jsonl')
  const firms = (await owner.query('select firm_id from firm')).rows.length
  expect(firms).toBeGreaterThan(0)
  expect((await run('checkpoint', '--file', file)).stdout).toBe(
    `${firms} checkpoints were signed. ${firms} were appended to ${file}.\n`,
  )
  expect((await run('checkpoint')).stdout).toBe('0 checkpoints were signed.\n')
  expect(await run('verify', '--checkpoints', file)).toMatchObject({
    stdout: 'Everything agrees.\n',
    stderr: '',
    code: 0,
  })
  const { rows } = await owner.query('select chain_id from trail_head limit 1')
  const chain = rows[0].chain_id
  await owner.query('set session_replication_role = replica')
  await owner.query('delete from checkpoint where chain_id = $1', [chain])
  await owner.query("update trail_entry set actor_name = 'Nobody' where chain_id = $1 and position = 1", [chain])
  const { stdout, stderr, code } = await run('verify', '--checkpoints', file)
  expect([code, stdout]).toEqual([1, '2 findings.\n'])
  expect(stderr).toContain(`firm ${chain}: the trail is broken at 1, ALTERED: `)
  expect(stderr).toContain('was removed from the database')
  expect(await run('verify', '--keys', file)).toMatchObject({
    stdout: '',
    stderr: 'The file of keys is not what /.well-known/checkpoint-keys.json answers.\n',
    code: 1,
  })
})

test('sweep says what it removed, and again that nothing was left to remove', async () => {
  const none = [
    'refresh tokens',
    'invitations',
    'idempotency keys',
    'lists past their retention',
    'abandoned uploads',
    'items that are no population’s',
  ]
  const said = (counts: number[]) => none.map((name, at) => `${counts[at]} ${name} removed.\n`).join('')
  await owner.query(
    `insert into idempotency (firm_id, scope, key, action, input_digest, created_at)
     select firm_id, 'left', n::text, 'Mutation.createClient', '', now() - interval '8 days' from firm, generate_series(1, 3) n`,
  )
  const firms = (await owner.query('select firm_id from firm')).rows.length
  expect(await run('sweep')).toMatchObject({ stdout: said([0, 0, 3 * firms, 0, 0, 0]), stderr: '', code: 0 })
  expect(await run('sweep')).toMatchObject({ stdout: said([0, 0, 0, 0, 0, 0]), stderr: '', code: 0 })
})

test('jobs lists what waits and what failed, and has failed jobs done again', async () => {
  await owner.query('delete from fieldwork_jobs._private_jobs')
  const { rows } = await owner.query<{ id: string }>(
    "select (fieldwork_jobs.add_job('sendInvitation', max_attempts => 20)).id from generate_series(1, 3)",
  )
  const [first, second, third] = rows.map(({ id }) => id)
  await owner.query(
    `update fieldwork_jobs._private_jobs set attempts = 20, last_error = 'The mail service answered 500.' where id <> $1`,
    [first],
  )
  const line = (id: string | undefined, state: string, end: string) =>
    new RegExp(`^${id}\tsendInvitation\t${state}\t\\d{4}-\\d\\d-\\d\\dT\\S+Z${end}$`, 'm')
  const failure = '\tThe mail service answered 500\\.'
  const failed = await run('jobs', '--failed')
  expect(failed).toMatchObject({ stderr: '', code: 0 })
  expect(failed.stdout).not.toMatch(line(first, 'waiting\t0/20', ''))
  expect(failed.stdout).toMatch(line(second, 'failed\t20/20', failure))
  expect(failed.stdout).toMatch(/\n2 jobs\.\n$/)
  expect((await run('jobs', '--retry', `${third}`)).stdout).toBe('1 failed jobs will be done again.\n')
  const { stdout } = await run('jobs')
  expect(stdout).toMatch(line(first, 'waiting\t0/20', ''))
  expect(stdout).toMatch(line(second, 'failed\t20/20', failure))
  expect(stdout).toMatch(line(third, 'waiting\t0/20', failure))
  expect(stdout).toMatch(/\n3 jobs\.\n$/)
  expect((await run('jobs', '--retry', 'all')).stdout).toBe('1 failed jobs will be done again.\n')
  expect(await run('jobs', '--retry', `${first}`)).toMatchObject({
    stderr: `No failed job has the id ${first}.\n`,
    code: 1,
  })
}, 60_000)
