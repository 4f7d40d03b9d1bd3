import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/rules/canonical.js'
import { type Tested, tested } from '../support/exceptions.js'
import { type Person, type TestClient, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birchwood')
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** What a complete response says; invented. */
const answer = {
  position: 'AGREE',
  acknowledgement: 'Management agrees that three changes were merged without a review.',
  rootCauseCategory: 'TOOLING',
  rootCause: 'Branch protection was switched off while repositories were moved.',
  remediation: [
    { action: 'Branch protection is enforced centrally.', owner: 'Head of engineering', dueOn: day(30), done: false },
  ],
  responsible: 'Head of engineering',
  targetOn: day(30),
  preventionOfRecurrence: 'A daily job alerts when protection is off.',
}
const content = `position acknowledgement rootCauseCategory rootCause remediation { action owner dueOn done } responsible targetOn
  preventionOfRecurrence declinedReason evidence { evidenceId fileName sha256 }`
const facts = `id version state inconsistency submittedNumber
  submittedVersion { number sha256 content { ${content} } } versions { number }`
const reviews = 'versions { number review { verdict returnKind reason reviewerName createdAt reviewedBy { id } } }'

interface Asked extends Tested {
  exceptionId: string
  /** The exception, as long as nothing changes it. */
  exceptionVersion: number
}

/** An exception that was communicated to the client. */
async function asked(): Promise<Asked> {
  const work = await tested(w, a)
  const step = async (by: Person, mutation: string, input: object) =>
    (await by.does(mutation, input as Record<string, unknown>, 'exception { id version }')).exception
  const raised = await step(a.senior, 'raiseException', work.matter)
  const confirmed = await step(a.manager, 'confirmException', {
    exceptionId: raised.id,
    expectedVersion: raised.version,
  })
  const { id, version } = await step(a.manager, 'communicateException', {
    exceptionId: raised.id,
    expectedVersion: confirmed.version,
    responseDueOn: day(14),
  })
  return { ...work, exceptionId: id, exceptionVersion: version }
}

const act = async (by: Person, mutation: string, { id, version }: { id: string; version: number }, more: object = {}) =>
  (await by.does(mutation, { responseId: id, expectedVersion: version, ...more }, `response { ${facts} }`)).response

const draft = async (by: Person, exceptionId: string, more: object = {}) =>
  (await by.does('draftResponse', { exceptionId, ...answer, ...more }, `response { ${facts} }`)).response

/** The client drafts, approves and submits. */
async function submitted({ exceptionId, client }: { exceptionId: string; client: TestClient }) {
  const drafted = await draft(client.respondent, exceptionId)
  const waiting = await act(client.respondent, 'requestResponseApproval', drafted)
  return act(client.admin, 'submitResponse', waiting)
}

/** Tries an act that must be refused, and shows that nothing moved. */
const refused = async (by: Person, mutation: string, input: Record<string, unknown>) => {
  const before = await w.digest()
  const { errors } = await by.tryTo(mutation, input)
  expect(await w.digest()).toBe(before)
  return errors
}

/** The code of the fault that an act meets; nothing moved. */
const denied = async (by: Person, mutation: string, input: Record<string, unknown>) => {
  const before = await w.digest()
  const code = await by.isDenied(mutation, input)
  expect(await w.digest()).toBe(before)
  return code
}

const responseOf = async (by: Person, exceptionId: string, selection = facts) =>
  (await by.gql(`query ($id: ID!) { exception(id: $id) { response { ${selection} } } }`, { id: exceptionId })).exception
    .response

describe('a draft', () => {
  it('is written by the client, the first time and again, and read by the client alone', async () => {
    const { exceptionId, client } = await asked()
    const first = await draft(client.respondent, exceptionId, { rootCause: null, remediation: [] })
    expect(first).toMatchObject({
      state: 'DRAFT',
      version: 1,
      submittedNumber: null,
      submittedVersion: null,
      versions: [],
    })
    const whole = `draft { ${content} } missing { code } warnings { code path } draftedBy { name }`
    expect(await responseOf(client.viewer, exceptionId, whole)).toEqual({
      draft: { ...answer, rootCause: null, remediation: [], declinedReason: null, evidence: [] },
      missing: [],
      warnings: [
        { code: 'ROOT_CAUSE_MISSING', path: ['rootCause'] },
        { code: 'REMEDIATION_MISSING', path: ['remediation'] },
      ],
      draftedBy: { name: client.respondent.name },
    })
    const unread = { draft: null, missing: [], warnings: [], draftedBy: null }
    for (const person of [a.partner, a.staff]) expect(await responseOf(person, exceptionId, whole)).toEqual(unread)
    const steps = [{ action: 'Only one repository was concerned.' }]
    const second = await draft(client.admin, exceptionId, { expectedVersion: 1, remediation: steps })
    expect(second).toMatchObject({ id: first.id, state: 'DRAFT', version: 2 })
    expect(await responseOf(client.viewer, exceptionId, 'missing { code } warnings { code path }')).toEqual({
      missing: [],
      warnings: [
        { code: 'STEP_WITHOUT_OWNER', path: ['remediation', '0', 'owner'] },
        { code: 'STEP_WITHOUT_DATE', path: ['remediation', '0', 'dueOn'] },
        { code: 'MINIMIZING_WORDING', path: ['remediation', '0', 'action'] },
      ],
    })
    expect(await responseOf(a.manager, exceptionId)).toMatchObject({
      state: 'DRAFT',
      submittedVersion: null,
      versions: [],
    })
    for (const person of [a.partner, a.staff]) expect(await responseOf(person, exceptionId, whole)).toEqual(unread)
  })

  it('does not stand in the trail that the auditors read; what is submitted does', async () => {
    const { exceptionId, client, engagementId } = await asked()
    const read = async () => {
      const { rows } = await w.owner.query<{ changes: string }>(
        "select changes from trail_entry where chain_id = $1 and node_type = 'ManagementResponse' order by position",
        [engagementId],
      )
      return rows.map(({ changes }) => changes)
    }
    const drafted = await draft(client.respondent, exceptionId)
    await draft(client.respondent, exceptionId, { expectedVersion: 1, rootCause: 'Branch protection was never on.' })
    const [first, second] = await read()
    // Which only the service can compute: whoever reads the trail learns that the text changed, not what it says.
    const digest = { redacted: expect.stringMatching(/^[\w-]{43}$/) }
    expect(first).not.toContain('Branch protection')
    expect(JSON.parse(first as string)[0].after).toMatchObject({ state: 'DRAFT', rootCause: digest })
    expect(JSON.parse(second as string)[0]).toMatchObject({
      before: { rootCause: digest },
      after: { rootCause: digest },
    })
    expect(second).not.toContain('never on')
    const waiting = await act(client.respondent, 'requestResponseApproval', { id: drafted.id, version: 2 })
    await act(client.admin, 'submitResponse', waiting)
    const [, , , last] = await read()
    expect(last).toContain('Branch protection was never on.')
  })

  it('is one per exception, and changed only by who read it as it is', async () => {
    const { exceptionId, client } = await asked()
    const input = { exceptionId, ...answer }
    const early = await refused(client.respondent, 'draftResponse', { ...input, expectedVersion: 1 })
    expect(early).toMatchObject([{ code: 'INVALID_INPUT', path: ['expectedVersion'] }])
    const both = await Promise.all([
      client.respondent.tryTo('draftResponse', input, 'response { version }'),
      client.admin.tryTo('draftResponse', input, 'response { version }'),
    ])
    expect(both.map(({ errors }) => errors.length).sort()).toEqual([0, 1])
    const { rows } = await w.owner.query('select 1 from management_response where exception_id = $1', [exceptionId])
    expect(rows).toHaveLength(1)
    expect(await refused(client.respondent, 'draftResponse', input)).toMatchObject([
      { __typename: 'VersionConflict', currentVersion: 1 },
    ])
  })

  it('has bounds', async () => {
    const { exceptionId, client } = await asked()
    const step = { action: 'x' }
    const refusals: [object, string[]][] = [
      [{ rootCause: 'x'.repeat(4_001) }, ['rootCause']],
      [{ acknowledgement: ' ' }, ['acknowledgement']],
      [{ targetOn: '0000-01-01' }, ['targetOn']],
      [{ remediation: [{ action: 'x', dueOn: '0000-12-31' }] }, ['remediation', '0', 'dueOn']],
      [{ remediation: Array.from({ length: 51 }, () => step) }, ['remediation']],
      [{ remediation: [step, { action: 'a\u0007b' }] }, ['remediation', '1', 'action']],
    ]
    for (const [change, path] of refusals) {
      const errors = await refused(client.respondent, 'draftResponse', { exceptionId, ...answer, ...change })
      expect(errors, JSON.stringify(path)).toMatchObject([{ code: 'INVALID_INPUT', path }])
    }
  })
})

describe('submitting', () => {
  it('makes a version that any caller can check by its digest', async () => {
    const work = await asked()
    const response = await submitted(work)
    const said = { ...answer, declinedReason: null, evidence: [] }
    expect(response).toMatchObject({
      state: 'SUBMITTED',
      submittedNumber: 1,
      submittedVersion: { number: 1, content: said },
      versions: [{ number: 1 }],
    })
    expect(response.submittedVersion.sha256).toBe(createHash('sha256').update(canonicalJson(said)).digest('hex'))
    expect(await responseOf(a.staff, work.exceptionId)).toMatchObject({ submittedVersion: { content: said } })
    const version = 'update response_version set number = 9 where response_id = $1'
    await expect(w.owner.query(version, [response.id])).rejects.toThrow(/written once/)
  })

  it('warns of what is missing, and refuses only an answer that says nothing', async () => {
    const { exceptionId, client } = await asked()
    const drafted = await client.respondent.does('draftResponse', { exceptionId }, 'response { id version }')
    const input = { responseId: drafted.response.id, expectedVersion: drafted.response.version }
    expect(await refused(client.admin, 'submitResponse', input)).toMatchObject([
      { __typename: 'NotReady', blockers: [{ code: 'RESPONSE_EMPTY' }] },
    ])
    const mended = await draft(client.respondent, exceptionId, {
      expectedVersion: drafted.response.version,
      responsible: 'tbd',
      targetOn: '2020-03-01',
    })
    const payload = await client.admin.does(
      'submitResponse',
      { responseId: mended.id, expectedVersion: mended.version },
      'response { state } submittedVersion { number } warnings { code path }',
    )
    expect(payload).toMatchObject({
      response: { state: 'SUBMITTED' },
      submittedVersion: { number: 1 },
      warnings: [
        { code: 'RESPONSIBLE_MISSING', path: ['responsible'] },
        { code: 'DATE_IN_THE_PAST', path: ['targetOn'] },
        { code: 'TARGET_BEFORE_STEP', path: ['targetOn'] },
      ],
    })
  })

  it('needs of who agrees what the firm’s methodology needs, and of who disagrees or agrees in part nothing', async () => {
    const needed = ['RESPONSIBLE', 'TARGET_DATE']
    const firmVersion = async () => (await a.admin.gql('{ viewer { firm { version } } }')).viewer.firm.version
    const revise = async (responseElements: string[]) =>
      a.admin.does(
        'reviseMethodology',
        { expectedVersion: await firmVersion(), responseElements, reason: 'Readers ask for it.' },
        'methodology { responseElements }',
      )
    const [agreeing, contrary] = [await asked(), await asked()]
    expect((await revise(needed)).methodology).toEqual({ responseElements: needed })
    const drafted = await draft(agreeing.client.respondent, agreeing.exceptionId, { responsible: null, targetOn: null })
    const lacking = [{ code: 'RESPONSIBLE_MISSING' }, { code: 'TARGET_DATE_MISSING' }]
    const seen = 'missing { code } actions { name allowed blockers { code } }'
    const read = await responseOf(agreeing.client.admin, agreeing.exceptionId, seen)
    expect(read.missing).toEqual(lacking)
    expect(read.actions).toContainEqual({ name: 'submitResponse', allowed: false, blockers: lacking })
    const input = { responseId: drafted.id, expectedVersion: drafted.version }
    expect(await refused(agreeing.client.admin, 'submitResponse', input)).toMatchObject([
      { __typename: 'NotReady', blockers: lacking },
    ])
    for (const position of ['DISAGREE', 'PARTLY_AGREE']) {
      const { client, exceptionId } = contrary
      const before = await responseOf(client.admin, exceptionId, 'version')
      const nothing = { ...Object.fromEntries(Object.keys(answer).map((name) => [name, null])), position }
      const said = await draft(client.respondent, exceptionId, { expectedVersion: before?.version, ...nothing })
      const submitted = await act(client.admin, 'submitResponse', said)
      expect(submitted).toMatchObject({ state: 'SUBMITTED', submittedVersion: { content: { position } } })
      await act(a.manager, 'returnResponse', submitted, { kind: 'INCONSISTENT', reason: 'Say with which part.' })
    }
    await revise([])
    const { response } = await agreeing.client.admin.does('submitResponse', input, 'response { id version state }')
    expect(response).toMatchObject({ state: 'SUBMITTED' })
    const incomplete = { kind: 'INCOMPLETE', reason: 'Name who is responsible, and by when.' }
    const returning = { responseId: response.id, expectedVersion: response.version, ...incomplete }
    expect(await refused(a.manager, 'returnResponse', returning)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['kind'], message: expect.stringContaining('lacks no element that the firm') },
    ])
    await revise(needed)
    expect(await act(a.manager, 'returnResponse', response, incomplete)).toMatchObject({ state: 'RETURNED' })
    expect(await responseOf(agreeing.client.viewer, agreeing.exceptionId, reviews)).toMatchObject({
      versions: [{ number: 1, review: { verdict: 'RETURNED', returnKind: 'INCOMPLETE', reason: incomplete.reason } }],
    })
    await revise([])
  })

  it('is one act for the client’s administrator, who need not ask themselves for approval', async () => {
    const { exceptionId, client } = await asked()
    const drafted = await draft(client.respondent, exceptionId)
    const input = { responseId: drafted.id, expectedVersion: 1 }
    expect(await denied(client.respondent, 'submitResponse', input)).toBe('FORBIDDEN')
    const { response } = await client.admin.does('submitResponse', input, `response { ${facts} }`)
    expect(response).toMatchObject({ state: 'SUBMITTED', submittedNumber: 1, submittedVersion: { number: 1 } })
  })

  it('is for the client’s management', async () => {
    const { exceptionId, client } = await asked()
    const drafted = await draft(client.admin, exceptionId)
    const input = { responseId: drafted.id, expectedVersion: 1 }
    await act(client.respondent, 'requestResponseApproval', drafted)
    const waiting = { ...input, expectedVersion: 2 }
    for (const person of [client.respondent, client.viewer, a.partner, a.manager]) {
      expect(await denied(person, 'submitResponse', waiting), person.name).toBe('FORBIDDEN')
    }
    const another = await a.client('Heron Payments')
    for (const person of [another.admin, (await b.client('Kite Ltd')).admin]) {
      expect(await denied(person, 'submitResponse', waiting), person.name).toBe('NOT_FOUND')
      expect(await denied(person, 'draftResponse', { exceptionId, ...answer }), person.name).toBe('NOT_FOUND')
    }
    for (const person of [client.viewer, a.manager]) {
      expect(await denied(person, 'draftResponse', { exceptionId, ...answer }), person.name).toBe('FORBIDDEN')
    }
    const { actions } = await responseOf(client.admin, exceptionId, 'actions { name allowed }')
    expect(actions).toContainEqual({ name: 'submitResponse', allowed: true })
    // Acts of the auditor are told to the auditor.
    expect(actions.map(({ name }: { name: string }) => name)).toEqual(['requestResponseApproval', 'submitResponse'])
  })

  it('cannot be changed afterwards, only returned or accepted', async () => {
    const work = await asked()
    const { version } = await submitted(work)
    const input = { exceptionId: work.exceptionId, ...answer, expectedVersion: version }
    expect(await refused(work.client.admin, 'draftResponse', input)).toMatchObject([
      { __typename: 'InvalidTransition', from: 'SUBMITTED', allowed: ['RETURNED', 'ACCEPTED'] },
    ])
    const declined = { exceptionId: work.exceptionId, expectedVersion: version, reason: 'Rather not.' }
    expect(await refused(work.client.admin, 'declineToRespond', declined)).toMatchObject([
      { code: 'INVALID_TRANSITION' },
    ])
  })
})

