import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createFirm } from '../../src/features/identity/firm-creation.js'
import { password, signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
const viewer = '{ viewer { member { name email firmRole clientRole state } firm { name } } }'
const viewerOf = async (token: string) => (await w.world.send(viewer, {}, token)).data?.viewer
const larch = await w.firm('Larch & Partners (invented)', 'Ada@Larch.example.test')

/** Invites a person into Larch and accepts for them. */
async function person(email: string, firmRole = 'STAFF', secret = password): Promise<string> {
  const input = { email, name: email.split('@')[0], firmRole }
  const { payload } = await w.send('inviteMember', input, larch.admin.accessToken, 'member { id }')
  await w.send('acceptInvitation', { token: w.letters.at(-1)?.token, password: secret })
  return payload.member.id
}

describe('signing in', () => {
  test('a firm is made, its first administrator accepts, signs in and is who they are', async () => {
    const expected = {
      member: {
        name: 'Ada',
        email: 'ada@larch.example.test',
        firmRole: 'FIRM_ADMIN',
        clientRole: null,
        state: 'ACTIVE',
      },
      firm: { name: 'Larch & Partners (invented)' },
    }
    expect(await viewerOf(larch.admin.accessToken)).toEqual(expected)
    const again = await w.signIn(' ADA@larch.example.test')
    expect(await viewerOf(again.accessToken)).toEqual(expected)
    expect(again.accessToken).not.toBe(larch.admin.accessToken)
  })

  test('is refused in one way only, and moves nothing, whatever was wrong', async () => {
    const disabled = await person('gone@larch.example.test')
    await w.send('disableMember', { memberId: disabled, expectedVersion: 2 }, larch.admin.accessToken)
    await w.send(
      'inviteMember',
      { email: 'waiting@larch.example.test', name: 'Waiting', firmRole: 'STAFF' },
      larch.admin.accessToken,
    )
    const attempts = {
      'unknown e-mail': { email: 'nobody@larch.example.test', password },
      'wrong password': { email: 'ada@larch.example.test', password: 'not her password at all' },
      'disabled membership': { email: 'gone@larch.example.test', password },
      'invited, not accepted': { email: 'waiting@larch.example.test', password },
      'a membership of another person': { email: 'ada@larch.example.test', password, memberId: disabled },
      'a membership that never was': { email: 'ada@larch.example.test', password, memberId: randomUUID() },
      'no e-mail address': { email: 'nobody', password },
      'an enormous password': { email: 'ada@larch.example.test', password: 'x'.repeat(390) },
    }
    const before = await moving()
    for (const [what, input] of Object.entries(attempts)) {
      const answer = await w.send('signIn', input)
      expect(answer, what).toEqual({
        payload: {
          session: null,
          ticket: null,
          memberships: null,
          errors: [
            {
              code: 'CREDENTIALS_REFUSED',
              message: 'This e-mail address and password do not belong to an account that may sign in.',
              path: [],
            },
          ],
        },
        errors: undefined,
      })
    }
    expect(await moving()).toBe(before)
  })

  test('does not know a token that came along: an old one is no hindrance', async () => {
    const { payload } = await w.send('signIn', { email: 'ada@larch.example.test', password }, larch.admin.accessToken)
    expect(await viewerOf(payload.session.accessToken)).toMatchObject({ member: { name: 'Ada' } })
  })

  test('takes no idempotency key: sent twice it opens two sessions', async () => {
    const input = { email: 'ada@larch.example.test', password }
    const [one, other] = [await w.send('signIn', input), await w.send('signIn', input)]
    expect(one.payload.session.refreshToken).not.toBe(other.payload.session.refreshToken)
    const { errors } = await w.send('signIn', { ...input, idempotencyKey: randomUUID() })
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    const { rows } = await w.world.owner.query("select 1 from idempotency where action = 'Mutation.signIn'")
    expect(rows).toEqual([])
  })

  test('by many at once leaves connections for others', async () => {
    const attempts = Array.from({ length: 40 }, (_, n) =>
      w.refused('signIn', { email: `guess${n}@larch.example.test`, password }),
    )
    const others = Array.from({ length: 10 }, () => viewerOf(larch.admin.accessToken))
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['CREDENTIALS_REFUSED']))
    for (const other of await Promise.all(others)) expect(other).toMatchObject({ member: { name: 'Ada' } })
  })
})

// One person, administrator of two firms.
const maple = await w.firm('Maple Audit (invented)', 'rae@maple.example.test')
const elsewhere = await createFirm(w.world.database, {
  name: 'Willow Assurance (invented)',
  city: 'Shelbyville',
  adminName: 'Rae at Willow',
  adminEmail: 'rae@maple.example.test',
})
await w.send('acceptInvitation', { token: elsewhere.invitation.token, password })

