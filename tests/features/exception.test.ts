import { describe, expect, it } from 'vitest'
import { matter, type Tested, tested } from '../support/exceptions.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birchwood')
const soon = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)

const facts = `id version number state kind controlRef expectedOperation criteriaCodes testedCount deviationCount
  deviatingItems sectionFourText isTrueToResults deviations { nodes { sampleItem { itemKey } attribute { letter } } }`

const raise = async (work: Tested, changes: object = {}, by: Person = a.senior) =>
  (await by.does('raiseException', { ...work.matter, ...changes }, `exception { ${facts} }`)).exception

interface Raised {
  id: string
  version: number
}
const act = async (by: Person, mutation: string, { id, version }: Raised, more: object = {}) =>
  (await by.does(mutation, { exceptionId: id, expectedVersion: version, ...more }, `exception { ${facts} }`)).exception

const communicated = async (work: Tested) => {
  const confirmed = await act(a.manager, 'confirmException', await raise(work))
  return act(a.partner, 'communicateException', confirmed, { responseDueOn: soon })
}

const read = async (by: Person, id: string, selection = facts) =>
  (await by.gql(`query ($id: ID!) { exception(id: $id) { ${selection} } }`, { id })).exception

/** Tries an act that must be refused, and shows that nothing moved. */
const refused = async (by: Person, mutation: string, input: Record<string, unknown>) => {
  const before = await w.digest()
  const { errors } = await by.tryTo(mutation, input)
  expect(await w.digest()).toBe(before)
  return errors
}

