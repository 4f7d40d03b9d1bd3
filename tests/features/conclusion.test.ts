import { describe, expect, it } from 'vitest'
import { changes, controlOf, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { testItems } from '../support/tested-items.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')

const versionOf = async (table: string, id: string) =>
  (await w.owner.query(`select version from ${table} where id = $1`, [id])).rows[0].version as number

/** Concludes on a control at the version it has now; answers the payload. */
async function conclude(controlId: string, input: object, person: Person = a.senior): Promise<any> {
  return person.tryTo(
    'concludeControl',
    {
      controlId,
      expectedVersion: await versionOf('control', controlId),
      design: 'SUITABLE',
      rationale: 'The design was walked through.',
      ...input,
    },
    'control { version designConclusion operationConclusion conclusionRationale conclusionRestsOn { id } }',
  )
}

/** Signs a procedure by the staff member and has the manager review it; answers its id. */
async function signed(id: string, outcome = 'NO_EXCEPTIONS'): Promise<string> {
  const note = { outcomeNote: 'Done as planned.', personsAsked: 'Head of engineering' }
  const input = { procedureId: id, expectedVersion: await versionOf('procedure', id), outcome, ...note }
  const { procedure } = await a.staff.does('prepareProcedure', input, 'procedure { version }')
  await a.manager.does('reviewProcedure', { procedureId: id, expectedVersion: procedure.version })
  return id
}

/** A procedure without items, signed by two. */
const finished = async (on: Fieldwork, plan: object, outcome?: string) =>
  signed((await on.procedure({ attributes: [], ...plan })).id, outcome)

const attributes = [{ letter: 'A', description: 'Reviewed by another person.' }]

/** A procedure with two items tested, signed by two. */
async function itemsTested(on: Fieldwork, plan: object = {}): Promise<string> {
  const { engagementId, controlId } = on
  const { id } = await on.procedure({ attributes, ...plan })
  await testItems(a.staff, { engagementId, controlId, procedureId: id, attributes: ['A'] })
  return signed(id)
}

/** Another control of the same engagement, as the object on which procedures are planned. */
async function another(on: Fieldwork, ref: string, how: object = {}): Promise<Fieldwork> {
  const { control } = await a.senior.does(
    'createControl',
    controlOf(on.engagementId, { ref, ...how }),
    'control { id }',
  )
  const procedure: Fieldwork['procedure'] = (plan = {}) =>
    on.procedure({ controlId: control.id, ref: `${ref}.T`, ...plan })
  return { ...on, controlId: control.id, procedure }
}

const refusedAt = async (controlId: string, input: object, path: string, says: string) => {
  const before = await w.digest()
  const { errors } = await conclude(controlId, input)
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
  expect(errors[0].message).toContain(says)
  expect(await w.digest()).toBe(before)
}

const effective = { operation: 'EFFECTIVE' }

