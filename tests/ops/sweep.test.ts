import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { v7 as newId } from 'uuid'
import { afterAll, beforeEach, describe, expect, it, test } from 'vitest'
import { sweep } from '../../src/ops/sweep-database.js'
import { layer } from '../support/lay.js'
import { type Session, signInWorld } from '../support/sign-in.js'

// What is needed no longer is removed, and nothing else: every caller is answered as before.

const w = await signInWorld()
const { world, send } = w
const lay = layer(world)
const firm = await world.firm('Larch')
const client = await firm.client('Kestrel')
const other = await world.firm('Birch')
const email = 'ada@larch.example.test'
const { firmId } = await w.firm('Ash', email)
const { serviceUrl, ownerUrl } = world.testDatabase
const { storage } = world.queue.files
const service = new pg.Client({ connectionString: serviceUrl })
await service.connect()
afterAll(() => service.end())

const days = (n: number) => new Date(Date.now() + n * 86_400_000)
const removed = async () => Object.fromEntries(await sweep(world.database, storage, ownerUrl))
const nothing = {
  'refresh tokens': 0,
  invitations: 0,
  'idempotency keys': 0,
  'lists past their retention': 0,
  'abandoned uploads': 0,
  'items that are no population’s': 0,
}
const idsOf = async (table: string, column = 'id') =>
  (await world.owner.query(`select ${column}::text as id from ${table} order by 1`)).rows.map(({ id }) => id)
const works = async (token: string) =>
  (await world.send('{ viewer { member { id } } }', {}, token)).data?.viewer != null
const refresh = async (refreshToken: string) => (await send('refreshSession', { refreshToken })).payload

/** As the service, inside a firm, and kept where it works; answers the error's code where it does not. */
async function asService(inFirm: string, sql: string, values: unknown[] = []): Promise<number | string> {
  await service.query(`begin; set local app.firm_id = '${inFirm}'`)
  try {
    const { rowCount } = await service.query(sql, values)
    await service.query('commit')
    return rowCount ?? 0
  } catch (error) {
    await service.query('rollback')
    return (error as { code: string }).code
  }
}

beforeEach(async () => {
  await sweep(world.database, storage, ownerUrl)
})

describe('refresh tokens', () => {
  let session: Session
  beforeEach(async () => {
    session = await w.signIn(email)
  })

  const familyOf = async (memberId: string) =>
    (await world.owner.query('select * from session where member_id = $1 order by created_at', [memberId])).rows
  /** Of the newest sign-in. */
  const rows = async () => {
    const all = await familyOf(session.memberId)
    return all.filter(({ family_id }) => family_id === all.at(-1).family_id)
  }
  const age = (ids: string[], set: string) => world.owner.query(`update session set ${set} where id = any($1)`, [ids])

  it('of a session that goes on stay until they expire: to use one twice ends it, as before', async () => {
    let { refreshToken } = session
    for (let time = 0; time < 3; time += 1) refreshToken = (await refresh(refreshToken)).session.refreshToken
    expect(await removed()).toEqual(nothing)
    expect(await rows()).toHaveLength(4)
    expect((await refresh(session.refreshToken)).errors[0].code).toBe('SESSION_ENDED')
    expect((await refresh(refreshToken)).errors[0].code).toBe('SESSION_ENDED')
    expect(await works(session.accessToken)).toBe(false)
  })

  it('that expired go, and are answered as before: they end nothing', async () => {
    const next = (await refresh(session.refreshToken)).session
    const [first] = await rows()
    await age([first.id], "expires_at = now() - interval '25 hours'")
    const before = await refresh(session.refreshToken)
    expect(await removed()).toEqual({ ...nothing, 'refresh tokens': 1 })
    expect(await refresh(session.refreshToken)).toEqual(before)
    expect(await works(next.accessToken)).toBe(true)
    expect((await refresh(next.refreshToken)).errors).toEqual([])
  })

  it('of a session that ended go but for one, and it stays ended', async () => {
    let { refreshToken, accessToken } = session
    for (let time = 0; time < 4; time += 1) ({ refreshToken, accessToken } = (await refresh(refreshToken)).session)
    await send('signOut', {}, accessToken)
    expect(await removed()).toEqual({ ...nothing, 'refresh tokens': 4 })
    expect(await rows()).toHaveLength(1)
    expect(await works(accessToken)).toBe(false)
    for (const token of [session.refreshToken, refreshToken]) {
      expect((await refresh(token)).errors[0].code).toBe('SESSION_ENDED')
    }
  })

  it('stay where they alone say that a session ended of which one has not expired', async () => {
    const next = (await refresh(session.refreshToken)).session
    const [first, second] = await rows()
    // Carried on in the moment in which it ended.
    await age([first.id], "revoked_at = now(), expires_at = now() - interval '3 days'")
    await age([second.id], 'revoked_at = null')
    expect(await removed()).toEqual(nothing)
    expect((await refresh(next.refreshToken)).errors[0].code).toBe('SESSION_ENDED')
    expect(await works(next.accessToken)).toBe(false)
    await age([second.id], "expires_at = now() - interval '2 days'")
    expect(await removed()).toEqual({ ...nothing, 'refresh tokens': 2 })
  })

  it('that are in force the service cannot remove at all', async () => {
    const [first] = await rows()
    expect(await asService(firmId, 'delete from session where id = $1', [first.id])).toBe('23001')
    expect(await works(session.accessToken)).toBe(true)
    expect(await asService(other.id, 'delete from session where id = $1', [first.id])).toBe(0)
  })
})

