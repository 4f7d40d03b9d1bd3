import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { describe, expect, it, test } from 'vitest'
import { Passwords } from '../../src/features/identity/passwords.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { features } from '../../src/features.js'
import { serviceLog } from '../../src/http/log.js'
import { plainSchema } from '../../src/schema.js'
import { allLasts, nothingLasts, picked, several, typeAt } from '../support/attack.js'
import { canary, canaryDay, canaryInt, echoesOf, literal, marksIn, withAt } from '../support/echoes.js'
import { fullWorld } from '../support/full-world.js'
import { everythingOf } from '../support/generate.js'
import { World } from '../support/world.js'

// Whatever is sent by mistake, and wherever: neither the answer nor the log says it back, and the answer is small.

const lines: string[] = []
const w = await World.make(async (database) => {
  const log = serviceLog('trace', { write: (line: string) => void lines.push(line) })
  const tokens = await Tokens.open(database, { issuer: 'https://fieldwork.example.test' })
  const passwords = new Passwords({ memoryKib: 8, passes: 1 })
  return {
    services: { tokens, passwords, log },
    log,
  }
})
const full = await fullWorld(w)
const { crew, held } = full
const schema = await plainSchema(features)
const token = w.tokenFor(crew.partner.claims)
const bearer = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const [mutations, queries] = [schema.getMutationType(), schema.getQueryType()].map((type) => type?.getFields() ?? {})
const fields = Object.keys({ ...mutations, ...queries })
const kilobytes = 8

const refusals = `errors { __typename code message path ... on NotReady { blockers { message } }
  ... on RowsRefused { problems { row column code message } } }`
const selectionOf = (field: string) => {
  if (mutations?.[field]) return `{ __typename ${refusals} }`
  const type = String(queries?.[field]?.type).replace(/[[\]!]/g, '')
  return everythingOf(schema, type, 0).replace('{ __typename  }', '{ __typename }')
}

/** What an answer says back of what was sent, or how it is too large; null where it does neither. */
function wrongWith(body: string): string | null {
  const said = marksIn(body)
  if (said.length > 0) return `says ${said.join()}: ${body.slice(0, 400)}`
  return body.length > kilobytes * 1024 ? `has ${body.length} bytes` : null
}

const post = (payload: object | string, headers: Record<string, string> = bearer) =>
  w.app.inject({ method: 'POST', url: '/graphql', headers, payload })

const idsFor = (field: string) => ({
  id: (path: string) => {
    const type = typeAt(schema, { field, path })
    return picked(held, type === 'Node' ? 'Engagement' : type, { stage: 0, at: 0 })
  },
})

describe.each(['variable', 'literal'] as const)('as a %s', (style) => {
  test('a value that does not fit is said back in no place of any root field', async () => {
    await nothingLasts(w)
    const wrong: string[] = []
    let [sent, refused] = [0, 0]
    await several(fields, async (field) => {
      const { variables, echoes, args } = echoesOf(schema, field, idsFor(field))
      const kind = mutations?.[field] ? 'mutation' : 'query'
      for (const { what, path, value } of echoes) {
        const given = withAt(variables, path, value) as Record<string, unknown>
        const declared = args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
        const passed = args.map(
          ({ name, type }) => `${name}: ${style === 'variable' ? `$${name}` : literal(given[name], type)}`,
        )
        const head = style === 'variable' ? `${kind} (${declared})` : kind
        const query = `${head} { ${field}(${passed.join(', ')}) ${selectionOf(field)} }`
        const { body } = await post({ query, variables: style === 'variable' ? given : {} })
        sent += 1
        if (body.includes('"message"')) refused += 1
        const fault = wrongWith(body)
        if (fault) wrong.push(`${field} ${path.join('.')}, ${what}: ${fault}`)
      }
    })
    await allLasts(w)
    expect(wrong.slice(0, 20)).toEqual([])
    expect(fields.length).toBeGreaterThan(85)
    expect(sent).toBeGreaterThan(3_000)
    expect(refused / sent).toBeGreaterThan(0.8)
  }, 240_000)
})

