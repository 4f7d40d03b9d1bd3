import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { signInPauses } from '../../src/rules/sign-in-pauses.js'
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

const passing = (seconds: number) =>
  w.world.owner.query(
    `update throttle set window_ends_at = window_ends_at - $1 * interval '1 second',
       paused_until = paused_until - $1 * interval '1 second'`,
    [seconds],
  )
/** How many failures of one account from one network get as far as the password before the first pause. */
const free = signInPauses.freeFailures + 1

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
  return post(query, { i: input }, remoteAddress)
}
const codeOf = ({ body }: { body: any }): string =>
  body.errors?.[0]?.extensions.code ?? Object.values<any>(body.data)[0].errors[0]?.code ?? 'done'

describe('guesses at a password are counted one by one', () => {
  test('also when as many as may come in one operation: of more, none is tried', async () => {
    const inOneOperation = (count: number) => {
      const inputs = Array.from({ length: count }, (_, n) => ({ email: ada, password: `guess ${n}` }))
      const declared = inputs.map((_, n) => `$i${n}: SignInInput!`).join(', ')
      const asked = inputs.map((_, n) => `a${n}: signIn(input: $i${n}) { errors { code } }`).join(' ')
      const variables = Object.fromEntries(inputs.map((input, n) => [`i${n}`, input]))
      return post(`mutation (${declared}) { ${asked} }`, variables)
    }
    const tooMany = await inOneOperation(30)
    expect(tooMany.body.errors[0].extensions.code).toBe('BAD_USER_INPUT')
    expect(guesses).toBe(0)
    const { body } = await inOneOperation(8)
    expect(body.errors[0]).toMatchObject({
      path: [`a${free}`],
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 15 },
    })
    expect(guesses).toBe(free)
  })

  test('also when fifty come at the same moment, from fifty addresses', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => signIn({ email: ada, password: `guess ${n}` }, `198.18.0.${n}`)),
    )
    expect(answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED')).toHaveLength(40)
    expect(guesses).toBe(signInPauses.accountFailures)
  })

  test('also when each is at another account, from one address and all at once', async () => {
    const codes: string[] = []
    // Fewer at a time than wait for their turn.
    for (let sent = 0; sent < 150; sent += 50) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => signIn({ email: `person${sent + n}@larch.example.test`, password })),
      )
      codes.push(...answers.map(codeOf))
    }
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(50)
    expect(guesses).toBe(signInPauses.networkFailures)
  })

  test('by the hour: few get through, from however many addresses, and fewer the more there are', async () => {
    /** So many addresses guess without a break for so many hours; counts the guesses of each hour. */
    const hammering = async (addresses: number, hours: number, emails = [ada]) => {
      await w.world.owner.query('delete from throttle')
      const each: number[] = []
      for (let hour = 0; hour < hours; hour += 1) {
        guesses = 0
        for (let step = 0; step < 120; step += 1) {
          for (let n = 0; n < addresses; n += 1)
            await signIn({ email: emails[n % emails.length], password: 'x' }, `198.18.2.${n}`)
          await passing(30)
        }
        each.push(guesses)
      }
      return each
    }
    const [begun = 0, ...after] = await hammering(1, 3)
    expect(begun).toBeGreaterThanOrEqual(10)
    expect(begun).toBeLessThanOrEqual(14)
    for (const hour of after) expect(hour).toBeLessThanOrEqual(4)
    // Each of four has four an hour when the account has had many failures.
    const [first = 0, ...later] = await hammering(4, 3)
    expect(first).toBeLessThanOrEqual(10 + 4 * 12)
    for (const hour of later) expect(hour).toBeLessThanOrEqual(4 * 4)
  }, 120_000)
})

describe('who has an account that others guess at without a break', () => {
  const office = '203.0.113.5'
  const home = '192.0.2.44'
  /** Half a minute of guessing at the account from two addresses elsewhere, and from the office at others. */
  async function halfMinute(round: number) {
    for (const address of ['198.18.0.1', '198.18.0.2', `198.18.1.${round}`])
      for (let n = 0; n < 2; n += 1) await signIn({ email: ada, password: `guess ${n}` }, address)
    for (let n = 0; n < 4; n += 1)
      await signIn({ email: `person${round}-${n}@larch.example.test`, password: 'x' }, office)
    await passing(30)
  }

  test('goes on with the session they have, signs in where they did before, and after one pause anywhere', async () => {
    const session = await w.signIn(ada)
    expect(codeOf(await signIn({ email: ada, password }, office))).toBe('done')
    let waited = 0
    let sincePause: number | null = null
    for (let round = 0; round < 60; round += 1) {
      await halfMinute(round)
      // At the office, where the others are guessed at, they are never kept out.
      expect(codeOf(await signIn({ email: ada, password }, office))).toBe('done')
      if (round < 30) continue
      // At home, where they never signed in, they ask when the guessing has gone on for a quarter of an hour.
      const answer = await signIn({ email: ada, password }, home)
      sincePause ??= answer.body.errors?.[0]?.extensions.retryAfterSeconds ?? null
      if (codeOf(answer) === 'RATE_LIMITED') waited += 30
      else break
    }
    expect(sincePause).toBeGreaterThan(0)
    expect(waited).toBe(Math.ceil((sincePause as number) / 30) * 30)
    expect(codeOf(await signIn({ email: ada, password }, home))).toBe('done')
    const refreshed = await w.send('refreshSession', { refreshToken: session.refreshToken })
    expect(refreshed.payload.errors).toEqual([])
    const { accessToken } = refreshed.payload.session
    expect((await w.world.send('{ viewer { member { email } } }', {}, accessToken)).data.viewer.member.email).toBe(ada)
  }, 60_000)
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

  test('of inviting a person, who may work for another firm', async () => {
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
