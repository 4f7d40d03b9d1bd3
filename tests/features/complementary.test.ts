import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Chain, chain, judgmentsOf } from '../support/chain.js'
import { fieldwork } from '../support/fieldwork.js'
import { assumed, commitment, csoc, expected, hosting, organization, present, printing } from '../support/presented.js'
import { type Person, world } from '../support/world.js'

// What the description presents beside the controls: service commitments, subservice organizations, complementary controls. What they
// keep from completion and issue, and what the report says of them: complementary-report.test.ts.

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const planning = await fieldwork(w, a, { state: 'PLANNING' }, client)
const { engagementId } = planning
const reason = 'The contracts were read anew, invented.'

/** Tries an act; expects these refusals, and that nothing moved. */
async function refused(
  person: Person,
  mutation: string,
  input: Record<string, unknown>,
  ...errors: object[]
): Promise<void> {
  const before = await w.digest()
  expect((await person.tryTo(mutation, input)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const versionOf = async (id: string): Promise<number> =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version

describe('A service commitment', () => {
  it('is recorded with the criteria it is related to, and read from the engagement', async () => {
    const input = { engagementId, ...commitment, ref: 'SC-09' }
    const { serviceCommitment } = await a.senior.does('recordServiceCommitment', input, 'serviceCommitment { id }')
    const asked = `query ($id: ID!) { engagement(id: $id) { serviceCommitments { nodes { id ref kind text criteriaCodes retiredAt
      recordedBy { id } } } } }`
    const { nodes } = (await a.reviewer.gql(asked, { id: engagementId })).engagement.serviceCommitments
    const { engagementId: _, ...said } = input
    const made = { id: serviceCommitment.id, ...said, retiredAt: null, recordedBy: { id: a.senior.memberId } }
    expect(nodes).toEqual([made])
    await refused(
      a.senior,
      'recordServiceCommitment',
      { ...input, ref: 'sc-09' },
      { code: 'ALREADY_EXISTS', path: ['ref'] },
    )
    await refused(
      a.senior,
      'recordServiceCommitment',
      { ...input, ref: 'SC-10', criteriaCodes: ['CC8.1', 'A1.1', 'XX'] },
      { code: 'INVALID_INPUT', path: ['criteriaCodes', '1'] },
      { code: 'INVALID_INPUT', path: ['criteriaCodes', '2'] },
    )
  })

  it('is changed and retired in planning by who plans, and stays as it was then', async () => {
    const input = { engagementId, ...commitment, ref: 'SC-20' }
    const { serviceCommitment } = await a.senior.does('recordServiceCommitment', input, 'serviceCommitment { id }')
    const serviceCommitmentId = serviceCommitment.id
    const at = { serviceCommitmentId, expectedVersion: 1 }
    await a.senior.does('updateServiceCommitment', { ...at, text: 'Releases are reviewed.', criteriaCodes: null })
    const retiring = { serviceCommitmentId, expectedVersion: 2, reason }
    const { serviceCommitment: retired } = await a.senior.does(
      'retireServiceCommitment',
      retiring,
      'serviceCommitment { text criteriaCodes retiredAt retiredReason }',
    )
    expect(retired).toMatchObject({ text: 'Releases are reviewed.', criteriaCodes: [], retiredReason: reason })
    expect(retired.retiredAt).not.toBeNull()
    const after = { serviceCommitmentId, expectedVersion: 3 }
    await refused(a.senior, 'updateServiceCommitment', { ...after, text: 'X' }, { code: 'INVALID_TRANSITION' })
    await refused(a.partner, 'retireServiceCommitment', { ...after, reason }, { code: 'INVALID_TRANSITION' })
    // Nothing was kept as a change of scope: fieldwork has not begun.
    const asked = 'query ($id: ID!) { engagement(id: $id) { scopeChanges { nodes { id } } } }'
    expect((await a.senior.gql(asked, { id: engagementId })).engagement.scopeChanges.nodes).toEqual([])
  })
})

describe('Once fieldwork began', () => {
  const paper = (work: Chain) => ({ reason, restsOnIds: [work.procedureId] })

  it('what the description presents is the engagement partner’s to change, with a reason and a paper, and is kept', async () => {
    const work = await chain(a, client)
    await a.senior.does('recordServiceCommitment', { engagementId: work.engagementId, ...commitment })
    const asked = 'query ($id: ID!) { engagement(id: $id) { serviceCommitments { nodes { id } } } }'
    const [made] = (await a.senior.gql(asked, { id: work.engagementId })).engagement.serviceCommitments.nodes
    const change = { serviceCommitmentId: made.id, expectedVersion: 1, text: 'Most changes are reviewed.' }
    await refused(a.manager, 'updateServiceCommitment', { ...change, ...paper(work) }, { code: 'SCOPE_LOCKED' })
    await refused(
      a.partner,
      'updateServiceCommitment',
      { ...change, restsOnIds: [work.procedureId] },
      { path: ['reason'] },
    )
    await refused(a.partner, 'updateServiceCommitment', { ...change, reason }, { path: ['restsOnIds'] })
    await a.partner.does('updateServiceCommitment', { ...change, ...paper(work) })
    await a.partner.does('retireServiceCommitment', {
      serviceCommitmentId: made.id,
      expectedVersion: 2,
      ...paper(work),
    })
    const changed =
      'The service commitment SC-01 was changed: its text “Changes are reviewed before they reach users.” became “Most changes are reviewed.”.'
    const { nodes } = await judgmentsOf(a.reviewer, work.engagementId)
    const kept = { kind: 'SCOPE_CHANGED', reason, restsOn: [{ id: work.procedureId }], isAcknowledged: false }
    expect(nodes).toMatchObject([
      { ...kept, statement: `After fieldwork began: ${changed}` },
      { ...kept, statement: 'After fieldwork began: The service commitment SC-01 was retired.' },
    ])
  })

  it('so are its organizations, and what is expected of them; what changes nothing is not kept', async () => {
    const work = await chain(a, client)
    const { carvedOut, included } = await present(a, work.engagementId, paper(work))
    const of = (id: string, expectedVersion = 1) => ({ subserviceOrganizationId: id, expectedVersion })
    const vendor = { ...of(carvedOut), vendorReason: 'It sees no data.' }
    await refused(a.senior, 'updateSubserviceOrganization', { ...vendor, ...paper(work) }, { code: 'SCOPE_LOCKED' })
    await refused(
      a.partner,
      'updateSubserviceOrganization',
      { ...vendor, ...paper(work) },
      { code: 'INVALID_INPUT', message: 'Controls are expected of the organization: retire CSOC-01 first.' },
    )
    await refused(
      a.partner,
      'retireSubserviceOrganization',
      { ...of(carvedOut), ...paper(work) },
      { code: 'INVALID_INPUT', message: 'Controls are expected of the organization: retire CSOC-01 first.' },
    )
    const asked =
      'query ($id: ID!) { node(id: $id) { ... on SubserviceOrganization { complementaryControls { id } } } }'
    const [{ id }] = (await a.senior.gql(asked, { id: carvedOut })).node.complementaryControls
    const control = { complementaryControlId: id, expectedVersion: 1 }
    await refused(a.manager, 'updateComplementaryControl', { ...control, text: 'X' }, { code: 'SCOPE_LOCKED' })
    await a.partner.does('updateComplementaryControl', { ...control, controlIds: [work.controlId], ...paper(work) })
    await a.partner.does('retireComplementaryControl', { ...control, expectedVersion: 2, ...paper(work) })
    await a.partner.does('updateSubserviceOrganization', { ...vendor, ...paper(work) })
    await a.partner.does('updateSubserviceOrganization', { ...of(carvedOut, 2), vendorReason: 'It sees no data.' })
    await a.partner.does('retireSubserviceOrganization', { ...of(included), ...paper(work) })
    const changes = 'query ($id: ID!) { engagement(id: $id) { scopeChanges { nodes { change } } } }'
    const { scopeChanges } = (await a.reviewer.gql(changes, { id: work.engagementId })).engagement
    expect(scopeChanges.nodes.map(({ change }: { change: string }) => change)).toEqual([
      'The subservice organization Harbour Hosting (hosting of servers) was added, carved out.',
      'The subservice organization Papermill Print (printing of statements) was added, included.',
      `The complementary subservice organization control CSOC-01, expected of Harbour Hosting, was added: ${expected.text}`,
      'The CSOC CSOC-01 was changed: its controls “none” became “CM-01”.',
      'The CSOC CSOC-01 was retired.',
      'The subservice organization Harbour Hosting was changed: that it is a vendor “no” became “It sees no data.”.',
      'The subservice organization Papermill Print was retired.',
    ])
  })

  it.each(['FIELDWORK', 'COMPLETION'])(
    'in %s others are recorded, or stated to be none, by the partner alone, with a paper',
    async (state) => {
      const work = await chain(a, client, {}, {}, { statesNone: false })
      const { engagementId } = work
      const host = await organization(a.partner, engagementId, { ...hosting, ...paper(work) })
      if (state === 'COMPLETION') {
        await csoc(a.partner, engagementId, host.id, paper(work))
        await work.startCompletion()
      }
      const vendor = { engagementId, ...printing, vendorReason: 'Its controls are not needed.' }
      const theirs = { engagementId, ...expected, ref: 'CSOC-02', subserviceOrganizationId: host.id }
      for (const [mutation, input] of [
        ['recordSubserviceOrganization', { engagementId, ...printing }],
        ['recordSubserviceOrganization', vendor],
        ['recordComplementaryControl', { engagementId, ...assumed }],
        ['recordComplementaryControl', theirs],
      ] as const) {
        for (const by of [a.senior, a.manager]) {
          await refused(by, mutation, { ...input, ...paper(work) }, { code: 'SCOPE_LOCKED' })
        }
        await refused(a.partner, mutation, input, { code: 'INVALID_INPUT', path: ['reason'] })
        await refused(a.partner, mutation, { ...input, reason }, { code: 'INVALID_INPUT', path: ['restsOnIds'] })
        const unknown = { ...paper(work), restsOnIds: [randomUUID()] }
        await refused(a.partner, mutation, { ...input, ...unknown }, { code: 'NOT_FOUND', path: ['restsOnIds', '0'] })
      }
      const retiring = { subserviceOrganizationId: host.id, ...paper(work) }
      await a.partner.does('recordSubserviceOrganization', { ...vendor, ...paper(work) })
      await a.partner.does('recordComplementaryControl', { ...theirs, ...paper(work) })
      const { nodes } = await judgmentsOf(a.reviewer, engagementId)
      const kept = { kind: 'SCOPE_CHANGED', reason, restsOn: [{ id: work.procedureId }], isAcknowledged: false }
      expect(nodes.slice(-2)).toMatchObject([
        {
          ...kept,
          statement:
            'After fieldwork began: Papermill Print was added as a vendor (printing of statements): “Its controls are not needed.”.',
        },
        {
          ...kept,
          statement: `After fieldwork began: The complementary subservice organization control CSOC-02, expected of Harbour Hosting, was added: ${expected.text}`,
        },
      ])
      // Where only a vendor is left it can be stated that there is none, by the partner too.
      const asked =
        'query ($id: ID!) { engagement(id: $id) { complementaryControls { nodes { id } } noSubserviceReason } }'
      const read = async () => (await a.partner.gql(asked, { id: engagementId })).engagement
      for (const { id } of (await read()).complementaryControls.nodes) {
        await a.partner.does('retireComplementaryControl', {
          complementaryControlId: id,
          expectedVersion: 1,
          ...paper(work),
        })
      }
      await a.partner.does('retireSubserviceOrganization', { ...retiring, expectedVersion: 1 })
      const none = { engagementId, expectedVersion: await versionOf(engagementId), reason }
      const stated = { ...none, restsOnIds: [work.procedureId] }
      await refused(a.manager, 'stateNoSubserviceOrganizations', stated, { code: 'SCOPE_LOCKED' })
      await refused(a.partner, 'stateNoSubserviceOrganizations', none, { code: 'INVALID_INPUT', path: ['restsOnIds'] })
      await a.partner.does('stateNoSubserviceOrganizations', stated)
      expect((await read()).noSubserviceReason).toBe(reason)
      expect((await judgmentsOf(a.reviewer, engagementId)).nodes.at(-1)).toMatchObject({
        ...kept,
        statement: 'After fieldwork began: It was stated that the system uses no subservice organization.',
      })
    },
  )

  it('a control of user entities is assumed by the partner alone, with a paper: it takes from what was tested', async () => {
    const work = await chain(a, client)
    const late = { engagementId: work.engagementId, ...assumed }
    await refused(a.manager, 'recordComplementaryControl', { ...late, ...paper(work) }, { code: 'SCOPE_LOCKED' })
    await refused(a.partner, 'recordComplementaryControl', late, { code: 'INVALID_INPUT', path: ['reason'] })
    await refused(a.partner, 'recordComplementaryControl', { ...late, reason }, { path: ['restsOnIds'] })
    await a.partner.does('recordComplementaryControl', { ...late, ...paper(work) })
    expect((await judgmentsOf(a.partner, work.engagementId)).nodes).toMatchObject([
      {
        kind: 'SCOPE_CHANGED',
        statement: `After fieldwork began: The complementary user entity control CUEC-01 was added: ${assumed.text}`,
      },
    ])
  })
})

describe('A subservice organization', () => {
  it('is recorded with its method, and the controls that an included one performs', async () => {
    const { id } = await organization(a.senior, engagementId, {
      ...printing,
      name: 'Quill Print',
      controlIds: [planning.controlId],
    })
    const asked = `query ($id: ID!) { node(id: $id) { ... on SubserviceOrganization { name service method isVendor vendorReason controls { id }
      complementaryControls { id } reviews { id } independenceConfirmedAt } } }`
    expect((await a.reviewer.gql(asked, { id })).node).toEqual({
      ...printing,
      name: 'Quill Print',
      isVendor: false,
      vendorReason: null,
      controls: [{ id: planning.controlId }],
      complementaryControls: [],
      reviews: [],
      independenceConfirmedAt: null,
    })
    const again = { engagementId, ...printing, name: 'QUILL PRINT' }
    await refused(a.senior, 'recordSubserviceOrganization', again, { code: 'ALREADY_EXISTS', path: ['name'] })
  })

  it('is refused controls of elsewhere, and any where it is carved out or a vendor', async () => {
    const elsewhere = (await fieldwork(w, a, { state: 'PLANNING' }, client)).controlId
    const input = { engagementId, ...printing, name: 'Reed Print' }
    await refused(
      a.senior,
      'recordSubserviceOrganization',
      { ...input, controlIds: [planning.controlId, elsewhere] },
      { code: 'NOT_FOUND', path: ['controlIds', '1'] },
    )
    for (const how of [{ method: 'CARVE_OUT' }, { vendorReason: 'It sees no data.' }]) {
      const given = { ...input, ...how, controlIds: [planning.controlId] }
      await refused(a.senior, 'recordSubserviceOrganization', given, { code: 'INVALID_INPUT', path: ['controlIds'] })
    }
  })

  it('takes away the statement that there is none, which is refused while one is recorded', async () => {
    const { engagementId: id } = await fieldwork(w, a, { state: 'PLANNING' }, client)
    const stated = { engagementId: id, expectedVersion: await versionOf(id), reason }
    expect(await a.senior.isDenied('stateNoSubserviceOrganizations', stated)).toBe('FORBIDDEN')
    await a.manager.does('stateNoSubserviceOrganizations', stated)
    const asked = 'query ($id: ID!) { engagement(id: $id) { noSubserviceReason } }'
    expect((await a.reviewer.gql(asked, { id })).engagement.noSubserviceReason).toBe(reason)
    const statement = async () => (await a.reviewer.gql(asked, { id })).engagement.noSubserviceReason
    // A vendor is none, until it is made one.
    const vendor = await organization(a.senior, id, { ...printing, vendorReason: 'It sees no data.' })
    expect(await statement()).toBe(reason)
    const of = { subserviceOrganizationId: vendor.id, expectedVersion: 1, vendorReason: null }
    await a.senior.does('updateSubserviceOrganization', of)
    expect(await statement()).toBeNull()
    await a.senior.does('updateSubserviceOrganization', { ...of, expectedVersion: 2, vendorReason: 'It sees none.' })
    const anew = { engagementId: id, expectedVersion: await versionOf(id), reason: 'Read anew, invented.' }
    await a.manager.does('stateNoSubserviceOrganizations', anew)
    await organization(a.senior, id)
    expect(await statement()).toBeNull()
    const again = { engagementId: id, expectedVersion: await versionOf(id), reason }
    await refused(a.manager, 'stateNoSubserviceOrganizations', again, { code: 'INVALID_INPUT' })
  })

  it('has the independence of the firm confirmed by the engagement partner, once, where it is included', async () => {
    const { carvedOut, included } = await present(
      a,
      (await fieldwork(w, a, { state: 'PLANNING' }, client)).engagementId,
    )
    const statement = 'No member of the team has an interest in it, invented.'
    const of = (id: string) => ({ subserviceOrganizationId: id, expectedVersion: 1, statement })
    expect(await a.manager.isDenied('confirmSubserviceIndependence', of(included))).toBe('FORBIDDEN')
    await refused(a.partner, 'confirmSubserviceIndependence', of(carvedOut), { code: 'INVALID_INPUT' })
    const { subserviceOrganization } = await a.partner.does(
      'confirmSubserviceIndependence',
      of(included),
      'subserviceOrganization { independenceStatement independenceConfirmedBy { id } }',
    )
    const by = { independenceConfirmedBy: { id: a.partner.memberId } }
    expect(subserviceOrganization).toEqual({ independenceStatement: statement, ...by })
    const again = { ...of(included), expectedVersion: 2 }
    await refused(a.partner, 'confirmSubserviceIndependence', again, { code: 'ALREADY_EXISTS' })
  })
})

describe('A review of the report of a subservice organization', () => {
  const report = { reportKind: 'SOC2_TYPE_2', coversFrom: '2024-10-01', coversTo: '2025-09-30', opinion: 'UNQUALIFIED' }

  it('says its time, the gap to ours, its opinion and exceptions, and what answers what it expects of the client', async () => {
    const { id } = await organization(a.senior, engagementId, { ...hosting, name: 'Isle Hosting' })
    const paper = (await a.staff.brings(engagementId, { name: 'report.txt', content: 'Of the host.' })).id
    const { subserviceReview } = await a.senior.does(
      'recordSubserviceReview',
      {
        subserviceOrganizationId: id,
        ...report,
        exceptionsNoted: 'One visitor was not logged.',
        userControls: [{ text: 'Customers remove leavers.', controlIds: [planning.controlId] }],
        evaluation: 'The gap of a quarter was covered by an inquiry.',
        restsOnIds: [paper],
      },
      `subserviceReview { reportKind coversFrom coversTo opinion gapDays exceptionsNoted evaluation userControls { text controls { ref } }
        restsOn { id } reviewedBy { id } }`,
    )
    expect(subserviceReview).toEqual({
      ...report,
      gapDays: 92,
      exceptionsNoted: 'One visitor was not logged.',
      evaluation: 'The gap of a quarter was covered by an inquiry.',
      userControls: [{ text: 'Customers remove leavers.', controls: [{ ref: 'CM-01' }] }],
      restsOn: [{ id: paper }],
      reviewedBy: { id: a.senior.memberId },
    })
    await expect(w.owner.query(`update subservice_review set evaluation = 'x'`)).rejects.toThrow('written once')
    // The report that was reviewed is not removed.
    await refused(a.manager, 'removeEvidence', { evidenceId: paper, expectedVersion: 1, reason }, { code: 'NOT_READY' })
  })

  it('is a judgment against the figures where the organization stays carved out over a gap, an opinion or exceptions', async () => {
    const own = await fieldwork(w, a, { state: 'PLANNING' }, client)
    const { id, version } = await organization(a.senior, own.engagementId, { ...hosting, name: 'Juniper Hosting' })
    const paper = (await a.staff.brings(own.engagementId, { name: 'report.txt', content: 'Of the host.' })).id
    const review = async (given: object) => {
      const input = {
        subserviceOrganizationId: id,
        ...report,
        evaluation: 'Its controls were seen, invented.',
        ...given,
      }
      return (await a.senior.does('recordSubserviceReview', input, 'subserviceReview { id }')).subserviceReview.id
    }
    const judged = async () =>
      (await judgmentsOf(a.partner, own.engagementId)).nodes.filter(
        ({ kind }: { kind: string }) => kind === 'SUBSERVICE_REPORT_RELIED_ON',
      )
    const covering = { coversFrom: '2025-01-01', coversTo: '2025-12-31', restsOnIds: [paper] }
    await review(covering)
    expect(await judged()).toEqual([])
    const exceptionsNoted = 'One visitor was not logged.'
    await review({ opinion: 'QUALIFIED', exceptionsNoted, restsOnIds: [paper] })
    const asked = `query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures { nodes { kind statement reason figures { name value }
      decidedBy { id } restsOn { id } subject { __typename } awaited } } } }`
    const { nodes } = (await a.partner.gql(asked, { id: own.engagementId })).engagement.judgmentsAgainstFigures
    const entry = {
      kind: 'SUBSERVICE_REPORT_RELIED_ON',
      statement: 'The controls expected of Juniper Hosting are relied on, though its report speaks against it.',
      reason: 'Its controls were seen, invented.',
      figures: [
        { name: 'REPORT_GAP_DAYS', value: '92' },
        { name: 'REPORT_OPINION', value: 'QUALIFIED' },
        { name: 'REPORT_EXCEPTIONS', value: `“${exceptionsNoted}”` },
      ],
      decidedBy: { id: a.senior.memberId },
      restsOn: [{ id: paper }],
      subject: { __typename: 'SubserviceReview' },
      awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
    }
    expect(nodes).toEqual([entry])
    // That there is none, said later, takes nothing away; a report that speaks for it does, and so does a vendor.
    const none = { subserviceOrganizationId: id, reportKind: 'NONE', evaluation: 'None came, invented.' }
    await a.senior.does('recordSubserviceReview', none)
    expect(await judged()).toHaveLength(1)
    await review(covering)
    expect(await judged()).toEqual([])
    await review({ ...covering, coversTo: '2025-12-30' })
    expect(await judged()).toMatchObject([{ figures: [{ name: 'REPORT_GAP_DAYS', value: '1' }] }])
    const vendor = { subserviceOrganizationId: id, expectedVersion: version, vendorReason: 'It hosts a test system.' }
    await a.senior.does('updateSubserviceOrganization', vendor)
    expect(await judged()).toEqual([])
  })

  it('is refused without what such a report says, with controls of elsewhere, and by who reviews no plan', async () => {
    const { id } = await organization(a.senior, engagementId, { ...hosting, name: 'Loch Hosting' })
    const input = { subserviceOrganizationId: id, ...report, evaluation: 'Read.' }
    await refused(a.senior, 'recordSubserviceReview', input, { code: 'INVALID_INPUT', path: ['restsOnIds'] })
    await refused(
      a.senior,
      'recordSubserviceReview',
      { ...input, reportKind: 'NONE' },
      { path: ['coversFrom'] },
      { path: ['coversTo'] },
      { path: ['opinion'] },
    )
    await refused(
      a.senior,
      'recordSubserviceReview',
      { ...input, restsOnIds: [randomUUID()] },
      { code: 'NOT_FOUND', path: ['restsOnIds', '0'] },
    )
    const paper = (await a.staff.brings(engagementId, { name: 'other.txt', content: 'Of another host.' })).id
    const elsewhere = [{ text: 'X', controlIds: [randomUUID()] }]
    await refused(
      a.senior,
      'recordSubserviceReview',
      { ...input, restsOnIds: [paper], userControls: elsewhere },
      { code: 'NOT_FOUND', path: ['userControls', '0', 'controlIds', '0'] },
    )
    for (const person of [a.staff, a.reviewer, client.admin]) {
      expect(await person.isDenied('recordSubserviceReview', input)).toBe('FORBIDDEN')
    }
  })
})

describe('A complementary control', () => {
  it('names criteria and the controls it complements; one of an organization names one that is carved out', async () => {
    const { id: host } = await organization(a.senior, engagementId, { ...hosting, name: 'Mole Hosting' })
    const { id: included } = await organization(a.senior, engagementId, { ...printing, name: 'Nib Print' })
    const { id } = await csoc(a.senior, engagementId, host, { ref: 'CSOC-31', controlIds: [planning.controlId] })
    const asked = `query ($id: ID!) { node(id: $id) { ... on ComplementaryControl { ref kind text criteriaCodes controls { ref }
      subserviceOrganization { id } } } }`
    const said = { ...expected, ref: 'CSOC-31', controls: [{ ref: 'CM-01' }], subserviceOrganization: { id: host } }
    expect((await a.reviewer.gql(asked, { id })).node).toEqual(said)
    const input = { engagementId, ...expected, ref: 'CSOC-32' }
    const other = await fieldwork(w, a, { state: 'PLANNING' }, client)
    const elsewhere = await organization(a.senior, other.engagementId)
    const at = { path: ['subserviceOrganizationId'] }
    for (const [given, error] of [
      [{}, { code: 'INVALID_INPUT', ...at }],
      [{ subserviceOrganizationId: included }, { code: 'INVALID_INPUT', ...at }],
      [{ subserviceOrganizationId: elsewhere.id }, { code: 'NOT_FOUND', ...at }],
      [{ subserviceOrganizationId: randomUUID() }, { code: 'NOT_FOUND', ...at }],
      [
        { kind: 'CUEC', subserviceOrganizationId: host },
        { code: 'INVALID_INPUT', ...at },
      ],
      [
        { subserviceOrganizationId: host, criteriaCodes: [] },
        { code: 'INVALID_INPUT', path: ['criteriaCodes'] },
      ],
      [{ subserviceOrganizationId: host, criteriaCodes: ['A1.2'] }, { path: ['criteriaCodes', '0'] }],
      [{ subserviceOrganizationId: host, controlIds: [randomUUID()] }, { path: ['controlIds', '0'] }],
      [
        { subserviceOrganizationId: host, ref: 'csoc-31' },
        { code: 'ALREADY_EXISTS', path: ['ref'] },
      ],
    ] as const) {
      await refused(a.senior, 'recordComplementaryControl', { ...input, ...given }, error)
    }
  })

  it('keeps a criterion in its change, and is no matter of who does not plan, of the client, or of another firm', async () => {
    const input = { engagementId, ...assumed, ref: 'CUEC-40' }
    const made = await a.senior.does('recordComplementaryControl', input, 'complementaryControl { id }')
    const complementaryControlId = made.complementaryControl.id
    const at = { complementaryControlId, expectedVersion: 1 }
    await refused(a.senior, 'updateComplementaryControl', { ...at, criteriaCodes: [] }, { path: ['criteriaCodes'] })
    const outsider = await a.person('Otto Outside', 'PARTNER')
    const before = await w.digest()
    for (const person of [a.staff, a.reviewer, client.admin]) {
      expect(await person.isDenied('recordComplementaryControl', { ...input, ref: 'X' })).toBe('FORBIDDEN')
      expect(await person.isDenied('updateComplementaryControl', { ...at, text: 'X' })).toBe('FORBIDDEN')
    }
    for (const person of [outsider, b.partner, client.admin]) {
      const asked = 'query ($id: ID!) { node(id: $id) { id } }'
      expect(await person.gql(asked, { id: complementaryControlId })).toEqual({ node: null })
    }
    expect(await w.digest()).toBe(before)
  })
})