describe('a conclusion on a control', () => {
  it('is not effective by inquiry alone, nor by an inspection without items; tested items support it', async () => {
    const on = await fieldwork(w, a)
    await finished(on, { methods: ['INQUIRY'] })
    await refusedAt(on.controlId, effective, 'operation', 'Inquiry alone')
    await finished(on, { methods: ['INSPECTION', 'OBSERVATION'] })
    await refusedAt(on.controlId, effective, 'operation', 'items of a population')
    await itemsTested(on)
    const { errors, control } = await conclude(on.controlId, effective)
    expect(errors).toEqual([])
    expect(control).toMatchObject({ designConclusion: 'SUITABLE', operationConclusion: 'EFFECTIVE' })
    const denied = { controlId: on.controlId, expectedVersion: control.version, design: 'SUITABLE' }
    expect(await a.staff.isDenied('concludeControl', denied)).toBe('FORBIDDEN')
  })

  it('is not effective by items that were only asked about', async () => {
    const on = await fieldwork(w, a)
    await itemsTested(on, { methods: ['INQUIRY'] })
    await finished(on, { methods: ['INSPECTION'] })
    await refusedAt(on.controlId, effective, 'operation', 'items of a population')
  })

  it('rests on reviewed work: it waits for it, and goes when the work is sent back or added to', async () => {
    const on = await fieldwork(w, a)
    const none = await conclude(on.controlId, effective)
    expect(none.errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'NO_PROCEDURE' }] }])
    const { id, version } = await on.procedure({ attributes })
    const early = await conclude(on.controlId, effective)
    expect(early.errors).toMatchObject([{ blockers: [{ code: 'PROCEDURE_NOT_REVIEWED', node: id }] }])
    const { engagementId, controlId } = on
    await testItems(a.staff, { engagementId, controlId, procedureId: id, attributes: ['A'] })
    expect(version).toBe(2)
    await signed(id)
    expect((await conclude(on.controlId, effective)).errors).toEqual([])
    const back = { procedureId: id, expectedVersion: await versionOf('procedure', id), reason: 'Look again.' }
    await a.manager.does('sendBackProcedure', back)
    const asked = 'query ($id: ID!) { procedure(id: $id) { control { designConclusion operationConclusion } } }'
    expect((await a.manager.gql(asked, { id })).procedure.control).toEqual({
      designConclusion: null,
      operationConclusion: null,
    })
  })

  it('is never effective with an unsuitable design', async () => {
    const on = await fieldwork(w, a)
    await itemsTested(on)
    await refusedAt(on.controlId, { ...effective, design: 'UNSUITABLE' }, 'operation', 'unsuitable design')
  })

  it('over a sample that does not support reliance, or exceptions, names the papers that its reason rests on', async () => {
    const on = await fieldwork(w, a)
    const { id } = await on.procedure({ attributes })
    const population = await on.frozen(changes(40))
    const draw = { procedureId: id, populationId: population.id, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const { sample } = await a.staff.does('drawSample', draw, 'sample { id items(first: 100) { nodes { id } } }')
    const results = sample.items.nodes.map(({ id: sampleItemId }: { id: string }, at: number) => ({
      sampleItemId,
      attribute: 'A',
      outcome: at === 0 ? 'DEVIATION' : 'NO_DEVIATION',
      note: at === 0 ? 'No person but the author looked at it.' : null,
    }))
    const recorded = await a.staff.does('recordResults', { procedureId: id, results }, 'results { id outcome }')
    const resultIds = recorded.results.filter((one: any) => one.outcome === 'DEVIATION').map((one: any) => one.id)
    await a.staff.does('raiseException', {
      engagementId: on.engagementId,
      controlId: on.controlId,
      procedureId: id,
      kind: 'OPERATING_DEVIATION',
      category: 'OPERATING_INEFFECTIVENESS',
      cause: 'HUMAN_ERROR',
      title: 'Changes merged without review',
      condition: 'A change was merged by its author without review.',
      potentialImpact: 'Unreviewed code may have reached customers.',
      resultIds,
    })
    await signed(id, 'EXCEPTIONS')
    await refusedAt(on.controlId, { ...effective, rationale: null }, 'rationale', 'rationale')
    await refusedAt(on.controlId, { ...effective, rationale: 'x' }, 'restsOnIds', 'papers')
    await refusedAt(on.controlId, { ...effective, rationale: 'x', restsOnIds: [] }, 'restsOnIds', 'papers')
    const elsewhere = await fieldwork(w, a)
    const foreign = await elsewhere.procedure()
    const before = await w.digest()
    const strange = await conclude(on.controlId, { ...effective, restsOnIds: [id, foreign.id] })
    expect(strange.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['restsOnIds', '1'] }])
    expect(await w.digest()).toBe(before)
    const { errors, control } = await conclude(on.controlId, { ...effective, restsOnIds: [id, sample.id, id] })
    expect(errors).toEqual([])
    expect(control).toMatchObject({ operationConclusion: 'EFFECTIVE', conclusionRestsOn: [{ id }, { id: sample.id }] })
    const { errors: none } = await conclude(on.controlId, { operation: 'NOT_EFFECTIVE' })
    expect(none).toEqual([])
  })

  it('that the control had no occasion rests on an empty, frozen population of a control on events', async () => {
    const on = await fieldwork(w, a)
    const { id, version } = await on.procedure({ attributes: [] })
    const prepare = (outcome: string) =>
      a.staff.tryTo(
        'prepareProcedure',
        { procedureId: id, expectedVersion: version, outcome, outcomeNote: 'Looked.' },
        'procedure { version }',
      )
    expect((await prepare('NOT_OPERATED')).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
    await on.frozen('id,merged\n')
    expect((await prepare('NO_EXCEPTIONS')).errors[0].message).toContain('the outcome is NOT_OPERATED')
    await signed(id, 'NOT_OPERATED')
    await refusedAt(on.controlId, effective, 'operation', 'reviewed test of operation')
    const { control } = await conclude(on.controlId, { operation: 'NOT_OPERATED' })
    expect(control).toMatchObject({ operationConclusion: 'NOT_OPERATED' })
  })

  it('of a periodic control is not that it had no occasion: what was not done is a deviation, and nothing moves', async () => {
    for (const frequency of ['ANNUAL', 'MONTHLY', 'CONTINUOUS']) {
      const on = await fieldwork(w, a, { frequency })
      const { id, version } = await on.procedure({ attributes: [] })
      await on.frozen('id,merged\n')
      const before = await w.digest()
      for (const outcome of ['NOT_OPERATED', 'NO_EXCEPTIONS']) {
        const input = { procedureId: id, expectedVersion: version, outcome, outcomeNote: 'None was done.' }
        const { errors } = await a.staff.tryTo('prepareProcedure', input)
        expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
      }
      expect(await w.digest()).toBe(before)
    }
  })

  it('on design is not held up by a population without items', async () => {
    const on = await fieldwork(w, a)
    await on.frozen('id,merged\n')
    const design = await on.procedure({ attributes: [], aspects: ['DESIGN', 'IMPLEMENTATION'] })
    const before = await w.digest()
    const input = { procedureId: design.id, expectedVersion: design.version, outcomeNote: 'Read the plan.' }
    const nothing = await a.staff.tryTo('prepareProcedure', { ...input, outcome: 'NOT_OPERATED' })
    expect(nothing.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
    expect(await w.digest()).toBe(before)
    await signed(design.id)
    await finished(on, {}, 'NOT_OPERATED')
    const { errors, control } = await conclude(on.controlId, { operation: 'NOT_OPERATED', rationale: null })
    expect(errors).toEqual([])
    expect(control).toMatchObject({ designConclusion: 'SUITABLE', operationConclusion: 'NOT_OPERATED' })
  })

  it('of a Type 1 says nothing about operation', async () => {
    const on = await fieldwork(w, a, { kind: 'SOC2_TYPE_1' })
    await finished(on, { aspects: ['DESIGN'] })
    await refusedAt(on.controlId, effective, 'operation', 'Type 1')
    const { control } = await conclude(on.controlId, {})
    expect(control).toMatchObject({ designConclusion: 'SUITABLE', operationConclusion: null })
  })
})

