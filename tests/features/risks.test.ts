import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { tested } from '../support/exceptions.js'
import { controlOf, fieldwork } from '../support/fieldwork.js'
import { assessment, fraudInquiry } from '../support/risks.js'
import { testedControl } from '../support/tested-control.js'
import { type Person, world } from '../support/world.js'

// The risk assessment: risks to the service commitments, answered by controls, which are rated no lower; and inquiries about fraud.

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const planning = await fieldwork(w, a, { state: 'PLANNING' }, client)
const reason = 'The assessment was revised, invented.'

const versionOf = async (id: string) =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const added = async (ref: string, how: object = {}, engagementId = planning.engagementId): Promise<string> =>
  (await a.senior.does('createControl', controlOf(engagementId, { ref, ...how }), 'control { id }')).control.id
const recorded = async (ref: string, how: object = {}, engagementId = planning.engagementId): Promise<string> =>
  (await a.senior.does('recordRisk', { engagementId, ref, ...assessment, ...how }, 'risk { id }')).risk.id
const tries = async (person: Person, mutation: string, idName: string, id: string, given: object) =>
  person.tryTo(mutation, { [idName]: id, expectedVersion: await versionOf(id), ...given })
/** Tries to change a risk; expects a refusal, and that nothing moved. */
async function refused(person: Person, riskId: string, given: object, error: object): Promise<void> {
  const before = await w.digest()
  expect((await tries(person, 'updateRisk', 'riskId', riskId, given)).errors).toMatchObject([error])
  expect(await w.digest()).toBe(before)
}

