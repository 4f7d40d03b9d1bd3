import { beforeAll, describe, expect, it } from 'vitest'
import { allHolds, signsAssertion } from '../support/assertions.js'
import { answer, type Chain, chain, judgmentsOf, today } from '../support/chain.js'
import { assumed } from '../support/presented.js'
import { type Person, world } from '../support/world.js'

// The draft that management sees before it signs: sections I to IV, marked, and the misstatements that it has not corrected.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const stranger = await w.firm('Birch')
const outsider = await a.person('Otto Outsider of Ashdown', 'PARTNER')

const misstatement = (title: string) => ({
  kind: 'DESCRIPTION_MISSTATEMENT',
  controlId: null,
  criteriaCodes: ['DC4'],
  title,
  expectedOperation: 'Each incident of the period is told.',
  condition: `${title}: it says that there was none.`,
  ...{ failedFrom: null, failedTo: null, failurePeriodBasis: null, causeNote: null },
})

const fields = `id version number sha256 sharedAt sharedBy { id } withdrawnAt withdrawnReason withdrawnBy { id }
  misstatements { totalCount nodes { number title condition wording } }`
const seenBy = async (by: Person, engagementId: string, selection = fields): Promise<any> => {
  const asked = `query ($id: ID!) { engagement(id: $id) { sharedDraft { ${selection} } } }`
  return (await by.gql(asked, { id: engagementId })).engagement.sharedDraft
}
const shares = async (engagementId: string, by = a.partner): Promise<{ id: string; version: number }> =>
  (await by.does('shareDraft', { engagementId }, 'sharedDraft { id version }')).sharedDraft
/** Whether management sees the draft as it is now. */
const isShared = async (engagementId: string): Promise<boolean> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { draftReport { isShared } } }'
  return (await a.staff.gql(asked, { id: engagementId })).engagement.draftReport.isShared
}
const isThere = async (by: Person, id: string): Promise<boolean> =>
  (await by.gql('query ($id: ID!) { node(id: $id) { id } }', { id })).node !== null

/** An engagement of which an opinion is decided: qualified, for the one exception that it has. */
async function decided(): Promise<Chain> {
  const work = await chain(a, client)
  const exceptionId = await work.exception()
  await work.answered(exceptionId)
  await work.startCompletion()
  await work.concluded(exceptionId)
  await work.together()
  await work.documents()
  await work.decided()
  return work
}

