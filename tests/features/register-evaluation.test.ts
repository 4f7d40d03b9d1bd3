import { describe, expect, it } from 'vitest'
import { type Chain, chain, judgmentsOf } from '../support/chain.js'
import { type Entered, sharesChange, sharesIncident } from '../support/registers.js'
import { type Person, type TestClient, world } from '../support/world.js'

// What the client shared of its registers is evaluated for each engagement whose time it touches, before the report.

const w = await world()
const a = await w.firm('Alder')

/** An engagement of a client of its own: what one test shares is nothing to another. */
async function begun(changes: object = {}): Promise<{ work: Chain; client: TestClient; engagementId: string }> {
  const client = await a.client(`Kestrel ${Math.random()}`)
  const work = await chain(a, client, changes)
  return { work, client, engagementId: work.engagementId }
}

interface BlockerSaid {
  code: string
  node: string | null
  message: string
}

const blockersOf = async (engagementId: string): Promise<BlockerSaid[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code node message } } } }'
  return (await a.partner.gql(asked, { id: engagementId })).engagement.readiness.blockers
}
const unevaluated = async (engagementId: string) =>
  (await blockersOf(engagementId))
    .filter(({ code }) => /UNEVALUATED/.test(code))
    .map(({ code, node }) => ({ code, node }))

const fields = 'evaluation { id version conclusion entryVersion isStale evaluatedBy { id } restsOn { id } }'
const evaluates = (person: Person, engagementId: string, { id, version }: Entered, said: object = {}) =>
  person.tryTo(
    'evaluateIncident',
    {
      engagementId,
      incidentId: id,
      expectedVersion: version,
      conclusion: 'NO_EFFECT',
      reason: 'Nothing was on it.',
      ...said,
    },
    fields,
  )
const evaluatesChange = (person: Person, engagementId: string, { id, version }: Entered, said: object = {}) =>
  person.tryTo(
    'evaluateSystemChange',
    {
      engagementId,
      systemChangeId: id,
      expectedVersion: version,
      conclusion: 'NO_EFFECT',
      reason: 'The same steps.',
      ...said,
    },
    fields,
  )

