import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/rules/canonical.js'
import type { ControlFacts, ProcedureFacts, ReportFacts } from '../../src/rules/report/facts.js'
import type { ReportModel } from '../../src/rules/report/model.js'
import { longDate, paragraphsOf } from '../../src/rules/report/phrases.js'
import { claimedToHold, offeredAssertion } from '../../src/rules/report/section-two.js'
import { composeReport } from '../../src/rules/report.js'
import type { AssertedOutcome, Category, OpinionType, SubjectMatter } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'
import { exception, largeFacts, procedure, response, smallFacts } from '../support/report-facts.js'

const headings = (model: ReportModel) => model.auditorsReport.passages.map(({ heading }) => heading)
const sectionOne = (model: ReportModel, heading: string) =>
  model.auditorsReport.passages.find((passage) => passage.heading === heading)?.paragraphs.join(' ') ?? null
const conclusionsIn = (model: ReportModel) =>
  model.auditorsReport.opinion?.parts.flatMap(({ conclusions }) => conclusions) ?? []
const opinionOn = (model: ReportModel, subject: SubjectMatter) =>
  conclusionsIn(model).filter(({ subjectMatter }) => subjectMatter === subject)
const leadIns = (model: ReportModel) => model.auditorsReport.opinion?.parts.map(({ leadIn }) => leadIn) ?? []

/** The same opinion for all subject matters, or another one for operation. */
function opinion(type: OpinionType, operation: OpinionType = type, categories: Category[] = ['SECURITY']) {
  const types = { DESCRIPTION: type, SUITABILITY_OF_DESIGN: type, OPERATING_EFFECTIVENESS: operation }
  const subjects = Object.entries(types) as [SubjectMatter, OpinionType][]
  return {
    conclusions: categories.flatMap((category) =>
      subjects.map(([subjectMatter, own]) => ({ subjectMatter, category, type: own })),
    ),
    bases: subjects.flatMap(([subjectMatter, own]) =>
      own === 'UNQUALIFIED' ? [] : [{ subjectMatter, text: `The matter of ${subjectMatter.toLowerCase()}.` }],
    ),
    emphases: [],
    isByCategory: false,
  }
}

const typeOne = (changes: Partial<ReportFacts> = {}) =>
  smallFacts({
    engagement: { ...smallFacts().engagement, kind: 'SOC2_TYPE_1', period: null, asOf: '2019-06-30' },
    exceptions: [exception({ kind: 'DESIGN_DEFICIENCY', procedureRef: null, testedCount: null, deviations: null })],
    opinion: opinion('UNQUALIFIED'),
    ...changes,
  })

describe('the report model', () => {
  it('is plain JSON: written and read back it is the same', () => {
    for (const facts of [smallFacts(), largeFacts(), typeOne()]) {
      const model = composeReport(facts)
      expect(JSON.parse(JSON.stringify(model))).toEqual(model)
      expect(model.modelVersion).toBe(7)
    }
  })

  it('is the same for the same facts, whatever the order of their members', () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : value !== null && typeof value === 'object'
          ? Object.fromEntries(
              Object.entries(value)
                .map(([k, v]) => [k, reversed(v)])
                .reverse(),
            )
          : value
    const facts = largeFacts()
    expect(canonicalJson(composeReport(reversed(facts) as ReportFacts))).toBe(canonicalJson(composeReport(facts)))
  })

  it('shares no object with the facts: a later change of these cannot reach it', () => {
    const facts = smallFacts()
    const model = composeReport(facts)
    const before = canonicalJson(model)
    Object.assign(facts.responses[0]?.remediation[0] ?? {}, { action: 'changed' })
    Object.assign(facts.controls[0]?.criteria ?? [], ['CC9.9'])
    Object.assign(facts.engagement.period ?? {}, { start: '1999-01-01' })
    expect(canonicalJson(model)).toBe(before)
  })

  it('invents no figure: every number in it is a number of the facts', () => {
    // DC1 to DC9 are names, and so are the criteria with their sections and years.
    const named = /\bDC\d\b|DC section 200, 2018 |guidance of 2022|TSP section 100, |in a SOC 2 Report/g
    const digits = (value: unknown) => new Set(JSON.stringify(value).replace(named, '').match(/\d+/g))
    for (const facts of [smallFacts(), largeFacts(), typeOne()]) {
      const known = digits(facts)
      // Dates are also written out: January 3, 2019 for 2019-01-03.
      for (const text of [...known]) known.add(String(Number(text)))
      const allowed = new Set(['1', '2'])
      const { tests, responses, ...others } = composeReport(facts)
      const foreign = [...digits({ tests, responses, others })].filter((text) => !known.has(text) && !allowed.has(text))
      expect(foreign).toEqual([])
    }
  })

  it('refuses a readiness engagement, which has no report', () => {
    const facts = smallFacts({ engagement: { ...smallFacts().engagement, kind: 'READINESS' } })
    expect(refusalOf(() => composeReport(facts)).code).toBe('INVALID_INPUT')
  })

  it('refuses to issue without opinion, basis or assertion, and names each; as a draft it stands', () => {
    const issue = { number: 'R-1', date: '2020-02-21' }
    const codes = (changes: Partial<ReportFacts>) => {
      const facts = smallFacts({ ...changes })
      expect(composeReport(facts).issue).toBeNull()
      return refusalOf(() => composeReport({ ...facts, issue })).detail.blockers?.map(({ code }) => code)
    }
    expect(codes({ opinion: null, assertion: null })).toEqual(['OPINION_MISSING', 'ASSERTION_MISSING'])
    const [first, ...others] = opinion('QUALIFIED').bases
    const blank = { ...opinion('QUALIFIED'), bases: [{ ...first, text: ' ' } as (typeof others)[0], ...others] }
    expect(codes({ opinion: blank })).toEqual(['BASIS_MISSING'])
    expect(codes({ opinion: { ...opinion('QUALIFIED'), bases: [] } })).toHaveLength(3)
    const partial = opinion('UNQUALIFIED')
    expect(codes({ opinion: { ...partial, conclusions: partial.conclusions.slice(1) } })).toEqual([
      'OPINION_INCOMPLETE',
    ])
    expect(composeReport(smallFacts({ issue })).issue).toEqual(issue)
  })
})

