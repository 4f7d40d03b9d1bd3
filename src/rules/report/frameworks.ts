import { basisOnFramework } from '../framework-opinion.js'
import { namedCodes, nameOfSet } from '../frameworks.js'
import { capitalized, isolated, sentence } from '../text.js'
import type { FurtherOutcome, OpinionType, SubjectMatter } from '../vocabulary.js'
import type { FrameworkFacts, ReportFacts } from './facts.js'
import type { AdditionalCriteria, CriteriaMapping, Passage } from './model.js'
import { joined, opinionNames, type Phrases, passage, subjectInWords } from './phrases.js'

/**
 * Additional criteria in the report (AICPA, SOC 2+): Section I names them, what was examined and what the opinion on them is not; Section IV
 * shows each with the controls mapped to it; the opinion has conclusions of its own on them. A mapping that the opinion does not cover
 * stands in Section V, where the firm says so, and nowhere else.
 */

/** The frameworks that the opinion covers. */
export const additional = ({ frameworks }: Pick<ReportFacts, 'frameworks'>): FrameworkFacts[] =>
  frameworks.filter(({ use }) => use === 'ADDITIONAL_SUBJECT_MATTER')

/** `the criteria of Invented Privacy Rules, 2024` */
export const criteriaNamed = (framework: Pick<FrameworkFacts, 'name' | 'edition'>): string =>
  `the criteria of ${isolated(nameOfSet(framework))}`

/** One conclusion on additional criteria: on design, or on operation. */
export interface FurtherConclusion {
  framework: FrameworkFacts
  subjectMatter: Exclude<SubjectMatter, 'DESCRIPTION'>
  type: OpinionType
}

/** The conclusions on additional criteria, framework by framework; none of one on which no opinion is decided. */
export const furtherConclusions = (facts: Pick<ReportFacts, 'frameworks'>): FurtherConclusion[] =>
  additional(facts).flatMap((framework) => {
    const { opinion } = framework
    if (!opinion) return []
    return [
      { framework, subjectMatter: 'SUITABILITY_OF_DESIGN', type: opinion.design } as const,
      ...(opinion.operation
        ? [{ framework, subjectMatter: 'OPERATING_EFFECTIVENESS', type: opinion.operation } as const]
        : []),
    ]
  })

/** What Section I says in its scope of additional criteria, a paragraph for each framework. */
export function additionalScope(facts: ReportFacts, phrases: Phrases): string[] {
  const { client, when, isType2 } = phrases
  return additional(facts).map((framework) => {
    const types = furtherConclusions({ frameworks: [framework] }).map(({ type }) => type)
    const isDisclaimed = types.length > 0 && types.every((type) => type === 'DISCLAIMER')
    const examined = isType2 ? 'suitability of the design and operating effectiveness' : 'suitability of the design'
    const left = framework.criteria.filter(({ outcome }) => outcome.design === 'NOT_APPLICABLE').map(({ code }) => code)
    const leftOut =
      left.length === 0
        ? ''
        : ` ${capitalized(isolated(namedCodes(left)))} ${left.length === 1 ? 'does' : 'do'} not apply to the system; Section IV gives the ${left.length === 1 ? 'reason' : 'reasons'}.`
    return `${isDisclaimed ? 'We were also engaged to examine' : 'We have also examined'}, at the request of ${client}, the ${examined} of the controls stated in the description that Section IV maps to ${criteriaNamed(framework)}, published by ${isolated(framework.publisher)} (additional criteria), ${when}, to provide reasonable assurance that those criteria were met.${leftOut} Our opinion based on these criteria is one on controls. It is no certification under that framework, and no determination of whether ${client} complies with laws or regulations.`
  })
}

/** What the service auditor answers for beside the trust services criteria. */
export const additionalResponsibility = (facts: ReportFacts): string[] =>
  additional(facts).length === 0
    ? []
    : [
        'Our responsibility extends to expressing an opinion on those controls based on the additional criteria, by an examination that we planned and performed in the same way.',
      ]

/** Ends the heading of a basis: `on the suitability of the design of controls based on the criteria of Invented Privacy Rules, 2024`. */
export const furtherBasisHeading = ({ framework, subjectMatter, type }: FurtherConclusion): string =>
  `Basis for ${opinionNames[type]} on ${subjectInWords[subjectMatter]} based on ${criteriaNamed(framework)}`

