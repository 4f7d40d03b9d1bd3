import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createFirm } from '../../src/features/identity/firm-creation.js'
import type { InvitationLetter } from '../../src/features/identity/letters.js'
import { password, type Session, signInWorld } from '../support/sign-in.js'
import { sentDuring } from '../support/statements.js'

const w = await signInWorld()
const { firmId, admin } = await w.firm('Larch & Partners (invented)', 'ada@larch.example.test')
const other = await w.firm('Willow Assurance (invented)', 'wim@willow.example.test')
const heron = await client('Heron Pay', 'heron.example.test')
const plover = await client('Plover Data', 'plover.example.test')

interface Known {
  id: string
  state: string
  version: number
}

async function client(name: string, emailDomain: string): Promise<string> {
  return (await w.send('createClient', { name, emailDomains: [emailDomain] }, admin.accessToken, 'client { id }'))
    .payload.client.id
}

const member = 'member { id name email firmRole clientRole state version client { name } }'

async function invite(email: string, firmRole: string, token = admin.accessToken): Promise<Known> {
  return (await w.send('inviteMember', { email, name: 'Invited', firmRole }, token, member)).payload.member
}

async function inviteAtClient(clientId: string, email: string, clientRole: string, token = admin.accessToken) {
  const input = { clientId, email, name: 'Invited', clientRole }
  return (await w.send('inviteClientUser', input, token, member)).payload.member as Known
}

const lastToken = () => w.letters.at(-1)?.token as string
const accept = async (token = lastToken(), secret = password): Promise<Session> =>
  (await w.send('acceptInvitation', { token, password: secret })).payload.session

/** A person of the firm, signed in. */
async function colleague(email: string, firmRole: string): Promise<Session> {
  await invite(email, firmRole)
  return accept()
}

async function read(id: string): Promise<Known & { firmRole: string | null; clientRole: string | null }> {
  const { rows } = await w.world.owner.query(
    'select id, state, version, firm_role as "firmRole", client_role as "clientRole" from member where id = $1',
    [id],
  )
  return rows[0]
}

const works = async (token: string) =>
  (await w.world.send('{ viewer { member { id } } }', {}, token)).data?.viewer !== undefined
const change = (one: Known) => ({ memberId: one.id, expectedVersion: one.version })
const errorsOf = async (mutation: string, input: Record<string, unknown>, token = admin.accessToken) =>
  (await w.send(mutation, input, token)).payload.errors

/** Runs what must be refused and shows that people, sessions, invitations, the trail and the letters stayed as they were. */
async function nothingMoves<T>(act: () => Promise<T>): Promise<T> {
  const [before, letters] = [await state(), w.letters.length]
  const done = await act()
  expect(await state()).toBe(before)
  expect(w.letters).toHaveLength(letters)
  return done
}

async function state(): Promise<string> {
  const tables = ['user_account', 'member', 'session', 'invitation', 'trail_entry', 'firm', 'client']
  const parts = tables.map((name) => `(select string_agg(r::text, '|' order by r::text) from ${name} r)`)
  const { rows } = await w.world.owner.query<{ state: string }>(`select concat(${parts.join(', ')}) as state`)
  return rows[0]?.state as string
}

