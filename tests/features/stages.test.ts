import { beforeAll, describe, expect, it } from 'vitest'
import { judgmentsOf } from '../support/chain.js'
import { matter } from '../support/exceptions.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let populationId: string

beforeAll(async () => {
  const { viewer } = await a.admin.gql(
    `{ viewer { firm { version methodology { samplingTable { rows { frequency risk size share leastSize mostSize acceptedDeviationCount } } } } } }`,
  )
  const { version, methodology } = viewer.firm
  // A table whose rows per event accept one deviation: 1 of 15 leaves 18.8 % at 80 %.
  const rows = methodology.samplingTable.rows.map((row: { frequency: string }) =>
    row.frequency === 'PER_EVENT' ? { ...row, leastSize: 15, acceptedDeviationCount: 1 } : row,
  )
  await a.partner.does('reviseMethodology', {
    ...{ expectedVersion: version, rows, reason: 'One of fifteen.' },
    ...{ confidence: 0.8, leastConfidence: 0.8 },
  })
  work = await fieldwork(w, a)
  populationId = (await work.frozen(changes(100))).id
})

const fields = `sample { id version size acceptedDeviationCount stages { additionalCount acceptedDeviationCount }
  nextStage { additionalCount } extensions { kind additionalCount reason sizeBefore testedCountBefore deviationCountBefore
    restsOn { id } extendedBy { id } }
  evaluation { testedCount deviationCount acceptedCount upperDeviationLimit limitIsInformation limitIsNominal supportsReliance }
  items(first: 100) { nodes { id outcome } } }`

const stages = [
  { additionalCount: 15, acceptedDeviationCount: 1 },
  { additionalCount: 30, acceptedDeviationCount: 2 },
]

