import { describe, expect, it } from 'vitest'
import { earliestToday, latestToday } from '../../src/rules/documents.js'
import { checkReportDate, datingBlockers, type ReportDateFacts } from '../../src/rules/report-date.js'
import {
  checkFollowed,
  checkSubsequentEvent,
  checkUnevaluated,
  eventBlockers,
} from '../../src/rules/subsequent-events.js'
import type { EventEvaluation } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const now = new Date('2026-02-10T10:00:00Z')
const finished: ReportDateFacts = {
  lastDay: '2025-12-31',
  workedAt: [new Date('2026-02-08T16:00:00Z'), new Date('2026-02-09T16:00:00Z')],
  documents: [
    { kind: 'ENGAGEMENT_LETTER', datedOn: '2025-01-02' },
    { kind: 'REPRESENTATION_LETTER', datedOn: '2026-02-10' },
    { kind: 'SUBSEQUENT_EVENTS_INQUIRY', datedOn: '2026-02-09' },
  ],
  inquiredOn: ['2026-02-09'],
  inquiryDays: 7,
  changedOn: [],
  assertedOn: '2026-02-01',
  signedAt: new Date('2026-02-01T10:00:00Z'),
}
const datedOn = (kind: ReportDateFacts['documents'][0]['kind'], day: string): ReportDateFacts => ({
  ...finished,
  documents: finished.documents.map((document) => (document.kind === kind ? { kind, datedOn: day } : document)),
})

describe('today', () => {
  it('is a day from the first place on earth where it begins to the last where it ends', () => {
    expect([earliestToday(now), latestToday(now)]).toEqual(['2026-02-09', '2026-02-11'])
  })
})

describe('the date of a report', () => {
  it('is the day of the representations, once the work is finished', () => {
    expect(() => checkReportDate('2026-02-10', finished, now)).not.toThrow()
    // An inquiry holds for its days; one made later beside it does not take that away.
    for (const inquiredOn of [['2026-02-03'], ['2026-02-10'], ['2026-02-05', '2026-02-11']]) {
      expect(() => checkReportDate('2026-02-10', { ...finished, inquiredOn }, now), `${inquiredOn}`).not.toThrow()
    }
    expect(() => checkReportDate('2026-02-10', { ...finished, changedOn: ['2026-02-10'] }, now)).not.toThrow()
  })

  it('is never one on which the work was not finished, nor one that has not come', () => {
    const refusals: [string, ReportDateFacts, RegExp][] = [
      ['2026-02-30', finished, /no day of this date/],
      ['2026-02-12', finished, /future/],
      ['2025-12-31', finished, /up to 2025-12-31/],
      ['2026-02-08', finished, /finished on 2026-02-09/],
      [
        '2026-02-10',
        { ...finished, workedAt: [...finished.workedAt, new Date('2026-02-12T20:00:00Z')] },
        /finished on 2026-02-12/,
      ],
      ['2026-02-11', finished, /representation letter is dated 2026-02-10; it bears the date of the report/],
      ['2026-02-10', datedOn('REPRESENTATION_LETTER', '2026-02-09'), /representation letter is dated 2026-02-09/],
      ['2026-02-10', { ...finished, assertedOn: '2026-02-11' }, /assertion is dated 2026-02-11, after/],
      ['2026-02-10', { ...finished, assertedOn: '2025-12-30' }, /assertion is dated 2025-12-30, before 2025-12-31/],
      [
        '2026-02-10',
        {
          ...finished,
          documents: [...finished.documents, { kind: 'SUBSERVICE_ASSERTION', datedOn: '2025-12-30' }],
        },
        /subservice assertion is dated 2025-12-30, before 2025-12-31/,
      ],
      ['2026-02-10', { ...finished, inquiredOn: ['2026-02-11'] }, /No inquiry .* on 2026-02-10 .* dated 2026-02-11/],
      ['2026-02-10', { ...finished, inquiredOn: ['2026-01-02', '2026-02-02'] }, /in the 7 days before.* 2026-02-02/],
      ['2026-02-10', { ...finished, inquiryDays: 0 }, /No inquiry/],
      ['2026-02-10', { ...finished, changedOn: ['2026-02-10', '2026-02-11'] }, /known on 2026-02-11/],
    ]
    for (const [day, facts, sentence] of refusals) {
      const refusal = refusalOf(() => checkReportDate(day, facts, now))
      expect(refusal, day).toMatchObject({ code: 'INVALID_INPUT', at: ['datedOn'] })
      expect(refusal.message).toMatch(sentence)
    }
  })
})

