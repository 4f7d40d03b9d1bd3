import { describe, expect, it } from 'vitest'
import { awaitedRoles, judgmentBlockers } from '../../src/rules/acknowledgements.js'
import type { Decided, FiguresOfControl, JudgmentFacts } from '../../src/rules/judged.js'
import { judgmentsOf } from '../../src/rules/judgments.js'
import { speakAgainst } from '../../src/rules/verdict.js'
import { figureNames, judgmentKinds, words } from '../../src/rules/vocabulary.js'

const decided = (reason = 'x'): Decided => ({
  decidedBy: 'mona',
  decidedAt: new Date('2026-02-01T09:00:00Z'),
  reason,
  restsOn: ['paper'],
})
const figures = (rest: Partial<FiguresOfControl> = {}): FiguresOfControl => ({
  testedCount: 25,
  deviationCount: 24,
  explainedCount: 0,
  notApplicableCount: 0,
  acceptedCount: 0,
  upperDeviationLimit: 0.998,
  tolerableRateBp: 1_000,
  supportsReliance: false,
  asFoundDeviationCount: 24,
  asFoundSupportsReliance: false,
  ...rest,
})
const found = { testedCount: 25, deviationCount: 3, exceptionCount: 1 }
const foundShown = [
  { name: 'TESTED_BEFORE', value: '25' },
  { name: 'DEVIATIONS_BEFORE', value: '3' },
  { name: 'EXCEPTIONS_BEFORE', value: '1' },
]
const nothing: JudgmentFacts = {
  controls: [],
  exceptions: [],
  aggregates: [],
  results: [],
  dilutions: [],
  superseding: [],
  rates: [],
  seeds: [],
  occurrences: [],
  coverageGaps: [],
  populationGaps: [],
  incidents: [],
  controlChanges: [],
  calendars: [],
  undated: [],
  exclusions: [],
  scopeChanges: [],
  sections: [],
  decisionsChanged: [],
  previewsAskedAt: [],
  criteria: [],
  opinion: null,
  differences: [],
  assertion: null,
  subserviceReports: [],
}
const control = (rest: Partial<JudgmentFacts['controls'][0]> = {}): JudgmentFacts['controls'][0] => ({
  id: 'c1',
  ref: 'CM-01',
  operation: 'EFFECTIVE',
  conclusion: decided(),
  figures: figures(),
  ...rest,
})
const exception = (rest: Partial<JudgmentFacts['exceptions'][0]> = {}): JudgmentFacts['exceptions'][0] => ({
  id: 'e1',
  ref: 'EX-1',
  controlId: 'c1',
  testedCount: 25,
  deviationCount: 24,
  missing: null,
  decision: { material: false, ...decided() },
  withdrawal: null,
  ...rest,
})
const result = (rest: Partial<JudgmentFacts['results'][0]> = {}): JudgmentFacts['results'][0] => ({
  id: 'r1',
  controlId: 'c1',
  procedureRef: 'CM-01.T1',
  itemKey: 'C-7',
  letter: 'B',
  before: 'DEVIATION',
  now: 'NO_DEVIATION',
  ...decided('ok'),
  ...rest,
})
const kinds = (facts: Partial<JudgmentFacts>) => judgmentsOf({ ...nothing, ...facts }).map(({ kind }) => kind)

describe('Figures speak against relying on a control', () => {
  it.each<[string, Partial<FiguresOfControl>, boolean]>([
    ['where the verdict of the basis does not support it', { supportsReliance: false, deviationCount: 0 }, true],
    ['where the basis gives no verdict and deviations were found', { supportsReliance: null, deviationCount: 1 }, true],
    ['where it gives none and no item deviated', { supportsReliance: null, deviationCount: 0 }, true],
    ['not where nothing was tested', { supportsReliance: null, testedCount: 0, deviationCount: 0 }, false],
    ['not where the verdict supports it, deviations or not', { supportsReliance: true, deviationCount: 1 }, false],
  ])('%s', (_, given, expected) => {
    expect(speakAgainst(figures(given))).toBe(expected)
  })
})

