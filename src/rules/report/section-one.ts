import { isolated } from '../text.js'
import type { ReportFacts } from './facts.js'
import type { AuditorsReport, Passage } from './model.js'
import { basisHeading, headingType, opinionHeading, subjectOpinions } from './opinion.js'
import { joined, type Phrases, paragraphsOf, passage } from './phrases.js'

/** Section I: the auditor's report. `hasOtherInformation`: there is a Section V. */
export function auditorsReport(facts: ReportFacts, phrases: Phrases, hasOtherInformation: boolean): AuditorsReport {
  const { opinion } = facts
  const type = opinion ? headingType(opinion) : null
  return {
    title: 'Independent service auditor’s report',
    addressee: `To the management of ${phrases.client}`,
    passages: [
      scope(facts, phrases),
      ...complementaryControls(facts, phrases),
      ...(hasOtherInformation ? [otherInformation(phrases)] : []),
      managementsResponsibilities(phrases),
      auditorsResponsibilities(facts, phrases),
      limitations(phrases),
      ...(phrases.isType2 ? [testsOfControls(phrases)] : []),
      ...idleControls(facts),
      ...(opinion && type && type !== 'UNQUALIFIED' ? [basis(basisHeading(type), opinion.basisParagraph ?? '')] : []),
    ],
    opinionHeading: opinionHeading(type ?? 'UNQUALIFIED'),
    opinions: opinion ? subjectOpinions(facts, opinion, phrases) : [],
    overall: opinion?.overall ?? null,
    closing: [restrictedUse(phrases)],
  }
}

/** Where no opinion at all is expressed, the auditor was engaged to examine, and does not claim to have done it. */
const disclaimsAll = ({ opinion }: ReportFacts): boolean =>
  (opinion?.conclusions.length ?? 0) > 0 &&
  opinion?.conclusions.every((conclusion) => conclusion.type === 'DISCLAIMER') === true

function scope(facts: ReportFacts, phrases: Phrases): Passage {
  const { client, system, when, categories, isType2 } = phrases
  const { criteriaVersion, pointsOfFocusVersion } = facts.engagement
  const examined = disclaimsAll(facts) ? 'We were engaged to examine' : 'We have examined'
  const controls = isType2
    ? 'the suitability of the design and the operating effectiveness of the controls stated in it'
    : 'the suitability of the design of the controls stated in it'
  const paragraphs = [
    `${examined} the description, in Section III, that ${client} gives of ${system}, and ${controls}, ${when}. ` +
      'The description is measured against the description criteria for a service organization’s system. The controls ' +
      `are judged by the trust services criteria of ${criteriaVersion} (points of focus as revised in ` +
      `${pointsOfFocusVersion}) for ${categories}, as to whether they give reasonable assurance that ${client} ` +
      'achieves its service commitments and system requirements.',
  ]
  if (facts.criteria.some(({ notApplicable }) => notApplicable !== null)) {
    paragraphs.push(
      'Some criteria of these categories do not apply to the system. Section III names them and gives the reasons.',
    )
  }
  return passage('Scope', paragraphs)
}

function complementaryControls(facts: ReportFacts, { client, isType2 }: Phrases): Passage[] {
  const passages: Passage[] = []
  const unexamined = isType2
    ? 'whether those controls are suitably designed or operated effectively'
    : 'whether those controls are suitably designed'
  if (facts.userEntityControls.length > 0) {
    passages.push(
      passage('Complementary user entity controls', [
        `${client} designed its controls on the assumption that user entities apply certain controls of their own, which ` +
          'the description sets out. Its service commitments and system requirements can only be achieved where user ' +
          `entities do so. We did not examine user entities, and do not report ${unexamined}.`,
      ]),
    )
  }
  const named = (method: 'CARVE_OUT' | 'INCLUSIVE') =>
    facts.subserviceOrganizations
      .filter((organization) => organization.method === method)
      .map(({ name, service }) => `${isolated(name)} (${isolated(service)})`)
  const [carvedOut, included] = [named('CARVE_OUT'), named('INCLUSIVE')]
  const paragraphs: string[] = []
  if (carvedOut.length > 0) {
    paragraphs.push(
      `${client} uses ${joined(carvedOut)}. The description leaves out what takes place there and names the kinds of ` +
        `controls that ${client} expects there, without which its service commitments and system requirements cannot be ` +
        `achieved. We did not examine those organizations, and do not report ${unexamined}.`,
    )
  }
  if (included.length > 0) {
    paragraphs.push(
      `${client} uses ${joined(included)}. The description includes what takes place there, and our examination ` +
        'covered it.',
    )
  }
  if (paragraphs.length > 0) passages.push(passage('Subservice organizations', paragraphs))
  return passages
}

function otherInformation({ client }: Phrases): Passage {
  return passage('Other information that we did not examine', [
    `Section V is information from the management of ${client}. It is not part of the description. We read it to see ` +
      'whether it contradicts this report or misstates a fact; we performed no other work on it. We do not express an ' +
      'opinion or give any assurance on it, and what it says of remedies does not change our results or our opinion.',
  ])
}

