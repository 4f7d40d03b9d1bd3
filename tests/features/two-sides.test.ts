import { describe, expect, test } from 'vitest'
import { checkSides } from '../../src/features/identity/sides.js'
import { password, type Session, signInWorld } from '../support/sign-in.js'

// The ethical wall, and people who invite themselves: one person is on one side of a firm, only those who know the client's people
// invite them, and the client sees every invitation.

const w = await signInWorld()
const { admin } = await w.firm('Larch & Partners (invented)', 'ada@larch.example.test')
const member = 'member { id version state clientRole }'
const lastToken = () => w.letters.at(-1)?.token as string
const accept = async (token = lastToken(), bearer?: string): Promise<Session> =>
  (await w.send('acceptInvitation', { token, password }, bearer)).payload.session

interface Known {
  id: string
  version: number
}
const change = ({ id, version }: Known) => ({ memberId: id, expectedVersion: version })

async function read(id: string): Promise<Known & { state: string; suspended_at: Date | null }> {
  const { rows } = await w.world.owner.query('select id, version, state, suspended_at from member where id = $1', [id])
  return rows[0]
}

async function colleague(email: string, firmRole: string): Promise<Session & { email: string }> {
  const { payload } = await w.send('inviteMember', { email, name: email, firmRole }, admin.accessToken)
  expect(payload.errors).toEqual([])
  return { ...(await accept()), email }
}

async function client(name: string, ...emailDomains: string[]): Promise<string> {
  return (await w.send('createClient', { name, emailDomains }, admin.accessToken, 'client { id }')).payload.client.id
}

const inviting = (clientId: string, email: string, clientRole = 'RESPONDENT') => ({
  clientId,
  email,
  name: `Of ${email}`,
  clientRole,
})
const invite = async (clientId: string, email: string, token: string, clientRole = 'RESPONDENT') =>
  (await w.send('inviteClientUser', inviting(clientId, email, clientRole), token, member)).payload.member as Known

/** An administrator of the client's own, who has accepted. */
async function administrator(clientId: string, email: string): Promise<Session> {
  await invite(clientId, email, admin.accessToken, 'CLIENT_ADMIN')
  return accept()
}

async function engagement(clientId: string, leader: Session, confirm = true): Promise<Known> {
  const plan = {
    clientId,
    kind: 'SOC2_TYPE_2',
    systemName: 'A system',
    categories: ['SECURITY'],
    periodStart: '2025-01-01',
    periodEnd: '2025-12-31',
    team: [{ memberId: leader.memberId, role: 'MANAGER' }],
  }
  const made = await w.send('createEngagement', plan, admin.accessToken, 'team { id version }')
  const [place] = made.payload.team
  if (!confirm) return place
  const statement = { teamMemberId: place.id, expectedVersion: place.version, statement: 'I am independent.' }
  return (await w.send('confirmIndependence', statement, leader.accessToken, 'teamMember { id version }')).payload
    .teamMember
}

const errorsOf = async (mutation: string, input: Record<string, unknown>, token?: string) =>
  (await w.send(mutation, input, token)).payload.errors

/** Shows that what is refused moves no row (attempts to sign in are counted) and sends no letter. */
async function nothingMoves<T>(act: () => Promise<T>): Promise<T> {
  const state = async () => [await w.world.digest('throttle'), w.letters.length, w.notices.length]
  const before = await state()
  const done = await act()
  expect(await state()).toEqual(before)
  return done
}

const allowed = async (id: string, name: string, token: string): Promise<boolean> =>
  (
    await w.world.send('query ($id: ID!) { node(id: $id) { actions { name allowed } } }', { id }, token)
  ).data.node.actions.find((action: { name: string }) => action.name === name).allowed

const works = async (token: string) =>
  (await w.world.send('{ viewer { member { id } } }', {}, token)).data?.viewer !== undefined