const name = canary
const client = 'mutation ($input: CreateClientInput!) { createClient(input: $input) { errors { code message } } }'
const documents: readonly (readonly [string, string])[] = [
  ['a field', `{ ${name} }`],
  ['a field of a type', `{ viewer { ${name} } }`],
  ['an argument', `{ node(${name}: "x") { id } }`],
  ['an alias of two things', `{ ${name}: viewer { firm { id } } ${name}: clients { totalCount } }`],
  ['a fragment that is not there', `{ viewer { ...${name} } }`],
  ['a fragment that is not used', `{ __typename } fragment ${name} on Viewer { firm { id } }`],
  ['a fragment within itself', `{ viewer { ...${name} } } fragment ${name} on Viewer { ...${name} }`],
  ['a fragment on no type', `{ viewer { ... on ${name} { id } } }`],
  ['a fragment on another type', `{ viewer { ...${name} } } fragment ${name} on Client { id }`],
  ['a directive', `{ viewer @${name} { firm { id } } }`],
  ['an argument of a directive', `{ viewer @include(${name}: true) { firm { id } } }`],
  ['a variable that is not declared', `{ node(id: $${name}) { id } }`],
  ['a variable that is not used', `query ($${name}: ID) { __typename }`],
  ['a variable of no type', `query ($x: ${name}) { node(id: $x) { id } }`],
  ['a variable of another type', `query ($${name}: Int) { node(id: $${name}) { id } }`],
  ['a variable that is required', `query ($${name}: ID!) { node(id: $${name}) { id } }`],
  ['two operations of a name', `query ${name} { __typename } query ${name} { __typename }`],
  ['two variables of a name', `query ($${name}: ID!, $${name}: ID!) { node(id: $${name}) { id } }`],
  ['a name where none may be', `{ viewer { firm { id } } ${name}`],
  ['text where none may be', `{ viewer "${name}" }`],
  ['a text that never ends', `{ node(id: "${name}) { id } }`],
  ['a character that is none', `{ node(id: "\\q${name}") { id } }`],
  ['a bare name for a text', `mutation { signIn(input: { password: ${name} }) { errors { code } } }`],
  ['an input field', `mutation { signIn(input: { ${name}: "x" }) { errors { code } } }`],
  ['an input field twice', `mutation { signIn(input: { email: "${name}", email: "${name}" }) { errors { code } } }`],
  ['a subscription', `subscription ${name} { ${name} }`],
  ['a definition', `type ${name} { a: Int }`],
  ['a number', `{ clients(first: ${canaryInt}) { totalCount } }`],
  ['a number for a condition', `{ viewer @skip(if: ${canaryInt}) { firm { id } } }`],
  ['a selection of a value', `{ viewer { firm { id { ${name} } } } }`],
  ['nothing but a name', name],
]

it.each(documents)('a document is not said back: %s', async (_what, query) => {
  for (const headers of [bearer, { 'content-type': 'application/json' }]) {
    const response = await post({ query, operationName: undefined }, headers)
    expect(wrongWith(response.body)).toBeNull()
    expect(response.json().errors[0].message).toEqual(expect.stringMatching(/\w/))
  }
})