async function drawn(more: object = {}) {
  const { id: procedureId } = await work.procedure()
  const draw = { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
  const { sample } = await a.staff.does('drawSample', { ...draw, ...more }, fields)
  return { procedureId, sample }
}

/** Records what every open item of a sample came to: so many deviate. */
async function recorded(procedureId: string, sample: { id: string }, deviating: number) {
  const { node } = await a.staff.gql(
    'query ($id: ID!) { node(id: $id) { ... on Sample { items(first: 100, filter: { outstanding: true }) { nodes { id } } } } }',
    { id: sample.id },
  )
  const results = node.items.nodes.flatMap(({ id }: { id: string }, at: number) =>
    ['A', 'B'].map((attribute) =>
      attribute === 'A' && at < deviating
        ? { sampleItemId: id, attribute, outcome: 'DEVIATION', note: 'No reviewer.' }
        : { sampleItemId: id, attribute, outcome: 'NO_DEVIATION' },
    ),
  )
  return (await a.staff.does('recordResults', { procedureId, results }, fields)).sample
}

const extend = (person: Person, sample: { id: string; version: number }, input: object) =>
  person.tryTo('extendSample', { sampleId: sample.id, expectedVersion: sample.version, ...input }, fields)

describe('a sample with stages', () => {
  it('is extended by the next stage without more ado, and accepts what the stage does', async () => {
    const { procedureId, sample } = await drawn({ stages })
    expect(sample).toMatchObject({ size: 15, acceptedDeviationCount: 1, stages, nextStage: { additionalCount: 15 } })
    const found = await recorded(procedureId, sample, 2)
    expect(found.evaluation).toMatchObject({
      deviationCount: 2,
      acceptedCount: 1,
      supportsReliance: false,
      limitIsNominal: false,
    })
    const first = await extend(a.staff, found, { additionalCount: 15 })
    expect(first.errors).toEqual([])
    expect(first.sample).toMatchObject({ size: 30, acceptedDeviationCount: 1, nextStage: { additionalCount: 30 } })
    const second = await extend(a.staff, first.sample, { additionalCount: 30 })
    expect(second.sample).toMatchObject({ size: 60, acceptedDeviationCount: 2, nextStage: null })
    expect(second.sample.extensions).toMatchObject([
      {
        kind: 'PLANNED',
        additionalCount: 15,
        reason: null,
        sizeBefore: 15,
        testedCountBefore: 15,
        deviationCountBefore: 2,
      },
      { kind: 'PLANNED', additionalCount: 30, reason: null, sizeBefore: 30 },
    ])
    const whole = await recorded(procedureId, second.sample, 0)
    expect(whole.evaluation).toMatchObject({
      testedCount: 60,
      deviationCount: 2,
      acceptedCount: 2,
      supportsReliance: true,
      limitIsNominal: true,
    })
  })

  it.each<[string, object, (string | number)[]]>([
    [
      'that accept more than they carry',
      { stages: [{ additionalCount: 1, acceptedDeviationCount: 9 }] },
      ['stages', '0', 'acceptedDeviationCount'],
    ],
    [
      'of more items than there are',
      { stages: [{ additionalCount: 86, acceptedDeviationCount: 1 }] },
      ['stages', '0', 'additionalCount'],
    ],
    ['by judgment', { basis: 'JUDGMENT', size: 5, sizeReason: 'So.', stages }, ['stages']],
  ])('is not drawn with stages %s, and nothing moves', async (_, input, path) => {
    const { id: procedureId } = await work.procedure()
    const before = await w.digest()
    const draw = { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM', ...input }
    const { errors } = await a.staff.tryTo('drawSample', draw)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    expect(await w.digest()).toBe(before)
  })

  it('takes no stage after it was drawn', async () => {
    const { procedureId, sample } = await drawn()
    const before = await w.digest()
    const late = { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM', stages }
    expect((await a.partner.tryTo('drawSample', late)).errors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect((await extend(a.staff, sample, { additionalCount: 15 })).errors).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    expect(await w.digest()).toBe(before)
  })
})

describe('a draw by another procedure of the control, after deviations were found', () => {
  it('is a dilution where it adds items, whatever it is called: nothing moves without the partner and a paper', async () => {
    const own = await fieldwork(w, a)
    const { id: population } = await own.frozen(changes(100))
    const draw = { populationId: population, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const first = await own.procedure()
    const { sample } = await a.staff.does('drawSample', { procedureId: first.id, ...draw }, fields)
    await recorded(first.id, sample, 3)
    const { id: procedureId } = await own.procedure()
    const more = { procedureId, ...draw, size: 90, sizeReason: 'Another attribute.', restsOnIds: [first.id] }
    const before = await w.digest()
    for (const person of [a.staff, a.senior, a.manager]) {
      expect((await person.tryTo('drawSample', more)).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    const refused: [Record<string, unknown>, string[]][] = [
      [{ ...more, restsOnIds: [] }, ['restsOnIds']],
      [{ ...more, size: 60, stages: [{ additionalCount: 15, acceptedDeviationCount: 1 }] }, ['stages']],
    ]
    for (const [input, path] of refused) {
      expect((await a.partner.tryTo('drawSample', input)).errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    }
    expect(await w.digest()).toBe(before)
    const diluted = await a.partner.does('drawSample', more, fields)
    expect(diluted.sample).toMatchObject({
      size: 90,
      acceptedDeviationCount: 1,
      extensions: [
        {
          kind: 'DILUTION',
          additionalCount: 75,
          reason: 'Another attribute.',
          sizeBefore: 15,
          testedCountBefore: 15,
          deviationCountBefore: 3,
          restsOn: [{ id: first.id }],
          extendedBy: { id: a.partner.memberId },
        },
      ],
    })
    const { nodes } = await judgmentsOf(a.partner, own.engagementId)
    expect(nodes.map(({ kind }: { kind: string }) => kind)).toContain('SAMPLE_DILUTED')
  })

  it('is none where it tests the same items for something else, and needs a reason alone where it leaves none untested', async () => {
    const own = await fieldwork(w, a)
    const { id: population } = await own.frozen(changes(100))
    const draw = { populationId: population, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const first = await own.procedure()
    const { sample } = await a.staff.does('drawSample', { procedureId: first.id, ...draw }, fields)
    await recorded(first.id, sample, 3)
    const { id: same } = await own.procedure()
    const again = await a.staff.does('drawSample', { procedureId: same, ...draw }, fields)
    expect(again.sample).toMatchObject({ size: 15, extensions: [] })
    const { id: whole } = await own.procedure()
    const all = { procedureId: whole, ...draw, method: 'ENTIRE_POPULATION', sizeReason: 'To know the rate.' }
    const { sample: entire } = await a.staff.does('drawSample', all, fields)
    expect(entire.extensions).toMatchObject([{ kind: 'ALL_REMAINING', sizeBefore: 15, additionalCount: 85 }])
  })

  it('knows what was drawn from a list by its keys, where another list took its place', async () => {
    const own = await fieldwork(w, a)
    const { id: population } = await own.frozen(changes(100))
    const draw = { basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const first = await own.procedure()
    const { sample } = await a.staff.does(
      'drawSample',
      { procedureId: first.id, populationId: population, ...draw },
      fields,
    )
    await recorded(first.id, sample, 3)
    const why = { supersedesId: population, supersedesReason: 'The title was wrong.', restsOnIds: [first.id] }
    const { id: populationId } = await own.frozen(changes(100), {}, why)
    const { id: same } = await own.procedure()
    const again = await a.staff.does('drawSample', { procedureId: same, populationId, ...draw }, fields)
    expect(again.sample).toMatchObject({ size: 15, extensions: [] })
    const { id: whole } = await own.procedure()
    const all = {
      procedureId: whole,
      populationId,
      ...draw,
      method: 'ENTIRE_POPULATION',
      sizeReason: 'To know the rate.',
    }
    const { sample: entire } = await a.staff.does('drawSample', all, fields)
    expect(entire.extensions).toMatchObject([{ kind: 'ALL_REMAINING', sizeBefore: 15, additionalCount: 85 }])
  })
})

describe('a dilution', () => {
  it('is for the engagement partner alone, with a reason and a paper: nothing moves otherwise', async () => {
    const { procedureId, sample } = await drawn({ stages })
    const found = await recorded(procedureId, sample, 3)
    const before = await w.digest()
    const more = { additionalCount: 50, reason: 'To see the rate fall.', restsOnIds: [procedureId] }
    for (const person of [a.staff, a.senior, a.manager]) {
      expect((await extend(person, found, more)).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    const bare = await extend(a.partner, found, { ...more, restsOnIds: [] })
    expect(bare.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    const silent = await extend(a.partner, found, { ...more, reason: null })
    expect(silent.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    const foreign = await extend(a.partner, found, { ...more, restsOnIds: [work.controlId] })
    expect(foreign.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['restsOnIds', '0'] }])
    const itself = await extend(a.partner, found, { ...more, restsOnIds: [procedureId, sample.id] })
    expect(itself.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds', '1'] }])
    expect(await w.digest()).toBe(before)
  })

  it('raises nothing that is accepted, is recorded with what was found before it, and ends the plan', async () => {
    const { procedureId, sample } = await drawn({ stages })
    const found = await recorded(procedureId, sample, 3)
    const input = { additionalCount: 60, reason: 'A second team.', restsOnIds: [procedureId] }
    const { sample: diluted } = await extend(a.partner, found, input)
    expect(diluted).toMatchObject({ size: 75, acceptedDeviationCount: 1, nextStage: null })
    expect(diluted.extensions).toEqual([
      {
        kind: 'DILUTION',
        additionalCount: 60,
        reason: 'A second team.',
        sizeBefore: 15,
        testedCountBefore: 15,
        deviationCountBefore: 3,
        restsOn: [{ id: procedureId }],
        extendedBy: { id: a.partner.memberId },
      },
    ])
    const whole = await recorded(procedureId, diluted, 0)
    expect(whole.evaluation).toMatchObject({
      testedCount: 75,
      deviationCount: 3,
      supportsReliance: false,
      limitIsNominal: true,
    })
    expect((await extend(a.staff, whole, { additionalCount: 15 })).errors).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    const rest = await extend(a.staff, whole, { additionalCount: 25, reason: 'All are tested.' })
    expect(rest.sample).toMatchObject({ size: 100, acceptedDeviationCount: 1 })
    const all = await recorded(procedureId, rest.sample, 0)
    expect(all.extensions[1]).toMatchObject({ kind: 'ALL_REMAINING', sizeBefore: 75, testedCountBefore: 75 })
    expect(all.evaluation).toMatchObject({
      testedCount: 100,
      deviationCount: 3,
      upperDeviationLimit: null,
      supportsReliance: false,
    })
  })
})

describe('what Section IV says of a dilution', () => {
  const raised = async (procedureId: string, sampleId: string) => {
    const { node } = await a.staff.gql(
      `query ($id: ID!) { node(id: $id) { ... on Sample { items(first: 100) { nodes { results { id outcome } } } } } }`,
      { id: sampleId },
    )
    const resultIds = node.items.nodes
      .flatMap(({ results }: { results: object[] }) => results)
      .flatMap(({ id, outcome }: { id: string; outcome: string }) => (outcome === 'DEVIATION' ? id : []))
    const input = { ...matter, engagementId: work.engagementId, procedureId, kind: 'OPERATING_DEVIATION', resultIds }
    return (await a.senior.does('raiseException', input, told)).exception
  }
  const told = `exception { id version testedCount deviationCount isTrueToResults sectionFourText
    sampleExtensions { kind sizeBefore sizeAfter testedCountBefore deviationCountBefore } }`
  const sentence = 'The sample was extended from 15 to 65 items after 3 of 15 tested had deviated.'

  it('is drafted, accepted in true words, and refused in untrue ones: nothing moves', async () => {
    const { procedureId, sample } = await drawn()
    const found = await recorded(procedureId, sample, 3)
    const before = await raised(procedureId, sample.id)
    expect(before).toMatchObject({ testedCount: 15, deviationCount: 3, sampleExtensions: [] })
    const input = { additionalCount: 50, reason: 'A second team.', restsOnIds: [procedureId] }
    const { sample: diluted } = await extend(a.partner, found, input)
    await recorded(procedureId, diluted, 0)
    const { exception } = await a.senior.does(
      'recountException',
      { exceptionId: before.id, expectedVersion: before.version, resultIds: [] },
      told,
    )
    expect(exception).toMatchObject({ testedCount: 65, deviationCount: 3, isTrueToResults: true })
    expect(exception.sampleExtensions).toEqual([
      { kind: 'DILUTION', sizeBefore: 15, sizeAfter: 65, testedCountBefore: 15, deviationCountBefore: 3 },
    ])
    expect(exception.sectionFourText).toContain(sentence)
    const edit = (wording: string) =>
      a.senior.tryTo('editSectionFourText', { exceptionId: exception.id, expectedVersion: exception.version, wording })
    const digest = await w.digest()
    for (const untrue of ['extended from 20 to 65 after 3 of 15', 'extended from 15 to 65 after 1 of 15']) {
      const { errors } = await edit(`3 of 65 deviated: ${untrue}.`)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['wording'] }])
    }
    expect(await w.digest()).toBe(digest)
    expect((await edit('3 of 65 deviated; the sample was extended from 15 to 65 after 3 of 15 had.')).errors).toEqual(
      [],
    )
  })

  it('stands in the row of its test in the report', async () => {
    const { engagement } = await a.manager.gql('query ($id: ID!) { engagement(id: $id) { draftReport { model } } }', {
      id: work.engagementId,
    })
    expect(engagement.draftReport.model).toContain('extended from 15 to 65 items, which was not planned')
  })
})

describe('a control tested in four quarters', () => {
  it('accepts one deviation in all where its table accepts one, not one in each', async () => {
    const sliced = await fieldwork(w, a)
    const evaluation = async () =>
      (
        await a.manager.gql(
          `query ($id: ID!) { node(id: $id) { ... on Control { evaluation { testedCount deviationCount acceptedCount supportsReliance
            asFoundDeviationCount asFoundSupportsReliance } } } }`,
          { id: sliced.controlId },
        )
      ).node.evaluation
    const verdicts: unknown[] = []
    for (const [from, to] of [
      ['01-01', '03-31'],
      ['04-01', '06-30'],
      ['07-01', '09-30'],
      ['10-01', '12-31'],
    ]) {
      const covers = { coversFrom: `2025-${from}`, coversTo: `2025-${to}` }
      const quarter = await sliced.frozen(
        `id\n${Array.from({ length: 30 }, (_, at) => `${from}-${at}\n`).join('')}`,
        {},
        covers,
      )
      const { id: procedureId } = await sliced.procedure()
      const draw = { procedureId, populationId: quarter.id, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
      const { sample } = await a.staff.does('drawSample', draw, fields)
      const own = await recorded(procedureId, sample, 1)
      expect(own.evaluation).toMatchObject({ deviationCount: 1, acceptedCount: 1, supportsReliance: true })
      verdicts.push((await evaluation()).supportsReliance)
    }
    expect(verdicts).toEqual([true, false, false, false])
    expect(await evaluation()).toMatchObject({
      deviationCount: 4,
      acceptedCount: 1,
      asFoundDeviationCount: 4,
      asFoundSupportsReliance: false,
    })
  })
})
