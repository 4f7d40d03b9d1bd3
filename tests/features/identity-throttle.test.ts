import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { signInPauses } from '../../src/rules/sign-in-pauses.js'
import { password, proxy, signInWorld } from '../support/sign-in.js'
import { withKey } from '../support/world.js'

const w = await signInWorld()
const ada = 'ada@larch.example.test'
const larch = await w.firm('Larch & Partners (invented)', ada)
const { owner } = w.world

/** How often a password was held against an account: what a guess is. */
let guesses = 0
const verify = w.passwords.verify.bind(w.passwords)
w.passwords.verify = (known, given) => {
  guesses += 1
  return verify(known, given)
}

beforeEach(async () => {
  await owner.query('delete from throttle')
  guesses = 0
})

interface Outcome {
  /** The code of the refusal or fault, or `done`. */
  code: string
  retryAfterSeconds?: number
  header?: string
}

/** Sends a mutation from an address. */
async function asked(address: string, mutation: string, input: Record<string, unknown>): Promise<Outcome> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const response = await w.world.app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress: address,
    payload: {
      query: `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code } } }`,
      variables: { input: withKey(mutation, input) },
    },
  })
  const { data, errors } = response.json()
  const fault = errors?.[0]?.extensions
  const header = response.headers['retry-after'] as string
  if (fault) return { code: fault.code, retryAfterSeconds: fault.retryAfterSeconds, header }
  return { code: data[mutation].errors[0]?.code ?? 'done' }
}
const from = async (address: string, mutation: string, input: Record<string, unknown>) =>
  (await asked(address, mutation, input)).code
const fail = (address: string, email = ada) => from(address, 'signIn', { email, password: 'a wrong password' })
const succeed = (address: string, email = ada) => from(address, 'signIn', { email, password })

async function times(count: number, act: (n: number) => Promise<string>): Promise<string[]> {
  const codes: string[] = []
  for (let n = 0; n < count; n += 1) codes.push(await act(n))
  return codes
}
const refusals = (count: number) => Array(count).fill('CREDENTIALS_REFUSED')

const passing = (seconds: number) =>
  owner.query(
    `update throttle set window_ends_at = window_ends_at - $1 * interval '1 second',
       paused_until = paused_until - $1 * interval '1 second'`,
    [seconds],
  )
const counted = async () => (await owner.query('select * from throttle order by subject')).rows

describe('an account, from one network', () => {
  test('has four failures free; then each is followed by a pause, in which nothing is tried and which nothing makes longer', async () => {
    expect(await times(5, () => fail('192.0.2.1'))).toEqual(refusals(5))
    for (const pause of [15, 30, 60, 120, 240, 480, 900, 900]) {
      const before = [guesses, await counted()]
      const refused = await asked('192.0.2.1', 'signIn', { email: ada, password })
      expect(refused).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: pause, header: `${pause}` })
      // Neither is a password hashed, nor does anything move.
      for (let n = 0; n < 3; n += 1) expect(await fail('192.0.2.1', ' ADA@Larch.example.test')).toBe('RATE_LIMITED')
      expect([guesses, await counted()]).toEqual(before)
      await passing(pause - 1)
      expect(await fail('192.0.2.1')).toBe('RATE_LIMITED')
      await passing(1)
      expect(await fail('192.0.2.1')).toBe('CREDENTIALS_REFUSED')
    }
    await passing(900)
    expect(await succeed('192.0.2.1')).toBe('done')
  })

  test('that does not exist is paused alike', async () => {
    const nobody = 'nobody@larch.example.test'
    const answers = async (email: string) => {
      const all = []
      for (let n = 0; n < 7; n += 1)
        all.push(await asked('192.0.2.1', 'signIn', { email, password: 'a wrong password' }))
      return all
    }
    expect(await answers(nobody)).toEqual(await answers(ada))
  })

  test('counts attempts that are made at the same moment: no more than five get as far as the password', async () => {
    const codes = await Promise.all(Array.from({ length: 25 }, () => fail('192.0.2.1')))
    expect(codes.filter((code) => code === 'CREDENTIALS_REFUSED')).toHaveLength(5)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20)
    expect(guesses).toBe(5)
  })

  test('is not paused by signing in rightly, however often, and forgets failures then', async () => {
    expect(await times(15, () => succeed('192.0.2.1'))).toEqual(Array(15).fill('done'))
    expect(await times(4, () => fail('192.0.2.1'))).toEqual(refusals(4))
    expect(await succeed('192.0.2.1')).toBe('done')
    expect(await times(5, () => fail('192.0.2.1'))).toEqual(refusals(5))
    expect(await fail('192.0.2.1')).toBe('RATE_LIMITED')
  })

  test('is guarded as well where a password is changed or an invitation accepted', async () => {
    const { accessToken } = await w.signIn(ada)
    const change = { currentPassword: 'a wrong password', newPassword: 'quite another password' }
    expect(await times(5, () => w.refused('changePassword', change, accessToken))).toEqual(refusals(5))
    const right = { ...change, currentPassword: password }
    expect(await w.refused('changePassword', right, accessToken)).toBe('RATE_LIMITED')
    const wim = 'wim@willow.example.test'
    await w.firm('Willow Assurance (invented)', wim)
    await w.send('inviteMember', { email: wim, name: 'Wim', firmRole: 'STAFF' }, larch.admin.accessToken)
    const token = w.letters.at(-1)?.token
    const accept = (secret: string) => from('192.0.2.7', 'acceptInvitation', { token, password: secret })
    expect(await times(5, () => accept('a wrong password'))).toEqual(refusals(5))
    expect(await accept(password)).toBe('RATE_LIMITED')
    await passing(15)
    expect(await accept(password)).toBe('done')
  })

  test('counts no failure where the password was not at fault', async () => {
    const { accessToken } = await w.signIn(ada)
    const unfit = { currentPassword: password, newPassword: 'too short' }
    expect(await times(8, () => w.refused('changePassword', unfit, accessToken))).toEqual(
      Array(8).fill('INVALID_INPUT'),
    )
    expect(await times(8, () => from('192.0.2.1', 'signIn', { email: ada, password: '' }))).toEqual(
      Array(8).fill('INVALID_INPUT'),
    )
    expect(await succeed('192.0.2.1')).toBe('done')
  })
})

