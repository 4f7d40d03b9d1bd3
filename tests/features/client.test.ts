import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')

describe('clients', () => {
  it('are taken on by partners, managers and admins, once by name', async () => {
    const { client } = await a.manager.does('createClient', { name: 'Kestrel Cloud' }, 'client { id name version }')
    expect(client).toMatchObject({ name: 'Kestrel Cloud', version: 1 })
    const before = await w.digest()
    const again = await a.partner.tryTo('createClient', { name: 'Kestrel Cloud' })
    expect(again.errors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['name'] }])
    expect(await a.staff.isDenied('createClient', { name: 'Other' })).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
  })

  it('are changed by version: a stale one is refused and nothing is overwritten', async () => {
    const { client } = await a.manager.does('createClient', { name: 'Heron Pay' }, 'client { id version }')
    const change = { clientId: client.id, expectedVersion: 1 }
    await a.manager.does('updateClient', { ...change, name: 'Heron Payments' })
    const before = await w.digest()
    const stale = await a.partner.tryTo('updateClient', { ...change, name: 'Lost' })
    expect(stale.errors).toMatchObject([{ __typename: 'VersionConflict', code: 'VERSION_CONFLICT', currentVersion: 2 }])
    expect(await w.digest()).toBe(before)
    const { node } = await a.admin.gql(
      'query ($id: ID!) { node(id: $id) { version ... on Client { name } actions { name allowed reason { message } } } }',
      { id: client.id },
    )
    expect(node).toMatchObject({ version: 2, name: 'Heron Payments' })
    expect(node.actions).toContainEqual({ name: 'updateClient', allowed: true, reason: null })
  })

  it('of another firm are as if they had never been', async () => {
    const { client } = await a.manager.does('createClient', { name: 'Plover Data' }, 'client { id }')
    const before = await w.digest()
    const attempt = async (id: string) =>
      b.manager.ask(
        'mutation ($input: UpdateClientInput!) { updateClient(input: $input) { client { id } errors { code } } }',
        { input: { idempotencyKey: randomUUID(), clientId: id, expectedVersion: 1, name: 'Taken' } },
      )
    expect(await attempt(client.id)).toEqual(await attempt(randomUUID()))
    expect(await b.manager.gql('query ($id: ID!) { node(id: $id) { id } }', { id: client.id })).toEqual({ node: null })
    expect(await w.digest()).toBe(before)
  })
})