describe('a control without a population', () => {
  const reason = 'The code of conduct stands; nothing is listed when it is followed.'
  const mark = async (controlId: string, person = a.senior, more: object = {}): Promise<any> =>
    person.tryTo(
      'markControlWithoutPopulation',
      { controlId, expectedVersion: await versionOf('control', controlId), reason, ...more },
      'control { version noPopulationMark { id } } mark { id version reason markedBy { id } approvedBy { id } approvedAt control { id } }',
    )
  const approve = (markId: string, expectedVersion: number, person: Person): Promise<any> =>
    person.tryTo(
      'approveControlWithoutPopulation',
      { markId, expectedVersion },
      'mark { version approvedBy { id } approvedAt }',
    )
  const twoMethods = { methods: ['INQUIRY', 'INSPECTION'] }

  it('is effective by inspection together with another method, once another person approved the mark', async () => {
    const on = await fieldwork(w, a, { frequency: 'CONTINUOUS' })
    const marked = await mark(on.controlId)
    expect(marked.errors).toEqual([])
    expect(marked.mark).toMatchObject({
      reason,
      markedBy: { id: a.senior.memberId },
      approvedBy: null,
      approvedAt: null,
    })
    expect(marked.control.noPopulationMark).toEqual({ id: marked.mark.id })
    await finished(on, twoMethods)
    await refusedAt(on.controlId, effective, 'operation', 'with approval')
    const approved = await approve(marked.mark.id, marked.mark.version, a.manager)
    expect(approved.errors).toEqual([])
    expect(approved.mark).toMatchObject({ approvedBy: { id: a.manager.memberId } })
    expect((await conclude(on.controlId, effective)).control).toMatchObject({ operationConclusion: 'EFFECTIVE' })
  })

  it('is not effective by inspection alone, nor by inquiry and observation', async () => {
    for (const methods of [['INSPECTION'], ['INQUIRY', 'OBSERVATION']]) {
      const on = await fieldwork(w, a, { frequency: 'CONTINUOUS' })
      const marked = await mark(on.controlId)
      await approve(marked.mark.id, 1, a.partner)
      await finished(on, { methods })
      await refusedAt(on.controlId, effective, 'operation', 'inspection together with another method')
    }
  })

  it.each([
    ['PER_EVENT', 'MANUAL'],
    ['MULTIPLE_DAILY', 'MANUAL'],
    ['DAILY', 'MANUAL'],
    ['QUARTERLY', 'IT_DEPENDENT_MANUAL'],
    ['ANNUAL', 'MANUAL'],
    ['CONTINUOUS', 'AUTOMATED'],
  ])('is never one that operates %s and is %s, and nothing moves', async (frequency, nature) => {
    const on = await fieldwork(w, a, { frequency, nature })
    const before = await w.digest()
    expect((await mark(on.controlId)).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['controlId'] }])
    expect(await w.digest()).toBe(before)
  })

  it('is marked before the testing of its operation begins, and not over a list that exists', async () => {
    const begun = await fieldwork(w, a, { frequency: 'CONTINUOUS' })
    await begun.procedure({ aspects: ['DESIGN'], attributes: [] })
    expect((await mark(begun.controlId)).errors).toEqual([])
    await begun.procedure()
    const listed = await fieldwork(w, a, { frequency: 'CONTINUOUS' })
    await listed.draft()
    const before = await w.digest()
    for (const [{ controlId }, says] of [
      [begun, 'has begun'],
      [listed, 'it has one'],
    ] as const) {
      const { errors } = await mark(controlId)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['controlId'] }])
      expect(errors[0].message).toContain(says)
    }
    expect(await w.digest()).toBe(before)
  })

  it('is approved by a manager or the partner who did not mark it, once, and anew when it is marked anew', async () => {
    const on = await fieldwork(w, a, { frequency: 'CONTINUOUS' })
    const marked = await mark(on.controlId, a.manager)
    const { id } = marked.mark
    const before = await w.digest()
    expect((await approve(id, 1, a.manager)).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    for (const person of [a.senior, a.staff, a.reviewer]) {
      expect(await person.isDenied('approveControlWithoutPopulation', { markId: id, expectedVersion: 1 })).toBe(
        'FORBIDDEN',
      )
    }
    expect(await w.digest()).toBe(before)
    expect((await approve(id, 1, a.partner)).errors).toEqual([])
    const twice = await w.digest()
    expect((await approve(id, 2, a.partner)).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['markId'] }])
    expect(await w.digest()).toBe(twice)
    const anew = await mark(on.controlId, a.senior, { reason: 'Another reason.' })
    expect(anew.mark).toMatchObject({ id, reason: 'Another reason.', approvedBy: null, approvedAt: null })
  })

  it('is not approved of a control that acts on items now, nor counts for one', async () => {
    const on = await fieldwork(w, a, { frequency: 'CONTINUOUS' })
    const { mark: open } = await mark(on.controlId)
    const later = await another(on, 'GV-02', { frequency: 'CONTINUOUS' })
    const { mark: approved } = await mark(later.controlId)
    await approve(approved.id, 1, a.manager)
    for (const { controlId } of [on, later]) {
      const change = { controlId, expectedVersion: await versionOf('control', controlId), frequency: 'WEEKLY' }
      await a.senior.does('updateControl', change)
    }
    const before = await w.digest()
    expect((await approve(open.id, 1, a.manager)).errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(await w.digest()).toBe(before)
    await finished(later, twoMethods)
    await refusedAt(later.controlId, effective, 'operation', 'items of a population')
  })
})

