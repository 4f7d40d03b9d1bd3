import { mutationsOf } from '../../kernel/access/permission.js'
import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { deviatingOutcomes, testedOutcomes } from '../../rules/deviations.js'
import type { OtherPopulation } from '../../rules/sampling-table.js'
import type { ResultOutcome } from '../../rules/vocabulary.js'
import type { Population } from '../population/population.js'
import type { Sample } from './sample.js'
import type { SampleItem } from './sample-item.js'

/** What is counted of an item. */
export type Tested = Pick<SampleItem, 'id' | 'version' | 'outcome'>

/**
 * All who had a hand in each of these procedures, by member id: who recorded results or walkthroughs, explained deviations or
 * signed as preparer. Read from the trail: a result that was recorded again, or a signature that was withdrawn, no longer says whose it
 * was.
 */
export async function performersOf(
  { tx, firmId, engagementIds }: EngagementScope,
  procedureIds: readonly string[],
): Promise<string[][]> {
  const found = await tx.query<{ procedureId: string; id: string }>(
    `select worked.id as "procedureId", performer.id
     from procedure worked, lateral (
       select distinct actor_id as id from trail_entry
       where firm_id = $1 and chain_id = worked.engagement_id and action = any($3) and actor_id is not null and node_id in (
         select worked.id
         union all select id from walkthrough where firm_id = $1 and procedure_id = worked.id
         union all select id from sample where firm_id = $1 and procedure_id = worked.id
         union all select id from result where firm_id = $1 and procedure_id = worked.id)) performer
     where worked.firm_id = $1 and worked.id = any($2) and worked.engagement_id = any($4)`,
    [firmId, procedureIds, mutationsOf(tx.database.policy, 'tested'), engagementIds],
  )
  return procedureIds.map((procedureId) => found.filter((one) => one.procedureId === procedureId).map(({ id }) => id))
}

/**
 * How many items of a sample were tested, are to be, deviate, were explained although they looked like deviations, and are such
 * that nothing applies to them.
 */
export interface Counts {
  id: string
  tested: number
  outstanding: number
  deviating: number
  explained: number
  notApplicable: number
}

/** What the results of each sample come to. */
export async function countItems(
  { tx, firmId, engagementIds }: EngagementScope,
  sampleIds: readonly string[],
): Promise<Counts[]> {
  const found = await tx.query<Counts>(
    `select i.sample_id as id,
       count(*) filter (where i.outcome in (${listed(testedOutcomes)}))::int as tested,
       count(*) filter (where i.outcome is null)::int as outstanding,
       count(*) filter (where i.outcome in (${listed(deviatingOutcomes)}))::int as deviating,
       count(*) filter (where i.outcome = 'NO_DEVIATION' and exists (select 1 from result r where r.firm_id = $1
         and r.sample_item_id = i.id and r.explanation_state = 'APPROVED' and r.corrected_from is not null))::int
         as explained,
       count(*) filter (where i.outcome = 'NOT_APPLICABLE')::int as "notApplicable"
     from sample_item i where i.firm_id = $1 and i.sample_id = any($2) and i.engagement_id = any($3) group by i.sample_id`,
    [firmId, sampleIds, engagementIds],
  )
  const known = new Map(found.map((one) => [one.id, one]))
  return sampleIds.map(
    (id) => known.get(id) ?? { id, tested: 0, outstanding: 0, deviating: 0, explained: 0, notApplicable: 0 },
  )
}

