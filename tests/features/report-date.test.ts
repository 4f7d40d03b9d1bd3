import { describe, expect, it } from 'vitest'
import { type Chain, chain, today } from '../support/chain.js'
import { tamper } from '../support/tampering.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

const blockersOf = async (engagementId: string): Promise<string[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
  const { blockers } = (await a.partner.gql(asked, { id: engagementId })).engagement.readiness
  return blockers.map(({ code }: { code: string }) => code)
}
const ready = async (): Promise<Chain> => {
  const work = await chain(a, client)
  await work.readyToIssue()
  return work
}
const inquiry = async (engagementId: string, datedOn: string) => {
  const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'inquiry.txt', content: `Asked ${datedOn}.` })
  const said = { engagementId, kind: 'SUBSEQUENT_EVENTS_INQUIRY', datedOn, obtainedFrom: 'Carla', evidenceId }
  return a.manager.tryTo('recordEngagementDocument', said)
}
const record = async (engagementId: string, changes: object = {}): Promise<{ id: string }> => {
  const event = { what: 'A laptop was stolen.', occurredOn: daysFromNow(-2), knownOn: daysFromNow(-1), ...changes }
  return (await a.senior.does('recordSubsequentEvent', { engagementId, ...event }, 'subsequentEvent { id }'))
    .subsequentEvent
}

describe('the inquiry about subsequent events', () => {
  it('is dated after the last day examined, and holds on the date of the report', async () => {
    const work = await chain(a, client)
    await work.startCompletion()
    const { engagementId } = work
    const count = async () => (await w.owner.query('select count(*) from engagement_document')).rows
    const before = await count()
    expect((await inquiry(engagementId, '2025-12-31')).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['datedOn'] },
    ])
    expect(await count()).toEqual(before)

    // The one of ten days ago is too old, until the firm says that an inquiry holds longer.
    for (const kind of ['REPRESENTATION_LETTER']) {
      const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'letter.txt', content: 'The letter.' })
      const said = { engagementId, kind, datedOn: today(), obtainedFrom: 'Carla', evidenceId }
      await a.manager.does('recordEngagementDocument', said)
    }
    expect((await inquiry(engagementId, daysFromNow(-10))).errors).toEqual([])
    await work.described()
    await work.asserted((await work.proposal()).conclusions)
    await work.decided()
    await work.cleared()
    const unmoved = await w.digest()
    const refused = await work.refused(a.partner, 'dateReport', 'engagementId', engagementId, { datedOn: today() })
    expect(refused).toMatchObject([{ code: 'INVALID_INPUT', path: ['datedOn'] }])
    expect(refused[0].message).toContain(`in the 7 days before; the last one is dated ${daysFromNow(-10)}`)
    expect(await w.digest()).toBe(unmoved)
    const asked = '{ viewer { firm { version methodology { inquiryDays } } } }'
    const { firm } = (await a.admin.gql(asked)).viewer
    expect(firm.methodology).toEqual({ inquiryDays: 7 })
    const longer = { expectedVersion: firm.version, inquiryDays: 14, reason: 'We ask fortnightly.' }
    await a.admin.does('reviseMethodology', longer)
    expect((await work.issue()).engagement.state).toBe('ISSUED')
    await a.admin.does('reviseMethodology', { ...longer, expectedVersion: firm.version + 1, inquiryDays: 7 })
  })
})

