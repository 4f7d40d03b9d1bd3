import { describe, expect, it } from 'vitest'
import { type Chain, chain } from '../support/chain.js'
import { staffedEngagement } from '../support/engagements.js'
import { controlOf } from '../support/fieldwork.js'
import { coverageOf, inventedSet, loadsSet, mapsTo, takesIn } from '../support/frameworks.js'
import { type Person, world } from '../support/world.js'

// Further frameworks of an engagement: which there are is scope, what controls are mapped to, and what that leaves open.

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const reason = 'Users asked for it in writing, invented.'

const versionOf = async (id: string): Promise<number> =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const tries = async (person: Person, mutation: string, idName: string, id: string, given: object) =>
  (await person.tryTo(mutation, { [idName]: id, expectedVersion: await versionOf(id), ...given })).errors
const blockers = async (engagementId: string, to = 'COMPLETION'): Promise<{ code: string; message: string }[]> => {
  const asked = `query ($id: ID!, $to: EngagementState!) { engagement(id: $id) { readiness(to: $to) { blockers { code message node } } } }`
  const { readiness } = (await a.partner.gql(asked, { id: engagementId, to })).engagement
  return readiness.blockers.filter(({ code }: { code: string }) => code.startsWith('FURTHER'))
}
const scopeChanges = async (engagementId: string) =>
  (
    await a.reviewer.gql(
      `query ($id: ID!) { engagement(id: $id) { scopeChanges(first: 100) { nodes { change reason restsOn { id } } } } }`,
      { id: engagementId },
    )
  ).engagement.scopeChanges.nodes
/** Why the partner changes it now that fieldwork began. */
const why = ({ procedureId }: Chain) => ({ reason, restsOnIds: [procedureId] })

/** What is recorded of the last criterion of a framework that no control serves. */
const uncoveredOf = async (frameworkId: string) => {
  const asked = `query ($id: ID!) { node(id: $id) { ... on Framework { coverage { criteria { nodes { uncovered {
    id version criterionCode ground recordedBy { id } framework { id } } } } } } } }`
  const { nodes } = (await a.staff.gql(asked, { id: frameworkId })).node.coverage.criteria
  return nodes.at(-1).uncovered
}

const setId = await loadsSet(a.partner, { edition: '2024' })
const name = `“${inventedSet.name}, 2024”`

