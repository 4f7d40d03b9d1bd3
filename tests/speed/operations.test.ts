import type pg from 'pg'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { type Ask, type Operation, operations } from '../../bench/operations.js'
import { fill, restore } from '../../bench/recipe.js'
import { Passwords } from '../../src/features/identity/passwords.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { testDatabase } from '../support/database.js'
import { type Explained, explained } from '../support/explained.js'
import { issuer } from '../support/sign-in.js'
import { type Sent, sentDuring } from '../support/statements.js'
import { world } from '../support/world.js'

// What the operations that we measure (bench/) cost the database, and one of lists within lists, told without a clock:
// statements, round trips, indexes, rows. A number that falls is to be written down anew; one that rises has to be explained by the change.

/**
 * What each operation sends, of which four statements begin a transaction of a member that reads, five one that writes. A round
 * trip is what goes out before any of it is answered.
 */
const costs: Record<string, { statements: number; few?: number; trips: number }> = {
  board: { statements: 13, trips: 6 },
  sheet: { statements: 13, trips: 7 },
  exceptions: { statements: 9, trips: 4 },
  // Two of them read heavy columns: of the exceptions, and of the drafts of responses, of which few rows have none.
  portal: { statements: 12, few: 11, trips: 4 },
  record: { statements: 23, trips: 5 },
  // The last of them is its entry in the firm's trail.
  signIn: { statements: 43, trips: 22 },
  lists: { statements: 19, trips: 7 },
  // At most: what gates look at is read in sets, but not always in the same ones. Coverage, occurrences and conclusions on criteria
  // are among what they look at; so are subservice organizations, what is expected of them, the reviews of their reports, review notes and workpapers.
  actions: { statements: 82, trips: 30 },
}

/** What leaves few rows where one of the operations asks; `$1` is the id in its variables, or the asker's client. */
const thinning: Record<string, string> = {
  board: 'delete from control where engagement_id = $1 and right(ref, 2)::int > 3',
  sheet: 'delete from sample_item where sample_id = (select id from sample where procedure_id = $1) and position > 3',
  exceptions: 'delete from exception where client_id = $1 and number > 6',
  portal: 'delete from exception where client_id = $1 and number > 6',
  actions: 'delete from exception where client_id = $1 and number > 3',
  lists:
    'delete from control where right(ref, 2)::int > 3 and engagement_id in (select id from engagement where client_id = $1)',
}

/** Lists within lists, each of several objects: a client's engagements, and what is in them. */
const lists: Operation = {
  ...(operations.find(({ name }) => name === 'board') as Operation),
  name: 'lists',
  document: `query ($clientId: ID!) {
    clients(first: 5) { nodes { name members(first: 5) { nodes { name } } engagements(first: 5) { totalCount nodes { id } } } }
    engagements(first: 4, filter: { clientId: $clientId }) { nodes {
      controls(first: 30) { totalCount nodes { ref } }
      exceptions(first: 30, orderBy: { field: RAISED, direction: DESC }) { totalCount nodes { number } }
      procedures(first: 30) { nodes { sample { items(first: 5) { totalCount nodes { itemKey } } } } }
    } }
  }`,
  async asks(owner, most) {
    const { rows } = await owner.query('select id, client_id from engagement')
    const clientOf = new Map(rows.map(({ id, client_id }) => [id, client_id]))
    const ofBoard = (await operations[0]?.asks(owner, most)) as Ask[]
    return ofBoard.map(({ claims, variables }) => ({
      claims,
      variables: { clientId: clientOf.get(variables.engagementId) },
    }))
  },
}

/** What may be done to each object of lists within lists: what the gates of the acts look at is read as a set, too. */
const actions: Operation = {
  ...lists,
  name: 'actions',
  document: `query ($clientId: ID!) {
    engagements(first: 4, filter: { clientId: $clientId }) { nodes {
      actions { name allowed reason { code } }
      controls(first: 8) { nodes { actions { name allowed } } }
      procedures(first: 8) { nodes { actions { name allowed } } }
      exceptions(first: 8) { nodes {
        actions { name allowed } response { actions { name allowed } } materialityDecision { actions { name allowed } }
      } }
    } }
  }`,
}

const here = await testDatabase()
const place = { ...here, folder: '', secret: '', cluster: '', stop: async () => undefined }
await fill(place, { firms: 3, clients: 2, engagements: 2 })
const w = await world(
  async (database) => ({
    services: {
      tokens: await Tokens.open(database, { issuer }),
      passwords: new Passwords(),
      log: pino({ level: 'error' }),
    },
  }),
  { place },
)

/** As the owner, past all rules between rows. */
async function asLord(...statements: [sql: string, values?: unknown[]][]): Promise<void> {
  const owner = await w.owner.connect()
  try {
    await owner.query('set session_replication_role = replica')
    for (const [sql, values] of statements) await owner.query(sql, values)
  } finally {
    owner.release(true)
  }
}