describe('Section I', () => {
  it('names client, system, period, categories and criteria in its scope', () => {
    const scope = sectionOne(composeReport(smallFacts()), 'Scope') ?? ''
    for (const part of [
      'Larkspur Ledger, Inc.',
      'the Larkspur Cloud Ledger system',
      'throughout the period January 1, 2019 to December 31, 2019',
      'relevant to Security',
      'operating effectiveness',
      'DC section 200, 2018 Description Criteria',
      'TSP section 100, 2017 Trust Services Criteria',
      'revised points of focus of 2022',
    ]) {
      expect(scope).toContain(part)
    }
  })

  it('gives each subject matter its own conclusion, and a modification to the one that is modified', () => {
    const model = composeReport(smallFacts())
    expect(
      conclusionsIn(model).map(({ letter, subjectMatter, opinion: type }) => [letter, subjectMatter, type]),
    ).toEqual([
      ['a', 'DESCRIPTION', 'UNQUALIFIED'],
      ['b', 'SUITABILITY_OF_DESIGN', 'UNQUALIFIED'],
      ['c', 'OPERATING_EFFECTIVENESS', 'QUALIFIED'],
    ])
    expect(leadIns(model)).toEqual(['In our opinion,'])
    expect(opinionOn(model, 'SUITABILITY_OF_DESIGN')[0]?.text).toMatch(/^in all material respects, the controls/)
    expect(opinionOn(model, 'OPERATING_EFFECTIVENESS')[0]?.text).toMatch(
      /^except for the matter described under “Basis for qualified opinion on the operating effectiveness of controls”, in all material respects, the controls/,
    )
  })

  it.each([
    [
      'UNQUALIFIED',
      'Opinion',
      'opinion',
      ['In our opinion, in all material respects'],
      ['except for', 'because of', 'not '],
    ],
    [
      'QUALIFIED',
      'Qualified opinion',
      'qualified opinion',
      ['In our opinion, except for the matters described under “Basis for qualified opinion on the description”'],
      ['because of', 'ecause of'],
    ],
    [
      'ADVERSE',
      'Adverse opinion',
      'adverse opinion',
      ['In our opinion, because of the significance of the matters', 'did not operate effectively', 'does not present'],
      ['except for', 'in all material respects'],
    ],
    [
      'DISCLAIMER',
      'Disclaimer of opinion',
      'disclaimer of opinion',
      ['we do not express an opinion', 'not able to obtain sufficient appropriate evidence'],
      ['In our opinion', 'except for'],
    ],
  ] as const)('words an opinion that is %s with one lead-in', (type, heading, name, has, hasNot) => {
    const model = composeReport(smallFacts({ opinion: opinion(type) }))
    expect(model.auditorsReport.opinion?.heading).toBe(heading)
    expect(leadIns(model)).toHaveLength(1)
    const text = [...leadIns(model), ...conclusionsIn(model).map((one) => one.text)].join(' ')
    for (const words of has) expect(text).toContain(words)
    for (const words of hasNot) expect(text).not.toContain(words)
    const basisHeadings = headings(model).filter((own) => own.startsWith('Basis for'))
    const subjects = [
      'the description',
      'the suitability of the design of controls',
      'the operating effectiveness of controls',
    ]
    expect(basisHeadings).toEqual(
      type === 'UNQUALIFIED' ? [] : subjects.map((subject) => `Basis for ${name} on ${subject}`),
    )
    if (basisHeadings[0]) expect(sectionOne(model, basisHeadings[0])).toBe('The matter of description.')
  })

  it('heads the basis of each subject matter by its own modification, whatever stands beside it', () => {
    const model = composeReport(smallFacts({ opinion: opinion('QUALIFIED', 'ADVERSE') }))
    expect(model.auditorsReport.opinion?.heading).toBe('Qualified opinion and adverse opinion')
    expect(headings(model).filter((own) => own.startsWith('Basis for'))).toEqual([
      'Basis for qualified opinion on the description',
      'Basis for qualified opinion on the suitability of the design of controls',
      'Basis for adverse opinion on the operating effectiveness of controls',
    ])
    expect(opinionOn(model, 'SUITABILITY_OF_DESIGN')[0]?.text).toContain(
      'except for the matter described under “Basis for qualified opinion on the suitability of the design of controls”',
    )
    expect(opinionOn(model, 'OPERATING_EFFECTIVENESS')[0]?.text).toMatch(
      /^because of the significance of the matter described under “Basis for adverse opinion on .*”, the controls stated in the description did not operate/,
    )
  })

  it('sets apart what no opinion is expressed on, and letters all of it in one row', () => {
    const model = composeReport(smallFacts({ opinion: opinion('UNQUALIFIED', 'DISCLAIMER') }))
    expect(model.auditorsReport.opinion?.heading).toBe('Disclaimer of opinion')
    expect(model.auditorsReport.opinion?.parts.map((part) => part.conclusions.map(({ letter }) => letter))).toEqual([
      ['a', 'b'],
      ['c'],
    ])
    expect(leadIns(model)[0]).toBe('In our opinion, in all material respects,')
    expect(leadIns(model)[1]).toContain('we do not express an opinion on whether, in all material respects,')
  })

  it('is one for all categories, the gravest of them, unless the firm chooses otherwise', () => {
    const facts = largeFacts()
    const model = composeReport({ ...facts, opinion: facts.opinion && { ...facts.opinion, isByCategory: false } })
    expect(
      opinionOn(model, 'OPERATING_EFFECTIVENESS').map(({ opinion: type, categories }) => [type, categories.length]),
    ).toEqual([['ADVERSE', 5]])
    const split = largeFacts()
    const conclusions = split.opinion?.conclusions.map((one) =>
      one.subjectMatter === 'DESCRIPTION' && one.category === 'PRIVACY' ? { ...one, type: 'ADVERSE' as const } : one,
    )
    const described = composeReport({
      ...split,
      opinion: split.opinion && { ...split.opinion, conclusions: conclusions ?? [] },
    })
    expect(opinionOn(described, 'DESCRIPTION').map(({ opinion: type }) => type)).toEqual(['ADVERSE'])
  })

  it('parts categories whose conclusions differ, and names them', () => {
    const operation = opinionOn(composeReport(largeFacts()), 'OPERATING_EFFECTIVENESS')
    expect(operation.map(({ opinion: type, categories }) => [type, categories])).toEqual([
      ['QUALIFIED', ['SECURITY', 'CONFIDENTIALITY', 'PROCESSING_INTEGRITY', 'PRIVACY']],
      ['ADVERSE', ['AVAILABILITY']],
    ])
    expect(operation[1]?.text).toContain('criteria relevant to Availability')
  })

  it('does not claim to have examined, nor to have evidence enough, where it disclaims everything', () => {
    const disclaimed = composeReport(smallFacts({ opinion: opinion('DISCLAIMER') }))
    expect(sectionOne(disclaimed, 'Scope')).toMatch(/^We were engaged to examine/)
    expect(sectionOne(disclaimed, 'Service auditor’s responsibilities')).not.toContain('We believe that the evidence')
    expect(headings(disclaimed)).not.toContain('Description of tests of controls')
    const partly = composeReport(smallFacts({ opinion: opinion('UNQUALIFIED', 'DISCLAIMER') }))
    expect(sectionOne(partly, 'Scope')).toMatch(/^We have examined/)
    const partial = sectionOne(partly, 'Service auditor’s responsibilities') ?? ''
    expect(partial).toContain('On the matters on which we do not express an opinion we were not able')
    expect(partial).not.toContain('We believe that the evidence')
  })

  it('says what Section V contradicts in the auditor’s report, not in Section V', () => {
    const inconsistency = 'The response says that two changes were affected.'
    const model = composeReport(smallFacts({ responses: [response({ inconsistency })] }))
    expect(sectionOne(model, 'Scope')).toContain(
      `The response to EX-1 in Section V is not consistent with our findings, and management did not correct it: ${inconsistency}`,
    )
    expect(JSON.stringify(model.responses)).not.toContain(inconsistency)
  })

  it('names the controls that did not operate, with the criteria they serve', () => {
    expect(sectionOne(composeReport(smallFacts()), 'Controls that did not operate during the period')).toContain(
      'could not test whether they operated effectively: IR-01 (criterion CC7.4).',
    )
  })

  it('says nothing of operation or of a period in a Type 1', () => {
    const model = composeReport(typeOne())
    expect(model.cover).toMatchObject({ kind: 'SOC 2 Type 1', period: null, asOf: '2019-06-30' })
    expect(opinionOn(model, 'OPERATING_EFFECTIVENESS')).toEqual([])
    expect(sectionOne(model, 'Scope')).toContain('as of June 30, 2019')
    expect(JSON.stringify(model)).not.toContain('throughout the period')
    expect(sectionOne(model, 'Inherent limitations')).toContain('did not perform any procedures on the operating')
  })
})

