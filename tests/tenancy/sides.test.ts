import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { makeOpaqueToken } from '../../src/features/identity/opaque-token.js'
import { Passwords } from '../../src/features/identity/passwords.js'
import { checkSides } from '../../src/features/identity/sides.js'
import { features } from '../../src/features.js'
import type { Claims } from '../../src/kernel/access/actor.js'
import { plainSchema } from '../../src/schema.js'
import { crossTenantWorld, password } from '../support/cross-tenant-access.js'
import { everythingOf } from '../support/generate.js'
import { layer } from '../support/lay.js'
import { joined, maySee, type Reader, readerOf } from '../support/sight.js'
import { Person } from '../support/world.js'

// People who invite and re-role themselves: random sequences of what a member of the firm on no team, an administrator of a
// client and the firm's administrator can do to come to the other side by their own address, memberships and invitations
// included that were there before such acts were refused. Afterwards each of them looks, in every membership they can use,
// at everything there is: nothing of an engagement is shown to them that they are not on.
//
//   FUZZ_CASES, FUZZ_SEED   as in fuzz.test.ts; one sequence stands for ten cases

const cases = Math.max(10, Math.ceil(Number(process.env.FUZZ_CASES ?? 300) / 10))
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

const schema = await plainSchema(features)
const ground = await crossTenantWorld()
const { w, full, canaries, still, heard } = ground
const { a, one, two, otherCrew, held } = full
const passwords = new Passwords({ memoryKib: 8, passes: 1 })
const silent = { info: () => {}, warn: () => {}, error: () => {} }

const intruders = [
  ['a partner on no team of the client', otherCrew.partner],
  ['a manager on no team of the client', otherCrew.manager],
  ['an administrator of the client', one.admin],
  ['an administrator of another client', two.admin],
  ['the firm’s administrator', a.admin],
] as const

const passwordHash = await passwords.hash(password)

/** Their account, by which they accept and sign in: put back with all else after each sequence. */
const layAccount = ({ person, email }: Attempt) =>
  w.owner.query('insert into user_account values ($1, $2, $3, now(), now()) on conflict do nothing', [
    person.claims.userId,
    email,
    passwordHash,
  ])

interface Membership {
  id: string
  version: number
}

/** One intruder at work: with every membership they have come to. */
class Attempt {
  readonly persons: Person[]
  readonly tokens: string[] = []
  readonly codes: string[] = []

  constructor(
    readonly person: Person,
    readonly email: string,
  ) {
    this.persons = [person]
  }