async function send({ name, document }: Operation, { claims, variables }: Ask): Promise<void> {
  const { data, errors } = await w.send(document, variables, claims ? w.tokenFor(claims) : undefined)
  expect(errors, name).toBeUndefined()
  expect(Object.values<{ errors?: unknown[] }>(data)[0]?.errors ?? []).toEqual([])
}

const idOf = ({ claims, variables }: Ask) => Object.values(variables)[0] ?? claims?.clientId
const sentFor = async (operation: Operation, ask: Ask) => (await sentDuring(() => send(operation, ask))).sent

/** What is sent for an operation where there is much, three times, and where there is little. */
async function measured(operation: Operation) {
  const asks = await operation.asks(w.owner as unknown as pg.Client, 30)
  const [first] = asks as [Ask]
  const few = asks.findLast((ask) => idOf(ask) !== idOf(first)) as Ask
  // Until its plan answers it. What can be asked once is asked by another first: signing keys are read again each minute.
  for (let time = 0; time < (operation.once ? 0 : 30); time += 1) await send(operation, first)
  if (operation.once) await send(operation, asks[3] as Ask)
  const many: Sent[][] = []
  for (const nth of [0, 1, 2]) many.push(await sentFor(operation, operation.once ? (asks[nth] as Ask) : first))
  const thinned = thinning[operation.name]
  if (thinned) await asLord([thinned, [idOf(few)]])
  const { results } = (few.variables.input ?? {}) as { results?: unknown[] }
  results?.splice(2)
  return { operation, many, few: await sentFor(operation, few) }
}

const all: Awaited<ReturnType<typeof measured>>[] = []
for (const operation of [actions, ...operations, lists]) all.push(await measured(operation))

const named = all.map((one) => [one.operation.name, one] as const)
const tripsOf = (sent: readonly Sent[]) => Math.max(...sent.map(({ trip }) => trip))

describe.each(named)('%s', (name, { many, few }) => {
  it('sends the statements that are written down here, however many rows there are', () => {
    const { statements, few: statementsOfFew = statements } = costs[name] ?? {}
    if (name === 'actions') {
      for (const sent of [...many, few]) expect(sent.length).toBeLessThanOrEqual(statements as number)
      return
    }
    expect(many.map((sent) => sent.length)).toEqual([statements, statements, statements])
    expect(few).toHaveLength(statementsOfFew as number)
  })

  it('takes the round trips that are written down here', () => {
    // When this process is slow to read answers, later ones are there too, and what follows seems to follow them.
    const fewest = Math.min(...[...many, few].map(tripsOf))
    if (name === 'actions') expect(fewest).toBeLessThanOrEqual(costs.actions?.trips as number)
    else expect(fewest).toBe(costs[name]?.trips)
  })
})

/** Tables that are multiplied, so that to read one from end to end is never the better way. */
const multiplied = ['user_account', 'member', 'engagement', 'team_member', 'exception', 'management_response']
/** How many times more of these there are then, in each firm. */
const times = 30

