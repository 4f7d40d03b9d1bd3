import { describe, expect, it } from 'vitest'
import { type Chain, chain } from '../support/chain.js'
import { matter } from '../support/exceptions.js'
import { controlOf } from '../support/fieldwork.js'
import { testedControl } from '../support/tested-control.js'
import { world } from '../support/world.js'

// A compensating control is another one, for the same risk and time, independent of the failure, tested and effective.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

const relying = (...compensatingControlIds: string[]) => ({
  material: false,
  pervasive: false,
  factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'Releases are looked through each week.' }],
  rationale: 'What was not reviewed was seen within a week.',
  compensatingControlIds,
})

/** Decides on an exception by naming a control; expects a refusal at that control that says why, and that nothing moved. */
async function refusedFor(exceptionId: string, controlId: string, why: string): Promise<void> {
  const before = await w.digest()
  const { errors } = await a.manager.tryTo('decideMateriality', { exceptionId, ...relying(controlId) })
  expect(errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['compensatingControlIds', '0'], message: expect.stringContaining(why) },
  ])
  expect(await w.digest()).toBe(before)
}

/** An exception on a control of an engagement, as of the chain's own. */
const failed = (work: Chain, controlId: string) => work.exception({ controlId, criteriaCodes: ['CC8.1'] })

