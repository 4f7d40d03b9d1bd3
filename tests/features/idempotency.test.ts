import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Beech')

const create = async (person: Person, idempotencyKey: string, name: string) =>
  (
    await person.gql(
      'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id name version createdAt } errors { code path } } }',
      { input: { idempotencyKey, name } },
    )
  ).createClient
const clientsNamed = async (name: string) =>
  Number((await w.owner.query('select count(*) as n from client where name = $1', [name])).rows[0].n)

describe('the same act sent twice', () => {
  it('happens once and answers the same, to the letter', async () => {
    const key = randomUUID()
    const first = await create(a.manager, key, 'Once')
    const before = await w.digest()
    expect(await create(a.manager, key, 'Once')).toEqual(first)
    expect(first.errors).toEqual([])
    expect(await w.digest()).toBe(before)
  })

  it('answers what it answered first, also when the object has changed since', async () => {
    const key = randomUUID()
    const first = await create(a.manager, key, 'Before')
    await a.manager.does('updateClient', { clientId: first.client.id, expectedVersion: 1, name: 'After' })
    expect(await create(a.manager, key, 'Before')).toEqual(first)
  })

  it('happens once when it is sent at the same moment over many connections', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(a.manager, key, 'Together')))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0].client.name).toBe('Together')
    expect(await clientsNamed('Together')).toBe(1)
  })

  it('with another input is refused, and nothing moves', async () => {
    const key = randomUUID()
    await create(a.manager, key, 'This')
    const before = await w.digest()
    expect(await create(a.manager, key, 'That')).toEqual({
      client: null,
      errors: [{ code: 'IDEMPOTENCY_MISMATCH', path: ['idempotencyKey'] }],
    })
    expect(await w.digest()).toBe(before)
  })

  it('with the key of another act is refused', async () => {
    const key = randomUUID()
    const { client } = await create(a.manager, key, 'Act')
    const payload = await a.manager.tryTo('updateClient', {
      idempotencyKey: key,
      clientId: client.id,
      expectedVersion: 1,
      name: 'Other act',
    })
    expect(payload.errors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }])
  })

  it('is told apart from one that is still under way', async () => {
    const key = randomUUID()
    const other = await w.owner.connect()
    await other.query('begin')
    await other.query(
      `insert into idempotency (firm_id, scope, key, action, input_digest, created_at) values ($1, $2, $3, 'x', 'x', now())`,
      [a.id, a.manager.memberId, key],
    )
    try {
      expect(await create(a.manager, key, 'Waiting')).toEqual({
        client: null,
        errors: [{ code: 'IDEMPOTENCY_IN_FLIGHT', path: ['idempotencyKey'] }],
      })
    } finally {
      await other.query('rollback')
      other.release()
    }
    expect((await create(a.manager, key, 'Waiting')).client.name).toBe('Waiting')
  })

  it('is another act when another member sends it, or one of another firm', async () => {
    const key = randomUUID()
    await create(a.manager, key, 'Shared key')
    expect((await create(a.partner, key, 'Shared key, partner')).errors).toEqual([])
    expect((await create(b.manager, key, 'Shared key')).errors).toEqual([])
    expect(await clientsNamed('Shared key')).toBe(2)
  })

  it('may be tried again with the same key after a refusal', async () => {
    const key = randomUUID()
    await create(a.manager, randomUUID(), 'Taken')
    expect((await create(a.manager, key, 'Taken')).errors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect((await create(a.manager, key, 'Free')).client.name).toBe('Free')
  })

  it('is forgotten after seven days, and the answers kept until then are sealed', async () => {
    const key = randomUUID()
    await create(a.manager, key, 'Old one of the week')
    const { rows } = await w.owner.query('select sealed_payload from idempotency where key = $1', [key])
    expect(rows[0].sealed_payload.toString('latin1')).not.toContain('Old one')
    await w.owner.query(`update idempotency set created_at = now() - interval '7 days 1 second' where key = $1`, [key])
    expect((await create(a.manager, key, 'New one of the week')).client.name).toBe('New one of the week')
  })

  it('needs a key of 1 to 100 characters', async () => {
    const before = await w.digest()
    expect((await create(a.manager, '', 'No key')).errors).toEqual([
      { code: 'INVALID_INPUT', path: ['idempotencyKey'] },
    ])
    expect((await create(a.manager, 'x'.repeat(101), 'Long key')).errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(await w.digest()).toBe(before)
  })

  it.each([
    ['a character that cannot be kept', 'the key\u0000'],
    ['half of a character, which is kept as any other half', 'the key\ud800'],
  ])('needs a key without %s', async (_, key) => {
    const before = await w.digest()
    expect((await create(a.manager, key, 'Unkept')).errors).toEqual([
      { code: 'INVALID_INPUT', path: ['idempotencyKey'] },
    ])
    expect(await w.digest()).toBe(before)
  })
})