describe('a subsequent event', () => {
  it('blocks the report until it is evaluated, by who leads the engagement', async () => {
    const work = await ready()
    const { engagementId } = work
    const { id } = await record(engagementId)
    expect(await blockersOf(engagementId)).toEqual(['SUBSEQUENT_EVENT_UNEVALUATED'])
    const before = await w.digest()
    const refused = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(refused).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'SUBSEQUENT_EVENT_UNEVALUATED' }] }])
    const evaluation = {
      subsequentEventId: id,
      expectedVersion: 1,
      evaluation: 'NO_EFFECT',
      reason: 'It was encrypted.',
    }
    for (const person of [a.senior, a.reviewer, client.admin, client.respondent]) {
      expect(await person.isDenied('evaluateSubsequentEvent', evaluation), person.name).toMatch(/FORBIDDEN|NOT_FOUND/)
    }
    const never = await other.admin.isDenied('evaluateSubsequentEvent', {
      ...evaluation,
      subsequentEventId: engagementId,
    })
    expect(await other.admin.isDenied('evaluateSubsequentEvent', evaluation)).toBe(never)
    expect(await w.digest()).toBe(before)
    await a.manager.does('evaluateSubsequentEvent', evaluation)
    const asked = `query ($id: ID!) { engagement(id: $id) { subsequentEvents { nodes { number what occurredOn knownOn evaluation evaluationReason
      recordedBy { id } evaluatedBy { id } } } } }`
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.subsequentEvents.nodes).toEqual([
      {
        number: 1,
        what: 'A laptop was stolen.',
        occurredOn: daysFromNow(-2),
        knownOn: daysFromNow(-1),
        evaluation: 'NO_EFFECT',
        evaluationReason: 'It was encrypted.',
        recordedBy: { id: a.senior.memberId },
        evaluatedBy: { id: a.manager.memberId },
      },
    ])
    expect((await client.admin.gql(asked, { id: engagementId })).engagement.subsequentEvents.nodes).toEqual([])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('that changes a conclusion has the opinion decided and reviewed anew', async () => {
    const work = await ready()
    const { engagementId } = work
    const { id } = await record(engagementId, { knownOn: today() })
    const evaluation = { evaluation: 'CHANGES_CONCLUSION', reason: 'The breach came through the control.' }
    const before = await w.digest()
    const evaluate = (more: object) =>
      work.refused(a.partner, 'evaluateSubsequentEvent', 'subsequentEventId', id, { ...evaluation, ...more })
    for (const exceptionId of [null, engagementId]) {
      expect(await evaluate({ exceptionId })).toMatchObject([{ path: ['exceptionId'] }])
    }
    expect(await evaluate({ evaluation: 'DISCLOSED' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['descriptionSectionId'] },
    ])
    expect(await w.digest()).toBe(before)
    const exceptionId = await work.exception()
    await work.change(a.partner, 'evaluateSubsequentEvent', 'subsequentEventId', id, { ...evaluation, exceptionId })
    const evaluated = await w.digest()
    // What the partner thinks of it later is no second evaluation, by which a manager could unsay it.
    expect(
      await work.refused(a.manager, 'evaluateSubsequentEvent', 'subsequentEventId', id, {
        evaluation: 'NO_EFFECT',
        reason: 'On second thoughts.',
      }),
    ).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect(await w.digest()).toBe(evaluated)
    expect(await blockersOf(engagementId)).toEqual(
      expect.arrayContaining(['OPINION_STALE', 'EXCEPTION_NOT_CONCLUDED', 'RESPONSE_OUTSTANDING']),
    )
    await work.answered(exceptionId)
    await work.concluded(exceptionId)
    await work.together()
    await work.revised()
    await work.cleared()
    expect(await blockersOf(engagementId)).toEqual([])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('is refused on days that it cannot have', async () => {
    const work = await ready()
    const before = await w.digest()
    const days: [object, string][] = [
      [{ occurredOn: '2025-12-01', knownOn: '2025-12-31' }, 'knownOn'],
      [{ occurredOn: today(), knownOn: daysFromNow(3) }, 'knownOn'],
      [{ occurredOn: today(), knownOn: daysFromNow(-1) }, 'occurredOn'],
    ]
    for (const [event, path] of days) {
      const input = { engagementId: work.engagementId, what: 'A breach.', ...event }
      expect((await a.senior.tryTo('recordSubsequentEvent', input)).errors).toMatchObject([
        { code: 'INVALID_INPUT', path: [path] },
      ])
    }
    expect(await w.digest()).toBe(before)
  })
})

describe('the date of the report', () => {
  it('is the partner’s, once the opinion is decided and reviewed; the issue is the release under it', async () => {
    const work = await chain(a, client)
    await work.startCompletion()
    await work.documents()
    const { engagementId } = work
    const input = { engagementId, expectedVersion: await work.version(engagementId), datedOn: today() }
    const before = await w.digest()
    expect((await a.partner.tryTo('dateReport', input)).errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'OPINION_UNDECIDED' }, { code: 'QUALITY_REVIEW_NOT_CLEARED' }] },
    ])
    for (const person of [a.manager, a.reviewer, client.admin]) {
      expect(await person.isDenied('dateReport', input), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    await work.decided()
    await work.acknowledged()
    await work.change(a.reviewer, 'clearQualityReview', 'engagementId', engagementId)
    expect(await blockersOf(engagementId)).toEqual(['REPORT_NOT_DATED'])
    await work.change(a.partner, 'dateReport', 'engagementId', engagementId, { datedOn: today() })
    const asked = 'query ($id: ID!) { engagement(id: $id) { reportDatedOn } }'
    expect((await a.staff.gql(asked, { id: engagementId })).engagement.reportDatedOn).toBe(today())
    expect((await client.admin.gql(asked, { id: engagementId })).engagement.reportDatedOn).toBeNull()
    const { report } = await work.issue()
    expect(JSON.parse(report.model).issue.date).toBe(today())
  })

  it.each([
    ['the last evidence', "evidence set created_at = now() + interval '3 days' where file_name like '%.csv'"],
    ['the last review', "sign_off set created_at = now() + interval '3 days' where level = 'REVIEWER'"],
  ])('is not before %s', async (_what, changed) => {
    const work = await ready()
    const { engagementId } = work
    await tamper(w.owner, [`update ${changed} and engagement_id = $1`, [engagementId]])
    const before = await w.digest()
    const refused = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(refused).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'REPORT_NOT_DATED' }] }])
    expect(refused[0].message).toContain('The work was finished on')
    expect(await w.digest()).toBe(before)
  })
})
