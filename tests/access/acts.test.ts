import { pino } from 'pino'
import { describe, expect, it, test } from 'vitest'
import { Passwords } from '../../src/features/identity/passwords.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { features } from '../../src/features.js'
import type { Actor } from '../../src/kernel/access/actor.js'
import { allows, type PolicyRow } from '../../src/kernel/access/permission.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import {
  allLasts,
  ask,
  faultsOf,
  neverUsed,
  nothingLasts,
  picked,
  refusalIn,
  several,
  typeAt,
  versionsOf,
} from '../support/attack.js'
import { judgmentsOf } from '../support/chain.js'
import { fullWorld } from '../support/full-world.js'
import { idPlaces } from '../support/generate.js'
import { factsFor, somebodyOfEachKind } from '../support/kinds.js'
import { type Person, World } from '../support/world.js'
import { acts, adminsOwn, beforeSignIn, type Kind, kindOfRole, nothingForClients, queries } from './expected.js'

const lines: string[] = []
const w = await World.make(async (database) => {
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(line) })
  const tokens = await Tokens.open(database, { issuer: 'https://fieldwork.example.test' })
  const passwords = new Passwords({ memoryKib: 8, passes: 1 })
  return {
    services: { tokens, passwords, log },
    log,
  }
})
const full = await fullWorld(w)
const { a, b, one, two, held } = full
const schema = await plainSchema(features)
const people = somebodyOfEachKind(full)
const places = idPlaces(schema)
const versions = await versionsOf(w, held)
const engagementId = held.Engagement?.[0] as string
/** A judgment against the figures of the engagement: no row has its id, it is computed. */
const [judgment] = (await judgmentsOf(full.crew.partner, engagementId)).nodes

/** Types whose rows people see who are not on the team; all others of an engagement only its team sees. */
const seenOff: Readonly<Record<string, string>> = {
  Firm: 'PRCMSTApmstarv',
  Client: 'PRCMSTApmstarv',
  Member: 'PRCMSTApmstarv',
  LibraryControl: 'PRCMSTApmst',
  Engagement: 'PRCMSTAarv',
  TeamMember: 'PRCMSTA',
  Exception: 'PRCMSTarv',
  ManagementResponse: 'PRCMSTarv',
  LegalHold: 'PRCMSTA',
  Evidence: 'PRCMSTarv',
  ManagementAssertion: 'PRCMSTarv',
  SharedDraft: 'PRCMSTa',
  SuspectedNoncompliance: 'P',
  Incident: 'PRCMSTarv',
  SystemChange: 'PRCMSTarv',
  CriteriaSet: 'PRCMSTApmst',
}
const seenBy = (type: string) => seenOff[type] ?? 'PRCMST'
const inEngagement = (type: string) =>
  type === 'Engagement' || (held[type] !== undefined && !['Client', 'Member'].includes(type))

/** The rows that acts are tried on: a client's person, an exception the client knows of, a paper of both sides, the first row of all else. */
const target = (type: string): string =>
  ({
    Firm: a.id,
    Member: one.respondent.memberId,
    Exception: held.Exception?.[2],
    Node: held.ResponseVersion?.[0],
    // What the client brought: both sides see it.
    Evidence: held.Evidence?.[1],
  })[type] ??
  held[type]?.[0] ??
  neverUsed()

const denials = ['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED']
const expected = (name: string, kind: Kind) => acts[name]?.includes(kind) ?? false

interface Denied {
  code: string
  /** Where in the input the id stands that it hangs on; null where it is a fault: the role alone forbids it. */
  at: string | null
}

