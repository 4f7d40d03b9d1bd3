import { beforeAll, describe, expect, test } from 'vitest'
import { createFirm } from '../../src/features/identity/firm-creation.js'
import { password, type Session, signInWorld } from '../support/sign-in.js'

// What a firm's trail says of its people: who signed in and out, whose password, membership or key was changed.

const w = await signInWorld()
const email = 'ada@larch.example.test'
const larch = await w.firm('Larch & Partners (invented)', email)
const moss = await createFirm(w.world.database, {
  name: 'Moss & Fern (invented)',
  city: 'Springfield',
  adminName: 'Ada at Moss',
  adminEmail: email,
})
let mossMember: string
const accepted: { session?: Session } = {}
beforeAll(async () => {
  const { payload } = await w.send('acceptInvitation', { token: moss.invitation.token, password })
  accepted.session = payload.session
  mossMember = payload.session.memberId
})

interface Entry {
  action: string
  actor: string | null
  name: string
  changes: { type: string; id: string; before?: Record<string, unknown>; after?: Record<string, unknown> }[]
  text: string
}

/** The entries of a firm's chain behind a position, without what only the tokens of the act could tell. */
async function entries(firmId: string, after = 0): Promise<Entry[]> {
  const { rows } = await w.world.owner.query(
    `select action, actor_id as actor, actor_name as name, changes as text from trail_entry
     where chain_id = $1 and position > $2 order by position`,
    [firmId, after],
  )
  return rows.map((row) => ({ ...row, changes: JSON.parse(row.text) }))
}
const position = async (firmId: string): Promise<number> =>
  (
    await w.world.owner.query('select coalesce(max(position), 0)::int as n from trail_entry where chain_id = $1', [
      firmId,
    ])
  ).rows[0].n

/** What an act appended to both firms' chains; none of it is a secret of the account, of a session or of an invitation. */
async function appended(act: () => Promise<unknown>): Promise<{ larch: Entry[]; moss: Entry[] }> {
  const [ofLarch, ofMoss] = [await position(larch.firmId), await position(moss.firmId)]
  await act()
  const found = { larch: await entries(larch.firmId, ofLarch), moss: await entries(moss.firmId, ofMoss) }
  const { rows } = await w.world.owner.query<{ secret: string }>(
    `select password_hash as secret from user_account union all select encode(token_hash, 'hex') from session
     union all select encode(token_hash, 'hex') from invitation`,
  )
  for (const { text } of [...found.larch, ...found.moss]) {
    for (const { secret } of rows) expect(text).not.toContain(secret)
    expect(text).not.toContain(password)
  }
  return found
}

const sessionOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()).sid
const began = (session: Session) => [
  { type: 'Member', id: session.memberId, after: { session: sessionOf(session.accessToken) } },
]
const ended = (session: Session) => [
  { type: 'Member', id: session.memberId, before: { session: sessionOf(session.accessToken) } },
]
const signIn = async (memberId = larch.admin.memberId): Promise<Session> =>
  (await w.send('signIn', { email, password, memberId })).payload.session

