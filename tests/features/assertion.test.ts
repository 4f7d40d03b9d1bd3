import { describe, expect, it } from 'vitest'
import { allHolds, assertionText, claimsBeside, signsAssertion, writesAssertion } from '../support/assertions.js'
import { type Chain, chain, judgmentsOf, today } from '../support/chain.js'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')

const listed = `query ($id: ID!) { engagement(id: $id) { assertions { id version number text claims { subjectMatter claim matters }
  signers { name title } datedOn signedAt isRecorded signedBy { id } evidence { id } } } }`
const assertionsOf = async (engagementId: string, by = a.manager) =>
  (await by.gql(listed, { id: engagementId })).engagement.assertions
const blockersOf = async (engagementId: string): Promise<{ code: string; node: string | null }[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code message node } } } }'
  const { blockers } = (await a.partner.gql(asked, { id: engagementId })).engagement.readiness
  return blockers.filter(({ code }: { code: string }) => code.startsWith('ASSERTION'))
}
const signers = [{ name: client.admin.name, title: 'Chief executive officer' }]

/** An engagement in fieldwork, of which nothing else is needed. */
async function examined(changes: object = {}): Promise<string> {
  const engagementId = await staffedEngagement(a, client, changes)
  await w.owner.query("update engagement set state = 'FIELDWORK' where id = $1", [engagementId])
  return engagementId
}

/** An engagement of which only the report is to be issued; management claims that all holds, beside a qualified opinion. */
async function contradicted(): Promise<Chain> {
  const work = await chain(a, client)
  await work.readyToIssue()
  await signsAssertion(client.admin, work.engagementId, allHolds, today())
  return work
}

