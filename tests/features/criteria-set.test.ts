import { describe, expect, it } from 'vitest'
import { inventedCriteria, inventedSet, loadsSet } from '../support/frameworks.js'
import { world } from '../support/world.js'

// A firm's own criteria sets: loaded as data, all or nothing; never changed; read by the whole firm and by nobody else.

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')

const read = `query ($id: ID!) { node(id: $id) { ... on CriteriaSet { name publisher edition description licenceNote criterionCount version
  retiredReason retiredBy { id } loadedBy { id } supersedes { id } supersededBy { id }
  criteria(first: 100) { nodes { position code section title text criteriaSet { id } } totalCount } } } }`

describe('loadCriteriaSet', () => {
  it('loads a set with its criteria, in their order, for all of the firm', async () => {
    const id = await loadsSet(a.partner, { edition: '2024' })
    for (const person of [a.admin, a.partner, a.manager, a.senior, a.staff]) {
      const { node } = await person.gql(read, { id })
      const { criteria, ...about } = inventedSet
      expect(node).toMatchObject({
        ...about,
        criterionCount: 3,
        loadedBy: { id: a.partner.memberId },
        supersedes: null,
      })
      expect(node.criteria).toEqual({
        totalCount: 3,
        nodes: inventedCriteria.map((one, at) => ({ text: null, ...one, position: at + 1, criteriaSet: { id } })),
      })
    }
    const listed = 'query { viewer { firm { criteriaSets { nodes { id } totalCount } } } }'
    expect((await a.staff.gql(listed)).viewer.firm.criteriaSets).toEqual({ nodes: [{ id }], totalCount: 1 })
    expect((await b.admin.gql(listed)).viewer.firm.criteriaSets).toEqual({ nodes: [], totalCount: 0 })
    for (const stranger of [b.admin, b.partner, client.admin])
      expect((await stranger.gql(read, { id })).node).toBeNull()
    expect((await client.admin.gql(listed)).viewer.firm.criteriaSets).toEqual({ nodes: [], totalCount: 0 })
  })

  it('is for the administrator and the partners', async () => {
    const before = await w.digest()
    for (const person of [a.manager, a.senior, a.staff, client.admin]) {
      expect(await person.isDenied('loadCriteriaSet', { ...inventedSet, edition: 'denied' })).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    await loadsSet(a.admin)
  })

  it('takes two thousand criteria, and not one more', async () => {
    const criteria = Array.from({ length: 2_000 }, (_, at) => ({ code: `C-${at + 1}`, title: `Invented ${at + 1}` }))
    const id = await loadsSet(a.admin, { criteria })
    const last = `query ($id: ID!) { node(id: $id) { ... on CriteriaSet { criterionCount
      criteria(filter: { code: "C-2000" }) { nodes { position } totalCount } } } }`
    expect((await a.staff.gql(last, { id })).node).toEqual({
      criterionCount: 2_000,
      criteria: { nodes: [{ position: 2_000 }], totalCount: 1 },
    })
    const before = await w.digest()
    const more = { ...inventedSet, edition: 'more', criteria: [...criteria, { code: 'C-2001', title: 'One more' }] }
    expect(await a.admin.isDenied('loadCriteriaSet', more)).toBe('BAD_USER_INPUT')
    expect(await w.digest()).toBe(before)
  })

  it('refuses all of it, naming each entry at fault by its place; nothing moves', async () => {
    await loadsSet(a.partner, { edition: 'taken' })
    const before = await w.digest()
    const refused = async (changes: object) =>
      (await a.partner.tryTo('loadCriteriaSet', { ...inventedSet, edition: 'refused', ...changes })).errors.map(
        ({ code, path }: { code: string; path: string[] }) => [code, path.join('.')],
      )
    const [first, second] = inventedCriteria
    expect(await refused({ criteria: [first, second, first, { code: 'X', title: '' }, second] })).toEqual([
      ['INVALID_INPUT', 'criteria.3.title'],
    ])
    expect(await refused({ criteria: [first, second, first, second] })).toEqual([
      ['INVALID_INPUT', 'criteria.2.code'],
      ['INVALID_INPUT', 'criteria.3.code'],
    ])
    expect(await refused({ criteria: [] })).toEqual([['INVALID_INPUT', 'criteria']])
    expect(await refused({ edition: 'taken' })).toEqual([['ALREADY_EXISTS', 'edition']])
    expect(await w.digest()).toBe(before)
    const another = await loadsSet(b.partner)
    const between = await w.digest()
    expect(await refused({ supersedesId: another })).toEqual([['NOT_FOUND', 'supersedesId']])
    expect(await refused({ supersedesId: 'no id' })).toEqual([['NOT_FOUND', 'supersedesId']])
    expect(await w.digest()).toBe(between)
  })

  it('loads another edition, which supersedes the one before, once', async () => {
    const first = await loadsSet(a.partner)
    const second = await loadsSet(a.partner, { supersedesId: first })
    expect((await a.staff.gql(read, { id: first })).node).toMatchObject({ supersededBy: { id: second } })
    expect((await a.staff.gql(read, { id: second })).node).toMatchObject({ supersedes: { id: first } })
    const before = await w.digest()
    const { errors } = await a.partner.tryTo('loadCriteriaSet', { ...inventedSet, edition: 'x', supersedesId: first })
    expect(errors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['supersedesId'] }])
    expect(await w.digest()).toBe(before)
  })
})

describe('A criteria set', () => {
  it('is retired, once, by the administrator or a partner', async () => {
    const criteriaSetId = await loadsSet(a.partner)
    const reason = 'The publisher withdrew it, invented.'
    const retires = { criteriaSetId, expectedVersion: 1, reason }
    const before = await w.digest()
    expect(await a.manager.isDenied('retireCriteriaSet', retires)).toBe('FORBIDDEN')
    expect(await b.admin.isDenied('retireCriteriaSet', retires)).toBe('NOT_FOUND')
    expect((await a.admin.tryTo('retireCriteriaSet', { ...retires, expectedVersion: 2 })).errors).toMatchObject([
      { code: 'VERSION_CONFLICT' },
    ])
    expect(await w.digest()).toBe(before)
    await a.admin.does('retireCriteriaSet', retires)
    expect((await a.staff.gql(read, { id: criteriaSetId })).node).toMatchObject({
      retiredReason: reason,
      retiredBy: { id: a.admin.memberId },
    })
    const after = await w.digest()
    const again = await a.admin.tryTo('retireCriteriaSet', { ...retires, expectedVersion: 2 })
    expect(again.errors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(await w.digest()).toBe(after)
  })

  it('is never changed, not even behind the service', async () => {
    const id = await loadsSet(a.partner)
    const wrong = [
      [`update criteria_set set name = 'Another' where id = $1`, id],
      [`update criteria_set set criterion_count = 2 where id = $1`, id],
      [`update further_criterion set title = 'Another' where criteria_set_id = $1`, id],
      [`delete from further_criterion where criteria_set_id = $1`, id],
    ] as const
    for (const [sql, of] of wrong) await expect(w.owner.query(sql, [of])).rejects.toThrow('written once')
  })
})
