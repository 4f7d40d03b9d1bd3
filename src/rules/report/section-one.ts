import { isolated } from '../text.js'
import type { ReportedOpinion, ReportFacts } from './facts.js'
import { additional, additionalResponsibility, additionalScope, criteriaNamed, furtherBases } from './frameworks.js'
import type { AuditorsReport, Passage } from './model.js'
import { basisHeading, modifiedSubjects, opinionSection, reportedConclusions } from './opinion.js'
import { exceptionRef, hasAssumedControls, joined, type Phrases, paragraphsOf, passage } from './phrases.js'
import { internalAuditTold, otherPractitionersTold } from './work-of-others.js'

/**
 * Section I: the auditor’s report, paragraph by paragraph as the facts page, section 12, lists them (AT-C 105 and 205; the SOC 2
 * guide). `hasOtherInformation`: there is a Section V.
 */
export function auditorsReport(facts: ReportFacts, phrases: Phrases, hasOtherInformation: boolean): AuditorsReport {
  const { opinion } = facts
  const { client, system, categories } = phrases
  return {
    title: `Independent service auditor’s report on ${client}’s description of its system, ${system}, and on ${examined(phrases)} of its controls relevant to ${categories}${alsoBasedOn(facts)}`,
    addressee: `To the management of ${client}`,
    passages: [
      scope(facts, phrases, hasOtherInformation),
      organizationsResponsibilities(facts, phrases),
      ...subserviceResponsibilities(facts, phrases),
      auditorsResponsibilities(facts, phrases),
      limitations(phrases),
      ...testsOfControls(facts, phrases),
      ...idleControls(facts),
      ...(opinion ? [...basesOf(facts, opinion), ...furtherBases(facts)] : []),
    ],
    opinion: opinion && opinionSection(facts, opinion, phrases),
    closing: [...emphases(opinion), restrictedUse(facts, phrases)],
  }
}

const examined = ({ isType2 }: Phrases): string =>
  isType2 ? 'the suitability of the design and operating effectiveness' : 'the suitability of the design'

/** Ends the title of a report that is based on additional criteria, too. */
function alsoBasedOn(facts: ReportFacts): string {
  const named = additional(facts).map(criteriaNamed)
  return named.length === 0 ? '' : `, and based on ${joined(named)}`
}

/** Of which subject matters no opinion is expressed. */
function disclaimedIn(facts: ReportFacts): { all: boolean; some: boolean; operation: boolean } {
  const conclusions = facts.opinion ? reportedConclusions(facts, facts.opinion) : []
  const disclaimed = conclusions.filter(({ type }) => type === 'DISCLAIMER')
  const onOperation = conclusions.filter(({ subjectMatter }) => subjectMatter === 'OPERATING_EFFECTIVENESS')
  return {
    all: conclusions.length > 0 && disclaimed.length === conclusions.length,
    some: disclaimed.length > 0,
    operation: onOperation.length > 0 && onOperation.every(({ type }) => type === 'DISCLAIMER'),
  }
}

function scope(facts: ReportFacts, phrases: Phrases, hasOtherInformation: boolean): Passage {
  const { client, system, when, categories } = phrases
  const { criteriaVersion, pointsOfFocusVersion } = facts.engagement
  const [weExamined, weAlso] = disclaimedIn(facts).all
    ? ['We were engaged to examine', 'We were also engaged to examine']
    : ['We have examined', 'We have also examined']
  return passage('Scope', [
    `${weExamined} ${client}’s description of its system, ${system}, titled “Description of ${system}” (Section III), ${when}, based on the criteria for a description of a service organization’s system in DC section 200, 2018 Description Criteria for a Description of a Service Organization’s System in a SOC 2 Report, with revised implementation guidance of 2022 (AICPA, Description Criteria) (the description criteria). ` +
      `${weAlso} ${examined(phrases)} of the controls stated in the description, ${when}, to provide reasonable assurance that ${client}’s service commitments and system requirements were achieved based on the trust services criteria relevant to ${categories} in TSP section 100, ${criteriaVersion} Trust Services Criteria for Security, Availability, Processing Integrity, Confidentiality, and Privacy, with revised points of focus of ${pointsOfFocusVersion} (AICPA, Trust Services Criteria) (the trust services criteria).`,
    ...additionalScope(facts, phrases),
    ...(facts.criteria.some(({ notApplicable }) => notApplicable !== null)
      ? [
          'Some criteria of these categories are not relevant to the system. Section III names them and gives the reasons.',
        ]
      : []),
    ...subserviceOrganizations(facts, phrases),
    ...userEntityControls(facts, phrases),
    ...(hasOtherInformation ? otherInformation(facts, phrases) : []),
  ])
}

