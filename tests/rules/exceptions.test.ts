import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCorrectable, checkCorrection } from '../../src/rules/exception-acts.js'
import {
  checkException,
  checkKind,
  type DeviationAccount,
  type ExceptionAccount,
  isLive,
  kindsAllowed,
  missingFromException,
  statesUncorrected,
  unaccounted,
} from '../../src/rules/exceptions.js'
import { exceptionStates, words } from '../../src/rules/vocabulary.js'
import { checkWording, draftWording, wordingFaults } from '../../src/rules/wording.js'
import { refusalOf } from '../support/refusals.js'

/** Invented: leavers' accounts. */
const leavers: ExceptionAccount = {
  kind: 'OPERATING_DEVIATION',
  category: 'OPERATING_INEFFECTIVENESS',
  cause: 'HUMAN_ERROR',
  causeNote: 'The HR notice reached IT late',
  criteria: ['CC6.2'],
  controlRef: 'AC-01',
  expectedOperation: 'Accounts of leavers are disabled within 1 working day of leaving',
  condition: 'Two accounts stayed active for 5 and 7 days after the last working day',
  testedCount: 20,
  deviations: 2,
  deviatingItems: ['L-0017', 'L-0042'],
  deviatedOn: [],
  occurrenceLabels: [],
  expectedOccurrences: null,
  attributeCounts: [],
  sampleExtensions: [],
  failedFrom: '2025-03-03',
  failedTo: '2025-06-12',
  potentialImpact: 'A person who left could have used the system',
  evidence: 'WP 6.2-4',
}

describe('The kind of an exception', () => {
  it('is any of four in a Type 2 and in a readiness engagement', () => {
    expect(kindsAllowed('SOC2_TYPE_2')).toHaveLength(4)
    expect(kindsAllowed('READINESS')).toEqual(kindsAllowed('SOC2_TYPE_2'))
  })

  it('is never an operating deviation in a Type 1', () => {
    expect(kindsAllowed('SOC2_TYPE_1')).not.toContain('OPERATING_DEVIATION')
    expect(refusalOf(() => checkKind('OPERATING_DEVIATION', 'SOC2_TYPE_1'))).toMatchObject({
      code: 'INVALID_INPUT',
      at: ['kind'],
    })
    expect(() => checkKind('DESIGN_DEFICIENCY', 'SOC2_TYPE_1')).not.toThrow()
  })
})

describe('An exception', () => {
  const missing = (rest: Partial<ExceptionAccount>) =>
    missingFromException({ ...leavers, ...rest }).map(({ code }) => code)

  it('that says all that Section IV must say lacks nothing', () => {
    expect(missing({})).toEqual([])
    expect(() => checkException(leavers)).not.toThrow()
    expect(missing({ failedFrom: null, failedTo: null })).toEqual([])
  })

  it.each<[Partial<ExceptionAccount>, string]>([
    [{ criteria: [] }, 'CRITERIA_MISSING'],
    [{ condition: ' ' }, 'CONDITION_MISSING'],
    [{ potentialImpact: '' }, 'IMPACT_MISSING'],
    [{ category: null }, 'CATEGORY_MISSING'],
    [{ cause: null }, 'CAUSE_MISSING'],
    [{ evidence: null }, 'EVIDENCE_MISSING'],
    [{ controlRef: null }, 'CONTROL_MISSING'],
    [{ expectedOperation: '' }, 'EXPECTATION_MISSING'],
    [{ testedCount: null }, 'ITEMS_TESTED_MISSING'],
    [{ deviations: 0, deviatingItems: [] }, 'DEVIATIONS_MISSING'],
    [{ deviatingItems: ['L-0017'] }, 'ITEMS_MISSING'],
    [{ cause: 'UNDER_INVESTIGATION' }, 'CAUSE_MISSING'],
  ])('with %o is refused as NOT_READY for exactly that', (rest, code) => {
    expect(missing(rest)).toEqual([code])
    const refusal = refusalOf(() => checkException({ ...leavers, ...rest }))
    expect(refusal).toMatchObject({ code: 'NOT_READY', detail: { blockers: [{ code }] } })
  })

  it('of another kind needs no counts, and a missing control no reference', () => {
    const counts = { testedCount: null, deviations: null, deviatingItems: [], failedFrom: null, failedTo: null }
    expect(missing({ ...counts, kind: 'SCOPE_LIMITATION' })).toEqual([])
    expect(missing({ ...counts, kind: 'DESIGN_DEFICIENCY', category: 'CONTROL_GAP', controlRef: null })).toEqual([])
    expect(missing({ ...counts, kind: 'DESIGN_DEFICIENCY', controlRef: null })).toEqual(['CONTROL_MISSING'])
    const description = { kind: 'DESCRIPTION_MISSTATEMENT', controlRef: null, expectedOperation: '' } as const
    expect(missing({ ...counts, ...description, criteria: ['DC4'] })).toEqual([])
  })

  it('cannot have more deviations than items, nor end before it began', () => {
    const keys = Array.from({ length: 21 }, (_, i) => `L-${i}`)
    expect(refusalOf(() => checkException({ ...leavers, deviations: 21, deviatingItems: keys })).at).toEqual([
      'deviations',
    ])
    expect(refusalOf(() => checkException({ ...leavers, failedTo: '2025-03-02' })).at).toEqual(['failedTo'])
  })

  it('counts until it is withdrawn, or corrected by management', () => {
    const states = ['DRAFT', 'CONFIRMED', 'COMMUNICATED', 'CONCLUDED', 'CORRECTED', 'WITHDRAWN'] as const
    expect(states.filter((state) => isLive({ state }))).toEqual(['DRAFT', 'CONFIRMED', 'COMMUNICATED', 'CONCLUDED'])
  })
})

