import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashRank } from '../../src/rules/selection.js'
import { changes, type Fieldwork, fieldwork, importEvidence, importList, origin } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

// A sample that was looked at is not drawn again with another seed: whatever is tried, the same items come out.

const w = await world()
const a = await w.firm('Alder')
const work = await fieldwork(w, a)
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

const fields = `id version state seed seedHash seedRandom seedContribution seedContributedAt seedContributedBy { id }
  supersedes { id } supersedesReason supersedesRestsOn { id } coversFrom coversTo coveredUntilOn`
const read = async (id: string, person: Person = a.reviewer) =>
  (await person.gql(`query ($id: ID!) { population(id: $id) { ${fields} } }`, { id })).population
const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }

/** A draft with its items; answers its id and version. */
async function withItems(on: Fieldwork, described: object = {}, csv = changes(40), keyColumn = 'id') {
  const { id, version } = await on.draft(described)
  const input = { populationId: id, expectedVersion: version, keyColumn, dateColumn: 'merged' }
  const { population, errors } = await importList(a.staff, on.engagementId, input, csv)
  expect(errors).toEqual([])
  return { populationId: id as string, expectedVersion: population.version as number }
}
const freeze = async (named: object, person: Person = a.staff) =>
  person.tryTo('freezePopulation', { ...named, ...checks }, `population { ${fields} }`)

/** A population of the control, frozen. */
async function frozen(on: Fieldwork, described: object = {}) {
  const { population, errors } = await freeze(await withItems(on, described))
  expect(errors).toEqual([])
  return population
}

/** Refused, and nothing moved. */
async function refused(act: () => Promise<{ errors: object[] }>, ...expected: object[]) {
  const before = await w.digest()
  expect((await act()).errors).toMatchObject(expected)
  expect(await w.digest()).toBe(before)
}

/** The keys that a new procedure of the control draws from a population. */
async function drawn(on: Fieldwork, populationId: string, size: number, more: object = {}): Promise<string[]> {
  const { id } = await on.procedure()
  const how = { basis: 'JUDGMENT', sizeReason: 'A rehearsal.', method: 'RANDOM', size, ...more }
  const input = { procedureId: id, populationId, ...how }
  const { sample } = await a.staff.does('drawSample', input, 'sample { items(first: 100) { nodes { itemKey } } }')
  return sample.items.nodes.map(({ itemKey }: { itemKey: string }) => itemKey)
}
const keys = Array.from({ length: 40 }, (_, at) => `C-${at + 1}`)
const ranked = (seed: string) => [...keys].sort((x, y) => (hashRank(seed, x) < hashRank(seed, y) ? -1 : 1))

const later = { supersedesReason: 'The first list left out the hotfixes.' }

describe('the seed of a population', () => {
  it('is settled when it is frozen, from what the service drew and what a person added before; its hash is published', async () => {
    const draft = await work.draft({ seedContribution: 'Thrown on a table: 4 2 6 1' })
    expect(await read(draft.id)).toMatchObject({
      seed: null,
      seedHash: null,
      seedRandom: null,
      seedContribution: 'Thrown on a table: 4 2 6 1',
      seedContributedBy: { id: a.staff.memberId },
    })
    const input = { populationId: draft.id, expectedVersion: draft.version, keyColumn: 'id', dateColumn: 'merged' }
    const { population } = await importList(a.staff, work.engagementId, input, changes(40))
    const { errors } = await freeze({ populationId: draft.id, expectedVersion: population.version }, a.senior)
    expect(errors).toEqual([])
    const one = await read(draft.id)
    expect(one.seedRandom).toMatch(/^[0-9a-f]{64}$/)
    const bytes = Buffer.concat([Buffer.from(one.seedRandom, 'hex'), Buffer.from('\u001fThrown on a table: 4 2 6 1')])
    expect(one.seed).toBe(sha256(bytes))
    expect(one.seedHash).toBe(sha256(one.seed))
    expect(one.seedContributedBy).toEqual({ id: a.staff.memberId })
    expect(await drawn(work, draft.id, 7)).toEqual(ranked(one.seed).slice(0, 7))
  })

  it('is another one for each population', async () => {
    const [one, two] = [await frozen(await fieldwork(w, a)), await frozen(await fieldwork(w, a))]
    expect(one.seedContribution).toBeNull()
    expect(one.seed).not.toBe(two.seed)
    expect(one.seedRandom).not.toBe(two.seedRandom)
  })

  it('takes what a person adds until the first import, and nothing after it', async () => {
    const on = await fieldwork(w, a)
    const { id, version } = await on.draft({ seedContribution: 'one' })
    const change = (person: Person, expectedVersion: number, seedContribution: string | null) =>
      person.tryTo(
        'updatePopulation',
        { populationId: id, expectedVersion, seedContribution },
        'population { version }',
      )
    expect((await change(a.senior, version, 'two')).errors).toEqual([])
    expect(await read(id)).toMatchObject({ seedContribution: 'two', seedContributedBy: { id: a.senior.memberId } })
    const input = { populationId: id, expectedVersion: 2, keyColumn: 'id', dateColumn: 'merged' }
    await importList(a.staff, on.engagementId, input, changes(40))
    for (const text of ['three', null]) {
      await refused(() => change(a.manager, 3, text), { code: 'INVALID_INPUT', path: ['seedContribution'] })
    }
    // To say the same again changes nothing, and is no fault.
    expect((await change(a.manager, 3, 'two')).errors).toEqual([])
    expect(await read(id)).toMatchObject({ version: 3, seedContributedBy: { id: a.senior.memberId } })
  })
})