/** The keys of the items of each sample, in the order they were drawn. */
export async function drawnKeys(
  { tx, firmId, engagementIds }: EngagementScope,
  samples: readonly Sample[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const drawn = await tx.query<{ sampleId: string; key: string }>(
    `select sample_id as "sampleId", item_key as key from sample_item
     where firm_id = $1 and sample_id = any($2) and engagement_id = any($3) order by sample_id, position`,
    [firmId, samples.map(({ id }) => id), engagementIds],
  )
  const keys = new Map<string, string[]>()
  for (const { sampleId, key } of drawn) {
    const known = keys.get(sampleId)
    if (known) known.push(key)
    else keys.set(sampleId, [key])
  }
  return keys
}

/** Which of these places of the population are in the sample. */
export async function placesInSample(
  { tx, firmId, engagementIds }: EngagementScope,
  { id }: Sample,
  places: readonly number[],
): Promise<ReadonlySet<number>> {
  const known = await tx.query<{ ordinal: number }>(
    `select ordinal from sample_item
     where firm_id = $1 and sample_id = $2 and ordinal = any($3) and engagement_id = any($4)`,
    [firmId, id, places, engagementIds],
  )
  return new Set(known.map(({ ordinal }) => ordinal))
}

/** Items to which nothing applied and that nothing stands in for yet, in the order of drawing: so many at most. */
export const itemsToReplace = (
  { tx, firmId, engagementIds }: EngagementScope,
  { id }: Sample,
  limit: number,
): Promise<{ id: string }[]> =>
  tx.prepared<{ id: string }>(
    `select i.id from sample_item i
     where i.firm_id = $1 and i.sample_id = $2 and i.engagement_id = any($4) and i.outcome = 'NOT_APPLICABLE'
       and not exists (select 1 from sample_item r where r.firm_id = $1 and r.sample_id = $2 and r.replaces_id = i.id)
     order by i.position limit $3`,
    [firmId, id, limit, engagementIds],
  )

/** Writes what the results of these items come to. The trail holds the results they follow from. */
export async function saveOutcomes(
  { tx, firmId, engagementIds }: EngagementScope<WriteTx>,
  changed: readonly { item: Tested; outcome: ResultOutcome | null }[],
): Promise<void> {
  for (const { item, outcome } of changed) Object.assign(item, { outcome, version: item.version + 1 })
  await tx.prepared(
    `update sample_item i set outcome = n.outcome, version = i.version + 1
     from unnest($2::uuid[], $3::text[]) as n(id, outcome)
     where i.firm_id = $1 and i.id = n.id and i.engagement_id = any($4)`,
    [firmId, changed.map(({ item }) => item.id), changed.map(({ outcome }) => outcome), engagementIds],
  )
}

/**
 * How many items of a population were drawn, from it or from one whose place it took, and how many of these places are among them. An
 * item that is in several lists of a line is one item, known by its key.
 */
export async function drawnOf(
  { tx, firmId, engagementIds }: EngagementScope,
  { controlId, seed, importId }: Population,
  places: readonly number[],
): Promise<{ drawn: number; again: number }> {
  const [found] = await tx.query<{ drawn: number; again: number }>(
    `select count(distinct m.ordinal)::int as drawn, count(distinct m.ordinal) filter (where m.ordinal = any($6::int[]))::int as again
     from population o
     join sample s on s.firm_id = $1 and s.population_id = o.id
     join sample_item i on i.firm_id = $1 and i.sample_id = s.id
     join population_item m on m.firm_id = $1 and m.import_id = $5 and m.item_key = i.item_key
     where o.firm_id = $1 and o.engagement_id = any($2) and o.control_id = $3 and o.seed = $4`,
    [firmId, engagementIds, controlId, seed, importId, places],
  )
  return found ?? { drawn: 0, again: 0 }
}

/** The other frozen populations of a population's control, without those that another took the place of, and how many items of each its samples test. */
export const otherPopulations = (
  { tx, firmId, engagementIds }: EngagementScope,
  { id, controlId }: Population,
): Promise<OtherPopulation[]> =>
  tx.query<OtherPopulation>(
    `select o.item_count as "itemCount", coalesce((select max(s.size) from sample s
       where s.firm_id = $1 and s.population_id = o.id), 0)::int as "sampledCount"
     from population o where o.firm_id = $1 and o.control_id = $2 and o.id <> $3 and o.engagement_id = any($4)
       and o.state = 'FROZEN' and o.item_count > 0
       and not exists (select 1 from population later
         where later.firm_id = $1 and later.supersedes_id = o.id and later.state = 'FROZEN')`,
    [firmId, controlId, id, engagementIds],
  )