describe('A misstatement of the description', () => {
  const misstatement = { kind: 'DESCRIPTION_MISSTATEMENT', state: 'COMMUNICATED' } as const

  it('is listed for the representation letter once it is confirmed, until it is corrected or withdrawn', () => {
    expect(statesUncorrected).toEqual(['CONFIRMED', 'COMMUNICATED', 'CONCLUDED'])
  })

  it('alone is corrected, and not once its materiality is decided', () => {
    const fact = { engagementId: 'e', authorIds: ['m'] }
    const possible = words(exceptionStates).filter((state) => {
      try {
        checkCorrectable({ ...fact, ...misstatement, state })
        return true
      } catch {
        return false
      }
    })
    expect(possible).toEqual(['CONFIRMED', 'COMMUNICATED', 'CORRECTED'])
    for (const kind of ['OPERATING_DEVIATION', 'DESIGN_DEFICIENCY', 'SCOPE_LIMITATION'] as const) {
      expect(
        refusalOf(() => checkCorrectable({ ...fact, ...misstatement, kind })),
        kind,
      ).toMatchObject({
        code: 'INVALID_INPUT',
        at: ['exceptionId'],
      })
    }
  })

  it('is corrected in a section written since it was raised, or as a paper shows', () => {
    const misstatement = { createdAt: new Date('2026-02-02T10:00:00Z'), criteriaCodes: ['DC3', 'DC4'] }
    const written = (at: string, criterion: 'DC4' | 'DC5' = 'DC4') => ({ criterion, writtenAt: new Date(at) })
    const later = '2026-02-02T10:00:01Z'
    expect(() => checkCorrection(misstatement, written(later), 0)).not.toThrow()
    expect(() => checkCorrection(misstatement, null, 1)).not.toThrow()
    expect(refusalOf(() => checkCorrection(misstatement, null, 0)).at).toEqual(['restsOnIds'])
    for (const [at, criterion] of [
      ['2026-02-02T10:00:00Z', 'DC4'],
      ['2025-12-31T10:00:00Z', 'DC4'],
      // On another matter than the misstatement is of.
      [later, 'DC5'],
    ] as const) {
      const refusal = refusalOf(() => checkCorrection(misstatement, written(at, criterion), 1))
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['descriptionSectionId'] })
    }
  })
})

