import { isInputObjectType, isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { Client } from '../../src/features/client/client.js'
import { ordinaryCalendar } from '../../src/features/client/client-calendar.js'
import { features } from '../../src/features.js'
import { allows, type PolicyRow } from '../../src/kernel/access/permission.js'
import { write } from '../../src/kernel/store/work.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import {
  allLasts,
  ask,
  attackers,
  faultsOf,
  loggedWorld,
  neverUsed,
  nothingLasts,
  picked,
  typeAt,
  versionsOf,
} from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, idPlaces, operationFor } from '../support/generate.js'
import { somebodyOfEachKind } from '../support/kinds.js'
import { placesIn, scalarsIn, withValue } from '../support/places.js'
import { sentDuring } from '../support/statements.js'
import type { Answer, Person } from '../support/world.js'

// Generated from the schema: every argument of every root field, whatever will be added to it.

const { w, lines } = await loggedWorld()
const full = await fullWorld(w)
const { a, b, held } = full
const schema = await plainSchema(features)
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {})
const roots = [...Object.keys(schema.getQueryType()?.getFields() ?? {}), ...mutations]
const coordinate = (field: string) => `${mutations.includes(field) ? 'Mutation' : 'Query'}.${field}`

/** A person whose role lets them do it; null for what anyone may. */
const kinds = somebodyOfEachKind(full)
function rightful(field: string): Person | null {
  const row = policy[coordinate(field)] as PolicyRow
  if (row.anyone) return null
  const found = kinds.find(({ actor }) => allows(row, actor, held.Engagement?.[0]))
  if (!found) throw new Error(`no kind of caller may ${field}`)
  return found.person
}

/** Every input type on the way into a root field: where it stands, and what it is. */
const inputsOf = (field: string) =>
  placesIn(schema, field).flatMap(({ path, type }) => (isInputObjectType(type) ? [{ path, type }] : []))

/** Sends a root field as an entitled caller. */
function send(field: string, variables: Record<string, unknown>): Promise<Answer> {
  const { query } = operationFor(schema, field, 0)
  const person = rightful(field)
  const token = person ? w.tokenFor(person.claims) : undefined
  return w.send(query, variables, token)
}

describe('what the service itself says of a row', () => {
  const columns = new Set(
    w.database.rows.flatMap((row) => w.database.table(row).columns.map(({ property }) => property)),
  )
  const ours = [...columns].filter((name) =>
    /^(id|firmId|userId|version|state|number|model|digest|.*(By|At|Digest|Hash|Position))$/.test(name),
  )
  /** Fields of inputs that bear such a name and mean something else. */
  const othersWords: Readonly<Record<string, string>> = {
    contentDigest: 'what the reader opened: compared with what it is now, and refused when it differs',
    extractedAt: 'a fact about the client’s list, told by who imports it',
    extractedBy: 'the same: the name of a person, not of a member',
    factsDigest: 'compared with the facts as they are now, and refused when it differs',
    figuresDigest: 'compared with the figures as they are now, and refused when it differs',
    refusedBy: 'who refused for management: the name of a person, told by who records it',
    proposalDigest: 'compared with the proposal as it is now, and refused when it differs',
  }

  test('is asked for by no input', () => {
    expect(ours).toEqual(
      expect.arrayContaining([
        'id',
        'firmId',
        'version',
        'state',
        'createdBy',
        'createdAt',
        'recordedBy',
        'recordedAt',
      ]),
    )
    const asked = new Set(
      mutations.flatMap((field) => inputsOf(field).flatMap(({ type }) => Object.keys(type.getFields()))),
    )
    expect(ours.filter((name) => asked.has(name)).sort()).toEqual(Object.keys(othersWords).sort())
  })

  test('is refused wherever it is added to an input, and nothing moves', async () => {
    const before = await w.digest()
    const taken: string[] = []
    let turn = 0
    for (const field of mutations) {
      const variables = argumentsFor(schema, field, { id: neverUsed })
      for (const { path, type } of inputsOf(field)) {
        // One name at each place, all names in turn: an input takes what it is declared to have, or refuses.
        const names = ours.filter((name) => !type.getFields()[name])
        const name = names[turn++ % names.length]
        const { errors } = await send(field, withValue(variables, `${path}.${name}`, 'planted'))
        const said = errors?.map(({ message }) => message).join() ?? 'nothing'
        if (!said.includes(`Unknown field: input type "${type.name}" has none of that name.`))
          taken.push(`${path}.${name}: ${said}`)
      }
    }
    expect(turn).toBeGreaterThan(ours.length)
    expect(taken).toEqual([])
    expect(await w.digest()).toBe(before)
  })

  test('is not taken from an act either, should one pass it on', async () => {
    const planted = { firmId: b.id, version: 99, createdBy: b.admin.memberId, createdAt: new Date(0) }
    const { claims } = a.manager
    const made = await write(w.database, claims, 'Mutation.createClient', (tx) =>
      tx.insert(Client, { name: 'Plover', emailDomains: [], calendar: ordinaryCalendar, ...planted } as never),
    )
    const { rows } = await w.owner.query('select firm_id, version, created_by, created_at from client where id = $1', [
      made.id,
    ])
    expect(rows).toEqual([{ firm_id: a.id, version: 1, created_by: claims.memberId, created_at: expect.any(Date) }])
    expect(rows[0].created_at.getFullYear()).toBeGreaterThan(2000)
  })
})