describe('raising an exception', () => {
  it('copies the control, counts the figures and drafts the wording', async () => {
    const work = await tested(w, a)
    const exception = await raise(work)
    expect(exception).toEqual({
      id: exception.id,
      version: 1,
      number: 1,
      state: 'DRAFT',
      kind: 'OPERATING_DEVIATION',
      controlRef: 'CM-01',
      expectedOperation: 'Each change is reviewed by another person than its author before it is merged.',
      criteriaCodes: ['CC8.1'],
      testedCount: 5,
      deviationCount: 3,
      deviatingItems: ['C-2', 'C-3', 'C-5'],
      sectionFourText:
        'Criterion CC8.1. Control CM-01: Each change is reviewed by another person than its author before it is merged. ' +
        'Of 5 items tested, 3 deviated. The changes were merged without a review by another person. ' +
        '3 of 5 for attribute A: The change names a reviewer. ' +
        '1 of 5 for attribute B: The reviewer is not the author. ' +
        'Items concerned: C-2, C-3, C-5. Period of failure: 2025-01-02 to 2025-01-05. ' +
        'Potential impact: Unreviewed code may reach production. ' +
        'Cause: The branch protection was off during a migration.',
      isTrueToResults: true,
      deviations: {
        nodes: [
          { sampleItem: { itemKey: 'C-2' }, attribute: { letter: 'A' } },
          { sampleItem: { itemKey: 'C-3' }, attribute: { letter: 'A' } },
          { sampleItem: { itemKey: 'C-3' }, attribute: { letter: 'B' } },
          { sampleItem: { itemKey: 'C-5' }, attribute: { letter: 'A' } },
        ],
      },
    })
    const second = await raise(work, {
      kind: 'DESIGN_DEFICIENCY',
      resultIds: [],
      procedureId: null,
      controlId: work.controlId,
    })
    expect(second).toMatchObject({ number: 2, testedCount: null, deviationCount: null, deviatingItems: [] })
  })

  it('numbers exceptions one after the other when several are raised at once', async () => {
    const work = await tested(w, a)
    const design = { kind: 'DESIGN_DEFICIENCY', resultIds: [], procedureId: null, controlId: work.controlId }
    const raised = await Promise.all([1, 2, 3, 4, 5].map(() => raise(work, design)))
    expect(raised.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5])
  })

  it('refuses what does not belong together', async () => {
    const work = await tested(w, a)
    const elsewhere = await tested(w, a)
    const other = await work.procedure()
    const refusals: [object, (string | number)[], RegExp][] = [
      [{ resultIds: [] }, ['resultIds'], /one deviation of a test at least/],
      [{ procedureId: null }, ['procedureId'], /Name the procedure/],
      [{ procedureId: other.id }, ['resultIds', '0'], /another procedure/],
      [{ resultIds: [work.results['C-1 A']?.id] }, ['resultIds', '0'], /no such deviation/],
      [{ resultIds: [elsewhere.results['C-2 A']?.id] }, ['resultIds', '0'], /no such deviation/],
      [{ resultIds: [work.results['C-2 A']?.id, work.results['C-2 A']?.id] }, ['resultIds', '1'], /twice/],
      [{ criteriaCodes: ['A1.1'] }, ['criteriaCodes', '0'], /not a criterion in the scope/],
      [{ criteriaCodes: ['CC8.1', 'DC1'] }, ['criteriaCodes', '1'], /not a criterion in the scope/],
      [{ expectedOperation: 'Otherwise' }, ['expectedOperation'], /leave this out/],
      [{ failedFrom: '2024-12-31' }, ['failedFrom'], /outside what is examined/],
      [{ failedTo: '2026-01-01' }, ['failedTo'], /outside what is examined/],
      [{ failedTo: '2025-01-01' }, ['failedTo'], /before it begins/],
      [{ failurePeriodBasis: null }, ['failurePeriodBasis'], /how the period of failure was established/],
      [{ title: ' ' }, ['title'], /blank/],
      [{ condition: 'x'.repeat(4_001) }, ['condition'], /4000/],
    ]
    for (const [change, path, sentence] of refusals) {
      const errors = await refused(a.senior, 'raiseException', { ...work.matter, ...change })
      const code = sentence.test('no such deviation') ? 'NOT_FOUND' : 'INVALID_INPUT'
      expect(errors[0], JSON.stringify(change)).toMatchObject({ code, path: path.map(String) })
      expect(errors[0].message).toMatch(sentence)
      expect(errors).toHaveLength('procedureId' in change && change.procedureId ? 4 : 1)
    }
  })

  it('takes a deviation into one live exception only, and again after that was withdrawn', async () => {
    const work = await tested(w, a)
    const exception = await raise(work)
    const again = await refused(a.senior, 'raiseException', work.matter)
    expect(again[0].message).toBe('The deviation C-2 · A is reported by exception 1 already.')
    expect(again.map(({ path }: { path: string[] }) => path.join('.'))).toEqual(
      [0, 1, 2, 3].map((at) => `resultIds.${at}`),
    )
    const withdrawn = await act(a.manager, 'withdrawException', exception, { reason: 'Raised on the wrong control.' })
    expect(withdrawn.state).toBe('WITHDRAWN')
    expect(await raise(work)).toMatchObject({ number: 2, deviationCount: 3 })
  })

  it('leaves what is explained, or waits to be, to its explanation', async () => {
    const work = await tested(w, a)
    await work.explain('C-5 A')
    const errors = await refused(a.senior, 'raiseException', work.matter)
    expect(errors).toMatchObject([{ path: ['resultIds', '3'], message: /waits to be decided on/ }])
  })

  it('never finds an operating deviation in a Type 1', async () => {
    const work = await tested(w, a)
    await w.owner.query(
      "update engagement set kind = 'SOC2_TYPE_1', as_of = '2025-12-31', period_start = null, period_end = null where id = $1",
      [work.engagementId],
    )
    expect(await refused(a.senior, 'raiseException', work.matter)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['kind'] },
    ])
    const design = { kind: 'DESIGN_DEFICIENCY', resultIds: [] }
    expect(await raise(work, design)).toMatchObject({ kind: 'DESIGN_DEFICIENCY', controlRef: 'CM-01' })
  })

  it('lets a misstatement of the description name its own criteria', async () => {
    const work = await tested(w, a)
    const description = {
      ...work.matter,
      kind: 'DESCRIPTION_MISSTATEMENT',
      procedureId: null,
      resultIds: [],
      criteriaCodes: ['DC7', 'CC9.2'],
    }
    expect(await refused(a.senior, 'raiseException', description)).toMatchObject([{ path: ['expectedOperation'] }])
    const raised = await raise(work, {
      ...description,
      expectedOperation: 'The description names the hosting provider',
    })
    expect(raised).toMatchObject({ criteriaCodes: ['CC9.2', 'DC7'], controlRef: null })
  })

  it('is for those who do the work, while the engagement is examined', async () => {
    const work = await tested(w, a)
    const stranger = await a.person('Nell, not on the team', 'MANAGER')
    const before = await w.digest()
    expect(await a.reviewer.isDenied('raiseException', work.matter)).toBe('FORBIDDEN')
    expect(await work.client.admin.isDenied('raiseException', work.matter)).toBe('FORBIDDEN')
    expect(await b.manager.isDenied('raiseException', work.matter)).toBe('FORBIDDEN')
    expect(await stranger.isDenied('raiseException', work.matter)).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
    await w.owner.query("update engagement set state = 'ISSUED' where id = $1", [work.engagementId])
    expect(await refused(a.senior, 'raiseException', work.matter)).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
  })
})