describe('A deviation cannot be lost', () => {
  const deviation = (rest: Partial<DeviationAccount> = {}): DeviationAccount => ({
    id: 'r1',
    label: 'L-0017 · A',
    explanation: null,
    explanationKind: 'CONTROL_OPERATED',
    exceptions: [],
    ...rest,
  })
  const open = (at: 'PREPARED' | 'REVIEWED', rest: Partial<DeviationAccount>) =>
    unaccounted([deviation(rest)], at).length

  it('neither before the preparer signs nor before the reviewer does', () => {
    for (const at of ['PREPARED', 'REVIEWED'] as const) {
      expect(unaccounted([deviation()], at)).toEqual([
        { code: 'DEVIATION_UNACCOUNTED', message: expect.stringContaining('L-0017 · A'), node: 'r1' },
      ])
    }
  })

  it('is accounted for by a live exception, in any state but withdrawn', () => {
    for (const state of ['DRAFT', 'CONFIRMED', 'COMMUNICATED', 'CONCLUDED'] as const) {
      expect(open('REVIEWED', { exceptions: [state] })).toBe(0)
    }
    expect(open('REVIEWED', { exceptions: ['WITHDRAWN'] })).toBe(1)
    expect(open('REVIEWED', { exceptions: ['CORRECTED'] })).toBe(1)
    expect(open('REVIEWED', { exceptions: ['WITHDRAWN', 'DRAFT'] })).toBe(0)
  })

  it('is accounted for by an explanation once it is approved; proposed, it serves only the preparer', () => {
    expect(open('PREPARED', { explanation: 'PROPOSED' })).toBe(0)
    expect(open('PREPARED', { explanation: 'PROPOSED', explanationKind: 'NOT_APPLICABLE' })).toBe(1)
    expect(open('REVIEWED', { explanation: 'PROPOSED' })).toBe(1)
    expect(open('REVIEWED', { explanation: 'APPROVED' })).toBe(0)
    expect(open('PREPARED', { explanation: 'REJECTED' })).toBe(1)
  })

  it('whatever else is accounted for: each open one is named, and only those', () => {
    const accounts = fc.array(
      fc.record({
        explanation: fc.constantFrom(null, 'PROPOSED', 'APPROVED', 'REJECTED'),
        exceptions: fc.array(fc.constantFrom('DRAFT', 'CONFIRMED', 'CONCLUDED', 'WITHDRAWN'), { maxLength: 3 }),
      }),
    )
    fc.assert(
      fc.property(accounts, (list) => {
        const deviations = list.map((rest, i) => deviation({ ...rest, id: `r${i}` }) as DeviationAccount)
        const lost = deviations
          .filter((each) => each.explanation !== 'APPROVED' && each.exceptions.every((state) => state === 'WITHDRAWN'))
          .map((each) => each.id)
        expect(unaccounted(deviations, 'REVIEWED').map((blocker) => blocker.node)).toEqual(lost)
      }),
    )
  })
})

