import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Chain, chain, today } from '../support/chain.js'
import { assumed, commitment, csoc, hosting, organization, printing } from '../support/presented.js'
import { type Person, world } from '../support/world.js'

// What is missing of subservice organizations before completion and issue, each way to clear it, and what the report says of what the
// description presents beside the controls.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const stranger = { client: await (await w.firm('Birch')).client('Kestrel Cloud') }
const reason = 'The contracts were read anew, invented.'
/** Why the engagement partner records it now that fieldwork began, and what that rests on. */
const why = ({ procedureId }: Chain) => ({ reason, restsOnIds: [procedureId] })
/** Recorded by the partner, after fieldwork began. */
const recorded = (work: Chain, given: object = hosting) =>
  organization(a.partner, work.engagementId, { ...given, ...why(work) })

/** The blockers to a state that speak of organizations, each with the name of its node. */
async function missing({ engagementId }: Chain, to = 'ISSUED'): Promise<string[]> {
  const asked = `query ($id: ID!, $to: EngagementState!) { engagement(id: $id) { readiness(to: $to) { blockers { code node } }
    subserviceOrganizations { nodes { id name } } } }`
  const { readiness, subserviceOrganizations } = (await a.partner.gql(asked, { id: engagementId, to })).engagement
  const nameOf = (node: string | null): string =>
    subserviceOrganizations.nodes.find(({ id }: { id: string }) => id === node)?.name ?? ''
  return readiness.blockers
    .filter(({ code }: { code: string }) => /^(CSOC|SUBSERVICE)/.test(code))
    .map(({ code, node }: { code: string; node: string | null }) => `${code} ${nameOf(node)}`.trim())
}

/** That the description omits what DC7 asks for, of an organization. */
async function misstatement({ engagementId, change }: Chain, of = 'HARBOUR  hosting'): Promise<string> {
  const { exception } = await a.senior.does(
    'raiseException',
    {
      engagementId,
      kind: 'DESCRIPTION_MISSTATEMENT',
      category: 'CONTROL_GAP',
      cause: 'PLANNING',
      title: 'Controls of the host are not presented',
      condition: `The description names none of the controls expected of ${of}.`,
      criteriaCodes: ['DC7'],
      expectedOperation: 'The description presents the controls expected of the host.',
      potentialImpact: 'Users take its controls to be examined.',
      evidenceNote: 'WP 7',
    },
    'exception { id }',
  )
  await change(a.manager, 'confirmException', 'exceptionId', exception.id)
  return exception.id
}

const writes = (work: Chain) =>
  client.admin.does('writeDescriptionSection', {
    engagementId: work.engagementId,
    criterion: 'DC7',
    text: 'Harbour Hosting hosts the system.',
  })
const noReport = { reportKind: 'NONE', evaluation: 'It has none; its halls were visited, invented.' }
const reviewed = (subserviceOrganizationId: string) =>
  a.senior.does('recordSubserviceReview', { subserviceOrganizationId, ...noReport })

describe('A carve-out without a control expected of it keeps from completion and from issue', () => {
  const carvedOut = async (): Promise<[Chain, string]> => {
    const work = await chain(a, client)
    const { id } = await recorded(work)
    expect(await missing(work, 'COMPLETION')).toEqual(['CSOC_MISSING Harbour Hosting'])
    expect(await missing(work)).toEqual([
      'CSOC_MISSING Harbour Hosting',
      'SUBSERVICE_REPORT_UNREVIEWED Harbour Hosting',
    ])
    const before = await w.digest()
    const [error] = await work.refused(a.manager, 'startCompletion', 'engagementId', work.engagementId)
    expect(error).toMatchObject({ code: 'NOT_READY' })
    expect(await w.digest()).toBe(before)
    return [work, id]
  }

  it('until one is recorded; its report is reviewed before the issue', async () => {
    const [work, id] = await carvedOut()
    await csoc(a.partner, work.engagementId, id, why(work))
    expect(await missing(work, 'COMPLETION')).toEqual([])
    await work.startCompletion()
    expect(await missing(work)).toEqual(['SUBSERVICE_REPORT_UNREVIEWED Harbour Hosting'])
    await reviewed(id)
    expect(await missing(work)).toEqual([])
  })

  it('until the partner makes it a vendor, with a reason', async () => {
    const [work, id] = await carvedOut()
    const vendor = { vendorReason: 'What it stores is sealed by the client.', ...why(work) }
    await work.change(a.partner, 'updateSubserviceOrganization', 'subserviceOrganizationId', id, vendor)
    expect(await missing(work)).toEqual([])
  })

  it('until an exception says that the description omits it; not once that is withdrawn', async () => {
    const [work] = await carvedOut()
    const exceptionId = await misstatement(work)
    expect(await missing(work, 'COMPLETION')).toEqual([])
    const withdrawn = { ...why(work), reason: 'It was presented after all.' }
    await work.change(a.manager, 'withdrawException', 'exceptionId', exceptionId, withdrawn)
    expect(await missing(work, 'COMPLETION')).toEqual(['CSOC_MISSING Harbour Hosting'])
  })
})

