import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type GraphQLInputType, getNamedType, isInputObjectType, isListType, isNonNullType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { limits } from '../../src/kernel/execute/limits.js'
import { plainSchema } from '../../src/schema.js'
import { argumentsFor, exampleOf, operationFor } from '../support/generate.js'
import { world } from '../support/world.js'

const w = await world()
const { manager } = await w.firm('Ashdown')
const schema = await plainSchema(features)

/** Sends a body as it is, signed in: of others nothing so long is taken in. Answers status and codes, and how long it took. */
async function post(body: string) {
  const start = performance.now()
  const response = await w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${w.tokenFor(manager.claims)}` },
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

  it('by a chain of fragments is answered: the number of selections keeps it short enough', async () => {
    const links = limits.selections / 2 - 2
    const chain = Array.from({ length: links }, (_, n) => `fragment F${n} on Query { ...F${n + 1} }`).join(' ')
    const { status, data } = await ask(`{ ...F0 } ${chain} fragment F${links} on Query { __typename }`)
    expect([status, data]).toEqual([200, { __typename: 'Query' }])
  })
})

describe('a document of hardly more than comments, which are no tokens', () => {
  const comments = (chars: number) => '#\n'.repeat(chars / 2)

  it('is refused beyond a length', async () => {
    const { status, errors } = await ask(`{ __typename }${comments(limits.documentChars)}`)
    expect([status, errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
  })

  it.each([
    ['as long as is allowed', limits.documentChars, 30],
    ['as long as is kept', limits.keptChars, 300],
  ])('is answered when %s, and many do not stay in the memory', async (_, chars, many) => {
    const megabytes = () => {
      setFlagsFromString('--expose-gc')
      runInNewContext('gc')()
      return process.memoryUsage().heapUsed / 2 ** 20
    }
    const before = megabytes()
    for (let n = 0; n < many; n += 1) {
      const document = `{ a${n}: __typename }${comments(chars - 100)}`
      expect((await ask(document)).data).toEqual({ [`a${n}`]: 'Query' })
    }
    // Parsed, a hundred thousand characters take four.
    expect(megabytes() - before).toBeLessThan(50)
  })
})

it.each([
  ['that is not known', '@aa', 2],
  ['that are repeated', '@skip(if:false)', 7],
])('thousands of directives are refused, with no more than a hundred errors', async (_what, directive, tokens) => {
  const { status, errors, ms } = await ask(`{ __typename ${directive.repeat(limits.tokens / tokens - 20)} }`)
  expect(status).toBe(400)
  expect(errors.length).toBeLessThanOrEqual(101)
  expect(ms).toBeLessThan(3_000)
})

describe('a document whose fields all meet each other', () => {
  const tooMany = `The document has more than ${limits.selections} selections in braces.`
  const some = limits.selections + 1

  it.each([
    ['in one place', `{ ${'viewer{firm{name}} '.repeat(some / 2)} }`],
    [
      'in fragments',
      `{ ${'...F '.repeat(some)} } ${Array.from({ length: some / 3 }, (_, n) => `fragment F${n} on Query { viewer { id } }`).join(' ')}`,
    ],
  ])('is refused before each is compared with each: %s', async (_, document) => {
    expect(await ask(document)).toMatchObject({
      status: 400,
      errors: [{ message: tooMany, extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  it('is told by its braces, not by what is written in its texts', async () => {
    const document = `{ __type(name: "${'{ '.repeat(some)}") { name } }`
    expect(await ask(document)).toMatchObject({ status: 200, data: { __type: null } })
  })
})

describe('a body that is dear to parse', () => {
  const full = (piece: (n: number) => string) => {
    let text = ''
    for (let n = 0; text.length < limits.bodyBytes - 1_000; n += 1) text += piece(n)
    return text
  }
  const tooNested = `The body has more than ${limits.nesting} brackets within brackets.`
  const tooMany = `The body has more than ${limits.values} values.`
  const half = limits.bodyBytes / 2 - 1_000
  const given = (variables: string) => `{"query":"{ __typename }","variables":${variables}}`

  it.each([
    ['brackets that are not closed', '['.repeat(2 * half), tooNested],
    ['lists within lists', given(`{"a":${nested('[', '', ']', half)}}`), tooNested],
    ['objects within objects', given(nested('{"a":', '1', '}', half / 3)), tooNested],
    ['empty lists', given(`{"a":[${full(() => '[],')}[]]}`), tooMany],
    ['names', given(`{${full((n) => `"k${n}":0,`)}"a":0}`), tooMany],
  ])('is refused unread: four megabytes of %s', async (_, body, message) => {
    const before = process.cpuUsage()
    const { status, errors } = await post(body)
    const { user, system } = process.cpuUsage(before)
    expect([status, errors]).toEqual([400, [{ message, extensions: { code: 'BAD_USER_INPUT' } }]])
    // Parsed, each takes longer than this.
    expect((user + system) / 1_000).toBeLessThan(200)
  })

  it('is told by its brackets and values, not by what is written in its texts', async () => {
    const text = JSON.stringify('\\"[{,'.repeat(limits.values))
    expect(
      await post(`{"query":"query ($a: String!) { __type(name: $a) { name } }","variables":{"a":${text}}}`),
    ).toMatchObject({
      status: 200,
      data: { __type: null },
    })
  })

  it('may nest, and hold values, as far as is allowed', async () => {
    const deep = nested('[', '0', ']', limits.nesting - 2)
    const wide = Array(limits.values - limits.nesting - 4).fill(0)
    const answer = await post(`{"query":"{ __typename }","variables":{"a":${deep},"b":0},"extensions":{"c":0}}`)
    expect(answer.data).toEqual({ __typename: 'Query' })
    // Taken in; that it is too long for a list is said of the list.
    expect((await ask('{ __typename }', { wide })).errors[0].message).toContain('A list in the variables')
  })
})

it('a cursor that nests without end is refused unread', async () => {
  const cursor = Buffer.from(nested('[', '', ']', 1_500_000)).toString('base64url')
  const before = process.cpuUsage()
  const { errors } = await manager.ask('query ($after: String) { clients(after: $after) { nodes { id } } }', {
    after: cursor,
  })
  const { user, system } = process.cpuUsage(before)
  expect(errors).toMatchObject([{ message: '`after` is not a cursor of this list.' }])
  expect((user + system) / 1_000).toBeLessThan(300)
})

it('a content type without end is refused before it is searched for its parts', async () => {
  const response = await w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': `application/json;${' '.repeat(15_000)}x` },
    payload: '{"query":"{ __typename }"}',
  })
  expect([response.statusCode, response.json().errors[0].extensions.code]).toEqual([415, 'BAD_USER_INPUT'])
})

describe('variables', () => {
  const record = (name: string) => `${name}: recordResults(input: $${name}) { errors { code } }`
  const names = Array.from({ length: limits.rootFields }, (_, n) => `i${n}`)
  const operation = `mutation Record(${names.map((name) => `$${name}: RecordResultsInput!`)}) { ${names.map(record).join(' ')} }`
  // As many as a body holds: an error for each of their fields would be many thousands.
  const each = Math.floor(limits.values / 2 / names.length) - 3
  const variables = Object.fromEntries(names.map((name) => [name, { results: Array(each).fill({}) }]))

  it('that do not fit are refused at the first fault, however many there are', async () => {
    const { status, errors, ms } = await post(JSON.stringify({ query: operation, variables }))
    expect([status, errors.length, errors[0].extensions.code]).toEqual([400, 1, 'BAD_USER_INPUT'])
    expect(ms).toBeLessThan(3_000)
  })

  it('are not held against an operation that is not to run', async () => {
    const query = `query Other { __typename } ${operation}`
    const named = await post(JSON.stringify({ query, operationName: 'Other', variables }))
    expect([named.status, named.data]).toEqual([200, { __typename: 'Query' }])
    const unnamed = await post(JSON.stringify({ query, variables }))
    expect([unnamed.status, unnamed.errors.length]).toEqual([400, 1])
    expect(named.ms + unnamed.ms).toBeLessThan(3_000)
  })

  it.each(['{"a":', '['])('nested two hundred thousand levels deep (%s) are refused', async (open) => {
    const close = open === '[' ? ']' : '}'
    const value = nested(open, '1', close, 200_000)
    const create = 'mutation ($i: CreateClientInput!) { createClient(input: $i) { errors { code } } }'
    const answer = await post(`{"query":"${create}","variables":{"i":{"idempotencyKey":"12345678","name":${value}}}}`)
    expect([answer.status, answer.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
    expect(answer.ms).toBeLessThan(5_000)
  })
})

/** Every list in the arguments of a root field: where it stands, and what one of its entries is. */
function listsOf(field: string): { path: string[]; entry: GraphQLInputType }[] {
  const found: { path: string[]; entry: GraphQLInputType }[] = []
  const walk = (given: GraphQLInputType, path: string[]): void => {
    const type = isNonNullType(given) ? given.ofType : given
    if (isListType(type)) found.push({ path, entry: type.ofType })
    if (isInputObjectType(type))
      for (const inner of Object.values(type.getFields())) walk(inner.type, [...path, inner.name])
  }
  for (const argument of rootFields[field]?.args ?? []) walk(argument.type, [argument.name])
  return found
}
type List = ReturnType<typeof listsOf>[number] & { field: string }
const rootFields = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() }
const lists: List[] = Object.keys(rootFields).flatMap((field) => listsOf(field).map((list) => ({ field, ...list })))

describe('a list in the variables', () => {
  const isObject = ({ entry }: List) => isInputObjectType(getNamedType(entry))
  const most = (list: List) => (isObject(list) ? limits.objects : limits.entries)
  const nameOf = ({ field, path }: List) => `${field} ${path.join('.')}`

  /** Sends one list with so many entries that are each what they should be. */
  async function send({ field, path, entry }: List, count: number) {
    const id = () => manager.memberId
    const variables = argumentsFor(schema, field, { id })
    const [last = '', ...before] = path.toReversed()
    const place = before.reverse().reduce<Record<string, any>>((inner, step) => (inner[step] ??= {}), variables)
    place[last] = Array(count).fill(exampleOf(entry, `${path.join('.')}.0`, { field, id }))
    const start = performance.now()
    const { errors = [] } = await w.send(operationFor(schema, field, 0).query, variables, w.tokenFor(manager.claims))
    return { told: errors.map(({ message }) => message), ms: performance.now() - start }
  }
  const tooLong = 'A list in the variables has more entries than any input takes.'

  it.each(lists.map((list) => [nameOf(list), list] as const))(
    'is refused unread when it is too long: %s',
    async (_, list) => {
      expect((await send(list, most(list) + 1)).told).toEqual([tooLong])
    },
  )

  it('is refused in a moment when it has as many entries as a body may hold', async () => {
    const { told, ms } = await send(lists.find(isObject) as List, 10_000)
    expect(told).toEqual([tooLong])
    expect(ms).toBeLessThan(3_000)
  })

  it('may have as many entries as an input takes', async () => {
    for (const name of ['recordResults input.results', 'drawSample input.itemKeys']) {
      const list = lists.find((one) => nameOf(one) === name) as List
      expect((await send(list, most(list) / 2)).told, name).not.toContain(tooLong)
    }
  })
})