describe('a draft that is shared', () => {
  let work: Chain
  let id: string
  beforeAll(async () => {
    work = await chain(a, client)
    const limitation = await work.exception()
    await work.answered(limitation)
    const [kept, gone] = [
      await work.exception(misstatement('An outage is left out')),
      await work.exception(misstatement('A breach is left out')),
    ]
    await work.answered(kept)
    await work.documents()
    const note = { note: 'The breach is told now.', restsOnIds: [work.procedureId] }
    await work.change(a.manager, 'recordCorrection', 'exceptionId', gone, note)
    await work.startCompletion()
    for (const one of [limitation, kept]) await work.concluded(one)
    await work.together()
    await work.decided()
    id = (await shares(work.engagementId)).id
  })

  it('shows the client’s administrator the opinion, sections I to IV and what the representation letter lists', async () => {
    const draft = await seenBy(client.admin, work.engagementId)
    expect(draft).toMatchObject({ id, number: 1 })
    expect(Math.abs(Date.now() - Date.parse(draft.sharedAt))).toBeLessThan(60_000)
    expect(draft.misstatements).toEqual({
      totalCount: 1,
      nodes: [
        {
          number: 2,
          title: 'An outage is left out',
          condition: 'An outage is left out: it says that there was none.',
          wording: expect.stringContaining('it says that there was none'),
        },
      ],
    })
    const model = JSON.parse((await seenBy(client.admin, work.engagementId, 'model')).model)
    expect(model.issue).toBeNull()
    expect(model.responses).toBeNull()
    expect(model.auditorsReport.opinion.heading).toBe('Qualified opinion')
    expect(model.tests.exceptions.map(({ number }: { number: number }) => number)).toEqual([1, 2])
    const { html } = await seenBy(client.admin, work.engagementId, 'html')
    expect(html).toContain('<p class="draft" role="status">Draft.')
    expect(html).toContain('An outage is left out')
    expect(html).not.toContain('A breach is left out')
    // Section V is what management said, and is no part of it.
    expect(html).not.toContain(answer.acknowledgement)
    expect(html).not.toContain('id="section-5"')
  })

  it('tells the client nothing of what became of it, and the team all', async () => {
    const ofFirm = { sharedBy: null, withdrawnAt: null, withdrawnReason: null, withdrawnBy: null }
    expect(await seenBy(client.admin, work.engagementId)).toMatchObject(ofFirm)
    expect(await seenBy(a.staff, work.engagementId)).toMatchObject({
      ...ofFirm,
      id,
      sharedBy: { id: a.partner.memberId },
    })
  })

  it('is not there for others of the client, another client, another team and another firm', async () => {
    const asked = 'query ($id: ID!) { engagement(id: $id) { sharedDraft { id } } }'
    for (const person of [client.respondent, client.viewer]) {
      const { data, errors } = await person.ask(asked, { id: work.engagementId })
      expect(data?.engagement.sharedDraft, person.name).toBeNull()
      expect(errors, person.name).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    }
    for (const person of [other.admin, outsider, a.admin, stranger.partner, stranger.admin]) {
      const { data } = await person.ask(asked, { id: work.engagementId })
      expect(data?.engagement?.sharedDraft ?? null, person.name).toBeNull()
    }
    const nobody = [client.respondent, client.viewer, other.admin, outsider, a.admin, stranger.partner]
    for (const person of nobody) expect(await isThere(person, id), person.name).toBe(false)
    expect(await isThere(client.admin, id)).toBe(true)
  })

  it('that was changed behind its digest is not shown', async () => {
    const writes = (from: string, to: string) =>
      w.owner.query('update shared_draft set model = replace(model, $2, $3) where id = $1', [id, from, to])
    await writes('Qualified', 'Unqualified')
    for (const form of ['model', 'html']) {
      const asked = `query ($id: ID!) { engagement(id: $id) { sharedDraft { ${form} } } }`
      const { errors } = await client.admin.ask(asked, { id: work.engagementId })
      expect(errors, form).toMatchObject([{ extensions: { code: 'DIGEST_MISMATCH' } }])
    }
    await writes('Unqualified', 'Qualified')
  })

  it('is no more the draft of the firm when the report would say something else', async () => {
    expect(await isShared(work.engagementId)).toBe(true)
    const asked = 'query ($id: ID!) { engagement(id: $id) { descriptionSections { criterion version } } }'
    const { descriptionSections } = (await client.admin.gql(asked, { id: work.engagementId })).engagement
    const { version } = descriptionSections.find(({ criterion }: { criterion: string }) => criterion === 'DC1')
    const anew = { criterion: 'DC1', text: 'Another DC1.', expectedVersion: version }
    await client.admin.does('writeDescriptionSection', { engagementId: work.engagementId, ...anew })
    expect(await isShared(work.engagementId)).toBe(false)
    expect(await seenBy(client.admin, work.engagementId)).toMatchObject({ id })
  })
})

