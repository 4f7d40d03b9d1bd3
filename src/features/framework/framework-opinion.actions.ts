import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkEndsInOpinion } from '../../rules/conclusion-acts.js'
import { checkConcluded, frameworkOpinion } from '../../rules/framework-opinion.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import type { DecideFrameworkOpinionInput } from './framework.inputs.js'
import { Framework } from './framework.js'
import { frameworkNow } from './frameworks.js'

/**
 * Decides, as the engagement partner, on the opinion based on additional criteria, or decides anew. It follows from the conclusions on the
 * mapped controls; what is decided is how far it reaches. Refused: see `frameworkOpinion`; PROPOSAL_CHANGED on another state than was read.
 */
export async function decideFrameworkOpinion(tx: WriteTx, input: DecideFrameworkOpinionInput) {
  const framework = await tx.load(Framework, input.frameworkId, input.expectedVersion)
  await tx.permit(framework, 'update')
  const restsOnIds = await checkPapers(tx, framework.engagementId, input.restsOnIds)
  const { criteria, isLetterRefused, factsDigest } = await frameworkNow(Loaders.over(tx), framework)
  if (input.factsDigest !== factsDigest) {
    const message = 'What the opinion follows from has changed since: read the coverage again, then decide.'
    throw new Refusal('PROPOSAL_CHANGED', message, ['factsDigest'])
  }
  const { isDesignPervasive, isOperationPervasive, rationale = null } = input
  const outcomes = criteria.map(({ outcome }) => outcome)
  const decision = { isDesignPervasive, isOperationPervasive, rationale, paperCount: restsOnIds.length }
  const { design, operation } = frameworkOpinion({ outcomes, isLetterRefused }, decision)
  const decided = { designOpinion: design, operationOpinion: operation, factsDigest, rationale, restsOnIds }
  return { framework: await tx.update(framework, { ...decided, decidedBy: tx.actor.memberId, decidedAt: tx.now }) }
}

/** The engagement ends in an opinion, and every control mapped to the framework is concluded. @throws Refusal NOT_READY, INVALID_INPUT */
export const decideFrameworkOpinionGate: Gate<Framework> = async (framework, { loaders, tx, isAct }) => {
  const own = isAct ? Loaders.over(tx) : loaders
  checkEndsInOpinion((await own.byId(Engagement, framework.engagementId)) as Engagement)
  // The act asks for itself, on what it was decided on.
  if (isAct) return
  checkConcluded((await frameworkNow(own, framework)).criteria.map(({ outcome }) => outcome))
}
