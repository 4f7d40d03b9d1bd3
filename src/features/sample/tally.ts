import type { WriteTx } from '../../data/work.js'
import { itemOutcome, type RecordedResult } from '../../rules/evaluation.js'
import { isStatistical } from '../../rules/selection.js'
import { Population } from '../population/population.js'
import { drawnPlaces, takeIn } from './draw.js'
import { Result } from './result.js'
import { parametersOf, type Sample } from './sample.js'
import { SampleItem } from './sample-item.js'

/** A result as the rules count it. */
export const asRecorded = (result: Result): RecordedResult => ({
  item: result.sampleItemId,
  attribute: result.attributeId,
  outcome: result.outcome,
  alternativeProcedure: result.alternativeProcedure !== null,
  explanation: result.explanationState,
})

/**
 * Brings up to date what follows from the results of some items, in the same transaction and by statements on sets: the
 * items' outcomes, replacements for those to which nothing applied, and the sample's counters. The caller holds the
 * procedure's lock.
 */
export async function reckon(
  tx: WriteTx,
  sample: Sample,
  itemIds: readonly string[],
  attributes: number,
): Promise<void> {
  await reckonItems(tx, itemIds, attributes)
  await replaceNotApplicable(tx, sample)
  const [counts] = await tx.query<Tally>(
    `select count(*)::int as items,
       count(*) filter (where outcome = 'PASS')::int as passed,
       count(*) filter (where outcome = 'DEVIATION')::int as deviating,
       count(*) filter (where outcome = 'UNABLE_TO_TEST')::int as unable,
       count(*) filter (where outcome = 'NOT_APPLICABLE')::int as not_applicable
     from sample_item where firm_id = $1 and sample_id = $2`,
    [tx.firmId, sample.id],
  )
  const { items, passed, deviating, unable, not_applicable } = counts as Tally
  await tx.update(sample, {
    itemCount: items,
    testedCount: passed + deviating + unable,
    deviationCount: deviating + unable,
    passedCount: passed,
    unableToTestCount: unable,
    notApplicableCount: not_applicable,
  })
}

interface Tally {
  items: number
  passed: number
  deviating: number
  unable: number
  not_applicable: number
}

/** The outcomes are derived: the trail holds the results they follow from. */
async function reckonItems(tx: WriteTx, itemIds: readonly string[], attributes: number): Promise<void> {
  const results = await tx.find(Result, { sampleItemId: itemIds as string[] })
  const ofItem = new Map<string, RecordedResult[]>()
  for (const result of results) {
    const known = ofItem.get(result.sampleItemId)
    if (known) known.push(asRecorded(result))
    else ofItem.set(result.sampleItemId, [asRecorded(result)])
  }
  const outcomes = itemIds.map((id) => itemOutcome(ofItem.get(id) ?? [], attributes))
  await tx.query(
    `update sample_item i set outcome = n.outcome, version = i.version + 1
     from unnest($2::uuid[], $3::text[]) as n(id, outcome)
     where i.firm_id = $1 and i.id = n.id and i.outcome is distinct from n.outcome`,
    [tx.firmId, itemIds, outcomes],
  )
}

/** Each item to which nothing applied is replaced once, by the next of the draw, as far as the population goes. */
async function replaceNotApplicable(tx: WriteTx, sample: Sample): Promise<void> {
  if (!isStatistical(sample.method)) return
  const left = sample.populationSize - sample.itemCount
  if (left < 1) return
  const waiting = await tx.query<{ id: string }>(
    `select i.id from sample_item i where i.firm_id = $1 and i.sample_id = $2 and i.outcome = 'NOT_APPLICABLE'
       and not exists (select 1 from sample_item r where r.firm_id = $1 and r.sample_id = $2 and r.replaces_id = i.id)
     order by i.position limit $3`,
    [tx.firmId, sample.id, left],
  )
  if (waiting.length === 0) return
  const population = await tx.load(Population, sample.populationId)
  const parameters = parametersOf(sample)
  const draws = [...parameters.draws, waiting.length]
  const { method, seed } = sample
  const places = await drawnPlaces(tx, population, { method, seed, draws, stratumColumn: parameters.stratumColumn })
  await takeIn(tx, sample, population, {
    places,
    drawnAs: 'REPLACEMENT',
    replaced: waiting.map(({ id }) => id),
  })
  await tx.update(sample, {
    itemCount: sample.itemCount + places.length,
    parameters: JSON.stringify({ ...parameters, draws }),
  })
}

/** The items of a sample with these ids, by id. */
export async function itemsOf(
  tx: WriteTx,
  sample: Sample,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SampleItem>> {
  const found = await tx.find(SampleItem, { id: ids as string[], sampleId: sample.id })
  return new Map(found.map((item) => [item.id, item]))
}