describe('An engagement in planning', () => {
  it('takes in sets of the firm, by who plans it; the team reads them, and nobody else', async () => {
    const engagementId = await staffedEngagement(a, client)
    const before = await w.digest()
    const input = { engagementId, criteriaSetId: setId, use: 'MAPPING_ONLY' }
    expect(await a.staff.isDenied('addFramework', input)).toBe('FORBIDDEN')
    for (const stranger of [b.partner, a.admin]) {
      expect(await stranger.isDenied('addFramework', input)).toMatch(/NOT_FOUND|FORBIDDEN/)
    }
    expect(await client.admin.isDenied('addFramework', input)).toBe('FORBIDDEN')
    const elsewhere = await a.partner.tryTo('addFramework', { ...input, criteriaSetId: 'no id' })
    expect(elsewhere.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['criteriaSetId'] }])
    expect(await w.digest()).toBe(before)
    const id = await takesIn(a.senior, engagementId, setId, 'MAPPING_ONLY', { printsMapping: true })
    const asked = `query ($id: ID!) { engagement(id: $id) { frameworks { id use printsMapping retiredAt set { id name } engagement { id } } } }`
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.frameworks).toEqual([
      {
        id,
        use: 'MAPPING_ONLY',
        printsMapping: true,
        retiredAt: null,
        set: { id: setId, name: inventedSet.name },
        engagement: { id: engagementId },
      },
    ])
    expect((await client.admin.gql(asked, { id: engagementId })).engagement.frameworks).toEqual([])
    expect((await b.partner.gql('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
    expect(await scopeChanges(engagementId)).toEqual([])
  })

  it('takes no set twice, none of another firm, none that was retired, and prints what the opinion covers in one place', async () => {
    const engagementId = await staffedEngagement(a, client)
    const [foreign, retired, another] = [
      await loadsSet(b.partner),
      await loadsSet(a.partner),
      await loadsSet(a.partner),
    ]
    await a.partner.does('retireCriteriaSet', { criteriaSetId: retired, expectedVersion: 1, reason })
    await takesIn(a.manager, engagementId, setId)
    const before = await w.digest()
    const refused = async (given: object) =>
      (await a.manager.tryTo('addFramework', { engagementId, use: 'ADDITIONAL_SUBJECT_MATTER', ...given })).errors
    expect(await refused({ criteriaSetId: setId })).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['criteriaSetId'] }])
    expect(await refused({ criteriaSetId: foreign })).toMatchObject([{ code: 'NOT_FOUND', path: ['criteriaSetId'] }])
    expect(await refused({ criteriaSetId: retired })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['criteriaSetId'] },
    ])
    expect(await refused({ criteriaSetId: another, printsMapping: true })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['printsMapping'] },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('changes the use, and takes a set back, which may be taken in again', async () => {
    const engagementId = await staffedEngagement(a, client)
    const id = await takesIn(a.senior, engagementId, setId, 'MAPPING_ONLY')
    await a.senior.does('updateFramework', { frameworkId: id, expectedVersion: 1, printsMapping: true })
    const before = await w.digest()
    const toCover = { use: 'ADDITIONAL_SUBJECT_MATTER' }
    expect(await tries(a.senior, 'updateFramework', 'frameworkId', id, toCover)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['printsMapping'] },
    ])
    expect(await w.digest()).toBe(before)
    await a.senior.does('updateFramework', { frameworkId: id, expectedVersion: 2, ...toCover, printsMapping: false })
    expect(await coverageOf(a.staff, id)).toMatchObject({ use: 'ADDITIONAL_SUBJECT_MATTER' })
    await a.senior.does('retireFramework', { frameworkId: id, expectedVersion: 3, reason })
    const retired = await w.digest()
    for (const mutation of ['updateFramework', 'retireFramework']) {
      expect(await tries(a.senior, mutation, 'frameworkId', id, { reason })).toMatchObject([
        { code: 'INVALID_TRANSITION' },
      ])
    }
    expect(await w.digest()).toBe(retired)
    await takesIn(a.senior, engagementId, setId)
    const asked = 'query ($id: ID!) { engagement(id: $id) { frameworks { retiredReason retiredBy { id } } } }'
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.frameworks).toEqual([
      { retiredReason: reason, retiredBy: { id: a.senior.memberId } },
      { retiredReason: null, retiredBy: null },
    ])
  })

  it('maps controls to criteria: these and no others of the framework; the others stay', async () => {
    const engagementId = await staffedEngagement(a, client)
    const frameworkId = await takesIn(a.senior, engagementId, setId)
    const other = await takesIn(a.senior, engagementId, await loadsSet(a.partner), 'MAPPING_ONLY')
    const { control } = await a.senior.does('createControl', controlOf(engagementId), 'control { id version ref }')
    const maps = (criteriaCodes: string[], of = frameworkId) =>
      versionOf(control.id).then((expectedVersion) =>
        a.senior.tryTo(
          'mapControlToFramework',
          { controlId: control.id, expectedVersion, frameworkId: of, criteriaCodes },
          'control { furtherCriteria { nodes { criterion { code title } framework { id } } totalCount } }',
        ),
      )
    const codesOf = ({ control: { furtherCriteria } }: any) =>
      furtherCriteria.nodes.map(({ criterion, framework }: any) => [criterion.code, framework.id === frameworkId])
    expect(codesOf(await maps(['LK-2', 'LK-1']))).toEqual([
      ['LK-1', true],
      ['LK-2', true],
    ])
    expect(codesOf(await maps(['LK-3(a)'], other))).toHaveLength(3)
    expect(codesOf(await maps(['LK-2', 'LK-3(a)']))).toEqual([
      ['LK-2', true],
      ['LK-3(a)', true],
      ['LK-3(a)', false],
    ])
    const elsewhere = await takesIn(
      b.partner,
      await staffedEngagement(b, await b.client('Heron')),
      await loadsSet(b.partner),
    )
    const before = await w.digest()
    const refused = async (codes: string[], of?: string) =>
      (await maps(codes, of)).errors.map(({ code, path }: any) => `${code} ${path.join('.')}`)
    expect(await refused(['LK-1', 'lk-1', 'LK-9', 'LK-1'])).toEqual([
      'INVALID_INPUT criteriaCodes.1',
      'INVALID_INPUT criteriaCodes.2',
      'INVALID_INPUT criteriaCodes.3',
    ])
    expect(await refused(['LK-1'], elsewhere)).toEqual(['NOT_FOUND frameworkId'])
    expect(await refused(['LK-1'], engagementId)).toEqual(['NOT_FOUND frameworkId'])
    expect(await w.digest()).toBe(before)
    // The same mapping again leaves the control as it is.
    const version = await versionOf(control.id)
    expect(await maps(['LK-3(a)', 'LK-2'])).toMatchObject({ errors: [] })
    expect(await versionOf(control.id)).toBe(version)
    const coverage = await coverageOf(a.staff, frameworkId)
    expect(coverage.coverage).toMatchObject({
      coveredCount: 2,
      notApplicableCount: 0,
      criteriaWithoutControl: { nodes: [{ code: 'LK-1' }], totalCount: 1 },
      controlsWithoutCriterion: [],
      proposedDesign: null,
    })
    expect(
      coverage.criteria.nodes.map(({ criterion, design, controls }: any) => [criterion.code, design, controls]),
    ).toEqual([
      ['LK-1', 'NOT_MET', { nodes: [] }],
      ['LK-2', 'NOT_CONCLUDED', { nodes: [{ ref: control.ref }] }],
      ['LK-3(a)', 'NOT_CONCLUDED', { nodes: [{ ref: control.ref }] }],
    ])
    await maps([])
    expect((await coverageOf(a.staff, frameworkId)).coverage).toMatchObject({
      coveredCount: 0,
      controlsWithoutCriterion: [{ ref: control.ref }],
    })
  })

  it('records why no control serves a criterion, and takes it back', async () => {
    const engagementId = await staffedEngagement(a, client)
    const frameworkId = await takesIn(a.senior, engagementId, setId)
    const { control } = await a.senior.does('createControl', controlOf(engagementId), 'control { id version }')
    const mapping = { controlId: control.id, frameworkId }
    await a.senior.does('mapControlToFramework', { ...mapping, expectedVersion: 1, criteriaCodes: ['LK-1'] })
    const records = (criteriaCodes: string[], ground = 'NOT_APPLICABLE') =>
      a.senior.tryTo('recordUncoveredCriteria', {
        frameworkId,
        criteriaCodes,
        ground,
        reason: 'There are no losses, invented.',
      })
    const before = await w.digest()
    expect((await records(['LK-2', 'LK-1', 'LK-9'])).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['criteriaCodes', '2'] },
    ])
    expect((await records(['LK-2', 'LK-1'])).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['criteriaCodes', '1'] },
    ])
    expect(await w.digest()).toBe(before)
    expect((await records(['LK-3(a)'])).errors).toEqual([])
    const recorded = await uncoveredOf(frameworkId)
    expect(recorded).toMatchObject({
      criterionCode: 'LK-3(a)',
      ground: 'NOT_APPLICABLE',
      recordedBy: { id: a.senior.memberId },
      framework: { id: frameworkId },
    })
    await records(['LK-2'], 'NO_CONTROL')
    const once = await w.digest()
    expect((await records(['LK-3(a)'])).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['criteriaCodes', '0'] }])
    const mapped = { ...mapping, expectedVersion: 2, criteriaCodes: ['LK-1', 'LK-2'] }
    expect((await a.senior.tryTo('mapControlToFramework', mapped)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['criteriaCodes', '1'] },
    ])
    expect(await w.digest()).toBe(once)
    const { criteria, coverage } = await coverageOf(a.staff, frameworkId)
    expect(coverage).toMatchObject({ notApplicableCount: 1, criteriaWithoutControl: { nodes: [], totalCount: 0 } })
    expect(criteria.nodes.map(({ design, operation, reasons }: any) => [design, operation, reasons])).toEqual([
      [
        'NOT_CONCLUDED',
        'NOT_CONCLUDED',
        ['The design of CM-01 is not concluded on.', 'The operation of CM-01 is not concluded on.'],
      ],
      ['NOT_MET', 'NOT_MET', ['No control serves it.']],
      ['NOT_APPLICABLE', 'NOT_APPLICABLE', []],
    ])
    const back = { uncoveredCriterionId: recorded.id, expectedVersion: recorded.version }
    await a.senior.does('retractUncoveredCriterion', back)
    expect((await coverageOf(a.staff, frameworkId)).coverage.criteriaWithoutControl.nodes).toEqual([
      { code: 'LK-3(a)' },
    ])
    const gone = await w.digest()
    expect((await a.senior.tryTo('retractUncoveredCriterion', back)).errors).toMatchObject([{ code: 'NOT_FOUND' }])
    expect(await w.digest()).toBe(gone)
  })
})

