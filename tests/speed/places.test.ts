import { beforeAll, describe, expect, it } from 'vitest'
import { blocksOf } from '../support/blocks.js'
import { sentDuring } from '../support/statements.js'
import { vacuum } from '../support/vacuum.js'
import { type Person, world } from '../support/world.js'

// What years of work leave behind must not be paid for with each request: sessions that were carried on thousands of times,
// thousands of places on teams. Told in blocks that the database looks at, without a clock.

const engagements = 20_000
/** Of these, one in so many has the experienced auditor on its team: 2,000 places. */
const every = 10

const w = await world()
const firm = await w.firm('Ashdown')
const client = await firm.client('Kestrel')
const experienced = firm.manager
const beginner = firm.senior
const members = 200

/** As the owner, past all rules between rows. */
async function lay(sql: string, values: unknown[] = []): Promise<void> {
  const owner = await w.owner.connect()
  try {
    await owner.query('set session_replication_role = replica')
    await owner.query(sql, values)
  } finally {
    owner.release(true)
  }
}

const nth = (n: string, kind: string) => `md5('${kind}' || ${n})::uuid`

beforeAll(async () => {
  await lay(
    `insert into member (firm_id, id, user_id, email, name, firm_role, state, created_at)
     select $1, ${nth('n', 'member')}, ${nth('n', 'user')}, n || '@example.test', 'Colleague ' || n, 'STAFF', 'ACTIVE', now()
     from generate_series(1, ${members}) n`,
    [firm.id],
  )
  await lay(
    `insert into engagement (firm_id, id, client_id, kind, state, system_name, categories, period_start, period_end, created_at)
     select $1, ${nth('n', 'engagement')}, $2, 'SOC2_TYPE_2', 'ARCHIVED', 'System ' || n, '{SECURITY}', '2025-01-01', '2025-12-31', now()
     from generate_series(1, ${engagements}) n`,
    [firm.id, client.id],
  )
  const places = (who: string, which: string) => `
    insert into team_member (firm_id, id, engagement_id, member_id, role, independence_confirmed_at, created_at)
    select $1, gen_random_uuid(), ${nth('n', 'engagement')}, ${who}, 'STAFF', now(), now()
    from generate_series(1, ${engagements}) n, generate_series(1, 5) m where ${which}`
  await lay(places(nth(`(1 + (n * 7 + m * 31) % ${members})`, 'member'), 'true'), [firm.id])
  await lay(places('$2', `m = 1 and n % ${every} = 0`), [firm.id, experienced.memberId])
  await lay(places('$2', 'm = 1 and n in (20, 5000, 15000)'), [firm.id, beginner.memberId])
  await lay(
    `insert into exception (firm_id, id, engagement_id, client_id, number, kind, category, cause, state, title, criteria_codes,
       expected_operation, condition, potential_impact, section_four_text, author_ids, created_by, created_at)
     select firm_id, md5(id::text || 'exception')::uuid, id, client_id, 1, 'OPERATING_DEVIATION', 'CONTROL_GAP', 'HUMAN_ERROR', 'CONFIRMED',
       'Title', '{CC6.1}', 'Expected', 'Condition', 'Impact', 'Text', array[$1::uuid], $1::uuid, now() from engagement`,
    [experienced.memberId],
  )
  await lay(
    `insert into control (firm_id, id, engagement_id, ref, title, description, owner, frequency, nature, type, area, is_key, created_by, created_at)
     select firm_id, md5(id::text || c)::uuid, id, 'AC-' || c, 'Title', 'Text', 'Head of IT', 'DAILY', 'MANUAL', 'PREVENTIVE', 'ACCESS', true, $1::uuid, now()
     from engagement, generate_series(1, 3) c`,
    [experienced.memberId],
  )
  await vacuum(w.owner)
}, 120_000)

/** The blocks of a question that was asked before by the same person. */
async function blocks(person: Person, query: string, variables: object = {}): Promise<number> {
  for (let time = 0; time < 5; time += 1) await person.gql(query, { ...variables })
  const { answer, sent } = await sentDuring(() => person.gql(query, { ...variables }))
  expect(JSON.stringify(answer)).toContain('"id"')
  const found = await blocksOf(w.testDatabase.serviceUrl, sent)
  return found.reduce((sum, one) => sum + one.blocks, 0)
}

const engagementId = async () => (await w.owner.query(`select ${nth('20', 'engagement')} as id`)).rows[0].id as string

describe.each([
  ['an auditor of 2,000 past engagements', experienced],
  ['an auditor of 3', beginner],
] as const)('%s', (_, person) => {
  it.each([
    ['engagements', '{ engagements(first: 25) { nodes { id systemName } } }', 120],
    ['engagements over', '{ engagements(first: 25, filter: { state: ARCHIVED }) { nodes { id systemName } } }', 120],
    // Not in the order of the engagements: about a block for each place.
    ['exceptions', '{ exceptions(first: 25) { nodes { id title } } }', 2_300],
  ])('reads few blocks for a list of %s', async (_name, query, most) => {
    expect(await blocks(person, query)).toBeLessThanOrEqual(most)
  })

  it.each([
    ['one engagement', 'id systemName', 15],
    ['its controls', 'id controls(first: 25) { nodes { ref } }', 35],
    ['its team', 'id team { id role }', 50],
  ])('reads few blocks for %s', async (_name, fields, most) => {
    const id = await engagementId()
    expect(await blocks(person, `query ($id: ID!) { engagement(id: $id) { ${fields} } }`, { id })).toBeLessThanOrEqual(
      most,
    )
  })
})

it('a session that was carried on 2,880 times costs each request what a new one costs', async () => {
  const query = '{ viewer { member { id } } }'
  const session = `insert into session (firm_id, id, family_id, user_id, member_id, token_hash, expires_at, used_at, created_at)
    select $1, gen_random_uuid(), $2, $3, $4, '\\x00', now() + interval '9 days', now(), now() from generate_series(1, $5::int)`
  const { claims } = firm.staff
  const holder = [claims.firmId, claims.sessionId, claims.userId, claims.memberId]
  await lay(session, [...holder, 1])
  // Sessions of others, so that there are as many blocks before as after.
  await lay(session, [
    claims.firmId,
    firm.partner.claims.sessionId,
    firm.partner.claims.userId,
    firm.partner.memberId,
    6_000,
  ])
  await w.owner.query('vacuum (analyze) session')
  const before = await blocks(firm.staff, query)
  await lay(session, [...holder, 2_879])
  expect(await blocks(firm.staff, query)).toBe(before)
})