describe('a draft is shared', () => {
  it('once an opinion is decided, of exceptions that the client knows, by the engagement partner', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const tried = async () => (await a.partner.tryTo('shareDraft', { engagementId })).errors
    const unmoved = await w.digest()
    expect(await tried()).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await w.digest()).toBe(unmoved)
    await work.startCompletion()
    await work.documents()
    let before = await w.digest()
    expect(await tried()).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'OPINION_UNDECIDED' }] }])
    expect(await w.digest()).toBe(before)
    await work.decided()
    const why = { reason: 'The contracts were read anew.', restsOnIds: [work.procedureId] }
    await a.partner.does('recordComplementaryControl', { engagementId, ...assumed, ...why })
    const { exception } = await a.senior.does(
      'raiseException',
      {
        engagementId,
        category: 'CONTROL_GAP',
        cause: 'PLANNING',
        potentialImpact: 'Readers are misled.',
        evidenceNote: 'WP 7',
        ...misstatement('An outage is left out'),
      },
      'exception { id }',
    )
    await work.change(a.manager, 'confirmException', 'exceptionId', exception.id)
    before = await w.digest()
    expect(await tried()).toMatchObject([
      {
        code: 'NOT_READY',
        blockers: [{ code: 'OPINION_STALE' }, { code: 'EXCEPTION_NOT_COMMUNICATED', node: exception.id }],
      },
    ])
    for (const person of [a.manager, a.reviewer, a.staff, client.admin]) {
      expect(await person.isDenied('shareDraft', { engagementId }), person.name).toBe('FORBIDDEN')
    }
    for (const person of [outsider, other.admin, stranger.partner]) {
      expect(await person.isDenied('shareDraft', { engagementId }), person.name).toMatch(/FORBIDDEN|NOT_FOUND/)
    }
    expect(await w.digest()).toBe(before)
    expect(await seenBy(a.partner, engagementId)).toBeNull()
  })

  it('in the place of the one before, which is not there for the client any more', async () => {
    const work = await decided()
    const first = await shares(work.engagementId)
    const second = await shares(work.engagementId)
    expect(await seenBy(client.admin, work.engagementId)).toMatchObject({ id: second.id, number: 2 })
    expect(await isThere(client.admin, first.id)).toBe(false)
    const asked = `query ($id: ID!) { node(id: $id) { ... on SharedDraft { number withdrawnReason withdrawnBy { id } } } }`
    expect((await a.staff.gql(asked, { id: first.id })).node).toEqual({
      number: 1,
      withdrawnReason: 'Another draft was shared in its place.',
      withdrawnBy: { id: a.partner.memberId },
    })
  })
})

