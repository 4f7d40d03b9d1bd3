import { sha256Of } from '../../kernel/schema/digest.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { type Contradiction, contradictionsOf } from '../../rules/assertions.js'
import { canonicalJson } from '../../rules/canonical.js'
import { Framework } from '../framework/framework.js'
import { opinionsOnFrameworks } from '../framework/frameworks.js'
import { Opinion } from '../opinion/opinion.js'
import { AssertionResolution } from './assertion-resolution.js'
import { ManagementAssertion } from './management-assertion.js'

/** Where management's assertion stands beside the opinion. */
export interface AssertionStanding {
  /** The one that was signed last; null while none is. */
  assertion: ManagementAssertion | null
  contradictions: Contradiction[]
  /** Stands for these and the opinion: `contradictionsDigest`. */
  digest: string
  /** How the partner dealt with these contradictions; null where there are none, or nothing is recorded of them. */
  resolution: AssertionResolution | null
}

/** The assertion in force: of those that were signed the one signed last. */
export const assertionInForce = <A extends ManagementAssertion>(assertions: readonly A[]): A | null =>
  assertions.reduce<A | null>(
    (last, one) => (one.signedAt !== null && (!last?.signedAt || one.signedAt >= last.signedAt) ? one : last),
    null,
  )

/** Stands for what differs from which opinion: a resolution of it is one of nothing else. An opinion decided anew is another one. */
export const contradictionsDigest = (
  contradictions: readonly Contradiction[],
  opinion: Pick<Opinion, 'proposalDigest' | 'conclusions' | 'bases'> | null,
): string => {
  const differing = contradictions.map(({ subjectMatter, frameworkId, claim, opinion }) =>
    frameworkId === null ? [subjectMatter, claim, opinion] : [subjectMatter, claim, opinion, frameworkId],
  )
  const { proposalDigest, conclusions, bases } = opinion ?? { proposalDigest: '', conclusions: [], bases: [] }
  return sha256Of(canonicalJson({ differing, proposalDigest, conclusions, bases }))
}

/**
 * @param assertions of one engagement, by number
 * @param resolutions of the same engagement
 * @param frameworks of the same engagement
 */
export function standingOfAssertion(
  assertions: readonly ManagementAssertion[],
  opinion: Opinion | null,
  resolutions: readonly AssertionResolution[],
  frameworks: readonly Framework[],
): AssertionStanding {
  const assertion = assertionInForce(assertions)
  const conclusions = [...(opinion?.conclusions ?? []), ...opinionsOnFrameworks(frameworks)]
  const contradictions = assertion && opinion ? contradictionsOf(assertion.claims, conclusions) : []
  const digest = contradictionsDigest(contradictions, opinion)
  const resolution =
    contradictions.length === 0
      ? null
      : (resolutions.find((one) => one.assertionId === assertion?.id && one.contradictionsDigest === digest) ?? null)
  return { assertion, contradictions, digest, resolution }
}

/** The same in a request, where many may ask at once. */
export async function assertionStandingIn(loaders: Loaders, engagementId: string): Promise<AssertionStanding> {
  const [assertions, opinion, resolutions, frameworks] = await Promise.all([
    loaders.children(ManagementAssertion, 'engagementId', engagementId, { number: 'asc' }),
    loaders.child(Opinion, 'engagementId', engagementId),
    loaders.children(AssertionResolution, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(Framework, 'engagementId', engagementId, { id: 'asc' }),
  ])
  return standingOfAssertion(assertions, opinion, resolutions, frameworks)
}
