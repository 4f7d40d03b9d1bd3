import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let population: { id: string }

beforeAll(async () => {
  work = await fieldwork(w, a)
  population = await work.frozen(changes(30), { dateColumn: 'merged' })
})

interface Item {
  id: string
  itemKey: string
}

/** A procedure with a sample of three, and its items. */
async function sampled(on = work, populationId = population.id) {
  const procedure = await on.procedure()
  const { sample } = await a.staff.does(
    'drawSample',
    {
      procedureId: procedure.id,
      populationId,
      basis: 'JUDGMENT',
      size: 3,
      sizeReason: 'A rehearsal of the test.',
      method: 'RANDOM',
    },
    'sample { id version items { nodes { id itemKey } } }',
  )
  return { ...procedure, sample, items: sample.items.nodes as Item[] }
}

/** Records all attributes of all items: NO_DEVIATION but for those named, `item.letter`. Answers the results. */
async function record(procedureId: string, items: readonly Item[], deviating: readonly string[] = []) {
  const results = items.flatMap(({ id }, at) =>
    ['A', 'B'].map((attribute) => {
      const deviates = deviating.includes(`${at}.${attribute}`)
      const note = deviates ? 'No person but the author looked at it.' : null
      return { sampleItemId: id, attribute, outcome: deviates ? 'DEVIATION' : 'NO_DEVIATION', note }
    }),
  )
  const done = await a.staff.does('recordResults', { procedureId, results }, 'results { id outcome }')
  return done.results as { id: string; outcome: string }[]
}

const signed = `procedure { id version state outcome preparedBy { id }
  signOffs { nodes { level isStale withdrawnAt withdrawnReason member { id } } } }`
const prepare = (person: Person, id: string, version: number, outcome = 'NO_EXCEPTIONS', more: object = {}) =>
  person.tryTo(
    'prepareProcedure',
    { procedureId: id, expectedVersion: version, outcome, outcomeNote: 'Compared as planned.', ...more },
    signed,
  )
const review = (person: Person, id: string, version: number) =>
  person.tryTo('reviewProcedure', { procedureId: id, expectedVersion: version }, signed)

/** A procedure that was prepared by the staff member, without exceptions. */
async function prepared() {
  const { id, version, items } = await sampled()
  const results = await record(id, items)
  const { procedure } = await prepare(a.staff, id, version)
  return { id, items, results, version: procedure.version as number }
}

const plan = {
  ref: 'P',
  methods: ['INSPECTION'],
  aspects: ['OPERATION'],
  objective: 'Changes are reviewed.',
  steps: 'Compare.',
}
const raise = (procedureId: string, resultIds: string[]) =>
  a.staff.does(
    'raiseException',
    {
      engagementId: work.engagementId,
      controlId: work.controlId,
      procedureId,
      kind: 'OPERATING_DEVIATION',
      category: 'OPERATING_INEFFECTIVENESS',
      cause: 'HUMAN_ERROR',
      title: 'Changes merged without review',
      condition: 'A change was merged by its author without review.',
      potentialImpact: 'Unreviewed code may have reached customers.',
      resultIds,
    },
    'exception { id version }',
  )