it('A description misstatement clears what is missing of the organizations that it names, and of no other', async () => {
  const work = await chain(a, client)
  await recorded(work)
  await recorded(work, { ...hosting, name: 'Quay' })
  await misstatement(work, 'the hosts, those on the quayside first')
  expect(await missing(work, 'COMPLETION')).toEqual(['CSOC_MISSING Harbour Hosting', 'CSOC_MISSING Quay'])
  await misstatement(work, 'Harbour\nHosting')
  expect(await missing(work, 'COMPLETION')).toEqual(['CSOC_MISSING Quay'])
  const before = await w.digest()
  const [error] = await work.refused(a.manager, 'startCompletion', 'engagementId', work.engagementId)
  expect(error).toMatchObject({ code: 'NOT_READY', blockers: [{ code: 'CSOC_MISSING' }] })
  expect(await w.digest()).toBe(before)
  await misstatement(work, 'quay')
  expect(await missing(work, 'COMPLETION')).toEqual([])
})

describe('A description that answers DC7 where no organization is recorded keeps from issue', () => {
  const described = async (): Promise<Chain> => {
    const work = await chain(a, client, {}, {}, { statesNone: false })
    expect(await missing(work)).toEqual([])
    await writes(work)
    expect(await missing(work)).toEqual(['SUBSERVICE_UNRECORDED'])
    expect(await missing(work, 'COMPLETION')).toEqual([])
    return work
  }

  it('until one is recorded that is no vendor, and again once it is retired, or made one', async () => {
    const work = await described()
    const vendor = await recorded(work, { ...printing, vendorReason: 'It sees no data.' })
    expect(await missing(work)).toEqual(['SUBSERVICE_UNRECORDED'])
    const { id } = await recorded(work)
    expect(await missing(work)).not.toContain('SUBSERVICE_UNRECORDED')
    await work.change(a.partner, 'retireSubserviceOrganization', 'subserviceOrganizationId', id, why(work))
    expect(await missing(work)).toEqual(['SUBSERVICE_UNRECORDED'])
    const needed = { ...why(work), vendorReason: null, controlIds: [work.controlId] }
    await work.change(a.partner, 'updateSubserviceOrganization', 'subserviceOrganizationId', vendor.id, needed)
    expect(await missing(work)).not.toContain('SUBSERVICE_UNRECORDED')
    const unneeded = { ...why(work), vendorReason: 'It sees no data.', controlIds: null }
    await work.change(a.partner, 'updateSubserviceOrganization', 'subserviceOrganizationId', vendor.id, unneeded)
    expect(await missing(work)).toEqual(['SUBSERVICE_UNRECORDED'])
  })

  it('until it is stated that there is none', async () => {
    const work = await described()
    await work.change(a.partner, 'stateNoSubserviceOrganizations', 'engagementId', work.engagementId, why(work))
    expect(await missing(work)).toEqual([])
  })

  it('until an exception calls it misstated', async () => {
    const work = await described()
    await misstatement(work)
    expect(await missing(work)).toEqual([])
  })
})

