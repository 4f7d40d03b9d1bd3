import type { OpinionReason } from './opinion.js'
import { gravest } from './opinion.js'
import type { Category, EngagementKind, OpinionType, SubjectMatter } from './vocabulary.js'

/** The basis paragraph of a modified opinion: drafted from the exceptions concerned, edited by the partner. */
export interface BasisFacts {
  kind: EngagementKind
  /** `2025-01-01 to 2025-12-31`, or `2025-12-31` for a Type 1. */
  period: string
  conclusions: readonly {
    subjectMatter: SubjectMatter
    category: Category
    type: OpinionType
    reasons: readonly OpinionReason[]
  }[]
  /** Section IV's wording, by the id of the exception. */
  wordings: ReadonlyMap<string, string>
}

const CATEGORY_NAMES: Readonly<Record<Category, string>> = {
  SECURITY: 'security',
  AVAILABILITY: 'availability',
  CONFIDENTIALITY: 'confidentiality',
  PROCESSING_INTEGRITY: 'processing integrity',
  PRIVACY: 'privacy',
}

const TITLES: Readonly<Record<Exclude<OpinionType, 'UNQUALIFIED'>, string>> = {
  QUALIFIED: 'Basis for qualified opinion',
  ADVERSE: 'Basis for adverse opinion',
  DISCLAIMER: 'Basis for disclaimer of opinion',
}

/**
 * Drafts the paragraph, or returns null when no conclusion is modified. It describes every matter that modifies a
 * conclusion, also lighter ones beside graver ones, and ends with one sentence per modified conclusion: qualified
 * with `except for`, adverse with `because of the significance`, a disclaimer with `do not express`.
 */
export function draftBasis(facts: BasisFacts): string | null {
  const modified = facts.conclusions.filter(({ type }) => type !== 'UNQUALIFIED')
  if (modified.length === 0) return null
  const overall = gravest(modified.map(({ type }) => type)) as Exclude<OpinionType, 'UNQUALIFIED'>
  return [TITLES[overall], ...mattersOf(modified, facts.wordings), ...sentencesOf(modified, facts)].join('\n\n')
}

function mattersOf(modified: BasisFacts['conclusions'], wordings: ReadonlyMap<string, string>): string[] {
  const grounds = modified.flatMap(({ reasons }) => reasons).filter(({ leadsTo }) => leadsTo !== 'UNQUALIFIED')
  const ids = [...new Set(grounds.flatMap(({ exceptionIds }) => exceptionIds))]
  return ids.map((id) => {
    const reason = grounds.find(({ exceptionIds }) => exceptionIds.includes(id)) as OpinionReason
    const ref = reason.refs[reason.exceptionIds.indexOf(id)]
    const limited =
      reason.nature === 'SCOPE_LIMITATION' ? ' We were unable to obtain sufficient appropriate evidence.' : ''
    return `${ref}: ${wordings.get(id) ?? `criteria ${reason.criteria.join(', ')}`}${limited}`
  })
}

function sentencesOf(modified: BasisFacts['conclusions'], facts: BasisFacts): string[] {
  const groups = new Map<string, { subjectMatter: SubjectMatter; type: OpinionType; categories: Category[] }>()
  for (const { subjectMatter, type, category } of modified) {
    const group = groups.get(`${subjectMatter} ${type}`) ?? { subjectMatter, type, categories: [] }
    group.categories.push(category)
    groups.set(`${subjectMatter} ${type}`, group)
  }
  return [...groups.values()].map(({ subjectMatter, type, categories }) => {
    const names = categories.map((category) => CATEGORY_NAMES[category]).join(', ')
    const criteria = `the trust services criteria relevant to ${names}`
    return closing(type, statement(subjectMatter, facts, criteria))
  })
}

interface Statement {
  affirmed: string
  denied: string
  subject: string
}

function statement(subjectMatter: SubjectMatter, { kind, period }: BasisFacts, criteria: string): Statement {
  const when = kind === 'SOC2_TYPE_1' ? `as of ${period}` : `throughout the period ${period}`
  const aim = `to provide reasonable assurance that the service commitments and system requirements were achieved based on ${criteria}`
  if (subjectMatter === 'DESCRIPTION') {
    const what = `the system that was designed and implemented ${when} in accordance with the description criteria`
    return {
      affirmed: `the description presents ${what}`,
      denied: `the description does not present ${what}`,
      subject: `whether the description presents ${what}`,
    }
  }
  const design = subjectMatter === 'DESIGN'
  const verb = design ? 'were suitably designed' : 'operated effectively'
  const negated = design ? 'were not suitably designed' : 'did not operate effectively'
  return {
    affirmed: `the controls stated in the description ${verb} ${when} ${aim}`,
    denied: `the controls stated in the description ${negated} ${when} ${aim}`,
    subject: `whether the controls stated in the description ${verb} ${when} ${aim}`,
  }
}

function closing(type: OpinionType, { affirmed, denied, subject }: Statement): string {
  if (type === 'QUALIFIED') return `In our opinion, except for the matters described above, ${affirmed}.`
  if (type === 'ADVERSE')
    return `In our opinion, because of the significance of the matters described above, ${denied}.`
  return `Because of the significance of the matters described above, we have not been able to obtain sufficient appropriate evidence to provide a basis for an opinion, and we do not express an opinion on ${subject}.`
}
