import { nameOfSet } from '../frameworks.js'
import { gravest, subjectMattersOf } from '../opinion-places.js'
import { capitalized } from '../text.js'
import type { Category, OpinionType, SubjectMatter } from '../vocabulary.js'
import type { ReportedOpinion, ReportFacts } from './facts.js'
import {
  claimOnFurther,
  criteriaNamed,
  type FurtherConclusion,
  furtherBasisHeading,
  furtherConclusions,
  mattersOfBasis,
} from './frameworks.js'
import type { AuditorsReport, OpinionPart, SubjectOpinion } from './model.js'
import { categoryNames, joined, opinionNames, type Phrases, paragraphsOf, subjectInWords } from './phrases.js'
import { basedOn } from './work-of-others.js'

/** The words of an opinion: one conclusion for each subject matter, each with the modification that was decided. */

/** A conclusion as the report tells it. */
export interface ReportedConclusion {
  subjectMatter: SubjectMatter
  categories: Category[]
  type: OpinionType
}

/** The types of opinion in the order of a heading. */
const ORDER: readonly OpinionType[] = ['UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER']

/**
 * The conclusions as they are told: one for each subject matter, the gravest of its categories; category by category where they
 * differ only by the firm’s choice, and never for the description, which is one for all of them.
 */
export function reportedConclusions(
  { engagement }: Pick<ReportFacts, 'engagement'>,
  { conclusions, isByCategory }: ReportedOpinion,
): ReportedConclusion[] {
  return subjectMattersOf(engagement.kind).flatMap((subjectMatter) => {
    const own = engagement.categories.flatMap((category) => {
      const found = conclusions.find((each) => each.subjectMatter === subjectMatter && each.category === category)
      return found ? [{ category, type: found.type }] : []
    })
    if (own.length === 0) return []
    const whole = gravest(own.map(({ type }) => type))
    const types = isByCategory && subjectMatter !== 'DESCRIPTION' ? [...new Set(own.map(({ type }) => type))] : [whole]
    const shared = (type: OpinionType) =>
      types.length === 1 ? [...engagement.categories] : own.filter((o) => o.type === type).map((o) => o.category)
    return types.map((type) => ({ subjectMatter, categories: shared(type), type }))
  })
}

/** `Qualified opinion`; of a report with several modifications `Qualified opinion and disclaimer of opinion`. */
export function opinionHeading(conclusions: readonly { type: OpinionType }[]): string {
  const modified = ORDER.filter((type) => type !== 'UNQUALIFIED' && conclusions.some((one) => one.type === type))
  return capitalized(
    joined(modified.length > 0 ? modified.map((type) => opinionNames[type]) : [opinionNames.UNQUALIFIED]),
  )
}

/** `Basis for qualified opinion on the description`: of one subject matter. */
export function basisHeading(subject: SubjectMatter, conclusions: readonly ReportedConclusion[]): string {
  const own = conclusions.filter(({ subjectMatter }) => subjectMatter === subject)
  const types = ORDER.filter((type) => type !== 'UNQUALIFIED' && own.some((one) => one.type === type))
  return `Basis for ${joined(types.map((type) => opinionNames[type]))} on ${subjectInWords[subject]}`
}

/** The subject matters on which some conclusion is modified, in their order. */
export const modifiedSubjects = (conclusions: readonly ReportedConclusion[]): SubjectMatter[] => [
  ...new Set(conclusions.flatMap(({ subjectMatter, type }) => (type === 'UNQUALIFIED' ? [] : subjectMatter))),
]

/**
 * The opinion: one lead-in, and a clause for each subject matter. Where conclusions are of several types each clause carries its
 * own modification; those that are disclaimed stand apart, as no opinion is expressed on them.
 */
export function opinionSection(
  facts: Pick<ReportFacts, 'engagement' | 'workOfOthers' | 'frameworks'>,
  opinion: ReportedOpinion,
  phrases: Phrases,
): NonNullable<AuditorsReport['opinion']> {
  const conclusions = reportedConclusions(facts, opinion)
  const disclaimed = conclusions.filter(({ type }) => type === 'DISCLAIMER')
  const expressed = conclusions.filter(({ type }) => type !== 'DISCLAIMER')
  const words = wordsOf(facts, opinion, phrases)
  const further = furtherConclusions(facts)
  const parts = [...words.expressed(expressed), ...words.disclaimed(disclaimed), ...furtherParts(further, phrases)]
  let at = 0
  const lettered = parts.map(({ leadIn, conclusions: own }) => ({
    leadIn,
    conclusions: own.map((one) => ({ ...one, letter: String.fromCharCode(97 + at++) })),
  }))
  return { heading: opinionHeading([...conclusions, ...further]), parts: lettered }
}

type Unlettered = Omit<OpinionPart, 'conclusions'> & { conclusions: Omit<SubjectOpinion, 'letter'>[] }

