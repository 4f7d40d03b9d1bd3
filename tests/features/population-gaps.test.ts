import { describe, expect, it } from 'vitest'
import { chain, judgmentsOf } from '../support/chain.js'
import { changes, controlOf, type Fieldwork, fieldwork, importList, origin } from '../support/fieldwork.js'
import { testOneItem } from '../support/tested-items.js'
import { answersAll } from '../support/update-matters.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

// A list pulled before the period ends says nothing of the rest: it is covered by another, by an update procedure, or it is recorded why not.

const w = await world()
const a = await w.firm('Alder')

const reason = 'The system was switched off in July; its last change is in the list (invented).'
const june = { extractedAt: '2025-06-30T18:00:00Z', parameters: '2025-01-01 to 2025-06-30' }
const dated = { dateColumn: 'merged' }
const rest = { gapFrom: '2025-07-01', gapTo: '2025-12-31' }

const gapsOf = async (controlId: string, by: Person = a.staff) => {
  const fields = 'gapFrom gapTo decision { id reason decidedBy { id } control { id } restsOn { id } }'
  const asked = `query ($id: ID!) { node(id: $id) { ... on Control { populationGaps(first: 10) { totalCount nodes { ${fields} } } } } }`
  return (await by.gql(asked, { id: controlId })).node.populationGaps.nodes
}
const daysOf = async (controlId: string) =>
  (await gapsOf(controlId)).map(({ gapFrom, gapTo, decision }: any) => [gapFrom, gapTo, decision !== null])
const blockers = async (engagementId: string, to = 'COMPLETION') =>
  (
    await a.manager.gql(
      `query ($id: ID!) { engagement(id: $id) { readiness(to: ${to}) { blockers { code message node } } } }`,
      { id: engagementId },
    )
  ).engagement.readiness.blockers.filter(({ code }: { code: string }) => code === 'POPULATION_GAP')