/** The same rows again under other ids, which hang together as the first do. */
async function multiplying(table: string): Promise<string> {
  const { rows } = await w.owner.query<{ column: string; type: string }>(
    `select column_name as "column", data_type as type from information_schema.columns
     where table_schema = 'fieldwork' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  const value = ({ column, type }: (typeof rows)[number]) => {
    if (['email', 'name'].includes(column)) return `n || "${column}"`
    return type === 'uuid' && column !== 'firm_id' ? `md5("${column}"::text || n)::uuid` : `"${column}"`
  }
  const columns = rows.map(({ column }) => `"${column}"`).join()
  return `insert into ${table} (${columns}) select ${rows.map(value).join()} from ${table}, generate_series(1, ${times}) n`
}

await restore(place)
const multiplications = await Promise.all(multiplied.map(multiplying))
await asLord(
  ...multiplications.map((sql): [string] => [sql]),
  [
    `insert into session (firm_id, id, family_id, user_id, member_id, token_hash, expires_at, created_at)
     select firm_id, id, id, user_id, id, decode(md5(id::text), 'hex'), now() + interval '9 days', now() from member`,
  ],
  [
    `insert into idempotency (firm_id, scope, key, action, input_digest, created_at)
     select firm_id, id::text, n, 'Mutation.recordResults', '', now() from member, generate_series(1, 3) n`,
  ],
  [
    `insert into throttle (subject, attempts, window_ends_at)
     select decode(md5(id::text), 'hex'), 1, now() + interval '9 minutes' from member`,
  ],
)
await w.owner.query('vacuum (analyze)')

const { rows: sizes } = await w.owner.query<{ name: string }>(
  "select relname as name from pg_class where relnamespace = 'fieldwork'::regnamespace and relkind = 'r' and reltuples > 300",
)
const large = new Set(sizes.map(({ name }) => name))

/** The index that is meant to lead to the rows of a statement. */
const intended: readonly [operation: string, statement: RegExp, index: string][] = [
  ['board', /from member m/, 'member_pkey'],
  ['board', /from member m/, 'team_member_of_member'],
  ['board', /from member m/, 'session_ended'],
  // In the order of the list: nothing is left to be sorted.
  ['board', /from "control" /, 'control_ref_unique'],
  ['board', /from "procedure" /, 'procedure_of_control'],
  ['board', /from "sample" /, 'sample_once_per_procedure'],
  ['board', /from "exception" /, 'exception_of_control'],
  ['board', /from "management_response" /, 'response_once_per_exception'],
  ['sheet', /from "procedure" /, 'procedure_pkey'],
  ['sheet', /from "attribute" .* order by/, 'attribute_letter_unique'],
  ['sheet', /from "sample_item" .* order by/, 'sample_item_position_unique'],
  ['sheet', /from "result" /, 'result_unique'],
  ['exceptions', /from "exception" /, 'exception_of_client'],
  ['exceptions', /from "control" /, 'control_pkey'],
  ['exceptions', /from "management_response" /, 'response_once_per_exception'],
  ['portal', /from "exception" .* order by/, 'exception_of_client'],
  ['portal', /count\(\*\) as count from "exception" /, 'exception_of_client'],
  ['portal', /from "management_response" .* order by/, 'response_once_per_exception'],
  ['record', /from sample_item where/, 'sample_item_pkey'],
  ['record', /^update sample_item /, 'sample_item_pkey'],
  ['lists', /lateral .* from "member" /, 'member_email_unique'],
  ['lists', /lateral .* from "engagement" /, 'engagement_of_client'],
  ['lists', /lateral .* from "control" /, 'control_ref_unique'],
  ['lists', /lateral .* from "exception" /, 'exception_number_unique'],
  ['lists', /lateral .* from "procedure" /, 'procedure_ref_unique'],
  ['lists', /lateral .* from "sample_item" /, 'sample_item_position_unique'],
  ['lists', /count\(\*\) as count from "engagement" /, 'engagement_of_client'],
  ['lists', /count\(\*\) as count from "control" /, 'control_ref_unique'],
  ['lists', /count\(\*\) as count from "exception" /, 'exception_number_unique'],
  ['signIn', /from user_account where email/, 'user_account_email_unique'],
  ['signIn', /from member where user_id/, 'member_of_user'],
]

/** How many rows a statement may look at for each one it answers with, counts or changes; and some, whatever it answers. */
const perRow = 3
const atAll = 10
/** What may look at more, and why. */
const looser: readonly [statement: RegExp, perRow: number, atAll: number, why: string][] = [
  [/not exists \(select 1 from management_response/, 6, 10, 'what was communicated to the client, and its responses'],
]

/** The statements that look at more rows than they may. */
function wasteful(statements: readonly Explained[]) {
  return statements.filter(({ sql, read, returned }) => {
    const [, each, some] = looser.find(([form]) => form.test(sql)) ?? [null, perRow, atAll]
    return read > each * returned + some
  })
}

const plans: [string, Explained[], Explained[]][] = []
for (const { operation, many } of all) {
  const sent = many[0] as Sent[]
  const known = await explained(place.serviceUrl, sent)
  plans.push([operation.name, known, await explained(place.serviceUrl, sent, true)])
}

describe.each(plans)('%s, among many rows', (name, known, unknown) => {
  it.each([
    ['whose values it knows', known],
    ['prepared for all values', unknown],
  ])('reads no large table from end to end for a statement %s', (_, statements) => {
    expect(statements.length).toBeGreaterThan(2)
    expect(statements.filter(({ scanned }) => scanned.some((table) => large.has(table)))).toEqual([])
  })

  it.each(intended.filter(([operation]) => operation === name))('%s: %s is led by %s', (_, statement, index) => {
    for (const statements of [known, unknown]) {
      const found = statements.filter(({ sql }) => statement.test(sql))
      expect(found.length).toBeGreaterThan(0)
      for (const { sql, indexes } of found) expect(indexes, sql).toContain(index)
    }
  })

  // Gates look at the whole of what they decide on: every procedure and deviation of an engagement.
  if (name === 'actions') {
    it('looks at no more rows than its gates decide on', () => {
      expect(known.reduce((sum, { read }) => sum + read, 0)).toBeLessThan(80_000)
    })
    return
  }
  it('looks at few rows beside those it answers with', () => {
    expect(known.reduce((sum, { returned }) => sum + returned, 0)).toBeGreaterThan(10)
    expect(wasteful(known)).toEqual([])
  })
})

it('is among so many rows that to read a table from end to end is never the better way', () => {
  expect([...large]).toEqual(
    expect.arrayContaining([...multiplied, 'control', 'sample_item', 'result', 'session', 'throttle']),
  )
})
