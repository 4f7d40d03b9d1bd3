import { describe, expect, it } from 'vitest'
import type { ReportFacts } from '../../src/rules/report/facts.js'
import { composeReport } from '../../src/rules/report.js'
import type { Category, OpinionType, SubjectMatter } from '../../src/rules/vocabulary.js'
import { exception, response, smallFacts } from '../support/report-facts.js'

// What each paragraph of the auditor’s report must carry, and where it must be absent: by kind of engagement, by opinion on each
// subject matter, by method for subservice organizations (facts page, section 12). A table of sentences against a table of reports.

const kinds = ['SOC2_TYPE_1', 'SOC2_TYPE_2'] as const
const types: OpinionType[] = ['UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER']
// A bare carve-out has no control that is expected of the organization: alone, and beside one that has.
const complements = [
  'NONE',
  'CARVE_OUT',
  'BARE_CARVE_OUT',
  'BARE_AND_CARVE_OUT',
  'INCLUSIVE',
  'CUEC',
  'CARVE_OUT_AND_CUEC',
] as const

/** Whose work is used beside that of the team. */
const others = [
  'INTERNAL_AUDIT_WORK',
  'INTERNAL_AUDIT_ASSISTANCE',
  'SPECIALIST',
  'OTHER_PRACTITIONER',
  'REFERRED_TO',
] as const

interface Case {
  kind: (typeof kinds)[number]
  opinions: Record<SubjectMatter, OpinionType>
  complement: (typeof complements)[number]
  /** Whether there are exceptions, and so a Section V. */
  hasResponses: boolean
  /** Null where all work is the team’s. */
  other: (typeof others)[number] | null
}

/** Every mixture of opinions for one kind of complement, and every complement for the mixtures that are of one type. */
const cases: Case[] = kinds.flatMap((kind) =>
  types.flatMap((description) =>
    types.flatMap((design) =>
      (kind === 'SOC2_TYPE_1' ? [design] : types).flatMap((operation) => {
        const opinions = { DESCRIPTION: description, SUITABILITY_OF_DESIGN: design, OPERATING_EFFECTIVENESS: operation }
        const isUniform = description === design && design === operation
        const own = { kind, opinions }
        return [
          ...(isUniform ? complements : (['NONE'] as const)).map((complement) => ({
            ...own,
            complement,
            hasResponses: true,
            other: null,
          })),
          { ...own, complement: 'CARVE_OUT_AND_CUEC' as const, hasResponses: false, other: null },
          ...(isUniform || design === 'QUALIFIED' ? others : []).map((other) => ({
            ...own,
            complement: 'NONE' as const,
            hasResponses: true,
            other,
          })),
        ]
      }),
    ),
  ),
)

const subjectsOf = ({ kind }: Case): SubjectMatter[] =>
  kind === 'SOC2_TYPE_1'
    ? ['DESCRIPTION', 'SUITABILITY_OF_DESIGN']
    : ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS']