describe('the plan of a procedure', () => {
  it('is made, changed and found by control and engagement', async () => {
    const fields =
      'procedure { id version ref state methods aspects workpaperRef assignee { id } control { id } attributes { letter description } }'
    const { procedure } = await a.senior.does(
      'planProcedure',
      {
        controlId: work.controlId,
        ...plan,
        ref: 'PLAN-1',
        assigneeId: a.staff.memberId,
        attributes: [
          { letter: 'B', description: 'second' },
          { letter: 'A', description: 'first' },
        ],
      },
      fields,
    )
    expect(procedure).toMatchObject({
      version: 1,
      state: 'PLANNED',
      assignee: { id: a.staff.memberId },
      control: { id: work.controlId },
      attributes: [
        { letter: 'A', description: 'first' },
        { letter: 'B', description: 'second' },
      ],
    })
    const changed = await a.senior.does(
      'updateProcedure',
      {
        procedureId: procedure.id,
        expectedVersion: 1,
        ...plan,
        ref: 'PLAN-1',
        methods: ['REPERFORMANCE', 'INSPECTION'],
        aspects: ['OPERATION', 'DESIGN'],
        workpaperRef: 'WP 4.2',
        assigneeId: null,
        attributes: [{ letter: 'A', description: 'the only one' }],
      },
      fields,
    )
    expect(changed.procedure).toMatchObject({
      version: 2,
      methods: ['INSPECTION', 'REPERFORMANCE'],
      aspects: ['DESIGN', 'OPERATION'],
      workpaperRef: 'WP 4.2',
      assignee: null,
      attributes: [{ letter: 'A', description: 'the only one' }],
    })
    const find = async (filter: object) => {
      const { engagement } = await a.manager.gql(
        'query ($id: ID!, $filter: ProcedureFilter) { engagement(id: $id) { procedures(filter: $filter) { nodes { id } } } }',
        { id: work.engagementId, filter },
      )
      return engagement.procedures.nodes.map((one: { id: string }) => one.id)
    }
    expect(await find({ ref: 'PLAN-1', methods: ['OBSERVATION'] })).toEqual([])
    expect(await find({ ref: 'PLAN-1', methods: [] })).toEqual([])
    expect(await find({ ref: 'PLAN-1', methods: ['INQUIRY', 'REPERFORMANCE'], state: 'PLANNED' })).toEqual([
      procedure.id,
    ])
    expect(await find({ ref: 'PLAN-1', state: 'REVIEWED' })).toEqual([])
    expect(await find({ assigneeId: a.staff.memberId })).toEqual([])
    expect(await find({ assigneeId: 'Stella' })).toEqual([])
    await expect(find({ ref: 'a\u0000b' })).rejects.toThrow('BAD_USER_INPUT')
  })

  it('is found among all the work that a person is assigned, over the engagements they are on', async () => {
    const elsewhere = await fieldwork(w, a)
    const assigned: string[] = []
    for (const controlId of [work.controlId, elsewhere.controlId, elsewhere.controlId]) {
      const ref = `MINE-${assigned.length}`
      const input = { controlId, ...plan, ref, assigneeId: a.senior.memberId }
      assigned.push((await a.senior.does('planProcedure', input, 'procedure { id }')).procedure.id)
    }
    const asked = `query ($id: ID!, $after: String) { procedures(filter: { assigneeId: $id, state: PLANNED }, first: 2, after: $after) {
      totalCount nodes { id control { engagement { id } } } pageInfo { endCursor hasNextPage } } }`
    const mine = async (person: Person, after?: string) =>
      (await person.gql(asked, { id: a.senior.memberId, after })).procedures
    const first = await mine(a.senior)
    const second = await mine(a.senior, first.pageInfo.endCursor)
    expect([...first.nodes, ...second.nodes].map(({ id }: { id: string }) => id)).toEqual(assigned)
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    expect(first.nodes[1].control.engagement.id).toBe(elsewhere.engagementId)
    expect(second.pageInfo.hasNextPage).toBe(false)
    const b = await w.firm('Birch Row')
    await fieldwork(w, b)
    expect(await mine(b.senior)).toMatchObject({ totalCount: 0, nodes: [] })
  })

  it.each<[string, object, string, string[]]>([
    ['a reference that is taken', { ref: 'TAKEN' }, 'ALREADY_EXISTS', ['ref']],
    [
      'a letter twice',
      {
        attributes: [
          { letter: 'A', description: 'x' },
          { letter: 'A', description: 'y' },
        ],
      },
      'INVALID_INPUT',
      ['attributes', '1', 'letter'],
    ],
    [
      'a letter that is none',
      { attributes: [{ letter: 'aa', description: 'x' }] },
      'INVALID_INPUT',
      ['attributes', '0', 'letter'],
    ],
    ['no method', { methods: [] }, 'INVALID_INPUT', ['methods']],
    ['a method twice', { methods: ['INQUIRY', 'INQUIRY'] }, 'INVALID_INPUT', ['methods']],
    ['no aspect', { aspects: [] }, 'INVALID_INPUT', ['aspects']],
    ['an aspect twice', { aspects: ['DESIGN', 'DESIGN'] }, 'INVALID_INPUT', ['aspects']],
    ['an assignee who does not exist', { assigneeId: randomUUID() }, 'NOT_FOUND', ['assigneeId']],
    ['an assignee that is no id', { assigneeId: 'Stella' }, 'NOT_FOUND', ['assigneeId']],
    ['an assignee that is empty', { assigneeId: '' }, 'NOT_FOUND', ['assigneeId']],
    ['steps that are too long', { steps: 'x'.repeat(10_001) }, 'INVALID_INPUT', ['steps']],
    ['control characters', { objective: 'a\u0000b' }, 'INVALID_INPUT', ['objective']],
  ])('is refused with %s, and nothing moves', async (_, change, code, path) => {
    const input = { controlId: work.controlId, ...plan }
    if (code === 'ALREADY_EXISTS') await a.senior.does('planProcedure', { ...input, ref: 'TAKEN' })
    const before = await w.digest()
    const { errors } = await a.senior.tryTo('planProcedure', { ...input, ...change })
    expect(errors).toMatchObject([{ code, path }])
    expect(await w.digest()).toBe(before)
  })

  it('is not assigned to the quality reviewer, who performs no work', async () => {
    const input = { controlId: work.controlId, ...plan, ref: 'QR', assigneeId: a.reviewer.memberId }
    const { errors } = await a.senior.tryTo('planProcedure', input)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['assigneeId'] }])
    expect(await a.reviewer.isDenied('planProcedure', { ...input, assigneeId: null })).toBe('FORBIDDEN')
    expect(await a.staff.isDenied('planProcedure', { ...input, assigneeId: null })).toBe('FORBIDDEN')
  })

  it('of a Type 1 tests design and that it is in place, never operation', async () => {
    const typeOne = await fieldwork(w, a, { kind: 'SOC2_TYPE_1' })
    const input = { controlId: typeOne.controlId, ...plan }
    const { errors } = await a.senior.tryTo('planProcedure', input)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['aspects', '0'] }])
    const both = await a.senior.tryTo('planProcedure', { ...input, aspects: ['DESIGN', 'OPERATION'] })
    expect(both.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['aspects', '1'] }])
    const { procedure } = await a.senior.does(
      'planProcedure',
      { ...input, aspects: ['IMPLEMENTATION', 'DESIGN'] },
      'procedure { id version aspects }',
    )
    expect(procedure.aspects).toEqual(['DESIGN', 'IMPLEMENTATION'])
    const before = await w.digest()
    const change = { procedureId: procedure.id, expectedVersion: procedure.version, aspects: ['OPERATION'] }
    const changed = await a.senior.tryTo('updateProcedure', change)
    expect(changed.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['aspects', '0'] }])
    expect(await w.digest()).toBe(before)
  })

  it('keeps its attributes once a result is recorded against them', async () => {
    const { id, version, items } = await sampled()
    await record(id, items)
    const update = { procedureId: id, expectedVersion: version, ...plan, ref: 'KEEP' }
    const { errors } = await a.senior.tryTo('updateProcedure', { ...update, attributes: [] })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['attributes'] }])
  })
})

