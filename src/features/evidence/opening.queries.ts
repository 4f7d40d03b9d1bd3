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

/** Notes that who acts opened a paper or a file. The caller has read its row through the walls of who acts. */
export const addOpening = ({ tx, firmId }: FirmScope<WriteTx>, opened: Opened): Promise<unknown> =>
  tx.prepared(
    `insert into opening (firm_id, id, engagement_id, client_id, member_id, node_type, node_id, content_digest, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      firmId,
      newId(),
      opened.engagementId,
      opened.clientId,
      tx.actor.memberId,
      opened.nodeType,
      opened.nodeId,
      opened.contentDigest,
      tx.now,
    ],
  )