describe('what keeps a report from its release', () => {
  const dated = { reportDatedOn: '2026-02-10', reportDatedAt: now }
  const found = (moment: string, facts: Partial<ReportDateFacts> | null = {}, engagement = dated) =>
    datingBlockers(engagement, facts && { ...finished, ...facts }, new Date(moment)).map(({ code }) => code)

  it('is nothing once it is dated, while an inquiry holds', () => {
    for (const moment of ['2026-02-10T10:00:00Z', '2026-02-16T10:00:00Z']) expect(found(moment)).toEqual([])
    expect(found('2026-02-18T10:00:00Z', { inquiredOn: ['2026-02-09', '2026-02-17'] })).toEqual([])
  })

  it('is that it has no date, cannot bear it, or that management signed since', () => {
    const today = '2026-02-10T10:00:00Z'
    expect(found(today, null)).toEqual(['REPORT_NOT_DATED'])
    expect(datingBlockers({ reportDatedOn: null, reportDatedAt: null }, finished, now)).toMatchObject([
      { code: 'REPORT_NOT_DATED' },
    ])
    expect(found('2026-02-08T08:00:00Z')).toEqual(['REPORT_NOT_DATED'])
    expect(found(today, { workedAt: [new Date('2026-02-12T20:00:00Z')] })).toEqual(['REPORT_NOT_DATED'])
    expect(found(today, { signedAt: new Date('2026-02-10T10:00:01Z') })).toEqual(['REPORT_NOT_DATED'])
  })

  it('is an inquiry that was made too long before the release', () => {
    expect(found('2026-02-18T10:00:00Z')).toEqual(['RELEASE_TOO_LATE'])
  })
})

describe('a subsequent event', () => {
  const period = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }

  it('was known after the last day examined, by now, and not before it occurred', () => {
    const check = (occurredOn: string, knownOn: string) => checkSubsequentEvent({ occurredOn, knownOn }, period, now)
    for (const occurredOn of ['2025-06-01', '2026-01-02']) expect(() => check(occurredOn, '2026-01-02')).not.toThrow()
    expect(refusalOf(() => check('2025-12-31', '2025-12-31')).at).toEqual(['knownOn'])
    expect(refusalOf(() => check('2026-01-02', '2026-02-12')).at).toEqual(['knownOn'])
    expect(refusalOf(() => check('2026-01-03', '2026-01-02')).at).toEqual(['occurredOn'])
  })

  it('is evaluated once, with what follows from it', () => {
    const own = { engagementId: 'e' }
    const raised = { ...own, state: 'CONFIRMED' as const }
    const at = (evaluation: EventEvaluation, exception: typeof raised | null, section: object | null) =>
      refusalOf(() => checkFollowed({ ...own, evaluation }, exception, section)).at
    expect(() => checkFollowed({ ...own, evaluation: 'NO_EFFECT' }, null, null)).not.toThrow()
    expect(() => checkFollowed({ ...own, evaluation: 'CHANGES_CONCLUSION' }, raised, null)).not.toThrow()
    expect(() => checkFollowed({ ...own, evaluation: 'DISCLOSED' }, null, {})).not.toThrow()
    expect(at('CHANGES_CONCLUSION', null, null)).toEqual(['exceptionId'])
    expect(at('NO_EFFECT', raised, null)).toEqual(['exceptionId'])
    expect(at('CHANGES_CONCLUSION', { ...raised, engagementId: 'another' }, null)).toEqual(['exceptionId'])
    expect(
      refusalOf(() => checkFollowed({ ...own, evaluation: 'CHANGES_CONCLUSION' }, { ...own, state: 'WITHDRAWN' }, null))
        .at,
    ).toEqual(['exceptionId'])
    expect(at('DISCLOSED', null, null)).toEqual(['descriptionSectionId'])
    expect(at('NO_EFFECT', null, {})).toEqual(['descriptionSectionId'])
    expect(() => checkUnevaluated({ evaluation: null })).not.toThrow()
    expect(refusalOf(() => checkUnevaluated({ evaluation: 'NO_EFFECT' })).code).toBe('ALREADY_EXISTS')
  })

  it('stands before the report until it is evaluated', () => {
    const event = { id: 'v1', what: 'A breach.' }
    expect(eventBlockers([{ ...event, evaluation: 'NO_EFFECT' }])).toEqual([])
    expect(eventBlockers([{ ...event, evaluation: null }])).toMatchObject([
      { code: 'SUBSEQUENT_EVENT_UNEVALUATED', node: 'v1' },
    ])
  })
})
