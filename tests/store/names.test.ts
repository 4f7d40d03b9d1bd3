import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { declarations } from '../../src/features.js'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
// As a build that shortens names would leave them: all classes of rows have the same one.
for (const row of declarations.rows) Object.defineProperty(row, 'name', { value: 'a' })
const a = await w.firm('Alder')
const client = await a.client('Ash')

const names = (rows: readonly { changes: string; node_type: string }[]) =>
  rows.map(({ changes, node_type }) => [
    node_type,
    ...new Set((JSON.parse(changes) as { type: string }[]).map(({ type }) => type)),
  ])

test('classes of rows that are named otherwise change nothing in the trail', async () => {
  const engagement = await staffedEngagement(a, client)
  const { rows } = await w.owner.query(
    "select node_type, changes from trail_entry where chain_id = $1 and action = 'createEngagement'",
    [engagement],
  )
  expect(names(rows)).toEqual([['Engagement', 'Engagement', 'TeamMember']])
})

test('nor in the answer that is kept for a repetition, nor in what `node` and `actions` answer', async () => {
  const input = { idempotencyKey: randomUUID(), name: 'Aspen' }
  const create =
    'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id name createdAt } } }'
  const first = await a.manager.gql(create, { input })
  expect(await a.manager.gql(create, { input })).toEqual(first)
  const { id } = first.createClient.client
  const { node } = await a.manager.gql('query ($id: ID!) { node(id: $id) { __typename id actions { name } } }', { id })
  expect([node.__typename, node.id]).toEqual(['Client', id])
  expect(node.actions.map(({ name }: { name: string }) => name)).toContain('updateClient')
})