describe('inviting', () => {
  test('a colleague: the letter holds the one token, the person accepts and works', async () => {
    const invited = await invite(' Sam@Larch.example.test ', 'SENIOR')
    expect(invited).toMatchObject({ email: 'sam@larch.example.test', firmRole: 'SENIOR', state: 'INVITED', version: 1 })
    const letter = w.letters.at(-1) as InvitationLetter
    expect(letter).toMatchObject({
      to: 'sam@larch.example.test',
      name: 'Invited',
      firmName: 'Larch & Partners (invented)',
      clientName: null,
    })
    const days = (letter.expiresAt.getTime() - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(6.9)
    expect(days).toBeLessThanOrEqual(7)
    const session = await accept()
    expect(await works(session.accessToken)).toBe(true)
    expect(await read(invited.id)).toMatchObject({ state: 'ACTIVE', version: 2 })
    const { rows } = await w.world.owner.query(
      'select actor_name, action, changes from trail_entry where node_id = $1 order by position',
      [invited.id],
    )
    expect(rows.map(({ actor_name, action }) => [actor_name, action])).toEqual([
      ['Ada', 'inviteMember'],
      ['Invited', 'acceptInvitation'],
    ])
    expect(JSON.stringify(rows)).not.toContain(letter.token.split('.')[2])
  })

  test('a person of a client, by its own administrator, who reaches no other client', async () => {
    await inviteAtClient(heron, 'carla@heron.example.test', 'CLIENT_ADMIN')
    expect(w.letters.at(-1)).toMatchObject({ clientName: 'Heron Pay' })
    const carla = await accept()
    const rolf = await inviteAtClient(heron, 'rolf@heron.example.test', 'RESPONDENT', carla.accessToken)
    expect(rolf).toMatchObject({ clientRole: 'RESPONDENT', firmRole: null, client: { name: 'Heron Pay' } })
    const rolfs = await accept()
    expect(await works(rolfs.accessToken)).toBe(true)
    const input = { name: 'N', email: 'n@plover.example.test', clientRole: 'RESPONDENT' }
    await nothingMoves(async () => {
      const elsewhere = await w.send('inviteClientUser', { ...input, clientId: plover }, carla.accessToken)
      const nowhere = await w.send('inviteClientUser', { ...input, clientId: randomUUID() }, carla.accessToken)
      expect(elsewhere).toEqual(nowhere)
      expect(elsewhere.payload.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['clientId'] }])
      expect(await w.refused('inviteClientUser', { ...input, clientId: heron }, rolfs.accessToken)).toBe('FORBIDDEN')
      expect(
        await w.refused('inviteMember', { name: 'N', email: input.email, firmRole: 'PARTNER' }, carla.accessToken),
      ).toBe('FORBIDDEN')
      expect(await w.refused('inviteClientUser', { ...input, clientId: heron }, other.admin.accessToken)).toBe(
        'NOT_FOUND',
      )
    })
  })

  test.each(['PARTNER', 'MANAGER', 'SENIOR', 'STAFF'])('%s invites no person into the firm', async (role) => {
    const { accessToken } = await colleague(`${role.toLowerCase()}@larch.example.test`, role)
    await nothingMoves(async () => {
      const input = { email: 'new@larch.example.test', name: 'New', firmRole: 'STAFF' }
      expect(await w.refused('inviteMember', input, accessToken)).toBe('FORBIDDEN')
    })
    const atClient = { clientId: plover, email: `${role}@plover.example.test`, name: 'P', clientRole: 'RESPONDENT' }
    const { payload, errors } = await w.send('inviteClientUser', atClient, accessToken)
    // On no team of an engagement of that client.
    expect(payload).toBeNull()
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('refuses what is no address, and one that is a member already; no person is written to', async () => {
    await nothingMoves(async () => {
      const input = { name: 'Twice', firmRole: 'STAFF' }
      for (const email of ['nobody', 'a@b', 'a b@c.test', 'a@b.test,c@d.test', '<a@b.test>', 'a@b..test']) {
        expect(await errorsOf('inviteMember', { ...input, email })).toMatchObject([
          { code: 'INVALID_INPUT', path: ['email'] },
        ])
      }
      expect(await errorsOf('inviteMember', { ...input, email: 'ADA@larch.example.test' })).toMatchObject([
        { code: 'ALREADY_EXISTS', path: ['email'] },
      ])
      const line = 'Twice\u0000Bcc'
      expect(await errorsOf('inviteMember', { ...input, name: line, email: 'new@larch.example.test' })).toMatchObject([
        { code: 'INVALID_INPUT', path: ['name'] },
      ])
    })
  })

  test('sent twice with one key invites once and writes one letter', async () => {
    const input = { idempotencyKey: randomUUID(), email: 'once@larch.example.test', name: 'Once', firmRole: 'STAFF' }
    const letters = w.letters.length
    const first = await w.send('inviteMember', input, admin.accessToken, member)
    expect(await w.send('inviteMember', input, admin.accessToken, member)).toEqual(first)
    expect(w.letters).toHaveLength(letters + 1)
  })

  test('again voids the invitation before; only for who has not accepted', async () => {
    const late = await invite('late@larch.example.test', 'STAFF')
    const first = lastToken()
    const { payload } = await w.send('resendInvitation', change(late), admin.accessToken, member)
    expect(payload.errors).toEqual([])
    expect(lastToken()).not.toBe(first)
    expect(await w.refused('acceptInvitation', { token: first, password })).toBe('INVITATION_REFUSED')
    await accept()
    const now = await read(late.id)
    await nothingMoves(async () => {
      expect(await errorsOf('resendInvitation', change(now))).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    })
  })
})

describe('an invitation', () => {
  test('is accepted once, also when two accept it at the same moment', async () => {
    await invite('two@larch.example.test', 'STAFF')
    const token = lastToken()
    const answers = await Promise.all([1, 2, 3].map(() => w.send('acceptInvitation', { token, password })))
    const accepted = answers.filter(({ payload }) => payload.session)
    expect(accepted).toHaveLength(1)
    await nothingMoves(async () => {
      expect(await w.refused('acceptInvitation', { token, password })).toBe('INVITATION_REFUSED')
    })
  })

  test('whose answer was lost answers again under the same key', async () => {
    await invite('lost@larch.example.test', 'STAFF')
    const input = { idempotencyKey: randomUUID(), token: lastToken(), password }
    const first = await w.send('acceptInvitation', input)
    expect(first.payload.errors).toEqual([])
    expect(await w.send('acceptInvitation', input)).toEqual(first)
    // Whether another password is the same is told as seldom as elsewhere.
    const guess = () => w.refused('acceptInvitation', { ...input, password: 'a guessed password' })
    for (let n = 0; n < 5; n += 1) expect(await guess()).toBe('IDEMPOTENCY_MISMATCH')
    expect(await guess()).toBe('RATE_LIMITED')
    expect(await w.refused('acceptInvitation', input)).toBe('RATE_LIMITED')
    await w.world.owner.query('delete from throttle')
    await w.send('signOut', {}, first.payload.session.accessToken)
    expect(await w.refused('acceptInvitation', input)).toBe('SESSION_ENDED')
  })

  test('that is old, of another firm, made up or withdrawn is refused alike', async () => {
    const invited = await invite('old@larch.example.test', 'STAFF')
    const token = lastToken()
    const [, id, secret] = token.split('.')
    const withdrawn = await invite('withdrawn@larch.example.test', 'STAFF')
    const withdrawnToken = lastToken()
    await w.send('disableMember', change(withdrawn), admin.accessToken)
    await w.world.owner.query('update invitation set expires_at = now() where id = $1', [id])
    await nothingMoves(async () => {
      const answers = []
      for (const attempt of [
        token,
        withdrawnToken,
        `${other.firmId}.${id}.${secret}`,
        `${firmId}.${randomUUID()}.${secret}`,
        `${withdrawnToken.slice(0, -43)}${secret}`,
        'made up',
      ]) {
        answers.push((await w.send('acceptInvitation', { token: attempt, password })).payload)
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect(answers[0].errors).toMatchObject([{ code: 'INVITATION_REFUSED', path: ['token'] }])
    })
    expect(await read(invited.id)).toMatchObject({ state: 'INVITED' })
  })

  test('made up by who knows a firm’s id locks nothing, and waits for nothing, of the firm', async () => {
    const { owner } = w.world
    const made = `${firmId}.${randomUUID()}.${'A'.repeat(43)}`
    await owner.query('begin')
    try {
      await owner.query('select 1 from firm where firm_id = $1 for update', [firmId])
      const started = performance.now()
      expect(await w.refused('acceptInvitation', { token: made, password })).toBe('INVITATION_REFUSED')
      expect(performance.now() - started).toBeLessThan(4_000)
    } finally {
      await owner.query('rollback')
    }
    const { sent } = await sentDuring(() => w.refused('acceptInvitation', { token: made, password }))
    expect(sent.filter(({ sql }) => /from firm .*for no key update/.test(sql))).toEqual([])
  })

  test('makes an account only with a password that will do', async () => {
    await invite('weak@larch.example.test', 'STAFF')
    const token = lastToken()
    await nothingMoves(async () => {
      for (const weak of ['short', 'x'.repeat(201), 'weak@larch.example.test', '            ']) {
        const { payload } = await w.send('acceptInvitation', { token, password: weak })
        expect(payload.errors, weak).toMatchObject([{ code: 'INVALID_INPUT', path: ['password'] }])
      }
    })
    expect(await works((await accept(token)).accessToken)).toBe(true)
  })

  test('of an address that has an account needs that account’s password', async () => {
    await invite('wim@willow.example.test', 'PARTNER')
    const token = lastToken()
    await nothingMoves(async () => {
      const wrong = { token, password: 'a new password of my own' }
      expect(await w.refused('acceptInvitation', wrong)).toBe('CREDENTIALS_REFUSED')
    })
    await accept(token)
    const { payload } = await w.send('signIn', { email: 'wim@willow.example.test', password })
    expect(payload.memberships.map(({ firmName }: { firmName: string }) => firmName).sort()).toEqual([
      'Larch & Partners (invented)',
      'Willow Assurance (invented)',
    ])
  })

  test('that cannot be delivered stands all the same, and the log says so without its token', async () => {
    const invited = await failingMailer(() => invite('unsent@larch.example.test', 'STAFF'))
    expect(invited).toMatchObject({ state: 'INVITED' })
    const line = w.lines.find((text) => text.includes('an invitation could not be sent')) as string
    expect(JSON.parse(line)).toMatchObject({ level: 50, memberId: invited.id })
    expect(line).not.toMatch(/[\w-]{43}/)
  })
})

describe('disabling a member', () => {
  test('stops their tokens at once, and nothing lets them in again until they are reinstated', async () => {
    const gone = await colleague('gone@larch.example.test', 'STAFF')
    const before = await read(gone.memberId)
    const { payload } = await w.send('disableMember', change(before), admin.accessToken, member)
    expect(payload.member).toMatchObject({ state: 'DISABLED', version: before.version + 1 })
    expect(await works(gone.accessToken)).toBe(false)
    await nothingMoves(async () => {
      expect(await w.refused('refreshSession', { refreshToken: gone.refreshToken })).toBe('SESSION_ENDED')
      expect(await w.refused('signIn', { email: 'gone@larch.example.test', password })).toBe('CREDENTIALS_REFUSED')
      expect(await errorsOf('disableMember', change(payload.member))).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    })
    await w.send('reinstateMember', change(payload.member), admin.accessToken)
    expect(await works(gone.accessToken)).toBe(false)
    expect(await works((await w.signIn('gone@larch.example.test')).accessToken)).toBe(true)
  })

  test('is not done to oneself, by an old version, from another firm, or by who may not', async () => {
    const target = await colleague('target@larch.example.test', 'STAFF')
    const partner = await colleague('pia@larch.example.test', 'PARTNER')
    const staff = await colleague('stella@larch.example.test', 'STAFF')
    const known = await read(target.memberId)
    await nothingMoves(async () => {
      expect(await errorsOf('disableMember', change(await read(admin.memberId)))).toMatchObject([
        { code: 'OWN_MEMBERSHIP' },
      ])
      expect(await errorsOf('disableMember', { ...change(known), expectedVersion: 1 })).toMatchObject([
        { code: 'VERSION_CONFLICT' },
      ])
      expect(await w.refused('disableMember', change(known), partner.accessToken)).toBe('FORBIDDEN')
      expect(await w.refused('disableMember', change(known), staff.accessToken)).toBe('FORBIDDEN')
      const foreign = await w.send('disableMember', change(known), other.admin.accessToken)
      const random = await w.send(
        'disableMember',
        { ...change(known), memberId: randomUUID() },
        other.admin.accessToken,
      )
      expect(foreign).toEqual(random)
      expect(foreign.payload.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['memberId'] }])
    })
    expect(await works(target.accessToken)).toBe(true)
  })

  test('leaves the firm an administrator, also when two disable each other at the same moment', async () => {
    const made = await createFirm(w.world.database, {
      name: 'Rowan Review (invented)',
      city: 'Springfield',
      adminName: 'One',
      adminEmail: 'one@rowan.example.test',
    })
    const one = await accept(made.invitation.token)
    await invite('two@rowan.example.test', 'FIRM_ADMIN', one.accessToken)
    const two = await accept()
    const acts = [
      [two.memberId, one.accessToken],
      [one.memberId, two.accessToken],
    ] as const
    const known = await Promise.all(acts.map(([id]) => read(id)))
    const answers = await Promise.all(
      acts.map(([, token], at) => w.send('disableMember', change(known[at] as Known), token)),
    )
    const codes = answers.map(
      ({ payload, errors }) => payload?.errors[0]?.code ?? errors?.[0]?.extensions.code ?? 'done',
    )
    // The second one finds itself disabled already, or the last: it depends on how far it had come.
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
    expect(['LAST_ADMIN', 'UNAUTHENTICATED']).toContain(codes.find((code) => code !== 'done'))
    const { rows } = await w.world.owner.query(
      "select 1 from member where firm_id = $1 and firm_role = 'FIRM_ADMIN' and state = 'ACTIVE'",
      [made.firmId],
    )
    expect(rows).toHaveLength(1)
  })

  test('at a client is its administrator’s affair too, and the firm’s administrator’s', async () => {
    await inviteAtClient(plover, 'chief@plover.example.test', 'CLIENT_ADMIN')
    const chief = await accept()
    await inviteAtClient(plover, 'viewer@plover.example.test', 'CLIENT_VIEWER')
    const viewer = await accept()
    const manager = await colleague('mona@larch.example.test', 'MANAGER')
    await nothingMoves(async () => {
      expect(await w.refused('disableMember', change(await read(viewer.memberId)), manager.accessToken)).toBe(
        'FORBIDDEN',
      )
    })
    await w.send(
      'changeMemberRole',
      { ...change(await read(viewer.memberId)), clientRole: 'RESPONDENT' },
      chief.accessToken,
    )
    expect(await read(viewer.memberId)).toMatchObject({ clientRole: 'RESPONDENT', state: 'ACTIVE' })
    await w.send('disableMember', change(await read(viewer.memberId)), admin.accessToken)
    expect(await read(viewer.memberId)).toMatchObject({ state: 'DISABLED' })
    const someoneAtHeron = await inviteAtClient(heron, 'someone@heron.example.test', 'RESPONDENT')
    await nothingMoves(async () => {
      expect(await w.refused('disableMember', change(someoneAtHeron), chief.accessToken)).toBe('NOT_FOUND')
      expect(await w.refused('disableMember', change(await read(admin.memberId)), chief.accessToken)).toBe('NOT_FOUND')
    })
  })
})

