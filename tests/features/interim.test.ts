import { describe, expect, it } from 'vitest'
import { write } from '../../src/kernel/store/work.js'
import { matter } from '../support/exceptions.js'
import { changes, controlOf, fieldwork } from '../support/fieldwork.js'
import { sharesChange, sharesIncident } from '../support/registers.js'
import { testOneItem } from '../support/tested-items.js'
import { answersAll, mattersOf } from '../support/update-matters.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

// Interim work and its update to the period's end: what an update procedure must look at, that it was, and both seen together.

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Birch')

const dated = { dateColumn: 'merged' }
const june = { extractedAt: '2025-06-30T18:00:00Z', parameters: '2025-01-01 to 2025-06-30' }
const [head, ...rows] = changes(365).trim().split('\n')
const firstHalf = `${[head, ...rows.filter((row) => (row.split(',')[1] as string) <= '2025-06-30')].join('\n')}\n`
const secondHalf = { coversFrom: '2025-07-01', coversTo: '2025-12-31' }
const updatePlan = { methods: ['INQUIRY', 'INSPECTION'], aspects: ['OPERATION'], attributes: [], ...secondHalf }

/** A control tested on a list of June, and an update procedure of the rest that is under way. */
async function interimAndUpdate(kind: object = {}, plan: object = {}) {
  const work = await fieldwork(w, a, kind)
  const { id: populationId } = await work.frozen(firstHalf, dated, june)
  const testedId = await testOneItem(work, populationId)
  const { id: updateId } = await work.procedure({ ...updatePlan, ref: 'U1', ...plan })
  return { ...work, populationId, testedId, updateId }
}

const kindsOf = async (id: string, by: Person = a.staff) => (await mattersOf(by, id)).matters.map(({ kind }) => kind)
const answersTo = (matters: any[], answer = 'Asked and inspected (invented).') =>
  matters.map(({ kind, digest }) => ({ kind, matterDigest: digest, answer }))