function wordsOf(facts: Pick<ReportFacts, 'engagement' | 'workOfOthers'>, opinion: ReportedOpinion, phrases: Phrases) {
  const all = reportedConclusions(facts, opinion)
  const basis = basedOn(facts)
  const claim = (one: ReportedConclusion) =>
    claimOn(one.subjectMatter, { ...phrases, categories: joined(one.categories.map((c) => categoryNames[c])) })
  const clause = (one: ReportedConclusion, text: string) => ({
    subjectMatter: one.subjectMatter,
    categories: one.categories,
    additionalCriteria: null,
    opinion: one.type,
    text,
  })
  const matters = (own: readonly ReportedConclusion[]) => mattersUnder(modifiedSubjects(own), all, opinion)
  return {
    expressed(own: readonly ReportedConclusion[]): Unlettered[] {
      if (own.length === 0) return []
      const [first, ...others] = [...new Set(own.map(({ type }) => type))] as [OpinionType, ...OpinionType[]]
      if (others.length === 0) {
        const leadIn = `In our opinion${basis}, ${qualifier(first, matters(own))},`
        return [{ leadIn, conclusions: own.map((one) => clause(one, stated(one, claim(one)))) }]
      }
      const told = own.map((one) => clause(one, `${qualifier(one.type, matters([one]))}, ${stated(one, claim(one))}`))
      return [{ leadIn: `In our opinion${basis},`, conclusions: told }]
    },
    disclaimed(own: readonly ReportedConclusion[]): Unlettered[] {
      if (own.length === 0) return []
      const leadIn =
        `Because of the significance of ${matters(own)}, we were not able to obtain sufficient appropriate evidence to ` +
        'provide a basis for an opinion. Accordingly, we do not express an opinion on whether, in all material respects,'
      return [{ leadIn, conclusions: own.map((one) => clause(one, claim(one).holds)) }]
    },
  }
}

/** The conclusions on additional criteria, one part for each framework, and for what of it is disclaimed. */
function furtherParts(further: readonly FurtherConclusion[], phrases: Phrases): Unlettered[] {
  const frameworks = [...new Set(further.map(({ framework }) => framework))]
  return frameworks.flatMap((framework) => {
    const own = further.filter((one) => one.framework === framework)
    const clause = (one: FurtherConclusion): Unlettered['conclusions'][number] => {
      const claim = claimOnFurther(one.subjectMatter, criteriaNamed(framework), phrases)
      const additionalCriteria = nameOfSet(framework)
      const text = one.type === 'ADVERSE' ? claim.fails : claim.holds
      return { subjectMatter: one.subjectMatter, categories: [], additionalCriteria, opinion: one.type, text }
    }
    const types = [...new Set(own.map(({ type }) => type))]
    return types.map((type) => {
      const same = own.filter((one) => one.type === type)
      return { leadIn: furtherLeadIn(type, same), conclusions: same.map(clause) }
    })
  })
}

function furtherLeadIn(type: OpinionType, same: readonly FurtherConclusion[]): string {
  const several = same.reduce((sum, one) => sum + mattersOfBasis(one), 0) > 1
  const headings = joined(same.map((one) => `“${furtherBasisHeading(one)}”`))
  const matters = `the ${several ? 'matters' : 'matter'} described under ${headings}`
  if (type !== 'DISCLAIMER') return `In our opinion based on the additional criteria, ${qualifier(type, matters)},`
  return `Because of the significance of ${matters}, we were not able to obtain sufficient appropriate evidence to provide a basis for an opinion based on the additional criteria. Accordingly, we do not express an opinion on whether, in all material respects,`
}

const stated = ({ type }: ReportedConclusion, claim: { holds: string; fails: string }): string =>
  type === 'ADVERSE' ? claim.fails : claim.holds

function qualifier(type: OpinionType, matters: string): string {
  if (type === 'QUALIFIED') return `except for ${matters}, in all material respects`
  if (type === 'ADVERSE') return `because of the significance of ${matters}`
  return 'in all material respects'
}

/** `the matters described under “Basis for ...” and “Basis for ...”` */
function mattersUnder(
  subjects: readonly SubjectMatter[],
  all: readonly ReportedConclusion[],
  { bases }: ReportedOpinion,
): string {
  const told = bases.filter(({ subjectMatter }) => subjects.includes(subjectMatter))
  const several = told.reduce((sum, { text }) => sum + paragraphsOf(text).length, 0) > 1
  const headings = subjects.map((subject) => `“${basisHeading(subject, all)}”`)
  return `the ${several ? 'matters' : 'matter'} described under ${joined(headings)}`
}

/**
 * What is claimed about a subject matter, as a clause that holds and as its contrary: the auditor’s opinion and
 * management’s assertion say the same thing of the same matter. Design is claimed on the condition that the controls operated, and
 * design and operation on the condition that others applied the complementary controls that the design assumes.
 */
export function claimOn(subject: SubjectMatter, phrases: Phrases): { holds: string; fails: string } {
  const { client, when, categories } = phrases
  const goal = (achieved: string) =>
    `reasonable assurance that ${client}’s service commitments and system requirements ${achieved} achieved based on the trust services criteria relevant to ${categories}`
  const others = phrases.complementers.length > 0 ? joined(phrases.complementers) : null
  const complementary =
    others && `${others} applied the complementary controls assumed in the design of ${client}’s controls`
  switch (subject) {
    case 'DESCRIPTION': {
      const presented = `the system that was designed and implemented ${when} in accordance with the description criteria`
      return { holds: `the description presents ${presented}`, fails: `the description does not present ${presented}` }
    }
    case 'SUITABILITY_OF_DESIGN': {
      const condition = `if those controls operated effectively${complementary ? ` and if ${complementary}` : ''} ${when}`
      const designed = `suitably designed ${when} to provide ${goal('would be')}`
      return {
        holds: `the controls stated in the description were ${designed}, ${condition}`,
        fails: `the controls stated in the description were not ${designed}`,
      }
    }
    case 'OPERATING_EFFECTIVENESS': {
      const condition = complementary ? `, if ${complementary} ${when}` : ''
      const operated = `effectively ${when} to provide ${goal('were')}`
      return {
        holds: `the controls stated in the description operated ${operated}${condition}`,
        fails: `the controls stated in the description did not operate ${operated}`,
      }
    }
  }
}