describe('Section II', () => {
  it('is what management wrote and signed, whatever the opinion', () => {
    for (const type of ['UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER'] as const) {
      expect(composeReport(smallFacts({ opinion: opinion(type) })).assertion).toEqual({
        title: expect.stringMatching(/^Assertion of the management of .*Larkspur Ledger/),
        paragraphs: ['We have prepared the description of our system.', 'Our controls operated effectively.'],
        signature: { signers: [{ name: 'Rosa Quill', title: 'Chief executive (invented)' }], datedOn: '2020-02-14' },
        included: [],
      })
    }
  })

  it('has after it the assertion of each included organization, and of none that is carved out', () => {
    const facts = largeFacts()
    expect(composeReport(facts).assertion.included).toEqual([
      {
        organization: 'Papermill Print (invented)',
        title: expect.stringContaining('Papermill Print (invented)'),
        paragraphs: ['We have described our printing.', 'Our controls operated effectively.'],
        given: { by: 'Paul Reed, managing director of the printer (invented)', datedOn: '2020-02-13' },
      },
    ])
    const subserviceOrganizations = facts.subserviceOrganizations.map((one) => ({ ...one, assertion: null }))
    expect(composeReport({ ...facts, subserviceOrganizations }).assertion.included).toMatchObject([
      { paragraphs: [], given: null },
    ])
  })

  it('stands beside a scope that speaks of several organizations of a kind in the plural, and of one in the singular', () => {
    const facts = largeFacts()
    const said = (organizations: typeof facts.subserviceOrganizations) =>
      JSON.stringify(composeReport({ ...facts, subserviceOrganizations: organizations }).auditorsReport)
    const one = said(facts.subserviceOrganizations)
    const others = facts.subserviceOrganizations.map((each) => ({ ...each, name: `${each.name}, another` }))
    const two = said([...facts.subserviceOrganizations, ...others])
    for (const words of [
      'uses a subservice organization: ',
      'excludes its controls',
      'the controls it performs,',
      'labels as its own',
    ]) {
      expect(one).toContain(words)
      expect(two).not.toContain(words)
    }
    for (const words of [
      'uses subservice organizations: ',
      'excludes their controls',
      'the controls they perform,',
      'labels as their own',
    ]) {
      expect(two).toContain(words)
      expect(one).not.toContain(words)
    }
  })

  it('has no words and no signature while management has signed none', () => {
    expect(composeReport(smallFacts({ assertion: null })).assertion).toMatchObject({ paragraphs: [], signature: null })
  })

  it('is offered in a wording that says of each subject matter what is claimed', () => {
    const offered = (...given: [AssertedOutcome, string | null][]) =>
      offeredAssertion(
        smallFacts(),
        claimedToHold('SOC2_TYPE_2').map((claim, at) => {
          const [outcome, matters] = given[at] ?? ['HOLDS', null]
          return { ...claim, claim: outcome, matters }
        }),
      ).split('\n\n')
    const [, , description, design, operation] = offered(
      ['HOLDS', null],
      ['EXCEPT', 'the removal of access'],
      ['FAILS', 'the removal of access'],
    )
    expect(description).toMatch(/^a\. the description presents .*;$/)
    expect(design).toMatch(/^b\. except for the removal of access, the controls .* were suitably designed .*; and$/)
    expect(operation).toMatch(
      /^c\. because of the removal of access, the controls .* did not operate effectively .*\.$/,
    )
    expect(offered()).toHaveLength(5)
    const ofTypeOne = offeredAssertion(typeOne(), claimedToHold('SOC2_TYPE_1'))
    expect(ofTypeOne).not.toContain('implemented and operated')
    expect(ofTypeOne.split('\n\n')).toHaveLength(4)
    expect(ofTypeOne).toContain('as of June 30, 2019')
  })
})

