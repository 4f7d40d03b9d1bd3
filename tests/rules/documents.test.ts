import { describe, expect, it } from 'vitest'
import { checkReportDate, earliestToday, latestToday, type ReportDateFacts } from '../../src/rules/documents.js'
import { refusalOf } from '../support/refusals.js'

const now = new Date('2026-02-10T10:00:00Z')
const finished: ReportDateFacts = {
  lastDay: '2025-12-31',
  decidedAt: new Date('2026-02-08T16:00:00Z'),
  clearedAt: new Date('2026-02-09T16:00:00Z'),
  documents: [
    { kind: 'ENGAGEMENT_LETTER', datedOn: '2025-01-02' },
    { kind: 'MANAGEMENT_ASSERTION', datedOn: '2026-02-01' },
    { kind: 'REPRESENTATION_LETTER', datedOn: '2026-02-10' },
    { kind: 'SUBSEQUENT_EVENTS_INQUIRY', datedOn: '2026-02-09' },
  ],
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
  })

  it('is never one on which the work was not finished, nor one that has not come', () => {
    const refusals: [string, ReportDateFacts, RegExp][] = [
      ['2026-02-30', finished, /no day of this date/],
      ['2026-02-12', finished, /future/],
      ['2025-12-31', finished, /up to 2025-12-31/],
      ['2026-02-08', finished, /finished on 2026-02-09/],
      ['2026-02-10', { ...finished, decidedAt: new Date('2026-02-12T20:00:00Z') }, /finished on 2026-02-12/],
      ['2026-02-11', finished, /representation letter is dated 2026-02-10; it bears the date of the report/],
      ['2026-02-10', datedOn('REPRESENTATION_LETTER', '2026-02-09'), /representation letter is dated 2026-02-09/],
      ['2026-02-10', datedOn('MANAGEMENT_ASSERTION', '2026-02-11'), /management assertion is dated 2026-02-11, after/],
      ['2026-02-10', datedOn('SUBSEQUENT_EVENTS_INQUIRY', '2026-02-11'), /inquiry is dated 2026-02-11, after/],
    ]
    for (const [day, facts, sentence] of refusals) {
      const refusal = refusalOf(() => checkReportDate(day, facts, now))
      expect(refusal, day).toMatchObject({ code: 'INVALID_INPUT', at: ['datedOn'] })
      expect(refusal.message).toMatch(sentence)
    }
  })
})