/** The basis of each conclusion on additional criteria that is modified. */
export const furtherBases = (facts: ReportFacts): Passage[] =>
  furtherConclusions(facts)
    .filter(({ type }) => type !== 'UNQUALIFIED')
    .map((conclusion) => passage(furtherBasisHeading(conclusion), paragraphsOfBasis(conclusion)))

function paragraphsOfBasis({ framework, subjectMatter }: FurtherConclusion): string[] {
  const { criteria, isLetterRefused } = framework
  const subject = subjectMatter === 'SUITABILITY_OF_DESIGN' ? 'design' : 'operation'
  return [
    ...(isLetterRefused
      ? ['Management did not give us the written representations that we asked for, on these criteria as on all else.']
      : []),
    ...basisOnFramework(
      criteria,
      criteria.map(({ outcome }) => outcome),
      subject,
    ),
  ]
}

/** How many matters the basis of a conclusion tells. */
export const mattersOfBasis = (conclusion: FurtherConclusion): number => paragraphsOfBasis(conclusion).length

/** What is claimed of the controls mapped to additional criteria, as a clause that holds and as its contrary: see `claimOn`. */
export function claimOnFurther(
  subject: FurtherConclusion['subjectMatter'],
  criteria: string,
  phrases: Phrases,
): { holds: string; fails: string } {
  const { client, when, complementers } = phrases
  const others =
    complementers.length === 0
      ? null
      : `${joined(complementers)} applied the complementary controls assumed in the design of ${client}’s controls`
  const controls = `the controls stated in the description that are mapped to ${criteria}`
  if (subject === 'SUITABILITY_OF_DESIGN') {
    const designed = `suitably designed ${when} to provide reasonable assurance that those criteria would be met`
    const condition = `if those controls operated effectively${others ? ` and if ${others}` : ''} ${when}`
    return { holds: `${controls} were ${designed}, ${condition}`, fails: `${controls} were not ${designed}` }
  }
  const operated = `effectively ${when} to provide reasonable assurance that those criteria were met`
  return {
    holds: `${controls} operated ${operated}${others ? `, if ${others} ${when}` : ''}`,
    fails: `${controls} did not operate ${operated}`,
  }
}

/** Section IV: each additional criterion with the controls mapped to it, and what these come to. */
export const additionalCriteria = (facts: ReportFacts): AdditionalCriteria[] =>
  additional(facts).map(({ name, edition, publisher, criteria }) => ({
    name,
    edition,
    publisher,
    criteria: criteria.map(({ code, section, title, text, controls, uncovered, outcome }) => ({
      code,
      section,
      title,
      text,
      controlRefs: controls.map(({ ref }) => ref),
      design: outcome.design,
      operation: outcome.operation,
      conclusion: conclusionInWords(outcome.operation ?? outcome.design),
      because: [
        ...outcome.onDesign,
        ...outcome.onOperation,
        ...(uncovered && controls.length === 0 ? [isolated(sentence(uncovered.reason))] : []),
      ],
    })),
  }))

const outcomeNames: Readonly<Record<FurtherOutcome, string>> = {
  MET: 'Met',
  NOT_MET: 'Not met',
  UNABLE_TO_CONCLUDE: 'Sufficient appropriate evidence could not be obtained',
  NOT_APPLICABLE: 'Not applicable',
  NOT_CONCLUDED: 'Not concluded yet',
}
const conclusionInWords = (outcome: FurtherOutcome): string => outcomeNames[outcome]

/** How Section IV tells of additional criteria, before the trust services criteria begin. */
export function howAdditionalIsTold(facts: ReportFacts): Passage[] {
  const own = additional(facts)
  if (own.length === 0) return []
  return [
    passage('Additional criteria', [
      `After the trust services criteria this section lists ${joined(own.map(criteriaNamed))}, each with the controls that are mapped to it. What is concluded on each follows from our conclusions on these controls: a criterion is met where each of them is suitably designed and none failed, on every day of what is examined. Tests and results are told once, with each control.`,
    ]),
  ]
}

/** Section V: mappings that the opinion does not cover, where the firm prints them. */
export const mappingsPrinted = ({ frameworks }: ReportFacts): CriteriaMapping[] =>
  frameworks
    .filter(({ use, printsMapping }) => use === 'MAPPING_ONLY' && printsMapping)
    .map(({ name, edition, publisher, criteria }) => ({
      name,
      edition,
      publisher,
      criteria: criteria
        .filter(({ controls }) => controls.length > 0)
        .map(({ code, title, controls }) => ({ code, title, controlRefs: controls.map(({ ref }) => ref) })),
    }))
