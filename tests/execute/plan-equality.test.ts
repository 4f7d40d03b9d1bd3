import fc from 'fast-check'
import {
  execute,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql'
import { expect, it } from 'vitest'
import { AnswerSize, answerLimits } from '../../src/kernel/execute/answer-size.js'
import { countedProperty } from '../../src/kernel/execute/executor-resolvers.js'
import { planOf } from '../../src/kernel/execute/plan/plan.js'
import { smallSchema, type Troubles } from '../support/small-schema.js'

// Random operations over a small schema, answered by the plan and by the executor of graphql-js. Where the plan answers, the
// executor answers the same bytes, without errors, and has counted as much.

const model = smallSchema({ seed: 0 })

const literals: Readonly<Record<string, readonly string[]>> = {
  Int: ['0', '1', '3', 'null', '$i', '$n'],
  'Int!': ['0', '7', '$i'],
  ID: ['"a"', '5', 'null', '$s'],
  Boolean: ['true', 'false', '$b'],
  Order: ['ASC', 'DESC', '$o'],
  '[String!]': ['[]', '["a", "b"]', '"one"', '[$w]', '$l'],
  Filter: [
    '{}',
    '{ text: null, numbers: [1, 2] }',
    '{ nested: { numbers: 3, order: $o } }',
    '{ text: $s, numbers: [$i] }',
    '$f',
  ],
  '[Filter!]': ['[]', '[{}, { text: $s }]', '{ order: ASC }', '[$g]', '$fs'],
}
const variables: Readonly<Record<string, readonly [type: string, values: readonly unknown[]]>> = {
  i: ['Int! = 2', [0, 4, undefined]],
  n: ['Int', [null, 1, undefined]],
  s: ['String', [null, 'text', undefined]],
  b: ['Boolean = false', [true, null, undefined]],
  o: ['Order', ['ASC', null, undefined]],
  w: ['String!', ['word']],
  l: ['[String!]', [null, ['x', 'y'], 'single', undefined]],
  f: ['Filter', [null, {}, { text: 'x', nested: { numbers: [4] } }, undefined]],
  g: ['Filter!', [{ numbers: 1 }]],
  fs: ['[Filter!] = [{ text: "d" }]', [null, [{}, { order: 'ASC' }], undefined]],
}

/** Writes an operation by a list of numbers, which a failing example makes shorter and smaller. */
class Writer {
  #at = 0
  #fields = 0
  readonly #fragments: string[] = []

  constructor(private readonly numbers: readonly number[]) {}

  #below(limit: number): number {
    const number = this.numbers[this.#at] ?? 0
    this.#at += 1
    return number % limit
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T
  }

  operation(): { text: string; given: Record<string, unknown> } {
    const selection = this.#selection(model.getQueryType() as GraphQLNamedType, 0)
    const body = [selection, ...this.#fragments].join('\n')
    const used = Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(body))
    const declared = used.map(([name, [type]]) => `$${name}: ${type}`).join(', ')
    const given = Object.fromEntries(
      used.map(([name, [, values]]) => [name, this.#oneOf(values)]).filter(([, value]) => value !== undefined),
    )
    return { text: `query ${declared && `(${declared})`} ${body}`, given }
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const parts = Array.from({ length: 1 + this.#below(4) }, () => this.#part(type, depth))
    return `{ ${parts.join(' ')} }`
  }

  #part(type: GraphQLNamedType, depth: number): string {
    const isRoot = type === model.getQueryType()
    const kind = this.#below(isRoot ? 8 : 10)
    if (kind < 6 || depth > 4) return this.#field(type, depth)
    if (kind === 6) return `... ${this.#selection(type, depth + 1)}`
    if (kind === 7) return '__typename'
    const on = isInterfaceType(type) ? this.#oneOf(['Item', 'Other', 'Named']) : this.#oneOf([type.name, 'Named'])
    const selection = this.#selection(model.getType(on) as GraphQLNamedType, depth + 1)
    if (kind === 8) return `... on ${on} ${selection}`
    const name = `F${this.#fragments.length}`
    this.#fragments.push(`fragment ${name} on ${on} ${selection}`)
    return `...${name} ${this.#below(2) === 0 ? `...${name}` : ''}`
  }

  #field(type: GraphQLNamedType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${type} has no fields.`)
    const leaves = depth > 3 || this.#fields > 60
    const fields = Object.values(type.getFields()).filter((one) => !leaves || !isCompositeType(getNamedType(one.type)))
    if (fields.length === 0) return '__typename'
    const field = this.#oneOf(fields)
    this.#fields += 1
    const taken = this.#arguments(field)
    const below = getNamedType(field.type)
    const selection = isCompositeType(below) ? this.#selection(below, depth + 1) : ''
    // One name of the answer has one field and one list of arguments: others are refused before.
    const alias = taken || this.#below(4) === 0 ? `a${Buffer.from(`${field.name}${taken}`).toString('hex')}: ` : ''
    return `${alias}${field.name}${taken} ${selection}`
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args
      .filter(({ type }) => String(type).endsWith('!') || this.#below(2) === 0)
      .map(({ name, type }) => `${name}: ${this.#oneOf(literals[String(type)] as readonly string[])}`)
    return given.length > 0 ? `(${given.join(', ')})` : ''
  }
}

const size = () => new AnswerSize(answerLimits, 60_000)

/** Answers an operation both ways; compares them where the plan answers. @returns which way it went */
async function compare(numbers: readonly number[], troubles: Troubles): Promise<string> {
  const { text, given } = new Writer(numbers).operation()
  const document = parse(text)
  if (validate(model, document).length > 0) return 'invalid'
  const schema = smallSchema(troubles)
  const { coerced } = getVariableValues(schema, getOperationAST(document)?.variableDefinitions ?? [], given)
  if (!coerced) return 'invalid'
  const executorSize = size()
  const executed = await execute({
    schema,
    document,
    variableValues: given,
    contextValue: { answer: executorSize },
    fieldResolver: countedProperty,
  })
  const plan = planOf(schema, document, null)
  if (!plan) return 'not planned'
  const answer = size()
  const planned = await plan.answer({ answer }, coerced).catch(() => null)
  if (planned === null) return executed.errors ? 'left to the executor: errors' : 'left to the executor'
  expect(executed.errors).toBeUndefined()
  expect(JSON.stringify(planned)).toBe(JSON.stringify(executed.data))
  expect([answer.objects, answer.points]).toEqual([executorSize.objects, executorSize.points])
  return 'equal'
}

const tape = fc.array(fc.nat(9_999), { minLength: 10, maxLength: 150 })

/** How often each way was gone. */
async function ways(troubles: Omit<Troubles, 'seed'>, numRuns: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(tape, fc.nat(), async (numbers, seed) => {
      const way = await compare(numbers, { seed, ...troubles })
      counts.set(way, (counts.get(way) ?? 0) + 1)
    }),
    // The same operations each time: how often each way is gone is asserted.
    { numRuns, seed: 20_261_130 },
  )
  return counts
}

it('values, nulls and promises of whole fields are answered alike, and by the plan wherever there is one', async () => {
  const counts = await ways({ nulls: 5, promises: undefined }, 400)
  expect(counts.get('equal')).toBeGreaterThan(80)
  expect(counts.get('left to the executor')).toBeUndefined()
  expect(counts.get('left to the executor: errors')).toBeUndefined()
  const later = await ways({ nulls: 5, promises: 3 }, 400)
  expect(later.get('equal')).toBeGreaterThan(50)
  expect(later.get('left to the executor: errors')).toBeUndefined()
}, 60_000)

it('an error anywhere leaves the whole operation to the executor', async () => {
  const counts = await ways({ nulls: 6, promises: 3, errors: 30 }, 600)
  expect(counts.get('left to the executor: errors')).toBeGreaterThan(40)
  expect(counts.get('equal')).toBeGreaterThan(40)
}, 60_000)