describe('An engagement whose fieldwork began', () => {
  it('has its frameworks changed by nobody but the partner, with a reason and a paper; each change is kept', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const criteriaSetId = await loadsSet(a.partner)
    const given = { engagementId, criteriaSetId, use: 'ADDITIONAL_SUBJECT_MATTER' }
    const before = await w.digest()
    for (const person of [a.manager, a.senior]) {
      expect((await person.tryTo('addFramework', { ...given, ...why(work) })).errors).toMatchObject([
        { code: 'SCOPE_LOCKED' },
      ])
    }
    for (const [wrong, path] of [
      [{ ...why(work), reason: null }, 'reason'],
      [{ ...why(work), restsOnIds: [] }, 'restsOnIds'],
    ] as const) {
      expect((await a.partner.tryTo('addFramework', { ...given, ...wrong })).errors).toMatchObject([
        { code: 'INVALID_INPUT', path: [path] },
      ])
    }
    expect(await w.digest()).toBe(before)
    const id = await takesIn(a.partner, engagementId, criteriaSetId, 'ADDITIONAL_SUBJECT_MATTER', why(work))
    const uncovers = {
      frameworkId: id,
      criteriaCodes: ['LK-3(a)'],
      ground: 'NOT_APPLICABLE',
      ...why(work),
    }
    const between = await w.digest()
    expect((await a.manager.tryTo('recordUncoveredCriteria', uncovers)).errors).toMatchObject([
      { code: 'SCOPE_LOCKED' },
    ])
    expect((await a.partner.tryTo('recordUncoveredCriteria', { ...uncovers, restsOnIds: [] })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['restsOnIds'] },
    ])
    expect(await w.digest()).toBe(between)
    await a.partner.does('recordUncoveredCriteria', uncovers)
    const { id: uncoveredId } = await uncoveredOf(id)
    const locked = await w.digest()
    for (const [mutation, idName, of] of [
      ['updateFramework', 'frameworkId', id],
      ['retireFramework', 'frameworkId', id],
      ['retractUncoveredCriterion', 'uncoveredCriterionId', uncoveredId],
    ] as const) {
      expect(await tries(a.manager, mutation, idName, of, why(work)), mutation).toMatchObject([
        { code: 'SCOPE_LOCKED' },
      ])
    }
    expect(await w.digest()).toBe(locked)
    await work.change(a.partner, 'retractUncoveredCriterion', 'uncoveredCriterionId', uncoveredId, why(work))
    await work.change(a.partner, 'updateFramework', 'frameworkId', id, { use: 'MAPPING_ONLY', ...why(work) })
    await work.change(a.partner, 'retireFramework', 'frameworkId', id, why(work))
    const set = /“Lighthouse Keeping Rules \(invented\), 2024\.\d+”/
    const changes = await scopeChanges(engagementId)
    expect(changes.map(({ change }: { change: string }) => change.replace(set, 'SET'))).toEqual([
      'The further framework SET was taken in: ADDITIONAL_SUBJECT_MATTER.',
      'Of SET it was recorded that no control serves LK-3(a): NOT_APPLICABLE.',
      'Of SET it was taken back that no control serves LK-3(a).',
      'The further framework SET is now MAPPING_ONLY.',
      'The further framework SET was retired.',
    ])
    expect(changes.every(({ restsOn }: any) => restsOn[0].id === work.procedureId)).toBe(true)
    const judged = `query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures(first: 100) { nodes { kind statement } } } }`
    const { nodes } = (await a.partner.gql(judged, { id: engagementId })).engagement.judgmentsAgainstFigures
    expect(nodes.filter(({ kind }: { kind: string }) => kind === 'SCOPE_CHANGED')).toHaveLength(5)
  })

  it('has tested controls mapped anew by the partner alone, where the opinion covers the framework', async () => {
    const work = await chain(a, client)
    const [covered, mapped] = [
      await takesIn(a.partner, work.engagementId, setId, 'ADDITIONAL_SUBJECT_MATTER', why(work)),
      await takesIn(a.partner, work.engagementId, await loadsSet(a.partner), 'MAPPING_ONLY', why(work)),
    ]
    const maps = (person: Person, frameworkId: string, given: object = {}) =>
      tries(person, 'mapControlToFramework', 'controlId', work.controlId, {
        frameworkId,
        criteriaCodes: ['LK-1'],
        ...why(work),
        ...given,
      })
    const before = await w.digest()
    expect(await maps(a.senior, covered)).toMatchObject([{ code: 'TESTING_BEGUN' }])
    expect(await maps(a.partner, covered, { restsOnIds: [] })).toMatchObject([{ path: ['restsOnIds'] }])
    expect(await maps(a.partner, covered, { reason: null })).toMatchObject([{ path: ['reason'] }])
    expect(await w.digest()).toBe(before)
    expect(await maps(a.senior, mapped, { reason: null, restsOnIds: [] })).toEqual([])
    expect(await maps(a.partner, covered)).toEqual([])
    const asked = `query ($id: ID!) { node(id: $id) { ... on Control { changes { nodes { part saidBefore saidAfter reason } } } } }`
    expect((await a.reviewer.gql(asked, { id: work.controlId })).node.changes.nodes).toEqual([
      {
        part: 'FURTHER_CRITERIA',
        saidBefore: `${name.slice(1, -1)}: none`,
        saidAfter: `${name.slice(1, -1)}: LK-1`,
        reason,
      },
    ])
  })

  it('is not complete while a criterion that the opinion covers has neither a control nor a reason', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const id = await takesIn(a.partner, engagementId, setId, 'ADDITIONAL_SUBJECT_MATTER', why(work))
    await takesIn(a.partner, engagementId, await loadsSet(a.partner), 'MAPPING_ONLY', why(work))
    const blocker = (codes: string) => ({
      code: 'FURTHER_CRITERION_UNCOVERED',
      message: `Map a control to ${codes} of ${name.slice(1, -1)}, or record why there is none.`,
      node: id,
    })
    expect(await blockers(engagementId)).toEqual([blocker('LK-1, LK-2, LK-3(a)')])
    const before = await w.digest()
    expect(await work.refused(a.manager, 'startCompletion', 'engagementId', engagementId)).toMatchObject([
      { code: 'NOT_READY' },
    ])
    expect(await w.digest()).toBe(before)
    await mapsTo(a.partner, work, id, ['LK-1', 'LK-2'])
    expect(await blockers(engagementId)).toEqual([blocker('LK-3(a)')])
    const records = (criteriaCodes: string[], ground: string) =>
      a.partner.does('recordUncoveredCriteria', { frameworkId: id, criteriaCodes, ground, ...why(work) })
    await records(['LK-3(a)'], 'NOT_APPLICABLE')
    expect(await blockers(engagementId)).toEqual([])
    await work.startCompletion()
    expect(await blockers(engagementId, 'ISSUED')).toMatchObject([{ code: 'FURTHER_OPINION_UNDECIDED', node: id }])
  })

  it('is not complete where no criterion applies', async () => {
    const work = await chain(a, client)
    const id = await takesIn(a.partner, work.engagementId, setId, 'ADDITIONAL_SUBJECT_MATTER', why(work))
    const criteriaCodes = ['LK-1', 'LK-2', 'LK-3(a)']
    const all = { frameworkId: id, criteriaCodes, ground: 'NOT_APPLICABLE', ...why(work) }
    await a.partner.does('recordUncoveredCriteria', all)
    expect(await blockers(work.engagementId)).toMatchObject([{ code: 'FURTHER_CRITERION_UNCOVERED', node: id }])
  })
})