describe('The list of judgments against the figures', () => {
  it('is empty where nothing was decided against a figure', () => {
    expect(judgmentsOf(nothing)).toEqual([])
    const clean = figures({ deviationCount: 0, supportsReliance: true })
    expect(kinds({ controls: [control({ figures: clean })], exceptions: [exception({ decision: null })] })).toEqual([])
  })

  it('has a control that is EFFECTIVE over 24 of 25, with every figure, the author, the reason and its papers', () => {
    expect(judgmentsOf({ ...nothing, controls: [control()] })).toEqual([
      {
        kind: 'EFFECTIVE_OVER_FIGURES',
        subjectId: 'c1',
        part: '',
        controlId: 'c1',
        exceptionId: null,
        statement: 'CM-01 is concluded EFFECTIVE, though 24 of 25 items deviate.',
        figures: [
          { name: 'ITEMS_TESTED', value: '25' },
          { name: 'DEVIATIONS', value: '24' },
          { name: 'EXPLAINED', value: '0' },
          { name: 'NOT_APPLICABLE', value: '0' },
          { name: 'ACCEPTED', value: '0' },
          { name: 'UPPER_DEVIATION_LIMIT', value: '99.8 %' },
          { name: 'TOLERABLE_RATE', value: '10 %' },
          { name: 'SUPPORTS_RELIANCE', value: 'NO' },
        ],
        ...decided(),
      },
    ])
  })

  it('has a control that is EFFECTIVE over samples that give no verdict, though no item deviates', () => {
    const controls = [control({ figures: figures({ deviationCount: 0, acceptedCount: null, supportsReliance: null }) })]
    const [entry] = judgmentsOf({ ...nothing, controls })
    expect(entry).toMatchObject({
      kind: 'EFFECTIVE_OVER_FIGURES',
      statement: 'CM-01 is concluded EFFECTIVE, though 0 of 25 items deviate in samples that give no verdict.',
    })
    expect(entry?.figures).toContainEqual({ name: 'SUPPORTS_RELIANCE', value: 'NO_VERDICT' })
  })

  it('has no control that is concluded otherwise, or was not sampled', () => {
    for (const operation of ['NOT_EFFECTIVE', 'NOT_OPERATED', 'UNABLE_TO_TEST', null] as const) {
      expect(kinds({ controls: [control({ operation })] })).toEqual([])
    }
    expect(kinds({ controls: [control({ figures: null })] })).toEqual([])
  })

  it('has an exception that is not material over such figures, and none that is material, withdrawn or of another control', () => {
    const controls = [control({ operation: 'NOT_EFFECTIVE' })]
    const of = (rest: Partial<JudgmentFacts['exceptions'][0]>) => kinds({ controls, exceptions: [exception(rest)] })
    expect(of({})).toEqual(['NOT_MATERIAL_OVER_FIGURES'])
    expect(of({ decision: { material: true, ...decided() } })).toEqual([])
    expect(of({ controlId: 'c2' })).toEqual([])
    expect(of({ controlId: null })).toEqual([])
    expect(of({ withdrawal: decided('None found.') })).toEqual(['EXCEPTION_WITHDRAWN'])
  })

  it('has each deviation that was explained or relabelled, by its item', () => {
    const [operated, exempt] = judgmentsOf({
      ...nothing,
      results: [result(), result({ id: 'r2', now: 'NOT_APPLICABLE', before: 'UNABLE_TO_TEST' })],
    })
    expect(operated).toMatchObject({
      kind: 'DEVIATION_EXPLAINED',
      subjectId: 'r1',
      reason: 'ok',
      figures: [
        { name: 'ITEM', value: 'C-7 · B' },
        { name: 'OUTCOME_BEFORE', value: 'DEVIATION' },
        { name: 'OUTCOME_NOW', value: 'NO_DEVIATION' },
      ],
    })
    expect(exempt).toMatchObject({ kind: 'RELABELLED_NOT_APPLICABLE', subjectId: 'r2', controlId: 'c1' })
  })

  it('an explained deviation with the figures of its control, as they are and as they were found', () => {
    const turned = figures({ deviationCount: 0, explainedCount: 24, supportsReliance: true })
    const [entry] = judgmentsOf({ ...nothing, controls: [control({ figures: turned })], results: [result()] })
    expect(entry?.kind).toBe('DEVIATION_EXPLAINED')
    expect(entry?.figures).toEqual(
      expect.arrayContaining([
        { name: 'DEVIATIONS', value: '0' },
        { name: 'SUPPORTS_RELIANCE', value: 'YES' },
        { name: 'DEVIATIONS_AS_FOUND', value: '24' },
        { name: 'SUPPORTS_RELIANCE_AS_FOUND', value: 'NO' },
      ]),
    )
  })

  it('has each dilution of a sample by itself', () => {
    const dilution = (number: number) => ({
      sampleId: 's1',
      number,
      controlId: 'c1',
      procedureRef: 'CM-01.T1',
      itemsBefore: 25 * number,
      itemsAfter: 25 * number + 25,
      testedBefore: 25 * number,
      deviationsBefore: 3,
      figures: figures({ testedCount: 75, deviationCount: 3, supportsReliance: true }),
      ...decided(),
    })
    const found = judgmentsOf({ ...nothing, dilutions: [dilution(1), dilution(2)] })
    expect(found.map(({ subjectId, part, statement }) => [subjectId, part, statement])).toEqual([
      ['s1', '1', 'The sample of CM-01.T1 was extended from 25 to 50 items, otherwise than planned.'],
      ['s1', '2', 'The sample of CM-01.T1 was extended from 50 to 75 items, otherwise than planned.'],
    ])
    expect(found[0]?.figures.slice(0, 6)).toEqual([
      { name: 'ITEMS_BEFORE', value: '25' },
      { name: 'ITEMS_AFTER', value: '50' },
      { name: 'TESTED_BEFORE', value: '25' },
      { name: 'DEVIATIONS_BEFORE', value: '3' },
      { name: 'ITEMS_TESTED', value: '75' },
      { name: 'DEVIATIONS', value: '3' },
    ])
  })

  it('has a part of the seed that a person gave, and days that no control covers', () => {
    const seed = { populationId: 'p1', controlId: 'c1', title: 'Changes', part: 'heads', itemCount: 60, ...decided() }
    const missed = { id: 'm1', controlId: 'c1', controlRef: 'AC-02', label: '2025-Q2', kind: 'NOT_DUE', ...decided() }
    const gap = { id: 'g1', criterionCode: 'CC6.1', from: '2025-01-01', to: '2025-09-30', ...decided() }
    const accepted = {
      ...{
        id: 'a1',
        controlId: 'c1',
        controlRef: 'CM-01',
        from: '2025-07-01',
        to: '2025-12-31',
        days: 184,
        ofDays: 365,
      },
      ...decided(),
    }
    const facts = { seeds: [seed], coverageGaps: [gap], populationGaps: [accepted], occurrences: [missed] }
    expect(judgmentsOf({ ...nothing, ...facts })).toMatchObject([
      {
        kind: 'SEED_PART_GIVEN',
        subjectId: 'p1',
        controlId: 'c1',
        figures: [
          { name: 'SEED_PART', value: 'heads' },
          { name: 'POPULATION_ITEMS', value: '60' },
        ],
      },
      {
        kind: 'COVERAGE_GAP',
        subjectId: 'g1',
        controlId: null,
        figures: [{ name: 'DAYS_NOT_COVERED', value: '2025-01-01 to 2025-09-30' }],
      },
      {
        kind: 'POPULATION_GAP',
        subjectId: 'a1',
        controlId: 'c1',
        statement: 'No tested population of CM-01 covers it from 2025-07-01 to 2025-12-31, which was accepted.',
        figures: [
          { name: 'DAYS_NOT_COVERED', value: '2025-07-01 to 2025-12-31' },
          { name: 'DAYS_IN_ALL', value: '184 of 365' },
        ],
      },
      {
        kind: 'OCCURRENCE_EXPLAINED',
        subjectId: 'm1',
        controlId: 'c1',
        figures: [
          { name: 'OCCURRENCE', value: '2025-Q2' },
          { name: 'EXPLAINED_AS', value: 'NOT_DUE' },
        ],
      },
    ])
  })

  it('has exceptions weighed together as not material, where figures of one speak against it, and none that are material', () => {
    const together = (rest: Partial<JudgmentFacts['aggregates'][0]> = {}) => ({
      id: 'a1',
      material: false,
      places: ['CC6.1', 'CC6.2'],
      exceptionIds: ['e1', 'e2'],
      ...decided(),
      ...rest,
    })
    const exceptions = [
      exception({ decision: null }),
      exception({ id: 'e2', ref: 'EX-2', controlId: null, decision: null }),
    ]
    const facts = { ...nothing, controls: [control({ operation: null })], exceptions }
    expect(judgmentsOf({ ...facts, aggregates: [together()] })).toMatchObject([
      {
        kind: 'AGGREGATE_NOT_MATERIAL_OVER_FIGURES',
        subjectId: 'a1',
        statement:
          'Exceptions on CC6.1, CC6.2 are weighed together as not material, though figures speak against EX-1.',
        figures: [{ name: 'FIGURES_OF_EXCEPTION', value: 'EX-1: 24 of 25 items deviate' }],
      },
    ])
    expect(judgmentsOf({ ...facts, aggregates: [together({ material: true })] })).toEqual([])
    expect(judgmentsOf({ ...facts, aggregates: [together({ exceptionIds: ['e2'] })] })).toEqual([])
    const withdrawn = exceptions.map((one) => ({ ...one, withdrawal: decided() }))
    expect(kinds({ ...facts, exceptions: withdrawn, aggregates: [together()] })).toEqual([
      'EXCEPTION_WITHDRAWN',
      'EXCEPTION_WITHDRAWN',
    ])
  })

  it('has occurrences that no list holds as figures of their control and exception', () => {
    const missing = { labels: ['2025-Q2'], expected: 4 }
    const facts = { controls: [control({ figures: null })], exceptions: [exception({ missing })] }
    expect(judgmentsOf({ ...nothing, ...facts })).toMatchObject([
      {
        kind: 'EFFECTIVE_OVER_FIGURES',
        statement: 'CM-01 is concluded EFFECTIVE, though 1 of 4 expected occurrences not found (2025-Q2).',
        figures: [{ name: 'OCCURRENCES_MISSING', value: '1 of 4 expected occurrences not found (2025-Q2)' }],
      },
      { kind: 'NOT_MATERIAL_OVER_FIGURES', subjectId: 'e1', figures: [{ name: 'OCCURRENCES_MISSING' }] },
    ])
    const several = [exception({ missing }), exception({ id: 'e2', missing: { labels: ['2025-Q1'], expected: 4 } })]
    expect(judgmentsOf({ ...nothing, ...facts, exceptions: several })[0]?.statement).toBe(
      'CM-01 is concluded EFFECTIVE, though 2 of 4 expected occurrences not found (2025-Q1, 2025-Q2).',
    )
  })

  it('has what was changed once there were figures, with what had been found until then', () => {
    const changed = { id: 'h1', controlId: 'c1', controlRef: 'CM-01', asFoundDeviationCount: 4, ...found, ...decided() }
    const scope = { id: 'x1', change: 'The criterion CC3.4 was marked not applicable.', ...found, ...decided() }
    const list = judgmentsOf({
      ...nothing,
      controlChanges: [
        { ...changed, part: 'RISK' },
        { ...changed, id: 'h2', part: 'RETIRED' },
        { ...changed, id: 'h3', part: 'NOT_NEEDED' },
      ],
      calendars: [{ id: 'k1', change: 'holidays now: 2025-05-01', controlRefs: ['AC-02', 'AC-03'], ...decided() }],
      superseding: [
        { populationId: 'p2', controlId: 'c1', title: 'Changes', itemCount: 60, supersededItems: 61, ...decided() },
      ],
      scopeChanges: [{ ...scope, excludedCriterion: 'CC3.4' }],
      sections: [{ id: 's1', criterion: 'DC4', digestBefore: 'aa', digestNow: 'bb', ...decided() }],
    })
    expect(list.map(({ kind, subjectId, controlId }) => [kind, subjectId, controlId])).toEqual([
      ['POPULATION_SUPERSEDED', 'p2', 'c1'],
      ['CONTROL_CHANGED', 'h1', 'c1'],
      ['CONTROL_CHANGED', 'h2', 'c1'],
      ['CONTROL_NOT_NEEDED', 'h3', 'c1'],
      ['CALENDAR_CHANGED', 'k1', null],
      ['CRITERION_EXCLUDED', 'x1', null],
      ['DESCRIPTION_CHANGED', 's1', null],
    ])
    const [superseded, rated, retired] = list
    expect(superseded?.figures).toEqual([
      { name: 'POPULATION_ITEMS', value: '60' },
      { name: 'SUPERSEDED_ITEMS', value: '61' },
    ])
    const asFound = { name: 'DEVIATIONS_AS_FOUND', value: '4' }
    expect(rated?.figures).toEqual([{ name: 'CHANGE', value: 'RISK' }, ...foundShown, asFound])
    expect(retired?.statement).toBe('CM-01 was retired after its testing had begun.')
    for (const one of list) expect(one).toMatchObject(decided())
  })

  describe('has a decision that was changed after previews of the opinion', () => {
    const at = (day: number) => new Date(`2026-01-${String(day).padStart(2, '0')}T09:00:00Z`)
    const changed: JudgmentFacts['decisionsChanged'][0] = {
      id: 'd1',
      about: 'the materiality of EX-1',
      controlId: 'c1',
      exceptionId: 'e1',
      changedAt: at(4),
      before: 'material, not pervasive',
      outcome: 'not material',
      ...decided(),
    }

    it('with how many there were, what stood and what is decided', () => {
      const previewsAskedAt = [at(3), at(1), at(5)]
      expect(judgmentsOf({ ...nothing, decisionsChanged: [changed], previewsAskedAt })).toEqual([
        {
          ...decided(),
          kind: 'DECISION_CHANGED_AFTER_PREVIEWS',
          subjectId: 'd1',
          part: '',
          controlId: 'c1',
          exceptionId: 'e1',
          statement: 'The decision on the materiality of EX-1 was changed after 2 previews of the opinion.',
          figures: [
            { name: 'PREVIEWS_BEFORE', value: '2' },
            { name: 'DECIDED_BEFORE', value: 'material, not pervasive' },
            { name: 'DECIDED', value: 'not material' },
          ],
        },
      ])
    })

    it.each<[string, Date[]]>([
      ['without previews', []],
      ['after one', [at(3)]],
      ['where the second was asked after it', [at(3), at(5)]],
      ['where the second was asked as it was changed', [at(3), at(4)]],
    ])('and none %s', (_, previewsAskedAt) => {
      expect(kinds({ decisionsChanged: [changed], previewsAskedAt })).toEqual([])
    })

    it('and tells of previews with an exception that was withdrawn after two', () => {
      const withdrawal = { ...decided(), decidedAt: at(4) }
      const figures = (previewsAskedAt: Date[], moment: Date | null = at(4)) =>
        judgmentsOf({
          ...nothing,
          exceptions: [exception({ withdrawal: { ...withdrawal, decidedAt: moment } })],
          previewsAskedAt,
        })[0]?.figures.filter(({ name }) => name === 'PREVIEWS_BEFORE')
      expect(figures([at(1), at(2), at(5)])).toEqual([{ name: 'PREVIEWS_BEFORE', value: '2' }])
      expect(figures([at(1), at(5)])).toEqual([])
      expect(figures([at(1), at(2)], null)).toEqual([])
    })
  })

  it('has changes of scope, and an opinion that differs, with what was proposed', () => {
    const place = { subjectMatter: 'DESCRIPTION', category: 'SECURITY' }
    const [changed, differs] = judgmentsOf({
      ...nothing,
      scopeChanges: [
        { id: 'x1', change: 'The period ends on 2025-11-30.', excludedCriterion: null, ...found, ...decided() },
      ],
      opinion: {
        id: 'o1',
        conclusions: [
          { ...place, decided: 'QUALIFIED', proposed: 'QUALIFIED' },
          { ...place, category: 'PRIVACY', decided: 'UNQUALIFIED', proposed: 'ADVERSE' },
        ],
        ...decided(),
      },
    })
    expect(changed).toMatchObject({ kind: 'SCOPE_CHANGED', figures: [{ name: 'CHANGE' }, ...foundShown] })
    expect(differs).toMatchObject({
      kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
      figures: [
        { name: 'PROPOSED', value: 'DESCRIPTION PRIVACY: ADVERSE' },
        { name: 'DECIDED', value: 'DESCRIPTION PRIVACY: UNQUALIFIED' },
      ],
    })
    const same = {
      id: 'o1',
      conclusions: [{ ...place, decided: 'ADVERSE', proposed: 'ADVERSE' }],
      ...decided(),
    } as const
    expect(kinds({ opinion: same })).toEqual([])
  })

  it('has the report of a carved-out organization that has a gap, a modified opinion or exceptions, and no other', () => {
    const report = { id: 's1', name: 'Harbour', gapDays: 0, opinion: 'UNQUALIFIED', exceptionsNoted: null } as const
    const judged = (rest: Partial<JudgmentFacts['subserviceReports'][0]>) =>
      judgmentsOf({ ...nothing, subserviceReports: [{ ...report, ...decided('Evaluated.'), ...rest }] })
    expect(judged({})).toEqual([])
    expect(judged({ gapDays: null, opinion: null })).toEqual([])
    for (const [rest, figure] of [
      [{ gapDays: 92 }, { name: 'REPORT_GAP_DAYS', value: '92' }],
      [{ opinion: 'QUALIFIED' }, { name: 'REPORT_OPINION', value: 'QUALIFIED' }],
      [{ exceptionsNoted: 'A visitor.' }, { name: 'REPORT_EXCEPTIONS', value: '“A visitor.”' }],
    ] as const) {
      expect(judged(rest)).toEqual([
        {
          kind: 'SUBSERVICE_REPORT_RELIED_ON',
          subjectId: 's1',
          part: '',
          controlId: null,
          exceptionId: null,
          statement: 'The controls expected of Harbour are relied on, though its report speaks against it.',
          figures: [figure],
          ...decided('Evaluated.'),
        },
      ])
    }
  })

  it('names figures and kinds that are explained', () => {
    for (const text of [...Object.values(judgmentKinds), ...Object.values(figureNames)]) expect(text).toMatch(/\.$/)
    expect(words(judgmentKinds).length).toBeGreaterThan(0)
  })
})