describe('Section III', () => {
  it('has a place for every description criterion, with what management wrote', () => {
    const { sections } = composeReport(smallFacts()).description
    expect(sections.map(({ criterion }) => criterion)).toEqual([
      'DC1',
      'DC2',
      'DC3',
      'DC4',
      'DC5',
      'DC6',
      'DC7',
      'DC8',
      'DC9',
    ])
    expect(sections[0]?.paragraphs).toEqual([
      'The company keeps ledgers for small firms.',
      'It serves them over the internet.',
    ])
    expect(composeReport(typeOne()).description.sections.map(({ criterion }) => criterion)).not.toContain('DC9')
  })

  it('states commitments and complementary controls, with criteria and the controls of Section IV', () => {
    const commitment = {
      ref: 'SC-01',
      kind: 'SERVICE_COMMITMENT',
      text: 'Ledgers are kept private.',
      criteria: [],
    } as const
    const { description } = composeReport(largeFacts())
    const [hosting, printing] = description.subserviceOrganizations
    expect(composeReport(smallFacts({ commitments: [commitment] })).description.commitments).toEqual([commitment])
    expect(description.userEntityControls[0]).toMatchObject({ ref: 'CUEC-01', controlRefs: ['AC-01'] })
    expect(hosting?.complementaryControls[0]).toMatchObject({ ref: 'CSOC-01', criteria: ['CC6.4'], controlRefs: [] })
    expect(printing?.complementaryControls).toEqual([])
  })

  it('labels controls that an included organization performs with it, in Section IV', () => {
    const [first, ...others] = smallFacts().controls
    const theirs = { ...(first as (typeof others)[0]), performedBy: 'Papermill Print' }
    const { tests } = composeReport(smallFacts({ controls: [theirs, ...others] }))
    expect(tests.controls.map(({ performedBy }) => performedBy)).toEqual(['Papermill Print', null, null])
    expect(tests.passages[0]?.paragraphs[0]).toContain('of a subservice organization that the description includes')
    const own = composeReport(smallFacts()).tests.passages[0]?.paragraphs[0]
    expect(own).not.toContain('subservice')
  })

  it('discloses criteria that do not apply with the reason; a change log it prints none', () => {
    const { description } = composeReport(largeFacts())
    const { notApplicable } = description
    expect(notApplicable.map(({ code }) => code)).toEqual(['P3.2'])
    expect(notApplicable[0]?.reason).toContain('no personal information')
    expect(description).not.toHaveProperty('scopeChanges')
  })
})

