import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ActRefused, overHttp, type Person, type Selected } from '../../seeds/api.js'
import { cast, demoPassword } from '../../seeds/invented/people.js'
import { versionOf } from '../../seeds/walk.js'
import { signInPauses } from '../../src/rules/sign-in-pauses.js'
import { type AuditFirm, auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { emptyDatabaseOfFile } from '../support/database.js'
import { filesFolder, freePort, run, start } from '../support/service-process.js'
import { discrepancies } from '../support/stream-of-acts.js'

const migrations = resolve(import.meta.dirname, '../../../migrations')
const place = await emptyDatabaseOfFile()
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 2, options: '-c search_path=fieldwork' })
owner.on('error', () => undefined)
afterAll(() => owner.end())
const ports = [await freePort(), await freePort()]
const [here, there] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string]
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  FIELDWORK_SECRET: 'the secret of the test run, known to all',
  // What a balancer in front of both would be reached at.
  FIELDWORK_PUBLIC_URL: 'https://fieldwork.example.test',
}

let firm: AuditFirm
beforeAll(async () => {
  const both = ports.map((port) => start({ ...settings, PORT: String(port) }))
  await Promise.all(both.map(({ ready }) => ready))
  firm = await auditFirm(settings)
}, 120_000)

const count = async (sql: string, values: unknown[] = []) =>
  (await owner.query(`select count(*)::int as n ${sql}`, values)).rows[0].n

/** What an operation answers at one of the two services, for every caller. */
async function answer(address: string, query: string, variables: object, token?: string): Promise<Selected> {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  return overHttp(address)(headers, JSON.stringify({ query, variables }))
}

const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => 'DONE',
    (error: unknown) => (error instanceof ActRefused ? (error.errors[0]?.code ?? '') : String(error)),
  )

test('started at once on an empty database, both come up: migrated once, with one key that signs for both', async () => {
  const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql'))
  expect((await owner.query('select name from migration order by name')).rows.map(({ name }) => name)).toEqual(
    files.sort(),
  )
  expect(await count('from signing_key')).toBe(1)
  const [mine, theirs] = await Promise.all(
    [here, there].map(async (address) => (await fetch(`${address}/.well-known/jwks.json`)).json()),
  )
  expect(mine.keys).toHaveLength(1)
  expect(theirs).toEqual(mine)
})

test('an act sent to both at the same moment with one key happens once, and both answer the same', async () => {
  const [mine, theirs] = await Promise.all([signedIn(here, 'manager'), signedIn(there, 'manager')])
  for (let round = 0; round < 10; round += 1) {
    const input = { idempotencyKey: randomUUID(), name: `Once ${round}` }
    const answers = await Promise.all(
      [mine, theirs].map(({ manager }) => manager.does('createClient', input, 'client { id name version createdAt }')),
    )
    expect(answers[0]).toEqual(answers[1])
  }
  expect(await count("from client where name like 'Once %'")).toBe(10)
  expect(await count("from trail_entry where action = 'createClient' and changes like '%Once %'")).toBe(10)
})

test('of two changes of one version, sent to one service each, one is done and one is told of the other', async () => {
  const [mine, theirs] = await Promise.all([signedIn(here, 'manager'), signedIn(there, 'manager')])
  for (let round = 0; round < 10; round += 1) {
    const expectedVersion = await versionOf(mine.manager, firm.clientId)
    const outcomes = await Promise.all(
      [mine, theirs].map(({ manager }, at) =>
        codeOf(manager.does('updateClient', { clientId: firm.clientId, expectedVersion, name: `Name ${round} ${at}` })),
      ),
    )
    expect(outcomes.sort()).toEqual(['DONE', 'VERSION_CONFLICT'])
    expect(await versionOf(theirs.manager, firm.clientId)).toBe(expectedVersion + 1)
  }
})

