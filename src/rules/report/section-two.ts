import { subjectMattersOf } from '../opinion-places.js'
import type { ReportedOpinion, ReportFacts } from './facts.js'
import type { Assertion, Passage } from './model.js'
import { basisHeading, claimOn, reportedConclusions } from './opinion.js'
import { categoryNames, joined, type Phrases, passage } from './phrases.js'

/**
 * Section II: what management claims. It carries the same modifications as the opinion; a disclaimer is the auditor's
 * alone and leaves management's claim as it is.
 */
export function assertion(facts: ReportFacts, phrases: Phrases): Assertion {
  const { client, system, when, categories } = phrases
  const { opinion } = facts
  const passages: Passage[] = [
    passage(
      'What we assert',
      [
        `We, the management of ${client}, have prepared the description of our system, ${system}, in Section III, ${when}, based on the description criteria. It is meant to provide report users with information about the system that may be useful when assessing the risks arising from their interactions with it, particularly about the controls that ${client} designed${phrases.isType2 ? ', implemented and operated' : ' and implemented'} to provide reasonable assurance that its service commitments and system requirements were achieved based on the trust services criteria relevant to ${categories}. Section I names these criteria.`,
        'We confirm, to the best of our knowledge and belief, that:',
      ],
      // Until an opinion is decided there is no modification that the claim could mirror.
      assertedClaims(facts, opinion ?? unmodified(facts), phrases),
    ),
  ]
  const { assertionDocument } = facts
  return {
    title: `Assertion of the management of ${client}`,
    passages,
    document: assertionDocument && {
      datedOn: assertionDocument.datedOn,
      obtainedFrom: assertionDocument.obtainedFrom,
      fileName: assertionDocument.fileName,
      sha256: assertionDocument.sha256,
    },
  }
}

function assertedClaims(facts: ReportFacts, opinion: ReportedOpinion, phrases: Phrases): string[] {
  const conclusions = reportedConclusions(facts, opinion)
  return conclusions.map(({ subjectMatter, categories, type }, at) => {
    const claim = claimOn(subjectMatter, {
      ...phrases,
      categories: joined(categories.map((category) => categoryNames[category])),
    })
    const end = at === conclusions.length - 1 ? '.' : at === conclusions.length - 2 ? '; and' : ';'
    const matters = `what Section I describes under “${basisHeading(subjectMatter, conclusions)}”`
    if (type === 'QUALIFIED') return `except for ${matters}, ${claim.holds}${end}`
    if (type === 'ADVERSE') return `because of ${matters}, ${claim.fails}${end}`
    return `${claim.holds}${end}`
  })
}

const unmodified = ({ engagement }: ReportFacts): ReportedOpinion => ({
  conclusions: subjectMattersOf(engagement.kind).flatMap((subjectMatter) =>
    engagement.categories.map((category) => ({ subjectMatter, category, type: 'UNQUALIFIED' as const })),
  ),
  bases: [],
  emphases: [],
  isByCategory: false,
})