describe('a draft', () => {
  it('is changed as a whole, its wording drafted anew unless edited', async () => {
    const work = await tested(w, a)
    const raised = await raise(work)
    const changed = await act(a.senior, 'updateException', raised, { ...matter, condition: 'No review is on record' })
    expect(changed.sectionFourText).toContain('3 deviated. No review is on record. 3 of 5 for attribute A: ')
    const edited = await act(a.senior, 'editSectionFourText', changed, {
      wording: 'Three of 5 changes tested had no review by another person (C-2, C-3, C-5).',
    })
    const again = await act(a.senior, 'updateException', edited, { ...matter, title: 'Unreviewed changes' })
    expect(again.sectionFourText).toBe('Three of 5 changes tested had no review by another person (C-2, C-3, C-5).')
    const stale = await refused(a.senior, 'updateException', { ...matter, exceptionId: raised.id, expectedVersion: 1 })
    expect(stale).toMatchObject([{ __typename: 'VersionConflict', currentVersion: 4 }])
  })

  it('is worded with the numbers recorded, and no other', async () => {
    const work = await tested(w, a)
    const { id, version } = await raise(work)
    for (const wording of ['2 of 5 changes deviated.', 'Of 50 changes tested, 3 deviated.', 'Some changes deviated.']) {
      const errors = await refused(a.senior, 'editSectionFourText', {
        exceptionId: id,
        expectedVersion: version,
        wording,
      })
      expect(errors, wording).toMatchObject([{ code: 'INVALID_INPUT', path: ['wording'] }])
    }
  })
})

