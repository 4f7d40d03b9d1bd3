import { describe, expect, it } from 'vitest'
import { limits } from '../../src/server/limits.js'
import { world } from '../support/world.js'

const w = await world()

/** Sends a body as it is; answers status and codes, and how long it took. */
async function post(body: string) {
  const start = performance.now()
  const response = await w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json' },
    payload: body,
  })
  const { errors = [], data } = response.json()
  return { status: response.statusCode, errors, data, ms: performance.now() - start }
}
const ask = (query: string, variables: Record<string, unknown> = {}) => post(JSON.stringify({ query, variables }))

const tooNested = {
  message: `The document has more than ${limits.nesting} brackets within brackets.`,
  extensions: { code: 'BAD_USER_INPUT' },
}
const nested = (open: string, inmost: string, close: string, levels: number) =>
  `${open.repeat(levels)}${inmost}${close.repeat(levels)}`

describe('a document that nests more deeply than a stack holds', () => {
  // As deep as the number of tokens allows.
  it.each<[string, (levels: number) => string, number]>([
    ['fields', (levels) => nested('{ a', '', ' }', levels), 3],
    ['inline fragments', (levels) => `{ ${nested('...{', '__typename', '}', levels)} }`, 3],
    ['a list literal', (levels) => `{ node(id: ${nested('[', '', ']', levels)}) { id } }`, 2],
    ['an object literal', (levels) => `{ node(id: ${nested('{a:', '1', '}', levels)}) { id } }`, 4],
    ['the type of a variable', (levels) => `query ($a: ${nested('[', 'Int', ']', levels)}) { a(b: $a) }`, 2],
  ])('is refused as the caller’s fault: %s', async (_what, document, tokens) => {
    const deep = document(Math.floor(limits.tokens / tokens) - 20)
    expect(await ask(deep)).toMatchObject({ status: 400, errors: [tooNested] })
    const byGet = await w.app.inject({
      url: `/graphql?query=${encodeURIComponent(document(limits.nesting + 1))}`,
      headers: { 'apollo-require-preflight': 'x' },
    })
    expect([byGet.statusCode, byGet.json()]).toEqual([400, { errors: [tooNested] }])
  })

  it('is told by its brackets, not by what is written in its texts and comments', async () => {
    const brackets = '['.repeat(limits.nesting * 2)
    const document = `# ${brackets}\n{ a: __type(name: "${brackets}") { name } b: __type(name: """${brackets}""") { name } }`
    expect(await ask(document)).toMatchObject({ status: 200, data: { a: null, b: null } })
    const closed = `{ a: __type(name: "${'}'.repeat(limits.nesting)}") { ${nested('...{', '__typename', '}', limits.nesting)} } }`
    expect(await ask(closed)).toMatchObject({ status: 400, errors: [tooNested] })
  })

  it('may still nest as far as is allowed', async () => {
    const document = `{ ${nested('...{', '__typename', '}', limits.nesting - 1)} }`
    expect(await ask(document)).toMatchObject({ status: 200, data: { __typename: 'Query' } })
  })

  it('by a chain of fragments is answered: the number of tokens keeps it short enough', async () => {
    const links = Math.floor(limits.tokens / 8) - 2
    const chain = Array.from({ length: links }, (_, n) => `fragment F${n} on Query { ...F${n + 1} }`).join(' ')
    const { status, data } = await ask(`{ ...F0 } ${chain} fragment F${links} on Query { __typename }`)
    expect([status, data]).toEqual([200, { __typename: 'Query' }])
  })
})

describe('variables', () => {
  const record = 'mutation ($i: RecordResultsInput!) { recordResults(input: $i) { errors { code } } }'
  // As many as a body holds: an error for each is more than the memory holds.
  const many = `[${'{},'.repeat(limits.bodyBytes / 4)}{}]`
  const faulty = `"variables":{"i":{"idempotencyKey":"12345678","expectedVersion":1,"sampleId":"x","results":${many}}}`

  it('that do not fit are refused at the first fault, however many there are', async () => {
    const { status, errors, ms } = await post(`{"query":${JSON.stringify(record)},${faulty}}`)
    expect([status, errors.length, errors[0].extensions.code]).toEqual([400, 1, 'BAD_USER_INPUT'])
    expect(ms).toBeLessThan(5_000)
  })

  it('are not looked at for an operation that is not to run', async () => {
    const two = `query One { __typename } ${record.replace('mutation', 'mutation Two')}`
    const named = await post(`{"query":${JSON.stringify(two)},"operationName":"One",${faulty}}`)
    expect([named.status, named.data]).toEqual([200, { __typename: 'Query' }])
    const unnamed = await post(`{"query":${JSON.stringify(two)},${faulty}}`)
    expect([unnamed.status, unnamed.errors.length]).toEqual([400, 1])
    expect(named.ms + unnamed.ms).toBeLessThan(5_000)
  })

  it.each(['{"a":', '['])('nested as deeply as a body holds (%s) are refused', async (open) => {
    const close = open === '[' ? ']' : '}'
    const value = nested(open, '1', close, limits.bodyBytes / (open.length + 1) - 1_000)
    const create = 'mutation ($i: CreateClientInput!) { createClient(input: $i) { errors { code } } }'
    const answer = await post(`{"query":"${create}","variables":{"i":{"idempotencyKey":"12345678","name":${value}}}}`)
    expect([answer.status, answer.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
    expect(answer.ms).toBeLessThan(5_000)
  })
})