const boundary = 'xx'
const part = (head: string, text: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`
const form = (...parts: string[]): InjectOptions => ({
  method: 'POST',
  url: '/graphql',
  headers: { ...bearer, 'content-type': `multipart/form-data; boundary=${boundary}`, 'apollo-require-preflight': 'x' },
  payload: `${parts.join('')}--${boundary}--\r\n`,
})
const typed = (type: string): InjectOptions => ({
  method: 'POST',
  url: '/graphql',
  headers: { ...bearer, 'content-type': type },
  payload: `{"query":"${name}"}`,
})
const requests: readonly (readonly [string, InjectOptions])[] = [
  ...[
    '{"query":"{ x',
    '{"query": ',
    `{"${canary}": ${canary}}`,
    `${canary}`,
    `["${canary}"`,
    `{"__proto__":"${canary}"}`,
  ].map(
    (body) =>
      [`a body that is no JSON: ${body}`, { ...typed('application/json'), payload: `${body}${canary}` }] as const,
  ),
  ['a query that is a list', { ...typed('application/json'), payload: JSON.stringify({ query: [canary] }) }],
  [
    'variables that are a text',
    { ...typed('application/json'), payload: JSON.stringify({ query: client, variables: canary }) },
  ],
  [
    'an unknown operation',
    { ...typed('application/json'), payload: JSON.stringify({ query: client, operationName: canary }) },
  ],
  [
    'an operation name that is none',
    { ...typed('application/json'), payload: JSON.stringify({ query: client, operationName: [canary] }) },
  ],
  [
    'a persisted query',
    {
      ...typed('application/json'),
      payload: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: canary } } }),
    },
  ],
  ['a batch', { ...typed('application/json'), payload: JSON.stringify([{ query: canary }]) }],
  ['another type', typed(`application/${canary}`)],
  ['a type that is none', typed(canary)],
  ['a form of another type', typed(`multipart/${canary}; boundary=x`)],
  ['a form without a boundary', typed(`multipart/form-data; ${canary}`)],
  ['an address', { url: `/${canary}?${canary}=${canary}`, headers: bearer }],
  ['an address that is none', { url: `/%zz${canary}`, headers: bearer }],
  ['a query by address', { url: `/graphql?query=${encodeURIComponent(`{ ${canary} }`)}`, headers: bearer }],
  ['a query twice', { url: `/graphql?query=${canary}&query=${canary}`, headers: bearer }],
  ['variables that are no JSON', { url: `/graphql?query={__typename}&variables=${canary}`, headers: bearer }],
  ['an operation by address', { url: `/graphql?query={__typename}&operationName=${canary}`, headers: bearer }],
  [
    'a mutation by address',
    {
      url: `/graphql?query=${encodeURIComponent(client)}&variables=${encodeURIComponent(JSON.stringify({ input: { name: canary } }))}`,
      headers: bearer,
    },
  ],
  ['a type by address', { url: `/graphql?query={__typename}`, headers: { ...bearer, 'content-type': canary } }],
  ['what is accepted', { ...typed('application/json'), headers: { ...bearer, accept: canary } }],
  ['a method', { ...typed('application/json'), method: 'DELETE', url: `/graphql?${canary}` }],
  ['a form', form(part(`name="${canary}"`, canary))],
  ['a form that breaks off', { ...form(), payload: part(`name="${canary}`, canary) }],
]

it.each(requests)('a request is not said back: %s', async (_what, request) => {
  const { body, headers, statusCode } = await w.app.inject(request)
  expect(wrongWith(body)).toBeNull()
  expect(marksIn(JSON.stringify(headers))).toEqual([])
  expect(statusCode).toBeLessThan(500)
})

describe('a file', () => {
  it('is refused row by row without a word of what stands in its cells', async () => {
    const codes = new Set<string>()
    const files = [
      `id,merged\n${canary},${canary}\n`,
      `id,merged\n${canary},2025-02-02\n${canary},${canaryDay}\n`,
      `id,merged\n " ${canary}"" ",2025-02-02\n`,
      `id,merged\n${canary}\u0007,2025-02-02,${canary}\n`,
      `id,merged\n"${canary},2025-02-02\n`,
      `${canary},b\n1,2\n`,
      `${canary}\u0001,merged\n1,2\n`,
    ]
    const draft = await w.owner.query(
      "select p.id, p.version, p.engagement_id as engagement from population p join engagement e on e.id = p.engagement_id where p.state = 'DRAFT' and not p.is_importing and e.state = 'FIELDWORK' and p.id = any($1) and not exists (select 1 from population_exclusion x where x.population_id = p.id)",
      [held.Population],
    )
    expect(draft.rows.length).toBeGreaterThan(0)
    for (const content of files) {
      const input = {
        idempotencyKey: randomUUID(),
        populationId: draft.rows[0].id,
        expectedVersion: draft.rows[0].version,
      }
      const { id: evidenceId } = await crew.staff.brings(draft.rows[0].engagement, { name: `${canary}.csv`, content })
      const answer = await crew.staff.ask(
        `mutation ($i: ImportPopulationInput!) { importPopulation(input: $i) { __typename ${refusals} } }`,
        { i: { ...input, keyColumn: 'id', dateColumn: 'merged', evidenceId } },
      )
      codes.add(answer.data?.importPopulation.errors[0]?.code ?? 'none')
      expect(wrongWith(JSON.stringify(answer)), content).toBeNull()
    }
    expect([...codes].sort()).toEqual(['INVALID_INPUT', 'ROWS_REFUSED'])
  })
})

describe('an answer is small', () => {
  it.each([
    ['a megabyte of a wrong type', { name: { [canary]: 'x'.repeat(1_000_000) } }],
    ['a megabyte of text', { name: `${canary}${'x'.repeat(1_000_000)}` }],
  ])('to %s', async (_what, change) => {
    const { body } = await post({ query: client, variables: { input: { idempotencyKey: randomUUID(), ...change } } })
    expect(wrongWith(body)).toBeNull()
  })

  it('to a list of a thousand entries of which none is well formed', async () => {
    const results = Array.from({ length: 1_000 }, () => ({
      sampleItemId: canary,
      attribute: canary,
      outcome: 'NO_DEVIATION',
      note: ' ',
    }))
    const input = { idempotencyKey: randomUUID(), procedureId: canary, results }
    const query = `mutation ($i: RecordResultsInput!) { recordResults(input: $i) { ${refusals} } }`
    const { body } = await post({ query, variables: { i: input } })
    expect(JSON.parse(body).data.recordResults.errors).toHaveLength(100)
    expect(marksIn(body)).toEqual([])
    expect(body.length).toBeLessThan(32 * 1024)
  })

  it('to a document of ten thousand faults', async () => {
    const query = `{ ${Array.from({ length: 400 }, (_, at) => `a${at}: ${canary}`).join(' ')} }`
    const { body } = await post({ query })
    expect(wrongWith(body)).toBeNull()
  })
})

it('a row that is damaged is a fault of ours: neither answer nor log says what stands in it', async () => {
  const damaged = await w.owner.query(
    "select conname from pg_constraint where conrelid = 'engagement'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%kind%'",
  )
  for (const { conname } of damaged.rows) await w.owner.query(`alter table engagement drop constraint ${conname}`)
  await w.owner.query('update engagement set kind = $1 where id = $2', [canary, held.Engagement?.[0]])
  const before = lines.length
  const { body } = await post({
    query: 'query ($id: ID!) { engagement(id: $id) { kind } }',
    variables: { id: held.Engagement?.[0] },
  })
  const { errors } = JSON.parse(body)
  expect(errors[0].extensions).toEqual({ code: 'INTERNAL', requestId: expect.any(String) })
  expect(wrongWith(body)).toBeNull()
  const faults = lines.slice(before).filter((line) => line.includes('"fault"'))
  expect(faults).toHaveLength(1)
  expect(marksIn(faults.join())).toEqual([])
})

test('nothing of all that stands in the log, at its most talkative', () => {
  expect(lines.length).toBeGreaterThan(3_000)
  expect(lines.filter((line) => marksIn(line).length > 0).slice(0, 5)).toEqual([])
})