describe('management’s assertion', () => {
  it('is offered in words for what management is to claim; claims that it cannot make are refused', async () => {
    const engagementId = await examined()
    const asked = (claims: object[]) =>
      client.admin.ask(
        'query ($id: ID!, $claims: [AssertionClaimInput!]) { engagement(id: $id) { offeredAssertion(claims: $claims) { text claims { subjectMatter claim matters } } } }',
        { id: engagementId, claims },
      )
    const [description, design, operation] = allHolds as [object, object, object]
    const modified = [
      description,
      { ...design, claim: 'FAILS', matters: 'that no vendor is reviewed' },
      { ...operation, claim: 'EXCEPT', matters: 'that two changes were not reviewed' },
    ]
    const answered = await asked(modified)
    const { text, claims } = answered.data?.engagement.offeredAssertion ?? {}
    expect(claims).toEqual(modified)
    expect(text).toContain(
      'b. because of that no vendor is reviewed, the controls stated in the description were not suitably designed',
    )
    expect(text).toContain(
      'c. except for that two changes were not reviewed, the controls stated in the description operated',
    )
    const refused = async (...given: object[]) => (await asked(given)).errors?.[0]?.extensions
    const at = (...path: (string | number)[]) => ({
      code: 'BAD_USER_INPUT',
      reason: 'INVALID_INPUT',
      argument: path,
    })
    expect(await refused(description, design)).toMatchObject(at('claims'))
    expect(await refused(description, description, design, operation)).toMatchObject(at('claims', 1))
    expect(await refused(description, design, { ...operation, claim: 'EXCEPT' })).toMatchObject(
      at('claims', 2, 'matters'),
    )
    expect(await refused(description, design, { ...operation, matters: 'x'.repeat(4_001) })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  })

  it('is written from the wording that is offered, changed until it is signed, and stays then; another one is another version', async () => {
    const engagementId = await examined()
    const asked = `query ($id: ID!) { engagement(id: $id) { offeredAssertion { text claims { subjectMatter claim matters } } } }`
    const { offeredAssertion } = (await client.admin.gql(asked, { id: engagementId })).engagement
    expect(offeredAssertion.claims).toEqual(allHolds)
    expect(offeredAssertion.text).toContain('Kestrel Cloud Platform')
    expect(offeredAssertion.text).toContain('c. the controls stated in the description operated effectively')
    const offered = { engagementId, text: offeredAssertion.text, claims: offeredAssertion.claims }
    await client.admin.does('writeAssertion', offered)
    const { id, version } = await writesAssertion(client.admin, engagementId, allHolds)
    expect(await assertionsOf(engagementId)).toMatchObject([
      { id, version: 2, number: 1, text: assertionText, claims: allHolds, signers: [], datedOn: null, signedAt: null },
    ])
    const signed = { assertionId: id, expectedVersion: version, signers, datedOn: '2026-01-05' }
    await client.admin.does('signAssertion', signed)
    const before = await w.digest()
    const again = await client.admin.tryTo('signAssertion', { ...signed, expectedVersion: 3 })
    expect(again.errors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect(await w.digest()).toBe(before)
    await writesAssertion(
      client.admin,
      engagementId,
      claimsBeside([...allHolds.map(({ subjectMatter }) => ({ subjectMatter, opinion: 'QUALIFIED' }))]),
    )
    expect(await assertionsOf(engagementId, client.respondent)).toMatchObject([
      {
        id,
        number: 1,
        text: assertionText,
        datedOn: '2026-01-05',
        signers,
        isRecorded: false,
        signedBy: { id: client.admin.memberId },
      },
      { number: 2, signedAt: null, claims: [{ claim: 'EXCEPT' }, { claim: 'EXCEPT' }, { claim: 'EXCEPT' }] },
    ])
  })

  it('is refused with what it cannot claim, at a version that was not read, on a day that it cannot bear; nothing moves', async () => {
    const engagementId = await examined()
    const { id, version } = await writesAssertion(client.admin, engagementId, allHolds)
    const before = await w.digest()
    const text = assertionText
    const write = async (claims: unknown, expectedVersion: number | null = 1) =>
      (await client.admin.tryTo('writeAssertion', { engagementId, text, claims, expectedVersion })).errors
    expect(await write(allHolds.slice(1))).toMatchObject([{ code: 'INVALID_INPUT', path: ['claims'] }])
    const excepted = { ...allHolds[0], claim: 'EXCEPT' }
    expect(await write([excepted, ...allHolds.slice(1)])).toMatchObject([{ path: ['claims', '0', 'matters'] }])
    expect(await write(allHolds, null)).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    const sign = async (changes: object) => {
      const input = { assertionId: id, expectedVersion: version, signers, datedOn: '2026-01-05', ...changes }
      return (await client.admin.tryTo('signAssertion', input)).errors
    }
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    for (const datedOn of ['2019-06-01', '2025-12-30', tomorrow]) {
      expect(await sign({ datedOn }), datedOn).toMatchObject([{ code: 'INVALID_INPUT', path: ['datedOn'] }])
    }
    expect(await sign({ signers: [] })).toMatchObject([{ code: 'INVALID_INPUT', path: ['signers'] }])
    expect(await sign({ signers: [{ name: 'Dora Invented', title: 'CFO' }] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['evidenceId'] },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('is signed by whom the engagement letter names, by two people where the file shows both', async () => {
    const engagementId = await examined()
    const { id: letterId } = await a.manager.brings(engagementId, { name: 'letter.txt', content: 'The terms.' })
    const said = { engagementId, datedOn: '2025-01-02', obtainedFrom: 'Carla', evidenceId: letterId }
    const signatories = [client.admin.name.toUpperCase(), 'Dora Invented']
    const letter = { ...said, kind: 'ENGAGEMENT_LETTER', signatories }
    const noLetter = { ...said, kind: 'SUBSEQUENT_EVENTS_INQUIRY', datedOn: '2026-01-10', signatories }
    const before = await w.digest()
    expect((await a.manager.tryTo('recordEngagementDocument', noLetter)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['signatories'] },
    ])
    expect(await w.digest()).toBe(before)
    await a.manager.does('recordEngagementDocument', letter)
    const { id, version } = await writesAssertion(client.admin, engagementId, allHolds)
    const { id: evidenceId } = await client.admin.brings(engagementId, {
      name: 'signed.txt',
      content: 'Signed by both.',
    })
    const two = [...signers, { name: 'Dora Invented', title: 'Chief financial officer' }]
    const signing = { assertionId: id, expectedVersion: version, datedOn: '2026-01-05', evidenceId }
    const unmoved = await w.digest()
    const stranger = [...signers, { name: 'Egon Stranger', title: 'CFO' }]
    expect((await client.admin.tryTo('signAssertion', { ...signing, signers: stranger })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['signers', '1', 'name'] },
    ])
    expect(await w.digest()).toBe(unmoved)
    await client.admin.does('signAssertion', { ...signing, signers: two })
    expect(await assertionsOf(engagementId)).toMatchObject([{ signers: two, evidence: { id: evidenceId } }])
    const removed = await client.admin.tryTo('removeEvidence', { evidenceId, expectedVersion: 1, reason: 'No more.' })
    expect(removed.errors).not.toEqual([])
  })

  it('that was signed on paper is recorded by who leads the engagement, with the file', async () => {
    const engagementId = await examined()
    await writesAssertion(client.admin, engagementId, allHolds)
    const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'paper.txt', content: 'Signed on paper.' })
    const paper = { engagementId, text: 'On paper.', claims: allHolds, signers, datedOn: '2026-01-05', evidenceId }
    for (const person of [a.senior, a.reviewer, client.admin]) {
      expect(await person.isDenied('recordAssertion', paper), person.name).toBe('FORBIDDEN')
    }
    await a.manager.does('recordAssertion', paper)
    expect(await assertionsOf(engagementId)).toMatchObject([
      { number: 1, signedAt: null },
      {
        number: 2,
        text: 'On paper.',
        isRecorded: true,
        signedBy: { id: a.manager.memberId },
        evidence: { id: evidenceId },
      },
    ])
    // What management signed itself in the service is replaced by nothing that the auditor records.
    await signsAssertion(client.admin, engagementId, allHolds, '2026-01-06')
    const before = await w.digest()
    expect((await a.manager.tryTo('recordAssertion', paper)).errors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect(await w.digest()).toBe(before)
  })

  it('is written and signed by the client’s administrator alone; for others it is not there', async () => {
    const engagementId = await examined()
    const input = { engagementId, text: 'Mine.', claims: allHolds }
    for (const person of [client.respondent, client.viewer, a.partner]) {
      expect(await person.isDenied('writeAssertion', input), person.name).toBe('FORBIDDEN')
    }
    const { id } = await writesAssertion(client.admin, engagementId, allHolds)
    const signing = { assertionId: id, expectedVersion: 1, signers, datedOn: '2026-01-05' }
    for (const person of [client.respondent, a.partner]) {
      expect(await person.isDenied('signAssertion', signing), person.name).toBe('FORBIDDEN')
    }
    for (const outsider of [other.admin, await a.person('Otto Outsider of Ashdown', 'PARTNER')]) {
      const never = await outsider.isDenied('signAssertion', { ...signing, assertionId: engagementId })
      expect(await outsider.isDenied('signAssertion', signing)).toBe(outsider === other.admin ? never : 'FORBIDDEN')
      const { data } = await outsider.ask('query ($id: ID!) { node(id: $id) { id } }', { id })
      expect(data?.node).toBeNull()
    }
  })

  it('signed cannot be changed in the database either', async () => {
    const engagementId = await examined()
    const id = await signsAssertion(client.admin, engagementId, allHolds, '2026-01-05')
    for (const change of ["update management_assertion set text = 'x'", 'delete from management_assertion']) {
      await expect(w.owner.query(`${change} where id = $1`, [id])).rejects.toThrow('written once')
    }
  })
})

describe('an assertion that was signed', () => {
  it('is signed anew where what is examined was changed since', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    const { engagementId } = work
    const change = {
      systemName: 'Kestrel Cloud and Vault',
      reason: 'The vault belongs to it.',
      restsOnIds: [work.procedureId],
    }
    await work.change(a.partner, 'updateEngagement', 'engagementId', engagementId, change)
    expect(await blockersOf(engagementId)).toMatchObject([{ code: 'ASSERTION_OUTDATED' }])
    await work.asserted((await work.proposal()).conclusions)
    expect(await blockersOf(engagementId)).toEqual([])
  })

  it('is by a person whom the letter names on one line, each once', async () => {
    const engagementId = await staffedEngagement(a, client)
    const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'terms.txt', content: 'The terms.' })
    const letter = { engagementId, kind: 'ENGAGEMENT_LETTER', datedOn: '2025-01-02', obtainedFrom: 'Carla', evidenceId }
    const before = await w.digest()
    for (const [signatories, at] of [
      [[''], 0],
      [['Carla Chief', ' '], 1],
      [['Carla\nChief'], 0],
      [['Carla Chief', 'Carla Chief'], 1],
      [['x'.repeat(201)], 0],
    ] as const) {
      const { errors } = await a.manager.tryTo('recordEngagementDocument', { ...letter, signatories })
      expect(errors, JSON.stringify(signatories)).toMatchObject([
        { code: 'INVALID_INPUT', path: ['signatories', `${at}`] },
      ])
    }
    expect(await w.digest()).toBe(before)
  })
})