it('An included organization asserts and represents by itself, and the firm is independent of it', async () => {
  const work = await chain(a, client)
  const { engagementId } = work
  const { id } = await recorded(work, { ...printing, controlIds: [work.controlId] })
  const documentMissing = 'SUBSERVICE_DOCUMENT_MISSING Papermill Print'
  const dependent = 'SUBSERVICE_INDEPENDENCE_UNCONFIRMED Papermill Print'
  expect(await missing(work)).toEqual([documentMissing, documentMissing, dependent])
  expect(await missing(work, 'COMPLETION')).toEqual([])
  const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'theirs.txt', content: 'Of the printer.' })
  const document = { engagementId, datedOn: today(), obtainedFrom: 'Paul, of the printer', evidenceId }
  const before = await w.digest()
  const assertionText = 'We have described our printing.\n\nOur controls operated effectively.'
  for (const given of [
    { kind: 'SUBSERVICE_ASSERTION', assertionText },
    { kind: 'REPRESENTATION_LETTER', subserviceOrganizationId: id },
    { kind: 'SUBSERVICE_ASSERTION', subserviceOrganizationId: randomUUID(), assertionText },
  ]) {
    const { errors } = await a.manager.tryTo('recordEngagementDocument', { ...document, ...given })
    expect(errors).toMatchObject([{ path: ['subserviceOrganizationId'] }])
  }
  const theirs = { ...document, subserviceOrganizationId: id }
  const refused = async (given: object, path: string) => {
    const { errors } = await a.manager.tryTo('recordEngagementDocument', { ...theirs, ...given })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
  }
  const letter = { kind: 'SUBSERVICE_REPRESENTATION_LETTER' }
  await refused({ ...letter, datedOn: '2025-12-30' }, 'datedOn')
  await refused({ kind: 'SUBSERVICE_ASSERTION', assertionText, datedOn: '2025-12-30' }, 'datedOn')
  await refused({ kind: 'SUBSERVICE_ASSERTION' }, 'assertionText')
  await refused({ ...letter, assertionText }, 'assertionText')
  expect(await w.digest()).toBe(before)
  for (const [kind, left] of [
    ['SUBSERVICE_ASSERTION', [documentMissing, dependent]],
    ['SUBSERVICE_REPRESENTATION_LETTER', [dependent]],
  ] as const) {
    const text = kind === 'SUBSERVICE_ASSERTION' ? assertionText : null
    await a.manager.does('recordEngagementDocument', { ...theirs, kind, assertionText: text })
    expect(await missing(work)).toEqual(left)
  }
  const statement = { statement: 'No member of the team has an interest in it, invented.' }
  await work.change(a.partner, 'confirmSubserviceIndependence', 'subserviceOrganizationId', id, statement)
  expect(await missing(work)).toEqual([])
})

it('An included organization that performs no control in use keeps from completion and from issue', async () => {
  const work = await chain(a, client)
  const { id } = await recorded(work, printing)
  const idle = 'SUBSERVICE_CONTROLS_MISSING Papermill Print'
  expect(await missing(work, 'COMPLETION')).toEqual([idle])
  expect(await missing(work)).toContain(idle)
  const before = await w.digest()
  const [error] = await work.refused(a.manager, 'startCompletion', 'engagementId', work.engagementId)
  expect(error).toMatchObject({ code: 'NOT_READY', blockers: [{ code: 'SUBSERVICE_CONTROLS_MISSING', node: id }] })
  expect(await w.digest()).toBe(before)
  const performs = (controlIds: string[] | null) =>
    work.change(a.partner, 'updateSubserviceOrganization', 'subserviceOrganizationId', id, { controlIds, ...why(work) })
  await performs([work.controlId])
  expect(await missing(work, 'COMPLETION')).toEqual([])
  // A control that is retired is performed no more.
  await work.change(a.partner, 'retireControl', 'controlId', work.controlId, why(work))
  expect(await missing(work, 'COMPLETION')).toEqual([idle])
  await performs(null)
  const carvedOut = { method: 'CARVE_OUT', ...why(work) }
  await work.change(a.partner, 'updateSubserviceOrganization', 'subserviceOrganizationId', id, carvedOut)
  expect(await missing(work, 'COMPLETION')).toEqual(['CSOC_MISSING Papermill Print'])
})

/** The wording of an assertion that the service offers to a person, where it offers one. */
async function offered(by: Person, { engagementId }: Chain): Promise<string | null> {
  const asked = 'query ($id: ID!) { engagement(id: $id) { offeredAssertion { text } } }'
  return (await by.gql(asked, { id: engagementId })).engagement?.offeredAssertion?.text ?? null
}