describe('invitations', () => {
  const invited = (values: object) =>
    lay(firm.id, 'invitation', { member_id: firm.staff.memberId, token_hash: Buffer.from(randomUUID()), ...values })

  it('go when they were accepted, or void, 90 days ago; others stay', async () => {
    await invited({ expires_at: days(-91) })
    await invited({ expires_at: days(3), accepted_at: days(-91) })
    const stay = [
      await invited({ expires_at: days(5) }),
      await invited({ expires_at: days(-89) }),
      await invited({ expires_at: days(-80), accepted_at: days(-85) }),
    ]
    const before = await world.digest('invitation')
    expect(await removed()).toEqual({ ...nothing, invitations: 2 })
    expect((await idsOf('invitation')).filter((id) => stay.includes(id))).toEqual([...stay].sort())
    expect(await world.digest('invitation')).toBe(before)
    expect(await asService(firm.id, 'delete from invitation where id = $1', [stay[0]])).toBe('23001')
  })

  it('are answered alike whether they are there or not', async () => {
    const { invitation } = await import('../../src/features/identity/firm-creation.js').then(({ createFirm }) =>
      createFirm(world.database, {
        name: 'Oak',
        city: 'Springfield',
        adminName: 'Oda',
        adminEmail: 'oda@oak.example.test',
      }),
    )
    const answer = () => send('acceptInvitation', { token: invitation.token, password: 'a long enough password' })
    await world.owner.query('update invitation set expires_at = $2 where id = $1', [
      invitation.token.split('.')[1],
      days(-91),
    ])
    const expired = await answer()
    expect(expired.payload.errors[0].code).toBe('INVITATION_REFUSED')
    expect(await removed()).toEqual({ ...nothing, invitations: 1 })
    expect(await answer()).toEqual(expired)
  })
})

test('idempotency keys go after seven days, of those who left and of those not yet known too, in portions', async () => {
  const nobody = '00000000-0000-0000-0000-000000000000'
  const keys = (of: string, scope: string, count: number, age: number) =>
    world.owner.query(
      `insert into idempotency (firm_id, scope, key, action, input_digest, created_at)
       select $1, $2, gen_random_uuid(), 'Mutation.createClient', '', $4 from generate_series(1, $3::int)`,
      [of, scope, count, days(age)],
    )
  await keys(firm.id, firm.staff.memberId, 12_000, -8)
  await keys(firm.id, firm.senior.memberId, 5, -6)
  await keys(other.id, randomUUID(), 7, -30)
  await keys(nobody, 'anonymous', 11, -8)
  await keys(nobody, 'anonymous', 3, -1)
  const before = await world.digest()
  expect(await removed()).toEqual({ ...nothing, 'idempotency keys': 12_018 })
  const { rows } = await world.owner.query(
    "select count(*)::int as n from idempotency where created_at < now() - interval '12 hours'",
  )
  expect(rows[0].n).toBe(8)
  expect(await world.digest()).toBe(before)
})

