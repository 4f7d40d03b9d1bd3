import type { Gate } from '../../kernel/store/gates.js'
import type { EngagementRow } from '../../kernel/store/row.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  checkExplainsNothing,
  checkNotSubmitted,
  checkNotSuperseded,
  checkRoomInResult,
  checkSameEngagement,
} from '../../rules/evidence-links.js'
import { Refusal } from '../../rules/refusal.js'
import type { SupportedNode } from '../../rules/vocabulary.js'
import { Evidence } from '../evidence/evidence.js'
import { EvidenceLink } from '../evidence/evidence-link.js'
import { supersedingOf } from '../evidence/superseding.js'
import { ManagementResponse } from '../response/management-response.js'
import { Result } from '../sample/result.js'
import type { LinkEvidenceInput, UnlinkEvidenceInput } from './linking.inputs.js'
import { isNamedInVersion } from './linking.queries.js'
import { findNode } from './supported.js'

/** The node comes first: the entry in the trail is about it. */
type Done<More = object> = Promise<{ node: EngagementRow; evidence: Evidence } & More>

/**
 * Says that a piece of evidence supports something. What it supports counts a change, so that who signs, fixes, approves or
 * submits it has seen it with this evidence.
 * Refused: evidence that is not AVAILABLE or that a newer one supersedes, an object of another engagement, one that is not open
 * for it any more (supported.ts), one that has as many pieces as it may have.
 */
export async function linkEvidence(tx: WriteTx, input: LinkEvidenceInput): Done<{ evidenceLink: EvidenceLink }> {
  const { evidence, node, nodeType } = await loadBoth(tx, input)
  if (node instanceof Result) checkRoomInResult(await tx.count(EvidenceLink, { nodeId: node.id }))
  const { engagementId, clientId, id: evidenceId } = evidence
  const sampleId = node instanceof Result ? node.sampleId : null
  const link = { engagementId, clientId, evidenceId, nodeType, nodeId: node.id, sampleId }
  const evidenceLink = await tx.insert(EvidenceLink, link)
  return { node: await tx.touch(node), evidence, evidenceLink }
}

/**
 * Takes a link back. Refused where there is none, for what a submitted version of a response names, and for what an approved
 * explanation of a result rests on.
 */
export async function unlinkEvidence(tx: WriteTx, input: UnlinkEvidenceInput): Done {
  const { evidence, node } = await loadBoth(tx, input)
  const link = await tx.one(EvidenceLink, { nodeId: node.id, evidenceId: evidence.id })
  if (!link) throw new Refusal('NOT_FOUND', 'It is not linked there.', ['evidenceId'])
  if (node instanceof ManagementResponse) {
    checkNotSubmitted(await isNamedInVersion(firmScope(tx), node.id, evidence.id))
  }
  if (node instanceof Result) checkExplainsNothing(node)
  await tx.remove(link)
  return { node: await tx.touch(node), evidence }
}

interface Both {
  evidence: Evidence
  node: EngagementRow
  nodeType: SupportedNode
}

/** Both are locked, so that neither the evidence is removed nor the object signed before the act is done. */
async function loadBoth(tx: WriteTx, { evidenceId, nodeId }: LinkEvidenceInput | UnlinkEvidenceInput): Promise<Both> {
  const evidence = await tx.load(Evidence, evidenceId, undefined, 'share')
  await tx.permit(evidence)
  const { node, nodeType, open } = await findNode(tx, nodeId)
  checkSameEngagement(evidence, node)
  return { evidence, nodeType, node: await open(tx, nodeId) }
}

/** No newer evidence that can be relied on supersedes it. */
export const linkEvidenceGate: Gate<Evidence> = async ({ id }, { loaders }) =>
  checkNotSuperseded(await supersedingOf(loaders, id, ['AVAILABLE']))