describe('a draft is withdrawn', () => {
  it('by the engagement partner, once: it is not there for the client, and the firm keeps it', async () => {
    const work = await decided()
    const { id } = await shares(work.engagementId)
    const input = { sharedDraftId: id, expectedVersion: 1, reason: 'The opinion is reconsidered.' }
    const before = await w.digest()
    for (const person of [a.manager, a.reviewer, client.admin]) {
      expect(await person.isDenied('withdrawDraft', input), person.name).toBe('FORBIDDEN')
    }
    for (const person of [outsider, stranger.partner]) {
      expect(await person.isDenied('withdrawDraft', input), person.name).toMatch(/FORBIDDEN|NOT_FOUND/)
    }
    const without = await a.partner.tryTo('withdrawDraft', { ...input, reason: ' ' })
    expect(without.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    expect((await a.partner.tryTo('withdrawDraft', { ...input, expectedVersion: 2 })).errors).toMatchObject([
      { code: 'VERSION_CONFLICT' },
    ])
    expect(await w.digest()).toBe(before)
    await a.partner.does('withdrawDraft', input)
    expect(await seenBy(client.admin, work.engagementId)).toBeNull()
    expect(await isShared(work.engagementId)).toBe(false)
    expect(await isThere(client.admin, id)).toBe(false)
    expect(await isThere(a.staff, id)).toBe(true)
    const after = await w.digest()
    expect((await a.partner.tryTo('withdrawDraft', { ...input, expectedVersion: 2 })).errors).toMatchObject([
      { code: 'ALREADY_EXISTS' },
    ])
    expect(await w.digest()).toBe(after)
    const change =
      'update shared_draft set withdrawn_at = null, withdrawn_by = null, withdrawn_reason = null where id = $1'
    await expect(w.owner.query(change, [id])).rejects.toThrow('written once')
  })

  it('also where the firm withdrew from the engagement', async () => {
    const work = await decided()
    const { engagementId } = work
    const { id } = await shares(engagementId)
    const reason = 'Management refuses its assertion.'
    await work.change(a.partner, 'withdrawEngagement', 'engagementId', engagementId, { reason })
    expect((await a.partner.tryTo('shareDraft', { engagementId })).errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    await work.change(a.partner, 'withdrawDraft', 'sharedDraftId', id, { reason: 'No report will follow.' })
    expect(await seenBy(client.admin, engagementId)).toBeNull()
  })
})

describe('after a draft with a qualified opinion was shared', () => {
  const readiness = async (engagementId: string): Promise<string[]> => {
    const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
    const { blockers } = (await a.partner.gql(asked, { id: engagementId })).engagement.readiness
    return blockers.map(({ code }: { code: string }) => code)
  }
  const assertionsOf = async (engagementId: string, by = a.manager) => {
    const asked = `query ($id: ID!) { engagement(id: $id) { assertions { id sharedDraft { id number }
      contradictions { subjectMatter claim opinion } } } }`
    return (await by.gql(asked, { id: engagementId })).engagement.assertions
  }

  it('management conforms its assertion to it: each remembers the draft it was signed beside, until the report is issued', async () => {
    const work = await decided()
    const { engagementId } = work
    const { id: draftId } = await shares(engagementId)
    const model = JSON.parse((await seenBy(client.admin, engagementId, 'model')).model)
    expect(JSON.stringify(model.auditorsReport.opinion.parts)).toContain('except for')
    await signsAssertion(client.admin, engagementId, allHolds, today())
    expect(await readiness(engagementId)).toContain('ASSERTION_CONTRADICTS')
    await work.asserted((await work.proposal()).conclusions)
    await work.cleared()
    expect(await readiness(engagementId)).toEqual([])
    const [first, second, third] = await assertionsOf(engagementId)
    expect(first.sharedDraft).toBeNull()
    for (const one of [second, third]) expect(one.sharedDraft).toEqual({ id: draftId, number: 1 })
    expect((await assertionsOf(engagementId, client.admin)).at(-1).sharedDraft).toBeNull()
    const { engagement } = await work.issue()
    expect(engagement.state).toBe('ISSUED')
    // The report is in its place.
    expect(await seenBy(client.admin, engagementId)).toBeNull()
    expect(await isThere(client.admin, draftId)).toBe(false)
    expect((await assertionsOf(engagementId)).at(-1).sharedDraft).toEqual({ id: draftId, number: 1 })
    const { errors } = await a.partner.tryTo('withdrawDraft', {
      sharedDraftId: draftId,
      expectedVersion: 2,
      reason: 'x',
    })
    expect(errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
  })

  it('management keeps its words: the partner records how that was dealt with, both read it, and the report is issued', async () => {
    const work = await decided()
    const { engagementId, procedureId } = work
    await shares(engagementId)
    const assertionId = await signsAssertion(client.admin, engagementId, allHolds, today())
    expect(await readiness(engagementId)).toContain('ASSERTION_CONTRADICTS')
    const reason = 'Management saw the draft and stands by its words; Section I says why we do not.'
    await a.partner.does('resolveAssertion', { assertionId, reason, restsOnIds: [procedureId] })
    const { nodes } = await judgmentsOf(a.reviewer, engagementId)
    const judged = nodes.find(({ kind }: { kind: string }) => kind === 'ASSERTION_DIFFERS')
    expect(judged).toMatchObject({ reason, isAcknowledged: false, awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'] })
    expect(await readiness(engagementId)).toContain('JUDGMENT_UNACKNOWLEDGED')
    await work.acknowledged()
    await work.change(a.reviewer, 'clearQualityReview', 'engagementId', engagementId)
    const { report } = await work.issue()
    const issued = JSON.parse(report.model)
    expect(issued.assertion.paragraphs[0]).toContain('We, the management, have prepared')
    expect(issued.auditorsReport.opinion.heading).toBe('Qualified opinion')
  })
})
