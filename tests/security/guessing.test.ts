import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { throttleLimits } from '../../src/features/identity/throttle.js'
import { password, signInWorld } from '../support/sign-in.js'
import { sentDuring } from '../support/statements.js'

const w = await signInWorld()
const ada = 'ada@larch.example.test'
const larch = await w.firm('Larch & Partners (invented)', ada)

/** How often a password was held against an account: what a guess is. */
let guesses = 0
const verify = w.passwords.verify.bind(w.passwords)
w.passwords.verify = (known, given) => {
  guesses += 1
  return verify(known, given)
}

beforeEach(async () => {
  await w.world.owner.query('delete from throttle')
  guesses = 0
})

const passing = (time: string) =>
  w.world.owner.query('update throttle set window_ends_at = window_ends_at - $1::interval', [time])

async function post(query: string, variables: object = {}, remoteAddress = '192.0.2.1') {
  const response = await w.world.app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress,
    payload: { query, variables },
  })
  return { status: response.statusCode, body: response.json() }
}
const fields = 'session { memberId } ticket memberships { memberId } errors { code message path }'
async function signIn(input: object, remoteAddress?: string) {
  const query = `mutation ($i: SignInInput!) { signIn(input: $i) { ${fields} } }`
  return post(query, { i: { idempotencyKey: randomUUID(), ...input } }, remoteAddress)
}
const codeOf = ({ body }: { body: any }): string =>
  body.errors?.[0]?.extensions.code ?? Object.values<any>(body.data)[0].errors[0]?.code ?? 'done'

describe('guesses at a password are counted one by one', () => {
  test('also when thirty of them come in one operation', async () => {
    const inputs = Array.from({ length: 30 }, (_, n) => ({
      idempotencyKey: randomUUID(),
      email: ada,
      password: `guess ${n}`,
    }))
    const declared = inputs.map((_, n) => `$i${n}: SignInInput!`).join(', ')
    const asked = inputs.map((_, n) => `a${n}: signIn(input: $i${n}) { errors { code } }`).join(' ')
    const { body } = await post(
      `mutation (${declared}) { ${asked} }`,
      Object.fromEntries(inputs.map((input, n) => [`i${n}`, input])),
    )
    expect(body.errors[0]).toMatchObject({ path: ['a10'], extensions: { code: 'RATE_LIMITED' } })
    expect(guesses).toBe(throttleLimits.perAccount)
  })

  test('also when fifty come at the same moment, from fifty addresses', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => signIn({ email: ada, password: `guess ${n}` }, `198.18.0.${n}`)),
    )
    expect(answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED')).toHaveLength(40)
    expect(guesses).toBe(throttleLimits.perAccount)
  })

  test('also when each is at another account, from one address and all at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, n) => signIn({ email: `person${n}@larch.example.test`, password })),
    )
    expect(answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED')).toHaveLength(50)
    expect(guesses).toBe(throttleLimits.perAddress)
  })

  test('also when they are sent as repetitions of one act', async () => {
    const idempotencyKey = randomUUID()
    const codes = []
    for (let n = 0; n < 12; n += 1)
      codes.push(codeOf(await signIn({ idempotencyKey, email: ada, password: `guess ${n}` })))
    expect(codes).toEqual([...Array(10).fill('CREDENTIALS_REFUSED'), 'RATE_LIMITED', 'RATE_LIMITED'])
    expect(guesses).toBe(throttleLimits.perAccount)
  })

  test.each([
    ['refreshSession', 'RefreshSessionInput', { refreshToken: 'made up' }],
    ['chooseMembership', 'ChooseMembershipInput', { ticket: 'made up', memberId: randomUUID() }],
    ['acceptInvitation', 'AcceptInvitationInput', { token: 'made up', password }],
  ])('%s: a hundred from an address, at the same moment or not', async (mutation, type, input) => {
    const query = `mutation ($i: ${type}!) { ${mutation}(input: $i) { errors { code } } }`
    const one = async () => codeOf(await post(query, { i: { idempotencyKey: randomUUID(), ...input } }))
    const codes = await Promise.all(Array.from({ length: 120 }, one))
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20)
  })
})