describe('The wording of Section IV', () => {
  it('is drafted from what was recorded', () => {
    expect(draftWording(leavers)).toBe(
      'Criterion CC6.2. Control AC-01: Accounts of leavers are disabled within 1 working day of leaving. ' +
        'Of 20 items tested, 2 deviated. Two accounts stayed active for 5 and 7 days after the last working day. ' +
        'Items concerned: L-0017, L-0042. Period of failure: 2025-03-03 to 2025-06-12. ' +
        'Potential impact: A person who left could have used the system. Cause: The HR notice reached IT late.',
    )
  })

  it('tells when the items were, where no period of failure was established', () => {
    const dated = { ...leavers, failedFrom: null, failedTo: null, deviatedOn: ['2025-03-03', '2025-06-12'] }
    expect(draftWording(dated)).toContain(
      'Items concerned: L-0017, L-0042. Days of the items: 2025-03-03, 2025-06-12. ',
    )
    expect(draftWording(dated)).not.toContain('Period')
    expect(draftWording({ ...dated, failedFrom: '2025-03-03' })).toMatch(/Failure since 2025-03-03\.(?!.*Days)/)
    expect(wordingFaults(draftWording(dated), dated)).toEqual([])
  })

  const twoAttributes = {
    ...leavers,
    attributeCounts: [
      { letter: 'A', text: 'The account was disabled within 1 working day', testedCount: 20, deviationCount: 2 },
      { letter: 'B', text: 'The badge was returned', testedCount: 19, deviationCount: 1 },
    ],
  }

  it('tells several attributes that failed, each with its own counts', () => {
    const drafted = draftWording(twoAttributes)
    expect(drafted).toContain('1 of 19 for attribute B: The badge was returned.')
    expect(wordingFaults(drafted, twoAttributes)).toEqual([])
    const edited = '2 of 20 leavers kept access; 1 of 19 badges was not returned, 18 were.'
    expect(wordingFaults(edited, twoAttributes)).toEqual([])
    expect(wordingFaults(edited, leavers)).toEqual([expect.stringMatching(/at character 35 was not recorded/)])
    const crossed = '2 of 20 leavers kept access; 2 of 19 badges were not returned.'
    expect(wordingFaults(crossed, twoAttributes)).toEqual([expect.stringMatching(/at character 30 does not agree/)])
  })

  const diluted = {
    ...leavers,
    testedCount: 75,
    deviations: 3,
    deviatingItems: ['L-0017', 'L-0042', 'L-0050'],
    sampleExtensions: [
      { kind: 'DILUTION', sizeBefore: 25, sizeAfter: 75, testedCountBefore: 24, deviationCountBefore: 3 },
    ] as const,
  }

  it('tells of itself that more items were tested after deviations had been found, and by how much', () => {
    const drafted = draftWording(diluted)
    expect(drafted).toContain('The sample was extended from 25 to 75 items after 3 of 24 tested had deviated.')
    expect(wordingFaults(drafted, diluted)).toEqual([])
    const planned = { ...diluted, sampleExtensions: [{ ...diluted.sampleExtensions[0], kind: 'PLANNED' as const }] }
    expect(draftWording(planned)).not.toContain('extended')
  })

  it.each([
    ['Of the first 24 items tested 3 deviated; extended from 25 to 75, 3 of 75 did.', []],
    ['3 of 75 deviated. The sample was extended from 30.', [/at character 48 was not recorded/]],
    ['3 of 75 deviated, as 2 of 24 had before.', [/at character 22 does not agree/]],
    ['3 of 25 deviated; 75 were tested in all.', [/at character 1 does not agree/]],
    ['Of 24 items tested, 3 deviated; the sample was extended from 25.', [/items tested, 75, is missing/]],
  ])('may count with the sample before its extension, and with nothing untrue: %s', (wording, faults) => {
    expect(wordingFaults(wording, diluted)).toEqual(faults.map((fault) => expect.stringMatching(fault)))
  })

  it('as drafted passes its own check, whatever the counts and keys', () => {
    const key = fc.oneof(
      fc.stringMatching(/^[A-Z]{1,3}-\d{1,4}$/),
      fc.stringMatching(/^[0-9a-f]{9}$/),
      fc.stringMatching(/^\d{3,6}$/),
    )
    const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(keys, fc.nat({ max: 60 }), (deviatingItems, passed) => {
        const account = {
          ...leavers,
          deviatingItems,
          deviations: deviatingItems.length,
          testedCount: deviatingItems.length + passed,
        }
        expect(wordingFaults(draftWording(account), account)).toEqual([])
      }),
    )
  })

  it.each([
    'For 2 of 20 leavers tested, the account stayed active for 5 and 7 days.',
    'Two of the twenty leavers tested kept an active account (5 and 7 days).',
    'Of 20 terminated employee accounts tested, 2 were found to be active in System X for 5 and 7 days, respectively.',
    'Of 20 leavers tested, 18 were disabled in time and 2 (10 %) were not. CC6.1 and CC6.2 are concerned.',
    '2/20 deviated, that is 10.0 per cent; control AC-01, ticket HR-2291, on 14 March 2025 and on 2025-06-12.',
    'On March 14, 2025 and in Q2 2025, 2 of 20 leavers kept access, see SOC 2 criteria and ISO 27001, EX-3.',
    'No one noticed. The two-factor token of L-0017 was returned; 2 of 20 leavers, 24/7 access.',
  ])('may be edited as long as its numbers are the numbers recorded: %s', (wording) => {
    expect(wordingFaults(wording, leavers)).toEqual([])
  })

  it.each([
    ['1 of 20 leavers kept access, not 2.', 'What stands at character 1 does not agree with 2 of 20.'],
    ['3 of 20 leavers kept access, 2 of them for a week.', 'The figure at character 1 was not'],
    ['2 of 25 leavers kept access; 20 were planned.', 'The figure at character 6 was not'],
    ['Of 2 leavers tested, 20 kept access.', 'does not agree with 2 of 20'],
    ['Two of 20 leavers (1 %) kept access.', 'The figure at character 20 was not'],
    ['Two of 20 leavers kept access for 6 days.', 'The figure at character 35 was not'],
    ['Three of the twenty leavers kept access, not two.', 'The figure at character 1 was not'],
    ['Some of 20 leavers kept access.', 'The number of deviations, 2, is missing.'],
    ['2 leavers kept access.', 'The number of items tested, 20, is missing.'],
    ['2 of 20 leavers kept access, within the 30-day limit.', 'The figure at character 41 was not'],
    ['', 'The wording is empty.'],
  ])('is refused when they are not: %s', (wording, fault) => {
    const refusal = refusalOf(() => checkWording(wording, leavers))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['wording'] })
    expect(refusal.message).toContain(fault)
  })

  it('takes no date, reference, criterion or item key for a count', () => {
    const rest = 'CC6.2, A1.2 and P3.1; AC-01; L-0017; 2025-03-03; 3/14/2025; 12:30; #417; TLS 1.2; in 2025.'
    expect(wordingFaults(`2 of 20. ${rest}`, leavers)).toEqual([])
    const pullRequests = { ...leavers, deviatingItems: ['2114', '2099'] }
    expect(wordingFaults('Of 20 changes tested, 2 deviated. Items concerned: 2114, 2099.', pullRequests)).toEqual([])
  })

  it('of a misstatement says what the description is to say and what it says, and names no control where there is none', () => {
    const misstatement = {
      ...leavers,
      kind: 'DESCRIPTION_MISSTATEMENT',
      criteria: ['DC4'],
      controlRef: null,
      expectedOperation: 'Each incident of the period that led to a failure of a commitment is told',
      condition: 'It says that there was none; there was one on 2025-05-02',
      ...{ testedCount: null, deviations: null, deviatingItems: [], failedFrom: null, failedTo: null, causeNote: null },
    } as const
    const drafted = draftWording(misstatement)
    expect(drafted).toBe(
      'Criterion DC4. What the description is to say: Each incident of the period that led to a failure of a commitment is told. ' +
        'What the description says: It says that there was none; there was one on 2025-05-02. ' +
        'Potential impact: A person who left could have used the system.',
    )
    expect(wordingFaults(drafted, misstatement)).toEqual([])
    const ofControl = { ...misstatement, controlRef: 'AC-01', expectedOperation: 'Accounts are disabled at once' }
    expect(draftWording(ofControl)).toContain(
      'The description says of control AC-01: Accounts are disabled at once. It says that there was none',
    )
  })

  it('of a description misstatement has no counts to keep, yet may not invent any', () => {
    const misstatement = { ...leavers, kind: 'DESCRIPTION_MISSTATEMENT', testedCount: null, deviations: null } as const
    expect(wordingFaults('The description does not mention the outage of 2025-05-02.', misstatement)).toEqual([])
    expect(wordingFaults('The description omits 14 outages.', misstatement)).toEqual([
      expect.stringMatching(/^The figure at character \d+ was not recorded\.$/),
    ])
  })

  it('of 20,000 hostile characters is read without delay', () => {
    for (const hostile of ['of 2 ', 'a.', '1,', '2-', 'twenty ']) {
      const before = performance.now()
      wordingFaults(hostile.repeat(Math.floor(20_000 / hostile.length)), leavers)
      expect(performance.now() - before).toBeLessThan(2_000)
    }
  })
})
