import { describe, expect, it } from 'vitest'
import {
  additionOf,
  changeOfRecord,
  checkExpectedOf,
  checkGivenBy,
  checkIndependenceOpen,
  checkNothingExpected,
  checkPerforms,
  checkReportReview,
  checkStands,
  gapDays,
} from '../../src/rules/complementary.js'
import { refusalOf } from '../support/refusals.js'

const carvedOut = { method: 'CARVE_OUT', vendorReason: null } as const
const included = { ...carvedOut, method: 'INCLUSIVE' } as const
const vendor = { ...carvedOut, vendorReason: 'It sees no data.' }

describe('An included organization', () => {
  it('alone performs controls of the engagement', () => {
    checkPerforms(included, ['c1'])
    checkPerforms(carvedOut, [])
    for (const one of [carvedOut, { ...included, vendorReason: 'None is needed.' }]) {
      expect(refusalOf(() => checkPerforms(one, ['c1']))).toMatchObject({ code: 'INVALID_INPUT', at: ['controlIds'] })
    }
  })

  it('has the independence of the firm confirmed once', () => {
    checkIndependenceOpen({ ...included, independenceConfirmedAt: null })
    const again = { ...included, independenceConfirmedAt: new Date(0) }
    expect(refusalOf(() => checkIndependenceOpen(again))).toMatchObject({ code: 'ALREADY_EXISTS' })
    const other = { ...carvedOut, independenceConfirmedAt: null }
    expect(refusalOf(() => checkIndependenceOpen(other))).toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('gives documents of its own, and the client’s are not its', () => {
    const one = { ...included, engagementId: 'e1', retiredAt: null }
    checkGivenBy('SUBSERVICE_ASSERTION', 'e1', one)
    checkGivenBy('ENGAGEMENT_LETTER', 'e1', null)
    for (const [kind, of, code] of [
      ['ENGAGEMENT_LETTER', one, 'INVALID_INPUT'],
      ['SUBSERVICE_ASSERTION', null, 'INVALID_INPUT'],
      ['SUBSERVICE_ASSERTION', { ...one, method: 'CARVE_OUT' }, 'INVALID_INPUT'],
      ['SUBSERVICE_ASSERTION', { ...one, retiredAt: new Date(0) }, 'INVALID_INPUT'],
      ['SUBSERVICE_REPRESENTATION_LETTER', { ...one, engagementId: 'e2' }, 'NOT_FOUND'],
    ] as const) {
      const refusal = refusalOf(() => checkGivenBy(kind, 'e1', of))
      expect(refusal).toMatchObject({ code, at: ['subserviceOrganizationId'] })
    }
  })
})

it('A CSOC is expected of an organization that is carved out, a CUEC of none', () => {
  const one = { ...carvedOut, engagementId: 'e1', retiredAt: null }
  checkExpectedOf('CSOC', 'e1', one)
  checkExpectedOf('CUEC', 'e1', null)
  for (const [kind, of, code] of [
    ['CUEC', one, 'INVALID_INPUT'],
    ['CSOC', null, 'INVALID_INPUT'],
    ['CSOC', { ...one, vendorReason: 'None is needed.' }, 'INVALID_INPUT'],
    ['CSOC', { ...one, method: 'INCLUSIVE' }, 'INVALID_INPUT'],
    ['CSOC', { ...one, retiredAt: new Date(0) }, 'INVALID_INPUT'],
    ['CSOC', { ...one, engagementId: 'e2' }, 'NOT_FOUND'],
  ] as const) {
    const refusal = refusalOf(() => checkExpectedOf(kind, 'e1', of))
    expect(refusal).toMatchObject({ code, at: ['subserviceOrganizationId'] })
  }
})

it('An organization of which controls are expected stays, and stays carved out', () => {
  checkNothingExpected(carvedOut, ['CSOC-01'])
  checkNothingExpected(null, [])
  for (const one of [null, vendor, included]) {
    const refusal = refusalOf(() => checkNothingExpected(one, ['CSOC-01']))
    expect(refusal?.message).toBe('Controls are expected of the organization: retire CSOC-01 first.')
  }
})

it('What was retired is not changed', () => {
  checkStands({ retiredAt: null })
  expect(refusalOf(() => checkStands({ retiredAt: new Date(0) }))).toMatchObject({ code: 'INVALID_TRANSITION' })
})

describe('A review of a report', () => {
  const review = {
    reportKind: 'SOC2_TYPE_2',
    coversFrom: '2025-01-01',
    coversTo: '2025-09-30',
    opinion: 'UNQUALIFIED',
    exceptionsNoted: null,
    userControls: [],
    restsOnIds: ['p1'],
  } as const
  const none = {
    ...review,
    reportKind: 'NONE',
    coversFrom: null,
    coversTo: null,
    opinion: null,
    restsOnIds: [],
  } as const

  it('says what the report says', () => {
    checkReportReview(review)
    checkReportReview({ ...review, reportKind: 'SOC2_TYPE_1', coversFrom: null })
    checkReportReview({ ...review, reportKind: 'OTHER', coversFrom: null, opinion: null })
    checkReportReview(none)
  })

  it.each<[object, string]>([
    [{ ...review, coversFrom: null }, 'coversFrom'],
    [{ ...review, coversTo: null }, 'coversTo'],
    [{ ...review, opinion: null }, 'opinion'],
    [{ ...review, restsOnIds: [] }, 'restsOnIds'],
    [{ ...review, coversFrom: '2025-10-01' }, 'coversTo'],
    [{ ...review, reportKind: 'SOC2_TYPE_1' }, 'coversFrom'],
    [{ ...none, coversTo: '2025-09-30' }, 'coversTo'],
    [{ ...none, opinion: 'UNQUALIFIED' }, 'opinion'],
    [{ ...none, exceptionsNoted: 'Some.' }, 'exceptionsNoted'],
    [{ ...none, userControls: [{}] }, 'userControls'],
  ])('%o is at fault at %s', (given, field) => {
    const refusal = refusalOf(() => checkReportReview(given as typeof review))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: [field] })
  })

  const year = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }
  const day = { periodStart: null, periodEnd: null, asOf: '2025-12-31' }
  it.each<[string | null, string | null, typeof year | typeof day, number | null]>([
    ['2025-01-01', '2025-12-31', year, 0],
    ['2024-10-01', '2026-01-31', year, 0],
    ['2024-10-01', '2025-09-30', year, 92],
    ['2025-02-01', '2025-11-30', year, 62],
    ['2023-01-01', '2023-12-31', year, 365],
    [null, '2025-06-30', year, 364],
    [null, null, year, null],
    ['2025-01-01', '2025-12-31', day, 0],
    ['2025-01-01', '2025-12-01', day, 30],
    [null, '2026-01-02', day, 2],
  ])('from %s to %s leaves days of what is examined uncovered', (coversFrom, coversTo, time, days) => {
    expect(gapDays({ coversFrom, coversTo }, time)).toBe(days)
  })
})

it('An addition is told with what the description says of it', () => {
  const host = { name: 'Harbour Hosting', service: 'hosting' }
  expect(additionOf({ ...host, ...carvedOut })).toBe(
    'The subservice organization Harbour Hosting (hosting) was added, carved out.',
  )
  expect(additionOf({ ...host, ...included })).toBe(
    'The subservice organization Harbour Hosting (hosting) was added, included.',
  )
  expect(additionOf({ ...host, ...vendor })).toBe(
    'Harbour Hosting was added as a vendor (hosting): “It sees no data.”.',
  )
})

it('A change is told part by part, long texts cut, and nothing where nothing changed', () => {
  const said = changeOfRecord('The CUEC CUEC-01', [
    ['its text', 'Old.', 'New.'],
    ['its criteria', 'CC6.2', 'CC6.2'],
    ['its controls', 'none', 'x'.repeat(400)],
  ])
  expect(said).toBe(
    `The CUEC CUEC-01 was changed: its text “Old.” became “New.”; its controls “none” became “${'x'.repeat(300)}…”.`,
  )
  expect(changeOfRecord('The CUEC CUEC-01', [['its text', 'Same.', 'Same.']])).toBe('')
})