describe('an account at which many guess, from many networks', () => {
  const siege = (failures: number, email = ada) => times(failures, (n) => fail(`198.18.${n >> 8}.${n & 255}`, email))

  test('lets in from where it signed in before, and makes others wait once, for a time that no other caller makes longer', async () => {
    expect(await succeed('192.0.2.1')).toBe('done')
    expect((await siege(40)).filter((code) => code === 'CREDENTIALS_REFUSED')).toHaveLength(10)
    const before = guesses
    expect(await succeed('192.0.2.1')).toBe('done')
    const first = await asked('192.0.2.2', 'signIn', { email: ada, password })
    expect(first).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 })
    for (let second = 0; second < 60; second += 10) {
      await siege(15)
      expect(await succeed('192.0.2.2')).toBe('RATE_LIMITED')
      await passing(10)
    }
    await siege(15)
    expect(await succeed('192.0.2.2')).toBe('done')
    expect(await succeed('192.0.2.2')).toBe('done')
    // Those who laid siege waited, too, and came to their turn once for each network.
    expect(guesses - before).toBeLessThan(10 + 40)
  })

  test('makes others wait longer the more failures there are, and an hour at most', async () => {
    const subject = w.world.database.secretBox.digest(`attempts at a password: of ${ada}`)
    const waits = []
    for (const failures of [9, 10, 19, 39, 159, 639, 1_000_000]) {
      await owner.query('delete from throttle')
      await owner.query("insert into throttle values ($1, $2, now() + interval '1 day')", [subject, failures])
      waits.push((await asked('192.0.2.3', 'signIn', { email: ada, password })).retryAfterSeconds ?? 0)
    }
    expect(waits).toEqual([0, 60, 120, 240, 960, 3_600, 3_600])
  })

  test('no longer knows a network after ninety days', async () => {
    expect(await succeed('192.0.2.1')).toBe('done')
    await passing(89 * 86_400)
    await siege(12)
    expect(await succeed('192.0.2.1')).toBe('done')
    await passing(91 * 86_400)
    await siege(12)
    expect(await succeed('192.0.2.1')).toBe('RATE_LIMITED')
  })

  test('is never paused for a valid session, whose refreshing goes on', async () => {
    const session = await w.signIn(ada)
    await siege(30)
    expect((await w.send('refreshSession', { refreshToken: session.refreshToken })).payload.errors).toEqual([])
  })
})

