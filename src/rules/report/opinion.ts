import { gravest, subjectMattersOf } from '../opinion-places.js'
import type { Category, OpinionType, SubjectMatter } from '../vocabulary.js'
import type { ReportedOpinion, ReportFacts } from './facts.js'
import type { SubjectOpinion } from './model.js'
import { categoryNames, joined, opinionNames, type Phrases, subjectNames } from './phrases.js'

/** The words of an opinion: one conclusion per subject matter, each with the modification that was decided. */

/** The type after which the opinion and its basis are headed: the gravest of the overall opinion and its parts. */
export const headingType = ({ overall, conclusions }: ReportedOpinion): OpinionType =>
  gravest([overall, ...conclusions.map(({ type }) => type)])

export function opinionHeading(type: OpinionType): string {
  const name = opinionNames[type]
  return name.charAt(0).toUpperCase() + name.slice(1)
}

export const basisHeading = (type: OpinionType): string => `Basis for ${opinionNames[type]}`

/** One opinion for each subject matter and each set of categories that share a type of opinion. */
export function subjectOpinions(facts: ReportFacts, opinion: ReportedOpinion, phrases: Phrases): SubjectOpinion[] {
  const basis = basisHeading(headingType(opinion))
  return subjectMattersOf(facts.engagement.kind).flatMap((subjectMatter) =>
    sharedConclusions(facts.engagement.categories, opinion, subjectMatter).map(({ type, categories }) => {
      const names = joined(categories.map((category) => categoryNames[category]))
      const split = categories.length < facts.engagement.categories.length
      return {
        subjectMatter,
        label: split ? `${subjectNames[subjectMatter]}: ${names}` : subjectNames[subjectMatter],
        categories,
        opinion: type,
        text: opinionText(subjectMatter, type, { ...phrases, categories: names }, basis),
      }
    }),
  )
}

function sharedConclusions(scope: readonly Category[], { conclusions }: ReportedOpinion, subject: SubjectMatter) {
  const shared: { type: OpinionType; categories: Category[] }[] = []
  for (const category of scope) {
    const own = conclusions.find((each) => each.subjectMatter === subject && each.category === category)
    if (!own) continue
    const same = shared.find(({ type }) => type === own.type)
    if (same) same.categories.push(category)
    else shared.push({ type: own.type, categories: [category] })
  }
  return shared
}

function opinionText(subject: SubjectMatter, type: OpinionType, phrases: Phrases, basis: string): string {
  const claim = claimOn(subject, phrases)
  switch (type) {
    case 'UNQUALIFIED':
      return `In our opinion, in all material respects, ${claim.holds}.`
    case 'QUALIFIED':
      return `In our opinion, except for what is described under “${basis}”, in all material respects, ${claim.holds}.`
    case 'ADVERSE':
      return `In our opinion, because of the significance of what is described under “${basis}”, ${claim.fails}.`
    case 'DISCLAIMER':
      return (
        `Because of the significance of what is described under “${basis}”, we could not obtain sufficient appropriate ` +
        `evidence to base an opinion on. Accordingly, we do not express an opinion on whether ${claim.holds}.`
      )
  }
}

/**
 * What is claimed about a subject matter, as a clause that holds and as its contrary: the auditor's opinion and
 * management's assertion say the same thing of the same matter.
 */
export function claimOn(subject: SubjectMatter, phrases: Phrases): { holds: string; fails: string } {
  const { client, when, categories } = phrases
  const goal = `reasonable assurance that ${client} achieves its service commitments and system requirements, judged by the trust services criteria for ${categories}`
  const others = phrases.complementers.length > 0 ? joined(phrases.complementers) : null
  switch (subject) {
    case 'DESCRIPTION': {
      const system = `the system as it was designed and put in place ${when}, measured against the description criteria`
      return {
        holds: `the description presents ${system}`,
        fails: `the description does not present ${system}`,
      }
    }
    case 'SUITABILITY_OF_DESIGN': {
      const condition = others
        ? `provided that they operate effectively and that ${others} apply the complementary controls which the design assumes`
        : 'provided that they operate effectively'
      return {
        holds: `the controls stated in the description were suitably designed ${when} to give ${goal}, ${condition}`,
        fails: `the controls stated in the description were not suitably designed ${when} to give ${goal}`,
      }
    }
    case 'OPERATING_EFFECTIVENESS': {
      const condition = others
        ? `, provided that ${others} applied the complementary controls which the design assumes`
        : ''
      return {
        holds: `the controls stated in the description operated effectively ${when} and so gave ${goal}${condition}`,
        fails: `the controls stated in the description did not operate effectively ${when} and so did not give ${goal}`,
      }
    }
  }
}
