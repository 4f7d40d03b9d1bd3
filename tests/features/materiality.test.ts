import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { figuresAgainst } from '../support/figures-against.js'
import { testedControl } from '../support/tested-control.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const work = await chain(a, client)
const judgment = {
  material: false,
  pervasive: false,
  factors: [{ factor: 'RATE_AGAINST_TOLERABLE', note: 'Below the tolerable rate.' }],
  rationale: 'It would not influence those who rely on the report.',
}

const stateOf = async (id: string) =>
  (
    await a.manager.gql('query ($id: ID!) { exception(id: $id) { state materialityDecision { state material } } }', {
      id,
    })
  ).exception

describe('a decision on materiality', () => {
  it('is made by one person and approved by another, which concludes the exception', async () => {
    const exceptionId = await work.exception()
    const decisionId = await work.weighed(exceptionId, judgment)
    expect(await stateOf(exceptionId)).toEqual({
      state: 'COMMUNICATED',
      materialityDecision: { state: 'PROPOSED', material: false },
    })
    const approved = await work.change(
      a.partner,
      'approveMateriality',
      'decisionId',
      decisionId,
      {},
      'materialityDecision { state decidedBy { id } approvedBy { id } factors { factor note } } exception { state concludedAt }',
    )
    expect(approved).toMatchObject({
      materialityDecision: {
        state: 'APPROVED',
        decidedBy: { id: a.manager.memberId },
        approvedBy: { id: a.partner.memberId },
        factors: judgment.factors,
      },
      exception: { state: 'CONCLUDED' },
    })
    const again = await work.refused(a.partner, 'approveMateriality', 'decisionId', decisionId)
    expect(again).toMatchObject([{ __typename: 'InvalidTransition', from: 'APPROVED', to: 'APPROVED' }])
    expect(await work.refused(a.manager, 'reviseMateriality', 'decisionId', decisionId, judgment)).toMatchObject([
      { code: 'INVALID_TRANSITION' },
    ])
  })

  it('is never approved by who decided it, not even the partner', async () => {
    const exceptionId = await work.exception()
    const { materialityDecision } = await a.partner.does(
      'decideMateriality',
      { exceptionId, ...judgment },
      'materialityDecision { id actions { name allowed reason { message } } }',
    )
    expect(materialityDecision.actions).toContainEqual({
      name: 'approveMateriality',
      allowed: false,
      reason: { message: expect.stringContaining('another person') },
    })
    const before = await w.digest()
    expect(await work.refused(a.partner, 'approveMateriality', 'decisionId', materialityDecision.id)).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    expect(await w.digest()).toBe(before)
    await work.change(a.manager, 'reviseMateriality', 'decisionId', materialityDecision.id, judgment)
    await work.change(a.partner, 'approveMateriality', 'decisionId', materialityDecision.id)
  })

  it('that was returned is revised before it is approved', async () => {
    const exceptionId = await work.exception()
    const decisionId = await work.weighed(exceptionId)
    await work.change(a.partner, 'returnMateriality', 'decisionId', decisionId, { reason: 'Weigh the incidents too.' })
    expect(await work.refused(a.partner, 'approveMateriality', 'decisionId', decisionId)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'DECISION_RETURNED' }] },
    ])
    const { materialityDecision } = await work.change(
      a.manager,
      'reviseMateriality',
      'decisionId',
      decisionId,
      { ...judgment, factors: [...judgment.factors, { factor: 'INCIDENTS', note: 'None came of it.' }] },
      'materialityDecision { returnedReason material factors { factor } }',
    )
    expect(materialityDecision).toEqual({
      returnedReason: null,
      material: false,
      factors: [{ factor: 'RATE_AGAINST_TOLERABLE' }, { factor: 'INCIDENTS' }],
    })
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    expect(await stateOf(exceptionId)).toMatchObject({ state: 'CONCLUDED' })
  })

  it('is made once for an exception that is confirmed, and none other', async () => {
    const { exception } = await a.senior.does(
      'raiseException',
      {
        engagementId: work.engagementId,
        controlId: work.controlId,
        kind: 'SCOPE_LIMITATION',
        category: 'INSUFFICIENT_DOCUMENTATION',
        cause: 'DOCUMENTATION',
        title: 'No records',
        condition: 'No records of review were kept for March',
        potentialImpact: 'Unreviewed code may reach production',
      },
      'exception { id }',
    )
    const draft = await a.manager.tryTo('decideMateriality', { exceptionId: exception.id, ...judgment })
    expect(draft.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'DRAFT' }])
    const exceptionId = await work.exception()
    await work.weighed(exceptionId)
    const second = await a.manager.tryTo('decideMateriality', { exceptionId, ...judgment })
    expect(second.errors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['exceptionId'] }])
  })

  it('that contradicts itself, or weighs nothing, is refused where the fault lies', async () => {
    const other = await testedControl(a, work, { ref: 'CM-02' })
    const exceptionId = await work.exception()
    const before = await w.digest()
    const faults: [object, (string | number)[], string?][] = [
      [{ pervasive: true }, ['pervasive']],
      [{ rationale: ' ' }, ['rationale']],
      [{ factors: [] }, ['factors']],
      [{ factors: [judgment.factors[0], judgment.factors[0]] }, ['factors', 1, 'factor']],
      [{ factors: [{ factor: 'INCIDENTS', note: '' }] }, ['factors', 0, 'note']],
      [{ factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'The log.' }] }, ['compensatingControlIds']],
      [{ compensatingControlIds: ['not an id'] }, ['compensatingControlIds', 0], 'NOT_FOUND'],
      [{ compensatingControlIds: [other, exceptionId] }, ['compensatingControlIds', 1], 'NOT_FOUND'],
      [{ compensatingControlIds: [other, work.controlId] }, ['compensatingControlIds', 1]],
    ]
    for (const [change, path, code = 'INVALID_INPUT'] of faults) {
      const { errors } = await a.manager.tryTo('decideMateriality', { exceptionId, ...judgment, ...change })
      expect(errors, JSON.stringify(change)).toMatchObject([{ code, path: path.map(String) }])
    }
    expect(await w.digest()).toBe(before)
    const tested = {
      factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'Every change was reviewed.' }],
      compensatingControlIds: [other],
    }
    await a.manager.does('decideMateriality', { exceptionId, ...judgment, ...tested })
  })

  it('that finds a matter not material against the figures of its control names the papers it rests on', async () => {
    const against = await figuresAgainst(a, client)
    const exceptionId = await against.reported()
    const input = { exceptionId, ...judgment }
    const before = await w.digest()
    for (const [restsOnIds, code, path] of [
      [[], 'INVALID_INPUT', ['restsOnIds']],
      [[work.procedureId], 'NOT_FOUND', ['restsOnIds', '0']],
      [[against.testId, exceptionId], 'INVALID_INPUT', ['restsOnIds', '1']],
    ]) {
      expect((await a.manager.tryTo('decideMateriality', { ...input, restsOnIds })).errors).toMatchObject([
        { code, path },
      ])
    }
    expect(await w.digest()).toBe(before)
    const { materialityDecision } = await a.manager.does(
      'decideMateriality',
      { ...input, restsOnIds: [against.testId] },
      'materialityDecision { id restsOn { id } }',
    )
    expect(materialityDecision.restsOn).toEqual([{ id: against.testId }])
    const cleared = { ...judgment, restsOnIds: null }
    expect(
      await against.refused(a.manager, 'reviseMateriality', 'decisionId', materialityDecision.id, cleared),
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
  })

  it('is for manager and partner, and does not exist for the client, others of the firm and other firms', async () => {
    const exceptionId = await work.exception()
    const decisionId = await work.weighed(exceptionId)
    const outsider = await a.person('Otto Outside', 'PARTNER')
    const before = await w.digest()
    for (const person of [a.senior, a.staff, a.reviewer, client.admin]) {
      expect(await person.isDenied('decideMateriality', { exceptionId, ...judgment })).toBe('FORBIDDEN')
    }
    const approval = { decisionId, expectedVersion: 1 }
    for (const person of [a.manager, a.senior, a.reviewer, client.admin]) {
      expect(await person.isDenied('approveMateriality', approval)).toBe('FORBIDDEN')
    }
    for (const person of [outsider, b.partner]) {
      const never = { ...approval, decisionId: randomUUID() }
      expect(await person.isDenied('approveMateriality', approval)).toBe(
        await person.isDenied('approveMateriality', never),
      )
      expect(await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: decisionId })).toEqual({ node: null })
    }
    const asked = 'query ($id: ID!) { exception(id: $id) { title materialityDecision { id } } }'
    const shown = async (person: Person) => (await person.gql(asked, { id: exceptionId })).exception
    expect(await shown(a.staff)).toEqual({ title: expect.any(String), materialityDecision: { id: decisionId } })
    expect(await shown(client.admin)).toEqual({ title: expect.any(String), materialityDecision: null })
    expect(await w.digest()).toBe(before)
  })

  it('is not touched by the response: what management says changes neither decision nor proposal', async () => {
    const own = await chain(a, client)
    const exceptionId = await own.exception()
    await own.concluded(exceptionId)
    const before = await own.proposal()
    await own.answered(exceptionId)
    expect(await own.proposal()).toEqual(before)
  })
})
