import { subjectMattersOf } from '../opinion-places.js'
import type { ReportedOpinion, ReportFacts } from './facts.js'
import type { Assertion, Passage, SubjectOpinion } from './model.js'
import { basisHeading, claimOn, headingType, subjectOpinions } from './opinion.js'
import { categoryNames, joined, type Phrases, passage } from './phrases.js'

/**
 * Section II: what management claims. It carries the same modifications as the opinion; a disclaimer is the auditor's
 * alone and leaves management's claim as it is.
 */
export function assertion(facts: ReportFacts, phrases: Phrases): Assertion {
  const { client, system, when, categories } = phrases
  const { opinion } = facts
  // Until an opinion is decided there is no modification that the claim could mirror.
  const mirrored = opinion ?? unmodified(facts)
  const opinions = subjectOpinions(facts, mirrored, phrases)
  const passages: Passage[] = [
    passage(
      'What we assert',
      [
        `We, the management of ${client}, have prepared the description of ${system} in Section III. It is meant to tell its users about the system ${when}, and in particular about the controls that bear on ${categories}.`,
        'We have evaluated the description and the controls by the description criteria and the trust services criteria that Section I names. We assert, to the best of our knowledge and belief, that:',
      ],
      assertedClaims(opinions, basisHeading(headingType(mirrored)), phrases),
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

function assertedClaims(opinions: readonly SubjectOpinion[], basis: string, phrases: Phrases): string[] {
  return opinions.map(({ subjectMatter, categories, opinion }, at) => {
    const claim = claimOn(subjectMatter, {
      ...phrases,
      categories: joined(categories.map((category) => categoryNames[category])),
    })
    const end = at === opinions.length - 1 ? '.' : at === opinions.length - 2 ? '; and' : ';'
    if (opinion === 'QUALIFIED')
      return `except for the matters that Section I sets out under “${basis}”, ${claim.holds}${end}`
    if (opinion === 'ADVERSE')
      return `because of the matters that Section I sets out under “${basis}”, ${claim.fails}${end}`
    return `${claim.holds}${end}`
  })
}

const unmodified = ({ engagement }: ReportFacts): ReportedOpinion => ({
  overall: 'UNQUALIFIED',
  conclusions: subjectMattersOf(engagement.kind).flatMap((subjectMatter) =>
    engagement.categories.map((category) => ({ subjectMatter, category, type: 'UNQUALIFIED' as const })),
  ),
  basisParagraph: null,
})