describe('the auditor', () => {
  it('returns a response with a reason the client sees; the next version stands beside the first', async () => {
    const work = await asked()
    const first = await submitted(work)
    const input = { responseId: first.id, expectedVersion: first.version }
    expect(await refused(a.manager, 'returnResponse', { ...input, kind: 'INCONSISTENT', reason: ' ' })).toMatchObject([
      { path: ['reason'] },
    ])
    const returned = await act(a.manager, 'returnResponse', first, {
      kind: 'MISSTATEMENT_OF_FACT',
      reason: 'Say when protection was switched on again.',
    })
    const review = {
      verdict: 'RETURNED',
      returnKind: 'MISSTATEMENT_OF_FACT',
      reason: 'Say when protection was switched on again.',
      reviewerName: a.manager.name,
      createdAt: expect.stringMatching(/^20/),
      reviewedBy: { id: a.manager.memberId },
    }
    expect(await responseOf(a.senior, work.exceptionId, `state ${reviews}`)).toEqual({
      state: 'RETURNED',
      versions: [{ number: 1, review }],
    })
    const drafted = await draft(work.client.respondent, work.exceptionId, {
      expectedVersion: returned.version,
      rootCause: 'Protection was off from 2 to 5 January.',
    })
    const unsent = await responseOf(a.senior, work.exceptionId)
    expect(unsent).toMatchObject({ state: 'DRAFT', submittedVersion: { content: { rootCause: answer.rootCause } } })
    const waiting = await act(work.client.respondent, 'requestResponseApproval', drafted)
    const second = await act(work.client.admin, 'submitResponse', waiting)
    expect(second).toMatchObject({
      state: 'SUBMITTED',
      submittedNumber: 2,
      submittedVersion: { number: 2, content: { rootCause: 'Protection was off from 2 to 5 January.' } },
      versions: [{ number: 1 }, { number: 2 }],
    })
    expect(await act(a.partner, 'acceptResponse', second)).toMatchObject({ state: 'ACCEPTED', submittedNumber: 2 })
    const accepted = { ...review, verdict: 'ACCEPTED', returnKind: null, reason: null, reviewerName: a.partner.name }
    expect(await responseOf(work.client.viewer, work.exceptionId, reviews)).toEqual({
      versions: [
        { number: 1, review: { ...review, reviewedBy: null } },
        { number: 2, review: { ...accepted, reviewedBy: null } },
      ],
    })
  })

  it('flags what is inconsistent; a flagged response is not accepted', async () => {
    const work = await asked()
    const response = await submitted(work)
    const flagged = await act(a.manager, 'flagInconsistency', response, { note: 'It says three, the test found more.' })
    expect(await responseOf(work.client.viewer, work.exceptionId, 'inconsistency')).toEqual({
      inconsistency: 'It says three, the test found more.',
    })
    const input = { responseId: flagged.id, expectedVersion: flagged.version }
    expect(await refused(a.manager, 'acceptResponse', input)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'RESPONSE_INCONSISTENT' }] },
    ])
    const taken = await act(a.manager, 'flagInconsistency', flagged, { note: null })
    const accepted = await act(a.manager, 'acceptResponse', taken)
    expect(accepted).toMatchObject({ state: 'ACCEPTED', inconsistency: null })
    const late = { responseId: accepted.id, expectedVersion: accepted.version, note: 'Late.' }
    expect(await refused(a.manager, 'flagInconsistency', late)).toMatchObject([{ code: 'INVALID_TRANSITION' }])
  })

  it('is a manager or the partner of the team; no other person judges a response', async () => {
    const work = await asked()
    const { id, version } = await submitted(work)
    const input = { responseId: id, expectedVersion: version }
    for (const person of [a.senior, a.staff, a.reviewer, work.client.admin]) {
      expect(await denied(person, 'acceptResponse', input), person.name).toBe('FORBIDDEN')
      expect(
        await denied(person, 'returnResponse', { ...input, kind: 'INCONSISTENT', reason: 'No.' }),
        person.name,
      ).toBe('FORBIDDEN')
      expect(await denied(person, 'flagInconsistency', { ...input, note: 'No.' }), person.name).toBe('FORBIDDEN')
    }
    const { actions } = await responseOf(a.manager, work.exceptionId, 'actions { name allowed }')
    expect(
      actions.filter(({ allowed }: { allowed: boolean }) => allowed).map(({ name }: { name: string }) => name),
    ).toEqual(['returnResponse', 'acceptResponse', 'flagInconsistency'])
  })
})