test('16 people who act on one engagement over both leave one chain, whole and in order', async () => {
  const [mine, theirs] = await Promise.all([signedIn(here, 'staff'), signedIn(there, 'staff')])
  const before = await count('from trail_entry where chain_id = $1', [firm.engagementId])
  const origin = { sourceSystem: 'Repository', query: 'All', parameters: 'None', extractedBy: 'The client' }
  const acts = Array.from({ length: 16 }, async (_, who) => {
    const { staff } = who % 2 === 0 ? mine : theirs
    for (let n = 0; n < 5; n += 1) {
      const title = `List ${n} of ${who}`
      await staff.does('createPopulation', {
        controlId: firm.controlId,
        title,
        ...origin,
        extractedAt: '2025-12-31T00:00:00Z',
      })
    }
  })
  await Promise.all(acts)
  const { rows } = await owner.query('select position::int from trail_entry where chain_id = $1 order by position', [
    firm.engagementId,
  ])
  expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: before + 80 }, (_, at) => at + 1))
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(await signedIn(here, 'admin', 'partner'), firm)
  await verifyTrails(await signedIn(there, 'admin', 'partner'), firm)
})

const session = 'session { accessToken refreshToken }'
const refresh = (address: string, refreshToken: string) =>
  answer(
    address,
    `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${session} errors { code } } }`,
    { input: { refreshToken } },
  ).then(({ data }: Selected) => data.refreshSession)

test('a refresh token used at one and again at the other answers the same one, and after the time of grace ends the session at both', async () => {
  const { data } = await answer(
    here,
    `mutation ($input: SignInInput!) { signIn(input: $input) { ${session} errors { code } } }`,
    { input: { email: cast.reviewer.email, password: demoPassword } },
  )
  const first = data.signIn.session
  const second = (await refresh(there, first.refreshToken)).session
  const viewer = async (address: string) =>
    (await answer(address, '{ viewer { member { name } } }', {}, second.accessToken)).errors?.[0]?.extensions.code ??
    'ANSWERED'
  expect([await viewer(here), await viewer(there)]).toEqual(['ANSWERED', 'ANSWERED'])
  expect((await refresh(here, first.refreshToken)).session.refreshToken).toBe(second.refreshToken)
  await owner.query("update session set used_at = used_at - interval '31 seconds'")
  expect((await refresh(here, first.refreshToken)).errors).toEqual([{ code: 'SESSION_ENDED' }])
  expect([await viewer(here), await viewer(there)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
  expect((await refresh(there, second.refreshToken)).errors).toEqual([{ code: 'SESSION_ENDED' }])
})

test('a new key signs at one and is known at the other, without a start anew', async () => {
  const command = run('ops/rotate-keys', settings)
  expect((await command.ended).code).toBe(0)
  const late = start({ ...settings, PORT: String(await freePort()) })
  const address = /http:\/\/[\d.:]+/.exec(await late.ready)?.[0] as string
  const { partner }: { partner: Person } = await signedIn(address, 'partner')
  expect(await count('from signing_key where retired_at is null')).toBe(1)
  const { session: made } = await partner.does('signIn', { email: cast.partner.email, password: demoPassword }, session)
  for (const service of [here, there]) {
    const { data } = await answer(service, '{ viewer { member { name } } }', {}, made.accessToken)
    expect(data.viewer.member.name).toBe(cast.partner.name)
  }
})

test('wrong passwords count together, wherever they are tried', async () => {
  const attempt = (address: string, password: string) =>
    answer(address, 'mutation ($input: SignInInput!) { signIn(input: $input) { errors { code } } }', {
      input: { email: cast.senior.email, password },
    }).then(({ data, errors }: Selected) => errors?.[0].extensions.code ?? data.signIn.errors[0]?.code ?? 'SIGNED_IN')
  const wrong: string[] = []
  for (let n = 0; n <= signInPauses.freeFailures; n += 1)
    wrong.push(await attempt(n % 2 === 0 ? here : there, 'a guess of mine'))
  expect(new Set(wrong)).toEqual(new Set(['CREDENTIALS_REFUSED']))
  expect([await attempt(here, demoPassword), await attempt(there, demoPassword)]).toEqual([
    'RATE_LIMITED',
    'RATE_LIMITED',
  ])
})
