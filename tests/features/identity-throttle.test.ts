import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { throttleLimits } from '../../src/features/identity/throttle.js'
import { password, proxy, signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
const { firmId } = await w.firm('Larch & Partners (invented)', 'ada@larch.example.test')
const ada = 'ada@larch.example.test'

beforeEach(async () => {
  await w.world.owner.query('delete from throttle')
})

/** Sends a mutation from an address; answers the code of the refusal or fault, or `done`. */
async function from(address: string, mutation: string, input: Record<string, unknown>): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const response = await w.world.app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress: address,
    payload: {
      query: `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code } } }`,
      variables: { input: { idempotencyKey: randomUUID(), ...input } },
    },
  })
  const { data, errors } = response.json()
  return errors?.[0]?.extensions.code ?? data[mutation].errors[0]?.code ?? 'done'
}

const fail = (address: string, email = ada) => from(address, 'signIn', { email, password: 'a wrong password' })
const succeed = (address: string, email = ada) => from(address, 'signIn', { email, password })

async function times(count: number, act: (n: number) => Promise<string>): Promise<Set<string>> {
  const codes = new Set<string>()
  for (let n = 0; n < count; n += 1) codes.add(await act(n))
  return codes
}

const passTheWindow = () =>
  w.world.owner.query("update throttle set window_ends_at = window_ends_at - interval '15 minutes 1 second'")

describe('an account', () => {
  test('is closed after ten failures from wherever, the right password included, for a quarter of an hour', async () => {
    expect(await times(10, (n) => fail(`192.0.2.${n}`))).toEqual(new Set(['CREDENTIALS_REFUSED']))
    expect(await fail('192.0.2.99')).toBe('RATE_LIMITED')
    expect(await succeed('192.0.2.100')).toBe('RATE_LIMITED')
    expect(await succeed('192.0.2.100', ' ADA@Larch.example.test')).toBe('RATE_LIMITED')
    await passTheWindow()
    expect(await succeed('192.0.2.100')).toBe('done')
  })

  test('that does not exist is closed alike', async () => {
    const nobody = 'nobody@larch.example.test'
    expect(await times(10, (n) => fail(`192.0.2.${n}`, nobody))).toEqual(new Set(['CREDENTIALS_REFUSED']))
    expect(await fail('192.0.2.99', nobody)).toBe('RATE_LIMITED')
    expect(await succeed('192.0.2.99')).toBe('done')
  })

  test('counts attempts that are made at the same moment: no more than ten get as far as the password', async () => {
    const codes = await Promise.all(Array.from({ length: 25 }, (_, n) => fail(`192.0.2.${n}`)))
    expect(codes.filter((code) => code === 'CREDENTIALS_REFUSED')).toHaveLength(10)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(15)
  })

  test('is not closed by signing in rightly, however often', async () => {
    expect(await times(15, () => succeed('192.0.2.1'))).toEqual(new Set(['done']))
    expect(await times(10, () => fail('192.0.2.1'))).toEqual(new Set(['CREDENTIALS_REFUSED']))
    expect(await fail('192.0.2.1')).toBe('RATE_LIMITED')
  })

  test('is guarded as well where a password is changed or an invitation accepted', async () => {
    const { accessToken } = await w.signIn(ada)
    const change = { currentPassword: 'a wrong password', newPassword: 'quite another password' }
    expect(await times(10, () => w.refused('changePassword', change, accessToken))).toEqual(
      new Set(['CREDENTIALS_REFUSED']),
    )
    expect(await w.refused('changePassword', { ...change, currentPassword: password }, accessToken)).toBe(
      'RATE_LIMITED',
    )
    const other = await w.firm('Willow Assurance (invented)', 'wim@willow.example.test')
    await w.send('inviteMember', { email: ada, name: 'Ada', firmRole: 'STAFF' }, other.admin.accessToken)
    const token = w.letters.at(-1)?.token
    expect(await from('192.0.2.7', 'acceptInvitation', { token, password })).toBe('RATE_LIMITED')
    await passTheWindow()
    expect(await from('192.0.2.7', 'acceptInvitation', { token, password })).toBe('done')
  })
})

