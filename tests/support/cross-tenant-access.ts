import { randomUUID } from 'node:crypto'
import { makeOpaqueToken } from '../../src/features/identity/opaque-token.js'
import { Passwords } from '../../src/features/identity/passwords.js'
import { makeTicket } from '../../src/features/identity/ticket.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { serviceLog } from '../../src/http/log.js'
import { Canaries, type LaidRow } from './canaries.js'
import { type FullWorld, fullWorld, layEngagement } from './full-world.js'
import { layer, past } from './lay.js'
import { maySee, noteRelations, type Reader, readerOf } from './sight.js'
import { Snapshot } from './snapshot.js'
import { Person, World } from './world.js'

/** An act that a person did, with its key: what is sent again by others. */
export interface DoneMutation {
  by: Person
  mutation: string
  input: Record<string, unknown> & { idempotencyKey: string }
}

/** Who has an account and, where they hold one, the refresh token of a session. */
export interface Account {
  userId: string
  email: string
  passwordHash: string
  refreshToken: string
}

/** A world of several tenants in which every text is marked, everything can be put back, and all have tried before. */
export interface Ground {
  w: World
  full: FullWorld
  canaries: Canaries
  still: Snapshot
  readers: Reader[]
  mutations: DoneMutation[]
  accounts: Account[]
  /** A token that was sent to a person invited to the firm, and whose it is. */
  invitation: { token: string; memberId: string }
  /** What the service wrote to its log, and what it sent to people, since this was last emptied. */
  heard: { log: string[]; letters: unknown[] }
}

export const password = 'a long enough password'

export async function crossTenantWorld(): Promise<Ground> {
  const heard: Ground['heard'] = { log: [], letters: [] }
  const passwords = new Passwords({ memoryKib: 8, passes: 1 })
  const w = await World.make(async (database) => {
    const log = serviceLog('trace', { write: (line: string) => void heard.log.push(line) })
    const tokens = await Tokens.open(database, { issuer: 'https://fieldwork.example.test' })
    const hear = async (letter: unknown) => void heard.letters.push(letter)
    const mailer = { invite: hear, notifyOfInvitation: hear }
    return { services: { tokens, passwords, log }, mailer, log }
  })
  const full = await fullWorld(w)
  await layEngagement(layer(w), full.a.id, full.one, full.otherCrew, 'FIELDWORK')
  const canaries = new Canaries()
  const { mutations, words } = await doMutations(full, canaries)
  const people = await oneOfTwoFirms(full)
  const invitation = await invite(w, full)
  await canaries.plant(w)
  for (const { word, id, column } of words) canaries.stands(word, id, column)
  const accounts = await layAccounts(w, canaries, passwords, [
    full.crew.manager,
    full.b.manager,
    full.two.respondent,
    ...people,
  ])
  noteRelations(canaries)
  const readers = everybody(full, people).map(([who, person]) => readerOf(canaries, who, person))
  const still = await Snapshot.begin(w)
  await w.doJobs()
  heard.log.length = 0
  heard.letters.length = 0
  return { w, full, canaries, still, readers, mutations, accounts, invitation, heard }
}

function everybody(full: FullWorld, people: Person[]): [string, Person | null][] {
  const { b, one, two, bClient, crew, otherCrew } = full
  const named = (group: string, some: object) =>
    Object.entries(some)
      .filter((entry): entry is [string, Person] => entry[1] instanceof Person)
      .map(([role, person]): [string, Person] => [`${group}: ${role}`, person])
  const between = [
    ...people.map((person): [string, Person] => [`in two places: ${person.name}`, person]),
    ['named for the team, not confirmed', full.unconfirmed],
    ['left the team', full.removed],
    ['on both teams', full.lent],
    ['an admin on another team', full.lentAdmin],
    ['disabled', full.disabled],
    ['signed out', full.signedOut],
    ['nobody', null],
  ] satisfies [string, Person | null][]
  return [
    // Twice as often as the others: theirs are the cases that are easily forgotten.
    ...between,
    ...between,
    ...named('the firm', crew),
    ...named('another team of the firm', otherCrew),
    ...named('another firm', b),
    ...named('the client', one),
    ...named('another client', two),
    ...named('another firm’s client', bClient),
  ]
}

/** Two people who each hold two memberships: in two firms, and at two clients of one firm. Answers all four. */
async function oneOfTwoFirms({ w, a, b, one, two }: FullWorld): Promise<Person[]> {
  const both = async (first: Person, second: Person) => {
    await w.owner.query('update member set user_id = $1 where id = $2', [first.claims.userId, second.memberId])
    return [first, new Person(w, second.name, { ...second.claims, userId: first.claims.userId })]
  }
  return [...(await both(a.senior, b.senior)), ...(await both(one.viewer, two.viewer))]
}