function managementsResponsibilities({ client, isType2 }: Phrases): Passage {
  const controls = isType2 ? 'designing, putting in place and operating' : 'designing and putting in place'
  return passage(
    `Responsibilities of ${client}`,
    [`The management of ${client} is responsible for:`],
    [
      'its service commitments and system requirements;',
      `${controls} controls within the system that give reasonable assurance that these are achieved;`,
      'the description and the assertion in Section II, their completeness and accuracy, and a reasonable basis for them;',
      'choosing the trust services categories and naming the criteria and the controls that relate to them; and',
      'identifying the risks that threaten the achievement of its service commitments and system requirements.',
    ],
  )
}

function auditorsResponsibilities(facts: ReportFacts, { isType2 }: Phrases): Passage {
  const opinion = facts.opinion ? opinionHeading(headingType(facts.opinion)).toLowerCase() : 'opinion'
  const duty = disclaimsAll(facts)
    ? 'Our responsibility is to express an opinion on these matters from an examination under the attestation standards of the American Institute of Certified Public Accountants. Because of what is described below, we could not obtain the evidence that such an opinion needs.'
    : 'Our responsibility is to express an opinion on these matters from our examination. We conducted it under the attestation standards of the American Institute of Certified Public Accountants. They require us to plan and perform it so as to obtain reasonable assurance, which is a high but not an absolute level of assurance, about whether the description and the controls are, in all material respects, as the criteria require.'
  const independence =
    'We are required to be independent and to meet the other ethical duties that apply to such an examination, and our firm keeps a system of quality management.'
  const points = [
    'obtaining an understanding of the system and of the service commitments and system requirements;',
    'assessing the risk that the description does not agree with the description criteria, or that controls were not suitably designed' +
      (isType2 ? ' or did not operate effectively;' : ';'),
    'obtaining evidence about whether the description agrees with the description criteria;',
    `obtaining evidence about whether controls were suitably designed${isType2 ? ';' : '; and'}`,
    ...(isType2 ? ['testing whether controls operated effectively; and'] : []),
    'evaluating the presentation of the description as a whole.',
  ]
  if (disclaimsAll(facts)) return passage('Our responsibilities', [duty, independence])
  const enough = facts.opinion?.conclusions.some((conclusion) => conclusion.type === 'DISCLAIMER')
    ? 'Save for the matters on which we do not express an opinion, we believe that the evidence we obtained is sufficient and appropriate to base our opinion on.'
    : `We believe that the evidence we obtained is sufficient and appropriate to base our ${opinion} on.`
  return passage('Our responsibilities', [duty, independence, enough, 'Our examination included:'], points)
}

function limitations({ isType2 }: Phrases): Passage {
  return passage('Inherent limitations', [
    'The description serves the common needs of a wide range of users, and may leave out what one of them alone would find important.',
    'Controls, however well designed, can fail: people misjudge and make mistakes, act together to get around a control, or override it. They can give reasonable but not absolute assurance.',
    (isType2
      ? 'Conclusions about the past may not be carried into the future: '
      : 'Conclusions as of a date may not be carried beyond it: ') +
      'conditions change, and controls may become inadequate or may no longer be complied with.',
    ...(isType2
      ? []
      : ['We did not test whether the controls operated effectively, and do not express an opinion on it.']),
  ])
}

function testsOfControls({ client }: Phrases): Passage {
  return passage('Tests of controls', [
    `Section IV lists the controls of ${client}, the tests we performed of each, when a sample was used, and the results. Exceptions are reported there whether or not they modify our opinion.`,
  ])
}

function idleControls(facts: ReportFacts): Passage[] {
  const refs = facts.controls
    .filter(({ ref }) => facts.procedures.some((p) => p.controlRef === ref && p.outcome === 'NOT_OPERATED'))
    .map(({ ref }) => ref)
  if (refs.length === 0) return []
  return [
    passage('Controls that had no occasion to operate', [
      `What would have set off the following controls did not occur in the period, so that we could not test their operation: ${joined(refs)}. Section IV says how we checked this. Our opinion is not modified because of this.`,
    ]),
  ]
}

function basis(heading: string, text: string): Passage {
  return passage(
    heading,
    paragraphsOf(text)
      .filter((paragraph, at) => at > 0 || paragraph !== heading)
      .map(isolated),
  )
}

function restrictedUse({ client, system, isType2 }: Phrases): Passage {
  const results = isType2 ? ', with the tests of controls and their results in Section IV,' : ''
  return passage(
    'Restricted use',
    [
      `This report${results} is restricted in its use. It is not meant for anybody else than those named here. It is only for the information and use of ${client}, of user entities of ${system}, of their business partners and auditors, of regulators, and of prospective user entities, so far as each of them has sufficient knowledge of:`,
    ],
    [
      'the nature of the service that is provided;',
      'how the system interacts with user entities, subservice organizations and others;',
      'internal control and its limitations;',
      'complementary controls of user entities and subservice organizations, where there are any, and how they work together with those of the service organization;',
      'the trust services criteria; and',
      'the risks that threaten the achievement of the service commitments and system requirements, and how controls address them.',
    ],
  )
}