const prepared = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'As before (invented).', personsAsked: 'Head of engineering' }
const versionOf = async (id: string) =>
  (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const signs = async (person: Person, act: string, procedureId: string, given: object = {}) =>
  person.tryTo(act, { procedureId, expectedVersion: await versionOf(procedureId), ...given })
const open = async (engagementId: string) => {
  const asked =
    'query ($id: ID!) { engagement(id: $id) { readiness(to: COMPLETION) { blockers { code message node } } } }'
  const { blockers } = (await a.manager.gql(asked, { id: engagementId })).engagement.readiness
  return blockers.filter(({ code }: { code: string }) => code === 'UPDATE_MATTER_OPEN')
}
/** Refused so, and nothing moved. */
async function refused(by: Person, act: string, input: object, ...errors: object[]) {
  const before = await w.digest()
  expect((await by.tryTo(act, input as Record<string, unknown>)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}

describe('what an update procedure must look at', () => {
  it('is whether the control stayed the same, and whatever else concerns its days', async () => {
    const work = await interimAndUpdate()
    expect(await kindsOf(work.updateId)).toEqual(['SAME_CONTROL'])
    expect((await mattersOf(a.staff, work.updateId)).matters[0].message).toBe(
      'Ask and see whether the control, who performs it and what it runs on stayed the same from 2025-07-01 to 2025-12-31.',
    )
    // Of the registers what falls on these days, once it is shared.
    await sharesChange(work.client, { title: 'In spring', effectiveOn: '2025-06-30' })
    await sharesIncident(work.client, { title: 'In spring', occurredOn: '2025-06-01', resolvedOn: '2025-06-30' })
    expect(await kindsOf(work.updateId)).toEqual(['SAME_CONTROL'])
    const change = await sharesChange(work.client, { effectiveOn: '2025-07-01' })
    const wentOn = { occurredOn: '2025-06-01', discoveredOn: '2025-06-03', resolvedOn: '2025-07-01' }
    const incident = await sharesIncident(work.client, wentOn)
    const { matters } = await mattersOf(a.senior, work.updateId)
    expect(matters.slice(1)).toMatchObject([
      { kind: 'SYSTEM_CHANGES', aboutIds: [change.id], isAnswered: false, answer: null },
      { kind: 'INCIDENTS', aboutIds: [incident.id], isAnswered: false, answer: null },
    ])
    // What the client changes of it is looked at anew.
    await answersAll(a.staff, work.updateId)
    const update = { incidentId: incident.id, expectedVersion: incident.version, hasControlFailed: true }
    await work.client.admin.does('updateIncident', update)
    expect((await mattersOf(a.staff, work.updateId)).matters).toMatchObject([
      ...[
        { isAnswered: true },
        { isAnswered: true },
        { kind: 'INCIDENTS', isAnswered: false, aboutIds: [incident.id] },
      ],
    ])
    // Withdrawn as made in error it is nothing to look at.
    const error = { systemChangeId: change.id, expectedVersion: change.version, reason: 'It was another forge.' }
    await work.client.admin.does('withdrawSystemChange', error)
    expect(await kindsOf(work.updateId)).toEqual(['SAME_CONTROL', 'INCIDENTS'])
    expect(await kindsOf(work.testedId)).toEqual([])
  })

  it('is what was found before, but for its own findings, and the general controls relied on', async () => {
    const work = await interimAndUpdate()
    const general = { ...controlOf(work.engagementId), ref: 'GC-01' }
    const { control } = await a.senior.does('createControl', general, 'control { id }')
    const relied = { controlId: work.controlId, expectedVersion: await versionOf(work.controlId) }
    const why = { reason: 'It is needed for it (invented).', restsOnIds: [] }
    const { restsOnIds } = await work.inPlaceOf(work.populationId)
    const reliance = { ...relied, reliesOnIds: [control.id], ...why, restsOnIds }
    await a.partner.does('recordControlReliance', reliance)
    const { matters } = await mattersOf(a.staff, work.updateId)
    expect(matters).toMatchObject([
      { kind: 'SAME_CONTROL', aboutIds: [expect.any(String)] },
      { kind: 'GENERAL_CONTROLS', aboutIds: [control.id] },
    ])
    expect(matters[0].message).toContain('the partner changed what is recorded of it (1 change)')
    const design = { ...matter, ...{ kind: 'DESIGN_DEFICIENCY', resultIds: [], criteriaCodes: ['CC8.1'] } }
    const raised = { engagementId: work.engagementId, controlId: work.controlId, ...design }
    const raise = async (procedureId: string) =>
      (await a.staff.does('raiseException', { ...raised, procedureId }, 'exception { id version }')).exception
    const found = await raise(work.testedId)
    expect(await kindsOf(work.updateId)).toEqual(['SAME_CONTROL', 'GENERAL_CONTROLS'])
    await a.manager.does('confirmException', { exceptionId: found.id, expectedVersion: found.version })
    const own = await raise(work.updateId)
    await a.manager.does('confirmException', { exceptionId: own.id, expectedVersion: own.version })
    expect((await mattersOf(a.staff, work.updateId)).matters[1]).toMatchObject({
      kind: 'EARLIER_FINDINGS',
      aboutIds: [found.id],
    })
  })

  it('is each cycle of a periodic control that fell due', async () => {
    const work = await interimAndUpdate({ frequency: 'QUARTERLY' })
    const { matters } = await mattersOf(a.staff, work.updateId)
    expect(matters[1]).toMatchObject({ kind: 'OCCURRENCES', aboutIds: [], labels: ['2025-Q3', '2025-Q4'] })
  })
})

describe('an update procedure', () => {
  it('is signed once each matter was answered, and again where one came up meanwhile', async () => {
    const work = await interimAndUpdate()
    const { updateId } = work
    const before = await w.digest()
    const notYet = (await signs(a.staff, 'prepareProcedure', updateId, prepared)).errors
    expect(notYet).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'UPDATE_MATTER_OPEN', node: updateId }] }])
    expect(await w.digest()).toBe(before)
    await answersAll(a.staff, updateId)
    expect((await mattersOf(a.senior, updateId)).matters).toMatchObject([
      { isAnswered: true, answer: { answeredBy: { id: a.staff.memberId }, version: 1 } },
    ])
    expect((await signs(a.staff, 'prepareProcedure', updateId, prepared)).errors).toEqual([])

    await sharesIncident(work.client, { occurredOn: '2025-08-01', discoveredOn: '2025-08-01', resolvedOn: null })
    const shared = await w.digest()
    const refusal = (await signs(a.senior, 'reviewProcedure', updateId)).errors
    expect(refusal).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'UPDATE_MATTER_OPEN' }] }])
    expect(await w.digest()).toBe(shared)
    await signs(a.senior, 'sendBackProcedure', updateId, { reason: 'An incident came up.' })
    await answersAll(a.staff, updateId)
    expect((await signs(a.staff, 'prepareProcedure', updateId, prepared)).errors).toEqual([])
    expect((await signs(a.senior, 'reviewProcedure', updateId)).errors).toEqual([])
    expect(await open(work.engagementId)).toEqual([])

    // What comes up after the review keeps the engagement from completion, until it was looked at.
    const { id } = await sharesChange(work.client, { effectiveOn: '2025-11-01' })
    expect(await open(work.engagementId)).toEqual([
      {
        code: 'UPDATE_MATTER_OPEN',
        node: updateId,
        message:
          'Update procedure U1: Look at 1 change of the organization or the system that took effect from 2025-07-01 to 2025-12-31.',
      },
    ])
    await signs(a.senior, 'sendBackProcedure', updateId, { reason: 'A change came up.' })
    await answersAll(a.staff, updateId)
    await signs(a.staff, 'prepareProcedure', updateId, prepared)
    await signs(a.senior, 'reviewProcedure', updateId)
    expect(await open(work.engagementId)).toEqual([])
    const { matters } = await mattersOf(a.reviewer, updateId)
    expect(matters.map(({ kind }) => kind)).toEqual(['SAME_CONTROL', 'SYSTEM_CHANGES', 'INCIDENTS'])
    expect(matters[1].aboutIds).toEqual([id])
  })

  it('that could not be performed holds up nothing later', async () => {
    const work = await interimAndUpdate()
    await answersAll(a.staff, work.updateId)
    await signs(a.staff, 'prepareProcedure', work.updateId, { ...prepared, outcome: 'UNABLE_TO_TEST' })
    await signs(a.senior, 'reviewProcedure', work.updateId)
    await sharesChange(work.client, { effectiveOn: '2025-11-01' })
    expect(await open(work.engagementId)).toEqual([])
  })

  it('is stale where an answer to a matter is another one than was signed', async () => {
    const work = await interimAndUpdate()
    const { updateId } = work
    await answersAll(a.staff, updateId)
    await signs(a.staff, 'prepareProcedure', updateId, prepared)
    await write(w.database, null, 'tampering', async (tx) => {
      await tx.enter(a.id)
      await tx.query('update update_answer set answer = $3 where firm_id = $1 and procedure_id = $2 returning id', [
        a.id,
        updateId,
        'Nothing was asked (invented).',
      ])
    })
    const asked =
      'query ($id: ID!) { node(id: $id) { ... on Procedure { signOffs(first: 5) { nodes { level isStale } } } } }'
    const { nodes } = (await a.senior.gql(asked, { id: updateId })).node.signOffs
    expect(nodes).toEqual([{ level: 'PREPARER', isStale: true }])
    const before = await w.digest()
    expect((await signs(a.senior, 'reviewProcedure', updateId)).errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'SIGN_OFF_STALE' }] },
    ])
    expect(await w.digest()).toBe(before)
  })
})

