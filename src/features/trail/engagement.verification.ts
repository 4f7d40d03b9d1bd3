import { sha256Of } from '../../kernel/schema/digest.js'
import { isReader } from '../../kernel/store/readers.js'
import { type Row, type RowClass, typeNameOf, type Where } from '../../kernel/store/row.js'
import { type ClientScope, type EngagementScope, type FirmScope, firmScope, scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { isSignedBy, readCheckpointLine } from '../../rules/checkpoint.js'
import { PopulationDigest } from '../../rules/population.js'
import { Refusal } from '../../rules/refusal.js'
import type { MismatchReason } from '../../rules/vocabulary.js'
import { Client } from '../client/client.js'
import { Evidence } from '../evidence/evidence.js'
import { evidenceWithoutFileOf } from '../evidence/verification.queries.js'
import { Member } from '../firm/member.js'
import { publishedKeys } from '../identity/checkpoint-keys.js'
import { everyItem, forDigest } from '../population/items.js'
import { Population } from '../population/population.js'
import type { StoredItem } from '../population/population-item.queries.js'
import { Report } from '../report/report.js'
import { digestOfContent, ResponseVersion } from '../response/response-version.js'
import { Sample } from '../sample/sample.js'
import { drawnKeys } from '../sample/sample.queries.js'
import { beginVerificationOf, type Redraw } from '../sample/verification.js'
import { type EngagementVerification, MISMATCHES_MAX, type RowMismatch } from './engagement-verification.js'
import { ItemOutcomes } from './item-outcomes.js'
import { type Compared, type RowVerification, verifyRows } from './rows.verification.js'
import { peopleOf } from './trail.queries.js'
import { verifyTrail } from './trail.verification.js'

/** What verifying an engagement showed, and how many entries, rows and items were read for it. */
export interface Verified {
  verification: EngagementVerification
  /** All of what does not agree, of which the verification names the first. */
  found: readonly RowMismatch[]
  read: number
}

/**
 * Verifies an engagement: its trail, every row against what the trail recorded of it, the client and the memberships of those
 * who worked on it against the firm's own trail, and contents against their digests.
 * @param items whether every item of every population and sample is read again
 */
export async function verifyEngagement(scope: EngagementScope, { items }: { items: boolean }): Promise<Verified> {
  const { tx, engagementId } = scope
  const trail = await verifyTrail(scope)
  const outcomes = new ItemOutcomes()
  const rows = await verifyRows(scope, ofEngagement(tx, engagementId), { each: (row) => outcomes.take(row) })
  const people = await verifyPeople(scope)
  const ofItems = items ? await itemMismatches(tx, engagementId) : { found: [], items: 0 }
  const found = [
    ...rows.found,
    ...people.found,
    ...(await reportMismatches(tx, engagementId)),
    ...(await responseMismatches(tx, engagementId)),
    ...(await evidenceMismatches(scope)),
    ...outcomes.mismatches(),
    ...ofItems.found,
  ]
  const verification = {
    intact: trail.intact && found.length === 0,
    trail,
    rowCount: rows.rows + people.rows,
    itemCount: ofItems.items,
    mismatches: found.slice(0, MISMATCHES_MAX),
    mismatchCount: found.length,
  }
  return { verification, found, read: trail.entryCount + rows.read + people.read + ofItems.items }
}

/** The same for what concerns no engagement: the rows of the firm's own trail. */
export const verifyFirmRows = (scope: FirmScope): Promise<RowVerification> =>
  verifyRows(scope, (row) => (isOfEngagement(row) || row.trailOf === 'CLIENT' ? null : {}))

/** The same for what is a client's own: the rows of its registers. */
export const verifyClientRows = (scope: ClientScope): Promise<RowVerification> =>
  verifyRows(scope, ({ trailOf }) => (trailOf === 'CLIENT' ? ({ clientId: scope.clientId } as Where<Row>) : null))

const isOfEngagement = ({ engagementKey }: RowClass): boolean => engagementKey !== null

/** What who asks is not shown is not compared for them: the engagement partner, and the operator, compare it. */
const ofEngagement =
  (tx: Tx, engagementId: string): Compared =>
  (row) =>
    row.engagementKey === null || !isReader(tx, row, engagementId) ? null : { [row.engagementKey]: engagementId }

/** The client, and who is or was on the team or acted in the engagement: rows of the firm's own trail. */
async function verifyPeople(scope: EngagementScope): Promise<RowVerification> {
  const { clientId, memberIds } = await peopleOf(scope)
  if (clientId === null) return { found: [], rows: 0, read: 0 }
  const seen = new Set<string>()
  const compared: Compared = (row) => (row === Client ? { id: clientId } : row === Member ? { id: memberIds } : null)
  const verified = await verifyRows(firmScope(scope.tx), compared, {
    ids: [clientId, ...memberIds],
    each: ({ id }) => seen.add(id),
  })
  // Where an engagement was moved to another firm, those it names are neither there nor in the firm's trail.
  for (const { nodeId } of verified.found) seen.add(nodeId)
  const missing = (nodeType: string, ids: readonly string[]): RowMismatch[] =>
    ids.filter((id) => !seen.has(id)).map((nodeId) => ({ nodeType, nodeId, reason: 'REMOVED', fields: [] }))
  const found = [...verified.found, ...missing(Client.typeName, [clientId]), ...missing(Member.typeName, memberIds)]
  return { ...verified, found }
}

const mismatch = (row: Row, reason: MismatchReason): RowMismatch => ({
  nodeType: typeNameOf(row),
  nodeId: row.id,
  reason,
  fields: [],
})

/** Evidence whose file the database no longer knows as what was brought. The files themselves are for `npm run evidence:verify`. */
async function evidenceMismatches(scope: EngagementScope): Promise<RowMismatch[]> {
  const nodeType = Evidence.typeName
  const found = await evidenceWithoutFileOf(scope)
  return found.map(({ id: nodeId }) => ({ nodeType, nodeId, reason: 'CONTENT_ALTERED', fields: [] }))
}

async function reportMismatches(tx: Tx, engagementId: string): Promise<RowMismatch[]> {
  const [reports, keys] = await Promise.all([tx.find(Report, { engagementId }, { whole: true }), publishedKeys(tx)])
  return reports.flatMap((report) => {
    const found: RowMismatch[] = []
    if (sha256Of(report.model) !== report.sha256 || !isCanonical(report.model)) {
      found.push(mismatch(report, 'CONTENT_ALTERED'))
    }
    const checkpoint = report.checkpoint === null ? null : readCheckpointLine(report.checkpoint)
    const key = checkpoint && keys.get(checkpoint.keyId)
    const holds =
      checkpoint?.firmId === report.firmId &&
      checkpoint.chainId === engagementId &&
      checkpoint.position === report.trailPosition &&
      checkpoint.hash === report.trailHash &&
      key !== undefined &&
      key !== null &&
      isSignedBy(checkpoint, key)
    if (report.checkpoint !== null && !holds) found.push(mismatch(report, 'CHECKPOINT_FORGED'))
    return found
  })
}

function isCanonical(model: string): boolean {
  try {
    return canonicalJson(JSON.parse(model)) === model
  } catch {
    return false
  }
}

async function responseMismatches(tx: Tx, engagementId: string): Promise<RowMismatch[]> {
  const versions = await tx.find(ResponseVersion, { engagementId }, { order: { id: 'asc' }, whole: true })
  return versions
    .filter(({ content, sha256 }) => digestOfContent(content) !== sha256)
    .map((version) => mismatch(version, 'CONTENT_ALTERED'))
}

interface OfItems {
  found: RowMismatch[]
  /** How many were read. */
  items: number
}

/** Reads each frozen population once, by the batch, for its digest and for all samples that were drawn from it. */
async function itemMismatches(tx: Tx, engagementId: string): Promise<OfItems> {
  const [populations, samples] = await Promise.all([
    tx.find(Population, { engagementId, state: 'FROZEN' }, { order: { id: 'asc' } }),
    tx.find(Sample, { engagementId }, { order: { id: 'asc' } }),
  ])
  const found: RowMismatch[] = []
  let items = 0
  for (const population of populations) {
    const drawn = samples.filter(({ populationId }) => populationId === population.id)
    const read = await populationMismatches(tx, population, drawn)
    found.push(...read.found)
    items += read.items
  }
  const known = new Set(populations.map(({ id }) => id))
  const astray = samples.filter(({ populationId }) => !known.has(populationId))
  return { found: [...found, ...astray.map((sample) => mismatch(sample, 'NOT_REDRAWN'))], items }
}

async function populationMismatches(tx: Tx, population: Population, samples: Sample[]): Promise<OfItems> {
  // What was disposed of cannot be compared; that it was, and when, is a change in the trail.
  if (population.itemsDisposedAt) return { found: [], items: 0 }
  const drawn = samples.length > 0 ? await drawnKeys(scopeOf(tx, ...samples), samples) : new Map<string, string[]>()
  const redraws = samples.map((sample) => ({
    sample,
    redraw: attempt(() => beginVerificationOf(sample, population, drawn.get(sample.id) ?? [])),
  }))
  const digest = new PopulationDigest()
  for await (const batch of everyItem(tx, population)) {
    for (const item of batch) digest.add(forDigest(item))
    for (const one of redraws) one.redraw = one.redraw && offered(one.redraw, batch)
  }
  const found: RowMismatch[] = []
  if (digest.items !== population.itemCount || digest.hex() !== population.digest) {
    found.push(mismatch(population, 'CONTENT_ALTERED'))
  }
  for (const { sample, redraw } of redraws) {
    if (!(redraw && attempt(() => redraw.found().matches))) found.push(mismatch(sample, 'NOT_REDRAWN'))
  }
  const drawnItems = [...drawn.values()].reduce((sum, keys) => sum + keys.length, 0)
  return { found, items: digest.items + drawnItems }
}

const offered = (redraw: Redraw, batch: readonly StoredItem[]): Redraw | undefined =>
  attempt(() => {
    for (const item of batch) redraw.offer(item)
    return redraw
  })

/** @returns undefined where the record of the sample is none: no JSON, or one that the rules of drawing refuse */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal || error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