describe('A judgment is acknowledged', () => {
  const team = [
    { role: 'ENGAGEMENT_PARTNER', memberId: 'pia' },
    { role: 'QUALITY_REVIEWER', memberId: 'quentin' },
    { role: 'MANAGER', memberId: 'mona' },
  ]
  const partner = { role: 'ENGAGEMENT_PARTNER', memberId: 'pia', figuresDigest: 'now' } as const
  const reviewer = { role: 'QUALITY_REVIEWER', memberId: 'quentin', figuresDigest: 'now' } as const

  it('by both, as it is now', () => {
    expect(awaitedRoles('now', [], team)).toEqual(['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'])
    expect(awaitedRoles('now', [partner], team)).toEqual(['QUALITY_REVIEWER'])
    expect(awaitedRoles('now', [reviewer], team)).toEqual(['ENGAGEMENT_PARTNER'])
    expect(awaitedRoles('now', [partner, reviewer], team)).toEqual([])
  })

  it('not as it was before', () => {
    expect(awaitedRoles('changed', [partner, reviewer], team)).toEqual(['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'])
  })

  it('not by who holds the role no more, nor by one person twice', () => {
    const left = team.filter(({ memberId }) => memberId !== 'quentin')
    expect(awaitedRoles('now', [partner, reviewer], left)).toEqual(['QUALITY_REVIEWER'])
    const twice = [...left, { role: 'QUALITY_REVIEWER', memberId: 'pia' }]
    expect(awaitedRoles('now', [partner, { ...reviewer, memberId: 'pia' }], twice)).toEqual(['QUALITY_REVIEWER'])
    const swapped = [{ role: 'MANAGER', memberId: 'pia' }, ...left.slice(1)]
    expect(awaitedRoles('now', [partner], swapped)).toContain('ENGAGEMENT_PARTNER')
  })

  it('or stands in the way of the report, at what it is about and naming who is awaited', () => {
    const judged = { statement: 'CM-01 is concluded EFFECTIVE.', subjectId: 'c1' }
    expect(judgmentBlockers([{ ...judged, awaited: [] }])).toEqual([])
    expect(judgmentBlockers([{ ...judged, awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'] }])).toEqual([
      {
        code: 'JUDGMENT_UNACKNOWLEDGED',
        message: 'To be acknowledged by the engagement partner and the quality reviewer: CM-01 is concluded EFFECTIVE.',
        node: 'c1',
      },
    ])
  })
})
