import { engagementOf } from '../../kernel/access/belonging.js'
import { notFound } from '../../kernel/access/faults.js'
import { allows } from '../../kernel/access/permission.js'
import { findAny } from '../../kernel/store/any-row.js'
import { classOf, type EngagementRow, type Row, typeNameOf } from '../../kernel/store/row.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import { addOpening } from '../evidence/opening.queries.js'
import type { RecordOpenedInput } from './opening.inputs.js'
import { Opening } from './opening.js'
import { type OpenablePaper, papers } from './papers.js'

/**
 * Notes that who acts opened a paper, and what it said then. It is no act on the engagement: nothing is locked or appended to the trail,
 * and it is possible in every state.
 * Refused: NOT_FOUND for what the caller does not see; INVALID_INPUT for what is no paper; INVALID_TRANSITION for a population that is
 * not frozen, and for evidence that cannot be read; VERSION_CONFLICT where the digest is not that of what the paper says now.
 */
export async function recordOpened(
  tx: WriteTx,
  { nodeId, contentDigest }: RecordOpenedInput,
): Promise<{ opening: Opening }> {
  const node = await seenNode(tx, nodeId)
  const kind = papers.find(({ row }) => row === classOf(node))
  if (!kind || (tx.actor.clientId !== null && !kind.isForClient)) {
    throw new Refusal('INVALID_INPUT', 'It is no paper of which you record that you opened it.', ['nodeId'])
  }
  const paper = node as EngagementRow
  await checkPresent(tx, kind, paper, contentDigest)
  const { id: engagementId, clientId } = await tx.load(Engagement, paper.engagementId)
  const opened = { engagementId, clientId, nodeType: typeNameOf(paper), nodeId: paper.id, contentDigest }
  const id = await addOpening(firmScope(tx), opened)
  return { opening: await tx.load(Opening, id) }
}

/**
 * The row with this id, of any type, which the caller may enter.
 * @throws Denial NOT_FOUND
 */
async function seenNode(tx: WriteTx, id: string): Promise<Row> {
  const { policy, rows } = tx.database
  const ofSchema = rows.filter(({ typeName }) => policy[typeName])
  const node = await findAny(tx, ofSchema, id)
  const who = node && policy[typeNameOf(node)]
  if (!who || !allows(who, tx.actor, engagementOf(node), null)) throw notFound(id)
  return node
}

/** @throws Refusal VERSION_CONFLICT where the digest is of what the paper said before, or never did */
async function checkPresent(
  tx: WriteTx,
  kind: OpenablePaper,
  paper: EngagementRow,
  contentDigest: string,
): Promise<void> {
  if (contentDigest === (await kind.digestOf(paper, tx))) return
  const message = 'The paper says something else now: open it again.'
  throw new Refusal('VERSION_CONFLICT', message, ['contentDigest'], { currentVersion: paper.version })
}