async function invite(w: World, { a }: FullWorld): Promise<Ground['invitation']> {
  const { memberId } = await a.person('Ina Invited', 'STAFF')
  await w.owner.query("update member set state = 'INVITED', user_id = null where id = $1", [memberId])
  const { token, id, hash } = makeOpaqueToken(a.id)
  const expires = new Date('2099-01-01T00:00:00Z')
  await layer(w)(a.id, 'invitation', { id, member_id: memberId, token_hash: hash, expires_at: expires })
  return { token, memberId }
}

async function layAccounts(w: World, { rows }: Canaries, passwords: Passwords, people: Person[]): Promise<Account[]> {
  const accounts = new Map<string, Account>()
  for (const { claims } of people) {
    const { userId, memberId, firmId, sessionId } = claims
    const email = rows.find(({ id }) => id === memberId)?.values.email as string
    const { token, id, hash } = makeOpaqueToken(firmId)
    const expires = new Date('2099-01-01T00:00:00Z')
    const session = { id, family_id: sessionId, user_id: userId, member_id: memberId, token_hash: hash }
    await layer(w)(firmId, 'session', { ...session, expires_at: expires })
    if (accounts.has(userId)) continue
    const account = { userId, email, passwordHash: await passwords.hash(password), refreshToken: token }
    await w.owner.query('insert into user_account values ($1, $2, $3, $4, $4)', [
      userId,
      email,
      account.passwordHash,
      past,
    ])
    accounts.set(userId, account)
  }
  return [...accounts.values()]
}

/** Acts of several tenants, done through the service, whose keys and answers it remembers. */
async function doMutations(
  { crew, otherCrew, b, one, two, bClient, held, otherHeld, bHeld }: FullWorld,
  canaries: Canaries,
) {
  const mutations: DoneMutation[] = []
  const words: { word: string; id: string; column: string }[] = []
  for (const [manager, respondent, { Engagement, Exception, Control, Evidence }] of [
    [crew.manager, one.respondent, held],
    [otherCrew.manager, two.respondent, otherHeld],
    [b.manager, bClient.respondent, bHeld],
  ] as const) {
    const engagementId = Engagement?.[0]
    const paper = {
      engagementId,
      kind: 'ENGAGEMENT_LETTER',
      datedOn: '2024-12-30',
      obtainedFrom: 'Carla',
      evidenceId: Evidence?.[0],
    }
    const extract = {
      sourceSystem: 'Forge',
      query: 'all',
      parameters: '2025',
      extractedAt: past.toISOString(),
      extractedBy: 'Rolf',
    }
    for (const [by, mutation, field, column, input] of [
      [manager, 'recordEngagementDocument', 'engagementDocument', 'note', paper],
      [manager, 'createPopulation', 'population', 'title', { controlId: Control?.[0], ...extract }],
      [respondent, 'writeDescriptionSection', 'descriptionSection', 'text', { engagementId, criterion: 'DC2' }],
      [respondent, 'draftResponse', 'response', 'rootCause', { exceptionId: Exception?.[4] }],
    ] as const) {
      const word = canaries.word()
      const sent = { ...input, [column]: `Of ${word}.`, idempotencyKey: randomUUID() }
      const done = await by.does(mutation, sent, `${field} { id }`)
      words.push({ word, id: done[field].id, column: column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) })
      mutations.push({ by, mutation, input: sent })
    }
  }
  return { mutations, words }
}

/** A ticket as signing in gives it to a person with several memberships; it holds for five minutes. */
export const ticketFor = ({ w }: Ground, { userId, email, passwordHash }: Account): string =>
  makeTicket(w.database, { id: userId, email, passwordHash }, new Date())

/** The rows of a type for a person: their own, those hidden from them in their firm, and those of other firms. */
export function rowsFor({ canaries }: Ground, reader: Reader, tables: readonly string[]): Record<string, LaidRow[]> {
  const some = canaries.rows.filter(({ table, id }) => id !== null && tables.includes(table))
  const own = some.filter((row) => maySee(reader, row, undefined, new Set()))
  const firmId = reader.person?.claims.firmId
  const hidden = some.filter((row) => !own.includes(row))
  return {
    own,
    'hidden in the firm': hidden.filter((row) => row.firmId === firmId),
    'of another firm': hidden.filter((row) => row.firmId !== firmId),
  }
}