/** Every place in a root field where a text or an id goes in, as a path into its variables. */
const textsOf = (field: string) => scalarsIn(schema, field, 'String', 'ID')

const versions = await versionsOf(w, held)
const ids = idPlaces(schema)
const people = await attackers(full)

/** Arguments that name what is there, with the version it has. */
function realArguments(field: string): Record<string, unknown> {
  const places = ids.filter((place) => place.field === field)
  const real = new Map(
    places.map((place) => {
      const type = typeAt(schema, place)
      return [place.path, picked(held, type === 'Node' ? 'Control' : type, { stage: 0, at: 0 })]
    }),
  )
  const version = versions.get(real.get(places[0]?.path ?? '') ?? '')
  return argumentsFor(schema, field, { id: (path) => real.get(path), ...(version ? { version } : {}) })
}

describe('a text that is made to be taken for something else', () => {
  const mark = 'm4rk'
  const hostile = {
    'quotes, escapes and comments': `${mark}'";--\\ %_ $1 {} <b> \u{1d4b3}`,
    'a direction that is left open': `${mark}\u202e`,
    'a zero': `${mark}\u0000`,
  }

  test('is a value to the database, never a part of a statement, and makes no fault of ours, in any place', async () => {
    await nothingLasts(w)
    const spoken: string[] = []
    const faulty: string[] = []
    const reached = new Set<string>()
    for (const field of roots) {
      const variables = realArguments(field)
      for (const path of textsOf(field)) {
        for (const [what, text] of Object.entries(hostile)) {
          lines.length = 0
          const { sent } = await sentDuring(() => send(field, withValue(variables, path, text)))
          if (sent.some(({ sql }) => sql.includes(mark))) spoken.push(`${field} ${path}: ${what}`)
          if (sent.some(({ values }) => JSON.stringify(values).includes(mark))) reached.add(`${field} ${path}`)
          if (faultsOf(lines).length > 0) faulty.push(`${field} ${path}: ${what}: ${faultsOf(lines)}`)
        }
      }
    }
    await allLasts(w)
    expect(spoken).toEqual([])
    expect(faulty).toEqual([])
    // The others are refused before anything is asked of the database: by their form, or by a rule.
    expect(reached.size).toBeGreaterThan(100)
  }, 60_000)

  test('is refused where it is half a character, which no database keeps as it is', async () => {
    const { payload, before } = {
      before: await w.digest(),
      payload: await a.manager.tryTo('createClient', { name: 'Plover \ud83d' }),
    }
    expect(payload.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['name'] }])
    expect(await w.digest()).toBe(before)
    expect((await a.manager.tryTo('createClient', { name: 'Plover \ud83d\udc26' })).errors).toEqual([])
  })
})