describe('The report', () => {
  const modelOf = async ({ engagementId }: Chain): Promise<any> => {
    const asked = 'query ($id: ID!) { engagement(id: $id) { draftReport { model } } }'
    return JSON.parse((await a.partner.gql(asked, { id: engagementId })).engagement.draftReport.model)
  }
  const scopeOf = (model: any): string => model.auditorsReport.passages[0].paragraphs.join('\n')
  const sectionsOne = (model: any): string =>
    model.auditorsReport.passages.flatMap(({ paragraphs }: { paragraphs: string[] }) => paragraphs).join('\n')
  const opinionOf = (model: any): string => JSON.stringify(model.auditorsReport.opinion.parts)

  it('on a carve-out with controls of user entities is issued with both in its scope, its conditions and Section III', async () => {
    const work = await chain(a, client)
    const { engagementId, controlId } = work
    await a.senior.does('recordServiceCommitment', { engagementId, ...commitment })
    const { id } = await recorded(work)
    await recorded(work, { ...printing, name: 'A mere vendor', vendorReason: 'None is needed.' })
    await csoc(a.partner, engagementId, id, { controlIds: [controlId], ...why(work) })
    await reviewed(id)
    const added = { controlIds: [controlId], ...why(work) }
    await a.partner.does('recordComplementaryControl', { engagementId, ...assumed, ...added })
    const gone = { ...assumed, ref: 'CUEC-02', text: 'What was retired.' }
    const { complementaryControl } = await a.partner.does(
      'recordComplementaryControl',
      { engagementId, ...gone, ...why(work) },
      'complementaryControl { id }',
    )
    await work.change(
      a.partner,
      'retireComplementaryControl',
      'complementaryControlId',
      complementaryControl.id,
      why(work),
    )
    await work.readyToIssue()
    const { errors = [], report } = await work.issue()
    expect(errors).toEqual([])
    const model = JSON.parse(report.model)
    const told = { text: 'Entry to the halls is restricted.', criteria: ['CC6.1'], controlRefs: ['CM-01'] }
    expect(model.description).toMatchObject({
      commitments: [{ ref: 'SC-01', kind: 'SERVICE_COMMITMENT', text: commitment.text, criteria: ['CC8.1'] }],
      userEntityControls: [{ ref: 'CUEC-01', text: assumed.text, criteria: ['CC6.2'], controlRefs: ['CM-01'] }],
      subserviceOrganizations: [
        { name: 'Harbour Hosting', method: 'CARVE_OUT', complementaryControls: [{ ref: 'CSOC-01', ...told }] },
      ],
    })
    expect(scopeOf(model)).toMatch(
      /uses a subservice organization: .*Harbour Hosting.* The description excludes its controls/,
    )
    expect(scopeOf(model)).toContain('(complementary user entity controls), which the description presents')
    expect(opinionOf(model)).toMatch(
      /operated effectively .*if user entities and subservice organizations applied the complementary controls assumed in the design/,
    )
    expect(JSON.stringify(model)).not.toMatch(/A mere vendor|What was retired/)
    // The basis of the limitation on CC8.1 names the commitment that is related to it.
    expect(JSON.stringify(model.auditorsReport)).toContain('the service commitment SC-01, presented in Section III,')
  })

  it('on a carve-out of which the description presents no controls says so, and is not conditional on any', async () => {
    const work = await chain(a, client)
    const { id } = await recorded(work)
    await reviewed(id)
    const { id: quay } = await recorded(work, { ...hosting, name: 'Quay Storage' })
    await misstatement(work)
    await misstatement(work, 'Quay Storage')
    await work.startCompletion()
    await work.documents()
    const bare = await modelOf(work)
    expect(scopeOf(bare)).toMatch(
      /presents no controls: Harbour Hosting \(hosting of servers\) and Quay Storage .* presents none that .* assumed/,
    )
    expect(scopeOf(bare)).not.toContain('presents the types of controls')
    expect(JSON.stringify(bare.auditorsReport.opinion)).not.toContain('applied the complementary controls')
    // What management is offered to assert says the same.
    expect(await offered(client.admin, work)).not.toContain('complementary')
    await csoc(a.partner, work.engagementId, quay, why(work))
    const model = await modelOf(work)
    expect(scopeOf(model)).toMatch(/uses a subservice organization: Quay Storage [^.]*\. The description excludes its/)
    expect(scopeOf(model)).toMatch(/presents no controls: Harbour Hosting \(hosting of servers\)\./)
    expect(await offered(client.admin, work)).toContain(
      'if subservice organizations applied the complementary controls',
    )
  })

  it('on an inclusion has it in its scope without a condition, and labels the controls it performs', async () => {
    const work = await chain(a, client)
    const { id } = await recorded(work, { ...printing, controlIds: [work.controlId] })
    await recorded(work, { ...printing, name: 'A mere vendor', vendorReason: 'None needed.' })
    expect((await modelOf(work)).assertion.included).toMatchObject([{ paragraphs: [], given: null }])
    for (const [datedOn, assertionText] of [
      ['2026-01-05', 'What was written first.'],
      ['2026-01-06', 'We have described our printing.\n\nIt operated.'],
    ] as const) {
      const { id: evidenceId } = await a.manager.brings(work.engagementId, {
        name: 'theirs.txt',
        content: assertionText,
      })
      const given = { kind: 'SUBSERVICE_ASSERTION', subserviceOrganizationId: id, datedOn, assertionText, evidenceId }
      const obtainedFrom = 'Paul, managing director'
      await a.manager.does('recordEngagementDocument', { engagementId: work.engagementId, obtainedFrom, ...given })
    }
    await work.startCompletion()
    await work.documents()
    await work.decided()
    const model = await modelOf(work)
    expect(scopeOf(model)).toMatch(
      /are included in the description: .*Papermill Print.* Our examination extended to these/,
    )
    expect(scopeOf(model)).not.toContain('excludes')
    expect(opinionOf(model)).not.toMatch(/complementary/)
    expect(sectionsOne(model)).toContain('an assertion of its own, which Section II presents')
    // The one recorded last counts, as its management wrote it.
    expect(model.assertion.included).toEqual([
      {
        organization: 'Papermill Print',
        title: expect.stringContaining('Papermill Print'),
        paragraphs: ['We have described our printing.', 'It operated.'],
        given: { by: 'Paul, managing director', datedOn: '2026-01-06' },
      },
    ])
    expect(model.tests.controls).toMatchObject([{ ref: 'CM-01', performedBy: 'Papermill Print' }])
    expect(model.description.subserviceOrganizations).toMatchObject([
      { method: 'INCLUSIVE', complementaryControls: [] },
    ])
  })

  it('is decided on anew when what it is conditional on changes', async () => {
    const work = await chain(a, client)
    await work.startCompletion()
    await work.decided()
    const stale = async (): Promise<boolean> => {
      const asked = `query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }`
      const { blockers } = (await a.partner.gql(asked, { id: work.engagementId })).engagement.readiness
      return blockers.some(({ code }: { code: string }) => code === 'OPINION_STALE')
    }
    expect(await stale()).toBe(false)
    await a.partner.does('recordComplementaryControl', { engagementId: work.engagementId, ...assumed, ...why(work) })
    expect(await stale()).toBe(true)
  })
})