describe('declining to respond', () => {
  it('is an answer with a version of its own, which the auditor may return but not accept', async () => {
    const { exceptionId, client } = await asked()
    const input = { exceptionId, reason: 'The matter is before a court (invented).' }
    expect(await denied(client.respondent, 'declineToRespond', input)).toBe('FORBIDDEN')
    await draft(client.respondent, exceptionId)
    const { response } = await client.admin.does(
      'declineToRespond',
      { ...input, expectedVersion: 1 },
      `response { ${facts} }`,
    )
    expect(response).toMatchObject({
      state: 'SUBMITTED',
      submittedVersion: {
        number: 1,
        content: { declinedReason: input.reason, acknowledgement: null, remediation: [] },
      },
    })
    const judged = { responseId: response.id, expectedVersion: response.version }
    expect(await refused(a.manager, 'acceptResponse', judged)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'RESPONSE_DECLINED' }] },
    ])
    const returned = await act(a.manager, 'returnResponse', response, {
      kind: 'INCONSISTENT',
      reason: 'Please reconsider.',
    })
    const { rows } = await w.owner.query('select declined_reason from management_response where id = $1', [response.id])
    expect(rows).toEqual([{ declined_reason: null }])
    const drafted = await draft(client.respondent, exceptionId, { expectedVersion: returned.version })
    const waiting = await act(client.respondent, 'requestResponseApproval', drafted)
    const second = await act(client.admin, 'submitResponse', waiting)
    expect(second).toMatchObject({ submittedNumber: 2, submittedVersion: { content: { declinedReason: null } } })
  })

  it('needs no draft before', async () => {
    const { exceptionId, client } = await asked()
    const input = { exceptionId, reason: 'No comment.' }
    const { submittedVersion } = await client.admin.does(
      'declineToRespond',
      input,
      'submittedVersion { number content { declinedReason } }',
    )
    expect(submittedVersion).toEqual({ number: 1, content: { declinedReason: 'No comment.' } })
  })
})

