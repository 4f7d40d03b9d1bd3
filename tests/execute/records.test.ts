import { buildSchema, graphql, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { guard } from '../../src/kernel/access/guard.js'
import { AnswerSize } from '../../src/kernel/execute/answer-size.js'
import { Context } from '../../src/kernel/execute/context.js'
import { limits } from '../../src/kernel/execute/limits.js'
import { checkRecordedFields } from '../../src/kernel/execute/recorded-fields.js'
import type { Request } from '../../src/kernel/execute/request.js'
import { guardedSchema } from '../../src/schema.js'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

// A query that is recorded (docs/adr/0016): nothing of it is answered unless that it was asked is left to be written.

const w = await world()
const a = await w.firm('Alder')
await staffedEngagement(a, await a.client('Kestrel Cloud'))
const coordinate = 'Query.opinionPreview'

/** The context of an operation of the manager, and how often its record was begun to be written. */
function operation() {
  const answer = new AnswerSize({ objects: 1, bytes: 1_000 }, 1_000)
  const context = new Context({ database: w.database, claims: a.manager.claims, answer } as unknown as Request)
  const begun: unknown[] = []
  const record = async () => {
    begun.push(null)
    throw new Error('Begun.')
  }
  return { context, answer, begun, record }
}

describe('what is recorded of an operation', () => {
  it('is written after its reads', async () => {
    const { context, begun, record } = operation()
    context.forWriting(coordinate).recordAfterReads(record)
    expect(begun).toEqual([])
    await expect(context.writeRecords()).rejects.toThrow('Begun.')
    expect(begun).toHaveLength(1)
  })

  it('is nothing where it was cut off: nothing of it is answered', async () => {
    const { context, answer, begun, record } = operation()
    context.forWriting(coordinate).recordAfterReads(record)
    answer.addObject(1)
    expect(() => answer.addObject(1)).toThrow()
    await context.writeRecords()
    expect(begun).toEqual([])
  })

  it('is left by the query alone that was handed the capability, and not in an attempt', async () => {
    const { context, begun, record } = operation()
    const of = 'Only a query of which the policy says so is recorded.'
    expect(() => context.recordAfterReads(record)).toThrow(of)
    expect(() => context.forWriting('Mutation.signIn').recordAfterReads(record)).toThrow(of)
    const attempt = context.attempt(async (own) => own.forWriting(coordinate).recordAfterReads(record))
    await expect(attempt).rejects.toThrow('An attempt records nothing')
    await context.writeRecords()
    expect(begun).toEqual([])
  })
})

it.each([
  [true, 'answered', { asked: 'answered' }],
  [false, null, { asked: null }],
  [false, 'answered', { asked: null }],
])('a recorded query that left a record: %s, and resolved to %s, is answered so', async (hasRecorded, value, data) => {
  const table = {
    policy: { 'Query.asked': { anyone: true, recorded: true } },
    classes: {},
    structural: new Set<string>(),
    gated: [],
    ofEngagement: [],
  } as const
  const schema = guard(buildSchema('type Query { asked: String }'), table)
  const asked = { asked: () => value }
  const contextValue = { forWriting: () => ({ hasRecorded }), actor: async () => null, knownActor: null }
  const answer = await graphql({ schema, source: '{ asked }', rootValue: asked, contextValue })
  expect(answer.data).toEqual(data)
  expect(answer.errors?.map(({ message }) => message)).toEqual(
    value && !hasRecorded ? ['Query.asked was answered and not recorded'] : undefined,
  )
})

describe('an operation', async () => {
  const schema = await guardedSchema(features)
  const fields = (count: number) =>
    Array.from({ length: count }, (_, n) => `f${n}: opinionPreview(input: { engagementId: "1" }) { overall }`).join(' ')
  const check = (text: string) => () => {
    const document = parse(text)
    checkRecordedFields(schema, document, document.definitions[0] as never, limits.recordedFields)
  }

  it.each([
    `{ ${fields(5)} viewer { member { name } } }`,
    `{ ${fields(5)} ...F } fragment F on Query { ${fields(5)} }`,
  ])('asks for five recorded fields: %s', (text) => {
    expect(check(text)).not.toThrow()
  })

  it.each([
    `{ ${fields(6)} }`,
    `{ ... { ${fields(5)} } ...F } fragment F on Query { ...G } fragment G on Query { opinionPreview(input: { engagementId: "1" }) { overall } }`,
  ])('does not ask for more: %s', (text) => {
    expect(check(text)).toThrow('The operation asks for 6 things that are recorded; 5 are allowed.')
  })
})