describe('items of an import that another took the place of', () => {
  /** What freezing says of a population, invented. */
  const settled = {
    seed_random: 'a'.repeat(64),
    seed: 'b'.repeat(64),
    seed_hash: 'c'.repeat(64),
    covers_from: '2025-01-01',
    covers_to: '2025-12-31',
    covered_until_on: '2025-12-31',
  }
  const importedAt = (age: number) => newId({ msecs: days(age).getTime() })
  const itemsOf = async (importId: string) =>
    (await world.owner.query('select count(*)::int as n from population_item where import_id = $1', [importId])).rows[0]
      .n

  async function population(state: 'DRAFT' | 'FROZEN', imports: string[], items = 3): Promise<string> {
    const control_id = await lay(firm.id, 'control', {
      engagement_id: engagementId,
      ref: randomUUID().slice(0, 8),
      title: 'Access is reviewed',
      description: 'Each quarter.',
      owner: 'Head of IT',
      frequency: 'QUARTERLY',
      nature: 'MANUAL',
      type: 'DETECTIVE',
      area: 'ACCESS',
      is_key: true,
    })
    const id = await lay(firm.id, 'population', {
      engagement_id: engagementId,
      control_id,
      title: 'Reviews',
      source_system: 'Directory',
      query: 'all',
      parameters: 'none',
      extracted_at: days(-50),
      extracted_by: 'Rolf',
      state,
      import_id: imports.at(-1) ?? null,
      item_count: items,
      ...(state === 'FROZEN' ? settled : {}),
    })
    for (const importId of imports) {
      await importOf(id, { state: 'DONE', ended_at: days(-1), items_id: importId })
      await itemsLaid(id, importId, items)
    }
    return id
  }

  /** An import of a population, as it is laid. */
  const importOf = async (population_id: string, how: object) =>
    lay(firm.id, 'population_import', {
      engagement_id: engagementId,
      population_id,
      evidence_id: await evidence(),
      choices: '{}',
      rows_read: 3,
      problem_count: 0,
      problems: '[]',
      ...how,
    })

  let evidenceId: string | undefined
  const evidence = async () => {
    evidenceId ??= await lay(firm.id, 'evidence', {
      ...(await lay.file(firm.id, 'id\n1\n')),
      engagement_id: engagementId,
      client_id: client.id,
      is_of_client: false,
      file_name: 'reviews.csv',
      media_type: 'text/csv',
      origin: 'SOURCE_SYSTEM_REPORT',
      source: 'Directory',
      state: 'AVAILABLE',
    })
    return evidenceId
  }

  const itemsLaid = (populationId: string, importId: string, items: number) =>
    world.owner.query(
      `insert into population_item (firm_id, engagement_id, population_id, import_id, ordinal, item_key, cells)
         select $1, $2, $3, $4, n, n::text, array[n::text] from generate_series(1, $5::int) n`,
      [firm.id, engagementId, populationId, importId, items],
    )
  let engagementId: string
  beforeEach(async () => {
    engagementId ??= await lay(firm.id, 'engagement', {
      client_id: client.id,
      kind: 'READINESS',
      state: 'FIELDWORK',
      system_name: 'System',
      categories: ['SECURITY'],
      period_start: '2025-01-01',
      period_end: '2025-12-31',
    })
  })

  it('go 30 days after that one; those of the present import stay, frozen or not', async () => {
    const old = [importedAt(-60), importedAt(-50), importedAt(-40)]
    const frozen = [importedAt(-60), importedAt(-35)]
    const fresh = [importedAt(-60), importedAt(-20)]
    await population('DRAFT', old, 6_000)
    await population('FROZEN', frozen)
    await population('DRAFT', fresh)
    const before = await world.digest('population_item')
    // Two at once share the work, and neither stands in the other's way.
    const [one, two] = await Promise.all([removed(), removed()])
    const name = 'items that are no population’s'
    expect((one[name] ?? 0) + (two[name] ?? 0)).toBe(2 * 6_000 + 3)
    expect(await Promise.all([...old, ...frozen, ...fresh].map(itemsOf))).toEqual([0, 0, 6_000, 0, 3, 3, 3])
    expect(await world.digest('population_item')).toBe(before)
    expect(await removed()).toEqual(nothing)
  })

  it('that were staged and became no population’s go after a day, but not while an import goes on', async () => {
    const present = importedAt(-60)
    const [stale, fresh, going] = [importedAt(-2), importedAt(-0.5), importedAt(-3)]
    const cancelled = await population('DRAFT', [present])
    await importOf(cancelled, { state: 'CANCELLED', ended_at: days(-2), attempt_id: newId() })
    for (const staged of [stale, fresh]) await itemsLaid(cancelled, staged, 4)
    const other = await population('DRAFT', [])
    const underWay = await importOf(other, { state: 'UNDER_WAY' })
    await itemsLaid(other, going, 4)
    expect(await removed()).toEqual({ ...nothing, 'items that are no population’s': 4 })
    expect(await Promise.all([present, stale, fresh, going].map(itemsOf))).toEqual([3, 0, 4, 4])
    await world.owner.query("update population_import set state = 'CANCELLED', ended_at = now() where id = $1", [
      underWay,
    ])
    expect(await removed()).toEqual({ ...nothing, 'items that are no population’s': 4 })
    expect(await itemsOf(going)).toBe(0)
  })

  it('stay while a legal hold is in force on their engagement, and go once that is released', async () => {
    const [superseded, present] = [importedAt(-60), importedAt(-40)] as const
    await population('FROZEN', [superseded, present])
    const placed = { engagement_id: engagementId, reason: 'A matter, invented.' }
    const holds = [await lay(firm.id, 'legal_hold', placed), await lay(firm.id, 'legal_hold', placed)]
    const before = await world.digest()
    const release = (id: string | undefined) =>
      world.owner.query("update legal_hold set released_at = now(), released_reason = 'Settled.' where id = $1", [id])
    expect(await removed()).toEqual(nothing)
    expect(await world.digest()).toBe(before)
    await release(holds[0])
    expect(await removed()).toEqual(nothing)
    expect([await itemsOf(superseded), await itemsOf(present)]).toEqual([3, 3])
    await release(holds[1])
    expect(await removed()).toEqual({ ...nothing, 'items that are no population’s': 3 })
    expect([await itemsOf(superseded), await itemsOf(present)]).toEqual([0, 3])
  })

  it('cannot be removed by the service, nor by the owner who does not say what for; it is never changed', async () => {
    const [superseded, present] = [importedAt(-60), importedAt(-40)]
    await population('FROZEN', [superseded, present])
    const before = await world.digest()
    for (const importId of [superseded, present]) {
      const sql = 'delete from population_item where import_id = $1'
      expect(await asService(firm.id, sql, [importId])).toBe('42501')
      expect(await asService(firm.id, `select set_config('app.realm', 'maintenance', true)`)).toBe(1)
      await expect(world.owner.query(sql, [importId])).rejects.toMatchObject({ code: '23001' })
    }
    const change = `begin; set local app.realm = 'maintenance'; update population_item set item_key = 'x'`
    const owner = await world.owner.connect()
    await expect(owner.query(change)).rejects.toMatchObject({ code: '23001' })
    await owner.query('rollback')
    owner.release()
    expect(await world.digest()).toBe(before)
  })
})

test('a sweep beside acts of the service loses none of them', async () => {
  const session = await w.signIn(email)
  let { refreshToken } = session
  let going = true
  const sweeping = (async () => {
    while (going) await sweep(world.database, storage, ownerUrl)
  })()
  for (let time = 0; time < 20; time += 1) {
    const { payload } = await send('refreshSession', { refreshToken })
    expect(payload.errors).toEqual([])
    refreshToken = payload.session.refreshToken
    expect(await works(payload.session.accessToken)).toBe(true)
  }
  going = false
  await sweeping
})

describe('files', () => {
  it('that uploads left when they were broken off go after a day; one that is being received stays', async () => {
    await mkdir(storage.incoming, { recursive: true })
    const [old, fresh] = ['old', 'fresh'].map((name) => join(storage.incoming, name)) as [string, string]
    for (const path of [old, fresh]) await writeFile(path, 'half a file')
    await utimes(old, days(-1.01), days(-1.01))
    expect(await removed()).toEqual({ ...nothing, 'abandoned uploads': 1 })
    expect(await readdir(storage.incoming)).toEqual(['fresh'])
    await rm(fresh)
  })
})