describe('a response that does not come', () => {
  const overdue = async (by: Person, id: string) =>
    (await by.gql('query ($id: ID!) { exception(id: $id) { isResponseOverdue } }', { id })).exception.isResponseOverdue
  const pass = (id: string) =>
    w.owner.query('update exception set response_due_on = current_date - 3 where id = $1', [id])

  it('is overdue when its day has passed, and can then be noted', async () => {
    const work = await asked()
    const input = { exceptionId: work.exceptionId, expectedVersion: work.exceptionVersion, note: 'Asked twice.' }
    expect(await overdue(work.client.viewer, work.exceptionId)).toBe(false)
    expect(await refused(a.manager, 'noteOverdueResponse', input)).toMatchObject([{ code: 'INVALID_INPUT' }])
    await pass(work.exceptionId)
    expect(await overdue(work.client.viewer, work.exceptionId)).toBe(true)
    expect(await denied(a.senior, 'noteOverdueResponse', input)).toBe('FORBIDDEN')
    const { exception } = await a.manager.does('noteOverdueResponse', input, 'exception { overdueNote state }')
    expect(exception).toEqual({ overdueNote: 'Asked twice.', state: 'COMMUNICATED' })
  })

  it('is not noted while there is one to read', async () => {
    const work = await asked()
    const response = await submitted(work)
    await pass(work.exceptionId)
    expect(await overdue(a.manager, work.exceptionId)).toBe(false)
    const input = { exceptionId: work.exceptionId, expectedVersion: work.exceptionVersion, note: 'Asked twice.' }
    expect(await refused(a.manager, 'noteOverdueResponse', input)).toMatchObject([{ code: 'INVALID_INPUT' }])
    await act(a.manager, 'flagInconsistency', response, { note: 'It contradicts the results.' })
    const { exception } = await a.manager.does('noteOverdueResponse', input, 'exception { overdueNote }')
    expect(exception.overdueNote).toBe('Asked twice.')
  })

  it('is asked for no more once the exception was withdrawn', async () => {
    const { exceptionId, exceptionVersion, client } = await asked()
    const drafted = await draft(client.respondent, exceptionId)
    const withdrawn = { exceptionId, expectedVersion: exceptionVersion, reason: 'The review record was found.' }
    const restsOnIds = [
      (await a.manager.gql('query ($id: ID!) { exception(id: $id) { procedure { id } } }', { id: exceptionId }))
        .exception.procedure.id,
    ]
    await a.manager.does('withdrawException', { ...withdrawn, restsOnIds })
    const read = 'query ($id: ID!) { exception(id: $id) { state withdrawnReason } }'
    expect((await client.viewer.gql(read, { id: exceptionId })).exception).toEqual({
      state: 'WITHDRAWN',
      withdrawnReason: 'The review record was found.',
    })
    const input = { responseId: drafted.id, expectedVersion: drafted.version }
    expect(await refused(client.respondent, 'requestResponseApproval', input)).toMatchObject([
      { code: 'INVALID_TRANSITION' },
    ])
    expect(
      await refused(client.respondent, 'draftResponse', { exceptionId, ...answer, expectedVersion: 1 }),
    ).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'WITHDRAWN' }])
  })

  it('is in the list of what awaits a response until it is submitted', async () => {
    const work = await asked()
    const list = async (by: Person) =>
      (await by.gql('query { exceptions(filter: { awaitingResponse: true }) { nodes { id } } }')).exceptions.nodes
    expect(await list(work.client.respondent)).toEqual([{ id: work.exceptionId }])
    await submitted(work)
    expect(await list(work.client.respondent)).toEqual([])
  })

  it('is possible while the engagement is examined', async () => {
    const { exceptionId, client, engagementId } = await asked()
    await w.owner.query("update engagement set state = 'ISSUED' where id = $1", [engagementId])
    const errors = await refused(client.respondent, 'draftResponse', { exceptionId, ...answer })
    expect(errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
  })
})