describe('Section IV', () => {
  const numbersIn = (model: ReportModel) => [
    ...model.tests.controls.flatMap((control) => [
      ...control.exceptionNumbers,
      ...control.tests.flatMap((test) => test.exceptionNumbers),
    ]),
    ...new Set(model.tests.criteria.flatMap(({ exceptionNumbers }) => exceptionNumbers)),
    ...model.tests.elsewhere.exceptionNumbers,
  ]
  const controlsIn = (model: ReportModel) =>
    new Set([...model.tests.criteria.flatMap(({ controlRefs }) => controlRefs), ...model.tests.elsewhere.controlRefs])

  it('shows a control under each criterion it serves', () => {
    const { criteria } = composeReport(smallFacts()).tests
    expect(criteria.map(({ code, controlRefs }) => [code, controlRefs])).toEqual([
      ['CC6.2', ['AC-01', 'CM-01']],
      ['CC7.4', ['IR-01']],
      ['CC8.1', ['CM-01']],
    ])
  })

  it('reports every confirmed exception once, wherever it belongs, and no draft or withdrawn one', () => {
    const exceptions = [
      exception({ number: 1 }),
      exception({ number: 2, procedureRef: null, kind: 'DESIGN_DEFICIENCY' }),
      exception({ number: 3, procedureRef: 'of a procedure that is gone' }),
      exception({ number: 4, controlRef: null, procedureRef: null, criteria: ['CC7.4', 'CC8.1'] }),
      exception({ number: 5, controlRef: 'a control that does not exist', criteria: ['CC8.1'] }),
      exception({ number: 6, controlRef: null, procedureRef: null, criteria: [] }),
      exception({ number: 7, controlRef: null, procedureRef: null, criteria: ['DC4'] }),
      exception({ number: 8, state: 'CONFIRMED' }),
      exception({ number: 9, state: 'COMMUNICATED', controlRef: 'IR-01', procedureRef: 'P-3' }),
      exception({ number: 10, state: 'DRAFT' }),
      exception({ number: 11, state: 'WITHDRAWN' }),
    ]
    const model = composeReport(smallFacts({ exceptions, responses: [] }))
    expect(numbersIn(model).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(model.tests.exceptions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(model.tests.criteria.find(({ code }) => code === 'CC8.1')?.exceptionNumbers).toEqual([4, 5])
    expect(model.responses?.responses.map(({ exceptionNumber }) => exceptionNumber)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ])
  })

  it('loses no control, also one that serves no criterion in scope', () => {
    const [other] = smallFacts().controls as [ControlFacts]
    const controls = [...smallFacts().controls, { ...other, ref: 'XX-01', criteria: ['A1.1'] }]
    const model = composeReport(smallFacts({ controls }))
    expect([...controlsIn(model)].toSorted()).toEqual(['AC-01', 'CM-01', 'IR-01', 'XX-01'])
    expect(model.tests.elsewhere.controlRefs).toEqual(['XX-01'])
  })

  it('holds both laws for any assignment of exceptions and controls', () => {
    const code = fc.constantFrom('CC6.2', 'CC7.4', 'CC8.1', 'A1.1')
    const ref = fc.constantFrom('AC-01', 'CM-01', 'IR-01', 'gone', null)
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            controlRef: ref,
            procedureRef: fc.constantFrom('P-1', 'P-2', 'gone', null),
            criteria: fc.array(code),
          }),
          { maxLength: 12 },
        ),
        fc.array(fc.array(code), { minLength: 3, maxLength: 3 }),
        (drawn, mapping) => {
          const exceptions = drawn.map((changes, n) => exception({ ...changes, number: n + 1 }))
          const controls = smallFacts().controls.map((control, n) => ({ ...control, criteria: mapping[n] ?? [] }))
          const model = composeReport(smallFacts({ exceptions, controls, responses: [] }))
          expect(numbersIn(model).toSorted((a, b) => a - b)).toEqual(exceptions.map(({ number }) => number))
          expect(controlsIn(model).size).toBe(3)
        },
      ),
    )
  })

  it('says “No exceptions noted.” only where none are', () => {
    const { controls } = composeReport(smallFacts()).tests
    const results = Object.fromEntries(controls.flatMap(({ tests }) => tests.map((test) => [test.ref, test.result])))
    expect(results).toEqual({
      'P-1': null,
      'P-2': 'No exceptions noted.',
      'P-3':
        'The control did not operate during the period, so that its operation could not be tested. The log of the alerting system holds no incident in the period.',
    })
    // An exception speaks even if the outcome was recorded as none.
    const odd = composeReport(smallFacts({ procedures: [procedure({ outcome: 'NO_EXCEPTIONS' })] }))
    expect(odd.tests.controls[0]?.tests[0]).toMatchObject({ result: null, exceptionNumbers: [1] })
  })

  it('reports the figures of an exception, and none where there is nothing to report', () => {
    const model = composeReport(smallFacts())
    expect(model.tests.exceptions[0]).toMatchObject({
      ref: 'EX-1',
      testedCount: 25,
      deviations: 5,
      failedFrom: '2019-03-04',
      attributes: [],
    })
    const counts = [
      { letter: 'A', text: 'Removed within 1 day.', testedCount: 25, deviationCount: 5 },
      { letter: 'B', text: 'Asked for by HR.', testedCount: 24, deviationCount: 1 },
    ]
    const several = composeReport(
      smallFacts({ exceptions: [exception({ attributeCounts: counts, failedFrom: null, failedTo: null })] }),
    )
    expect(several.tests.exceptions[0]).toMatchObject({
      attributes: [
        { letter: 'A', text: 'Removed within 1 day.', testedCount: 25, deviations: 5 },
        { letter: 'B', text: 'Asked for by HR.', testedCount: 24, deviations: 1 },
      ],
      failedFrom: null,
    })
    const extents = model.tests.controls.flatMap(({ tests }) => tests.map(({ extent }) => extent))
    expect(extents).toEqual([
      'A sample of 25 of the 64 items of the population was tested.',
      'A sample of the population was tested.',
      null,
    ])
  })

  it('explains the methods and the sampling that were used, and no others', () => {
    const { passages } = composeReport(smallFacts()).tests
    const methods = passages
      .find(({ heading }) => heading === 'How we tested')
      ?.points.map((point) => point.split(':')[0])
    expect(methods).toEqual(['Inquiry', 'Inspection'])
    const sampling = passages.find(({ heading }) => heading === 'How we sampled')?.paragraphs.join(' ')
    expect(sampling).toContain('leaves no choice to the auditor')
    expect(sampling).not.toContain('not statistical')
    const picked = smallFacts({
      procedures: [
        procedure({ sample: { basis: 'JUDGMENT', method: 'HAPHAZARD', tested: 5, populationSize: 9, extensions: [] } }),
      ],
    })
    const other = composeReport(picked)
      .tests.passages.find(({ heading }) => heading === 'How we sampled')
      ?.paragraphs.join(' ')
    expect(other).toContain('not statistical')
    expect(other).not.toContain('leaves no choice')
  })

  it('tells of a sample that a dilution enlarged, whatever was found, and of no planned stage', () => {
    const extension = { sizeBefore: 25, sizeAfter: 75, testedCountBefore: 25, deviationCountBefore: 3 }
    const extents = (kind: 'PLANNED' | 'DILUTION') => {
      const extensions = [{ kind, ...extension }]
      const sample = { basis: 'FREQUENCY_TABLE', method: 'RANDOM', tested: 75, populationSize: 90, extensions } as const
      return composeReport(smallFacts({ procedures: [procedure({ sample })], exceptions: [] })).tests.controls.flatMap(
        ({ tests }) => tests.map(({ extent }) => extent),
      )
    }
    expect(extents('PLANNED')).toEqual(['A sample of the population was tested.'])
    expect(extents('DILUTION')).toEqual([
      'A sample of the population was tested. The sample was extended from 25 to 75 items, which was not planned before it was drawn.',
    ])
  })

  it('names tests of design and implementation as such, and each method of a test', () => {
    const tested = (aspects: ProcedureFacts['aspects'], methods: ProcedureFacts['methods']) =>
      composeReport(smallFacts({ procedures: [procedure({ aspects, methods })] })).tests.controls.flatMap(({ tests }) =>
        tests.map(({ subject, nature }) => [subject, nature]),
      )
    expect(tested(['OPERATION'], ['INSPECTION'])).toEqual([[null, 'Inspection']])
    expect(tested(['DESIGN', 'IMPLEMENTATION'], ['INQUIRY', 'OBSERVATION', 'INSPECTION'])).toEqual([
      ['Test of design and implementation', 'Inquiry, observation and inspection'],
    ])
    expect(tested(['DESIGN', 'OPERATION'], ['REPERFORMANCE'])).toEqual([
      ['Test of design and operation', 'Reperformance'],
    ])
  })

  it('says that the operation of a control was not tested, and why', () => {
    const [first, ...others] = smallFacts().controls as [ControlFacts, ...ControlFacts[]]
    const told = (design: ControlFacts['design'], aspects: ProcedureFacts['aspects']) =>
      composeReport(
        smallFacts({
          controls: [{ ...first, design }, ...others],
          procedures: [procedure({ aspects })],
          exceptions: [],
        }),
      ).tests.controls[0]?.notTested
    expect(told('UNSUITABLE', ['DESIGN'])).toBe(
      'The operating effectiveness of this control was not tested: its design was found not to be suitable.',
    )
    expect(told('SUITABLE', ['DESIGN'])).toBe('The operating effectiveness of this control was not tested.')
    expect(told('SUITABLE', ['DESIGN', 'OPERATION'])).toBeNull()
    expect(composeReport(typeOne()).tests.controls[0]?.notTested).toBeNull()
  })

  it('reports no tests in a Type 1, but its exceptions', () => {
    const model = composeReport(typeOne())
    expect(model.tests.controls.every(({ tests }) => tests.length === 0)).toBe(true)
    expect(numbersIn(model)).toEqual([1])
  })
})

