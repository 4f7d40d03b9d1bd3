import { performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { buildSchema, execute, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { type AnswerLimits, AnswerSize, answerLimits } from '../../src/kernel/execute/answer-size.js'
import { countedProperty, resolversForExecutor } from '../../src/kernel/execute/executor-resolvers.js'
import { planOf } from '../../src/kernel/execute/plan/plan.js'
import { world } from '../support/world.js'

const limits: AnswerLimits = { objects: 150, bytes: 40_000 }
const w = await world(undefined, { answerLimits: limits })
const a = await w.firm('Ashdown')
for (let n = 0; n < 60; n += 1) await a.client(`Client ${n}`)

const tooLarge = {
  message:
    'The answer is too large: at most 150 objects and 40,000 bytes are answered at once. Ask for fewer or smaller lists.',
  extensions: { code: 'TOO_LARGE', limits },
}
const people = (first: number) => `{ clients(first: ${first}) { nodes { name members(first: 2) { nodes { name } } } } }`

describe('an answer of too many objects', () => {
  // The first time the executor of graphql-js answers, from then on a plan.
  it.each(['the executor', 'a plan', 'a plan once more'])('by %s is broken off and said so, once', async () => {
    const answer = await a.manager.ask(people(40))
    expect(answer).toEqual({ data: null, errors: [{ ...tooLarge, path: ['clients'] }] })
  })

  it.each(['the executor', 'a plan'])('is not one of a few fewer: %s', async () => {
    const { data, errors } = await a.manager.ask(people(28))
    expect(errors).toBeUndefined()
    expect(data.clients.nodes).toHaveLength(28)
  })

  it('with a directive, which no plan answers, is broken off as well', async () => {
    const { data, errors } = await a.manager.ask(people(41).replace('{', '{ executed: __typename @include(if: true)'))
    expect([data, errors?.length, errors?.[0]?.extensions.code]).toEqual([null, 1, 'TOO_LARGE'])
  })
})

describe('an answer of too many bytes', () => {
  const aliases = (times: number) =>
    `{ clients(first: 50) { nodes { ${Array.from({ length: times }, (_, n) => `a_rather_long_alias_of_the_name_${n}: name`).join(' ')} } } }`

  it.each(['the executor', 'a plan'])('is broken off: %s', async () => {
    const { data, errors } = await a.manager.ask(aliases(20))
    expect([data, errors?.length, errors?.[0]?.extensions.code]).toEqual([null, 1, 'TOO_LARGE'])
  })

  it.each(['the executor', 'a plan'])('is one of about as many bytes as are sent: %s', async () => {
    const { data } = await a.manager.ask(aliases(15))
    const bytes = Buffer.byteLength(JSON.stringify(data))
    expect(bytes).toBeGreaterThan(limits.bytes * 0.8)
    expect(bytes).toBeLessThan(limits.bytes)
  })
})

describe('an act whose answer is too large', () => {
  it('is done and says so; acts behind it in the operation are not begun', async () => {
    const before = await w.counts()
    const big = `client { name ${Array.from({ length: 1_000 }, (_, n) => `another_name_for_the_same_name_${n}: name`).join(' ')} }`
    const input = (name: string) => ({ idempotencyKey: `key of ${name}`, name })
    const { data, errors } = await a.manager.ask(
      `mutation ($one: CreateClientInput!, $two: CreateClientInput!) {
         one: createClient(input: $one) { ${big} errors { code } } two: createClient(input: $two) { client { name } } }`,
      { one: input('Heron Cloud'), two: input('Plover Cloud') },
    )
    expect(data?.one ?? null).toEqual({ client: null, errors: [] })
    expect(data?.two ?? null).toBeNull()
    expect(errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
      ['one', 'TOO_LARGE'],
      ['two', 'TOO_LARGE'],
    ])
    expect(await w.counts()).toMatchObject({ client: (before.client as number) + 1 })
  })
})

describe('answering', () => {
  const schema = resolversForExecutor(
    buildSchema('type Query { things: [Thing!]! } type Thing { name: String! things: [Thing!] }'),
  )
  const document = parse('{ things { name things { name } } }')
  const things = Array.from({ length: 1_500 }, (_, n) => ({
    name: `thing ${n}`,
    things: Array.from({ length: 300 }, (_, m) => ({ name: `thing ${n} of ${m}` })),
  }))
  const ways: [string, (answer: AnswerSize) => Promise<unknown>][] = [
    [
      'a plan',
      (answer) => {
        const query = buildSchema('type Query { things: [Thing!]! } type Thing { name: String! things: [Thing!] }')
        const { things: field } = query.getQueryType()?.getFields() ?? {}
        if (field) field.resolve = async () => things
        return planOf(query, document, null)?.answer({ answer }, {}) as Promise<unknown>
      },
    ],
    [
      'the executor',
      async (answer) => {
        const { data, errors } = await execute({
          schema,
          document,
          rootValue: { things: async () => things },
          contextValue: { answer },
          fieldResolver: countedProperty,
        })
        if (errors?.[0]) throw errors[0].originalError ?? errors[0]
        return data
      },
    ],
  ]

  it.each(ways)('by %s counts alike', async (_who, answer) => {
    const size = new AnswerSize({ objects: 1_000_000, bytes: 1_000_000_000 }, 60_000)
    const data = await answer(size)
    const bytes = JSON.stringify(data).length
    // The root of a plan is counted as an object, too.
    expect(Math.abs(size.objects - 451_500)).toBeLessThanOrEqual(1)
    expect(Math.abs(size.bytes - bytes) / bytes).toBeLessThan(0.1)
  })

  it.each(ways)('by %s ends by the clock, also where nothing is read from the database', async (_who, answer) => {
    await expect(answer(new AnswerSize(answerLimits, -1))).rejects.toMatchObject({ code: 'TIMED_OUT' })
  })

  it.each(ways)('by %s ends at its limit', async (_who, answer) => {
    const size = new AnswerSize({ objects: 5_000, bytes: 100_000_000 }, 60_000)
    await expect(answer(size)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    expect(size.objects).toBeLessThan(5_400)
  })

  it('by a plan lets others have the event loop in between', async () => {
    let turns = 0
    let isOver = false
    const counting = (async () => {
      while (!isOver) {
        await turn()
        turns += 1
      }
    })()
    const begun = performance.now()
    const answers = ways[0]?.[1](new AnswerSize({ objects: 1_000_000, bytes: 1_000_000_000 }, 60_000))
    await answers
    const took = performance.now() - begun
    isOver = true
    await counting
    // A turn lasts some 15 ms; several times as long, where the machine has other work.
    expect(turns).toBeGreaterThan(Math.floor(took / 60))
    expect(took).toBeGreaterThan(15)
  })
})
