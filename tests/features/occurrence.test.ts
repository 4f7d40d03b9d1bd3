import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { matter } from '../support/exceptions.js'
import { type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { sentDuring } from '../support/statements.js'
import { type Person, type TestFirm, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Aspen')

/** Three reviews of access, in the first, second and fourth quarter. */
const quarterly = readFileSync(
  new URL('../../../tests/cases/imports/quarterly-reviews-one-missing.csv', import.meta.url),
  'utf8',
)
const columns = { keyColumn: 'review', dateColumn: 'held_on' }

const asked = `id version state: occurrenceSummary { expected found missing explained reported extra missingLabels sentence }
  expectedOccurrences(first: 100) { totalCount nodes { label coversFrom coversTo dueOn state doneOn ordinal itemKey foundIn { id } explanation { state kind } } }
  occurrenceExplanations { nodes { label kind state reason decisionNote proposedBy { name } decidedBy { name } restsOn { id } } }
  anchorOn graceDays countsBusinessDays lastOccurrenceOn lastOccurrenceRestsOn { id } changes { nodes { part reason changedBy { name } restsOn { id } } }
  operationConclusion`
const read = async (of: Fieldwork, by: Person = a.staff) =>
  (await by.gql(`query ($id: ID!) { node(id: $id) { ... on Control { ${asked} } } }`, { id: of.controlId })).node
const statesOf = (control: any) =>
  Object.fromEntries(control.expectedOccurrences.nodes.map((one: any) => [one.label, one.state]))
/** Refused so, and nothing moved. */
async function refused(by: Person, mutation: string, input: Record<string, unknown>, ...errors: object[]) {
  const before = await w.digest()
  expect((await by.tryTo(mutation, input)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
async function denied(by: Person, mutation: string, input: Record<string, unknown>, code: string) {
  const before = await w.digest()
  expect(await by.isDenied(mutation, input)).toBe(code)
  expect(await w.digest()).toBe(before)
}
const paper = async (of: Fieldwork): Promise<string> =>
  (await a.staff.brings(of.engagementId, { name: 'minutes.txt', content: `Held. ${Math.random()}` })).id
const setCycle = async (of: Fieldwork, cycle: object = {}) => {
  const { version } = await read(of)
  return { controlId: of.controlId, expectedVersion: version, ...cycle }
}

/** What stands between the engagement and completion, of the kind that is asked for. */
async function blockers(of: Fieldwork, code = 'OCCURRENCE_MISSING') {
  const { engagement } = await a.manager.gql(
    'query ($id: ID!) { engagement(id: $id) { version readiness(to: COMPLETION) { blockers { code message node } } } }',
    { id: of.engagementId },
  )
  const named = engagement.readiness.blockers.filter((one: any) => one.code === code)
  return { version: engagement.version, named }
}

describe('a quarterly control of which one review is missing', async () => {
  const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
  const population = await work.frozen(quarterly, columns)

  it('is told as k of N expected, by the cycle that is missing', async () => {
    const control = await read(work)
    expect(control.state).toEqual({
      expected: 4,
      found: 3,
      missing: 1,
      explained: 0,
      reported: 0,
      extra: 0,
      missingLabels: ['2025-Q3'],
      sentence: '1 of 4 expected occurrences not found (2025-Q3)',
    })
    expect(control.expectedOccurrences.nodes).toEqual([
      {
        label: '2025-Q1',
        coversFrom: '2025-01-01',
        coversTo: '2025-03-31',
        dueOn: '2025-03-31',
        state: 'FOUND',
        doneOn: '2025-01-10',
        ordinal: 1,
        itemKey: 'AR-2025-01',
        foundIn: { id: population.id },
        explanation: null,
      },
      expect.objectContaining({ label: '2025-Q2', state: 'FOUND', itemKey: 'AR-2025-04', ordinal: 2 }),
      {
        label: '2025-Q3',
        coversFrom: '2025-07-01',
        coversTo: '2025-09-30',
        dueOn: '2025-09-30',
        state: 'MISSING',
        doneOn: null,
        ordinal: null,
        itemKey: null,
        foundIn: null,
        explanation: null,
      },
      expect.objectContaining({ label: '2025-Q4', state: 'FOUND', itemKey: 'AR-2025-10', ordinal: 3 }),
    ])
  })

  it('keeps the engagement from completion, which names the control and the cycle', async () => {
    const { version, named } = await blockers(work)
    expect(named).toHaveLength(1)
    expect(named[0].message).toContain('lists its occurrence 2025-Q3')
    const before = await w.digest()
    const act = { engagementId: work.engagementId, expectedVersion: version }
    const [notReady] = (await a.manager.tryTo('startCompletion', act)).errors
    expect(notReady.blockers.filter((one: any) => one.code === 'OCCURRENCE_MISSING')).toMatchObject([
      { node: work.controlId },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('is explained by one person and agreed with by a manager or the partner, with evidence', async () => {
    const evidence = await paper(work)
    const explanation = {
      controlId: work.controlId,
      label: '2025-Q3',
      kind: 'DONE_ELSEWHERE',
      reason: 'Held on 2025-08-04; the minutes were filed with the board.',
      restsOnIds: [evidence],
    }
    const at = (path: string) => ({ code: 'INVALID_INPUT', path: [path] })
    await refused(a.staff, 'explainOccurrence', { ...explanation, restsOnIds: [] }, at('restsOnIds'))
    await refused(a.staff, 'explainOccurrence', { ...explanation, restsOnIds: [population.id] }, at('restsOnIds'))
    await refused(a.staff, 'explainOccurrence', { ...explanation, label: '2025-Q2' }, at('label'))
    await refused(a.staff, 'explainOccurrence', { ...explanation, label: '2026-Q1' }, at('label'))
    await refused(
      a.staff,
      'explainOccurrence',
      { ...explanation, restsOnIds: [work.controlId] },
      {
        code: 'NOT_FOUND',
        path: ['restsOnIds', '0'],
      },
    )
    await denied(a.reviewer, 'explainOccurrence', explanation, 'FORBIDDEN')

    const { explanation: proposed } = await a.manager.does(
      'explainOccurrence',
      explanation,
      'explanation { id version }',
    )
    expect(statesOf(await read(work))['2025-Q3']).toBe('MISSING')
    await refused(a.staff, 'explainOccurrence', explanation, at('label'))
    expect((await blockers(work)).named[0].message).toContain('waits for a manager or the partner')

    const decision = { explanationId: proposed.id, expectedVersion: 1, approve: true }
    await refused(a.manager, 'decideOccurrenceExplanation', decision, { code: 'SEPARATION_OF_DUTIES' })
    for (const person of [a.senior, a.staff, a.reviewer]) {
      await denied(person, 'decideOccurrenceExplanation', decision, 'FORBIDDEN')
    }
    await refused(a.partner, 'decideOccurrenceExplanation', { ...decision, approve: false }, at('note'))
    await a.partner.does('decideOccurrenceExplanation', {
      ...decision,
      approve: false,
      note: 'The minutes name no review.',
    })
    expect(statesOf(await read(work))['2025-Q3']).toBe('MISSING')
    // As many explanations as there may be of one occurrence: the next one is refused, and `actions` says so.
    const copy = `insert into occurrence_explanation select firm_id, gen_random_uuid(), engagement_id, control_id, label, kind, reason,
      rests_on_ids, state, proposed_by, proposed_at, decided_by, decided_at, decision_note, version, created_by, created_at
      from occurrence_explanation where id = $1`
    for (let nth = 1; nth < 10; nth += 1) await w.owner.query(copy, [proposed.id])
    await refused(a.staff, 'explainOccurrence', explanation, { code: 'LIMIT_REACHED', path: ['label'] })
    const foreseen = await a.staff.gql(
      'query ($id: ID!) { node(id: $id) { ... on Control { actions { name allowed reason { code } } } } }',
      { id: work.controlId },
    )
    expect(foreseen.node.actions).toContainEqual({
      name: 'explainOccurrence',
      allowed: false,
      reason: { code: 'LIMIT_REACHED' },
    })
    await w.owner.query("delete from occurrence_explanation where label = '2025-Q3' and id <> $1", [proposed.id])
    await refused(
      a.partner,
      'decideOccurrenceExplanation',
      { ...decision, expectedVersion: 2 },
      { code: 'INVALID_TRANSITION' },
    )

    const again = await a.staff.does('explainOccurrence', explanation, 'explanation { id version }')
    await a.manager.does('decideOccurrenceExplanation', {
      explanationId: again.explanation.id,
      expectedVersion: 1,
      approve: true,
      note: 'The annex does.',
    })
    const control = await read(work)
    expect(control.state).toMatchObject({
      expected: 4,
      found: 3,
      missing: 0,
      explained: 1,
      missingLabels: [],
      sentence: '3 of 4 expected occurrences found; 1 explained (2025-Q3)',
    })
    expect(control.occurrenceExplanations.nodes).toMatchObject([
      { state: 'REJECTED', proposedBy: { name: a.manager.name }, decidedBy: { name: a.partner.name } },
      {
        state: 'APPROVED',
        proposedBy: { name: a.staff.name },
        decidedBy: { name: a.manager.name },
        restsOn: [{ id: evidence }],
      },
    ])
    expect((await blockers(work)).named).toEqual([])
    await refused(a.staff, 'explainOccurrence', explanation, at('label'))
  })
})

describe('a missing occurrence that an exception reports', async () => {
  const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
  const listed = await work.frozen(quarterly, columns)
  const { failedFrom, failedTo, failurePeriodBasis, ...told } = matter
  const raise = {
    ...told,
    engagementId: work.engagementId,
    controlId: work.controlId,
    kind: 'OPERATING_DEVIATION',
    title: 'A review was not held',
    condition: 'No review of access was held from July to September',
    occurrenceLabels: ['2025-Q3'],
  }
  const fields =
    'exception { id version occurrenceLabels expectedOccurrences testedCount deviationCount sectionFourText isTrueToResults }'
  const at = (...path: string[]) => ({ code: 'INVALID_INPUT', path })
  const readException = async (id: string) =>
    (await a.staff.gql(`query ($id: ID!) { ${fields.replace('exception', 'exception(id: $id)')} }`, { id })).exception

  it('is one that is missing, of the control that is named, and an operating deviation', async () => {
    await refused(a.senior, 'raiseException', { ...raise, occurrenceLabels: ['2025-Q2'] }, at('occurrenceLabels', '0'))
    await refused(
      a.senior,
      'raiseException',
      { ...raise, occurrenceLabels: ['2025-Q3', '2025-Q3'] },
      at('occurrenceLabels', '1'),
    )
    await refused(a.senior, 'raiseException', { ...raise, occurrenceLabels: ['2026-Q1'] }, at('occurrenceLabels', '0'))
    await refused(a.senior, 'raiseException', { ...raise, kind: 'SCOPE_LIMITATION' }, at('kind'))
    await refused(a.senior, 'raiseException', { ...raise, occurrenceLabels: [] }, at('procedureId'))
    const nameless = { ...raise, controlId: null, criteriaCodes: ['CC6.1'], expectedOperation: 'Each quarter.' }
    await refused(a.senior, 'raiseException', nameless, at('controlId'))
  })

  it('is told in Section IV as k of N expected, apart from items tested, and blocks no longer', async () => {
    const { exception } = await a.senior.does('raiseException', raise, fields)
    expect(exception).toMatchObject({
      occurrenceLabels: ['2025-Q3'],
      expectedOccurrences: 4,
      testedCount: null,
      deviationCount: null,
      isTrueToResults: true,
    })
    expect(exception.sectionFourText).toContain('Of 4 expected occurrences, 1 was not found (2025-Q3).')
    expect((await read(work)).state).toMatchObject({ missing: 0, reported: 1 })
    expect((await read(work)).state.sentence).toBe('1 of 4 expected occurrences not found (2025-Q3)')
    expect((await blockers(work)).named).toEqual([])
    await refused(a.senior, 'raiseException', raise, at('occurrenceLabels', '0'))

    const wording = { exceptionId: exception.id, expectedVersion: exception.version }
    const edit = (text: string) => [a.senior, 'editSectionFourText', { ...wording, wording: text }] as const
    await refused(...edit('Of 4 expected occurrences 2 were not found (2025-Q3).'), at('wording'))
    await refused(...edit('A review was not held in 2025-Q3.'), at('wording'))
    await a.senior.does('editSectionFourText', {
      ...wording,
      wording: 'The review of 2025-Q3 was not held: 1 of 4 expected occurrences was not found, 3 were.',
    })
    await a.manager.does('confirmException', { exceptionId: exception.id, expectedVersion: exception.version + 1 })
    const { engagement } = await a.partner.gql('query ($id: ID!) { engagement(id: $id) { draftReport { html } } }', {
      id: work.engagementId,
    })
    expect(engagement.draftReport.html).toContain('1 of 4 expected occurrences was not found')

    // A list that holds the review after all: what the exception says is out of date, and is counted anew or withdrawn.
    const whole = `${quarterly.trim()}\nAR-2025-07,2025-07-11,rthcbce\n`
    const superseding = await work.inPlaceOf(listed.id)
    await work.frozen(whole, columns, superseding)
    expect((await blockers(work, 'FIGURES_CHANGED')).named).toMatchObject([{ node: exception.id }])
    const { version, isTrueToResults } = await readException(exception.id)
    expect(isTrueToResults).toBe(false)
    const recount = { exceptionId: exception.id, expectedVersion: version }
    await refused(a.partner, 'recountException', recount, at('exceptionId'))
    await a.partner.does('withdrawException', { ...recount, reason: 'The review was held.', restsOnIds: [listed.id] })
    expect((await read(work)).state.sentence).toBe('4 of 4 expected occurrences found')
  })
})

describe('an empty or short list of a periodic control', () => {
  it.each([
    ['ANNUAL', '1 of 1 expected occurrences not found (2025)'],
    ['SEMI_ANNUAL', '2 of 2 expected occurrences not found (2025-H1, 2025-H2)'],
    ['MONTHLY', /^12 of 12 expected occurrences not found \(2025-01, 2025-02, .* 2025-12\)$/],
  ])('of a %s one says that all are missing', async (frequency, sentence) => {
    const work = await fieldwork(w, a, { frequency })
    await work.frozen('review,held_on\n', columns)
    expect((await read(work)).state.sentence).toMatch(sentence)
  })

  it('without any population says the same: nothing shows that it operated', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    expect((await read(work)).state).toMatchObject({ expected: 4, found: 0, missing: 4 })
    await work.draft()
    expect((await read(work)).state).toMatchObject({ expected: 4, found: 0, missing: 4 })
  })

  it('is none of an automated control, of one by event, and as of a date', async () => {
    const nothing = { expected: 0, missing: 0, sentence: 'No occurrence fell due' }
    const automated = await fieldwork(w, a, { frequency: 'DAILY', nature: 'AUTOMATED' })
    const byEvent = await fieldwork(w, a)
    const asOf = await fieldwork(w, a, { kind: 'SOC2_TYPE_1', frequency: 'DAILY' })
    for (const work of [automated, byEvent, asOf]) expect((await read(work)).state).toMatchObject(nothing)
  })

  it('counts what is done twice or at no time that was due apart', async () => {
    const work = await fieldwork(w, a, { frequency: 'SEMI_ANNUAL' })
    await work.frozen('review,held_on\nR1,2025-01-10\nR2,2025-01-10\nR3,2025-05-01\n', columns)
    expect((await read(work)).state).toMatchObject({
      expected: 2,
      found: 1,
      missing: 1,
      extra: 2,
      missingLabels: ['2025-H2'],
    })
  })

  it('is made up from several populations of the control, each over its part of the period', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const [first, second] = [{ coversTo: '2025-06-30' }, { coversFrom: '2025-07-01' }]
    await work.frozen('review,held_on\nR1,2025-01-10\nR2,2025-04-10\n', columns, first)
    const halved = await work.frozen('review,held_on\nR3,2025-07-10\nR4,2025-10-10\n', columns, second)
    expect((await read(work)).state.sentence).toBe('4 of 4 expected occurrences found')
    // What another population took the place of shows nothing any more.
    const shorter = { ...second, ...(await work.inPlaceOf(halved.id)) }
    await work.frozen('review,held_on\nR4,2025-10-10\n', columns, shorter)
    expect((await read(work)).state).toMatchObject({ found: 3, missingLabels: ['2025-Q3'], extra: 0 })
  })

  it('is asked of the time of the control alone', async () => {
    const work = await fieldwork(w, a, { frequency: 'MONTHLY' })
    const times = { operatedFrom: '2025-03-15', operatedTo: '2025-08-14' }
    const { version } = await read(work)
    await a.senior.does('updateControl', { controlId: work.controlId, expectedVersion: version, ...times })
    expect((await read(work)).state.missingLabels).toEqual(['2025-04', '2025-05', '2025-06', '2025-07'])
  })
})

describe('the cycle of a control', () => {
  it('is set by who plans, and decides what is expected', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const cycle = { anchorOn: '2024-11-01', graceDays: 5, lastOccurrenceOn: '2024-12-10' }
    const restsOnIds = [await paper(work)]
    await a.senior.does('changeControlCycle', await setCycle(work, { ...cycle, restsOnIds }))
    const control = await read(work)
    const shown = { lastOccurrenceRestsOn: [{ id: restsOnIds[0] }], changes: { nodes: [] } }
    expect(control).toMatchObject({ ...cycle, countsBusinessDays: false, ...shown })
    expect(control.expectedOccurrences.nodes.map(({ label, dueOn }: any) => [label, dueOn])).toEqual([
      ['2025-Q1', '2025-05-05'],
      ['2025-Q2', '2025-08-05'],
      ['2025-Q3', '2025-11-05'],
    ])
  })

  it('is refused to who does not plan, and where it says what cannot be', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const at = (path: string) => ({ code: 'INVALID_INPUT', path: [path] })
    for (const person of [a.staff, a.reviewer])
      await denied(person, 'changeControlCycle', await setCycle(work), 'FORBIDDEN')
    const within = await setCycle(work, { lastOccurrenceOn: '2025-01-01', restsOnIds: [await paper(work)] })
    await refused(a.senior, 'changeControlCycle', within, at('lastOccurrenceOn'))
    await refused(a.senior, 'changeControlCycle', await setCycle(work, { graceDays: 32 }), at('graceDays'))
    const stale = { ...(await setCycle(work)), expectedVersion: 99 }
    await refused(a.senior, 'changeControlCycle', stale, { code: 'VERSION_CONFLICT' })
    const daily = await fieldwork(w, a, { frequency: 'DAILY' })
    await refused(a.senior, 'changeControlCycle', await setCycle(daily, { anchorOn: '2025-01-01' }), at('anchorOn'))
    const byEvent = await fieldwork(w, a)
    await refused(a.senior, 'changeControlCycle', await setCycle(byEvent), at('controlId'))
    // A day before the period is believed on evidence alone, and a working paper of our own is none of it.
    const before = { lastOccurrenceOn: '2024-12-10', reason: 'It is told so.' }
    await refused(a.senior, 'changeControlCycle', await setCycle(work, before), at('restsOnIds'))
    const { id: procedureId } = await work.procedure()
    const told = await setCycle(work, { ...before, restsOnIds: [procedureId] })
    await refused(a.partner, 'changeControlCycle', told, at('restsOnIds'))
  })

  it('is changed by the partner alone once a population is frozen, with a reason that names a paper', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const population = await work.frozen(quarterly, columns)
    const cycle = { graceDays: 31, reason: 'The charter gives a month.', restsOnIds: [population.id] }
    for (const person of [a.senior, a.manager]) {
      await refused(person, 'changeControlCycle', await setCycle(work, cycle), { code: 'TESTING_BEGUN' })
    }
    const change = (how: object) => setCycle(work, { ...cycle, ...how })
    await refused(a.partner, 'changeControlCycle', await change({ reason: null }), {
      code: 'INVALID_INPUT',
      path: ['reason'],
    })
    await refused(a.partner, 'changeControlCycle', await change({ restsOnIds: [] }), {
      code: 'INVALID_INPUT',
      path: ['restsOnIds'],
    })
    await a.partner.does('changeControlCycle', await change({}))
    const control = await read(work)
    expect(control).toMatchObject({
      graceDays: 31,
      changes: {
        nodes: [
          {
            part: 'CYCLE',
            reason: 'The charter gives a month.',
            changedBy: { name: a.partner.name },
            restsOn: [{ id: population.id }],
          },
        ],
      },
    })
    // With a month of grace the review of January is that of the quarter before; nothing covers the quarter from July.
    expect(statesOf(control)).toEqual({
      '2024-Q4': 'FOUND',
      '2025-Q1': 'FOUND',
      '2025-Q2': 'MISSING',
      '2025-Q3': 'FOUND',
    })
  })

  it('stays as it was once the control is retired', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const { version: expectedVersion } = await read(work)
    await a.senior.does('retireControl', { controlId: work.controlId, expectedVersion, reason: 'Not examined.' })
    const retired = { code: 'INVALID_TRANSITION' }
    await refused(a.partner, 'changeControlCycle', await setCycle(work, { graceDays: 5 }), retired)
  })
})

describe('the calendar of a client', () => {
  const calendar = {
    timeZone: 'America/New_York',
    weekendDays: ['SUNDAY', 'SATURDAY'],
    holidays: [
      { fallsOn: '2025-12-25', name: 'Christmas Day' },
      { fallsOn: '2025-01-01', name: 'New Year’s Day' },
    ],
    reason: 'Named by the client in its letter of 2025-01-08.',
  }
  const ofClient = async (id: string) =>
    (
      await a.manager.gql(
        `query ($id: ID!) { node(id: $id) { ... on Client { version calendarReason calendarSetAt calendarSetBy { name }
          calendar { timeZone weekendDays holidays { fallsOn name } } } } }`,
        { id },
      )
    ).node
  const set = (firm: TestFirm, clientId: string, expectedVersion: number, how: object = {}) =>
    [firm.manager, 'changeClientCalendar', { clientId, expectedVersion, ...calendar, ...how }] as const

  it('is a weekend of Saturday and Sunday before it is set', async () => {
    const { client } = await a.manager.does('createClient', { name: 'Merlin Data' }, 'client { id }')
    expect(await ofClient(client.id)).toMatchObject({
      calendar: { timeZone: 'UTC', weekendDays: ['SATURDAY', 'SUNDAY'], holidays: [] },
      calendarReason: null,
      calendarSetAt: null,
      calendarSetBy: null,
    })
  })

  it('decides on which days a daily control is expected, at once and visibly', async () => {
    const work = await fieldwork(w, a, { frequency: 'DAILY' })
    expect((await read(work)).state.expected).toBe(365)
    await a.senior.does('changeControlCycle', await setCycle(work, { countsBusinessDays: true }))
    expect((await read(work)).state.expected).toBe(261)
    const [person, mutation, input] = set(a, work.client.id, 1)
    await person.does(mutation, input)
    await work.frozen('review,held_on\nD1,2025-01-02\n', columns)
    expect((await read(work)).state).toMatchObject({ expected: 259, found: 1, missing: 258 })
    const client = await ofClient(work.client.id)
    expect(client).toMatchObject({
      version: 2,
      calendarReason: calendar.reason,
      calendarSetBy: { name: a.manager.name },
      calendar: {
        timeZone: 'America/New_York',
        weekendDays: ['SATURDAY', 'SUNDAY'],
        holidays: [
          { fallsOn: '2025-01-01', name: 'New Year’s Day' },
          { fallsOn: '2025-12-25', name: 'Christmas Day' },
        ],
      },
    })
    const { rows } = await w.owner.query("select changes from trail_entry where action = 'changeClientCalendar'")
    expect(JSON.stringify(rows)).toContain('New Year')
  })

  it('is refused where it cannot be, and to who does not answer for the client', async () => {
    const { client } = await a.manager.does('createClient', { name: 'Osprey Data' }, 'client { id }')
    const at = (...path: string[]) => ({ code: 'INVALID_INPUT', path })
    await refused(...set(a, client.id, 1, { timeZone: 'Mars/Olympus' }), at('timeZone'))
    await refused(...set(a, client.id, 1, { timeZone: '+01:00' }), at('timeZone'))
    const twice = [...calendar.holidays, { fallsOn: '2025-12-25', name: 'Again' }]
    await refused(...set(a, client.id, 1, { holidays: twice }), at('holidays', '2', 'fallsOn'))
    const week = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
    await refused(...set(a, client.id, 1, { weekendDays: week }), at('weekendDays'))
    await refused(...set(a, client.id, 9), { code: 'VERSION_CONFLICT' })
    const [, mutation, input] = set(a, client.id, 1)
    for (const person of [a.senior, a.staff]) await denied(person, mutation, input, 'FORBIDDEN')
  })
})

it('the occurrences of a hundred controls are read in as many statements as those of one', async () => {
  const work = await fieldwork(w, a, { frequency: 'MONTHLY' })
  await work.frozen('review,held_on\nR1,2025-01-10\n', columns)
  const query = `query ($id: ID!) { engagement(id: $id) { controls(first: 100) { nodes { ref occurrenceSummary { sentence }
    expectedOccurrences(first: 12) { nodes { label state itemKey explanation { state } } } } } } }`
  const statements = async () => {
    const { answer, sent } = await sentDuring(() => a.staff.gql(query, { id: work.engagementId }))
    return { controls: answer.engagement.controls.nodes, count: sent.length }
  }
  const one = await statements()
  for (let nth = 2; nth <= 100; nth++) {
    const ref = `MO-${nth}`
    await w.owner.query(
      `insert into control select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'ref', $2::text))).* from control c where id = $1`,
      [work.controlId, ref],
    )
  }
  const hundred = await statements()
  expect(hundred.controls).toHaveLength(100)
  expect(hundred.controls[0].occurrenceSummary.sentence).toContain('11 of 12')
  expect(hundred.controls[99].occurrenceSummary.sentence).toContain('12 of 12')
  expect(hundred.count).toBe(one.count)
})
