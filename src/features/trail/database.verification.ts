import { isOutage } from '../../kernel/access/faults.js'
import { outageOf } from '../../kernel/driver/outages.js'
import type { Database } from '../../kernel/store/database.js'
import { firmIdsOfTrails, readFirm } from '../../kernel/store/maintenance.js'
import { ClientScope, EngagementScope, firmScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import type { SignedCheckpoint } from '../../rules/checkpoint.js'
import { mismatchReasons, trailBreakReasons } from '../../rules/vocabulary.js'
import { type FileLine, isSignedByOneOf, type Keys, linesOf } from './checkpoint-file.js'
import { verifyClientRows, verifyEngagement, verifyFirmRows } from './engagement.verification.js'
import type { RowMismatch } from './engagement-verification.js'
import { clientChains, engagementChains, type HeldOfChain, heldOf } from './trail.queries.js'
import { type TrailVerification, verifyTrail } from './trail.verification.js'

/** One thing that is not as it must be, in words for the operator. */
export type Finding = string

/**
 * Verifies every chain of every firm, and every row against what its chain recorded. Where a firm or an engagement is damaged so
 * that it cannot be read, that is a finding, and the others are looked at.
 */
export async function* verifyDatabase(database: Database): AsyncGenerator<Finding> {
  for (const firmId of await firmIdsOfTrails(database)) {
    const place = `firm ${firmId}`
    yield* await verified(place, async () => {
      const [trail, rows] = await readFirm(database, firmId, async (tx) => [
        await verifyTrail(firmScope(tx)),
        await verifyFirmRows(firmScope(tx)),
      ])
      return [...findingsOf(place, trail, rows.found)]
    })
    for (const id of await readFirm(database, firmId, (tx) => clientChains(firmScope(tx)))) {
      const ofClient = `${place}, client ${id}`
      yield* await verified(ofClient, async () => {
        const [trail, rows] = await readFirm(database, firmId, async (tx) => [
          await verifyTrail(ClientScope.ofOperator(tx, id)),
          await verifyClientRows(ClientScope.ofOperator(tx, id)),
        ])
        return [...findingsOf(ofClient, trail, rows.found)]
      })
    }
    for (const id of await readFirm(database, firmId, (tx) => engagementChains(firmScope(tx)))) {
      const ofEngagement = `${place}, engagement ${id}`
      yield* await verified(ofEngagement, async () => {
        const verify = (tx: Tx) => verifyEngagement(EngagementScope.ofOperator(tx, id), { items: true })
        const { verification, found } = await readFirm(database, firmId, verify)
        return [...findingsOf(ofEngagement, verification.trail, found)]
      })
    }
  }
}

/**
 * What verifying a place finds; that it cannot be read is a finding, too.
 * @throws Error, Fault where the database is away or takes too long: that says nothing of what it holds
 */
async function verified(place: string, verify: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await verify()
  } catch (error) {
    if (outageOf(error) || isOutage(error)) throw error
    return [`${place}: it cannot be verified, because what is stored cannot be read (${(error as Error).name}).`]
  }
}

function* findingsOf(
  place: string,
  { firstBroken }: TrailVerification,
  mismatches: readonly RowMismatch[],
): Generator<Finding> {
  if (firstBroken) {
    const { position, reason } = firstBroken
    yield `${place}: the trail is broken at ${position}, ${reason}: ${trailBreakReasons[reason]}`
  }
  for (const { nodeType, nodeId, reason, fields } of mismatches) {
    const which = fields.length > 0 ? ` (${fields.join(', ')})` : ''
    yield `${place}: ${nodeType} ${nodeId}${which}, ${reason}: ${mismatchReasons[reason]}`
  }
}

/** So many lines of one firm are asked about at a time. */
const linesAtOnce = 500

/**
 * Compares a checkpoint file, kept apart, with the database: each line with its key, then with the entry at its position. What
 * a superuser of the database can do, checkpoints removed and all hashes made anew, does not agree with the file.
 * @param keys those that count
 */
export async function* verifyFile(database: Database, file: string, keys: Keys): AsyncGenerator<Finding> {
  let batch: Line[] = []
  for await (const { number, checkpoint } of linesOf(file)) {
    const finding = faultOf({ number, checkpoint }, keys)
    if (finding) yield finding
    if (finding || !checkpoint) continue
    if (batch.length >= linesAtOnce || (batch[0] && batch[0].checkpoint.firmId !== checkpoint.firmId)) {
      yield* compared(database, batch)
      batch = []
    }
    batch.push({ number, checkpoint })
  }
  yield* compared(database, batch)
}

interface Line {
  number: number
  checkpoint: SignedCheckpoint
}

function faultOf({ number, checkpoint }: FileLine, keys: Keys): Finding | null {
  if (!checkpoint) return `line ${number} is no checkpoint`
  if (!keys.has(checkpoint.keyId)) return `line ${number} names the key ${checkpoint.keyId}, which is not published`
  return isSignedByOneOf(checkpoint, keys) ? null : `line ${number} is forged: its signature is not that of its key`
}

async function* compared(database: Database, lines: readonly Line[]): AsyncGenerator<Finding> {
  const [first] = lines
  if (!first) return
  const checkpoints = lines.map(({ checkpoint }) => checkpoint)
  const held = await readFirm(database, first.checkpoint.firmId, (tx) => heldOf(firmScope(tx), checkpoints))
  for (const [at, line] of lines.entries()) yield* differences(line, held[at] as HeldOfChain)
}

function* differences(
  { number, checkpoint }: Line,
  { length, hash, kept, isOfClient }: HeldOfChain,
): Generator<Finding> {
  const { firmId, chainId, position } = checkpoint
  const chain =
    firmId === chainId ? `firm ${firmId}` : `firm ${firmId}, ${isOfClient ? 'client' : 'engagement'} ${chainId}`
  if (length === null) yield `line ${number}: ${chain}: the trail is missing`
  else if (length < position)
    yield `line ${number}: ${chain}: the trail was cut short, it ends at ${length} before ${position}`
  else if (hash === null) yield `line ${number}: ${chain}: the entry at ${position} is missing`
  else if (hash !== checkpoint.hash)
    yield `line ${number}: ${chain}: the trail was written anew, at ${position} or before`
  if (!kept) yield `line ${number}: ${chain}: the checkpoint at ${position} was removed from the database`
}