describe('an assertion that says something else than the opinion', () => {
  it('stands before the report until management signs another one, and prints as it was written', async () => {
    const work = await contradicted()
    const { engagementId } = work
    const [contradiction] = await blockersOf(engagementId)
    expect(contradiction).toMatchObject({ code: 'ASSERTION_CONTRADICTS' })
    const before = await w.digest()
    const refused = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    // Who cleared the review and dated the report had not read this one.
    const unread = [{ code: 'QUALITY_REVIEW_NOT_CLEARED' }, { code: 'REPORT_NOT_DATED' }]
    expect(refused).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'ASSERTION_CONTRADICTS' }, ...unread] }])
    expect(await w.digest()).toBe(before)
    const asked = `query ($id: ID!) { engagement(id: $id) { assertions { contradictions { subjectMatter claim opinion } } } }`
    const seen = async (by: typeof a.manager) => (await by.gql(asked, { id: engagementId })).engagement.assertions
    expect((await seen(a.manager)).at(-1).contradictions).toEqual([
      { subjectMatter: 'OPERATING_EFFECTIVENESS', claim: 'HOLDS', opinion: 'QUALIFIED' },
    ])
    expect((await seen(client.admin)).flatMap((one: any) => one.contradictions)).toEqual([])
    const { conclusions } = await work.proposal()
    await work.asserted(conclusions)
    expect(await blockersOf(engagementId)).toEqual([])
    await work.cleared()
    expect(await blockersOf(engagementId)).toEqual([])
    const { report } = await work.issue()
    expect(JSON.parse(report.model).assertion).toMatchObject({
      paragraphs: assertionText.split('\n\n'),
      signature: { signers, datedOn: today() },
    })
  })

  it('may stand where the partner records how it was dealt with: a judgment that partner and quality reviewer acknowledge', async () => {
    const work = await contradicted()
    const { engagementId, procedureId } = work
    const [{ id: assertionId }] = (await assertionsOf(engagementId)).slice(-1)
    const resolving = { assertionId, reason: 'Management was told; the report says so.', restsOnIds: [procedureId] }
    const before = await w.digest()
    const refused = async (changes: object) =>
      (await a.partner.tryTo('resolveAssertion', { ...resolving, ...changes })).errors
    expect(await refused({ restsOnIds: [] })).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    const [{ id: earlier }] = await assertionsOf(engagementId)
    expect(await refused({ assertionId: earlier })).toMatchObject([{ code: 'INVALID_INPUT', path: ['assertionId'] }])
    for (const person of [a.manager, a.reviewer, client.admin]) {
      expect(await person.isDenied('resolveAssertion', resolving), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    await a.partner.does('resolveAssertion', resolving)
    expect(await refused({})).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect((await blockersOf(engagementId)).map(({ code }) => code)).not.toContain('ASSERTION_CONTRADICTS')
    const { nodes } = await judgmentsOf(a.reviewer, engagementId)
    const judged = nodes.find(({ kind }: { kind: string }) => kind === 'ASSERTION_DIFFERS')
    expect(judged).toMatchObject({
      reason: resolving.reason,
      isAcknowledged: false,
      decidedBy: { id: a.partner.memberId },
      restsOn: [{ id: procedureId }],
      figures: [
        { name: 'CLAIMED', value: 'OPERATING_EFFECTIVENESS: HOLDS' },
        { name: 'DECIDED', value: 'OPERATING_EFFECTIVENESS: QUALIFIED' },
      ],
    })
    const early = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(early[0].blockers[0]).toMatchObject({ code: 'JUDGMENT_UNACKNOWLEDGED' })
    await work.acknowledged()
    // Another assertion that contradicts is resolved by nothing that was said of the one before.
    await signsAssertion(client.admin, engagementId, allHolds, today())
    expect((await blockersOf(engagementId))[0]).toMatchObject({ code: 'ASSERTION_CONTRADICTS' })
    const [{ id: anew }] = (await assertionsOf(engagementId)).slice(-1)
    await a.partner.does('resolveAssertion', { ...resolving, assertionId: anew })
    await work.acknowledged()
    await work.change(a.reviewer, 'clearQualityReview', 'engagementId', engagementId)
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })
})