describe('A control that is said to compensate', () => {
  it('counts where it is another one, tested over the time of the failure and effective', async () => {
    const work = await chain(a, client)
    const other = await testedControl(a, work, { ref: 'CM-02', operatedTo: '2025-01-31' })
    const exceptionId = await failed(work, work.controlId)
    await work.concluded(exceptionId, relying(other))
    const asked = `query ($id: ID!) { exception(id: $id) { state materialityDecision { material compensatingControls { ref } } } }`
    expect((await a.partner.gql(asked, { id: exceptionId })).exception).toEqual({
      state: 'CONCLUDED',
      materialityDecision: { material: false, compensatingControls: [{ ref: 'CM-02' }] },
    })
  })

  it('is not the control that failed, nor the one that it replaced', async () => {
    const work = await chain(a, client)
    const exceptionId = await failed(work, work.controlId)
    await refusedFor(exceptionId, work.controlId, 'CM-01 does not compensate: it is the control that failed')
    const first = await testedControl(a, work, { ref: 'CM-02', operatedTo: '2025-06-30' })
    const second = await testedControl(a, work, { ref: 'CM-03', operatedFrom: '2025-07-01', replacesId: first })
    for (const [own, other] of [
      [first, second],
      [second, first],
    ] as const) {
      await refusedFor(await failed(work, own), other, 'it is the control that failed')
    }
  })

  it('serves a criterion of the exception, and operated all the time of the failure', async () => {
    const work = await chain(a, client)
    const exceptionId = await failed(work, work.controlId)
    const elsewhere = await testedControl(a, work, { ref: 'CM-02', criteriaCodes: ['CC7.1'] })
    await refusedFor(exceptionId, elsewhere, 'it serves none of the criteria concerned')
    const late = await testedControl(a, work, { ref: 'CM-03', operatedFrom: '2025-01-03' })
    await refusedFor(exceptionId, late, 'it was not in operation all the time')
    const unknown = { controlId: work.controlId, criteriaCodes: ['CC8.1'], failedFrom: null, failedTo: null }
    const atAnyTime = await work.exception({ ...unknown, failurePeriodBasis: null })
    const early = await testedControl(a, work, { ref: 'CM-04', operatedTo: '2025-12-30' })
    await refusedFor(atAnyTime, early, 'it was not in operation all the time')
  })

  it('was shown by items: a weekly one tested by one inspection counts for nothing', async () => {
    const work = await chain(a, client)
    const exceptionId = await failed(work, work.controlId)
    const { change, engagementId } = work
    const weekly = controlOf(engagementId, { ref: 'CM-02', frequency: 'WEEKLY' })
    const { control } = await a.senior.does('createControl', weekly, 'control { id }')
    const { procedure } = await a.senior.does('planProcedure', inspection(control.id), 'procedure { id }')
    await change(a.staff, 'startProcedure', 'procedureId', procedure.id)
    const found = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'One report was there.' }
    await change(a.staff, 'prepareProcedure', 'procedureId', procedure.id, found)
    await change(a.senior, 'reviewProcedure', 'procedureId', procedure.id)
    const conclusion = { design: 'SUITABLE', operation: 'EFFECTIVE', rationale: 'One report was seen.' }
    expect(await work.refused(a.senior, 'concludeControl', 'controlId', control.id, conclusion)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['operation'] },
    ])
    await refusedFor(exceptionId, control.id, 'it is not concluded SUITABLE and EFFECTIVE; no test of its items')
  })

  it('has a population: one without, concluded EFFECTIVE, is not precise enough', async () => {
    const work = await chain(a, client)
    const exceptionId = await failed(work, work.controlId)
    const { change, engagementId } = work
    const tone = controlOf(engagementId, { ref: 'CM-02', frequency: 'CONTINUOUS' })
    const { control } = await a.senior.does('createControl', tone, 'control { id version }')
    const mark = await a.senior.does(
      'markControlWithoutPopulation',
      { controlId: control.id, expectedVersion: control.version, reason: 'A policy acts on no list.' },
      'mark { id }',
    )
    await change(a.manager, 'approveControlWithoutPopulation', 'markId', mark.mark.id)
    const { procedure } = await a.senior.does(
      'planProcedure',
      { ...inspection(control.id), methods: ['INSPECTION', 'OBSERVATION'] },
      'procedure { id }',
    )
    await change(a.staff, 'startProcedure', 'procedureId', procedure.id)
    const found = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'The policy is lived.' }
    await change(a.staff, 'prepareProcedure', 'procedureId', procedure.id, found)
    await change(a.senior, 'reviewProcedure', 'procedureId', procedure.id)
    const conclusion = { design: 'SUITABLE', operation: 'EFFECTIVE', rationale: 'Walked through.' }
    await change(a.senior, 'concludeControl', 'controlId', control.id, conclusion)
    await refusedFor(exceptionId, control.id, 'CM-02 does not compensate: no test of its items shows that it operated.')
  })

  it('is not retired, has no exception of its own that is open or material, and does not rely on what failed', async () => {
    const work = await chain(a, client)
    const exceptionId = await failed(work, work.controlId)
    const reliant = await testedControl(a, work, { ref: 'CM-02' })
    const given = { reason: 'As the walkthrough showed.', restsOnIds: [work.procedureId] }
    const reliesOnIds = [work.controlId]
    await work.change(a.partner, 'recordControlReliance', 'controlId', reliant, { reliesOnIds, ...given })
    await refusedFor(exceptionId, reliant, 'it relies on the control that failed')
    const faulty = await testedControl(a, work, { ref: 'CM-03' })
    const own = await failed(work, faulty)
    await refusedFor(exceptionId, faulty, 'EX-2 on it is material, or not concluded')
    await work.concluded(own)
    await refusedFor(exceptionId, faulty, 'EX-2 on it is material, or not concluded')
    const retired = await testedControl(a, work, { ref: 'CM-04' })
    const why = { reason: 'Not examined any more.', restsOnIds: [work.procedureId] }
    await work.change(a.partner, 'retireControl', 'controlId', retired, why)
    await refusedFor(exceptionId, retired, 'it was retired')
  })

  it('is not compensated in turn by what failed, over any number of steps', async () => {
    const work = await chain(a, client)
    const second = await testedControl(a, work, { ref: 'CM-02' })
    await work.concluded(await failed(work, second), relying(work.controlId))
    const exceptionId = await failed(work, work.controlId)
    await refusedFor(
      exceptionId,
      second,
      'CM-02 does not compensate: the control that failed compensates for it in turn.',
    )
    // The first compensates for the second, the second for the third: the third does not for the first.
    const around = await chain(a, client)
    const [b, c] = [await testedControl(a, around, { ref: 'CM-02' }), await testedControl(a, around, { ref: 'CM-03' })]
    await around.concluded(await failed(around, c), relying(b))
    await around.concluded(await failed(around, b), relying(around.controlId))
    await refusedFor(await failed(around, around.controlId), c, 'the control that failed compensates for it in turn')
  })

  it('is looked at again on approval: one that serves the criterion no longer is refused then', async () => {
    const work = await chain(a, client)
    const other = await testedControl(a, work, { ref: 'CM-02' })
    const decisionId = await work.weighed(await failed(work, work.controlId), relying(other))
    await work.change(a.partner, 'mapControl', 'controlId', other, {
      criteriaCodes: ['CC7.1'],
      reason: 'It never served the other.',
      restsOnIds: [work.procedureId],
    })
    const before = await w.digest()
    expect(await work.refused(a.partner, 'approveMateriality', 'decisionId', decisionId)).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringContaining('it serves none of the criteria concerned') },
    ])
    expect(await w.digest()).toBe(before)
    const asked = `query ($id: ID!) { node(id: $id) { ... on MaterialityDecision { actions { name allowed } } } }`
    expect((await a.partner.gql(asked, { id: decisionId })).node.actions).toContainEqual({
      name: 'approveMateriality',
      allowed: false,
    })
  })
})