describe('answers to matters', () => {
  it('are to what was read, each once, and none of them is kept where one is refused', async () => {
    const work = await interimAndUpdate()
    const { updateId: procedureId } = work
    const { version: expectedVersion, matters } = await mattersOf(a.staff, procedureId)
    const [same] = answersTo(matters)
    const act = { procedureId, expectedVersion }
    await refused(a.staff, 'answerUpdateMatters', { ...act, answers: [] }, { code: 'INVALID_INPUT', path: ['answers'] })
    await refused(
      a.staff,
      'answerUpdateMatters',
      { ...act, answers: [same, same] },
      { code: 'INVALID_INPUT', path: ['answers', '1', 'kind'] },
    )
    await refused(
      a.staff,
      'answerUpdateMatters',
      { ...act, answers: [same, { ...same, kind: 'INCIDENTS' }] },
      { code: 'INVALID_INPUT', path: ['answers', '1', 'kind'], message: 'There is nothing of INCIDENTS to look at.' },
    )
    await sharesIncident(work.client, { occurredOn: '2025-08-01', discoveredOn: '2025-08-01', resolvedOn: null })
    const [, incidents] = answersTo((await mattersOf(a.staff, procedureId)).matters)
    await sharesIncident(work.client, {
      title: 'Another',
      occurredOn: '2025-09-01',
      discoveredOn: '2025-09-01',
      resolvedOn: null,
    })
    await refused(
      a.staff,
      'answerUpdateMatters',
      { ...act, answers: [same, incidents] },
      { code: 'VERSION_CONFLICT', path: ['answers', '1', 'matterDigest'] },
    )
    await refused(
      a.staff,
      'answerUpdateMatters',
      { ...act, expectedVersion: expectedVersion - 1, answers: [same] },
      { code: 'VERSION_CONFLICT' },
    )
    await refused(
      a.staff,
      'answerUpdateMatters',
      { ...act, answers: [{ ...same, answer: ' ' }] },
      { code: 'INVALID_INPUT', path: ['answers', '0', 'answer'] },
    )
  })

  it('are given anew, and move the procedure on', async () => {
    const { updateId: procedureId } = await interimAndUpdate()
    await answersAll(a.staff, procedureId)
    const { version: expectedVersion, matters } = await mattersOf(a.staff, procedureId)
    const answers = answersTo(matters, 'Another person performs it since August (invented).')
    const given = { procedureId, expectedVersion, answers }
    const { procedure } = await a.senior.does(
      'answerUpdateMatters',
      given,
      'procedure { version updateMatters { answer { answer version answeredBy { id } procedure { id } } } }',
    )
    expect(procedure).toEqual({
      version: expectedVersion + 1,
      updateMatters: [
        {
          answer: {
            answer: 'Another person performs it since August (invented).',
            version: 2,
            answeredBy: { id: a.senior.memberId },
            procedure: { id: procedureId },
          },
        },
      ],
    })
    await refused(a.staff, 'answerUpdateMatters', given, { code: 'VERSION_CONFLICT' })
  })

  it('are given by who tests, of an update procedure that is under way', async () => {
    const work = await interimAndUpdate()
    const { version, matters } = await mattersOf(a.staff, work.updateId)
    const act = { procedureId: work.updateId, expectedVersion: version, answers: answersTo(matters) }
    const before = await w.digest()
    for (const person of [a.reviewer, a.admin, b.staff, work.client.admin]) {
      expect(await person.isDenied('answerUpdateMatters', act)).toMatch(/^(FORBIDDEN|NOT_FOUND)$/)
    }
    expect(await w.digest()).toBe(before)
    const other = await work.procedure({ ref: 'T9' })
    const noUpdate = { ...act, procedureId: other.id, expectedVersion: other.version }
    await refused(a.staff, 'answerUpdateMatters', noUpdate, { code: 'INVALID_INPUT', path: ['procedureId'] })
    await answersAll(a.staff, work.updateId)
    await signs(a.staff, 'prepareProcedure', work.updateId, prepared)
    const signed = { ...act, expectedVersion: await versionOf(work.updateId) }
    await refused(a.staff, 'answerUpdateMatters', signed, { code: 'INVALID_TRANSITION' })
  })
})