describe('who looked at what was drawn', () => {
  it('draws the same by another procedure, and more of the same by a larger sample', async () => {
    const on = await fieldwork(w, a)
    const { id, seed } = await frozen(on)
    const first = await drawn(on, id, 5)
    expect(await drawn(on, id, 5)).toEqual(first)
    expect((await drawn(on, id, 12)).slice(0, 5)).toEqual(first)
    expect(first).toEqual(ranked(seed).slice(0, 5))
    const { data, errors } = await a.staff.ask(
      'mutation ($input: DrawSampleInput!) { drawSample(input: $input) { sample { id } } }',
      {
        input: {
          idempotencyKey: randomUUID(),
          procedureId: id,
          populationId: id,
          basis: 'JUDGMENT',
          method: 'RANDOM',
          seed: 'x',
        },
      },
    )
    expect(data ?? null).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('cannot freeze another population of the control for the same time, not even one that was ready before', async () => {
    const on = await fieldwork(w, a)
    const before = await withItems(on)
    const { seed, id } = await frozen(on)
    const actions = async (populationId: string) =>
      (
        await a.staff.gql('query ($id: ID!) { population(id: $id) { actions { name allowed reason { code } } } }', {
          id: populationId,
        })
      ).population.actions.find(({ name }: { name: string }) => name === 'freezePopulation')
    for (const draft of [
      before,
      await withItems(on),
      await withItems(on, { coversFrom: '2025-12-31' }, 'id,merged\nX,2025-12-31\n'),
    ]) {
      await refused(() => freeze(draft), { code: 'ALREADY_EXISTS', path: ['populationId'] })
      expect(await actions(draft.populationId)).toEqual({
        name: 'freezePopulation',
        allowed: false,
        reason: { code: 'ALREADY_EXISTS' },
      })
    }
    expect(await read(id)).toMatchObject({ seed, state: 'FROZEN' })
  })

  it('of two that are frozen at once has one', async () => {
    const on = await fieldwork(w, a)
    const drafts = [await withItems(on), await withItems(on), await withItems(on)]
    const answers = await Promise.all(drafts.map((draft) => freeze(draft)))
    expect(answers.filter(({ population }) => population)).toHaveLength(1)
    expect(answers.flatMap(({ errors }) => errors)).toMatchObject([
      { code: 'ALREADY_EXISTS' },
      { code: 'ALREADY_EXISTS' },
    ])
    const { rows } = await w.owner.query(
      `select count(distinct seed)::int as n from population where control_id = $1 and state = 'FROZEN'`,
      [on.controlId],
    )
    expect(rows).toEqual([{ n: 1 }])
  })

  it('may have populations of parts of the period, each with a seed of its own', async () => {
    const on = await fieldwork(w, a)
    const parts = [
      [{ coversTo: '2025-06-30' }, 'id,merged\nX-1,2025-06-30\n'],
      [{ coversFrom: '2025-07-01' }, 'id,merged\nX-2,2025-07-01\n'],
    ] as const
    const made = []
    for (const [time, csv] of parts) made.push((await freeze(await withItems(on, time, csv))).population)
    expect(made).toMatchObject([
      { coversFrom: '2025-01-01', coversTo: '2025-06-30', coveredUntilOn: '2025-06-30' },
      { coversFrom: '2025-07-01', coversTo: '2025-12-31', coveredUntilOn: '2025-12-31' },
    ])
    expect(made[0].seed).not.toBe(made[1].seed)
    const across = await withItems(
      on,
      { coversFrom: '2025-06-30', coversTo: '2025-07-01' },
      'id,merged\nX-3,2025-07-01\n',
    )
    await refused(() => freeze(across), { code: 'ALREADY_EXISTS' })
    // It may take the place of one, and still has days in common with the other, of another seed.
    const one = await on.inPlaceOf(made[0].id)
    const replacing = await withItems(
      on,
      { ...one, coversFrom: '2025-06-30', coversTo: '2025-07-01' },
      'id,merged\nX-3,2025-07-01\n',
    )
    await refused(() => freeze(replacing), { code: 'ALREADY_EXISTS' })
  })
})

describe('a population that supersedes another', () => {
  it('keeps its seed: what both hold is drawn in the same order; the first stays, with its samples', async () => {
    const on = await fieldwork(w, a)
    const first = await frozen(on, { seedContribution: 'Thrown on a table.' })
    const before = await drawn(on, first.id, 5)
    const place = await on.inPlaceOf(first.id, later.supersedesReason)
    const longer = `${changes(40)}C-HOT,2025-03-01,author 1,reviewer 1\n`
    const { population: second, errors } = await freeze(await withItems(on, place, longer))
    expect(errors).toEqual([])
    const { seed, seedHash, seedRandom, seedContribution, seedContributedAt, seedContributedBy } = first
    const kept = { seed, seedHash, seedRandom, seedContribution, seedContributedAt, seedContributedBy }
    expect(second).toMatchObject({
      ...kept,
      ...later,
      supersedes: { id: first.id },
      supersedesRestsOn: [{ id: place.restsOnIds[0] }],
    })
    const after = await drawn(on, second.id, 6)
    expect(after.filter((key) => key !== 'C-HOT').slice(0, 5)).toEqual(before)
    expect(await read(first.id)).toEqual({ ...first, seedContributedAt: first.seedContributedAt })
    const { rows } = await w.owner.query('select count(*)::int as n from sample where population_id = $1', [first.id])
    expect(rows).toEqual([{ n: 1 }])
    // From the one whose place was taken nothing is drawn any more.
    const { id } = await on.procedure()
    const how = { basis: 'JUDGMENT', sizeReason: 'A rehearsal.', method: 'RANDOM', size: 5 }
    await refused(() => a.staff.tryTo('drawSample', { procedureId: id, populationId: first.id, ...how }), {
      code: 'INVALID_INPUT',
      path: ['populationId'],
    })
    // Of two lists in force at once a person would choose: the first is not superseded once more, but the second is.
    const again = await withItems(on, place)
    const unmoved = await w.digest()
    await refused(() => freeze(again), { code: 'ALREADY_EXISTS', path: ['populationId'] })
    expect(await w.digest()).toBe(unmoved)
    const third = await freeze(await withItems(on, await on.inPlaceOf(second.id)))
    expect(third.population.seed).toBe(seed)
  })

  it('adds nothing to the seed, is of the same control and time, and knows its items by the same column', async () => {
    const [on, other] = [await fieldwork(w, a), await fieldwork(w, a)]
    const [first, foreign] = [await frozen(on, { coversTo: '2025-12-31' }), await frozen(other)]
    const draft = await on.draft()
    const describe = (more: object) =>
      a.staff.tryTo('createPopulation', { controlId: on.controlId, ...origin, ...more })
    const { supersedesId, restsOnIds } = await on.inPlaceOf(first.id)
    const papers = { restsOnIds }
    for (const [more, path] of [
      [{ supersedesId, ...later, ...papers, seedContribution: 'mine' }, 'seedContribution'],
      [{ supersedesId, ...papers }, 'supersedesReason'],
      [later, 'supersedesReason'],
      [papers, 'restsOnIds'],
      [{ supersedesId, ...later }, 'restsOnIds'],
      // The list itself shows nothing of why it is to be replaced.
      [{ supersedesId, ...later, restsOnIds: [supersedesId] }, 'restsOnIds'],
      [{ supersedesId: draft.id, ...later, ...papers }, 'supersedesId'],
    ] as const) {
      await refused(() => describe(more), { code: 'INVALID_INPUT', path: [path] })
    }
    const ofOther = { ...(await other.inPlaceOf(foreign.id)), controlId: on.controlId }
    await refused(() => describe(ofOther), { code: 'NOT_FOUND', path: ['restsOnIds', '0'] })
    await refused(() => describe({ supersedesId: foreign.id, ...later, ...papers }), {
      code: 'INVALID_INPUT',
      path: ['supersedesId'],
    })
    await refused(() => describe({ supersedesId: randomUUID(), ...later, ...papers }), {
      code: 'NOT_FOUND',
      path: ['supersedesId'],
    })
    const { id, version } = await on.draft({ supersedesId, ...later, ...papers })
    const csv = changes(40)
      .replace('id,merged', 'id,merged')
      .replace(/^id,merged,author,reviewer/, 'id,merged,key,reviewer')
    const { id: evidenceId } = await a.staff.brings(on.engagementId, { name: 'changes.csv', content: csv })
    const named = { populationId: id, expectedVersion: version, evidenceId, dateColumn: 'merged' }
    await refused(() => importEvidence(a.staff, { ...named, keyColumn: 'key' }), {
      code: 'INVALID_INPUT',
      path: ['keyColumn'],
    })
    // Nor by way of a draft whose items were imported under another key before.
    const keyed = await withItems(on, {}, 'key,merged\nX,2025-01-01\n', 'key')
    await refused(() => a.staff.tryTo('updatePopulation', { ...keyed, supersedesId, ...later, ...papers }), {
      code: 'INVALID_INPUT',
      path: ['supersedesId'],
    })
  })
})