describe('an assertion that management refuses', () => {
  it('ends the engagement: it can be withdrawn, and no report is issued', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    const { engagementId } = work
    const refusal = {
      engagementId,
      statement: 'ASSERTION',
      refusedBy: 'Carla, CEO',
      refusedOn: today(),
      reason: 'Counsel said so.',
    }
    const before = await w.digest()
    for (const person of [a.manager, client.admin]) {
      expect(await person.isDenied('recordManagementRefusal', refusal), person.name).toBe('FORBIDDEN')
    }
    const late = await a.partner.tryTo('recordManagementRefusal', { ...refusal, refusedOn: '2999-01-01' })
    expect(late.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['refusedOn'] }])
    expect(await w.digest()).toBe(before)
    await a.partner.does('recordManagementRefusal', refusal)
    expect((await a.partner.tryTo('recordManagementRefusal', refusal)).errors).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['statement'] },
    ])
    const asked = `query ($id: ID!) { engagement(id: $id) { managementRefusals { statement refusedBy refusedOn reason recordedBy { id } } } }`
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.managementRefusals).toMatchObject([
      { statement: 'ASSERTION', refusedBy: 'Carla, CEO', recordedBy: { id: a.partner.memberId } },
    ])
    expect((await client.admin.gql(asked, { id: engagementId })).engagement.managementRefusals).toEqual([])
    const refused = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(refused).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'ASSERTION_REFUSED' }] }])
    const reason = 'Management refuses its assertion.'
    await work.change(a.partner, 'withdrawEngagement', 'engagementId', engagementId, { reason })
  })

  it('ends it no more where management gives it after all, and the partner retracts the refusal on a paper', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    const { engagementId } = work
    const refusal = { statement: 'ASSERTION', refusedBy: 'Carla, CEO', refusedOn: today(), reason: 'Counsel said so.' }
    const { refusal: stands } = await a.partner.does(
      'recordManagementRefusal',
      { engagementId, ...refusal },
      'refusal { id version }',
    )
    expect(await blockersOf(engagementId)).toMatchObject([{ code: 'ASSERTION_REFUSED' }])
    await a.partner.does('retractManagementRefusal', {
      ...{ managementRefusalId: stands.id, expectedVersion: stands.version },
      ...{ reason: 'It was signed on Friday.', restsOnIds: [work.procedureId] },
    })
    expect(await blockersOf(engagementId)).toEqual([])
    const asked = `query ($id: ID!) { engagement(id: $id) { managementRefusals { statement retractedReason } } }`
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.managementRefusals).toEqual([
      { statement: 'ASSERTION', retractedReason: 'It was signed on Friday.' },
    ])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })
})
