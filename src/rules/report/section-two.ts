import type { Claim, FrameworkAsserted } from '../assertions.js'
import { subjectMattersOf } from '../opinion-places.js'
import { isolated } from '../text.js'
import type { SubjectMatter } from '../vocabulary.js'
import type { PhraseFacts, ReportFacts, SubserviceFacts } from './facts.js'
import { claimOnFurther } from './frameworks.js'
import type { Assertion, IncludedAssertion } from './model.js'
import { claimOn } from './opinion.js'
import { type Phrases, paragraphsOf, phrasesOf } from './phrases.js'

/**
 * Section II: management's own signed assertion, and after it that of each included subservice organization, as they were written. Nothing
 * of them is the service's.
 */
export function assertion(facts: ReportFacts, { client }: Phrases): Assertion {
  const { assertion: signed, subserviceOrganizations } = facts
  return {
    title: `Assertion of the management of ${client}`,
    paragraphs: signed ? paragraphsOf(signed.text) : [],
    signature: signed && {
      signers: signed.signers.map(({ name, title }) => ({ name, title })),
      datedOn: signed.datedOn,
    },
    included: subserviceOrganizations.filter(({ method }) => method === 'INCLUSIVE').map(includedAssertion),
  }
}

const includedAssertion = ({ name, assertion: given }: SubserviceFacts): IncludedAssertion => ({
  organization: name,
  title: `Assertion of the management of ${isolated(name)}`,
  paragraphs: given ? paragraphsOf(given.text) : [],
  given: given && { by: given.givenBy, datedOn: given.datedOn },
})

/**
 * The wording that the service offers to management, who may write another one: what it has prepared, by which criteria, and a
 * clause for each subject matter that says what it claims of it.
 */
export function offeredAssertion(facts: PhraseFacts, claims: readonly Claim[]): string {
  const phrases = phrasesOf(facts)
  const { client, system, when, categories, isType2 } = phrases
  return [
    `We, the management of ${client}, have prepared the description of our system, ${system}, in Section III, ${when}, based on the description criteria. It is meant to provide report users with information about the system that may be useful when assessing the risks arising from their interactions with it, particularly about the controls that ${client} designed${isType2 ? ', implemented and operated' : ' and implemented'} to provide reasonable assurance that its service commitments and system requirements were achieved based on the trust services criteria relevant to ${categories}. Section I names these criteria.`,
    'We confirm, to the best of our knowledge and belief, that:',
    ...claims.map(
      (claim, at) =>
        `${String.fromCharCode(97 + at)}. ${clauseOf(claim, phrases, facts.additionalCriteria ?? [])}${endOf(at, claims.length)}`,
    ),
  ].join('\n\n')
}

/** What is claimed where nothing speaks against it: that each subject matter holds. */
export const claimedToHold = (
  kind: ReportFacts['engagement']['kind'],
  frameworks: readonly FrameworkAsserted[] = [],
): Claim[] => {
  const subjects = subjectMattersOf(kind)
  const holds = (subjectMatter: SubjectMatter) => ({ subjectMatter, claim: 'HOLDS', matters: null }) as const
  const ofControls = subjects.filter((subject) => subject !== 'DESCRIPTION').map(holds)
  return [
    ...subjects.map(holds),
    ...frameworks.flatMap(({ frameworkId }) => ofControls.map((claim) => ({ ...claim, frameworkId }))),
  ]
}

function clauseOf(
  { subjectMatter, frameworkId, claim, matters }: Claim,
  phrases: Phrases,
  frameworks: readonly FrameworkAsserted[],
): string {
  const framework = frameworks.find((one) => one.frameworkId === frameworkId)
  const { holds, fails } =
    framework && subjectMatter !== 'DESCRIPTION'
      ? claimOnFurther(subjectMatter, `the criteria of ${isolated(framework.name)}`, phrases)
      : claimOn(subjectMatter, phrases)
  if (claim === 'EXCEPT') return `except for ${matters}, ${holds}`
  if (claim === 'FAILS') return `because of ${matters}, ${fails}`
  return holds
}

const endOf = (at: number, count: number): string => (at === count - 1 ? '.' : at === count - 2 ? '; and' : ';')