const unexamined = ({ isType2 }: Phrases): string =>
  isType2
    ? 'the suitability of the design or the operating effectiveness of those controls'
    : 'the suitability of the design of those controls'

function userEntityControls(facts: ReportFacts, phrases: Phrases): string[] {
  const { client } = phrases
  if (facts.userEntityControls.length === 0) return []
  return [
    `${client} designed its controls on the assumption that user entities apply complementary controls of their own (complementary user entity controls), which the description presents. ${client}’s service commitments and system requirements can be achieved, based on the trust services criteria, only where these are suitably designed${phrases.isType2 ? ' and operate effectively' : ''} beside the controls of ${client}. Our examination did not extend to user entities: we have not evaluated ${unexamined(phrases)}.`,
  ]
}

/** Of an organization that is carved out without controls expected of it nothing is assumed, and the opinion not conditional on it. */
function subserviceOrganizations({ subserviceOrganizations: all }: ReportFacts, phrases: Phrases): string[] {
  const { client } = phrases
  const carvedOut = all.filter(({ method }) => method === 'CARVE_OUT')
  const assumed = carvedOut.filter(hasAssumedControls)
  const bare = carvedOut.filter((one) => !hasAssumedControls(one))
  const included = all.filter(({ method }) => method === 'INCLUSIVE')
  const named = (organizations: typeof all) =>
    joined(organizations.map(({ name, service }) => `${isolated(name)} (${isolated(service)})`))
  return [
    ...(assumed.length === 0
      ? []
      : [
          `${client} uses ${assumed.length === 1 ? 'a subservice organization' : 'subservice organizations'}: ${named(assumed)}. The description excludes ${assumed.length === 1 ? 'its' : 'their'} controls, and presents the types of controls that ${client} assumed, in designing its own, to be in place there (complementary subservice organization controls). ${client}’s service commitments and system requirements can be achieved, based on the trust services criteria, only where these are suitably designed${phrases.isType2 ? ' and operate effectively' : ''} beside the controls of ${client}. Our examination did not extend to the services of ${assumed.length === 1 ? 'this organization' : 'these organizations'}: we have not evaluated ${unexamined(phrases)}.`,
        ]),
    ...(bare.length === 0
      ? []
      : [
          `${client} uses ${bare.length === 1 ? 'a subservice organization' : 'subservice organizations'} of which the description presents no controls: ${named(bare)}. It leaves the controls of ${bare.length === 1 ? 'this organization' : 'these organizations'} out, and presents none that ${client} assumed to be in place there. Our examination did not extend to ${bare.length === 1 ? 'its' : 'their'} services or controls.`,
        ]),
    ...(included.length === 0
      ? []
      : [
          `${client} uses ${included.length === 1 ? 'a subservice organization whose services, and the controls it performs,' : 'subservice organizations whose services, and the controls they perform,'} are included in the description: ${named(included)}. Our examination extended to these services and controls.`,
        ]),
  ]
}

/** Section V; what management said in it that does not agree with the findings, and did not correct, is said here and not there. */
function otherInformation(facts: ReportFacts, { client }: Phrases): string[] {
  const contradicted = facts.responses.flatMap(({ exceptionNumber, inconsistency }) =>
    inconsistency === null
      ? []
      : [
          `The response to ${exceptionRef(exceptionNumber)} in Section V is not consistent with our findings, and management did not correct it: ${isolated(inconsistency)}`,
        ],
  )
  return [
    `The information in Section V, “Other information from management”, comes from the management of ${client} and is no part of the description. We read it to see whether it is materially inconsistent with the description, the assertion or our report, or misstates a fact. We performed no other procedures on it, and do not express an opinion or give any assurance on it.`,
    ...contradicted,
  ]
}

