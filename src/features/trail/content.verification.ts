import { sha256Of } from '../../kernel/schema/digest.js'
import { type Row, typeNameOf } from '../../kernel/store/row.js'
import type { Change } from '../../kernel/store/trail.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { isSignedBy, readCheckpointLine } from '../../rules/checkpoint.js'
import { PopulationDigest } from '../../rules/population.js'
import { Refusal } from '../../rules/refusal.js'
import type { MismatchReason } from '../../rules/vocabulary.js'
import { publishedKeys } from '../identity/checkpoint-keys.js'
import { everyItem, forDigest, type StoredItem } from '../population/items.js'
import { Population } from '../population/population.js'
import { Report } from '../report/report.js'
import { digestOfContent, ResponseVersion } from '../response/response-version.js'
import { Sample } from '../sample/sample.js'
import { beginVerificationOf, drawnKeys, type Redraw } from '../sample/verification.js'
import { MISMATCHES_MAX, type TrailMismatch, type TrailVerification, verifyTrail } from './trail.verification.js'

/** What verifying an engagement showed, and how many items of populations and samples were read for it. */
export interface EngagementVerification extends TrailVerification {
  items: number
}

/**
 * Verifies an engagement's trail, and compares what the engagement holds with its digests and with what the trail recorded.
 * The caller has seen to it that the actor is on the engagement's team.
 */
export async function verifyEngagementTrail(
  tx: Tx,
  engagementId: string,
  { items }: { items: boolean },
): Promise<EngagementVerification> {
  const trail = await verifyTrail(tx, engagementId)
  const ofItems = items ? await itemMismatches(tx, engagementId) : { found: [], items: 0 }
  const found = [
    ...(await reportMismatches(tx, engagementId)),
    ...(await responseMismatches(tx, engagementId)),
    ...(await recordMismatches(tx, engagementId)),
    ...ofItems.found,
  ]
  const mismatches = found.slice(0, MISMATCHES_MAX)
  return { ...trail, intact: trail.intact && found.length === 0, mismatches, items: ofItems.items }
}

const mismatch = (row: Row, reason: MismatchReason): TrailMismatch => ({
  nodeType: typeNameOf(row),
  nodeId: row.id,
  reason,
})

async function reportMismatches(tx: Tx, engagementId: string): Promise<TrailMismatch[]> {
  const [reports, keys] = await Promise.all([tx.find(Report, { engagementId }), publishedKeys(tx)])
  return reports.flatMap((report) => {
    const found: TrailMismatch[] = []
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

async function responseMismatches(tx: Tx, engagementId: string): Promise<TrailMismatch[]> {
  const versions = await tx.find(ResponseVersion, { engagementId }, { order: { id: 'asc' } })
  return versions
    .filter(({ content, sha256 }) => digestOfContent(content) !== sha256)
    .map((version) => mismatch(version, 'CONTENT_ALTERED'))
}

/** The columns that say what an object was, of which the trail tells each change: whoever changes one here has to change it there. */
const recordedColumns = {
  Report: ['number', 'reportDate', 'sha256', 'trailPosition', 'trailHash', 'checkpoint'],
  ResponseVersion: ['number', 'sha256', 'submittedBy'],
  Population: ['digest', 'itemCount', 'importId'],
  Sample: ['method', 'seed', 'parameters', 'populationId', 'populationDigest', 'populationSize'],
} as const
type Recorded = keyof typeof recordedColumns
const recordedTypes = { Report, ResponseVersion, Population, Sample } as const
const isRecorded = (type: string): type is Recorded => type in recordedColumns

/** What the entries of the chain say of those columns, the last word of each. Of a broken chain it says what is left. */
async function recordedIn(tx: Tx, chainId: string): Promise<Map<string, { type: Recorded; said: Values }>> {
  const entries = await tx.query<{ changes: string }>(
    `select changes from trail_entry where firm_id = $1 and chain_id = $2 and changes like any($3) order by position`,
    [tx.firmId, chainId, Object.keys(recordedColumns).map((type) => `%"type":"${type}"%`)],
  )
  const recorded = new Map<string, { type: Recorded; said: Values }>()
  for (const { changes } of entries) {
    for (const { type, id, after } of changesIn(changes)) {
      if (!isRecorded(type) || !after) continue
      const known = recorded.get(id) ?? { type, said: {} }
      for (const column of recordedColumns[type]) if (column in after) known.said[column] = after[column]
      recorded.set(id, known)
    }
  }
  return recorded
}

type Values = Record<string, unknown>

/** A chain whose entries are no JSON any more is broken, and says so itself. */
function changesIn(changes: string): Change[] {
  try {
    return JSON.parse(changes) as Change[]
  } catch {
    return []
  }
}

async function recordMismatches(tx: Tx, engagementId: string): Promise<TrailMismatch[]> {
  const recorded = await recordedIn(tx, engagementId)
  const found: TrailMismatch[] = []
  for (const [type, row] of Object.entries(recordedTypes) as [Recorded, typeof Sample][]) {
    for (const one of await tx.find(row, { engagementId }, { order: { id: 'asc' } })) {
      const said = recorded.get(one.id)?.said
      recorded.delete(one.id)
      const held = one as unknown as Values
      const agrees = recordedColumns[type].every((column) => same(said?.[column], held[column]))
      if (!said || !agrees) found.push(mismatch(one, 'DIGEST_ALTERED'))
    }
  }
  // What can be removed by an act is none of these.
  return [
    ...found,
    ...[...recorded].map(([nodeId, { type }]) => ({ nodeType: type, nodeId, reason: 'REMOVED' as const })),
  ]
}

/** The trail leaves out what is null when a row is made. */
const same = (said: unknown, held: unknown): boolean => canonicalJson(said ?? null) === canonicalJson(held ?? null)

interface OfItems {
  found: TrailMismatch[]
  /** How many were read. */
  items: number
}

/** Reads each frozen population once, by the batch, for its digest and for all samples that were drawn from it. */
async function itemMismatches(tx: Tx, engagementId: string): Promise<OfItems> {
  const [populations, samples] = await Promise.all([
    tx.find(Population, { engagementId, state: 'FROZEN' }, { order: { id: 'asc' } }),
    tx.find(Sample, { engagementId }, { order: { id: 'asc' } }),
  ])
  const found: TrailMismatch[] = []
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
  const drawn =
    samples.length > 0
      ? await drawnKeys(
          tx,
          samples.map(({ id }) => id),
        )
      : new Map<string, string[]>()
  const redraws = samples.map((sample) => ({
    sample,
    redraw: attempt(() => beginVerificationOf(sample, population, drawn.get(sample.id) ?? [])),
  }))
  const digest = new PopulationDigest()
  for await (const batch of everyItem(tx, population)) {
    for (const item of batch) digest.add(forDigest(item))
    for (const one of redraws) one.redraw = one.redraw && offered(one.redraw, batch)
  }
  const found: TrailMismatch[] = []
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
