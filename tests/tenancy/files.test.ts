import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeLink } from '../../src/features/evidence/download-link.js'
import { openTicket, sealTicket, type TicketContent } from '../../src/features/evidence/upload-ticket.js'
import type { Claims } from '../../src/kernel/access/actor.js'
import { staffedEngagement } from '../support/engagements.js'
import { ordinary } from '../support/files.js'
import { leftOfFiles } from '../support/sending.js'
import { uuid } from '../support/ways-in.js'
import { type Person, world } from '../support/world.js'

// Files by HTTP, asked for and sent by people of two firms, of two clients of one of them, and of two teams, with links and tickets
// that are sealed for who uses them: all that holds a person back is who they are. See fuzz.test.ts for FUZZ_CASES, FUZZ_SEED, FUZZ_PATH.
const cases = Number(process.env.FUZZ_CASES ?? 200)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const path = process.env.FUZZ_PATH

const w = await world()
const { secretBox } = w.database
const [a, b] = [await w.firm('Ashdown'), await w.firm('Birch')]
const [one, two, other] = [await a.client('Kestrel'), await a.client('Heron'), await b.client('Kestrel')]
const crew = {
  ...a,
  ...Object.fromEntries(
    await Promise.all(
      (['partner', 'reviewer', 'manager', 'senior', 'staff'] as const).map(async (part, n) => {
        const role = (['PARTNER', 'PARTNER', 'MANAGER', 'SENIOR', 'STAFF'] as const)[n] as 'STAFF'
        return [part, await a.person(`The other ${part}`, role)] as const
      }),
    ),
  ),
} as typeof a

interface Engagement {
  id: string
  /** Who may bring evidence for it, and read all of it. */
  auditors: Person[]
  /** Who reads all of it and brings none. */
  readers: Person[]
  /** Who brings evidence of the client, and reads that. */
  clients: Person[]
  viewers: Person[]
}

const engagementOf = async (team: typeof a, client: typeof one): Promise<Engagement> => ({
  id: await staffedEngagement(team, client),
  auditors: [team.partner, team.manager, team.senior, team.staff],
  readers: [team.reviewer],
  clients: [client.admin, client.respondent],
  viewers: [client.viewer],
})
const engagements = [await engagementOf(a, one), await engagementOf(crew, two), await engagementOf(b, other)]
const people = engagements.flatMap(({ auditors, readers, clients, viewers }) => [
  ...auditors,
  ...readers,
  ...clients,
  ...viewers,
])
people.push(a.admin, b.admin)

interface Brought {
  id: string
  sha256: string
  content: string
  within: Engagement
  isOfClient: boolean
}

/** Each side of each engagement brings the same file, and one of its own. */
const shared = `the same everywhere ${randomUUID()}`
const brought: Brought[] = []
for (const within of engagements) {
  for (const person of [within.auditors[3], within.clients[1]] as Person[]) {
    for (const content of [shared, `only here ${randomUUID()}`]) {
      const { id, sha256 } = await person.brings(within.id, { name: `${randomUUID()}.txt`, content })
      brought.push({ id, sha256, content, within, isOfClient: person.claims.clientId !== null })
    }
  }
}

const sees = (person: Person, { within, isOfClient }: Brought): boolean =>
  [...within.auditors, ...within.readers].includes(person) ||
  (isOfClient && [...within.clients, ...within.viewers].includes(person))
const brings = (person: Person, { auditors, clients }: Engagement): boolean =>
  [...auditors, ...clients].includes(person)

/** Whether a person knows of the engagement: the administrator of a firm knows of all of the firm's. */
const knowsOf = (person: Person, { auditors, readers, clients, viewers }: Engagement): boolean =>
  [...auditors, ...readers, ...clients, ...viewers].includes(person) ||
  ([a.admin, b.admin].includes(person) && person.claims.firmId === auditors[0]?.claims.firmId)

const ticketFor = (claims: Claims, engagementId: string, supersedesId: string | null): TicketContent => ({
  claims,
  evidenceId: randomUUID(),
  engagementId,
  fileName: 'sent.txt',
  byteCountMax: 1_000,
  ...ordinary,
  coversFrom: null,
  coversTo: null,
  supersedesId,
  expiresAt: Date.now() + 60_000,
})

/** The claims of a person, with those of another one put in their place: what a token never says, were it ever signed. */
const mixed = (own: Claims, others: Claims, mask: number): Claims => {
  const keys = ['userId', 'memberId', 'firmId', 'clientId', 'sessionId'] as const
  const claims = { ...own }
  keys.forEach((key, n) => {
    if (mask & (1 << n)) Object.assign(claims, { [key]: others[key] })
  })
  return claims
}
/** A member is the person; to whom the account belongs, and which sign-in it was, is asked where the token is made. */
const isOf = (claims: Claims, person: Person): boolean =>
  (['memberId', 'firmId', 'clientId'] as const).every((key) => claims[key] === person.claims[key])

const index = fc.nat(999)
const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T
const weightedMask = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(31) })
const made = Buffer.alloc(137, 7).toString('base64url')
const shown = ({ statusCode, body, headers }: Awaited<ReturnType<typeof w.get>>) => {
  const { date: _, 'x-request-id': __, ...said } = headers
  return { statusCode, body, said }
}