/** Included organizations answer for their own controls, as the service organization does for its own. */
function subserviceResponsibilities({ subserviceOrganizations }: ReportFacts, { client }: Phrases): Passage[] {
  const included = subserviceOrganizations
    .filter(({ method }) => method === 'INCLUSIVE')
    .map(({ name }) => isolated(name))
  if (included.length === 0) return []
  const isOne = included.length === 1
  return [
    passage(`Subservice ${isOne ? 'organization’s' : 'organizations’'} responsibilities`, [
      `${joined(included)} ${isOne ? 'is' : 'are'} responsible for the controls that the description labels as ${isOne ? 'its' : 'their'} own, and for an assertion of ${isOne ? 'its' : 'their'} own, which Section II presents, in the same way as ${client} is for its own.`,
    ]),
  ]
}

function organizationsResponsibilities(facts: ReportFacts, { client, isType2 }: Phrases): Passage {
  const controls = isType2 ? 'designing, implementing and operating' : 'designing and implementing'
  return passage(
    'Service organization’s responsibilities',
    [
      `${client} is responsible for its service commitments and system requirements, and for ${controls} effective controls within the system to provide reasonable assurance that they were achieved. Management has provided the assertion in Section II about the description and the ${isType2 ? 'suitability of design and operating effectiveness' : 'suitability of design'} of the controls stated in it. ${client} is also responsible for:`,
    ],
    [
      'preparing the description and the assertion, including their completeness, accuracy and method of presentation;',
      'providing the services that the description covers;',
      'selecting the applicable trust services criteria and stating the related controls in the description;',
      ...(additional(facts).length === 0
        ? []
        : ['selecting the additional criteria, and stating the controls that are mapped to them;']),
      'having a reasonable basis for its assertion; and',
      'identifying the risks that threaten the achievement of its service commitments and system requirements.',
    ],
  )
}

function auditorsResponsibilities(facts: ReportFacts, phrases: Phrases): Passage {
  const { isType2 } = phrases
  const heading = 'Service auditor’s responsibilities'
  const disclaimed = disclaimedIn(facts)
  const matters = `the description and on the ${isType2 ? 'suitability of design and operating effectiveness' : 'suitability of design'} of the controls stated in it`
  const ethics =
    'We are required to be independent of the service organization and to meet our other ethical responsibilities in accordance with the relevant requirements for an examination, and our firm maintains a system of quality management.'
  if (disclaimed.all) {
    return passage(heading, [
      `Our responsibility is to express an opinion on ${matters}, based on conducting our examination in accordance with attestation standards established by the American Institute of Certified Public Accountants. Because of the matters described below, we were not able to obtain sufficient appropriate evidence to provide a basis for an opinion.`,
      ethics,
    ])
  }
  const paragraphs = [
    `Our responsibility is to express an opinion on ${matters}, based on our examination. Our examination was conducted in accordance with attestation standards established by the American Institute of Certified Public Accountants. Those standards require that we plan and perform it to obtain reasonable assurance about whether, in all material respects, the description is presented in accordance with the description criteria and the controls stated in it were suitably designed${isType2 ? ' and operated effectively' : ''} to provide reasonable assurance that the service commitments and system requirements were achieved based on the trust services criteria.`,
    ...(disclaimed.some
      ? [
          'On the matters on which we do not express an opinion we were not able to obtain sufficient appropriate evidence.',
        ]
      : [
          'We believe that the evidence we obtained is sufficient and appropriate to provide a reasonable basis for our opinion.',
        ]),
    ...additionalResponsibility(facts),
    ethics,
    ...otherPractitionersTold(facts),
    'The nature, timing and extent of the procedures selected depend on our judgment, including an assessment of the risks of material misstatement, whether due to fraud or error. Our examination involved:',
  ]
  return passage(heading, paragraphs, [
    'obtaining an understanding of the system and of the service commitments and system requirements;',
    `assessing the risks that the description is not presented in accordance with the description criteria and that controls were not suitably designed${isType2 ? ' or did not operate effectively' : ''};`,
    'obtaining evidence about whether the description is presented in accordance with the description criteria;',
    'obtaining evidence about whether controls were suitably designed to provide reasonable assurance that the service commitments and system requirements would be achieved;',
    ...(isType2 ? ['testing whether controls operated effectively to provide that assurance;'] : []),
    'evaluating the overall presentation of the description; and',
    'other procedures that we considered necessary in the circumstances.',
  ])
}