describe('a person with several memberships', () => {
  const login = { email: 'rae@maple.example.test', password }

  test('chooses: no session is opened before', async () => {
    const before = await moving()
    const { payload } = await w.send('signIn', login)
    expect(payload.session).toBeNull()
    expect(payload.memberships).toEqual([
      {
        memberId: maple.admin.memberId,
        firmName: 'Maple Audit (invented)',
        clientName: null,
        firmRole: 'FIRM_ADMIN',
        clientRole: null,
      },
      {
        memberId: elsewhere.adminMemberId,
        firmName: 'Willow Assurance (invented)',
        clientName: null,
        firmRole: 'FIRM_ADMIN',
        clientRole: null,
      },
    ])
    expect(await moving()).toBe(before)
    const { ticket } = payload
    const chosen = await w.send('chooseMembership', { ticket, memberId: elsewhere.adminMemberId })
    expect(await viewerOf(chosen.payload.session.accessToken)).toMatchObject({
      member: { name: 'Rae at Willow' },
      firm: { name: 'Willow Assurance (invented)' },
    })
  })

  test('or names one at once', async () => {
    const { payload } = await w.send('signIn', { ...login, memberId: elsewhere.adminMemberId })
    expect(await viewerOf(payload.session.accessToken)).toMatchObject({ member: { name: 'Rae at Willow' } })
  })

  test('cannot choose what is not theirs, nor with anything but a fresh ticket', async () => {
    const { ticket } = (await w.send('signIn', login)).payload
    const stranger = await person('stranger@larch.example.test')
    const before = await moving()
    const choose = (input: Record<string, unknown>) => w.refused('chooseMembership', input)
    expect(await choose({ ticket, memberId: stranger })).toBe('NOT_FOUND')
    expect(await choose({ ticket, memberId: randomUUID() })).toBe('NOT_FOUND')
    const sealed = (said: object) => w.world.database.secretBox.seal(JSON.stringify(said)).toString('base64url')
    const said = JSON.parse(w.world.database.secretBox.open(Buffer.from(ticket, 'base64url')))
    for (const forged of [
      'not a ticket',
      `${ticket.slice(0, -4)}AAAA`,
      sealed({ ...said, endsAt: Date.now() - 1 }),
      sealed({ ...said, password: 'of another time' }),
      sealed({ ...said, purpose: 'something else' }),
    ]) {
      expect(await choose({ ticket: forged, memberId: maple.admin.memberId }), forged).toBe('CREDENTIALS_REFUSED')
    }
    expect(await moving()).toBe(before)
  })

  test('has keys of their own for each ticket: no caller meets what another did with a key', async () => {
    const idempotencyKey = 'predictable-1'
    const choose = (ticket: string, memberId: string) =>
      w.send('chooseMembership', { idempotencyKey, ticket, memberId }).then(({ payload }) => payload)
    const tickets = []
    for (let n = 0; n < 2; n += 1) tickets.push((await w.send('signIn', login)).payload.ticket as string)
    const [one, other] = tickets as [string, string]
    const first = await choose(one, maple.admin.memberId)
    expect(first.errors).toEqual([])
    // The same key beside another secret, whether it holds or not, is another act: no mismatch, and no wait.
    expect((await choose('not a ticket', maple.admin.memberId)).errors).toMatchObject([{ code: 'CREDENTIALS_REFUSED' }])
    expect((await choose(other, elsewhere.adminMemberId)).errors).toEqual([])
    // Beside its own it is the same act.
    expect(await choose(one, maple.admin.memberId)).toEqual(first)
    expect((await choose(one, elsewhere.adminMemberId)).errors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }])
    const { rows } = await w.world.owner.query('select scope from idempotency where key = $1', [idempotencyKey])
    expect(new Set(rows.map(({ scope }) => scope)).size).toBe(2)
    for (const { scope } of rows) expect(scope).toMatch(/^secret [\w-]{43}$/)
  })

  test('is answered a repetition as long as the session goes on', async () => {
    const { ticket } = (await w.send('signIn', login)).payload
    const input = { idempotencyKey: randomUUID(), ticket, memberId: maple.admin.memberId }
    const { payload } = await w.send('chooseMembership', input)
    expect((await w.send('chooseMembership', input)).payload).toEqual(payload)
    await w.send('signOut', {}, payload.session.accessToken)
    expect(await w.refused('chooseMembership', input)).toBe('SESSION_ENDED')
  })

  test('switches to the other one; both sessions go on, each in its own firm', async () => {
    const { payload } = await w.send('switchMembership', { memberId: elsewhere.adminMemberId }, maple.admin.accessToken)
    expect(await viewerOf(payload.session.accessToken)).toMatchObject({ firm: { name: 'Willow Assurance (invented)' } })
    expect(await viewerOf(maple.admin.accessToken)).toMatchObject({ firm: { name: 'Maple Audit (invented)' } })
    const refreshed = await w.send('refreshSession', { refreshToken: payload.session.refreshToken })
    expect(await viewerOf(refreshed.payload.session.accessToken)).toMatchObject({
      firm: { name: 'Willow Assurance (invented)' },
    })
    // No person of Maple learns that Rae works elsewhere too.
    const { rows } = await w.world.owner.query('select 1 from trail_entry where firm_id = $1 and changes like $2', [
      maple.firmId,
      `%${elsewhere.firmId}%`,
    ])
    expect(rows).toEqual([])
  })

  test('repeats a switch whose answer was lost, once', async () => {
    const input = { memberId: elsewhere.adminMemberId, idempotencyKey: randomUUID() }
    const first = await w.send('switchMembership', input, maple.admin.accessToken)
    const before = await moving()
    expect(await w.send('switchMembership', input, maple.admin.accessToken)).toEqual(first)
    expect(await moving()).toBe(before)
  })

  test('cannot switch to what is not theirs', async () => {
    const stranger = await person('another@larch.example.test')
    const before = await moving()
    const to = (memberId: string) => w.refused('switchMembership', { memberId }, maple.admin.accessToken)
    expect(await to(stranger)).toBe('NOT_FOUND')
    expect(await to(randomUUID())).toBe('NOT_FOUND')
    expect(await to('not an id')).toBe('NOT_FOUND')
    expect(await w.refused('switchMembership', { memberId: stranger })).toBe('UNAUTHENTICATED')
    expect(await moving()).toBe(before)
  })
})