describe('a risk', () => {
  it('is recorded with the controls that answer it, and read from the engagement and from them', async () => {
    const [one, other] = [await added('AA-02'), await added('AA-01', { risk: 'HIGH' })]
    const riskId = await recorded('AA', { controlIds: [one, other], isFraudRisk: true })
    const asked = `query ($id: ID!, $control: ID!) { engagement(id: $id) { risks(first: 1) { totalCount nodes { id ref statement threatens isFraudRisk
      likelihood impact rating recordedBy { id } controls { ref } } } } node(id: $control) { ... on Control { risks { ref } } } }`
    const answer = await a.reviewer.gql(asked, { id: planning.engagementId, control: one })
    expect(answer.engagement.risks.nodes).toEqual([
      {
        id: riskId,
        ref: 'AA',
        ...assessment,
        isFraudRisk: true,
        recordedBy: { id: a.senior.memberId },
        controls: [{ ref: 'AA-01' }, { ref: 'AA-02' }],
      },
    ])
    expect(answer.node.risks).toEqual([{ ref: 'AA' }])
    const again = { engagementId: planning.engagementId, ref: 'aa', ...assessment }
    expect((await a.senior.tryTo('recordRisk', again)).errors).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['ref'] },
    ])
  })

  it('is answered by controls of the engagement that are in use and rated as high at least', async () => {
    const retired = await added('BB-01')
    await tries(a.senior, 'retireControl', 'controlId', retired, { reason })
    const low = await added('BB-02', { risk: 'LOW' })
    const elsewhere = (await fieldwork(w, a, { state: 'PLANNING' }, client)).controlId
    const input = { engagementId: planning.engagementId, ref: 'BB', ...assessment }
    const before = await w.digest()
    for (const [controlId, code] of [
      [retired, 'INVALID_INPUT'],
      [low, 'INVALID_INPUT'],
      [elsewhere, 'NOT_FOUND'],
      ['none', 'NOT_FOUND'],
    ]) {
      const { errors } = await a.senior.tryTo('recordRisk', { ...input, controlIds: [planning.controlId, controlId] })
      expect(errors).toMatchObject([{ code, path: ['controlIds', '1'] }])
    }
    expect(await w.digest()).toBe(before)
  })

  it('and its control are rated alike from both sides: neither passes the other', async () => {
    const controlId = await added('CC-01')
    const riskId = await recorded('CC', { controlIds: [controlId] })
    await refused(a.senior, riskId, { rating: 'HIGH' }, { code: 'INVALID_INPUT', path: ['rating'] })
    const before = await w.digest()
    expect((await tries(a.senior, 'updateControl', 'controlId', controlId, { risk: 'LOW' })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['risk'], message: 'It answers risks that are rated higher: CC (MODERATE).' },
    ])
    expect(await w.digest()).toBe(before)
    expect((await tries(a.senior, 'updateControl', 'controlId', controlId, { risk: 'HIGH' })).errors).toEqual([])
    expect((await tries(a.senior, 'updateRisk', 'riskId', riskId, { rating: 'HIGH' })).errors).toEqual([])
    // In planning it is lowered as freely.
    expect((await tries(a.senior, 'updateRisk', 'riskId', riskId, { rating: 'LOW' })).errors).toEqual([])
    expect((await tries(a.senior, 'updateControl', 'controlId', controlId, { risk: 'LOW' })).errors).toEqual([])
    const version = await versionOf(riskId)
    expect((await tries(a.senior, 'updateRisk', 'riskId', riskId, { controlIds: null })).errors).toEqual([])
    expect(await versionOf(riskId)).toBe(version + 1)
    const asked = 'query ($id: ID!) { node(id: $id) { ... on Risk { controls { ref } } } }'
    expect((await a.senior.gql(asked, { id: riskId })).node.controls).toEqual([])
  })

  it('is weakened by the partner alone once a control that answers it is tested, with a reason and a paper', async () => {
    const work = await tested(w, a, {}, client)
    const { engagementId, controlId, procedureId } = work
    const riskId = await recorded('R-01', { controlIds: [controlId] }, engagementId)
    const ways = [{ rating: 'LOW' }, { statement: 'Nothing much.' }, { threatens: 'Nothing.' }, { controlIds: [] }]
    const given = { reason, restsOnIds: [procedureId] }
    for (const way of ways) {
      await refused(a.manager, riskId, { ...way, ...given }, { code: 'TESTING_BEGUN' })
      await refused(
        a.partner,
        riskId,
        { ...way, restsOnIds: [procedureId] },
        { code: 'INVALID_INPUT', path: ['reason'] },
      )
      await refused(a.partner, riskId, { ...way, reason }, { code: 'INVALID_INPUT', path: ['restsOnIds'] })
    }
    expect(
      (await tries(a.senior, 'updateRisk', 'riskId', riskId, { isFraudRisk: true, likelihood: 'HIGH' })).errors,
    ).toEqual([])
    for (const way of [{ rating: 'LOW' }, { controlIds: [] }]) {
      expect((await tries(a.partner, 'updateRisk', 'riskId', riskId, { ...way, ...given })).errors).toEqual([])
    }
    const asked = `query ($id: ID!) { node(id: $id) { ... on Control { changes { nodes { part saidBefore saidAfter reason restsOn { id }
      changedBy { id } testedCount deviationCount } } } } }`
    const kept = {
      part: 'RISK_ANSWERED',
      reason,
      restsOn: [{ id: procedureId }],
      changedBy: { id: a.partner.memberId },
    }
    const said = (rating: string) =>
      `R-01, ${rating}, a risk of fraud: ${assessment.statement} Threatens: ${assessment.threatens}`
    expect((await a.reviewer.gql(asked, { id: controlId })).node.changes.nodes).toEqual([
      { ...kept, testedCount: 5, deviationCount: 3, saidBefore: said('MODERATE'), saidAfter: said('LOW') },
      { ...kept, testedCount: 5, deviationCount: 3, saidBefore: said('LOW'), saidAfter: 'R-01 is not answered by it.' },
    ])
  })

  it('is for seniors and above to assess, and does not exist for the client, others of the firm and other firms', async () => {
    const riskId = await recorded('DD')
    const input = { engagementId: planning.engagementId, ref: 'EE', ...assessment }
    const change = { riskId, expectedVersion: 1, rating: 'LOW' }
    const outsider = await a.person('Otto Outside', 'PARTNER')
    const before = await w.digest()
    for (const person of [a.staff, a.reviewer, client.admin]) {
      expect(await person.isDenied('recordRisk', input)).toBe('FORBIDDEN')
      expect(await person.isDenied('updateRisk', change)).toBe('FORBIDDEN')
    }
    for (const person of [outsider, b.partner]) {
      expect(await person.isDenied('updateRisk', change)).toBe(
        await person.isDenied('updateRisk', { ...change, riskId: randomUUID() }),
      )
      expect(await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: riskId })).toEqual({ node: null })
    }
    expect(await w.digest()).toBe(before)
  })
})