function limitations({ isType2 }: Phrases): Passage {
  return passage('Inherent limitations', [
    'The description is written for the common needs of a broad range of users. It may leave out aspects of the system that one of them would consider important.',
    'Every system of internal control has inherent limitations: people make mistakes, and controls can be circumvented or overridden. Controls may therefore fail at times to provide reasonable assurance that the service commitments and system requirements are achieved.',
    `Projecting any conclusion about the suitability of the design${isType2 ? ' or the operating effectiveness' : ''} of controls to the future is subject to the risk that controls become inadequate because conditions change, or that compliance with policies and procedures deteriorates.`,
    ...(isType2
      ? []
      : [
          'We did not perform any procedures on the operating effectiveness of controls, and do not express an opinion on it.',
        ]),
  ])
}

/** In a Type 2. Where no opinion on operation is expressed, tests are not announced. */
function testsOfControls(facts: ReportFacts, phrases: Phrases): Passage[] {
  if (!phrases.isType2 || disclaimedIn(facts).operation) return []
  return [
    passage('Description of tests of controls', [
      'Section IV names the specific controls that we tested, and the nature, timing and results of our tests. Exceptions are reported there whether or not they modify our opinion.',
      ...internalAuditTold(facts, phrases),
    ]),
  ]
}

function idleControls(facts: ReportFacts): Passage[] {
  const idle = facts.controls.filter(({ ref }) =>
    facts.procedures.some((procedure) => procedure.controlRef === ref && procedure.outcome === 'NOT_OPERATED'),
  )
  if (idle.length === 0) return []
  const serving = ({ ref, criteria }: (typeof idle)[0]) =>
    criteria.length === 0 ? ref : `${ref} (${criteria.length === 1 ? 'criterion' : 'criteria'} ${joined(criteria)})`
  return [
    passage('Controls that did not operate during the period', [
      `During the period nothing occurred that calls for the following controls to operate, so that we could not test whether they operated effectively: ${joined(idle.map(serving))}. Section IV says how we checked this. Our opinion is not modified because of it.`,
    ]),
  ]
}

/** The basis of each subject matter that is modified, under a heading of its own. */
function basesOf(facts: ReportFacts, opinion: ReportedOpinion): Passage[] {
  const conclusions = reportedConclusions(facts, opinion)
  return modifiedSubjects(conclusions).map((subject) => {
    const texts = opinion.bases.filter(({ subjectMatter }) => subjectMatter === subject).map(({ text }) => text)
    return passage(basisHeading(subject, conclusions), texts.flatMap(paragraphsOf).map(isolated))
  })
}

const emphasisHeadings = { EMPHASIS_OF_MATTER: 'Emphasis of matter', OTHER_MATTER: 'Other matter' } as const

function emphases(opinion: ReportedOpinion | null): Passage[] {
  return (opinion?.emphases ?? []).map(({ kind, text }) =>
    passage(emphasisHeadings[kind], [
      ...paragraphsOf(text).map(isolated),
      'Our opinion is not modified because of this matter.',
    ]),
  )
}

function restrictedUse(facts: ReportFacts, { client, system, isType2, during }: Phrases): Passage {
  const results = isType2 ? ', with the tests of controls and their results in Section IV,' : ''
  return passage(
    'Restricted use',
    [
      `The use of this report${results} is restricted. It is solely for the information and use of such of the following specified parties as have sufficient knowledge and understanding of the matters listed below: of ${client}; of user entities of its system, ${system}, ${during}; of business partners of ${client} that are subject to risks arising from their interactions with the system; of practitioners who serve such user entities and business partners; of prospective user entities and business partners; and of regulators. It is not meant for, and should not be used by, anyone other than these specified parties. The matters are:`,
    ],
    [
      'the nature of the service that is provided;',
      'how the system interacts with user entities, business partners, subservice organizations and others;',
      'internal control and its limitations;',
      'complementary user entity controls and complementary subservice organization controls, and how they work together with the controls of the service organization to achieve its service commitments and system requirements;',
      'what user entities are responsible for in using the services;',
      `the applicable trust services criteria${additional(facts).length === 0 ? '' : ' and the additional criteria'}; and`,
      'the risks to the achievement of the service commitments and system requirements, and how controls address them.',
    ],
  )
}