describe('the reviewer’s view of interim work and its update', () => {
  it('shows both by the first day, and whether each covers its days', async () => {
    const work = await interimAndUpdate()
    const fields = 'coversFrom coversTo dayCount kind isInterim isCovering population { id } procedure { id }'
    const seen = async () => {
      const asked = `query ($id: ID!) { node(id: $id) { ... on Control { testedTimes(first: 10) { totalCount nodes { ${fields} } } populationGaps(first: 10) { totalCount } } } }`
      const { testedTimes, populationGaps } = (await a.senior.gql(asked, { id: work.controlId })).node
      return { ...testedTimes, gaps: populationGaps.totalCount }
    }
    const interim = {
      coversFrom: '2025-01-01',
      coversTo: '2025-06-30',
      dayCount: 181,
      kind: 'POPULATION',
      isInterim: true,
      isCovering: true,
      population: { id: work.populationId },
      procedure: { id: work.testedId },
    }
    const update = {
      coversFrom: '2025-07-01',
      coversTo: '2025-12-31',
      dayCount: 184,
      kind: 'UPDATE_PROCEDURE',
      isInterim: false,
      isCovering: false,
      population: null,
      procedure: { id: work.updateId },
    }
    expect(await seen()).toEqual({ totalCount: 2, nodes: [interim, update], gaps: 1 })
    await answersAll(a.staff, work.updateId)
    await signs(a.staff, 'prepareProcedure', work.updateId, prepared)
    await signs(a.senior, 'reviewProcedure', work.updateId)
    expect(await seen()).toEqual({ totalCount: 2, nodes: [interim, { ...update, isCovering: true }], gaps: 0 })
  })
})