it('where risks are recorded for both, a control compensates for one that answers the same risk alone', async () => {
  const work = await chain(a, client)
  const other = await testedControl(a, work, { ref: 'CM-02' })
  const exceptionId = await work.exception({ criteriaCodes: ['CC8.1'] })
  const shared = await recorded('R-01', { controlIds: [work.controlId] }, work.engagementId)
  await recorded('R-02', { controlIds: [other] }, work.engagementId)
  const judgment = {
    exceptionId,
    material: false,
    pervasive: false,
    factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'Releases are looked through.' }],
    rationale: 'What was not reviewed was seen.',
    compensatingControlIds: [other],
  }
  const before = await w.digest()
  expect((await a.manager.tryTo('decideMateriality', judgment)).errors).toMatchObject([
    {
      code: 'INVALID_INPUT',
      path: ['compensatingControlIds', '0'],
      message: 'CM-02 does not compensate: it answers other risks than the control that failed.',
    },
  ])
  expect(await w.digest()).toBe(before)
  await work.change(a.senior, 'updateRisk', 'riskId', shared, { controlIds: [work.controlId, other] })
  await a.manager.does('decideMateriality', judgment)
})

describe('an inquiry about fraud', () => {
  it('is recorded with who was asked, what, when and by whom, and stays as it is', async () => {
    const { engagementId, procedureId } = await tested(w, a, {}, client)
    const input = { engagementId, ...fraudInquiry, restsOnIds: [procedureId] }
    const { fraudInquiry: made } = await a.staff.does('recordFraudInquiry', input, 'fraudInquiry { id }')
    const asked = `query ($id: ID!) { engagement(id: $id) { fraudInquiries { totalCount nodes { id personAsked roleAsked askedOn asked answer
      askedBy { id } restsOn { id } } } } }`
    expect((await a.reviewer.gql(asked, { id: engagementId })).engagement.fraudInquiries).toEqual({
      totalCount: 1,
      nodes: [{ id: made.id, ...fraudInquiry, askedBy: { id: a.staff.memberId }, restsOn: [{ id: procedureId }] }],
    })
    await expect(w.owner.query(`update fraud_inquiry set answer = 'x' where id = $1`, [made.id])).rejects.toThrow(
      'written once',
    )
  })

  it('is refused for a day in the future and a paper of elsewhere, and is no matter of the client', async () => {
    const input = { engagementId: planning.engagementId, ...fraudInquiry }
    const before = await w.digest()
    for (const [change, code, path] of [
      [{ askedOn: '2999-01-01' }, 'INVALID_INPUT', ['askedOn']],
      [{ restsOnIds: [randomUUID()] }, 'NOT_FOUND', ['restsOnIds', '0']],
      [{ personAsked: ' ' }, 'INVALID_INPUT', ['personAsked']],
    ] as const) {
      expect((await a.staff.tryTo('recordFraudInquiry', { ...input, ...change })).errors).toMatchObject([
        { code, path },
      ])
    }
    expect(await w.digest()).toBe(before)
    for (const person of [a.reviewer, client.admin, client.respondent]) {
      expect(await person.isDenied('recordFraudInquiry', input)).toBe('FORBIDDEN')
    }
  })
})