describe('an address', () => {
  const made = (address: string) => {
    const secret = 'A'.repeat(43)
    return [
      () => fail(address, `${randomUUID()}@larch.example.test`),
      () => from(address, 'refreshSession', { refreshToken: `${firmId}.${randomUUID()}.${secret}` }),
      () => from(address, 'acceptInvitation', { token: `${firmId}.${randomUUID()}.${secret}`, password }),
      () => from(address, 'chooseMembership', { ticket: secret, memberId: randomUUID() }),
    ] as const
  }

  test('is closed after a hundred failures of whatever kind, and no other address with it', async () => {
    const acts = made('203.0.113.5')
    const codes = await times(100, (n) => (acts[n % 4] as () => Promise<string>)())
    expect(codes).toEqual(new Set(['CREDENTIALS_REFUSED', 'SESSION_ENDED', 'INVITATION_REFUSED']))
    for (const act of acts) expect(await act()).toBe('RATE_LIMITED')
    expect(await succeed('203.0.113.5')).toBe('RATE_LIMITED')
    expect(await succeed('203.0.113.6')).toBe('done')
    await passTheWindow()
    expect(await succeed('203.0.113.5')).toBe('done')
  })

  test('is where the connection comes from, whatever a header says, except for a proxy that is trusted', async () => {
    const say = (remoteAddress: string, forwarded: string) =>
      w.world.app.inject({
        method: 'POST',
        url: '/graphql',
        remoteAddress,
        headers: { 'x-forwarded-for': forwarded, 'x-real-ip': forwarded, forwarded: `for=${forwarded}` },
        payload: {
          query:
            'mutation { refreshSession(input: { idempotencyKey: "12345678", refreshToken: "x" }) { errors { code } } }',
        },
      })
    const counts = async () =>
      (await w.world.owner.query('select attempts from throttle order by 1')).rows.map(({ attempts }) => attempts)
    for (const forwarded of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) await say('203.0.113.9', forwarded)
    expect(await counts()).toEqual([3])
    for (const forwarded of ['192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.9, 192.0.2.2']) await say(proxy, forwarded)
    expect(await counts()).toEqual([1, 3, 3])
  })

  test('of IPv6 is counted with its network, of IPv4 the same however it is written', async () => {
    const count = async () => (await w.world.owner.query('select 1 from throttle')).rowCount
    for (const address of ['2001:db8:1:2::1', '2001:DB8:1:2:ffff::2', '2001:db8:1:2:3:4:5:6']) {
      await from(address, 'refreshSession', { refreshToken: 'x' })
    }
    expect(await count()).toBe(1)
    await from('2001:db8:1:3::1', 'refreshSession', { refreshToken: 'x' })
    expect(await count()).toBe(2)
    await from('192.0.2.1', 'refreshSession', { refreshToken: 'x' })
    await from('::ffff:192.0.2.1', 'refreshSession', { refreshToken: 'x' })
    expect(await count()).toBe(3)
  })
})

test('what is counted tells nobody who tried, survives the refusal, and is forgotten in time', async () => {
  await fail('192.0.2.1')
  const { rows } = await w.world.owner.query<{ subject: Buffer; attempts: number }>('select * from throttle')
  expect(rows.map(({ attempts }) => attempts)).toEqual([1, 1])
  for (const { subject } of rows) expect(subject).toHaveLength(32)
  await passTheWindow()
  await fail('192.0.2.2', 'nobody@larch.example.test')
  expect((await w.world.owner.query('select 1 from throttle')).rowCount).toBe(2)
  expect(throttleLimits).toEqual({ windowMinutes: 15, perAccount: 10, perAddress: 100 })
})