describe('The wording that is offered to management', () => {
  it('speaks of what the description assumes elsewhere, as it stands, to who signs; to another client of nothing', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    expect(await offered(client.admin, work)).not.toContain('complementary')
    const { complementaryControl } = await a.partner.does(
      'recordComplementaryControl',
      { engagementId, ...assumed, ...why(work) },
      'complementaryControl { id }',
    )
    expect(await offered(client.admin, work)).toMatch(
      /operated effectively .*if user entities applied the complementary controls assumed in the design/,
    )
    const { id } = await recorded(work)
    // Of one that is carved out nothing is assumed before it is said what.
    expect(await offered(client.admin, work)).toMatch(/if user entities applied the complementary controls/)
    await csoc(a.partner, engagementId, id, why(work))
    await recorded(work, { ...printing, name: 'A mere vendor', vendorReason: 'None is needed.' })
    const both = /if user entities and subservice organizations applied the complementary controls assumed/
    expect(await offered(client.admin, work)).toMatch(both)
    expect(await offered(client.respondent, work)).toMatch(both)
    for (const person of [other.admin, stranger.client.admin]) expect(await offered(person, work)).toBeNull()
    await work.change(
      a.partner,
      'retireComplementaryControl',
      'complementaryControlId',
      complementaryControl.id,
      why(work),
    )
    expect(await offered(client.admin, work)).toMatch(/if subservice organizations applied the complementary controls/)
    // The papers themselves are not the client's to read.
    const asked = 'query ($id: ID!) { engagement(id: $id) { complementaryControls { nodes { id } } } }'
    const { engagement } = await client.admin.gql(asked, { id: engagementId })
    expect(engagement.complementaryControls.nodes).toEqual([])
  })
})
