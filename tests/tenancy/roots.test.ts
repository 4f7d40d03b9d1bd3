import { describe, expect, it, test } from 'vitest'
import { features } from '../../src/features.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import {
  allLasts,
  apartFrom,
  ask,
  attackers,
  faultsOf,
  loggedWorld,
  neverUsed,
  nothingLasts,
  type Pick,
  picked,
  picks,
  refusalIn,
  several,
  typeAt,
  versionsOf,
} from '../support/attack.js'
import { judgmentsOf } from '../support/chain.js'
import { fullWorld, type Holdings } from '../support/full-world.js'
import { type IdPlace, idPlaces } from '../support/generate.js'
import type { Person } from '../support/world.js'

const { w, lines } = await loggedWorld()
const full = await fullWorld(w)
const { crew, a, one, held } = full
const people = await attackers(full)
const schema = await plainSchema(features)
/** A place where an id of any type goes in is spoken of below. */
const places = idPlaces(schema).filter((place) => typeAt(schema, place) !== 'Node')
const nameOf = ({ field, path }: IdPlace) => `${field} ${path}`
const pathsOf = (field: string) => places.filter((place) => place.field === field)
const versions = new Map<string, number>()
for (const some of [held, full.otherHeld, full.bHeld]) {
  for (const [id, version] of await versionsOf(w, some)) versions.set(id, version)
}
/** Judgments against the figures are computed, no row has their ids: those of the engagement, of the first and of the later stage. */
held.JudgmentAgainstFigures = (
  await Promise.all((held.Engagement ?? []).map((id) => judgmentsOf(crew.partner, id)))
).flatMap(({ nodes }) => nodes.map(({ id }: { id: string }) => id))

/** The id that is picked for a place. Of the people who may be known, those of the client alone answer for a control. */
const pickedAt = (some: Holdings, place: IdPlace, pick: Pick): string | undefined =>
  some === held && place.path.endsWith('.ownerMemberId')
    ? one.respondent.memberId
    : picked(some, typeAt(schema, place), pick)

/**
 * Asks about two ids in one place, all else the same: one of `real`, and one that was never used. The other places of the
 * root field are filled from `beside`.
 */
async function bothAnswers(person: Person | null, place: IdPlace, real: string, beside: Holdings, pick: Pick) {
  const others = new Map(pathsOf(place.field).map((one) => [one.path, pickedAt(beside, one, pick) ?? neverUsed()]))
  const first = pathsOf(place.field)[0] as IdPlace
  const version = versions.get(first.path === place.path ? real : (others.get(first.path) as string))
  // Attempts to sign in are counted, and too many are answered alike: here each is the first. The table is emptied under a
  // lock of its own, so that it waits for attempts under way and not crosswise.
  const counted = policy[`Mutation.${place.field}`]?.anyone
  const answer = async (given: string) => {
    if (counted) await w.owner.query('truncate throttle')
    const id = (path: string) => (path === place.path ? given : others.get(path))
    const levels = costly.includes(place.field) ? 1 : 2
    return apartFrom(await ask(full, schema, person, place.field, { id, version, levels }), given)
  }
  return { never: await answer(neverUsed()), about: await answer(real) }
}

/** There are many places, and several questions about each. */
const slow = { timeout: 180_000 }

/** Root fields whose answers, in full, cost more than one operation may, as a thousand results with all their evidence do. */
const costly = [
  'engagement',
  'recordResults',
  'importControls',
  'linkEvidence',
  'unlinkEvidence',
  'concludeCriteriaAsProposed',
  'acceptPopulationGap',
  'explainOccurrence',
  'decideOccurrenceExplanation',
]

/** Places where even the rightful are answered alike about a real id and one never used: each with its reason. */
const alike: Readonly<Record<string, string>> = {
  'chooseMembership input.memberId': 'asked with a ticket from signing in; a generated text is none',
  'signIn input.memberId': 'asked with an e-mail address and a password; generated ones belong to none',
}
/** The pick with which an entitled caller was answered otherwise: the act goes far enough to look at the id. */
const reached = new Map<string, Pick>()
/** What an act answers the rightful about an id that was never used: `code at.the.path`. */
const answered = new Map<string, string>()
const rightful = [
  crew.partner,
  crew.manager,
  crew.staff,
  one.admin,
  one.respondent,
  a.admin,
  crew.reviewer,
  crew.senior,
  full.secondReader,
]

test(
  'in every place, an entitled caller is answered otherwise about the real id than about one never used',
  slow,
  async () => {
    await nothingLasts(w)
    await several(places, async (place) => {
      // Of those stated to be alike one question is enough to see that they still are.
      const asked = nameOf(place) in alike ? picks.slice(0, 1) : picks
      for (const pick of asked) {
        for (const person of rightful) {
          const real = pickedAt(held, place, pick) as string
          const { never, about } = await bothAnswers(person, place, real, held, pick)
          if (about === never) continue
          reached.set(nameOf(place), pick)
          const refusal = refusalIn(JSON.parse(never), place.field)
          answered.set(nameOf(place), `${refusal?.code} at ${refusal?.path.join('.')}`)
          return
        }
      }
    })
    await allLasts(w)
    const missing = places.map(nameOf).filter((name) => !reached.has(name))
    expect(missing.sort()).toEqual(Object.keys(alike).sort())
    expect(faultsOf(lines)).toEqual([])
  },
)

test('an act answers about an id that was never used with NOT_FOUND at the place of the id, indexes included', () => {
  const differing: string[] = []
  const ofActs = places.filter(({ field }) => policy[`Mutation.${field}`])
  for (const place of ofActs) {
    const said = answered.get(nameOf(place))
    if (said === undefined) continue
    // What is generated has one entry in each list.
    const [code, at] = said.split(' at ') as [string, string]
    const isThere = at.replaceAll('.0', '') === place.path.replace(/^input\./, '')
    if (code !== 'NOT_FOUND' || !isThere) differing.push(`${nameOf(place)}: ${said}`)
  }
  expect(differing).toEqual([])
  expect([...answered.values()].filter((said) => /\.0(\.|$)/.test(said)).length).toBeGreaterThan(3)
  expect(ofActs.length).toBeGreaterThan(60)
})

describe.each(people)('$who', slow, ({ person, hidden, own }) => {
  it('is answered in every place about a hidden id as about one that was never used; nothing moves', async () => {
    // Attempts to sign in are counted; that is no tenant’s row.
    const before = await w.digest('throttle')
    const differing: string[] = []
    await several(places, async (place) => {
      const pick = reached.get(nameOf(place)) ?? { stage: 0, at: 0 }
      const real = picked(hidden, typeAt(schema, place), pick)
      if (!real) return
      for (const beside of [own, hidden]) {
        const { never, about } = await bothAnswers(person, place, real, beside, pick)
        if (about !== never) differing.push(`${nameOf(place)}: ${about.slice(0, 300)} / ${never.slice(0, 300)}`)
      }
    })
    expect(differing).toEqual([])
    expect(await w.digest('throttle')).toBe(before)
    expect(faultsOf(lines)).toEqual([])
  })
})