describe('an automated control', () => {
  const rely = async (controlId: string, reliesOnIds: string[]): Promise<any> => {
    const expectedVersion = await versionOf('control', controlId)
    const [paper] = (await w.owner.query('select id from procedure where control_id = $1', [controlId])).rows
    const given = { reason: 'As the walkthrough showed.', restsOnIds: paper ? [paper.id] : [] }
    return a.partner.tryTo(
      'recordControlReliance',
      { controlId, expectedVersion, reliesOnIds, ...given },
      'control { version operationConclusion reliesOn { id ref } }',
    )
  }

  /** An automated control, tested once, and two general controls beside it, tested over items. */
  async function automated() {
    const on = await fieldwork(w, a, { frequency: 'CONTINUOUS', nature: 'AUTOMATED' })
    const [access, change] = [await another(on, 'GC-02'), await another(on, 'GC-01')]
    for (const one of [access, change]) await itemsTested(one)
    await finished(on, {})
    return { on, access, change }
  }

  it('is effective by one test where each general control it relies on is effective', async () => {
    const { on, access, change } = await automated()
    await refusedAt(on.controlId, effective, 'operation', 'general controls it relies on')
    const { control } = await rely(on.controlId, [access.controlId, change.controlId, access.controlId])
    expect(control.reliesOn).toEqual([
      { id: change.controlId, ref: 'GC-01' },
      { id: access.controlId, ref: 'GC-02' },
    ])
    await conclude(access.controlId, effective)
    await refusedAt(on.controlId, effective, 'operation', 'GC-01')
    await conclude(change.controlId, effective)
    expect((await conclude(on.controlId, effective)).errors).toEqual([])
  })

  it('does not stay effective unseen when a general control falls', async () => {
    const { on, access } = await automated()
    await rely(on.controlId, [access.controlId])
    await conclude(access.controlId, effective)
    await conclude(on.controlId, effective)
    const blockers = async () => {
      const { engagement } = await a.manager.gql(
        'query ($id: ID!) { engagement(id: $id) { readiness(to: COMPLETION) { blockers { code node } } } }',
        { id: on.engagementId },
      )
      return engagement.readiness.blockers.filter(({ code }: { code: string }) => code === 'RELIANCE_LOST')
    }
    expect(await blockers()).toEqual([])
    const [{ id }] = (await w.owner.query('select id from procedure where control_id = $1', [access.controlId])).rows
    const back = { procedureId: id, expectedVersion: await versionOf('procedure', id), reason: 'Look again.' }
    await a.manager.does('sendBackProcedure', back)
    expect(await blockers()).toEqual([{ code: 'RELIANCE_LOST', node: on.controlId }])
    const completion = {
      engagementId: on.engagementId,
      expectedVersion: await versionOf('engagement', on.engagementId),
    }
    const { errors } = await a.manager.tryTo('startCompletion', completion)
    expect(errors[0].blockers.map(({ code }: { code: string }) => code)).toContain('RELIANCE_LOST')
  })

  it('loses its conclusion when it comes to rely on others, and keeps it when it does not', async () => {
    const { on, access, change } = await automated()
    await rely(on.controlId, [access.controlId])
    await conclude(access.controlId, effective)
    await conclude(on.controlId, effective)
    expect((await rely(on.controlId, [access.controlId])).control).toMatchObject({ operationConclusion: 'EFFECTIVE' })
    expect((await rely(on.controlId, [change.controlId])).control).toMatchObject({
      operationConclusion: null,
      reliesOn: [{ id: change.controlId }],
    })
  })

  it('relies on others of its engagement, not on itself or in a circle, and nothing moves', async () => {
    const { on, access, change } = await automated()
    await rely(on.controlId, [access.controlId])
    await rely(access.controlId, [change.controlId])
    const elsewhere = await fieldwork(w, a)
    const before = await w.digest()
    for (const [from, ids, code, at] of [
      [on, [access.controlId, elsewhere.controlId], 'NOT_FOUND', '1'],
      [on, ['none'], 'NOT_FOUND', '0'],
      [on, [on.controlId], 'INVALID_INPUT', '0'],
      [access, [on.controlId], 'INVALID_INPUT', '0'],
      [change, [access.controlId, on.controlId], 'INVALID_INPUT', '0'],
    ] as const) {
      const { errors } = await rely(from.controlId, [...ids])
      expect(errors[0]).toMatchObject({ code, path: ['reliesOnIds', at] })
    }
    const many = Array.from({ length: 21 }, () => access.controlId)
    expect((await rely(on.controlId, many)).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reliesOnIds'] }])
    expect(
      await a.staff.isDenied('recordControlReliance', { controlId: on.controlId, expectedVersion: 1, reliesOnIds: [] }),
    ).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
  })
})
