import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse, validate } from 'graphql'
import { expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { plainSchema } from '../../src/schema.js'

const schema = await plainSchema(features)
const textOf = (file: string) => readFileSync(resolve(import.meta.dirname, '../../..', file), 'utf8')

/** Operations in GraphQL, and those in the JSON of a request, as the commands of the document send them. */
const operationsIn = (text: string): string[] => [
  ...[...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, operation]) => operation as string),
  ...[...text.matchAll(/\{ "query": .*\}(?='| *$)/gm)].map(([json]) => (JSON.parse(json) as { query: string }).query),
]

it.each([
  ['README.md', 2],
  ['docs/integrate.md', 13],
])('%s has %s operations, each valid against the schema', (document, count) => {
  const operations = operationsIn(textOf(document))
  expect(operations).toHaveLength(count)
  for (const operation of operations) expect(validate(schema, parse(operation)), operation).toEqual([])
})