function factsOf(one: Case): ReportFacts {
  const { kind, opinions, complement, hasResponses, other } = one
  const isType2 = kind === 'SOC2_TYPE_2'
  const categories: Category[] = ['SECURITY', 'AVAILABILITY']
  const organization = { name: 'Northgate (invented)', service: 'hosting of servers' }
  const expected = [
    { ref: 'CSOC-01', controlRefs: ['AC-01'], text: 'Entry to the data centre is restricted.', criteria: ['CC6.4'] },
  ]
  return smallFacts({
    engagement: {
      ...smallFacts().engagement,
      kind,
      categories,
      ...(isType2 ? {} : { period: null, asOf: '2019-06-30' }),
    },
    issue: { number: 'R-1', date: '2020-02-21' },
    exceptions: hasResponses
      ? [
          exception(
            isType2 ? {} : { kind: 'DESIGN_DEFICIENCY', procedureRef: null, testedCount: null, deviations: null },
          ),
        ]
      : [],
    responses: hasResponses ? [response({})] : [],
    procedures: isType2 ? smallFacts().procedures : [],
    opinion: {
      conclusions: subjectsOf(one).flatMap((subjectMatter) =>
        categories.map((category) => ({ subjectMatter, category, type: opinions[subjectMatter] })),
      ),
      bases: subjectsOf(one).flatMap((subjectMatter) =>
        opinions[subjectMatter] === 'UNQUALIFIED' ? [] : [{ subjectMatter, text: `Matter of ${subjectMatter}.` }],
      ),
      emphases: [{ kind: 'EMPHASIS_OF_MATTER', text: 'An incident is described in Section III.' }],
      isByCategory: false,
    },
    userEntityControls: complement.includes('CUEC')
      ? [{ ref: 'CUEC-01', text: 'Remove leavers.', criteria: ['CC6.2'], controlRefs: [] }]
      : [],
    subserviceOrganizations: [
      ...(isCarvedOut(one)
        ? [{ ...organization, method: 'CARVE_OUT' as const, complementaryControls: expected, assertion: null }]
        : []),
      ...(isBare(one)
        ? [
            {
              name: 'Quay',
              service: 'storage',
              method: 'CARVE_OUT' as const,
              complementaryControls: [],
              assertion: null,
            },
          ]
        : []),
      ...(complement === 'INCLUSIVE'
        ? [{ ...organization, method: 'INCLUSIVE' as const, complementaryControls: [], assertion: null }]
        : []),
    ],
    workOfOthers:
      other === null
        ? []
        : [
            {
              kind: other === 'REFERRED_TO' ? 'OTHER_PRACTITIONER' : other,
              name: 'Sable & Thorn (invented)',
              performed: 'The data centre in Oslo.',
              oversight: 'We tested five of its items anew.',
              isReferredTo: other === 'REFERRED_TO',
              controlRefs: ['AC-01', 'CM-01'],
            },
          ],
  })
}

/** Section I as its reader sees it, from title to restricted use. */
function sectionOne(one: Case): string {
  const { auditorsReport } = composeReport(factsOf(one))
  const passages = (all: typeof auditorsReport.passages) =>
    all.flatMap(({ heading, paragraphs, points }) => [`# ${heading}`, ...paragraphs, ...points])
  const { opinion } = auditorsReport
  return [
    auditorsReport.title,
    auditorsReport.addressee,
    ...passages(auditorsReport.passages),
    `# ${opinion?.heading}`,
    ...(opinion?.parts.flatMap(({ leadIn, conclusions }) => [
      leadIn,
      ...conclusions.map(({ letter, text }) => `${letter}. ${text}`),
    ]) ?? []),
    ...passages(auditorsReport.closing),
  ].join('\n')
}

/** Section IV before its tables. */
const sectionFour = (one: Case): string =>
  composeReport(factsOf(one))
    .tests.passages.flatMap(({ heading, paragraphs, points }) => [`# ${heading}`, ...paragraphs, ...points])
    .join('\n')

const isType2 = ({ kind }: Case) => kind === 'SOC2_TYPE_2'
const typesOf = (one: Case) => subjectsOf(one).map((subject) => one.opinions[subject])
const disclaimsAll = (one: Case) => typesOf(one).every((type) => type === 'DISCLAIMER')
const disclaimsSome = (one: Case) => typesOf(one).includes('DISCLAIMER')
const isCarvedOut = ({ complement }: Case) => /^(BARE_AND_)?CARVE_OUT/.test(complement)
const isBare = ({ complement }: Case) => complement.startsWith('BARE')
const hasUserControls = ({ complement }: Case) => complement.includes('CUEC')
const isConditional = (one: Case) => isCarvedOut(one) || hasUserControls(one)
/** Whether a conclusion on a subject matter is told as a claim that holds, which alone has conditions. */
const holds = (one: Case, subject: SubjectMatter) =>
  subjectsOf(one).includes(subject) && one.opinions[subject] !== 'ADVERSE'
const announcesTests = (one: Case) => isType2(one) && one.opinions.OPERATING_EFFECTIVENESS !== 'DISCLAIMER'
const always = () => true
const never = () => false