describe('A control that compensated when the decision was approved', () => {
  const lostIn = async ({ engagementId }: Chain, to = 'COMPLETION'): Promise<{ message: string; node: string }[]> => {
    const asked = `query ($id: ID!) { engagement(id: $id) { readiness(to: ${to}) { blockers { code message node } } } }`
    const { blockers } = (await a.manager.gql(asked, { id: engagementId })).engagement.readiness
    return blockers.filter(({ code }: { code: string }) => code === 'COMPENSATION_LOST')
  }
  const because = (work: Chain) => ({ reason: 'It turned out so.', restsOnIds: [work.procedureId] })
  /** What may befall it, each with why it then does not compensate. */
  const ways: [string, (work: Chain, controlId: string) => Promise<unknown>, string][] = [
    [
      'is concluded otherwise',
      (work, id) =>
        work.change(a.senior, 'concludeControl', 'controlId', id, {
          design: 'UNSUITABLE',
          operation: 'NOT_EFFECTIVE',
          rationale: 'Its later records are missing.',
        }),
      'it is not concluded SUITABLE and EFFECTIVE',
    ],
    [
      'is tested anew',
      async (work, id) => {
        const { rows } = await w.owner.query('select id from procedure where control_id = $1', [id])
        await work.change(a.manager, 'sendBackProcedure', 'procedureId', rows[0].id, { reason: 'Look again.' })
      },
      'it is not concluded SUITABLE and EFFECTIVE',
    ],
    [
      'is retired',
      (work, id) => work.change(a.partner, 'retireControl', 'controlId', id, because(work)),
      'it was retired',
    ],
    [
      'comes to rely on what failed',
      (work, id) =>
        work.change(a.partner, 'recordControlReliance', 'controlId', id, {
          reliesOnIds: [work.controlId],
          ...because(work),
        }),
      'it relies on the control that failed',
    ],
    ['has an exception of its own', (work, id) => failed(work, id), 'EX-2 on it is material, or not concluded'],
  ]

  it.each(ways)('and %s closes the gates until it is decided anew', async (_what, befall, why) => {
    const work = await chain(a, client)
    const other = await testedControl(a, work, { ref: 'CM-02' })
    const exceptionId = await failed(work, work.controlId)
    const decisionId = await work.weighed(exceptionId, relying(other))
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    expect(await lostIn(work)).toEqual([])
    await befall(work, other)
    const [lost, ...others] = await lostIn(work)
    expect(others).toEqual([])
    expect(lost).toMatchObject({ node: decisionId, message: expect.stringContaining('The decision on EX-1 counts') })
    expect(lost?.message).toContain('CM-02 does not compensate any more: ')
    expect(lost?.message).toContain(why)
    expect(await lostIn(work, 'ISSUED')).toEqual([lost])
    const before = await w.digest()
    const [refusal] = await work.refused(a.manager, 'startCompletion', 'engagementId', work.engagementId)
    expect(refusal?.code).toBe('NOT_READY')
    expect(refusal?.blockers).toContainEqual(expect.objectContaining({ code: 'COMPENSATION_LOST' }))
    expect(await w.digest()).toBe(before)
    await work.change(a.partner, 'reopenMateriality', 'decisionId', decisionId, { reason: 'CM-02 fell.' })
    const anew = { material: true, factors: [{ factor: 'NATURE_AND_CAUSE', note: 'No other control saw it.' }] }
    const revised = { ...anew, compensatingControlIds: null, restsOnIds: null, rationale: 'Nothing makes up for it.' }
    await work.change(a.manager, 'reviseMateriality', 'decisionId', decisionId, revised)
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    expect(await lostIn(work)).toEqual([])
  })

  it('and is exchanged for another one: exceptions weighed together with it are weighed together again', async () => {
    const work = await chain(a, client)
    const [first, second] = [
      await testedControl(a, work, { ref: 'CM-02' }),
      await testedControl(a, work, { ref: 'CM-03' }),
    ]
    const exceptionId = await failed(work, work.controlId)
    const decisionId = await work.weighed(exceptionId, relying(first))
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    await work.concluded(await failed(work, work.controlId), relying(first))
    await work.together()
    const undecided = async () => {
      const asked = `query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code message } } } }`
      const { blockers } = (await a.manager.gql(asked, { id: work.engagementId })).engagement.readiness
      return blockers.filter(({ code }: { code: string }) => code === 'AGGREGATE_UNDECIDED')
    }
    expect(await undecided()).toEqual([])
    await work.change(a.partner, 'reopenMateriality', 'decisionId', decisionId, { reason: 'CM-02 is doubted.' })
    const anew = { compensatingControlIds: [second], rationale: 'CM-03 saw what was not reviewed.' }
    await work.change(a.manager, 'reviseMateriality', 'decisionId', decisionId, anew)
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    const again = await undecided()
    expect(again.length).toBeGreaterThan(0)
    for (const { message } of again) expect(message).toContain('weigh them together again, as they are now')
  })
})

const inspection = (controlId: string) => ({
  controlId,
  ref: 'CM-02.T1',
  methods: ['INSPECTION'],
  aspects: ['OPERATION'],
  objective: matter.title,
  steps: 'Inspected one report.',
})