describe('a link', () => {
  it('gives its member what they see, and is for all else one that was made up, whatever its claims and its id', {
    timeout: cases * 1_000,
  }, async () => {
    process.stdout.write(`tenancy of files: FUZZ_SEED=${seed} FUZZ_CASES=${cases}\n`)
    const nothing = shown(await w.get(`http://fieldwork.test/files/${made}`))
    expect(nothing.statusCode).toBe(404)
    let given = 0
    const trial = fc.record({
      person: index,
      others: index,
      mask: weightedMask,
      what: index,
      range: fc.constantFrom(null, 'bytes=0-3', 'bytes=-4', 'bytes=5-'),
      id: fc.constantFrom('own', 'own', 'own', 'engagement', 'stored', 'never'),
    })
    await fc.assert(
      fc.asyncProperty(trial, async ({ person: who, others, mask, what, range, id }) => {
        const [person, target] = [pick(people, who), pick(brought, what)]
        const claims = mixed(person.claims, pick(people, others).claims, mask)
        const storedId = async () =>
          (await w.owner.query('select stored_file_id as id from evidence where id = $1', [target.id])).rows[0].id
        const asked = { own: target.id, engagement: target.within.id, never: randomUUID(), stored: await storedId() }[
          id
        ]
        const headers: Record<string, string> = range ? { range } : {}
        const before = await leftOfFiles(w)
        const link = makeLink(secretBox, claims, asked, Date.now())
        const got = await w.get(`http://fieldwork.test/files/${link}`, headers)
        const known = people.find((one) => isOf(claims, one))
        if (id === 'own' && known && sees(known, target)) {
          given += 1
          expect([200, 206]).toContain(got.statusCode)
          expect(target.content).toContain(got.body)
          return
        }
        expect(shown(got)).toEqual(nothing)
        expect(await leftOfFiles(w)).toEqual(before)
      }),
      { numRuns: cases, seed, ...(path === undefined ? {} : { path }) },
    )
    if (path === undefined) expect(given / cases).toBeGreaterThan(0.04)
  })

  it('is none where an id, a digest or the name of a file stands in its place', async () => {
    const { id, sha256, content } = brought[1] as Brought
    const { rows } = await w.owner.query(
      'select e.file_name, e.firm_id, f.id from evidence e join stored_file f on f.id = e.stored_file_id where e.id = $1',
      [id],
    )
    const [{ file_name, firm_id, id: storedId }] = rows
    for (const text of [
      id,
      sha256,
      file_name,
      storedId,
      `${firm_id}/${sha256}/${storedId}`,
      `../${firm_id}`,
      '',
      content,
    ]) {
      for (const base of ['files', 'uploads']) {
        const url = `http://fieldwork.test/${base}/${encodeURIComponent(text)}`
        expect((await w.get(url)).statusCode, text).toBe(404)
        expect((await w.put(url, 'x')).statusCode, text).toBe(404)
      }
    }
  })

  it('and a ticket are no tokens, and of each other’s kind none', async () => {
    const { id, within } = brought[0] as Brought
    const person = within.auditors[0] as Person
    const link = makeLink(secretBox, person.claims, id, Date.now())
    const ticket = sealTicket(secretBox, ticketFor(person.claims, within.id, null))
    for (const text of [link, ticket]) {
      const { data, errors } = await w.send('{ viewer { firm { name } } }', {}, text)
      expect([data?.viewer ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'UNAUTHENTICATED'])
    }
    expect((await w.put(`http://fieldwork.test/uploads/${link}`, 'x')).statusCode).toBe(404)
    expect((await w.get(`http://fieldwork.test/files/${ticket}`)).statusCode).toBe(404)
    expect(openTicket(secretBox, link)).toBeNull()
  })
})

describe('a ticket', () => {
  it('lets its member bring what they may, and moves nothing of anyone else, whatever its claims, its engagement and what it supersedes', {
    timeout: cases * 1_000,
  }, async () => {
    let taken = 0
    const answers = new Map<string, Set<string>>()
    const trial = fc.record({
      person: index,
      others: index,
      mask: weightedMask,
      engagement: fc.oneof(index, fc.constant(null)),
      supersedes: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: index }),
    })
    await fc.assert(
      fc.asyncProperty(trial, async ({ person: who, others, mask, engagement, supersedes }) => {
        const person = pick(people, who)
        const claims = mixed(person.claims, pick(people, others).claims, mask)
        const target = engagement === null ? null : pick(engagements, engagement)
        const before = supersedes === null ? null : pick(brought, supersedes)
        const ticket = ticketFor(claims, target?.id ?? randomUUID(), before?.id ?? null)
        const stand = await leftOfFiles(w)
        const got = await w.put(
          `http://fieldwork.test/uploads/${sealTicket(secretBox, ticket)}`,
          `sent ${randomUUID()}`,
        )
        const known = people.find((one) => isOf(claims, one))
        const may = known !== undefined && target !== null && brings(known, target)
        if (got.statusCode === 201) {
          expect([may, before === null || (before.within === target && sees(known as Person, before))]).toEqual([
            true,
            true,
          ])
          taken += 1
          return
        }
        expect(got.statusCode).toBeLessThan(500)
        expect(await leftOfFiles(w)).toEqual(stand)
        if (may && supersedes === null) throw new Error(`${known.name} may bring it: ${got.body}`)
        // What one may not see is answered as what never was.
        if (!may && known && !(target && knowsOf(known, target))) {
          const said = `${got.statusCode} ${got.body.replace(uuid, '<id>')}`
          answers.set(known.name, (answers.get(known.name) ?? new Set()).add(said))
        }
      }),
      { numRuns: cases, seed, ...(path === undefined ? {} : { path }) },
    )
    for (const [who, said] of answers) expect(said.size, `${who}: ${[...said]}`).toBe(1)
    if (path === undefined) expect(taken / cases).toBeGreaterThan(0.04)
  })
})