describe('confirming', () => {
  it('needs a manager or the partner, not the author', async () => {
    const work = await tested(w, a)
    const raised = await raise(work, {}, a.manager)
    const input = { exceptionId: raised.id, expectedVersion: raised.version }
    expect(await refused(a.manager, 'confirmException', input)).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await a.senior.isDenied('confirmException', input)).toBe('FORBIDDEN')
    expect(await a.reviewer.isDenied('confirmException', input)).toBe('FORBIDDEN')
    const actions = await read(a.manager, raised.id, 'actions { name allowed reason { message } }')
    expect(actions.actions).toContainEqual({
      name: 'confirmException',
      allowed: false,
      reason: { message: 'Who wrote an exception may not confirm it; another manager or partner does.' },
    })
    expect(await act(a.partner, 'confirmException', raised)).toMatchObject({ state: 'CONFIRMED' })
  })

  it('refuses what is incomplete, naming what is missing', async () => {
    const work = await tested(w, a)
    const nothing = { evidenceNote: null, failedFrom: null, failedTo: null, cause: 'UNDER_INVESTIGATION' }
    const { id, version } = await raise(work, nothing)
    const [error] = await refused(a.manager, 'confirmException', { exceptionId: id, expectedVersion: version })
    expect(error.code).toBe('NOT_READY')
    expect(error.blockers.map(({ code }: { code: string }) => code)).toEqual(['CAUSE_MISSING', 'EVIDENCE_MISSING'])
  })

  it('refuses figures that the results have left behind, until they are counted anew', async () => {
    const work = await tested(w, a)
    const raised = await raise(work, { resultIds: [work.results['C-2 A']?.id, work.results['C-3 A']?.id] })
    await work.explainAway('C-2 A')
    expect(await read(a.senior, raised.id)).toMatchObject({ isTrueToResults: false, deviationCount: 2 })
    const input = { exceptionId: raised.id, expectedVersion: raised.version }
    const [error] = await refused(a.manager, 'confirmException', input)
    expect(error).toMatchObject({ code: 'NOT_READY', blockers: [{ code: 'FIGURES_CHANGED', node: raised.id }] })
    expect(error.blockers[0].message).toContain('2 of 5 items (C-2, C-3); the results now say 1 of 5 items (C-3).')
    const recounted = await act(a.senior, 'recountException', raised, { resultIds: [work.results['C-5 A']?.id] })
    expect(recounted).toMatchObject({ deviationCount: 2, deviatingItems: ['C-3', 'C-5'], isTrueToResults: true })
    expect(recounted.sectionFourText).toContain('Items concerned: C-3, C-5.')
    expect(await act(a.manager, 'confirmException', recounted)).toMatchObject({ state: 'CONFIRMED' })
  })

  it('is changed, once confirmed, only by a person who could confirm it', async () => {
    const work = await tested(w, a)
    const confirmed = await act(a.manager, 'confirmException', await raise(work, {}, a.partner))
    const change = {
      exceptionId: confirmed.id,
      expectedVersion: confirmed.version,
      wording: 'Of 5 changes tested, 3 had no review.',
    }
    for (const person of [a.senior, a.partner]) {
      expect(await refused(person, 'editSectionFourText', change)).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    expect(await act(a.manager, 'editSectionFourText', confirmed, change)).toMatchObject({ state: 'CONFIRMED' })
    const late = await refused(a.senior, 'updateException', {
      ...matter,
      exceptionId: confirmed.id,
      expectedVersion: 3,
    })
    expect(late).toMatchObject([{ __typename: 'InvalidTransition', from: 'CONFIRMED' }])
  })
})