describe('a network from which many accounts are tried', () => {
  const office = '203.0.113.5'
  const spray = (count: number) => times(count, (n) => fail(office, `person${n}@larch.example.test`))

  test('lets in who signed in there before, and makes accounts that are new to it wait once; no other network with it', async () => {
    const bea = 'bea@larch.example.test'
    await w.send('inviteMember', { email: bea, name: 'Bea', firmRole: 'STAFF' }, larch.admin.accessToken)
    await w.send('acceptInvitation', { token: w.letters.at(-1)?.token, password })
    expect(await succeed(office)).toBe('done')
    const codes = await spray(130)
    expect(codes.filter((code) => code === 'CREDENTIALS_REFUSED')).toHaveLength(signInPauses.networkFailures)
    expect(await succeed(office)).toBe('done')
    expect(await succeed('203.0.113.6', bea)).toBe('done')
    const waits = await asked(office, 'signIn', { email: bea, password })
    expect(waits).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 })
    await spray(20)
    await passing(60)
    await spray(20)
    expect(await succeed(office, bea)).toBe('done')
  })

  test('is where the connection comes from, whatever a header says, except for a proxy that is trusted', async () => {
    const say = (remoteAddress: string, forwarded: string, email: string) =>
      w.world.app.inject({
        method: 'POST',
        url: '/graphql',
        remoteAddress,
        headers: { 'x-forwarded-for': forwarded, 'x-real-ip': forwarded, forwarded: `for=${forwarded}` },
        payload: {
          query: `mutation { signIn(input: { email: "${email}", password: "x" }) { errors { code } } }`,
        },
      })
    const failuresOf = async (network: string) => {
      const subject = w.world.database.secretBox.digest(`attempts at a password: from ${network}`)
      return (await owner.query('select attempts from throttle where subject = $1', [subject])).rows[0]?.attempts ?? 0
    }
    for (const n of [1, 2, 3]) await say('203.0.113.9', `192.0.2.${n}`, `a${n}@larch.example.test`)
    expect(await Promise.all(['203.0.113.9', '192.0.2.1', '192.0.2.2'].map(failuresOf))).toEqual([3, 0, 0])
    const forwarded = ['192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.9, 192.0.2.2']
    for (const [n, said] of forwarded.entries()) await say(proxy, said, `b${n}@larch.example.test`)
    expect(await Promise.all([proxy, '192.0.2.1', '192.0.2.2', '192.0.2.9'].map(failuresOf))).toEqual([0, 1, 3, 0])
  })

  test('of IPv6 is counted as one, of IPv4 the same however it is written', async () => {
    const codesOf = async (addresses: string[]) => {
      const codes = []
      for (const address of addresses) codes.push(await fail(address))
      return codes
    }
    const one = ['2001:db8:1:2::1', '2001:DB8:1:2:ffff::2', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', '2001:db8:1:2::9']
    expect(await codesOf([...one, '2001:db8:1:2::a'])).toEqual([...refusals(5), 'RATE_LIMITED'])
    expect(await codesOf(['2001:db8:1:3::1'])).toEqual(refusals(1))
    await owner.query('delete from throttle')
    const four = ['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1', '::FFFF:192.0.2.1', '192.0.2.1']
    expect(await codesOf([...four, '::ffff:192.0.2.1'])).toEqual([...refusals(5), 'RATE_LIMITED'])
  })
})

test('only attempts at passwords are counted: what cannot be guessed keeps nothing and is never paused', async () => {
  const secret = 'A'.repeat(43)
  const acts = [
    ['refreshSession', { refreshToken: `${larch.firmId}.${randomUUID()}.${secret}` }],
    ['acceptInvitation', { token: `${larch.firmId}.${randomUUID()}.${secret}`, password }],
    ['chooseMembership', { ticket: secret, memberId: randomUUID() }],
  ] as const
  const before = await w.world.counts()
  for (const [mutation, input] of acts) {
    const codes = await Promise.all(Array.from({ length: 120 }, () => from('203.0.113.5', mutation, input)))
    expect(new Set(codes).size, mutation).toBe(1)
    expect(codes[0]).toMatch(/^(SESSION_ENDED|INVITATION_REFUSED|CREDENTIALS_REFUSED)$/)
  }
  expect(await w.world.counts()).toEqual(before)
})

test('what is counted does not show who tried, survives the refusal, and is forgotten in time', async () => {
  await fail('192.0.2.1')
  const rows = await counted()
  expect(rows.map(({ attempts }) => attempts)).toEqual([1, 1, 1])
  for (const { subject } of rows) expect(subject).toHaveLength(32)
  await passing(24 * 3_600 + 1)
  await fail('192.0.2.2', 'nobody@larch.example.test')
  expect(await counted()).toHaveLength(3)
})