/** Does an act, as far as it goes; answers how it was denied, or null when it was not. */
async function denial(person: Person | null, name: string): Promise<Denied | null> {
  const on = policy[`Mutation.${name}`]?.on
  const first = places.find((place) => place.field === name)
  const id = (path: string) => {
    const type = typeAt(schema, { field: name, path })
    // Into one of one's own memberships.
    if (name === 'switchMembership' && person) return person.memberId
    // To their own response alone people of the client link evidence.
    if (path.endsWith('.nodeId') && type === 'Procedure' && person?.claims.clientId) return target('ManagementResponse')
    if (type === 'JudgmentAgainstFigures') return judgment.id
    // Of the client's people alone one answers for a control.
    if (path.endsWith('.ownerMemberId')) return full.one.respondent.memberId
    // The first opinion is of the engagement in completion: the papers that it rests on are of that one as well.
    if (on === 'Opinion' && type === 'Procedure') return picked(held, type, { stage: 1, at: 0 })
    return type === 'Member' && on !== 'Member' ? full.crew.staff.memberId : target(type)
  }
  const version = first ? versions.get(id(first.path)) : undefined
  const answer = await ask(full, schema, person, name, { id, version, levels: 1 })
  const { data, errors } = answer
  const code = errors?.[0]?.extensions.code as string | undefined
  if (code && denials.includes(code)) {
    // A form from a caller who is not signed in does not come as far as the operation.
    expect(data ?? { [name]: null }, name).toEqual({ [name]: null })
    return { code, at: null }
  }
  const refusal = refusalIn(answer, name)
  return refusal && denials.includes(refusal.code) ? { code: refusal.code, at: refusal.path.join('.') } : null
}

/** Whether a denial is a fault where the role alone forbids the act, and otherwise stands at an id of the input. */
const isInRightForm = (name: string, who: Actor | null, { code, at }: Denied): boolean => {
  const byRole = !allows(policy[`Mutation.${name}`] as PolicyRow, who)
  if (byRole) return at === null && code === (who ? 'FORBIDDEN' : 'UNAUTHENTICATED')
  const ids = places.filter((place) => place.field === name).map(({ path }) => path.replace(/^input\./, ''))
  return at !== null && ids.includes(at.replace(/\.\d+/g, '')) && ['FORBIDDEN', 'NOT_FOUND'].includes(code)
}

const names = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) => !beforeSignIn.includes(name))

test('every act is spoken of, and the table says of each kind of people what was expected by hand', () => {
  expect(names.sort()).toEqual(Object.keys(acts).sort())
  expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort()).toEqual(Object.keys(queries).sort())
  const differing: string[] = []
  for (const [coordinates, kinds] of [
    ...Object.entries(acts).map(([name, kinds]) => [`Mutation.${name}`, kinds] as const),
    ...Object.entries(queries).map(([name, kinds]) => [`Query.${name}`, kinds] as const),
  ]) {
    const row = policy[coordinates] as PolicyRow
    const told = people
      .filter(({ actor }) => allows(row, actor, engagementId, factsFor(actor, engagementId)))
      .map(({ kind }) => kind)
    if ([...new Set(told)].join('') !== kinds) differing.push(`${coordinates}: ${told.join('')}, expected ${kinds}`)
    expect(allows(row, null, engagementId), coordinates).toBe(false)
  }
  expect(differing).toEqual([])
})