describe('changing a role', () => {
  test('holds from the next request of the same token', async () => {
    const promoted = await colleague('rise@larch.example.test', 'STAFF')
    const create = () => w.refused('createClient', { name: 'Made by Rise' }, promoted.accessToken)
    expect(await create()).toBe('FORBIDDEN')
    await w.send(
      'changeMemberRole',
      { ...change(await read(promoted.memberId)), firmRole: 'MANAGER' },
      admin.accessToken,
    )
    const { payload } = await w.send('createClient', { name: 'Made by Rise' }, promoted.accessToken)
    expect(payload.errors).toEqual([])
    await w.send('changeMemberRole', { ...change(await read(promoted.memberId)), firmRole: 'STAFF' }, admin.accessToken)
    expect(await w.refused('createClient', { name: 'Made later' }, promoted.accessToken)).toBe('FORBIDDEN')
  })

  test('never makes a person of a client one of the firm, nor oneself anything', async () => {
    const atClient = await inviteAtClient(heron, 'climb@heron.example.test', 'RESPONDENT')
    const inFirm = await invite('climb@larch.example.test', 'STAFF')
    const partner = await colleague('phil@larch.example.test', 'PARTNER')
    await nothingMoves(async () => {
      for (const [target, roles] of [
        [atClient, { firmRole: 'PARTNER' }],
        [atClient, { firmRole: 'PARTNER', clientRole: 'CLIENT_ADMIN' }],
        [atClient, {}],
        [inFirm, { clientRole: 'CLIENT_ADMIN' }],
      ] as const) {
        expect(await errorsOf('changeMemberRole', { ...change(target), ...roles })).toMatchObject([
          { code: 'INVALID_INPUT' },
        ])
      }
      const own = { ...change(await read(admin.memberId)), firmRole: 'PARTNER' }
      expect(await errorsOf('changeMemberRole', own)).toMatchObject([{ code: 'OWN_MEMBERSHIP' }])
      for (const target of [inFirm, atClient, await read(partner.memberId)]) {
        const up = { ...change(target), firmRole: 'FIRM_ADMIN' }
        expect(await w.refused('changeMemberRole', up, partner.accessToken)).toBe('FORBIDDEN')
      }
    })
  })
})