describe('who has an account that others guess at', () => {
  test('goes on with the session they have, and its refreshing', async () => {
    const session = await w.signIn(ada)
    for (let n = 0; n < 15; n += 1) await signIn({ email: ada, password: `guess ${n}` }, `198.18.0.${n}`)
    expect(codeOf(await signIn({ email: ada, password }))).toBe('RATE_LIMITED')
    const refreshed = await w.send('refreshSession', { refreshToken: session.refreshToken })
    expect(refreshed.payload.errors).toEqual([])
    const { accessToken } = refreshed.payload.session
    expect((await w.world.send('{ viewer { member { email } } }', {}, accessToken)).data.viewer.member.email).toBe(ada)
  })

  test('is let in again a quarter of an hour after the first guess, however many were refused since', async () => {
    for (let n = 0; n < 11; n += 1) await signIn({ email: ada, password: `guess ${n}` }, `198.18.0.${n}`)
    await passing('14 minutes')
    for (let n = 0; n < 5; n += 1)
      expect(codeOf(await signIn({ email: ada, password: 'guess' }, `198.18.1.${n}`))).toBe('RATE_LIMITED')
    await passing('61 seconds')
    expect(codeOf(await signIn({ email: ada, password }))).toBe('done')
  })
})

describe('whether there is an account shows neither in the answer nor in the work', () => {
  /** Everything a stranger could measure: the answer, the statements, the hashing. */
  async function measured(work: () => Promise<{ status: number; body: any }>) {
    await w.world.owner.query('delete from throttle')
    guesses = 0
    const { answer, sent } = await sentDuring(work)
    return { answer, guesses, statements: sent.map(({ sql }) => sql) }
  }

  test('of signing in', async () => {
    const invite = (email: string) =>
      w.send('inviteMember', { email, name: 'x', firmRole: 'STAFF' }, larch.admin.accessToken, 'member { id version }')
    await invite('waiting@larch.example.test')
    const { member } = (await invite('gone@larch.example.test')).payload
    await w.send('acceptInvitation', { token: w.letters.at(-1)?.token, password })
    await w.send('disableMember', { memberId: member.id, expectedVersion: 2 }, larch.admin.accessToken)
    const wrong = 'a wrong password'
    const unknown = await measured(() => signIn({ email: 'nobody@larch.example.test', password: wrong }))
    expect([unknown.guesses, codeOf(unknown.answer)]).toEqual([1, 'CREDENTIALS_REFUSED'])
    expect(unknown.statements.join()).toContain('from user_account')
    for (const [email, memberId] of [
      [ada],
      [ada, larch.admin.memberId],
      [ada, randomUUID()],
      ['waiting@larch.example.test'],
      ['gone@larch.example.test'],
      ['another@larch.example.test'],
    ]) {
      expect(await measured(() => signIn({ email, password: wrong, memberId })), email).toEqual(unknown)
    }
  })

  test('of inviting somebody, who may work for another firm', async () => {
    const maple = await w.firm('Maple Audit (invented)', 'max@maple.example.test')
    const invite = (email: string) =>
      measured(async () => {
        const { payload, errors } = await w.send(
          'inviteMember',
          { email, name: 'x', firmRole: 'STAFF' },
          maple.admin.accessToken,
          'member { state name }',
        )
        return { status: 200, body: { payload, errors } }
      })
    const unknown = await invite('unknown@maple.example.test')
    expect(unknown.answer.body.payload.member).toEqual({ state: 'INVITED', name: 'x' })
    expect(await invite(ada)).toEqual(unknown)
  })

  test('of an invitation', async () => {
    await w.send(
      'inviteMember',
      { email: 'new@larch.example.test', name: 'x', firmRole: 'STAFF' },
      larch.admin.accessToken,
    )
    const [firmId, id, secret] = `${w.letters.at(-1)?.token}`.split('.') as [string, string, string]
    const accept = (token: string) =>
      measured(() => {
        const query =
          'mutation ($i: AcceptInvitationInput!) { acceptInvitation(input: $i) { session { memberId } errors { code message path } } }'
        return post(query, { i: { idempotencyKey: randomUUID(), token, password } })
      })
    // The firm stands in a statement as text; all else that differs are values.
    const settled = ({ statements, ...rest }: Awaited<ReturnType<typeof accept>>) => ({
      ...rest,
      statements: statements.map((sql) => sql.replace(/'[0-9a-f-]{36}'/, "'a firm'")),
    })
    const wrongSecret = settled(
      await accept(`${firmId}.${id}.${secret.replace(/^./, (char) => (char === 'A' ? 'B' : 'A'))}`),
    )
    expect(codeOf(wrongSecret.answer)).toBe('INVITATION_REFUSED')
    expect(settled(await accept(`${firmId}.${randomUUID()}.${secret}`))).toEqual(wrongSecret)
    expect(settled(await accept(`${randomUUID()}.${id}.${secret}`))).toEqual(wrongSecret)
    await w.world.owner.query('update invitation set expires_at = now() where id = $1', [id])
    expect(settled(await accept(`${firmId}.${id}.${secret}`))).toEqual(wrongSecret)
  })
})