describe('changing a password', () => {
  test('ends every other session of the person, in all their firms, and keeps the present one', async () => {
    const two = await w.firm('Alder Audit (invented)', 'kim@alder.example.test')
    const third = await createFirm(w.world.database, {
      name: 'Rowan Review (invented)',
      city: 'Springfield',
      adminName: 'Kim',
      adminEmail: 'kim@alder.example.test',
    })
    const atRowan = (await w.send('acceptInvitation', { token: third.invitation.token, password })).payload.session
    const login = { email: 'kim@alder.example.test', password, memberId: two.admin.memberId }
    const other = (await w.send('signIn', login)).payload.session
    const present = (await w.send('signIn', login)).payload.session
    const change = { currentPassword: password, newPassword: 'quite another password' }
    const { payload } = await w.send('changePassword', change, present.accessToken, 'passwordChanged')
    expect(payload).toEqual({ passwordChanged: true, errors: [] })
    expect(await viewerOf(present.accessToken)).toMatchObject({ member: { name: 'Ada' } })
    for (const ended of [two.admin, other, atRowan]) {
      expect(await viewerOf(ended.accessToken)).toBeUndefined()
      expect(await w.refused('refreshSession', { refreshToken: ended.refreshToken })).toBe('SESSION_ENDED')
    }
    expect(await w.refused('signIn', login)).toBe('CREDENTIALS_REFUSED')
    const renewed = await w.send('signIn', { ...login, password: change.newPassword })
    expect(renewed.payload.errors).toEqual([])
    const refreshed = await w.send('refreshSession', { refreshToken: present.refreshToken })
    expect(refreshed.payload.errors).toEqual([])
  })

  test('needs the present password and a new one that will do, and moves nothing otherwise', async () => {
    const { admin } = await w.firm('Birch Board (invented)', 'lee@birch.example.test')
    const before = await moving()
    const change = async (currentPassword: string, newPassword: string) =>
      (await w.send('changePassword', { currentPassword, newPassword }, admin.accessToken)).payload.errors
    expect(await change('not the present one', 'quite another password')).toMatchObject([
      { code: 'CREDENTIALS_REFUSED' },
    ])
    for (const [unfit, why] of [
      ['elevenchars', 'newPassword must have at least 12 characters; it has 11.'],
      ['x'.repeat(201), 'newPassword must have at most 200 characters; it has 201.'],
      ['aaaaaaaaaaaaaaa', 'newPassword must have at least 5 different characters.'],
      ['my lee@birch.example.test!', 'newPassword must not contain the e-mail address.'],
      [password, 'newPassword is the present one.'],
    ] as const) {
      expect(await change(password, unfit)).toEqual([{ code: 'INVALID_INPUT', message: why, path: ['newPassword'] }])
    }
    expect(await w.refused('changePassword', { currentPassword: password, newPassword: password })).toBe(
      'UNAUTHENTICATED',
    )
    expect(await moving()).toBe(before)
    expect((await w.signIn('lee@birch.example.test')).memberId).toBe(admin.memberId)
  })
})

/** Everything but the counted attempts and the remembered keys. */
async function moving(): Promise<string> {
  const { rows } = await w.world.owner.query<{ state: string }>(
    `select md5(concat(
       (select string_agg(r::text, '|' order by r::text) from user_account r),
       (select string_agg(r::text, '|' order by r::text) from member r),
       (select string_agg(r::text, '|' order by r::text) from session r),
       (select string_agg(r::text, '|' order by r::text) from invitation r),
       (select string_agg(r::text, '|' order by r::text) from trail_entry r))) as state`,
  )
  return rows[0]?.state as string
}