describe('communicating', () => {
  const theirs = `id number title kind category cause causeNote criteriaCodes controlRef expectedOperation condition testedCount
    deviationCount deviatingItems failedFrom failedTo potentialImpact sectionFourText state responseDueOn communicatedAt
    isResponseOverdue response { id } engagement { id }`

  it('opens the exception to the client, and to no other person', async () => {
    const work = await tested(w, a)
    const another = await a.client('Heron Payments')
    const raised = await raise(work)
    const list = 'query { exceptions { nodes { id } totalCount } }'
    for (const state of ['DRAFT', 'CONFIRMED']) {
      for (const person of [work.client.admin, work.client.respondent, work.client.viewer]) {
        expect(await read(person, raised.id, 'id'), state).toBeNull()
        expect(await person.gql(list)).toEqual({ exceptions: { nodes: [], totalCount: 0 } })
        expect(await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: raised.id })).toEqual({ node: null })
      }
      if (state === 'DRAFT') await act(a.manager, 'confirmException', raised)
    }
    await act(a.manager, 'communicateException', { id: raised.id, version: 2 }, { responseDueOn: soon })
    const seen = await read(work.client.viewer, raised.id, theirs)
    expect(seen).toMatchObject({
      state: 'COMMUNICATED',
      deviatingItems: ['C-2', 'C-3', 'C-5'],
      responseDueOn: soon,
      isResponseOverdue: false,
      response: null,
    })
    expect(await work.client.admin.gql(list)).toEqual({ exceptions: { nodes: [{ id: raised.id }], totalCount: 1 } })
    const stranger = await a.person('Olaf, not on the team', 'MANAGER')
    for (const person of [another.admin, b.manager, stranger, a.admin]) {
      expect(
        (await person.ask('query ($id: ID!) { exception(id: $id) { id } }', { id: raised.id })).data?.exception ?? null,
      ).toBeNull()
    }
  })

  it('shows the client nothing of the auditor’s own', async () => {
    const work = await tested(w, a)
    const { id } = await communicated(work)
    const notes = "evidence_note = 'Of ours.', overdue_note = 'Of ours.', state = 'CONCLUDED', concluded_at = now()"
    await w.owner.query(`update exception set ${notes} where id = $1`, [id])
    const whole = `control { id } procedure { id } deviations { nodes { id } totalCount } isTrueToResults evidenceNote
      authors { id } confirmedBy { id } confirmedAt communicatedBy { id } overdueNote concludedAt`
    const nothing = {
      control: null,
      procedure: null,
      deviations: { nodes: [], totalCount: 0 },
      isTrueToResults: null,
      evidenceNote: null,
      authors: [],
      confirmedBy: null,
      confirmedAt: null,
      communicatedBy: null,
      overdueNote: null,
      concludedAt: null,
    }
    expect(await read(work.client.admin, id, whole)).toEqual(nothing)
    const ours = await read(a.staff, id, whole)
    for (const [field, value] of Object.entries(nothing)) expect(ours[field], field).not.toEqual(value)
  })

  it('does not tell the client that it was concluded', async () => {
    const work = await tested(w, a)
    const { id } = await communicated(work)
    await w.owner.query("update exception set state = 'CONCLUDED', concluded_at = now() where id = $1", [id])
    expect(await read(a.staff, id, 'state')).toEqual({ state: 'CONCLUDED' })
    expect(await read(work.client.viewer, id, 'state')).toEqual({ state: 'COMMUNICATED' })
    const list = 'query ($state: ExceptionState) { exceptions(filter: { state: $state }) { nodes { id } } }'
    const asked = async (state: string) => (await work.client.viewer.gql(list, { state })).exceptions.nodes
    expect(await asked('CONCLUDED')).toEqual([])
    expect(await asked('COMMUNICATED')).toEqual([{ id }])
  })

  it('asks for an answer by a day that is still to come, once', async () => {
    const work = await tested(w, a)
    const confirmed = await act(a.manager, 'confirmException', await raise(work))
    const input = { exceptionId: confirmed.id, expectedVersion: confirmed.version }
    expect(await refused(a.manager, 'communicateException', { ...input, responseDueOn: '2020-12-31' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['responseDueOn'] },
    ])
    expect(await a.senior.isDenied('communicateException', { ...input, responseDueOn: soon })).toBe('FORBIDDEN')
    const { version } = await act(a.manager, 'communicateException', confirmed, { responseDueOn: soon })
    const again = { exceptionId: confirmed.id, expectedVersion: version, responseDueOn: soon }
    expect(await refused(a.manager, 'communicateException', again)).toMatchObject([
      {
        __typename: 'InvalidTransition',
        from: 'COMMUNICATED',
        to: 'COMMUNICATED',
        allowed: ['CONCLUDED', 'CORRECTED', 'WITHDRAWN'],
      },
    ])
    const wording = { exceptionId: confirmed.id, expectedVersion: version, wording: 'Of 5 tested, 3 deviated.' }
    expect(await refused(a.manager, 'editSectionFourText', wording)).toMatchObject([{ code: 'INVALID_TRANSITION' }])
  })
})