test('actions say beforehand what may be done to a member, and why not', async () => {
  const actions = async (id: string, token: string) =>
    (
      await w.world.send(
        'query ($id: ID!) { node(id: $id) { actions { name allowed reason { message } } } }',
        { id },
        token,
      )
    ).data.node.actions
  expect(await actions(admin.memberId, admin.accessToken)).toEqual([
    {
      name: 'resendInvitation',
      allowed: false,
      reason: { message: 'This is possible for a membership that is INVITED; it is ACTIVE.' },
    },
    {
      name: 'disableMember',
      allowed: false,
      reason: { message: 'This is your own membership: another administrator must do this.' },
    },
    {
      name: 'reinstateMember',
      allowed: false,
      reason: { message: 'This is possible for a membership that is DISABLED; it is ACTIVE.' },
    },
    {
      name: 'changeMemberRole',
      allowed: false,
      reason: { message: 'This is your own membership: another administrator must do this.' },
    },
  ])
})

/** Does something while no letter can be sent. */
async function failingMailer<T>(act: () => Promise<T>): Promise<T> {
  const push = w.letters.push
  w.letters.push = () => {
    throw new Error('the mail service is away')
  }
  try {
    return await act()
  } finally {
    w.letters.push = push
    // It would be sent again during another test.
    await w.world.owner.query('delete from fieldwork_jobs._private_jobs')
  }
}