  async do(mutation: string, input: Record<string, unknown>, selection = '__typename', by = this.person) {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
    const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} errors { code } } }`
    const { data, errors } = await by.ask(query, { input: { idempotencyKey: crypto.randomUUID(), ...input } })
    const payload = data?.[mutation]
    this.codes.push(`${mutation} ${errors?.[0]?.extensions.code ?? payload?.errors[0]?.code ?? 'done'}`)
    return payload
  }

  /** What is in letters to their own address opens what it opens; and sessions are used. */
  async hear(): Promise<void> {
    await w.doJobs()
    const letters = heard.letters.splice(0) as { to: string; token?: string }[]
    for (const { to, token } of letters) if (to === this.email && token) this.tokens.push(token)
  }

  take(session: { accessToken: string } | null | undefined): void {
    if (!session) return
    const { sub, mid, fid, cid, sid } = JSON.parse(
      Buffer.from(session.accessToken.split('.')[1] as string, 'base64url').toString(),
    )
    const claims: Claims = { userId: sub, memberId: mid, firmId: fid, clientId: cid ?? null, sessionId: sid }
    this.persons.push(new Person(w, this.person.name, claims))
  }

  /** All memberships by their address in the firm, those of others at the client, and their own. */
  async memberships(): Promise<Membership[]> {
    const { rows } = await w.owner.query<Membership>(
      'select id, version from member where firm_id = $1 and (email = $2 or user_id = $3 or client_id = $4) order by id',
      [a.id, this.email, this.person.claims.userId, one.id],
    )
    return rows
  }
}

const clients = [one.id, two.id]
const clientRoles = ['CLIENT_ADMIN', 'RESPONDENT', 'CLIENT_VIEWER']
const firmRoles = ['FIRM_ADMIN', 'PARTNER', 'MANAGER', 'STAFF']
const at = <T>(list: readonly T[], nth: number): T => list[nth % list.length] as T

/** What they try; `nth` chooses among the clients, roles, memberships and tokens there are. */
const steps: Record<string, (attempt: Attempt, nth: number) => Promise<void>> = {
  async inviteThemselfToAClient(attempt, nth) {
    const email = nth % 3 === 0 ? attempt.email.toUpperCase() : attempt.email
    const input = { clientId: at(clients, nth), email, name: 'Myself', clientRole: at(clientRoles, nth >> 1) }
    await attempt.do('inviteClientUser', input, '__typename', at(attempt.persons, nth >> 3))
    await attempt.hear()
  },
  async inviteThemselfIntoTheFirm(attempt, nth) {
    const input = { email: attempt.email, name: 'Myself', firmRole: at(firmRoles, nth) }
    await attempt.do('inviteMember', input, '__typename', at(attempt.persons, nth >> 3))
    await attempt.hear()
  },
  async accept(attempt, nth) {
    const token = at(attempt.tokens, nth)
    if (!token) return
    const input = { token, password }
    const selection = 'session { accessToken }'
    const nobody = { ask: (query: string, variables: object) => w.send(query, { ...variables }) } as Person
    const payload = await attempt.do('acceptInvitation', input, selection, nth % 2 ? nobody : attempt.person)
    attempt.take(payload?.session)
  },
  async changeRole(attempt, nth) {
    const one = at(await attempt.memberships(), nth)
    const role = nth % 2 ? { clientRole: at(clientRoles, nth >> 1) } : { firmRole: at(firmRoles, nth >> 1) }
    const input = { memberId: one.id, expectedVersion: one.version, ...role }
    await attempt.do('changeMemberRole', input, '__typename', at(attempt.persons, nth >> 3))
  },
  async administer(attempt, nth) {
    const member = at(await attempt.memberships(), nth >> 2)
    const act = at(['resendInvitation', 'disableMember', 'reinstateMember'], nth)
    const input = { memberId: member.id, expectedVersion: member.version }
    await attempt.do(act, input, '__typename', at(attempt.persons, nth >> 3))
    await attempt.hear()
  },
  async changeDomains(attempt, nth) {
    const emailDomains = [attempt.email.split('@')[1], 'private.example']
    const [table, id, act] =
      nth % 2 ? ['firm', a.id, 'changeFirmDomains'] : ['client', at(clients, nth >> 1), 'changeClientDomains']
    const { rows } = await w.owner.query<Membership>(`select version from ${table} where id = $1`, [id])
    const named = table === 'client' ? { clientId: id } : {}
    await attempt.do(act as string, { ...named, expectedVersion: rows[0]?.version, emailDomains })
  },
  async leadAnEngagementOfTheClient(attempt, nth) {
    const team = [{ memberId: attempt.person.memberId, role: at(['MANAGER', 'ENGAGEMENT_PARTNER', 'STAFF'], nth) }]
    const plan = { kind: 'SOC2_TYPE_2', systemName: 'A pretext', categories: ['SECURITY'] }
    const period = { periodStart: '2025-01-01', periodEnd: '2025-12-31' }
    const made = await attempt.do(
      'createEngagement',
      { clientId: one.id, ...plan, ...period, team },
      'team { id version }',
    )
    const [place] = made?.team ?? []
    if (!place) return
    const input = { teamMemberId: place.id, expectedVersion: place.version, statement: 'I am independent.' }
    await attempt.do('confirmIndependence', input)
  },
  async comeInByAnotherMembership(attempt, nth) {
    const { rows } = await w.owner.query<Membership>('select id from member where user_id = $1 order by id', [
      attempt.person.claims.userId,
    ])
    const memberId = at(rows, nth >> 1).id
    const input = nth % 2 ? { memberId } : { email: attempt.email, password, memberId }
    const act = nth % 2 ? 'switchMembership' : 'signIn'
    attempt.take((await attempt.do(act, input, 'session { accessToken }'))?.session)
  },
  /** An invitation of their own address on the other side, from before this was refused. */
  async wereInvitedBefore(attempt, nth) {
    await layOther(attempt, nth, 'INVITED')
  },
  /** A membership on the other side from before, which the service finds at its start. */
  async wereThereBefore(attempt, nth) {
    const claims = await layOther(attempt, nth, 'ACTIVE')
    await checkSides(w.database, silent)
    attempt.persons.push(new Person(w, attempt.person.name, claims))
  },
}

async function layOther(attempt: Attempt, nth: number, state: 'INVITED' | 'ACTIVE'): Promise<Claims> {
  const { claims } = attempt.person
  const clientId = claims.clientId ? null : at(clients, nth)
  // Not as the firm's administrator: to whom headers and teams of all engagements are shown, as to any other.
  const firmRole = at(firmRoles.slice(1), nth >> 1)
  const role = clientId ? { client_role: at(clientRoles, nth >> 1) } : { firm_role: firmRole }
  const userId = state === 'ACTIVE' ? claims.userId : null
  const there = await w.owner.query('select 1 from member where email = $1 and client_id is not distinct from $2', [
    attempt.email,
    clientId,
  ])
  if (there.rows.length > 0) return claims
  const lay = layer(w)
  const own = { email: attempt.email, name: 'Of before', user_id: userId, client_id: clientId, state, ...role }
  const memberId = await lay(a.id, 'member', own)
  const { token, id, hash } = makeOpaqueToken(a.id)
  const until = new Date('2099-01-01T00:00:00Z')
  const invitation = { id, member_id: memberId, client_id: clientId, token_hash: hash, expires_at: until }
  await lay(a.id, 'invitation', invitation)
  attempt.tokens.push(token)
  return { userId: claims.userId, memberId, firmId: a.id, clientId, sessionId: crypto.randomUUID() }
}

/** Two rows of each kind of the client's engagements, with all their values, and the lists one comes by. */
const looks: string[] = (() => {
  const nodes = Object.entries(held)
    .filter(([type]) => schema.getType(type) && !['Client', 'Member', 'Invitation'].includes(type))
    .flatMap(([type, ids]) =>
      ids.slice(0, 2).map((id) => `node(id: "${id}") { ... on ${type} ${everythingOf(schema, type, 0)} }`),
    )
  const pages = Array.from({ length: Math.ceil(nodes.length / 20) }, (_, page) =>
    nodes
      .slice(page * 20, page * 20 + 20)
      .map((look, nth) => `n${nth}: ${look}`)
      .join(' '),
  )
  return [
    ...pages.map((page) => `{ ${page} }`),
    '{ clients { nodes { name engagements { nodes { systemName } } } } }',
    '{ engagements { nodes { systemName descriptionSections { text } report { html } } } }',
    '{ exceptions { nodes { title condition response { state draft { rootCause acknowledgement } } } } }',
  ]
})()

/** Texts of engagements that were shown to them in any membership, and are not theirs to see. */
async function shownTo(attempt: Attempt, reader: Reader): Promise<string[]> {
  const { rows } = await w.owner.query(
    `select t.engagement_id, t.role from team_member t join member m on m.firm_id = t.firm_id and m.id = t.member_id
     where m.user_id = $1 and t.independence_confirmed_at is not null and t.removed_at is null`,
    [attempt.person.claims.userId],
  )
  const seeing = joined(reader, rows)
  const found: string[] = []
  for (const person of attempt.persons) {
    for (const look of looks) {
      const { headers, body } = await w.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { authorization: `Bearer ${w.tokenFor(person.claims)}` },
        payload: { query: look },
      })
      for (const { row, column, text } of canaries.heardIn(`${JSON.stringify(headers)}${body}`)) {
        if (row.engagementId === null || maySee(seeing, row, column, new Set())) continue
        found.push(`${row.table}.${column}: ${text.slice(0, 60)}`)
      }
    }
  }
  return found
}

async function run(who: number, program: readonly (readonly [step: string, nth: number])[]): Promise<Attempt> {
  const [name, person] = at(intruders, who)
  const attempt = new Attempt(person, canaries.byId(person.memberId)?.values.email as string)
  heard.letters.length = 0
  try {
    await layAccount(attempt)
    for (const [step, nth] of program) await steps[step]?.(attempt, nth)
    const found = await shownTo(attempt, readerOf(canaries, name, person))
    if (found.length > 0) throw new Error([`${name} was shown:`, ...new Set(found), ...attempt.codes].join('\n  '))
  } finally {
    await still.restore()
  }
  return attempt
}

test('what is looked at is there: the engagement’s own manager and the client’s administrator are shown it', async () => {
  for (const [person, least] of [
    [full.crew.manager, 100],
    [one.admin, 10],
  ] as const) {
    const shown = await shownTo(new Attempt(person, ''), { who: 'nobody', person: null, as: null })
    expect(new Set(shown).size).toBeGreaterThan(least)
  }
})

describe.each(intruders.map(([name], who) => [name, who] as const))('%s', (_name, who) => {
  it('comes to no engagement by inviting themself, nor by what was there before', { timeout: 90_000 }, async () => {
    for (let nth = 0; nth < 4; nth += 1) {
      const invited = await run(who, [
        ['changeDomains', nth],
        ['inviteThemselfToAClient', nth],
        ['inviteThemselfIntoTheFirm', nth],
        ['accept', 1],
      ])
      expect(invited.codes.filter((code) => /^(invite|accept).* done/.test(code))).toEqual([])
      const before = await run(who, [
        ['wereInvitedBefore', nth],
        ['administer', 0],
        ['accept', nth],
        ['accept', nth + 1],
      ])
      expect(before.codes.filter((code) => code.startsWith('accept'))).not.toEqual([])
      expect(before.codes.filter((code) => /^accept.* done/.test(code))).toEqual([])
      await run(who, [
        ['wereThereBefore', nth],
        ['comeInByAnotherMembership', 1],
        ['comeInByAnotherMembership', 2],
        ['administer', nth],
      ])
    }
  })
})

it('no sequence of such acts shows any caller what is of an engagement they are not on', {
  timeout: cases * 5_000,
}, async () => {
  process.stdout.write(`two sides: FUZZ_SEED=${seed}, ${cases} sequences\n`)
  const codes = new Map<string, number>()
  const program = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(63)), { minLength: 2, maxLength: 9 })
  const property = fc.asyncProperty(fc.nat(intruders.length - 1), program, async (who, chosen) => {
    for (const code of (await run(who, chosen)).codes) codes.set(code, (codes.get(code) ?? 0) + 1)
  })
  await fc.assert(property, { numRuns: cases, seed })
  process.stdout.write(`two sides: ${JSON.stringify(Object.fromEntries([...codes].sort()))}\n`)
  expect([...codes.keys()].filter((code) => code.endsWith(' SEPARATION_OF_DUTIES'))).not.toEqual([])
  expect([...codes.keys()].filter((code) => code.endsWith(' done')).length).toBeGreaterThan(2)
})
