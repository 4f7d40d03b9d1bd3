import { isolated } from '../text.js'
import type {
  Category,
  DescriptionCriterion,
  ExceptionKind,
  OpinionType,
  ProcedureMethod,
  ResponsePosition,
  SubjectMatter,
} from '../vocabulary.js'
import type { PhraseFacts } from './facts.js'
import type { Passage } from './model.js'

/** How the report says things: names of values, dates, lists. The wording throughout is this service's own. */

export const categoryNames: Record<Category, string> = {
  SECURITY: 'Security',
  AVAILABILITY: 'Availability',
  CONFIDENTIALITY: 'Confidentiality',
  PROCESSING_INTEGRITY: 'Processing integrity',
  PRIVACY: 'Privacy',
}

export const methodNames: Record<ProcedureMethod, string> = {
  INQUIRY: 'Inquiry',
  OBSERVATION: 'Observation',
  INSPECTION: 'Inspection',
  REPERFORMANCE: 'Reperformance',
}

export const exceptionKindNames: Record<ExceptionKind, string> = {
  OPERATING_DEVIATION: 'Deviation',
  DESIGN_DEFICIENCY: 'Design deficiency',
  DESCRIPTION_MISSTATEMENT: 'Description misstatement',
  SCOPE_LIMITATION: 'Scope limitation',
}

/** Whether management agrees, as Section V says it. */
export const positionNames: Record<ResponsePosition, string> = {
  AGREE: 'Management agrees.',
  PARTLY_AGREE: 'Management agrees in part.',
  DISAGREE: 'Management disagrees.',
  RISK_ACCEPTED: 'Management accepts the risk.',
}

/** The same within a heading: `Basis for qualified opinion on the suitability of the design of controls`. */
export const subjectInWords: Record<SubjectMatter, string> = {
  DESCRIPTION: 'the description',
  SUITABILITY_OF_DESIGN: 'the suitability of the design of controls',
  OPERATING_EFFECTIVENESS: 'the operating effectiveness of controls',
}

export const opinionNames: Record<OpinionType, string> = {
  UNQUALIFIED: 'opinion',
  QUALIFIED: 'qualified opinion',
  ADVERSE: 'adverse opinion',
  DISCLAIMER: 'disclaimer of opinion',
}

const months = 'January February March April May June July August September October November December'.split(' ')

/** `2019-01-03` as `January 3, 2019`. By a table of our own: the digest of a report must not hang on a locale library. */
export function longDate(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${months[(month ?? 1) - 1]} ${date}, ${year}`
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** What people know an exception by. */
export const exceptionRef = (number: number): string => `EX-${number}`

/** Paragraphs of a text in which they are parted by empty lines. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\r?\n[\t ]*(?:\r?\n)+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
}

export function passage(heading: string, paragraphs: readonly string[], points: readonly string[] = []): Passage {
  return { heading, paragraphs: [...paragraphs], points: [...points] }
}

/** The recurring phrases of one report; names in them are isolated, to stand in sentences. */
export interface Phrases {
  client: string
  system: string
  /** `throughout the period January 1, 2019 to December 31, 2019`, or `as of March 31, 2019` */
  when: string
  /** Of who has to do with it at any time in it: `during some or all of the period January 1, 2019 to December 31, 2019` */
  during: string
  /** `Security and Availability` */
  categories: string
  isType2: boolean
  /** Who must apply complementary controls for the commitments to be achieved: `user entities`, ... ; empty: none must. */
  complementers: string[]
}

/** Whether the description presents controls that are expected of an organization whose own it leaves out (CSOCs). */
export const hasAssumedControls = (organization: PhraseFacts['subserviceOrganizations'][number]): boolean =>
  organization.method === 'CARVE_OUT' && organization.complementaryControls.length > 0

export function phrasesOf(facts: PhraseFacts): Phrases {
  const { period, asOf, categories, kind, systemName } = facts.engagement
  const time = period && `the period ${longDate(period.start)} to ${longDate(period.end)}`
  const day = `as of ${longDate(asOf ?? '')}`
  return {
    client: isolated(facts.client.name),
    system: isolated(systemName),
    when: time ? `throughout ${time}` : day,
    during: time ? `during some or all of ${time}` : day,
    categories: joined(categories.map((category) => categoryNames[category])),
    isType2: kind === 'SOC2_TYPE_2',
    complementers: [
      ...(facts.userEntityControls.length > 0 ? ['user entities'] : []),
      ...(facts.subserviceOrganizations.some(hasAssumedControls) ? ['subservice organizations'] : []),
    ],
  }
}

/** What the sections of the description are headed with. */
export const descriptionHeadings: Readonly<Record<DescriptionCriterion, string>> = {
  DC1: 'The services provided',
  DC2: 'The principal service commitments and system requirements',
  DC3: 'The components of the system: infrastructure, software, people, procedures and data',
  DC4: 'Identified system incidents',
  DC5: 'The applicable trust services criteria and the related controls',
  DC6: 'Complementary user entity controls',
  DC7: 'Subservice organizations and the controls expected of them',
  DC8: 'Trust services criteria that are not relevant to the system, and why',
  DC9: 'Significant changes to the system and controls during the period',
}