describe('Section V', () => {
  it('has one response for each exception, with every element that was submitted', () => {
    const model = composeReport(largeFacts())
    expect(model.responses?.responses.map(({ exceptionNumber, kind }) => [exceptionNumber, kind])).toEqual([
      [1, 'ANSWERED'],
      [2, 'ANSWERED'],
      [3, 'ANSWERED'],
      [4, 'DECLINED'],
      [5, 'NONE'],
    ])
    const [first] = composeReport(smallFacts()).responses?.responses ?? []
    const {
      exceptionNumber: _,
      position,
      rootCauseCategory,
      declinedReason,
      inconsistency: __,
      ...elements
    } = response({})
    expect(declinedReason).toBeNull()
    expect([position, first?.position]).toEqual(['AGREE', 'Management agrees.'])
    expect(first).toMatchObject(elements)
    expect([rootCauseCategory, first?.rootCauseCategory]).toEqual(['HUMAN_ERROR', 'A mistake by a person'])
  })

  it('gives the reason of a response that was declined, and what was noted when none came', () => {
    const [, second, , fourth, fifth] = composeReport(largeFacts()).responses?.responses ?? []
    expect(second?.kind).toBe('ANSWERED')
    expect(fourth?.reason).toContain('Management holds')
    expect(fourth?.remediation).toEqual([])
    expect(fifth?.reason).toContain('reminded twice')
  })

  it('does not exist without exceptions', () => {
    expect(composeReport(smallFacts({ exceptions: [], responses: [] })).responses).toBeNull()
  })
})