describe('a procedure', () => {
  it('goes from plan to review, signed by two people', async () => {
    const { id, version, items } = await sampled()
    const incomplete = await prepare(a.staff, id, version)
    expect(incomplete.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
    expect(incomplete.errors[0].message).toContain('3 sampled items have no result yet')
    await record(id, items)
    const { procedure, errors } = await prepare(a.staff, id, version)
    expect(errors).toEqual([])
    expect(procedure).toMatchObject({
      state: 'PREPARED',
      outcome: 'NO_EXCEPTIONS',
      preparedBy: { id: a.staff.memberId },
      signOffs: { nodes: [{ level: 'PREPARER', isStale: false, withdrawnAt: null, member: { id: a.staff.memberId } }] },
    })
    const reviewed = await review(a.senior, id, procedure.version)
    expect(reviewed.errors).toEqual([])
    expect(reviewed.procedure).toMatchObject({
      state: 'REVIEWED',
      signOffs: {
        nodes: [
          { level: 'PREPARER', isStale: false },
          { level: 'REVIEWER', isStale: false, member: { id: a.senior.memberId } },
        ],
      },
    })
  })

  it('is locked once it is signed: nothing of it changes until it is sent back', async () => {
    const { id, version, items, results } = await prepared()
    const before = await w.digest()
    const refused = [
      await a.senior.tryTo('updateProcedure', { procedureId: id, expectedVersion: version, ...plan }),
      await a.staff.tryTo('recordResult', {
        sampleItemId: items[0]?.id,
        attribute: 'A',
        outcome: 'NO_DEVIATION',
        expectedVersion: 1,
      }),
      await prepare(a.staff, id, version),
      await a.staff.tryTo('startProcedure', { procedureId: id, expectedVersion: version }),
    ]
    for (const { errors } of refused) expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'PREPARED' }])
    expect(results).toHaveLength(6)
    expect(await w.digest()).toBe(before)
  })

  it('is not reviewed by a person who had a hand in it, nor by a senior where a senior prepared', async () => {
    const { id, version, items } = await sampled()
    await record(id, items)
    await a.manager.does('recordResult', {
      sampleItemId: items[0]?.id,
      attribute: 'A',
      outcome: 'NO_DEVIATION',
      expectedVersion: 1,
    })
    const { procedure } = await prepare(a.senior, id, version)
    const before = await w.digest()
    const own = await review(a.senior, id, procedure.version)
    expect(own.errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    const recorder = await review(a.manager, id, procedure.version)
    expect(recorder.errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await a.staff.isDenied('reviewProcedure', { procedureId: id, expectedVersion: procedure.version })).toBe(
      'FORBIDDEN',
    )
    expect(await a.reviewer.isDenied('reviewProcedure', { procedureId: id, expectedVersion: procedure.version })).toBe(
      'FORBIDDEN',
    )
    expect(await w.digest()).toBe(before)
    const { actions } = (
      await a.senior.gql('query ($id: ID!) { procedure(id: $id) { actions { name allowed reason { message } } } }', {
        id,
      })
    ).procedure
    expect(actions.find(({ name }: { name: string }) => name === 'reviewProcedure')).toEqual({
      name: 'reviewProcedure',
      allowed: false,
      reason: { message: 'The reviewer may not be a preparer of the same work; another person reviews it.' },
    })
    expect((await review(a.partner, id, procedure.version)).errors).toEqual([])
  })

  it('of a senior is not reviewed by another senior', async () => {
    const second = await a.person('Sybil Senior', 'SENIOR')
    const { teamMember } = await a.manager.does(
      'addTeamMember',
      { engagementId: work.engagementId, memberId: second.memberId, role: 'SENIOR' },
      'teamMember { id version }',
    )
    const statement = 'I am independent of this client.'
    await second.does('confirmIndependence', {
      teamMemberId: teamMember.id,
      expectedVersion: teamMember.version,
      statement,
    })
    const { id, version, items } = await sampled()
    await record(id, items)
    const { procedure } = await prepare(a.senior, id, version)
    const peer = await review(second, id, procedure.version)
    expect(peer.errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(peer.errors[0].message).toContain('A senior reviews the work of staff')
  })

  it('sent back loses its signatures, with the reason, and keeps them on record', async () => {
    const { id, version } = await prepared()
    const sent = await a.senior.does(
      'sendBackProcedure',
      { procedureId: id, expectedVersion: version, reason: 'Say which report you compared with.' },
      signed,
    )
    expect(sent.procedure).toMatchObject({
      state: 'IN_PROGRESS',
      outcome: null,
      preparedBy: null,
      signOffs: { nodes: [{ level: 'PREPARER', withdrawnReason: 'Say which report you compared with.' }] },
    })
    const { procedure } = await prepare(a.staff, id, sent.procedure.version)
    expect(procedure.signOffs.nodes).toMatchObject([
      { level: 'PREPARER', withdrawnAt: expect.any(String) },
      { level: 'PREPARER', withdrawnAt: null, isStale: false },
    ])
  })

  it('shows a signature as stale when the content is no longer what was signed, and is not reviewed so', async () => {
    const { id, version, items } = await prepared()
    await w.owner.query(`update result set note = 'forged' where sample_item_id = $1`, [items[0]?.id])
    const { procedure } = await a.manager.gql(
      'query ($id: ID!) { procedure(id: $id) { signOffs { nodes { isStale } } } }',
      { id },
    )
    expect(procedure.signOffs.nodes).toEqual([{ isStale: true }])
    const { errors } = await review(a.manager, id, version)
    expect(errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'SIGN_OFF_STALE', node: id }] }])
  })

  it('that checks items for attributes is not signed before a sample of them was drawn', async () => {
    const { id, version } = await work.procedure()
    for (const outcome of ['NO_EXCEPTIONS', 'EXCEPTIONS']) {
      const { errors } = await prepare(a.staff, id, version, outcome)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
      expect(errors[0].message).toContain('no sample was drawn')
    }
    expect((await prepare(a.staff, id, version, 'UNABLE_TO_TEST')).errors).toEqual([])
  })

  it('by inquiry names whom was asked', async () => {
    const { id, version } = await work.procedure({ methods: ['INQUIRY'], attributes: [] })
    const { errors } = await prepare(a.staff, id, version)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['personsAsked'] }])
    const done = await prepare(a.staff, id, version, 'NO_EXCEPTIONS', { personsAsked: 'Head of engineering' })
    expect(done.errors).toEqual([])
  })

  it('found twice prepared at the same moment is signed once', async () => {
    const { id, version, items } = await sampled()
    await record(id, items)
    const answers = await Promise.all([prepare(a.staff, id, version), prepare(a.senior, id, version)])
    expect(answers.flatMap(({ errors }) => errors)).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    const { rows } = await w.owner.query('select count(*)::int as n from sign_off where procedure_id = $1', [id])
    expect(rows).toEqual([{ n: 1 }])
  })
})