describe('an incident that was shared', () => {
  it('blocks the report until it is evaluated, and again once the client changed it', async () => {
    const { work, client, engagementId } = await begun()
    await work.readyToIssue()
    expect(await blockersOf(engagementId)).toEqual([])
    const incident = await sharesIncident(client)
    expect(await blockersOf(engagementId)).toMatchObject([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
    const unmoved = await w.digest()
    expect(await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'INCIDENT_UNEVALUATED' }] },
    ])
    for (const person of [a.senior, a.reviewer, a.staff, a.admin, client.admin, client.respondent]) {
      expect(
        await person.isDenied('evaluateIncident', {
          engagementId,
          incidentId: incident.id,
          expectedVersion: incident.version,
          conclusion: 'NO_EFFECT',
          reason: 'Invented.',
        }),
        person.name,
      ).toMatch(/FORBIDDEN|NOT_FOUND/)
    }
    expect(await w.digest()).toBe(unmoved)
    const { evaluation } = await evaluates(a.manager, engagementId, incident)
    expect(evaluation).toMatchObject({ version: 1, entryVersion: incident.version, isStale: false })
    expect(evaluation.evaluatedBy).toEqual({ id: a.manager.memberId })
    expect(await blockersOf(engagementId)).toEqual([])

    const changed = { incidentId: incident.id, expectedVersion: incident.version, whatHappened: 'It was stolen.' }
    const said = (await client.admin.does('updateIncident', changed, 'incident { id version }')).incident
    expect(await unevaluated(engagementId)).toEqual([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
    const before = await w.digest()
    const { errors } = await evaluates(a.manager, engagementId, incident)
    expect(errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: said.version }])
    expect(await w.digest()).toBe(before)
    const again = await evaluates(a.partner, engagementId, said)
    expect(again.evaluation).toMatchObject({ id: evaluation.id, version: 2, entryVersion: said.version })
    expect((await work.issue()).engagement.state).toBe('ISSUED')

    const late = await sharesIncident(client, {
      occurredOn: '2025-08-01',
      discoveredOn: '2025-08-01',
      resolvedOn: null,
    })
    const afterIssue = await w.digest()
    expect((await evaluates(a.partner, engagementId, late)).errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await w.digest()).toBe(afterIssue)
    const asked = 'query ($id: ID!) { engagement(id: $id) { incidents { nodes { id evaluations { conclusion } } } } }'
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.incidents.nodes).toEqual([
      { id: incident.id, evaluations: [{ conclusion: 'NO_EFFECT' }] },
      { id: late.id, evaluations: [] },
    ])
  })

  it('withdrawn by the client is evaluated anew, as withdrawn', async () => {
    const { client, engagementId } = await begun()
    const incident = await sharesIncident(client)
    expect((await evaluates(a.manager, engagementId, incident)).errors).toEqual([])
    const withdrawn = { incidentId: incident.id, expectedVersion: incident.version, reason: 'A drill.' }
    await client.admin.does('withdrawIncident', withdrawn)
    expect(await unevaluated(engagementId)).toEqual([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
  })

  it.each([
    ['that a control failed', { hasControlFailed: true }, 'NO_EFFECT', 'YES', []],
    ['not whether a control failed', { hasControlFailed: null }, 'NO_EFFECT', 'NOT_KNOWN', []],
    [
      'that a commitment was touched',
      { touchedCommitments: ['Data is encrypted.'] },
      'NO_EFFECT',
      'NO',
      ['Data is encrypted.'],
    ],
    [
      'that a control failed, and is told in the description alone',
      { hasControlFailed: true },
      'IN_DESCRIPTION',
      'YES',
      [],
    ],
  ])(
    'of which the client says %s needs a paper, and is a judgment against the figures',
    async (_what, told, conclusion, failed, touched) => {
      const { work, client, engagementId } = await begun()
      await work.described()
      const incident = await sharesIncident(client, { title: 'The forge was open', ...told })
      const before = await w.digest()
      const refused = await evaluates(a.manager, engagementId, incident, { conclusion })
      expect(refused.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
      expect(await w.digest()).toBe(before)
      expect(await unevaluated(engagementId)).toHaveLength(1)
      const restsOnIds = [work.procedureId]
      const { evaluation, errors } = await evaluates(a.manager, engagementId, incident, { conclusion, restsOnIds })
      expect(errors).toEqual([])
      const asked = `query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures(first: 100) { nodes {
      kind subject { id } statement reason awaited decidedBy { id } restsOn { id } figures { name value } } } } }`
      const { nodes } = (await a.reviewer.gql(asked, { id: engagementId })).engagement.judgmentsAgainstFigures
      expect(nodes.filter(({ kind }: { kind: string }) => kind === 'INCIDENT_WITHOUT_EXCEPTION')).toEqual([
        {
          kind: 'INCIDENT_WITHOUT_EXCEPTION',
          subject: { id: evaluation.id },
          statement: `The incident “The forge was open” is concluded ${conclusion}: no exception was raised.`,
          reason: 'Nothing was on it.',
          awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
          decidedBy: { id: a.manager.memberId },
          restsOn: [{ id: work.procedureId }],
          figures: [
            { name: 'CONTROL_FAILED', value: failed },
            ...touched.map((value) => ({ name: 'COMMITMENTS_TOUCHED', value })),
          ],
        },
      ])
    },
  )

  it('is to be acknowledged again when the client says something else of it', async () => {
    const { work, client, engagementId } = await begun()
    const incident = await sharesIncident(client, { hasControlFailed: true })
    await evaluates(a.manager, engagementId, incident, { restsOnIds: [work.procedureId] })
    const [first] = (await judgmentsOf(a.partner, engagementId)).nodes
    const changed = { incidentId: incident.id, expectedVersion: incident.version, touchedCommitments: ['Uptime.'] }
    const { incident: said } = await client.admin.does('updateIncident', changed, 'incident { id version }')
    // What was judged stays what it was; the entry is to be evaluated anew before the report.
    expect((await judgmentsOf(a.partner, engagementId)).nodes[0].figuresDigest).toBe(first.figuresDigest)
    expect(await unevaluated(engagementId)).toEqual([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
    await evaluates(a.manager, engagementId, said, { restsOnIds: [work.procedureId] })
    const before = await w.digest()
    const { errors } = await a.partner.tryTo('acknowledgeJudgment', {
      engagementId,
      judgmentId: first.id,
      figuresDigest: first.figuresDigest,
      note: 'Read.',
    })
    expect(errors).toMatchObject([{ code: 'JUDGMENT_CHANGED' }])
    expect(await w.digest()).toBe(before)
  })

  it('is told in the description where DC4 is written; written anew, it is evaluated again', async () => {
    const { client, engagementId } = await begun()
    const incident = await sharesIncident(client)
    const said = { conclusion: 'IN_DESCRIPTION' }
    const before = await w.digest()
    expect((await evaluates(a.manager, engagementId, incident, said)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['conclusion'] },
    ])
    expect(await w.digest()).toBe(before)
    const section = { engagementId, criterion: 'DC4', text: 'In June a laptop was lost.' }
    await client.admin.does('writeDescriptionSection', section)
    expect((await evaluates(a.manager, engagementId, incident, said)).errors).toEqual([])
    expect(await unevaluated(engagementId)).toEqual([])
    await client.admin.does('writeDescriptionSection', { ...section, expectedVersion: 1, text: 'There was none.' })
    expect(await unevaluated(engagementId)).toEqual([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
  })

  it('is reported by an exception of the engagement, as long as that stands', async () => {
    const { work, client, engagementId } = await begun()
    const incident = await sharesIncident(client, { hasControlFailed: true })
    const exceptionId = await work.exception()
    const elsewhere = await (await begun()).work.exception()
    const before = await w.digest()
    for (const [said, code, path] of [
      [{ conclusion: 'EXCEPTION_RAISED' }, 'INVALID_INPUT', 'exceptionId'],
      [{ conclusion: 'EXCEPTION_RAISED', exceptionId: elsewhere }, 'NOT_FOUND', 'exceptionId'],
      [{ exceptionId, restsOnIds: [work.procedureId] }, 'INVALID_INPUT', 'exceptionId'],
      [{ conclusion: 'TESTED_AFTER' }, 'INVALID_INPUT', 'conclusion'],
    ] as const) {
      const { errors } = await evaluates(a.manager, engagementId, incident, said)
      expect(errors, JSON.stringify(said)).toMatchObject([{ code, path: [path] }])
    }
    expect(await w.digest()).toBe(before)
    const raised = { conclusion: 'EXCEPTION_RAISED', exceptionId }
    expect((await evaluates(a.manager, engagementId, incident, raised)).errors).toEqual([])
    expect(await unevaluated(engagementId)).toEqual([])
    const why = { reason: 'Raised twice.', restsOnIds: [work.procedureId] }
    await work.change(a.manager, 'withdrawException', 'exceptionId', exceptionId, why)
    expect(await unevaluated(engagementId)).toEqual([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
    expect((await evaluates(a.manager, engagementId, incident, raised)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['exceptionId'] },
    ])
  })

  it('of another client or another time is not evaluated, also by who is on both teams', async () => {
    const [{ engagementId, client }, other] = [await begun(), await begun()]
    const theirs = await sharesIncident(other.client)
    const old = await sharesIncident(client, {
      occurredOn: '2024-01-01',
      discoveredOn: '2024-01-01',
      resolvedOn: '2024-01-02',
    })
    const before = await w.digest()
    for (const incident of [theirs, old]) {
      expect((await evaluates(a.manager, engagementId, incident)).errors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['incidentId'] },
      ])
    }
    expect(await w.digest()).toBe(before)
    expect(await unevaluated(engagementId)).toEqual([])
  })
})

describe('an entry that comes to light once the report is released', () => {
  it('is no blocker of the report that was', async () => {
    const { engagementId, client, work } = await begun()
    await work.readyToIssue()
    await work.issue()
    await sharesIncident(client)
    await sharesChange(client)
    const asked =
      'query ($id: ID!) { engagement(id: $id) { state incidents { nodes { title } } systemChanges { nodes { title } } } }'
    const { state, incidents, systemChanges } = (await a.partner.gql(asked, { id: engagementId })).engagement
    expect([state, incidents.nodes.length, systemChanges.nodes.length]).toEqual(['ISSUED', 1, 1])
    expect(await blockersOf(engagementId)).toEqual([])
  })
})

describe('a change that was shared', () => {
  it('asks whether a test after it is due; a test of the time after it answers', async () => {
    const { work, client, engagementId } = await begun()
    const change = await sharesChange(client)
    const asked = (await blockersOf(engagementId)).find(({ code }) => code === 'SYSTEM_CHANGE_UNEVALUATED')
    expect(asked).toMatchObject({ node: change.id })
    expect(asked?.message).toContain('Is a test of the time after it due?')
    const elsewhere = (await begun()).work.procedureId
    const last = await sharesChange(client, { effectiveOn: '2026-01-15', title: 'After all that was tested' })
    const before = await w.digest()
    const tested = { conclusion: 'TESTED_AFTER', procedureId: work.procedureId }
    for (const [entry, said, code] of [
      [change, { conclusion: 'TESTED_AFTER' }, 'INVALID_INPUT'],
      [change, { ...tested, procedureId: elsewhere }, 'NOT_FOUND'],
      [change, { procedureId: work.procedureId }, 'INVALID_INPUT'],
      [last, tested, 'INVALID_INPUT'],
    ] as const) {
      const { errors } = await evaluatesChange(a.manager, engagementId, entry, said)
      expect(errors, JSON.stringify(said)).toMatchObject([{ code, path: ['procedureId'] }])
    }
    expect(await w.digest()).toBe(before)
    const { evaluation } = await evaluatesChange(a.manager, engagementId, change, tested)
    expect(evaluation).toMatchObject({ conclusion: 'TESTED_AFTER', isStale: false })
    expect(await unevaluated(engagementId)).toEqual([{ code: 'SYSTEM_CHANGE_UNEVALUATED', node: last.id }])
    const told = { conclusion: 'IN_DESCRIPTION' }
    expect((await evaluatesChange(a.manager, engagementId, last, told)).errors).toMatchObject([
      { path: ['conclusion'] },
    ])
    await work.described()
    expect((await evaluatesChange(a.manager, engagementId, last, told)).errors).toEqual([])
    expect(await unevaluated(engagementId)).toEqual([])
  })

  it('is no matter of a Type 1, which its report says nothing of', async () => {
    const { client, engagementId } = await begun({
      kind: 'SOC2_TYPE_1',
      periodStart: null,
      periodEnd: null,
      asOf: '2025-12-31',
    })
    await sharesChange(client)
    const incident = await sharesIncident(client)
    expect(await unevaluated(engagementId)).toEqual([{ code: 'INCIDENT_UNEVALUATED', node: incident.id }])
  })
})
