import { forbiddenFor, notFound } from '../../kernel/access/faults.js'
import { type Side, sideOf } from '../../kernel/access/field-sides.js'
import { findAny } from '../../kernel/store/any-row.js'
import { type EngagementRow, type RowClass, typeNameOf } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  checkExceptionTakesEvidence,
  checkPopulationTakesEvidence,
  checkProcedureTakesEvidence,
  checkResponseTakesEvidence,
} from '../../rules/evidence-links.js'
import type { SupportedNode } from '../../rules/vocabulary.js'
import { Exception } from '../exception/exception.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { ManagementResponse } from '../response/management-response.js'
import { Result } from '../sample/result.js'
import { Walkthrough } from '../walkthrough/walkthrough.js'

interface Supported {
  row: RowClass<EngagementRow>
  /** Whose people link evidence to it. */
  side: Side
  /**
   * Locks it, and refuses where it neither gains nor loses evidence as it is now.
   * @param id of one that was found for the actor
   */
  open(tx: WriteTx, id: string): Promise<EngagementRow>
}

function supported<R extends EngagementRow>(row: RowClass<R>, side: Side, check: (node: R) => void): Supported {
  const open = async (tx: WriteTx, id: string) => {
    const node = await tx.load(row, id, undefined, 'update')
    check(node)
    return node
  }
  return { row, side, open }
}

/** The procedure first, as in recording: two acts that wait for each other would both fail. */
async function openResult(tx: WriteTx, id: string): Promise<Result> {
  const { procedureId } = await tx.load(Result, id)
  const procedure = await tx.load(Procedure, procedureId, undefined, 'update')
  checkProcedureTakesEvidence(procedure)
  // Who read the procedure before has not seen this evidence, and does not sign it.
  await tx.touch(procedure)
  return tx.load(Result, id, undefined, 'update')
}

/** The procedure first, as in recording: two acts that wait for each other would both fail. */
async function openWalkthrough(tx: WriteTx, id: string): Promise<Walkthrough> {
  const { procedureId } = await tx.load(Walkthrough, id)
  const procedure = await tx.load(Procedure, procedureId, undefined, 'update')
  checkProcedureTakesEvidence(procedure)
  await tx.touch(procedure)
  return tx.load(Walkthrough, id, undefined, 'update')
}

/** THE TABLE of what evidence is linked to: how it is loaded, who may, and what must be so. */
const table: Readonly<Record<SupportedNode, Supported>> = {
  Procedure: supported(Procedure, 'firm', checkProcedureTakesEvidence),
  Walkthrough: { row: Walkthrough, side: 'firm', open: openWalkthrough },
  Result: { row: Result, side: 'firm', open: openResult },
  Population: supported(Population, 'firm', checkPopulationTakesEvidence),
  Exception: supported(Exception, 'firm', checkExceptionTakesEvidence),
  ManagementResponse: supported(ManagementResponse, 'client', checkResponseTakesEvidence),
}

const rows = Object.values(table).map(({ row }) => row)

/** What evidence is to be linked to. */
export interface FoundNode {
  node: EngagementRow
  nodeType: SupportedNode
  open: Supported['open']
}

/**
 * Finds by its id what evidence is to be linked to, whatever of the table it is.
 * @throws Denial NOT_FOUND; FORBIDDEN for what the other side links evidence to
 */
export async function findNode(tx: WriteTx, nodeId: string): Promise<FoundNode> {
  const node = await findAny(tx, rows, nodeId)
  if (!node) throw notFound(nodeId)
  const nodeType = typeNameOf(node) as SupportedNode
  const { side, open } = table[nodeType]
  if (side !== sideOf(tx.actor)) throw forbiddenFor(nodeId)
  return { node: node as EngagementRow, nodeType, open }
}