describe('who may invite a person of a client', () => {
  test.each(['PARTNER', 'MANAGER'])(
    'not a %s on no team of it, who does nothing to its people either',
    async (role) => {
      const heron = await client(`Heron ${role}`, `heron-${role.toLowerCase()}.example.test`)
      const other = await client(`Other ${role}`, `other-${role.toLowerCase()}.example.test`)
      const outsider = await colleague(`out.${role}@larch.example.test`, role)
      const pending = await invite(heron, `rolf@heron-${role}.example.test`, admin.accessToken)
      const disabled = await invite(heron, `dora@heron-${role}.example.test`, admin.accessToken)
      await w.send('disableMember', change(disabled), admin.accessToken)
      // On a team elsewhere; named for one here, and not confirmed.
      await engagement(other, outsider)
      await engagement(heron, outsider, false)
      const token = outsider.accessToken
      await nothingMoves(async () => {
        const own = inviting(heron, `private@heron-${role}.example.test`, 'CLIENT_ADMIN')
        expect(await w.refused('inviteClientUser', own, token)).toBe('FORBIDDEN')
        const roles = { ...change(pending), clientRole: 'CLIENT_ADMIN' }
        expect(await w.refused('changeMemberRole', roles, token)).toBe('FORBIDDEN')
        for (const act of ['resendInvitation', 'disableMember']) {
          expect(await w.refused(act, change(pending), token), act).toBe('FORBIDDEN')
        }
        expect(await w.refused('reinstateMember', change(await read(disabled.id)), token)).toBe('FORBIDDEN')
        const domains = { clientId: heron, expectedVersion: 1, emailDomains: ['private.example'] }
        expect(await w.refused('changeClientDomains', domains, token)).toBe('FORBIDDEN')
      })
      expect(await allowed(heron, 'inviteClientUser', token)).toBe(false)
      expect(await allowed(pending.id, 'changeMemberRole', token)).toBe(false)
      expect(await allowed(other, 'inviteClientUser', token)).toBe(true)
      const list = 'query ($id: ID!) { node(id: $id) { ... on Client { invitations { nodes { id } } } } }'
      const { errors } = await w.world.send(list, { id: heron }, token)
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
      const { data } = await w.world.send(list, { id: other }, token)
      expect(data.node.invitations.nodes).toEqual([])
    },
  )

  test('the team of an engagement of it, until they leave it', async () => {
    const wren = await client('Wren Health', 'wren.example.test')
    const senior = await colleague('sam@larch.example.test', 'MANAGER')
    const place = await engagement(wren, senior)
    expect(await allowed(wren, 'inviteClientUser', senior.accessToken)).toBe(true)
    const rolf = await invite(wren, 'rolf@wren.example.test', senior.accessToken)
    expect(rolf.version).toBe(1)
    // It invites, and no more: any partner can set up an engagement and be its team.
    const carla = await administrator(wren, 'carla@wren.example.test')
    await nothingMoves(async () => {
      const roles = { ...change(rolf), clientRole: 'CLIENT_ADMIN' }
      expect(await w.refused('changeMemberRole', roles, senior.accessToken)).toBe('FORBIDDEN')
      for (const person of [rolf, await read(carla.memberId)]) {
        expect(await w.refused('disableMember', change(person), senior.accessToken)).toBe('FORBIDDEN')
      }
      const own = { name: 'A client of mine', emailDomains: ['my-mailbox.example'] }
      expect(await errorsOf('createClient', own, senior.accessToken)).toMatchObject([
        { code: 'ROLE_INSUFFICIENT', path: ['emailDomains'] },
      ])
    })
    expect(await allowed(carla.memberId, 'disableMember', senior.accessToken)).toBe(false)
    const leaving = { teamMemberId: place.id, expectedVersion: place.version }
    expect(await errorsOf('removeTeamMember', leaving, admin.accessToken)).toEqual([])
    await nothingMoves(async () => {
      const input = inviting(wren, 'vera@wren.example.test')
      expect(await w.refused('inviteClientUser', input, senior.accessToken)).toBe('FORBIDDEN')
    })
    expect(await allowed(wren, 'inviteClientUser', senior.accessToken)).toBe(false)
  })

  test.each(['ISSUED', 'WITHDRAWN'])('nor the team of an engagement that is %s', async (state) => {
    const name = `stilt-${state.toLowerCase()}`
    const stilt = await client(name, `${name}.example.test`)
    const staff = await colleague(`staff.${name}@larch.example.test`, 'MANAGER')
    await engagement(stilt, staff)
    const rolf = await invite(stilt, `rolf@${name}.example.test`, staff.accessToken)
    await w.world.owner.query('update engagement set state = $2 where client_id = $1', [stilt, state])
    const token = staff.accessToken
    await nothingMoves(async () => {
      const input = inviting(stilt, `vera@${name}.example.test`)
      expect(await w.refused('inviteClientUser', input, token)).toBe('FORBIDDEN')
      const raise = { ...change(rolf), clientRole: 'CLIENT_ADMIN' }
      expect(await w.refused('changeMemberRole', raise, token)).toBe('FORBIDDEN')
      for (const act of ['resendInvitation', 'disableMember']) {
        expect(await w.refused(act, change(rolf), token), act).toBe('FORBIDDEN')
      }
    })
    expect(await allowed(stilt, 'inviteClientUser', token)).toBe(false)
    const list = 'query ($id: ID!) { node(id: $id) { ... on Client { invitations { nodes { id } } } } }'
    expect((await w.world.send(list, { id: stilt }, token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('an address outside the client’s domains, or in the firm’s, by the client’s own administrator alone', async () => {
    const finch = await client('Finch Ledger', 'finch.example.test')
    const carla = await administrator(finch, 'carla@finch.example.test')
    const manager = await colleague('mona@larch.example.test', 'MANAGER')
    await engagement(finch, manager)
    const addresses = ['x@mail.example', 'x@sub.finch.example.test', 'x@larch.example.test', 'x@a.larch.example.test']
    await nothingMoves(async () => {
      for (const { accessToken } of [manager, admin]) {
        for (const email of addresses) {
          expect(await errorsOf('inviteClientUser', inviting(finch, email), accessToken), email).toMatchObject([
            { code: 'ROLE_INSUFFICIENT', path: ['email'] },
          ])
        }
      }
    })
    for (const email of addresses) await invite(finch, email, carla.accessToken)
    const outside = (await accept(w.letters.find(({ to }) => to === addresses[0])?.token)) as Session
    const waiting = (
      await w.world.owner.query('select id, version from member where email = $1 and client_id = $2', [
        addresses[2],
        finch,
      ])
    ).rows[0] as Known
    // Nor is such a person raised, written to again or brought back by the firm's side; their access it may take away.
    await nothingMoves(async () => {
      const raise = { ...change(await read(outside.memberId)), clientRole: 'CLIENT_ADMIN' }
      expect(await errorsOf('changeMemberRole', raise, admin.accessToken)).toMatchObject([
        { code: 'ROLE_INSUFFICIENT' },
      ])
      expect(await errorsOf('resendInvitation', change(waiting), admin.accessToken)).toMatchObject([
        { code: 'ROLE_INSUFFICIENT' },
      ])
    })
    expect(await allowed(outside.memberId, 'changeMemberRole', admin.accessToken)).toBe(false)
    expect(await allowed(outside.memberId, 'changeMemberRole', carla.accessToken)).toBe(true)
    expect(await errorsOf('disableMember', change(await read(outside.memberId)), admin.accessToken)).toEqual([])
    await nothingMoves(async () => {
      const back = change(await read(outside.memberId))
      expect(await errorsOf('reinstateMember', back, admin.accessToken)).toMatchObject([{ code: 'ROLE_INSUFFICIENT' }])
    })
    expect(await errorsOf('reinstateMember', change(await read(outside.memberId)), carla.accessToken)).toEqual([])
  })
})

describe('e-mail domains', () => {
  const domains = 'id version emailDomains administratorAcceptedAt'

  test('of a client are the firm’s administrator’s to set, and the client’s own from its first administrator on', async () => {
    const ibis = await client('Ibis Pay')
    const set = (expectedVersion: number, emailDomains: string[], token = admin.accessToken) =>
      w.send('changeClientDomains', { clientId: ibis, expectedVersion, emailDomains }, token, `client { ${domains} }`)
    await nothingMoves(async () => {
      const input = inviting(ibis, 'carla@ibis.example.test')
      expect(await w.refused('inviteClientUser', input, admin.accessToken)).toBe('ROLE_INSUFFICIENT')
    })
    const { payload } = await set(1, [' IBIS.example.test ', 'ibis.example.test', 'bücher.example'])
    expect(payload.client).toMatchObject({
      version: 2,
      emailDomains: ['ibis.example.test', 'xn--bcher-kva.example'],
      administratorAcceptedAt: null,
    })
    const carla = await administrator(ibis, 'carla@ibis.example.test')
    const { rows } = await w.world.owner.query('select version from client where id = $1', [ibis])
    const { version } = rows[0] as Known
    await nothingMoves(async () => {
      expect((await set(version, ['private.example'])).payload.errors).toMatchObject([{ code: 'ROLE_INSUFFICIENT' }])
    })
    expect(await allowed(ibis, 'changeClientDomains', admin.accessToken)).toBe(false)
    expect(await allowed(ibis, 'changeClientDomains', carla.accessToken)).toBe(true)
    // Not even once the firm's side has disabled the administrator.
    expect(await errorsOf('disableMember', change(await read(carla.memberId)), admin.accessToken)).toEqual([])
    await nothingMoves(async () => {
      expect((await set(version, ['private.example'])).payload.errors).toMatchObject([{ code: 'ROLE_INSUFFICIENT' }])
    })
    await w.send('reinstateMember', change(await read(carla.memberId)), admin.accessToken)
    const again = await w.signIn('carla@ibis.example.test')
    expect((await set(version, ['ibis.example.test'], again.accessToken)).payload.client.emailDomains).toEqual([
      'ibis.example.test',
    ])
  })

  test('become the client’s own, too, when a person of it is made its administrator', async () => {
    const teal = await client('Teal', 'teal.example.test')
    await invite(teal, 'rolf@teal.example.test', admin.accessToken)
    const rolf = await accept()
    const raise = { ...change(await read(rolf.memberId)), clientRole: 'CLIENT_ADMIN' }
    expect(await errorsOf('changeMemberRole', raise, admin.accessToken)).toEqual([])
    expect(await allowed(teal, 'changeClientDomains', admin.accessToken)).toBe(false)
  })

  test('are never both the firm’s and a client’s, and have the form of one', async () => {
    const swift = await client('Swift', 'swift.example.test')
    const firm = (await w.world.send('{ viewer { firm { version emailDomains } } }', {}, admin.accessToken)).data.viewer
      .firm
    expect(firm.emailDomains).toEqual(['larch.example.test'])
    const refusedAt = (at: string[]) => [{ code: 'INVALID_INPUT', path: at }]
    await nothingMoves(async () => {
      for (const domain of [
        'larch.example.test',
        'a.larch.example.test',
        'example.test',
        'a b',
        'x',
        '1.2.3.4',
        'a..b',
        'a/b.c',
        '%61.com',
      ]) {
        const input = { clientId: swift, expectedVersion: 1, emailDomains: ['ok.example', domain] }
        expect(await errorsOf('changeClientDomains', input, admin.accessToken), domain).toMatchObject(
          refusedAt(['emailDomains', '1']),
        )
        const made = { name: 'Never', emailDomains: [domain] }
        expect(await errorsOf('createClient', made, admin.accessToken)).toMatchObject(refusedAt(['emailDomains', '0']))
      }
      const many = Array.from({ length: 21 }, (_, at) => `d${at}.example`)
      const input = { clientId: swift, expectedVersion: 1, emailDomains: many }
      expect(await errorsOf('changeClientDomains', input, admin.accessToken)).toMatchObject(refusedAt(['emailDomains']))
      const own = { expectedVersion: firm.version, emailDomains: ['larch.example.test', 'swift.example.test'] }
      expect(await errorsOf('changeFirmDomains', own, admin.accessToken)).toMatchObject(
        refusedAt(['emailDomains', '1']),
      )
    })
    const more = { expectedVersion: firm.version, emailDomains: ['larch.example.test', 'larch-cpa.example'] }
    const { payload } = await w.send('changeFirmDomains', more, admin.accessToken, 'firm { emailDomains }')
    expect(payload.firm.emailDomains).toEqual(more.emailDomains)
  })
})

describe('one person is on one side', () => {
  test('a member of the firm, or who is invited to be, is invited to no client by any caller', async () => {
    const plover = await client('Plover Data', 'plover.example.test')
    const carla = await administrator(plover, 'carla@plover.example.test')
    const partner = await colleague('pia@plover.example.test', 'PARTNER')
    await w.send('inviteMember', { email: 'ivo@plover.example.test', name: 'I', firmRole: 'STAFF' }, admin.accessToken)
    await nothingMoves(async () => {
      for (const email of [partner.email, 'IVO@plover.example.test']) {
        for (const token of [admin.accessToken, carla.accessToken]) {
          expect(await errorsOf('inviteClientUser', inviting(plover, email), token), email).toMatchObject([
            { code: 'SEPARATION_OF_DUTIES', path: ['email'] },
          ])
        }
      }
    })
    // Who left the firm can be of a client; and comes back to the firm no more while they are.
    await w.send('disableMember', change(await read(partner.memberId)), admin.accessToken)
    await invite(plover, partner.email, admin.accessToken)
    await nothingMoves(async () => {
      const back = change(await read(partner.memberId))
      expect(await errorsOf('reinstateMember', back, admin.accessToken)).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES', path: ['memberId'] },
      ])
    })
    const there = await accept()
    await w.send('disableMember', change(await read(there.memberId)), carla.accessToken)
    expect(await errorsOf('reinstateMember', change(await read(partner.memberId)), admin.accessToken)).toEqual([])
    await nothingMoves(async () => {
      const back = change(await read(there.memberId))
      for (const token of [admin.accessToken, carla.accessToken]) {
        expect(await errorsOf('reinstateMember', back, token)).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
      }
    })
  })

  test('a person of a client, or who is invited to be, is not invited into the firm', async () => {
    const kite = await client('Kite', 'kite.example.test')
    await administrator(kite, 'carla@kite.example.test')
    await invite(kite, 'rolf@kite.example.test', admin.accessToken)
    await nothingMoves(async () => {
      for (const email of ['carla@kite.example.test', 'rolf@kite.example.test']) {
        const input = { email, name: 'x', firmRole: 'STAFF' }
        expect(await errorsOf('inviteMember', input, admin.accessToken)).toMatchObject([
          { code: 'SEPARATION_OF_DUTIES', path: ['email'] },
        ])
      }
    })
    // In another firm they may be anything: it is another tenant.
    const elsewhere = await w.firm('Willow Assurance (invented)', 'carla@kite.example.test')
    expect(await works(elsewhere.admin.accessToken)).toBe(true)
  })

  test('nor does an invitation of before get through: the other side came by another way meanwhile', async () => {
    const crane = await client('Crane', 'crane.example.test')
    await invite(crane, 'nina@crane.example.test', admin.accessToken)
    const token = lastToken()
    // As a row of before this rule, by another address of the same account.
    const nina = await colleague('nina@larch.example.test', 'MANAGER')
    const { rows } = await w.world.owner.query('select user_id from member where id = $1', [nina.memberId])
    await w.world.owner.query("update user_account set email = 'nina@crane.example.test' where id = $1", [
      rows[0].user_id,
    ])
    await nothingMoves(async () => {
      expect(await errorsOf('acceptInvitation', { token, password })).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES', path: ['token'] },
      ])
    })
  })

  test('of two acts at the same moment that would put a person on both sides, one is refused', async () => {
    const lark = await client('Lark', 'lark.example.test')
    for (let round = 0; round < 8; round += 1) {
      const email = `p${round}@lark.example.test`
      const answers = await Promise.all([
        w.send('inviteMember', { email, name: 'x', firmRole: 'STAFF' }, admin.accessToken),
        w.send('inviteClientUser', inviting(lark, email), admin.accessToken),
      ])
      const codes = answers.map(({ payload }) => payload.errors[0]?.code ?? 'done').sort()
      expect(codes).toEqual(['SEPARATION_OF_DUTIES', 'done'])
    }
  })

  test('who examines a client, or did while it goes on, does not act for it, though they left the firm', async () => {
    const gull = await client('Gull Care', 'gull.example.test')
    const carla = await administrator(gull, 'carla@gull.example.test')
    const maud = await colleague('maud@gull.example.test', 'MANAGER')
    await engagement(gull, maud)
    await w.send('disableMember', change(await read(maud.memberId)), admin.accessToken)
    await nothingMoves(async () => {
      for (const token of [admin.accessToken, carla.accessToken]) {
        expect(await errorsOf('inviteClientUser', inviting(gull, maud.email), token)).toMatchObject([
          { code: 'SEPARATION_OF_DUTIES', path: ['email'] },
        ])
      }
    })
    // In the words with which a member of the firm is refused: the client does not learn which of the two it is.
    const anna = await colleague('anna@gull.example.test', 'STAFF')
    const words = await Promise.all(
      [maud.email, anna.email].map((email) => errorsOf('inviteClientUser', inviting(gull, email), carla.accessToken)),
    )
    expect(words[0]).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(words[0]).toEqual(words[1])
    const heath = await client('Heath', 'gull-too.example.test')
    const chief = await administrator(heath, 'chief@gull-too.example.test')
    expect(await errorsOf('inviteClientUser', inviting(heath, maud.email), chief.accessToken)).toEqual([])
  })
})

describe('an invitation', () => {
  test('is not accepted while signed in as another person; the invited person may be signed in', async () => {
    const tern = await client('Tern', 'tern.example.test')
    const partner = await colleague('paul@larch.example.test', 'PARTNER')
    await invite(tern, 'paul.private@tern.example.test', admin.accessToken, 'CLIENT_ADMIN')
    const token = lastToken()
    await nothingMoves(async () => {
      const { payload } = await w.send('acceptInvitation', { token, password }, partner.accessToken)
      expect(payload).toMatchObject({ session: null, errors: [{ code: 'SEPARATION_OF_DUTIES', path: ['token'] }] })
    })
    const there = await accept(token)
    const other = await client('Tern Two', 'tern-two.example.test')
    await w.send(
      'changeClientDomains',
      { clientId: other, expectedVersion: 1, emailDomains: ['tern.example.test'] },
      admin.accessToken,
    )
    await invite(other, 'paul.private@tern.example.test', admin.accessToken)
    expect(await accept(lastToken(), there.accessToken)).toMatchObject({ memberId: expect.any(String) })
  })

  test('is shown to the client’s administrators, who get a letter when the firm sends one', async () => {
    const rook = await client('Rook Systems', 'rook.example.test')
    const before = w.notices.length
    const carla = await administrator(rook, 'carla@rook.example.test')
    expect(w.notices).toHaveLength(before)
    const rolf = await invite(rook, 'rolf@rook.example.test', admin.accessToken)
    const [notice] = w.notices.slice(before)
    expect(notice).toEqual({
      to: 'carla@rook.example.test',
      name: 'Of carla@rook.example.test',
      firmName: 'Larch & Partners (invented)',
      clientName: 'Rook Systems',
      invitedEmail: 'rolf@rook.example.test',
      invitedName: 'Of rolf@rook.example.test',
      clientRole: 'RESPONDENT',
      invitedByName: 'Ada',
    })
    await w.send('resendInvitation', change(rolf), admin.accessToken)
    expect(w.notices).toHaveLength(before + 2)
    await invite(rook, 'own@rook.example.test', carla.accessToken, 'CLIENT_VIEWER')
    expect(w.notices).toHaveLength(before + 2)
    const vera = await accept()
    const list = `query ($id: ID!) { node(id: $id) { ... on Client { invitations(first: 10) { totalCount nodes {
      state clientRole invitedByName invitedByFirm acceptedAt expiresAt createdAt member { email } } } } } }`
    const seen = async (token: string) => w.world.send(list, { id: rook }, token)
    const { data } = await seen(carla.accessToken)
    expect(data.node.invitations.totalCount).toBe(4)
    const shown = data.node.invitations.nodes.map((one: any) => [
      one.member.email,
      one.clientRole,
      one.state,
      one.invitedByName,
      one.invitedByFirm,
      one.acceptedAt !== null,
    ])
    expect(shown).toEqual([
      ['own@rook.example.test', 'CLIENT_VIEWER', 'ACCEPTED', 'Of carla@rook.example.test', false, true],
      ['rolf@rook.example.test', 'RESPONDENT', 'OPEN', 'Ada', true, false],
      ['rolf@rook.example.test', 'RESPONDENT', 'VOID', 'Ada', true, false],
      ['carla@rook.example.test', 'CLIENT_ADMIN', 'ACCEPTED', 'Ada', true, true],
    ])
    expect((await seen(admin.accessToken)).data).toEqual(data)
    expect((await seen(vera.accessToken)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})

describe('the role of a person of a client who has not accepted yet', () => {
  test('is changed with a new invitation that names it, of which the client’s administrators are told', async () => {
    const knot = await client('Knot', 'knot.example.test')
    const carla = await administrator(knot, 'carla@knot.example.test')
    const manager = await colleague('mick@larch.example.test', 'MANAGER')
    await engagement(knot, manager)
    const vera = await invite(knot, 'vera@knot.example.test', manager.accessToken, 'CLIENT_VIEWER')
    const first = lastToken()
    const [letters, notices] = [w.letters.length, w.notices.length]
    const raise = { ...change(vera), clientRole: 'CLIENT_ADMIN', idempotencyKey: crypto.randomUUID() }
    const { payload } = await w.send('changeMemberRole', raise, admin.accessToken, member)
    expect(payload).toMatchObject({ member: { clientRole: 'CLIENT_ADMIN', state: 'INVITED' }, errors: [] })
    expect(w.letters.slice(letters).map(({ to }) => to)).toEqual(['vera@knot.example.test'])
    expect(w.notices.slice(notices)).toMatchObject([
      { to: 'carla@knot.example.test', invitedEmail: 'vera@knot.example.test', clientRole: 'CLIENT_ADMIN' },
    ])
    // A repetition sends nothing; nor does a change that changes nothing.
    await w.send('changeMemberRole', raise, admin.accessToken, member)
    const same = { ...change(await read(vera.id)), clientRole: 'CLIENT_ADMIN' }
    expect(await errorsOf('changeMemberRole', same, admin.accessToken)).toEqual([])
    expect([w.letters.length, w.notices.length]).toEqual([letters + 1, notices + 1])
    await nothingMoves(async () => {
      expect(await w.refused('acceptInvitation', { token: first, password })).toBe('INVITATION_REFUSED')
    })
    const list =
      'query ($id: ID!) { node(id: $id) { ... on Client { invitations { nodes { state clientRole member { email } } } } } }'
    const { data } = await w.world.send(list, { id: knot }, carla.accessToken)
    expect(data.node.invitations.nodes.slice(0, 2)).toEqual([
      { state: 'OPEN', clientRole: 'CLIENT_ADMIN', member: { email: 'vera@knot.example.test' } },
      { state: 'VOID', clientRole: 'CLIENT_VIEWER', member: { email: 'vera@knot.example.test' } },
    ])
    expect(await accept()).toMatchObject({ memberId: vera.id })
    // Who has accepted is sent nothing.
    const lower = { ...change(await read(vera.id)), clientRole: 'RESPONDENT' }
    expect(await errorsOf('changeMemberRole', lower, admin.accessToken)).toEqual([])
    expect([w.letters.length, w.notices.length]).toEqual([letters + 1, notices + 1])
  })
})

describe('what exists already', () => {
  const found = () => {
    const logged: { facts: any; message: string }[] = []
    const write = (facts: object, message: string) => void logged.push({ facts, message })
    const log = { info: write, warn: write, error: write }
    return checkSides(w.world.database, log).then(() => logged)
  }

  /** Puts a person of the firm on the other side as well, past every act: as rows of before this rule are. */
  async function alsoAt(clientId: string, person: Session, by: 'account' | 'address', state = 'ACTIVE') {
    const { rows } = await w.world.owner.query(
      `insert into member (firm_id, id, user_id, email, name, client_id, client_role, state, created_at)
       select firm_id, gen_random_uuid(), case when $3 = 'account' or $4 = 'ACTIVE' then user_id end,
         case when $3 = 'account' then 'other.' || email else email end, name, $2, 'CLIENT_ADMIN', $4, now()
       from member where id = $1 returning id`,
      [person.memberId, clientId, by, state],
    )
    return rows[0].id as string
  }

  test('nothing: the start says nothing and changes nothing', async () => {
    await nothingMoves(async () => expect(await found()).toEqual([]))
  })

  test.each(['account', 'address'] as const)(
    'a person on both sides by %s is named by ids, and the client membership is of no use until one is disabled',
    async (by) => {
      const jay = await client(`Jay by ${by}`, `jay-${by}.example.test`)
      const partner = await colleague(`both.${by}@larch.example.test`, 'PARTNER')
      const twin = await alsoAt(jay, partner, by)
      const choose = async () => (await w.send('signIn', { email: partner.email, password })).payload
      // Tokens of before are signed in with: by choosing, by switching.
      const { ticket, memberships } = await choose()
      expect(memberships).toHaveLength(2)
      const inside = (await w.send('chooseMembership', { ticket, memberId: twin })).payload.session as Session
      expect(await works(inside.accessToken)).toBe(true)

      const logged = await found()
      expect(logged).toHaveLength(1)
      expect(logged[0]?.facts.pairs).toEqual([{ firmMemberId: partner.memberId, memberId: twin }])
      expect(JSON.stringify(logged)).not.toContain('@')
      expect((await read(twin)).suspended_at).not.toBeNull()

      expect(await works(inside.accessToken)).toBe(false)
      await nothingMoves(async () => {
        expect(await w.refused('refreshSession', { refreshToken: inside.refreshToken })).toBe('SESSION_ENDED')
        expect(await w.refused('chooseMembership', { ticket, memberId: twin })).toBe('NOT_FOUND')
        expect(await w.refused('switchMembership', { memberId: twin }, partner.accessToken)).toBe('NOT_FOUND')
        expect(await w.refused('signIn', { email: partner.email, password, memberId: twin })).toBe(
          'CREDENTIALS_REFUSED',
        )
      })
      expect((await choose()).session.memberId).toBe(partner.memberId)
      expect(await works(partner.accessToken)).toBe(true)
      const { data } = await w.world.send(
        'query ($id: ID!) { node(id: $id) { ... on Member { suspendedAt } } }',
        { id: twin },
        admin.accessToken,
      )
      expect(data.node.suspendedAt).not.toBeNull()
      // Said again at each start, and done once.
      const now = await read(twin)
      await nothingMoves(async () => expect(await found()).toHaveLength(1))
      expect(await read(twin)).toEqual(now)

      // An administrator of the client, who sees no person of the firm, does not set it free by disabling another person.
      const carla = await administrator(jay, `carla@jay-${by}.example.test`)
      const other = await invite(jay, `other@jay-${by}.example.test`, admin.accessToken)
      expect(await errorsOf('disableMember', change(other), carla.accessToken)).toEqual([])
      expect((await read(twin)).suspended_at).not.toBeNull()

      expect(await errorsOf('disableMember', change(await read(partner.memberId)), admin.accessToken)).toEqual([])
      expect((await read(twin)).suspended_at).toBeNull()
      expect((await choose()).session.memberId).toBe(twin)
      expect(await found()).toEqual([])
    },
  )

  test('a person on both sides by one mailbox, whose domain is written in two ways', async () => {
    const crake = await client('Crake', 'crake.example.test')
    const partner = await colleague('uwe@bücher.example', 'PARTNER')
    const twin = await alsoAt(crake, partner, 'address', 'INVITED')
    const other = await alsoAt(await client('Crake Two', 'crake2.example.test'), partner, 'address', 'INVITED')
    const spell = (id: string, email: string) =>
      w.world.owner.query('update member set email = $2 where id = $1', [id, email])
    await spell(twin, 'uwe@xn--bcher-kva.example')
    // Of another mailbox of the same name.
    await spell(other, 'uwe@xn--bcher2-n2a.example')
    expect((await found()).map(({ facts }) => facts.pairs)).toEqual([
      [{ firmMemberId: partner.memberId, memberId: twin }],
    ])
    // The act refuses each spelling as the start finds it.
    const carla = await administrator(crake, 'carla@crake.example.test')
    await nothingMoves(async () => {
      for (const email of ['uwe@BÜCHER.example', 'uwe@xn--Bcher-KVA.example', 'uwe@bücher.example']) {
        expect(await errorsOf('inviteClientUser', inviting(crake, email), carla.accessToken), email).toMatchObject([
          { code: 'SEPARATION_OF_DUTIES' },
        ])
      }
    })
    for (const id of [twin, other]) await w.send('disableMember', change(await read(id)), admin.accessToken)
    expect(await found()).toEqual([])
  })

  test('an invitation of a person on the other side is named, and leads nowhere', async () => {
    const owl = await client('Owl', 'owl.example.test')
    const partner = await colleague('pat@larch.example.test', 'PARTNER')
    const twin = await alsoAt(owl, partner, 'address', 'INVITED')
    expect((await found()).map(({ facts }) => facts.pairs)).toEqual([
      [{ firmMemberId: partner.memberId, memberId: twin }],
    ])
    await nothingMoves(async () => {
      expect(await errorsOf('resendInvitation', change(await read(twin)), admin.accessToken)).toMatchObject([
        { code: 'ROLE_INSUFFICIENT' },
      ])
    })
    expect(await errorsOf('disableMember', change(await read(twin)), admin.accessToken)).toEqual([])
    expect(await found()).toEqual([])
  })

  test('the data of one firm, which cannot be checked, keep no other firm’s data from being checked', async () => {
    const wade = await client('Wade', 'wade.example.test')
    const partner = await colleague('wes@larch.example.test', 'PARTNER')
    const twin = await alsoAt(wade, partner, 'account')
    await w.world.owner.query(`create function stop() returns trigger language plpgsql as $$
      begin raise exception 'not today'; end $$;
      create trigger stop before update on member for each row execute function stop()`)
    const failed = await found()
    expect(failed.map(({ message }) => message)).toEqual([
      'it could not be checked whether people are on both sides of the firm',
    ])
    expect((await read(twin)).suspended_at).toBeNull()
    await w.world.owner.query('drop trigger stop on member')
    expect(await found()).toHaveLength(1)
    expect((await read(twin)).suspended_at).not.toBeNull()
    await w.send('disableMember', change(await read(twin)), admin.accessToken)
    expect(await read(twin)).toMatchObject({ state: 'DISABLED', suspended_at: null })
  })
})
