import { v7 as newId } from 'uuid'
import type { FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'

/** What was opened, as it was then. */
export interface Opened {
  engagementId: string
  clientId: string
  nodeType: string
  nodeId: string
  contentDigest: string
}

/**
 * Notes that who acts opened a paper or a file. The caller has read its row through the walls of who acts.
 * @returns the id of the note
 */
export async function addOpening({ tx, firmId }: FirmScope<WriteTx>, opened: Opened): Promise<string> {
  const id = newId()
  const { engagementId, clientId, nodeType, nodeId, contentDigest } = opened
  const { memberId, clientId: clientOfMember } = tx.actor
  await tx.prepared(
    `insert into opening (firm_id, id, engagement_id, client_id, is_of_client, node_type, node_id, content_digest, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [firmId, id, engagementId, clientId, clientOfMember !== null, nodeType, nodeId, contentDigest, memberId, tx.now],
  )
  return id
}

/**
 * Of these papers, those that who acts opened as they are now.
 * @param now the digest of what each says now, by the id of the paper
 */
export async function openedAsNow(
  { tx, firmId }: FirmScope,
  now: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const found = await tx.query<{ nodeId: string; contentDigest: string }>(
    `select distinct node_id as "nodeId", content_digest as "contentDigest" from opening
     where firm_id = $1 and node_id = any($2) and created_by = $3`,
    [firmId, [...now.keys()], tx.actor.memberId],
  )
  return new Set(found.filter((one) => now.get(one.nodeId) === one.contentDigest).map(({ nodeId }) => nodeId))
}

/** Whether who acts opened the same paper or file, as it is now, after this moment. */
export const wasOpenedSince = async (
  { tx, firmId }: FirmScope<WriteTx>,
  { nodeId, contentDigest }: Pick<Opened, 'nodeId' | 'contentDigest'>,
  moment: Date,
): Promise<boolean> => {
  const found = await tx.prepared(
    `select 1 from opening where firm_id = $1 and node_id = $2 and created_by = $3 and created_at > $4 and content_digest = $5 limit 1`,
    [firmId, nodeId, tx.actor.memberId, moment, contentDigest],
  )
  return found.length > 0
}