describe('the firm’s trail says', () => {
  test('that an invitation was accepted, and the session that came of it', async () => {
    const last = (await entries(moss.firmId)).at(-1) as Entry
    expect(last).toMatchObject({ action: 'acceptInvitation', actor: mossMember, name: 'Ada at Moss' })
    expect(last.changes).toMatchObject([
      { type: 'Member', id: mossMember, before: { state: 'INVITED' }, after: { state: 'ACTIVE' } },
      ...began(accepted.session as Session),
    ])
  })

  test('who signed in, in the membership’s firm alone', async () => {
    let session: Session | undefined
    const found = await appended(async () => {
      session = await signIn()
    })
    expect(found.moss).toEqual([])
    expect(found.larch).toMatchObject([{ action: 'signIn', actor: larch.admin.memberId, name: 'Ada' }])
    expect(found.larch[0]?.changes).toEqual(began(session as Session))
  })

  test('nothing where a person did not get in, or has yet to choose among memberships', async () => {
    const found = await appended(async () => {
      await w.refused('signIn', { email, password: 'a wrong password, long enough' })
      const { payload } = await w.send('signIn', { email, password })
      expect(payload.memberships).toHaveLength(2)
      await w.refused('chooseMembership', { ticket: payload.ticket, memberId: moss.firmId })
    })
    expect(found).toEqual({ larch: [], moss: [] })
  })

  test('who chose a membership, and who switched to another firm’s: by the name they have there', async () => {
    const chosen: Session[] = []
    const found = await appended(async () => {
      const { ticket } = (await w.send('signIn', { email, password })).payload
      chosen.push((await w.send('chooseMembership', { ticket, memberId: larch.admin.memberId })).payload.session)
      const { payload } = await w.send('switchMembership', { memberId: mossMember }, chosen[0]?.accessToken)
      chosen.push(payload.session)
    })
    expect(found.larch).toMatchObject([{ action: 'chooseMembership', actor: larch.admin.memberId, name: 'Ada' }])
    expect(found.larch[0]?.changes).toEqual(began(chosen[0] as Session))
    expect(found.moss).toMatchObject([{ action: 'switchMembership', actor: mossMember, name: 'Ada at Moss' }])
    expect(found.moss[0]?.changes).toEqual(began(chosen[1] as Session))
  })

  test('who signed out', async () => {
    const session = await signIn()
    const found = await appended(() => w.send('signOut', {}, session.accessToken))
    expect(found.larch).toMatchObject([{ action: 'signOut', actor: larch.admin.memberId }])
    expect(found.larch[0]?.changes).toEqual(ended(session))
  })

  test('nothing of a session that goes on, and once that a copy of its token ended it', async () => {
    const session = await signIn()
    const quiet = await appended(async () => {
      expect((await w.send('refreshSession', { refreshToken: session.refreshToken })).payload.errors).toEqual([])
    })
    expect(quiet).toEqual({ larch: [], moss: [] })
    // Long enough ago to be no second tab of the same person.
    await w.world.owner.query("update session set used_at = used_at - interval '1 hour' where used_at is not null")
    const found = await appended(async () => {
      for (const _ of [1, 2]) await w.refused('refreshSession', { refreshToken: session.refreshToken })
    })
    expect(found.larch).toMatchObject([{ action: 'refreshSession', actor: null, name: 'Fieldwork' }])
    expect(found.larch[0]?.changes).toEqual(ended(session))
  })

  test('that a password was changed, in every firm where the person is an active member', async () => {
    const session = await signIn()
    const other = `${password}, and another one`
    const found = await appended(async () => {
      const input = { currentPassword: password, newPassword: other }
      expect((await w.send('changePassword', input, session.accessToken)).payload.errors).toEqual([])
    })
    const changed = (id: string) => [{ type: 'Member', id, after: { passwordChangedAt: expect.any(String) } }]
    expect(found.larch).toMatchObject([{ action: 'changePassword', actor: larch.admin.memberId, name: 'Ada' }])
    expect(found.larch[0]?.changes).toEqual(changed(larch.admin.memberId))
    expect(found.moss).toMatchObject([{ action: 'changePassword', actor: mossMember, name: 'Ada at Moss' }])
    expect(found.moss[0]?.changes).toEqual(changed(mossMember))
    const back = { currentPassword: other, newPassword: password }
    expect((await w.send('changePassword', back, session.accessToken)).payload.errors).toEqual([])
    const refused = await appended(() =>
      w.refused('changePassword', { ...back, newPassword: 'short' }, session.accessToken),
    )
    expect(refused).toEqual({ larch: [], moss: [] })
  })

  test('each change of a membership, with who made it', async () => {
    const { accessToken } = await signIn()
    const change = async (mutation: string, input: object) => {
      const { payload, errors } = await w.send(mutation, { ...input }, accessToken, 'member { id version }')
      expect([payload?.errors, errors]).toEqual([[], undefined])
      return payload.member
    }
    let member: { id: string; version: number } = { id: '', version: 0 }
    const found = await appended(async () => {
      const invited = { email: 'sam@larch.example.test', name: 'Sam', firmRole: 'STAFF' }
      member = await change('inviteMember', invited)
      const at = () => ({ memberId: member.id, expectedVersion: member.version })
      member = await change('resendInvitation', at())
      member = await change('changeMemberRole', { ...at(), firmRole: 'SENIOR' })
      member = await change('disableMember', at())
      member = await change('reinstateMember', at())
    })
    expect(found.moss).toEqual([])
    expect(found.larch).toMatchObject(
      [
        ['inviteMember', { after: { email: 'sam@larch.example.test', firmRole: 'STAFF', state: 'INVITED' } }],
        ['resendInvitation', { after: { invitedUntil: expect.any(String) } }],
        ['changeMemberRole', { before: { firmRole: 'STAFF' }, after: { firmRole: 'SENIOR' } }],
        ['disableMember', { before: { state: 'INVITED' }, after: { state: 'DISABLED' } }],
        ['reinstateMember', { before: { state: 'DISABLED' }, after: { state: 'INVITED' } }],
      ].map(([action, change]) => ({
        action,
        actor: larch.admin.memberId,
        name: 'Ada',
        changes: [{ type: 'Member', id: member.id, ...(change as object) }],
      })),
    )
  })

  test('that the key which signs tokens was changed, in every firm', async () => {
    const { keys: before } = await w.tokens.jwks()
    const found = await appended(() => w.tokens.rotate())
    const { rows } = await w.world.owner.query('select id from signing_key where retired_at is null')
    for (const [firmId, chain] of [
      [larch.firmId, found.larch],
      [moss.firmId, found.moss],
    ] as const) {
      expect(chain).toMatchObject([{ action: 'rotateSigningKey', actor: null, name: 'Fieldwork' }])
      const change = { before: { signingKey: before[0]?.kid }, after: { signingKey: rows[0].id } }
      expect(chain[0]?.changes).toEqual([{ type: 'Firm', id: firmId, ...change }])
    }
  })
})

test('people who sign in at once, to one firm and across firms, all get in, and the trails are whole', async () => {
  const both = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      const session = await signIn(at % 2 ? mossMember : larch.admin.memberId)
      const memberId = at % 2 ? larch.admin.memberId : mossMember
      const { payload } = await w.send('switchMembership', { memberId }, session.accessToken)
      return [session, payload?.session]
    }),
  )
  expect(both.flat().filter((session) => session?.accessToken)).toHaveLength(16)
  for (const membership of [larch.admin.memberId, mossMember]) {
    const { accessToken } = await signIn(membership)
    const { data } = await w.world.send(
      '{ verifyFirmTrail { intact firstBroken { position reason } } }',
      {},
      accessToken,
    )
    expect(data.verifyFirmTrail).toEqual({ intact: true, firstBroken: null })
  }
})