/** A sentence or a heading, and in which reports it stands. */
const table: [string, RegExp, (one: Case) => boolean][] = [
  [
    'the title names the report',
    /^Independent service auditor’s report on Larkspur Ledger.*’s description of its system, the Larkspur Cloud Ledger system, and on the suitability of the design/,
    always,
  ],
  [
    'the title names operation',
    /^Independent.* and operating effectiveness of its controls relevant to Security and Availability$/m,
    isType2,
  ],
  ['it is addressed to management', /^To the management of Larkspur Ledger/m, always],
  [
    'the description criteria are named',
    /DC section 200, 2018 Description Criteria .* revised implementation guidance of 2022 \(AICPA/,
    always,
  ],
  [
    'the trust services criteria are named',
    /TSP section 100, 2017 Trust Services Criteria .* revised points of focus of 2022 \(AICPA/,
    always,
  ],
  ['the description is named by its title', /titled “Description of the Larkspur Cloud Ledger system”/, always],
  ['an examination was made', /We have examined Larkspur/, (one) => !disclaimsAll(one)],
  ['an examination was engaged for', /We were engaged to examine Larkspur/, disclaimsAll],
  ['a period is told', /throughout the period January 1, 2019 to December 31, 2019/, isType2],
  ['a date is told', /as of June 30, 2019/, (one) => !isType2(one)],
  [
    'reasonable assurance is the aim',
    /reasonable assurance that .* service commitments and system requirements were achieved based on the trust services criteria/,
    always,
  ],
  [
    'a carve-out excludes controls',
    /The description excludes its controls, and presents the types of controls .*complementary subservice organization controls/,
    isCarvedOut,
  ],
  [
    'a carve-out names organization and service',
    /uses a subservice organization: Northgate \(invented\) \(hosting of servers\)\./,
    isCarvedOut,
  ],
  [
    'a carve-out without controls expected of it says so',
    /uses a subservice organization of which the description presents no controls: Quay \(storage\)\. It leaves the controls of this organization out, and presents none .*\. Our examination did not extend to its services or controls\./,
    isBare,
  ],
  [
    'it is not among those whose assumed controls are presented',
    /uses (a subservice organization|subservice organizations): [^.]*Quay/,
    never,
  ],
  [
    'an inclusion extends the examination',
    /Our examination extended to these services and controls/,
    ({ complement }) => complement === 'INCLUSIVE',
  ],
  [
    'an inclusion has responsibilities of its own',
    /is responsible for the controls that the description labels as its own, and for an assertion of its own/,
    ({ complement }) => complement === 'INCLUSIVE',
  ],
  [
    'user entities have controls',
    /\(complementary user entity controls\), which the description presents/,
    hasUserControls,
  ],
  [
    'Section V was not examined',
    /Section V, “Other information from management”.*do not express an opinion or give any assurance on it/,
    ({ hasResponses }) => hasResponses,
  ],
  [
    'an included organization has its responsibilities, after those of the service organization',
    /^# Service organization’s responsibilities$[^#]*^# Subservice organization’s responsibilities$/m,
    (one) => one.complement === 'INCLUSIVE',
  ],
  ['management has its responsibilities', /^# Service organization’s responsibilities$/m, always],
  ['management has an assertion and a basis for it', /having a reasonable basis for its assertion/, always],
  [
    'the standards are named',
    /attestation standards established by the American Institute of Certified Public Accountants/,
    always,
  ],
  ['independence is told', /required to be independent/, always],
  [
    'risks are assessed of fraud or error',
    /risks of material misstatement, whether due to fraud or error/,
    (one) => !disclaimsAll(one),
  ],
  [
    'procedures depend on judgment',
    /nature, timing and extent of the procedures selected depend on our judgment/,
    (one) => !disclaimsAll(one),
  ],
  [
    'the presentation was evaluated',
    /evaluating the overall presentation of the description/,
    (one) => !disclaimsAll(one),
  ],
  ['other procedures were performed', /other procedures that we considered necessary/, (one) => !disclaimsAll(one)],
  [
    'operation was tested',
    /testing whether controls operated effectively/,
    (one) => isType2(one) && !disclaimsAll(one),
  ],
  [
    'the evidence is sufficient',
    /the evidence we obtained is sufficient and appropriate/,
    (one) => !disclaimsSome(one),
  ],
  ['the evidence is not sufficient', /were not able to obtain sufficient appropriate evidence/, disclaimsSome],
  ['limitations are told', /^# Inherent limitations\n.*broad range of users/m, always],
  [
    'the future is not projected to',
    /Projecting any conclusion about .* to the future is subject to the risk that .* conditions change, or that compliance .* deteriorates/,
    always,
  ],
  [
    'a Type 1 expresses nothing on operation',
    /did not perform any procedures on the operating effectiveness of controls/,
    (one) => !isType2(one),
  ],
  ['tests are announced', /^# Description of tests of controls$/m, announcesTests],
  [
    'controls did not operate',
    /^# Controls that did not operate during the period\n.*IR-01 \(criterion CC7\.4\)/m,
    isType2,
  ],
  [
    'a. the description',
    /^[a-c]\. .*the description (presents|does not present) the system that was designed and implemented/m,
    always,
  ],
  [
    'b. the design',
    /^[a-c]\. .*the controls stated in the description were (not )?suitably designed .* would be achieved based on/m,
    always,
  ],
  [
    'b. is conditional on operation',
    /would be achieved based on .*, if those controls operated effectively/,
    (one) => holds(one, 'SUITABILITY_OF_DESIGN'),
  ],
  [
    'c. the operation',
    /^[a-c]\. .*the controls stated in the description (operated|did not operate) effectively .* were achieved based on/m,
    isType2,
  ],
  [
    'b. is conditional on others',
    /would be achieved.* if .*applied the complementary controls assumed in the design/,
    (one) => isConditional(one) && holds(one, 'SUITABILITY_OF_DESIGN'),
  ],
  [
    'c. is conditional on others',
    /operated effectively throughout .* were achieved .*, if .*applied the complementary controls assumed in the design/,
    (one) => isConditional(one) && holds(one, 'OPERATING_EFFECTIVENESS'),
  ],
  ['in our opinion', /^In our opinion,/m, (one) => !disclaimsAll(one)],
  ['no opinion is expressed', /Accordingly, we do not express an opinion on whether/, disclaimsSome],
  [
    'except for',
    /except for the matters? described under “Basis for qualified opinion on/,
    (one) => typesOf(one).includes('QUALIFIED'),
  ],
  [
    'because of the significance',
    /because of the significance of the matters? described under “Basis for adverse opinion on/,
    (one) => typesOf(one).includes('ADVERSE'),
  ],
  [
    'emphasis stands after the opinion',
    /^# (Opinion|Qualified|Adverse|Disclaimer)[\s\S]*^# Emphasis of matter$[\s\S]*^Our opinion is not modified because of this matter\.$/m,
    always,
  ],
  [
    'internal audit performed tests',
    /^# Description of tests of controls\n[^#]*^Members of the internal audit function of Larkspur.* performed tests of AC-01 and CM-01 as direct assistance to us, .*We performed procedures on that work, which Section IV describes/m,
    (one) => one.other === 'INTERNAL_AUDIT_ASSISTANCE' && announcesTests(one),
  ],
  [
    'work of internal audit is used',
    /^# Description of tests of controls\n[^#]*^In our tests of AC-01 and CM-01 we used work of the internal audit function of Larkspur.*We performed procedures on that work/m,
    (one) => one.other === 'INTERNAL_AUDIT_WORK' && announcesTests(one),
  ],
  ['the opinion never speaks of internal audit', /^In our opinion[^#]*internal audit/m, never],
  [
    'another practitioner is named, with what is theirs',
    /examined by Sable & Thorn \(invented\), another practitioner: The data centre in Oslo\. We take no responsibility for that part\./,
    (one) => one.other === 'REFERRED_TO' && !disclaimsAll(one),
  ],
  [
    'the opinion is based on their report, too',
    /^In our opinion, based on our examination and the report of Sable & Thorn \(invented\),/m,
    (one) => one.other === 'REFERRED_TO' && !disclaimsAll(one),
  ],
  [
    'no other of those whose work is used is named: neither a specialist nor who is not referred to',
    /Sable|specialist|another practitioner/i,
    (one) => one.other === 'REFERRED_TO' && !disclaimsAll(one),
  ],
  ['use is restricted', /^# Restricted use\n.*solely for the information and use of/m, always],
  ['use by no one else', /not meant for, and should not be used by, anyone other than these specified parties/, always],
  [
    'the users are limited to those who know',
    /specified parties as have sufficient knowledge and understanding/,
    always,
  ],
  ['user entities of a time', /user entities of its system, .*, during some or all of the period/, isType2],
  [
    'its own business partners',
    /business partners of Larkspur.* that are subject to risks arising from their interactions with the system/,
    always,
  ],
  [
    'practitioners and regulators',
    /practitioners who serve such user entities and business partners; of prospective .*; and of regulators/,
    always,
  ],
  [
    'words of the trade that are not ours',
    /no occasion|put in place|measured against|judged by|judgement|written claim|evidence that could not be had|limitation of scope|deficiency in design|deviation in operation|as prescribed|trust services principle|control objective/i,
    never,
  ],
]

describe('Section I', () => {
  it.each(table)('%s', (_, words, isThere) => {
    const wrong = cases.filter((one) => words.test(sectionOne(one)) !== isThere(one))
    expect(wrong).toEqual([])
    // A row that holds everywhere or nowhere says so by its condition.
    if (isThere !== always && isThere !== never) {
      expect(cases.some(isThere) && !cases.every(isThere)).toBe(true)
    }
  })

  it('has a basis for each modified subject matter, headed by its own modification, and none else, before the opinion', () => {
    const names = { QUALIFIED: 'qualified opinion', ADVERSE: 'adverse opinion', DISCLAIMER: 'disclaimer of opinion' }
    const subjects: Record<SubjectMatter, string> = {
      DESCRIPTION: 'the description',
      SUITABILITY_OF_DESIGN: 'the suitability of the design of controls',
      OPERATING_EFFECTIVENESS: 'the operating effectiveness of controls',
    }
    expect(cases.length).toBeGreaterThan(150)
    for (const one of cases) {
      const lines = sectionOne(one).split('\n')
      const expected = subjectsOf(one).flatMap((subject) => {
        const type = one.opinions[subject]
        return type === 'UNQUALIFIED' ? [] : [`# Basis for ${names[type]} on ${subjects[subject]}`]
      })
      expect(lines.filter((line) => line.startsWith('# Basis'))).toEqual(expected)
      const opinionAt = lines.findIndex((line) => /^# (Opinion|Qualified|Adverse|Disclaimer)/.test(line))
      for (const heading of expected) expect(lines.indexOf(heading)).toBeLessThan(opinionAt)
    }
  })
})

describe('Section IV', () => {
  it.each<[string, RegExp, (one: Case) => boolean]>([
    [
      'says which tests internal audit performed, what it did, and what we did about that',
      /^# Work of internal audit\nMembers of the internal audit function of Larkspur.* tests of AC-01 and CM-01 as direct assistance.* Its work: The data centre in Oslo\.\nOur procedures on that work: We tested five of its items anew\.$/m,
      (one) => isType2(one) && one.other === 'INTERNAL_AUDIT_ASSISTANCE',
    ],
    [
      'says the same of work that was used',
      /^# Work of internal audit\nIn our tests of AC-01 and CM-01 we used work .*\nOur procedures on that work:/m,
      (one) => isType2(one) && one.other === 'INTERNAL_AUDIT_WORK',
    ],
    ['names nobody else', /Sable|specialist|practitioner/i, never],
  ])('%s', (_, words, isThere) => {
    expect(cases.filter((one) => words.test(sectionFour(one)) !== isThere(one))).toEqual([])
    if (isThere !== never) expect(cases.some(isThere)).toBe(true)
  })

  it('and Section I say nothing of internal audit whose work served no control of the report', () => {
    const [work] = factsOf({ ...(cases.find(({ other }) => other === 'INTERNAL_AUDIT_WORK') as Case) }).workOfOthers
    const idle = smallFacts({ workOfOthers: [{ ...(work as NonNullable<typeof work>), controlRefs: [] }] })
    expect(JSON.stringify(composeReport(idle))).not.toMatch(/internal audit/i)
  })
})