describe('how much is done about an id does not show whether there is such a thing:', () => {
  const some = ['a partner of another firm', 'a manager off the team', 'the client admin of another client']
  const places = ids.filter((place) => typeAt(schema, place) !== 'Node')

  test.each(people.filter(({ who }) => some.includes(who)))(
    'to $who',
    { timeout: 120_000 },
    async ({ person, hidden, own }) => {
      const statements = async (work: () => Promise<unknown>) => (await sentDuring(work)).sent.map(({ sql }) => sql)
      const differing: string[] = []
      for (const place of places) {
        const real = picked(hidden, typeAt(schema, place), { stage: 0, at: 0 })
        if (!real) continue
        const asked = async (given: string) => {
          // Attempts to sign in are counted, and do less during a pause: here each is the first.
          await w.owner.query('truncate throttle')
          return statements(() =>
            ask(full, schema, person, place.field, {
              id: (path) =>
                path === place.path
                  ? given
                  : picked(own, typeAt(schema, { field: place.field, path }), { stage: 0, at: 0 }),
              version: versions.get(real),
              levels: 0,
            }),
          )
        }
        if ((await asked(real)).join() !== (await asked(neverUsed())).join())
          differing.push(`${place.field} ${place.path}`)
      }
      const byId = `query ($id: ID!) { node(id: $id) { id } }`
      const never = await statements(() => w.send(byId, { id: neverUsed() }, w.tokenFor((person as Person).claims)))
      for (const [type, [id]] of Object.entries(hidden)) {
        const seen = await statements(() => w.send(byId, { id }, w.tokenFor((person as Person).claims)))
        if (seen.length !== never.length) differing.push(`node ${type}: ${seen.length} statements, not ${never.length}`)
      }
      expect(differing).toEqual([])
    },
  )
})

test('no page is longer than a hundred, in whatever list', async () => {
  const lists = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap(({ name, args }) =>
          args.some((argument) => argument.name === 'first') ? [[type.name, name] as const] : [],
        )
      : [],
  )
  // Objects without an id; of no opinion proposed in this world there is a reason.
  const inEngagement = (text: string) => `{ engagement(id: "${held.Engagement?.[0]}") { ${text} } }`
  const byTheirParent: Record<string, (text: string) => string> = {
    EngagementCriterion: (text) => inEngagement(`criteria { ${text} }`),
    FrameworkCriterion: (text) => inEngagement(`frameworks { coverage { criteria(first: 1) { nodes { ${text} } } } }`),
    FrameworkCoverage: (text) => inEngagement(`frameworks { coverage { ${text} } }`),
    TrailEntry: (text) => inEngagement(`trail { nodes { ${text} } }`),
    OpinionProposal: (text) => inEngagement(`opinionProposal { ${text} }`),
    Aggregate: (text) => inEngagement(`aggregates { ${text} }`),
    CriterionProposal: (text) => inEngagement(`criterionProposals { ${text} }`),
    CriterionReason: (text) => inEngagement(`criterionProposals { reasons(first: 1) { nodes { ${text} } } }`),
    ProposedConclusion: (text) => inEngagement(`opinionProposal { conclusions { ${text} } }`),
    PreviewedLetter: (text) =>
      `{ opinionPreview(input: { engagementId: "${held.Engagement?.[0]}", exceptions: [{ exceptionId: "${held.Exception?.[0]}", material: true }] }) { letter { ${text} } } }`,
  }
  // The registers are the client’s own.
  const ofRegister = ['incidents', 'systemChanges']
  const endless: string[] = []
  for (const [type, name] of lists.filter(([type]) => type !== 'OpinionReason')) {
    const list = (first: number) => `${name}(first: ${first}) { pageInfo { hasNextPage } }`
    const within = (text: string) =>
      type === 'Query'
        ? `{ ${text} }`
        : (byTheirParent[type]?.(text) ??
          `{ node(id: "${type === 'Firm' ? a.id : held[type]?.[0]}") { ... on ${type} { ${text} } } }`)
    const ofClient = type === 'Client' && ofRegister.includes(name)
    // What is suspected is read by the engagement partner alone.
    const person = type === 'Firm' ? a.admin : ofClient ? full.one.admin : a.partner
    for (const first of [101, 2_147_483_647, 0, -1]) {
      const { errors } = await person.ask(within(list(first)))
      if (errors?.[0]?.extensions.code !== 'BAD_USER_INPUT')
        endless.push(`${type}.${name} ${first}: ${JSON.stringify(errors)}`)
    }
    expect((await person.ask(within(list(100)))).errors, `${type}.${name}`).toBeUndefined()
  }
  expect(lists.length).toBeGreaterThan(5)
  expect(endless).toEqual([])
})