/** Refused so, and nothing moved. */
async function refused(by: Person, mutation: string, input: object, ...errors: object[]) {
  const before = await w.digest()
  expect((await by.tryTo(mutation, input as Record<string, unknown>)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const at = (path: string) => ({ code: 'INVALID_INPUT', path: [path] })
/** Changes of a half of the year, or of a month. */
const only = (days: (day: string) => boolean) => {
  const [head, ...rows] = changes(365).trim().split('\n')
  return `${[head, ...rows.filter((row) => days(row.split(',')[1] as string))].join('\n')}\n`
}
const firstHalf = only((day) => day <= '2025-06-30')

/** A control of which the list was pulled in June. */
const interim = async (): Promise<Fieldwork & { procedureId: string }> => {
  const work = await fieldwork(w, a)
  const { id } = await work.frozen(firstHalf, dated, june)
  return { ...work, procedureId: await testOneItem(work, id) }
}

describe('a population extracted in June, of a period to December', async () => {
  const work = await interim()

  it('leaves days uncovered, which keep the engagement from completion and from issue', async () => {
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
    expect(await blockers(work.engagementId)).toEqual([
      {
        code: 'POPULATION_GAP',
        node: work.controlId,
        message:
          'No tested population of CM-01 covers it from 2025-07-01 to 2025-12-31: test items of one that does, perform an update procedure, or record why not.',
      },
    ])
    expect(await blockers(work.engagementId, 'ISSUED')).toHaveLength(1)
  })

  it('is covered by populations of the rest, day by day', async () => {
    const third = {
      title: 'Third quarter',
      coversFrom: '2025-07-01',
      extractedAt: '2025-10-01T09:00:00Z',
      coversTo: '2025-09-30',
    }
    const { id: thirdId } = await work.frozen(
      only((day) => day >= '2025-07-01' && day <= '2025-09-30'),
      dated,
      third,
    )
    // Frozen alone it covers nothing.
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
    await testOneItem(work, thirdId)
    expect(await daysOf(work.controlId)).toEqual([['2025-10-01', '2025-12-31', false]])
    const last = { title: 'The rest but a day', coversFrom: '2025-10-02' }
    const { id: lastId } = await work.frozen(
      only((day) => day >= '2025-10-02'),
      dated,
      last,
    )
    await testOneItem(work, lastId)
    expect(await daysOf(work.controlId)).toEqual([['2025-10-01', '2025-10-01', false]])
    const day = await work.frozen(
      only((day) => day === '2025-10-01'),
      dated,
      {
        title: 'That day',
        coversFrom: '2025-10-01',
        coversTo: '2025-10-01',
      },
    )
    await testOneItem(work, day.id)
    expect(await daysOf(work.controlId)).toEqual([])
    expect(await blockers(work.engagementId)).toEqual([])
  })
})

describe('a population of which another took the place', () => {
  it('covers nothing any more, so that the one in its place cannot cover less unseen', async () => {
    const work = await fieldwork(w, a)
    const whole = await work.frozen(changes(5), dated)
    await testOneItem(work, whole.id)
    expect(await daysOf(work.controlId)).toEqual([])
    const inPlace = { ...(await work.inPlaceOf(whole.id)), coversTo: '2025-06-30' }
    const narrower = await work.frozen(changes(4), dated, inPlace)
    // What was tested in the first stays; the list in its place is covered by its own test alone.
    expect(await daysOf(work.controlId)).toEqual([['2025-01-01', '2025-12-31', false]])
    await testOneItem(work, narrower.id)
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
  })
})

describe('a population that nobody tested', () => {
  const whole = [['2025-01-01', '2025-12-31', false]]
  const node = async (id: string) => (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node

  it('covers no day: frozen, sampled, or tested by what is not reviewed', async () => {
    const work = await fieldwork(w, a)
    const { id: populationId } = await work.frozen(changes(5), dated)
    expect(await daysOf(work.controlId)).toEqual(whole)
    expect(await blockers(work.engagementId)).toHaveLength(1)
    const procedureId = await testOneItem(work, populationId)
    expect(await daysOf(work.controlId)).toEqual([])
    const { version: expectedVersion } = await node(procedureId)
    await a.senior.does('sendBackProcedure', { procedureId, expectedVersion, reason: 'One item was not looked at.' })
    expect(await daysOf(work.controlId)).toEqual(whole)
    expect(await blockers(work.engagementId)).toHaveLength(1)
  })

  it('is found beside one that was tested, before an engagement is completed, and when it is covered by nothing', async () => {
    const made = await chain(a, await a.client('Kite Cloud'))
    const { engagementId, controlId } = made
    expect(await daysOf(controlId)).toEqual([])
    const { control } = await a.senior.does(
      'createControl',
      controlOf(engagementId, { ref: 'CM-09' }),
      'control { id }',
    )
    const { population } = await a.staff.does(
      'createPopulation',
      { controlId: control.id, ...origin },
      'population { id version }',
    )
    const list = {
      populationId: population.id,
      expectedVersion: population.version,
      keyColumn: 'id',
      dateColumn: 'merged',
    }
    await importList(a.staff, engagementId, list, changes(300))
    const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }
    const { version: expectedVersion } = await node(population.id)
    await a.staff.does('freezePopulation', { populationId: population.id, expectedVersion, ...checks })
    expect((await blockers(engagementId)).map(({ node: of }: any) => of)).toEqual([control.id])
    const before = await w.digest()
    const [notReady] = await made.refused(a.manager, 'startCompletion', 'engagementId', engagementId)
    expect(notReady.blockers).toContainEqual(expect.objectContaining({ code: 'POPULATION_GAP', node: control.id }))
    expect(await w.digest()).toBe(before)
  })
})

describe('the time of the control', () => {
  it('is what is to be covered, not the whole period', async () => {
    const work = await fieldwork(w, a)
    const add = async (ref: string, operated: object) =>
      (await a.senior.does('createControl', { ...controlOf(work.engagementId, operated), ref }, 'control { id }'))
        .control.id
    const former = await add('CM-02', { operatedTo: '2025-06-30' })
    const next = await add('CM-03', { operatedFrom: '2025-06-20' })
    const started = { ...june, title: 'In June' }
    for (const controlId of [former, next]) {
      const { id } = await work.frozen(firstHalf, dated, { ...started, controlId })
      await testOneItem(work, id, { controlId })
    }
    expect(await daysOf(former)).toEqual([])
    expect(await daysOf(next)).toEqual([['2025-07-01', '2025-12-31', false]])
    // Of a control without a population nothing is asked here.
    expect(await daysOf(work.controlId)).toEqual([])
  })

  it('is to be covered where nothing occurred, too', async () => {
    const work = await fieldwork(w, a)
    await work.frozen('id,merged\n', dated, june)
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
  })
})

describe('an update procedure', async () => {
  const work = await interim()
  const plan = {
    controlId: work.controlId,
    ref: 'U1',
    methods: ['INQUIRY', 'INSPECTION'],
    aspects: ['OPERATION'],
    objective: 'Changes went on being reviewed until the end of the period.',
    steps:
      'Asked the head of engineering; inspected the protection of the branch and its log at the end of the period.',
    coversFrom: '2025-07-01',
    coversTo: '2025-12-31',
  }
  const reviewedAs = async (id: string, outcome: string) => {
    const version = async () =>
      (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
    await a.staff.does('startProcedure', { procedureId: id, expectedVersion: await version() })
    await answersAll(a.staff, id)
    const note = { outcome, outcomeNote: 'As seen (invented).', personsAsked: 'Head of engineering' }
    await a.staff.does('prepareProcedure', { procedureId: id, expectedVersion: await version(), ...note })
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
    await a.senior.does('reviewProcedure', { procedureId: id, expectedVersion: await version() })
    return version
  }

  it('rests on more than inquiry, tests operation, has no attributes and lies within the period', async () => {
    const attributes = [{ letter: 'A', description: 'Reviewed.' }]
    await refused(a.senior, 'planProcedure', { ...plan, methods: ['INQUIRY'] }, at('methods'))
    await refused(a.senior, 'planProcedure', { ...plan, aspects: ['DESIGN'] }, at('aspects'))
    await refused(a.senior, 'planProcedure', { ...plan, attributes }, at('attributes'))
    await refused(a.senior, 'planProcedure', { ...plan, coversTo: null }, at('coversTo'))
    await refused(a.senior, 'planProcedure', { ...plan, coversFrom: null }, at('coversFrom'))
    await refused(a.senior, 'planProcedure', { ...plan, coversTo: '2026-01-01' }, at('coversTo'))
    await refused(a.senior, 'planProcedure', { ...plan, coversFrom: '2024-12-31' }, at('coversFrom'))
    await refused(a.senior, 'planProcedure', { ...plan, coversTo: '2025-06-30' }, at('coversTo'))
  })

  it('is changed as a whole: what it covers goes with the rest of its plan', async () => {
    const { id: procedureId, version } = await work.procedure({ attributes: [] })
    const days = { coversFrom: '2025-07-01', coversTo: '2025-07-02' }
    const change = { procedureId, expectedVersion: version }
    await refused(a.senior, 'updateProcedure', { ...change, coversFrom: '2025-07-01' }, at('coversTo'))
    await refused(a.senior, 'updateProcedure', { ...change, ...days, methods: ['INQUIRY'] }, at('methods'))
    const other = await work.procedure()
    const sampled = { procedureId: other.id, expectedVersion: other.version, ...days }
    await refused(a.senior, 'updateProcedure', sampled, at('attributes'))
    const { procedure } = await a.senior.does(
      'updateProcedure',
      { ...change, ...days },
      'procedure { version coversFrom coversTo }',
    )
    expect(procedure).toMatchObject(days)
    const changed = { procedureId, expectedVersion: procedure.version }
    await refused(a.senior, 'updateProcedure', { ...changed, coversTo: null }, at('coversTo'))
    await refused(a.senior, 'updateProcedure', { ...changed, methods: ['INQUIRY'] }, at('methods'))
    await refused(a.senior, 'updateProcedure', { ...changed, aspects: ['DESIGN'] }, at('aspects'))
    const attributes = [{ letter: 'A', description: 'Reviewed.' }]
    await refused(a.senior, 'updateProcedure', { ...changed, attributes }, at('attributes'))
    const cleared = await a.senior.does(
      'updateProcedure',
      { ...changed, coversFrom: null, coversTo: null },
      'procedure { coversFrom coversTo }',
    )
    expect(cleared.procedure).toEqual({ coversFrom: null, coversTo: null })
  })

  it('covers nothing where it could not be performed, and the days once it is reviewed', async () => {
    const { procedure: failed } = await a.senior.does('planProcedure', plan, 'procedure { id }')
    await reviewedAs(failed.id, 'UNABLE_TO_TEST')
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
    const { procedure } = await a.senior.does('planProcedure', { ...plan, ref: 'U2' }, 'procedure { id }')
    const version = await reviewedAs(procedure.id, 'NO_EXCEPTIONS')
    expect(await daysOf(work.controlId)).toEqual([])
    expect(await blockers(work.engagementId)).toEqual([])
    const back = { procedureId: procedure.id, expectedVersion: await version(), reason: 'The log ends in November.' }
    await a.senior.does('sendBackProcedure', back)
    expect(await daysOf(work.controlId)).toEqual([['2025-07-01', '2025-12-31', false]])
  })
})

describe('why days are left uncovered', async () => {
  const work = await interim()
  const accepted = { controlId: work.controlId, ...rest, reason, restsOnIds: [work.procedureId] }

  it('is recorded by a manager or the partner alone, of the gap as it is, with a paper', async () => {
    const before = await w.digest()
    for (const person of [a.senior, a.staff, a.reviewer, work.client.admin]) {
      expect(await person.isDenied('acceptPopulationGap', accepted)).toMatch(/^(FORBIDDEN|NOT_FOUND)$/)
    }
    expect(await w.digest()).toBe(before)
    await refused(a.manager, 'acceptPopulationGap', { ...accepted, restsOnIds: [] }, at('restsOnIds'))
    await refused(
      a.manager,
      'acceptPopulationGap',
      { ...accepted, restsOnIds: [work.controlId] },
      { code: 'NOT_FOUND', path: ['restsOnIds', '0'] },
    )
    await refused(a.manager, 'acceptPopulationGap', { ...accepted, gapFrom: '2025-07-02' }, at('gapFrom'))
    await refused(a.manager, 'acceptPopulationGap', { ...accepted, gapTo: '2025-12-30' }, at('gapFrom'))
  })

  it('opens the gate, and is a judgment against the figures', async () => {
    const { decision } = await a.manager.does('acceptPopulationGap', accepted, 'decision { id gapFrom gapTo }')
    expect(decision).toMatchObject(rest)
    expect(await gapsOf(work.controlId, a.reviewer)).toEqual([
      {
        ...rest,
        decision: {
          id: decision.id,
          reason,
          decidedBy: { id: a.manager.memberId },
          control: { id: work.controlId },
          restsOn: [{ id: work.procedureId }],
        },
      },
    ])
    expect(await blockers(work.engagementId)).toEqual([])
    expect((await judgmentsOf(a.reviewer, work.engagementId)).nodes).toMatchObject([
      {
        kind: 'POPULATION_GAP',
        statement: 'No tested population of CM-01 covers it from 2025-07-01 to 2025-12-31, which was accepted.',
        reason,
        decidedBy: { id: a.manager.memberId },
        subject: { __typename: 'PopulationGapDecision', id: decision.id },
        restsOn: [{ id: work.procedureId }],
        figures: [
          { name: 'DAYS_NOT_COVERED', value: '2025-07-01 to 2025-12-31' },
          { name: 'DAYS_IN_ALL', value: '184 of 365' },
        ],
        awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
      },
    ])
    await refused(a.partner, 'acceptPopulationGap', accepted, at('gapFrom'))
  })

  it('does not answer for other days: a gap that grew is open again', async () => {
    const made = await fieldwork(w, a)
    const short = controlOf(made.engagementId, { ref: 'CM-02', operatedTo: '2025-09-30' })
    const { control } = await a.senior.does('createControl', short, 'control { id version }')
    const { id } = await made.frozen(firstHalf, dated, { ...june, controlId: control.id })
    const paper = await testOneItem(made, id, { controlId: control.id })
    const upTo = { controlId: control.id, gapFrom: '2025-07-01', gapTo: '2025-09-30', reason, restsOnIds: [paper] }
    await a.partner.does('acceptPopulationGap', upTo)
    expect(await daysOf(control.id)).toEqual([['2025-07-01', '2025-09-30', true]])
    const { version } = (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id: control.id })).node
    const on = { controlId: control.id, expectedVersion: version, operatedTo: null }
    await a.partner.does('updateControl', { ...on, reason: 'It went on after all (invented).', restsOnIds: [paper] })
    expect(await daysOf(control.id)).toEqual([['2025-07-01', '2025-12-31', false]])
    expect(await blockers(made.engagementId)).toHaveLength(1)
  })
})

describe('an engagement whose only list was pulled in June', () => {
  it('cannot end clean unseen: not completed before it is answered, not issued before it is acknowledged', async () => {
    const work = await chain(a, await a.client('Kestrel Cloud'), {}, june)
    const { engagementId, controlId } = work
    const before = await w.digest()
    const [notReady] = await work.refused(a.manager, 'startCompletion', 'engagementId', engagementId)
    expect(notReady).toMatchObject({ code: 'NOT_READY', blockers: [{ code: 'POPULATION_GAP', node: controlId }] })
    expect(await w.digest()).toBe(before)
    await a.manager.does('acceptPopulationGap', { controlId, ...rest, reason, restsOnIds: [work.procedureId] })
    await work.startCompletion()
    await work.documents()
    await work.decided()
    const [unread] = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(unread).toMatchObject({ code: 'NOT_READY' })
    expect(unread.blockers.map(({ code }: { code: string }) => code)).toContain('JUDGMENT_UNACKNOWLEDGED')
    await work.cleared()
    const { engagement, report } = await work.issue()
    expect(engagement.state).toBe('ISSUED')
    expect(JSON.parse(report.model).tests.controls[0].populations).toEqual([
      'The population covers the time from January 1, 2025 to June 30, 2025.',
      'No tested population covers it from July 1, 2025 to December 31, 2025.',
    ])
  })
})

describe('the report', () => {
  it('says what is none of a population and why, how many were left out, and which days a test covers instead', async () => {
    const work = await fieldwork(w, a)
    const { id: populationId, version } = await work.draft(june)
    const csv =
      'id,merged,summary\nC-1,2025-02-01,A change\nC-2,2025-02-01,Now <working>\nC-3,2025-07-01,Late\nC-0,2024-12-31,Old\n'
    const list = {
      populationId,
      expectedVersion: version,
      keyColumn: 'id',
      dateColumn: 'merged',
      outsidePeriod: 'LEAVE_OUT',
    }
    const imported = await importList(a.staff, work.engagementId, list, csv)
    const rule = { column: 'summary', operator: 'STARTS_WITH', values: ['Now <'], reason: 'It changes no code.' }
    const proposal = { populationId, expectedVersion: imported.population.version, ...rule }
    const { exclusion } = await a.staff.does('proposeExclusion', proposal, 'exclusion { id version }')
    const decision = { populationExclusionId: exclusion.id, expectedVersion: exclusion.version, approve: true }
    const { population } = await a.senior.does('decideExclusion', decision, 'population { version }')
    const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced both rows.' }
    await a.staff.does('freezePopulation', { populationId, expectedVersion: population.version, ...checks })
    await testOneItem(work, populationId)
    await work.procedure({ attributes: [], coversFrom: '2025-07-01', coversTo: '2025-12-31' })
    const asked = 'query ($id: ID!) { engagement(id: $id) { draftReport { model html } } }'
    const { draftReport } = (await a.partner.gql(asked, { id: work.engagementId })).engagement
    const [control] = JSON.parse(draftReport.model).tests.controls
    expect(control.populations).toEqual([
      'The population covers the time from January 1, 2025 to June 30, 2025. Not part of it are items of which “summary” begins with “Now <”: It changes no code. By this 1 item was excluded before any was selected. Dated after the list was extracted, 1 item was set aside. Dated outside the time it covers, 1 item was left out.',
      // Not yet reviewed, the update procedure covers nothing.
      'No tested population covers it from July 1, 2025 to December 31, 2025.',
    ])
    expect(control.tests[1].extent).toBe('It covers the time from July 1, 2025 to December 31, 2025.')
    expect(draftReport.html).toContain('begins with “Now &lt;”: It changes no code. By this 1 item was excluded')
  })
})