describe('withdrawing', () => {
  it('needs a reason, keeps the record, and asks for the deviations again', async () => {
    const work = await tested(w, a)
    const open = async () =>
      (
        await a.staff.gql('query ($id: ID!) { procedure(id: $id) { unaccountedDeviations { totalCount } } }', {
          id: work.procedureId,
        })
      ).procedure.unaccountedDeviations.totalCount
    expect(await open()).toBe(4)
    const exception = await communicated(work)
    expect(await open()).toBe(0)
    const input = { exceptionId: exception.id, expectedVersion: exception.version }
    expect(await refused(a.manager, 'withdrawException', { ...input, reason: ' ' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['reason'] },
    ])
    const unmoved = await w.digest()
    expect(await refused(a.manager, 'withdrawException', { ...input, reason: 'The record was found.' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['restsOnIds'] },
    ])
    expect(await w.digest()).toBe(unmoved)
    const found = { reason: 'The review record was found.', restsOnIds: [work.procedureId] }
    await act(a.manager, 'withdrawException', exception, found)
    expect(await open()).toBe(4)
    expect(await read(work.client.viewer, exception.id, 'state')).toEqual({ state: 'WITHDRAWN' })
    const twice = { exceptionId: exception.id, expectedVersion: exception.version + 1, reason: 'Again.' }
    expect(await refused(a.manager, 'withdrawException', twice)).toMatchObject([
      { code: 'INVALID_TRANSITION', allowed: [] },
    ])
  })

  it('is no longer possible once it was concluded', async () => {
    const work = await tested(w, a)
    const { id, version } = await communicated(work)
    await w.owner.query("update exception set state = 'CONCLUDED' where id = $1", [id])
    const input = { exceptionId: id, expectedVersion: version, reason: 'Too late.' }
    expect(await refused(a.partner, 'withdrawException', input)).toMatchObject([{ code: 'INVALID_TRANSITION' }])
  })
})

describe('what an exception tells apart', () => {
  it('is each attribute with its own counts, and the days of the items; the client reads them too', async () => {
    const work = await tested(w, a)
    const period = { failedFrom: null, failedTo: null, failurePeriodBasis: null }
    const raised = await raise(work, period)
    const counted = 'deviatedOn attributeCounts { letter text testedCount deviationCount }'
    const expected = {
      deviatedOn: ['2025-01-02', '2025-01-03', '2025-01-05'],
      attributeCounts: [
        { letter: 'A', text: 'The change names a reviewer.', testedCount: 5, deviationCount: 3 },
        { letter: 'B', text: 'The reviewer is not the author.', testedCount: 5, deviationCount: 1 },
      ],
    }
    const seen = await read(a.staff, raised.id, counted)
    expect(seen).toEqual(expected)
    expect(raised.sectionFourText).toContain(`Days of the items: ${seen.deviatedOn.join(', ')}.`)
    expect(raised.sectionFourText).not.toMatch(/period of failure/i)
    const confirmed = await act(a.manager, 'confirmException', raised)
    await act(a.partner, 'communicateException', confirmed, { responseDueOn: soon })
    expect(await read(work.client.viewer, raised.id, `${counted} failedFrom`)).toEqual({
      ...expected,
      failedFrom: null,
    })
  })

  it('is counted anew for the attribute where a result changes that leaves the number of items as it was', async () => {
    const work = await tested(w, a)
    const raised = await raise(work)
    await work.explainAway('C-3 B')
    expect(await read(a.senior, raised.id)).toMatchObject({ isTrueToResults: false, deviationCount: 3 })
    const recounted = await act(a.senior, 'recountException', raised)
    expect(recounted).toMatchObject({ deviationCount: 3, isTrueToResults: true })
    expect(recounted.sectionFourText).not.toContain('attribute')
  })
})

describe('a withdrawn exception', () => {
  it('stays with its figures, who withdrew it, when, why, and the papers that say so', async () => {
    const work = await tested(w, a)
    const other = await tested(w, a)
    const raised = await raise(work)
    const withdrawing = { exceptionId: raised.id, expectedVersion: raised.version, reason: 'The records were found.' }
    const foreign = { ...withdrawing, restsOnIds: [work.procedureId, other.procedureId] }
    expect(await refused(a.manager, 'withdrawException', foreign)).toMatchObject([
      { code: 'NOT_FOUND', path: ['restsOnIds', '1'] },
    ])
    const { exception } = await a.manager.does(
      'withdrawException',
      { ...withdrawing, restsOnIds: [work.procedureId] },
      `exception { state testedCount deviationCount withdrawnReason withdrawnAt withdrawnBy { id } restsOn { id } }`,
    )
    expect(exception).toEqual({
      state: 'WITHDRAWN',
      testedCount: 5,
      deviationCount: 3,
      withdrawnReason: 'The records were found.',
      withdrawnAt: expect.any(String),
      withdrawnBy: { id: a.manager.memberId },
      restsOn: [{ id: work.procedureId }],
    })
  })
})