/** How the control operated nevertheless, without a file that shows it. */
const operated = {
  kind: 'CONTROL_OPERATED',
  reason: 'Reviewed by mail.',
  alternativeProcedure: 'Read the mail of the day on which it was merged.',
}

describe('a deviation cannot be lost', () => {
  it('the procedure is not signed before it is under an exception or explained', async () => {
    const { id, version, items } = await sampled()
    const results = await record(id, items, ['0.A', '1.B'])
    const deviations = results.filter(({ outcome }) => outcome === 'DEVIATION').map((one) => one.id)
    const before = await w.digest()
    const lost = await prepare(a.staff, id, version, 'EXCEPTIONS')
    expect(lost.errors).toMatchObject([
      {
        code: 'NOT_READY',
        blockers: deviations.map((node) => ({ code: 'DEVIATION_UNACCOUNTED', node })),
      },
    ])
    expect(await w.digest()).toBe(before)
    await raise(id, [deviations[0] as string])
    const half = await prepare(a.staff, id, version, 'EXCEPTIONS')
    expect(half.errors).toMatchObject([{ blockers: [{ node: deviations[1] }] }])
    await a.staff.does('explainDeviation', { resultId: deviations[1], expectedVersion: 1, ...operated })
    const wrong = await prepare(a.staff, id, version, 'NO_EXCEPTIONS')
    expect(wrong.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
    const { procedure } = await prepare(a.staff, id, version, 'EXCEPTIONS')
    const undecided = await review(a.manager, id, procedure.version)
    expect(undecided.errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'DEVIATION_UNACCOUNTED', node: deviations[1] }] },
    ])
    await a.manager.does('decideExplanation', { resultId: deviations[1], expectedVersion: 2, approve: true })
    const reviewed = await review(a.manager, id, procedure.version)
    expect(reviewed.errors).toEqual([])
    expect(reviewed.procedure.signOffs.nodes).toMatchObject([{ isStale: false }, { isStale: false }])
  })

  it('an explanation that is not agreed with sends the procedure back', async () => {
    const { id, version, items } = await sampled()
    const results = await record(id, items, ['0.A'])
    const [deviation] = results.filter(({ outcome }) => outcome === 'DEVIATION')
    await a.staff.does('explainDeviation', { resultId: deviation?.id, expectedVersion: 1, ...operated })
    const { procedure } = await prepare(a.staff, id, version, 'NO_EXCEPTIONS')
    await a.partner.does('decideExplanation', {
      resultId: deviation?.id,
      expectedVersion: 2,
      approve: false,
      note: 'It changed code.',
    })
    const { errors } = await review(a.senior, id, procedure.version)
    expect(errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'DEVIATION_UNACCOUNTED', node: deviation?.id }] },
    ])
    await raise(id, [deviation?.id as string])
    const contradicted = await review(a.senior, id, procedure.version)
    expect(contradicted.errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'OUTCOME_CONTRADICTED', node: id }] },
    ])
  })
})

describe('outside fieldwork', () => {
  it('procedures are planned in planning, and nothing is performed', async () => {
    const on = await fieldwork(w, a, { state: 'PLANNING' })
    const { procedure } = await a.senior.does('planProcedure', { controlId: on.controlId, ...plan }, 'procedure { id }')
    const before = await w.digest()
    const { errors } = await a.staff.tryTo('startProcedure', { procedureId: procedure.id, expectedVersion: 1 })
    expect(errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await w.digest()).toBe(before)
  })
})
