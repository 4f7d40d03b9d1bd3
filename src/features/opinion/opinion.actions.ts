import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { checkRestated } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkBases, decidedOpinion } from '../../rules/opinion-decision.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import type { AgreeOpinionInput, DecideOpinionInput, ReviseOpinionInput } from './opinion.inputs.js'
import { Opinion } from './opinion.js'
import { basesOf, checkStillProposed, proposalFor } from './proposal.js'

/**
 * Decides on the opinion: as proposed, or otherwise with a rationale. Refused: UNQUALIFIED over an undecided exception,
 * outright; on a proposal that has changed since it was read; a second one (revise it); a modification without a basis.
 */
export async function decideOpinion(tx: WriteTx, input: DecideOpinionInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  if (await tx.one(Opinion, { engagementId: engagement.id })) throw alreadyDecided()
  const decided = await decisionOn(tx, engagement, { ...input, restsOnIds })
  return { opinion: await tx.insert(Opinion, { engagementId: engagement.id, ...decided }) }
}

/** There is no opinion yet. */
export const decideOpinionGate: Gate<Engagement> = async ({ id }, { loaders, isAct }) => {
  // The act asks by itself, once it has looked for the papers.
  if (!isAct && (await loaders.child(Opinion, 'engagementId', id))) throw alreadyDecided()
}

const alreadyDecided = () =>
  new Refusal('ALREADY_EXISTS', 'The opinion is decided already: revise it.', ['engagementId'])

/** Decides anew, as when what the opinion rests on has changed. What the quality reviewer agreed to is no more. */
export async function reviseOpinion(tx: WriteTx, input: ReviseOpinionInput) {
  const opinion = await tx.load(Opinion, input.opinionId, input.expectedVersion)
  await tx.permit(opinion)
  const restsOnIds = await checkPapers(tx, opinion.engagementId, input.restsOnIds)
  checkRestated(opinion, input, ['rationale'])
  const engagement = await tx.load(Engagement, opinion.engagementId)
  const decided = await decisionOn(tx, engagement, { ...input, restsOnIds })
  await tx.update(opinion, { ...decided, agreedBy: null, agreedAt: null })
  return { opinion }
}

/** Agrees to an opinion other than the proposed one. Refused: by a member who did work; when the opinion is stale. */
export async function agreeOpinion(tx: WriteTx, input: AgreeOpinionInput) {
  const opinion = await tx.load(Opinion, input.opinionId, input.expectedVersion)
  await tx.permit(opinion)
  await tx.update(opinion, { agreedBy: tx.actor.memberId, agreedAt: tx.now })
  return { opinion }
}

/** The decision as it is kept, once the rules have nothing against it. Its papers were checked. */
async function decisionOn(tx: WriteTx, engagement: Engagement, input: DecideOpinionInput | ReviseOpinionInput) {
  const proposal = await proposalFor(tx, engagement)
  checkStillProposed(proposal, input.proposalDigest)
  const rationale = input.rationale ?? null
  const { restsOnIds } = input
  const { conclusions, overall, differs } = decidedOpinion(proposal.proposed, {
    conclusions: input.conclusions.map(({ subjectMatter, category, opinion }) => ({
      subjectMatter,
      category,
      type: opinion,
    })),
    rationale,
    paperCount: restsOnIds.length,
  })
  const drafted = basesOf(
    proposal,
    conclusions.map(({ type }) => type),
  )
  const bases = checkBases(conclusions, input.bases, drafted)
  return {
    conclusions: conclusions.map(({ type, ...place }) => ({ ...place, opinion: type })),
    overall,
    differs,
    rationale,
    restsOnIds,
    bases,
    emphases: input.emphases.map(({ kind, text }) => ({ kind, text })),
    proposalDigest: proposal.digest,
    decidedBy: tx.actor.memberId,
    decidedAt: tx.now,
  }
}
