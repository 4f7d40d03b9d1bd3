import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  checkAssertionDate,
  checkClaims,
  checkNotSignedInService,
  checkSignatories,
  checkSignedOnPaper,
} from '../../rules/assertions.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import { frameworksAsserted } from '../framework/framework.queries.js'
import type {
  AssertionClaimInput,
  AssertionSignerInput,
  RecordAssertionInput,
  ResolveAssertionInput,
  SignAssertionInput,
  WriteAssertionInput,
} from './assertion.inputs.js'
import { signatoriesOf } from './assertion.queries.js'
import { type AssertionClaim, claimsKept } from './assertion-parts.js'
import { AssertionResolution } from './assertion-resolution.js'
import { ManagementAssertion } from './management-assertion.js'
import { type AssertionStanding, assertionStandingIn } from './standing.js'

/**
 * Writes the draft of the assertion for management, or writes it anew. Where the last one is signed, a new one begins. Refused:
 * claims that are not one of each subject matter; with VERSION_CONFLICT when another version of the draft was read.
 */
export async function writeAssertion(tx: WriteTx, input: WriteAssertionInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const draft = await tx.one(ManagementAssertion, { engagementId: engagement.id, signedAt: null })
  const version = draft?.version ?? 0
  if ((input.expectedVersion ?? 0) !== version) {
    const is = version === 0 ? 'There is no draft' : `The draft is at version ${version} now`
    throw new Refusal('VERSION_CONFLICT', `${is}: read it again.`, ['expectedVersion'], { currentVersion: version })
  }
  const said = { text: input.text, claims: await claimsOf(tx, input.claims, engagement) }
  const assertion = draft ? await tx.update(draft, said) : await added(tx, engagement, said)
  return { assertion }
}

/**
 * Signs the draft for management. Refused: a date before the last day that it speaks of, or to come; a signer whom the engagement
 * letter does not name; another signer than who acts, without the signed file; claims that do not speak of all that is examined now.
 */
export async function signAssertion(tx: WriteTx, input: SignAssertionInput) {
  const draft = await tx.load(ManagementAssertion, input.assertionId, input.expectedVersion)
  await tx.permit(draft, 'update')
  const engagement = await tx.load(Engagement, draft.engagementId)
  // What is examined may have changed since the draft was written.
  const frameworks = await frameworksAsserted(firmScope(tx), engagement.id)
  checkClaims(draft.claims, engagement.kind, frameworks, ['assertionId'])
  const signed = await signature(tx, engagement, input)
  checkSignedOnPaper(signed.signers, tx.actor.name, signed.evidenceId !== null)
  return { assertion: await tx.update(draft, signed) }
}

/** The draft speaks of all that is examined now; the act itself asks once it has locked it. */
export const signAssertionGate: Gate<ManagementAssertion> = async (draft, { tx, loaders, isAct }) => {
  if (isAct) return
  const { kind } = (await loaders.byId(Engagement, draft.engagementId)) as Engagement
  checkClaims(draft.claims, kind, await frameworksAsserted(firmScope(tx), draft.engagementId), ['assertionId'])
}

/**
 * Records, for the auditor, an assertion that management signed on paper, with its file. Refused as signing it is, and where management
 * signed one in the service: it signs another there.
 */
export async function recordAssertion(tx: WriteTx, input: RecordAssertionInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  // Both look up what the input names, and come before the rules.
  const frameworks = await frameworksAsserted(firmScope(tx), engagement.id)
  const claims = claimsKept(input.claims, frameworks)
  const signed = await signature(tx, engagement, input)
  checkClaims(claims, engagement.kind, frameworks)
  const said = { text: input.text, claims }
  checkNotSignedInService(await tx.find(ManagementAssertion, { engagementId: engagement.id }))
  return { assertion: await added(tx, engagement, { ...said, ...signed, isRecorded: true }) }
}

/** See `checkNotSignedInService`; the act itself looks for the file first. */
export const recordAssertionGate: Gate<Engagement> = async ({ id }, { loaders, isAct }) => {
  if (isAct) return
  checkNotSignedInService(await loaders.children(ManagementAssertion, 'engagementId', id, { number: 'asc' }))
}

/**
 * Records, as the engagement partner, how the contradiction between the assertion in force and the opinion was dealt with. Refused:
 * where there is none, or it was resolved; a reason that names no paper.
 */
export async function resolveAssertion(tx: WriteTx, input: ResolveAssertionInput) {
  const assertion = await tx.load(ManagementAssertion, input.assertionId)
  await tx.permit(assertion, 'update')
  const { engagementId, id: assertionId } = assertion
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const standing = await assertionStandingIn(Loaders.over(tx), engagementId)
  checkOpen(standing, assertionId)
  checkNamesPaper(restsOnIds)
  const said = { assertionId, contradictionsDigest: standing.digest, reason: input.reason, restsOnIds }
  return { resolution: await tx.insert(AssertionResolution, { engagementId, ...said }) }
}

/** See `checkOpen`; the act itself looks for the papers first. */
export const resolveAssertionGate: Gate<ManagementAssertion> = async ({ id, engagementId }, { loaders, isAct }) => {
  if (!isAct) checkOpen(await assertionStandingIn(loaders, engagementId), id)
}

/** The assertion is the one in force, contradicts the opinion, and that was not resolved yet. */
function checkOpen({ assertion, contradictions, resolution }: AssertionStanding, id: string): void {
  if (assertion?.id !== id) throw new Refusal('INVALID_INPUT', 'This assertion is not in force.', ['assertionId'])
  if (contradictions.length === 0) {
    throw new Refusal('INVALID_INPUT', 'The assertion says nothing else than the opinion.', ['assertionId'])
  }
  if (resolution) {
    throw new Refusal('ALREADY_EXISTS', 'How this contradiction was dealt with is recorded already.', ['assertionId'])
  }
}

async function claimsOf(
  tx: WriteTx,
  given: readonly AssertionClaimInput[],
  { id, kind }: Engagement,
): Promise<AssertionClaim[]> {
  const frameworks = await frameworksAsserted(firmScope(tx), id)
  const claims = claimsKept(given, frameworks)
  checkClaims(claims, kind, frameworks)
  return claims
}

async function added(tx: WriteTx, engagement: Engagement, said: Partial<ManagementAssertion>) {
  const { id: engagementId, clientId } = engagement
  const number = (await tx.count(ManagementAssertion, { engagementId })) + 1
  return tx.insert(ManagementAssertion, { engagementId, clientId, number, signers: [], isRecorded: false, ...said })
}

interface Signature {
  signers: readonly AssertionSignerInput[]
  datedOn: string
  evidenceId?: string | null
}

/** A signature as it is kept, once the rules have nothing against it. */
async function signature(tx: WriteTx, engagement: Engagement, input: Signature) {
  const evidence = input.evidenceId ? await loadAvailable(tx, input.evidenceId, engagement.id) : null
  checkAssertionDate(input.datedOn, engagement, tx.now)
  const signers = input.signers.map(({ name, title }) => ({ name, title }))
  checkSignatories(signers, await signatoriesOf(firmScope(tx), engagement.id))
  return {
    signers,
    datedOn: input.datedOn,
    signedAt: tx.now,
    signedBy: tx.actor.memberId,
    evidenceId: evidence?.id ?? null,
  }
}
