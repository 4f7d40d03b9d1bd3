import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ReviewNoteState } from '../../rules/vocabulary.js'

/** A review note that is not cleared, with the procedure that it concerns. */
export interface NoteNotCleared {
  engagementId: string
  id: string
  /** The working paper that it is on. */
  nodeId: string
  state: ReviewNoteState
  /** Null where it concerns none. */
  procedureId: string | null
}

/**
 * The notes of these engagements that are not cleared, in the order in which they were written. A note on a population concerns each procedure
 * that drew a sample from it.
 */
export const notesNotCleared = ({ tx, firmId, engagementIds }: EngagementScope): Promise<NoteNotCleared[]> =>
  tx.query<NoteNotCleared>(
    `select n.engagement_id as "engagementId", n.id, n.node_id as "nodeId", n.state, coalesce(n.procedure_id, s.procedure_id) as "procedureId"
     from review_note n
     left join sample s on n.node_type = 'Population' and s.firm_id = n.firm_id and s.population_id = n.node_id
     where n.firm_id = $1 and n.engagement_id = any($2) and n.state <> 'CLEARED' order by n.id`,
    [firmId, engagementIds],
  )