describe('the list of exceptions', () => {
  it('is filtered, ordered and read page by page, and joins controls and procedures', async () => {
    const work = await tested(w, a)
    const first = await communicated(work)
    const design = { kind: 'DESIGN_DEFICIENCY', resultIds: [], procedureId: null, controlId: work.controlId }
    const second = await raise(work, { ...design, criteriaCodes: ['CC5.3'] })
    const third = await raise(work, design)
    const list = async (filter: object, more: object = {}) =>
      (
        await a.staff.gql(
          `query ($filter: ExceptionFilter, $first: Int, $after: String, $orderBy: ExceptionOrderBy) {
            exceptions(filter: $filter, first: $first, after: $after, orderBy: $orderBy) {
              nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`,
          { filter: { engagementId: work.engagementId, ...filter }, ...more },
        )
      ).exceptions
    const ids = async (filter: object, more: object = {}) =>
      (await list(filter, more)).nodes.map(({ id }: { id: string }) => id)
    expect(await ids({})).toEqual([first.id, second.id, third.id])
    expect(await ids({}, { orderBy: { field: 'RAISED', direction: 'DESC' } })).toEqual([third.id, second.id, first.id])
    expect(await ids({ state: 'DRAFT' })).toEqual([second.id, third.id])
    expect(await ids({ kind: 'OPERATING_DEVIATION' })).toEqual([first.id])
    expect(await ids({ criterionCode: 'CC5.3' })).toEqual([second.id])
    expect(await ids({ awaitingResponse: true })).toEqual([first.id])
    expect(await ids({ awaitingResponse: false })).toEqual([second.id, third.id])
    expect(await ids({ clientId: work.client.id })).toHaveLength(3)
    expect(await ids({ clientId: 'no uuid' })).toEqual([])
    expect(await ids({ engagementId: first.id })).toEqual([])
    const page = await list({ awaitingResponse: false }, { first: 1 })
    expect(page).toMatchObject({ nodes: [{ id: second.id }], totalCount: 2, pageInfo: { hasNextPage: true } })
    const rest = await list({ awaitingResponse: false }, { first: 1, after: page.pageInfo.endCursor })
    expect(rest).toMatchObject({ nodes: [{ id: third.id }], totalCount: 2, pageInfo: { hasNextPage: false } })
    const foreign = Buffer.from('"CM-01"').toString('base64url')
    const { errors } = await a.staff.ask(`{ exceptions(after: "${foreign}") { nodes { id } } }`)
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    const joined = await a.staff.gql(
      `query ($engagement: ID!, $procedure: ID!) {
        engagement(id: $engagement) { exceptions(filter: { state: COMMUNICATED }) { nodes { number } } }
        procedure(id: $procedure) { exceptions { nodes { number } } control { exceptions { number } } } }`,
      { engagement: work.engagementId, procedure: work.procedureId },
    )
    expect(joined).toEqual({
      engagement: { exceptions: { nodes: [{ number: 1 }] } },
      procedure: {
        exceptions: { nodes: [{ number: 1 }] },
        control: { exceptions: [{ number: 1 }, { number: 2 }, { number: 3 }] },
      },
    })
  })

  it('is not asked for by a text that no criterion has', async () => {
    for (const query of [
      '{ exceptions(filter: { criterionCode: "\\u0000" }) { nodes { id } } }',
      '{ engagements(first: 1) { nodes { exceptions(filter: { criterionCode: "\\u0000" }) { nodes { id } } } } }',
    ]) {
      const { errors } = await a.manager.ask(query)
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('criterionCode must not contain the character U+0000'),
        extensions: { code: 'BAD_USER_INPUT', argument: ['criterionCode'] },
      })
    }
  })
})
