import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { statesLive } from '../../rules/exceptions.js'
import type { ListedPerformances } from '../../rules/occurrences.js'

/** Performances of one day in one population. */
export interface Performances extends ListedPerformances {
  controlId: string
  populationId: string
  /** The places of the first of them in the list. */
  ordinals: number[]
}

/** More than cycles of one control are open on one day: 31 days of grace after each day. */
const servedInOneDay = 40

/**
 * What the frozen populations of controls list, by day and by the cycle that an item says it covers: of a million items only their days and how many there are of each. A
 * population whose place another took is left out: its items stand in that one.
 */
export const performancesOf = (
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<Performances[]> =>
  tx.query<Performances>(
    `select p.control_id as "controlId", p.id as "populationId", i.occurred_on::text as day,
       i.cells[array_position(p.columns, p.covers_column)] as covers, count(*)::int as count, (array_agg(i.ordinal order by i.ordinal))[1:$4::int] as ordinals
     from population p
     join population_item i on i.firm_id = p.firm_id and i.import_id = p.import_id and i.engagement_id = p.engagement_id
     where p.firm_id = $1 and p.engagement_id = any($2) and p.control_id = any($3) and p.state = 'FROZEN'
       and not exists (select 1 from population later where later.firm_id = p.firm_id and later.supersedes_id = p.id and later.state = 'FROZEN')
     group by p.firm_id, p.id, i.occurred_on, i.cells[array_position(p.columns, p.covers_column)]
     order by i.occurred_on, p.id, covers`,
    [firmId, engagementIds, controlIds, servedInOneDay],
  )

// By hand: exceptions are a later noun, and know occurrences, not the other way round.

/** The cycles whose missing occurrences live exceptions report. */
export async function labelsReported(
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<{ controlId: string; label: string }[]> {
  return tx.query(
    `select control_id as "controlId", unnest(occurrence_labels) as label from exception
     where firm_id = $1 and engagement_id = any($2) and control_id = any($3) and state in (${listed(statesLive)})`,
    [firmId, engagementIds, controlIds],
  )
}

/** An item by its population and its place in it. */
export interface ItemPlace {
  populationId: string
  ordinal: number
}

/** The keys of items. */
export const keysAt = (
  { tx, firmId, engagementIds }: EngagementScope,
  places: readonly ItemPlace[],
): Promise<(ItemPlace & { key: string })[]> =>
  tx.query(
    `select p.id as "populationId", i.ordinal, i.item_key as key
     from unnest($3::uuid[], $4::int[]) as place (population_id, ordinal)
     join population p on p.firm_id = $1 and p.id = place.population_id
     join population_item i on i.firm_id = $1 and i.import_id = p.import_id and i.ordinal = place.ordinal
     where p.engagement_id = any($2) and i.engagement_id = any($2)`,
    [firmId, engagementIds, places.map(({ populationId }) => populationId), places.map(({ ordinal }) => ordinal)],
  )
