import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../src/kernel/store/migrate.js'
import { emptyDatabase } from '../support/database.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
// After the firm's own creation, which is the first entry of its chain.
const names = ['Kestrel Cloud', 'Heron Pay', 'Plover Data', 'Siskin Mail']

beforeAll(async () => {
  for (const name of names) await a.manager.does('createClient', { name })
  await b.manager.does('createClient', { name: 'Wren Notes' })
})

const verify = async () =>
  (await a.admin.gql('{ verifyFirmTrail { intact entryCount lastHash firstBroken { position reason } } }'))
    .verifyFirmTrail

describe('the trail', () => {
  it('says who did what, when, and what changed', async () => {
    const { viewer } = await a.admin.gql(
      `{ viewer { firm { trail(first: 3) { totalCount pageInfo { hasNextPage endCursor }
           nodes { position actorName actor { id } action nodeType previousHash hash changes { nodes { nodeType fields { name before after } } } } } } } }`,
    )
    const { nodes, totalCount, pageInfo } = viewer.firm.trail
    expect(totalCount).toBe(5)
    expect(pageInfo.hasNextPage).toBe(true)
    expect(nodes).toMatchObject([
      { position: 1, action: 'createFirm', nodeType: 'Firm', actorName: 'Fieldwork', actor: null },
      { position: 2, action: 'createClient', nodeType: 'Client', actorName: a.manager.name },
      { position: 3, action: 'createClient', nodeType: 'Client', actor: { id: a.manager.memberId } },
    ])
    expect(nodes[1].changes.nodes).toEqual([
      {
        nodeType: 'Client',
        fields: [
          { name: 'name', before: null, after: '"Kestrel Cloud"' },
          { name: 'emailDomains', before: null, after: '[]' },
          {
            name: 'calendar',
            before: null,
            after: '{"timeZone":"UTC","weekendDays":["SATURDAY","SUNDAY"],"holidays":[]}',
          },
        ],
      },
    ])
    expect(nodes[2].previousHash).toBe(nodes[1].hash)
  })

  it('is read in pages, from either end, without a gap or a repetition', async () => {
    const read = async (newestFirst: boolean) => {
      const positions: number[] = []
      for (let after: string | null = null; ; ) {
        const { viewer } = await a.admin.gql(
          `query ($after: String, $newestFirst: Boolean!) { viewer { firm { trail(first: 2, after: $after, newestFirst: $newestFirst) {
             nodes { position } pageInfo { hasNextPage endCursor } } } } }`,
          { after, newestFirst },
        )
        positions.push(...viewer.firm.trail.nodes.map((entry: { position: number }) => entry.position))
        if (!viewer.firm.trail.pageInfo.hasNextPage) return positions
        after = viewer.firm.trail.pageInfo.endCursor
      }
    }
    expect(await read(false)).toEqual([1, 2, 3, 4, 5])
    expect(await read(true)).toEqual([5, 4, 3, 2, 1])
  })

  it('of the firm is for its administrator', async () => {
    for (const person of [a.partner, a.staff]) {
      const { errors } = await person.ask('{ verifyFirmTrail { intact } }')
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
      const read = await person.ask('{ viewer { firm { trail { nodes { position } } } } }')
      expect(read.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
  })

  it('is intact when it was not touched', async () => {
    expect(await verify()).toEqual({
      intact: true,
      entryCount: 5,
      lastHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      firstBroken: null,
    })
  })
})

describe('a superuser who touches the trail', async () => {
  const owner = new pg.Client({ connectionString: w.testDatabase.ownerUrl, options: '-c search_path=fieldwork' })
  await owner.connect()
  afterAll(() => owner.end())
  beforeAll(async () => {
    await owner.query('create temporary table entries as select * from trail_entry')
    await owner.query('create temporary table heads as select * from trail_head')
    await owner.query('set session_replication_role = replica')
  })
  afterEach(async () => {
    await owner.query('delete from trail_entry; insert into trail_entry select * from entries')
    await owner.query('delete from trail_head; insert into trail_head select * from heads')
    expect((await verify()).intact).toBe(true)
  })

  const third = `firm_id = '${a.id}' and position = 3`
  const own = `firm_id = '${a.id}'`
  const rehash =
    'trail_hash(previous_hash, chain_id, position, at, actor_id, actor_name, action, node_type, node_id, changes)'

  const damages: [what: string, sql: string, position: number, reason: string][] = [
    ['moves its time', `update trail_entry set at = at + interval '1 microsecond' where ${third}`, 3, 'ALTERED'],
    ['changes who', `update trail_entry set actor_id = gen_random_uuid() where ${third}`, 3, 'ALTERED'],
    ['takes out who', `update trail_entry set actor_id = null where ${third}`, 3, 'ALTERED'],
    ['changes the name', `update trail_entry set actor_name = 'Nobody' where ${third}`, 3, 'ALTERED'],
    ['changes the act', `update trail_entry set action = 'updateClient' where ${third}`, 3, 'ALTERED'],
    ['changes the type', `update trail_entry set node_type = 'Firm' where ${third}`, 3, 'ALTERED'],
    ['changes the object', `update trail_entry set node_id = gen_random_uuid() where ${third}`, 3, 'ALTERED'],
    ['changes what changed', `update trail_entry set changes = '[]' where ${third}`, 3, 'ALTERED'],
    [
      'shifts a letter from one part to the next',
      `update trail_entry set action = left(action, -1), node_type = right(action, 1) || node_type where ${third}`,
      3,
      'ALTERED',
    ],
    ['changes its hash', `update trail_entry set hash = sha256('x') where ${third}`, 3, 'ALTERED'],
    ['changes the hash before it', `update trail_entry set previous_hash = sha256('x') where ${third}`, 3, 'ALTERED'],
    [
      'changes it and mends its own hash',
      `update trail_entry set actor_name = 'Nobody' where ${third}; update trail_entry set hash = ${rehash} where ${third}`,
      4,
      'UNLINKED',
    ],
    [
      'changes the last and mends its own hash',
      `update trail_entry set actor_name = 'Nobody' where ${own} and position = 5;
       update trail_entry set hash = ${rehash} where ${own} and position = 5`,
      5,
      'NOT_AT_HEAD',
    ],
    ['moves it to another chain', `update trail_entry set chain_id = gen_random_uuid() where ${third}`, 3, 'MISSING'],
    ['renumbers it', `update trail_entry set position = 9 where ${third}`, 3, 'MISSING'],
    ['removes the first', `delete from trail_entry where ${own} and position = 1`, 1, 'MISSING'],
    ['removes one between', `delete from trail_entry where ${third}`, 3, 'MISSING'],
    ['removes the last', `delete from trail_entry where ${own} and position = 5`, 5, 'MISSING'],
    ['removes all', `delete from trail_entry where ${own}`, 1, 'MISSING'],
    [
      'removes all and the head',
      `delete from trail_entry where ${own}; delete from trail_head where ${own}`,
      1,
      'MISSING',
    ],
    [
      'removes all and sets the head back to nothing',
      `delete from trail_entry where ${own}; update trail_head set position = 0 where ${own}`,
      1,
      'MISSING',
    ],
    [
      'removes one and closes the gap',
      `delete from trail_entry where ${third}; update trail_entry set position = 3 where ${own} and position = 4;
       update trail_entry set position = 4 where ${own} and position = 5`,
      3,
      'ALTERED',
    ],
    [
      'swaps two',
      `update trail_entry set position = 99 where ${own} and position = 2;
       update trail_entry set position = 2 where ${own} and position = 3;
       update trail_entry set position = 3 where ${own} and position = 99`,
      2,
      'ALTERED',
    ],
    [
      'puts one in before the first',
      `insert into trail_entry select firm_id, chain_id, 0, at, actor_id, actor_name, action, node_type, node_id, changes,
         previous_hash, hash from trail_entry where ${own} and position = 1`,
      0,
      'ALTERED',
    ],
    ['changes the head’s hash', `update trail_head set hash = sha256('x') where ${own}`, 5, 'NOT_AT_HEAD'],
    ['sets the head back', `update trail_head set position = 3 where ${own}`, 3, 'NOT_AT_HEAD'],
    ['sets the head forward', `update trail_head set position = 7 where ${own}`, 6, 'MISSING'],
    ['removes the head', `delete from trail_head where ${own}`, 1, 'NOT_AT_HEAD'],
  ]

  it.each(damages)('is found out: %s', async (_what, sql, position, reason) => {
    await owner.query(sql)
    expect(await verify()).toMatchObject({ intact: false, firstBroken: { position, reason } })
  })

  it('damages one chain and no other', async () => {
    await owner.query(`update trail_entry set changes = '[]' where ${third}`)
    const others = await b.admin.gql('{ verifyFirmTrail { intact entryCount } }')
    expect(others.verifyFirmTrail).toEqual({ intact: true, entryCount: 2 })
  })
})

describe('the service’s own role', async () => {
  const service = new pg.Client({ connectionString: w.testDatabase.serviceUrl })
  await service.connect()
  afterAll(() => service.end())

  const forbidden = [
    "update trail_entry set actor_name = 'Nobody'",
    'delete from trail_entry',
    'truncate trail_entry',
    `insert into trail_entry select * from trail_entry`,
    'alter table trail_entry disable trigger all',
    'drop policy tenant on trail_entry',
    'set local session_replication_role = replica',
    'update trail_head set position = 1',
    'delete from trail_head',
    'truncate trail_head',
    `insert into trail_head values ('${a.id}', gen_random_uuid(), 0, sha256('x'))`,
    `select trail_append('${b.id}', '${b.id}', null, 'No one', 'act', 'Firm', '${b.id}', '[]')`,
    'create or replace function trail_hash(previous bytea) returns bytea language sql as $$ select previous $$',
  ]
  it.each(forbidden)('cannot %s', async (sql) => {
    const before = await w.digest()
    await service.query(`begin; set local app.firm_id = '${a.id}'`)
    await expect(service.query(sql)).rejects.toMatchObject({ code: '42501' })
    await service.query('rollback')
    expect(await w.digest()).toBe(before)
    expect((await verify()).intact).toBe(true)
  })
})

describe('a database whose owner is no superuser', () => {
  it('is served the same: the function appends for its own firm, and the role cannot go past it', async () => {
    const place = await emptyDatabase()
    const role = `owner_${randomBytes(4).toString('hex')}`
    const superuser = new pg.Client({ connectionString: place.ownerUrl })
    await superuser.connect()
    await superuser.query(
      `create role ${role} login createrole password 'invented'; grant fieldwork_service to ${role} with admin option;
       alter database ${place.name} owner to ${role}`,
    )
    const url = new URL(place.ownerUrl)
    Object.assign(url, { username: role, password: 'invented' })
    const { serviceUrl } = await migrate({ ownerUrl: url.href, secret: 'a secret for this test, long enough' })
    const service = new pg.Client({ connectionString: serviceUrl })
    await service.connect()
    const [firm, other] = [randomUUID(), randomUUID()]
    const append = (chain: string) =>
      service.query(`select trail_append($1, $1, null, 'Ada', 'createFirm', 'Firm', $1, '[]') as position`, [chain])
    await service.query(`begin; set local app.firm_id = '${firm}'`)
    await service.query(
      `insert into firm (firm_id, id, name, city, created_at) values ($1, $1, 'Ashdown', 'Derby', now())`,
      [firm],
    )
    expect((await append(firm)).rows).toEqual([{ position: 1 }])
    expect((await append(firm)).rows).toEqual([{ position: 2 }])
    await service.query('commit')
    // A client user's act is appended to the chain that no person of the client reads.
    await service.query(`begin; set local app.firm_id = '${firm}'; set local app.client_id = '${other}'`)
    expect((await append(firm)).rows).toEqual([{ position: 3 }])
    expect((await service.query('select count(*)::int as n from trail_entry')).rows).toEqual([{ n: 0 }])
    await service.query('commit')
    await service.query(`begin; set local app.firm_id = '${firm}'`)
    expect((await service.query('select count(*)::int as n from trail_entry')).rows).toEqual([{ n: 3 }])
    await expect(append(other)).rejects.toMatchObject({ code: '42501' })
    await service.query(`rollback; begin; set local app.firm_id = '${firm}'`)
    await expect(service.query('delete from trail_entry')).rejects.toMatchObject({ code: '42501' })
    await service.end()
    await superuser.end()
  })
})