describe.each(people)('$who', ({ kind, person, actor }) => {
  it('is refused what is not theirs to do, by role or because it is hidden, and nothing moves', async () => {
    const before = await w.digest()
    const gone: string[] = []
    const refused = names.filter((name) => {
      const on = policy[`Mutation.${name}`]?.on
      return !expected(name, kind) || (on && !seenBy(on).includes(kind))
    })
    await several(refused, async (name) => {
      const denied = await denial(person, name)
      if (!denied) gone.push(name)
      else if (!isInRightForm(name, actor, denied)) gone.push(`${name}: ${JSON.stringify(denied)}`)
    })
    expect(refused).not.toEqual([])
    expect(gone).toEqual([])
    expect(await w.digest()).toBe(before)
  })

  it('is not refused by role what is theirs to do', async () => {
    await nothingLasts(w)
    const denied: string[] = []
    const theirs = names.filter((name) => {
      const on = policy[`Mutation.${name}`]?.on
      return expected(name, kind) && (!on || seenBy(on).includes(kind))
    })
    // One after the other: what is undone at its end leaves nothing to wait for.
    for (const name of theirs) {
      const met = await denial(person, name)
      const own = kind === 'A' ? undefined : adminsOwn[name]
      if (own ? met?.code !== 'FORBIDDEN' || met.at !== own : met) denied.push(`${name}: ${JSON.stringify(met)}`)
    }
    await allLasts(w)
    expect(theirs).not.toEqual([])
    expect(denied).toEqual([])
    expect(faultsOf(lines)).toEqual([])
  })

  it('is told by `actions` what the table enforces, of the acts of their own side', async () => {
    const types = new Set(Object.values(policy).flatMap(({ on }) => on ?? []))
    const side = 'arv'.includes(kind) ? /[arv]/ : /[PRCMSTApmst]/
    const differing: string[] = []
    for (const type of types) {
      const { node } = await person.gql(
        'query ($id: ID!) { node(id: $id) { actions { name allowed reason { code message } } } }',
        { id: target(type) },
      )
      expect(node !== null, type).toBe(seenBy(type).includes(kind))
      if (!node) continue
      const offered = names.filter((name) => policy[`Mutation.${name}`]?.on === type && side.test(acts[name] ?? ''))
      expect(node.actions.map((action: { name: string }) => action.name).sort()).toEqual(offered.sort())
      for (const { name, allowed, reason } of node.actions) {
        const byRole = reason?.code !== 'FORBIDDEN'
        if (byRole !== expected(name, kind) || (allowed && !byRole))
          differing.push(`${type} ${name}: ${allowed} ${reason?.code}`)
      }
    }
    expect(differing).toEqual([])
  })

  it('is let into a query, or not, as expected', async () => {
    const differing: string[] = []
    for (const [name, kinds] of Object.entries(queries)) {
      const id = (path: string) => {
        const type = typeAt(schema, { field: name, path })
        return type === 'Node' ? engagementId : target(type)
      }
      const { data, errors } = await ask(full, schema, person, name, { id, levels: 0 })
      if ('arv'.includes(kind) && !kinds.includes(kind) && name in nothingForClients) {
        expect({ data, errors }, name).toEqual({ data: { [name]: nothingForClients[name] }, errors: undefined })
        continue
      }
      // At the root it is not known yet which engagement is meant: such a role on any team lets in, and finds nothing.
      const somewhere =
        kinds.includes(kind) || [...actor.team.values()].some((role) => kinds.includes(kindOfRole[role]))
      const denied =
        errors?.some(({ path, extensions }) => path?.length === 1 && denials.includes(extensions.code as string)) ??
        false
      if (denied === somewhere) differing.push(`${name}: ${JSON.stringify(errors)}`)
    }
    expect(differing).toEqual([])
  })
})

describe.each([
  ['a partner of another firm', b.partner],
  ['the admin of another firm', b.admin],
  ['the admin of another client', two.admin],
  ['a respondent of another client', two.respondent],
  ['a member who has not confirmed', full.unconfirmed],
  ['a member who left the team', full.removed],
  ['a member whose membership was disabled', full.disabled],
  ['a member who signed out', full.signedOut],
  ['nobody', null],
] as const)('%s', (who, person) => {
  const ofTheFirm = ['Client', 'Member', 'Firm']
  const here = person && [full.unconfirmed, full.removed].includes(person)

  it('does nothing to any row of the engagement, or of the firm and the client', async () => {
    const before = await w.digest()
    const reachable = names.filter((name) => {
      const on = policy[`Mutation.${name}`]?.on
      const named = places.some((place) => place.field === name)
      return on && named && (inEngagement(on) || !here || !ofTheFirm.includes(on))
    })
    const gone: string[] = []
    await several(reachable, async (name) => {
      if (!(await denial(person, name))) gone.push(name)
    })
    expect(reachable.length, who).toBeGreaterThan(50)
    expect(gone).toEqual([])
    expect(await w.digest()).toBe(before)
  })
})