describe('words of the report', () => {
  it('writes days out', () => {
    expect(longDate('2019-01-03')).toBe('January 3, 2019')
    expect(longDate('2020-12-31')).toBe('December 31, 2020')
  })

  it('parts paragraphs at empty lines only', () => {
    expect(paragraphsOf('a\nb\r\n\r\n  c \n \n\n d\n')).toEqual(['a\nb', 'c', 'd'])
    expect(paragraphsOf(' \n\n ')).toEqual([])
  })
})

describe('canonical JSON', () => {
  it('does not change with the order of members, and keeps that of lists', () => {
    expect(canonicalJson({ b: 1, a: { d: null, c: [2, 1] } })).toBe('{"a":{"c":[2,1],"d":null},"b":1}')
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const shuffled = Object.fromEntries(Object.entries(object).reverse())
        expect(canonicalJson(shuffled)).toBe(canonicalJson(object))
        expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)))
      }),
    )
  })
})

describe('the lists that a control was tested on', () => {
  const whole = {
    coversFrom: '2019-01-01',
    coveredUntilOn: '2019-12-31',
    exclusions: [],
    excludedCount: 0,
    setAsideCount: 0,
    leftOutCount: 0,
  }
  const told = (changes: object) => {
    const facts = smallFacts()
    const controls = facts.controls.map((control) => ({ ...control, ...changes }))
    return composeReport({ ...facts, controls }).tests.controls[0]?.populations
  }

  it('are told of only where there is something to tell', () => {
    expect(told({ populations: [whole] })).toEqual([])
    const part = { operatedFrom: '2019-03-01', operatedTo: '2019-06-30' }
    const own = { ...whole, coversFrom: '2019-03-01', coveredUntilOn: '2019-06-30' }
    expect(told({ ...part, populations: [own] })).toEqual([])
    expect(told({ populations: [own] })).toEqual([
      'The population covers the time from March 1, 2019 to June 30, 2019.',
    ])
  })

  it('say what is none of them and why, how many that are, and which days none covers', () => {
    const rule = { rule: '“summary” begins with “Now working on ”', reason: 'They change no code' }
    const counts = { excludedCount: 1_012, setAsideCount: 1, leftOutCount: 3 }
    const gap = { from: '2019-12-31', to: '2019-12-31' }
    expect(told({ populations: [{ ...whole, exclusions: [rule], ...counts }], populationGaps: [gap] })).toEqual([
      'Not part of it are items of which “summary” begins with “Now working on ”: They change no code. By this 1,012 items were excluded before any was selected. Dated after the list was extracted, 1 item was set aside. Dated outside the time it covers, 3 items were left out.',
      'No tested population covers it on December 31, 2019.',
    ])
  })

  it('are none where a test covers days in place of one, which says so', () => {
    const facts = smallFacts()
    const [first, ...others] = facts.procedures
    const update = {
      ...(first as (typeof facts.procedures)[0]),
      sample: null,
      covers: { from: '2019-07-01', to: '2019-12-31' },
    }
    const [control] = composeReport({ ...facts, procedures: [update, ...others] }).tests.controls
    expect(control?.tests[0]?.extent).toBe('It covers the time from July 1, 2019 to December 31, 2019.')
  })
})
