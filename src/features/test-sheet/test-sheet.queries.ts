import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ResultOutcome } from '../../rules/vocabulary.js'

/** An item of a sample, as a test sheet shows it. */
export interface SheetItem {
  id: string
  position: number
  itemKey: string
  occurredOn: string | null
  cells: string[]
}

/** The items of a sample in the order of drawing. */
export const itemsOfSheet = ({ tx, firmId, engagementIds }: EngagementScope, sampleId: string): Promise<SheetItem[]> =>
  tx.query<SheetItem>(
    `select id, position, item_key as "itemKey", occurred_on::text as "occurredOn", cells from sample_item
     where firm_id = $1 and sample_id = $2 and engagement_id = any($3) order by position`,
    [firmId, sampleId, engagementIds],
  )

/** What is recorded of one item for one attribute, with who recorded it and the names of the evidence. */
export interface SheetResult {
  sampleItemId: string
  letter: string
  outcome: ResultOutcome
  note: string | null
  version: number
  recordedAt: Date
  recordedByName: string
  evidence: string | null
}

/** The results of a sample. */
export const resultsOfSheet = (
  { tx, firmId, engagementIds }: EngagementScope,
  sampleId: string,
): Promise<SheetResult[]> =>
  tx.query<SheetResult>(
    `with linked as (
       select l.node_id, string_agg(e.file_name, '; ' order by l.id) as names
       from evidence_link l join evidence e on e.firm_id = l.firm_id and e.id = l.evidence_id
       where l.firm_id = $1 and l.sample_id = $2 and l.engagement_id = any($3) group by l.node_id)
     select r.sample_item_id as "sampleItemId", a.letter, r.outcome, r.note, r.version, r.recorded_at as "recordedAt",
       m.name as "recordedByName", linked.names as evidence
     from result r
     join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
     join member m on m.firm_id = r.firm_id and m.id = r.recorded_by
     left join linked on linked.node_id = r.id
     where r.firm_id = $1 and r.sample_id = $2 and r.engagement_id = any($3)`,
    [firmId, sampleId, engagementIds],
  )
