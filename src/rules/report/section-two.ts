import type { OpinionFacts, ReportFacts } from './facts.js'
import type { Assertion, Passage, SubjectOpinion } from './model.js'
import { basisHeading, claimOn, gravest, subjectOpinions, subjectsOf } from './opinion.js'
import { categoryNames, joined, type Phrases, paragraphsOf, passage } from './wording.js'

/**
 * Section II: what management claims. It carries the same modifications as the opinion; a disclaimer is the auditor's
 * alone and leaves management's claim as it is.
 */
export function assertion(facts: ReportFacts, phrases: Phrases): Assertion {
  const { client, system, when, categories } = phrases
  const { opinion } = facts
  // Until an opinion is decided there is no modification that the claim could mirror.
  const opinions = subjectOpinions(facts, opinion ?? unmodified(phrases), phrases)
  const mirrored = opinions.some((own) => own.opinion === 'QUALIFIED' || own.opinion === 'ADVERSE')
  const passages: Passage[] = [
    passage(
      'What we assert',
      [
        `We, the management of ${client}, have prepared the description of ${system} in Section III. It is meant to tell its users about the system ${when}, and in particular about the controls that bear on ${categories}.`,
        'We have evaluated the description and the controls by the description criteria and the trust services criteria that Section I names. We assert, to the best of our knowledge and belief, that:',
      ],
      assertedClaims(opinions, phrases),
    ),
  ]
  if (opinion && mirrored)
    passages.push(matters(paragraphsOf(opinion.basisParagraph ?? ''), basisHeading(gravest(opinion))))
  const { assertionDocument } = facts
  return {
    title: `Assertion of the management of ${client}`,
    passages,
    document: assertionDocument && {
      dated: assertionDocument.dated,
      obtainedFrom: assertionDocument.obtainedFrom,
      fileName: assertionDocument.fileName,
      sha256: assertionDocument.sha256,
    },
  }
}

function assertedClaims(opinions: readonly SubjectOpinion[], phrases: Phrases): string[] {
  return opinions.map(({ subjectMatter, categories, opinion }, at) => {
    const claim = claimOn(subjectMatter, {
      ...phrases,
      categories: joined(categories.map((category) => categoryNames[category])),
    })
    const end = at === opinions.length - 1 ? '.' : at === opinions.length - 2 ? '; and' : ';'
    if (opinion === 'QUALIFIED') return `except for the matters set out below, ${claim.holds}${end}`
    if (opinion === 'ADVERSE') return `because of the matters set out below, ${claim.fails}${end}`
    return `${claim.holds}${end}`
  })
}

function matters(paragraphs: readonly string[], basis: string): Passage {
  return passage('Matters that modify our assertion', [
    `These are the matters that Section I describes under “${basis}”:`,
    ...paragraphs,
  ])
}

const unmodified = ({ isType2 }: Phrases): OpinionFacts => ({
  overall: 'UNQUALIFIED',
  conclusions: subjectsOf(isType2).map((subjectMatter) => ({ subjectMatter, category: null, opinion: 'UNQUALIFIED' })),
  basisParagraph: null,
})
