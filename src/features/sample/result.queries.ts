import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope, FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { deviatingOutcomes } from '../../rules/deviations.js'
import type { Result } from './result.js'
import type { Tested } from './sample.queries.js'

/** Whether a result looks like a deviation (`looksLikeDeviation` of the rules), of an alias of the table. */
export const lookingLikeDeviation = (result: string): string => `${result}.outcome in (${listed(deviatingOutcomes)})`

/** What is changed of a result; its explanation is the one that the correction proposes, or none. */
export type Correction = Pick<Result, 'outcome' | 'note' | 'correctedFrom'> & Explanation

/** What a result says of its explanation. */
export type Explanation = Pick<
  Result,
  | 'explanationState'
  | 'explanationKind'
  | 'explanationReason'
  | 'explanationAlternativeProcedure'
  | 'explainedBy'
  | 'explainedAt'
  | 'explanationDecidedBy'
  | 'explanationDecidedAt'
  | 'explanationDecisionNote'
>

/** Changes results as one statement. The explanation of what stood there before goes; who corrects may propose another. */
export async function saveCorrections(
  { tx, firmId, engagementIds }: EngagementScope<WriteTx>,
  corrections: readonly { before: Result; said: Correction }[],
): Promise<void> {
  await tx.query(
    `update result r set outcome = n.outcome, note = n.note, corrected_from = n.corrected_from, recorded_by = $2, recorded_at = $3,
       version = r.version + 1,
       explanation_state = n.state, explanation_kind = n.kind, explanation_reason = n.reason,
       explained_by = n.explained_by, explained_at = n.explained_at, explanation_alternative_procedure = n.alternative,
       explanation_decided_by = null, explanation_decided_at = null, explanation_decision_note = null
     from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[],
       $13::timestamptz[])
       as n(id, outcome, note, alternative, corrected_from, state, kind, reason, explained_by, explained_at)
     where r.firm_id = $1 and r.id = n.id and r.engagement_id = any($14)`,
    [
      firmId,
      tx.actor.memberId,
      tx.now,
      corrections.map(({ before }) => before.id),
      corrections.map(({ said }) => said.outcome),
      corrections.map(({ said }) => said.note),
      corrections.map(({ said }) => said.explanationAlternativeProcedure),
      corrections.map(({ said }) => said.correctedFrom),
      corrections.map(({ said }) => said.explanationState),
      corrections.map(({ said }) => said.explanationKind),
      corrections.map(({ said }) => said.explanationReason),
      corrections.map(({ said }) => said.explainedBy),
      corrections.map(({ said }) => said.explainedAt),
      engagementIds,
    ],
  )
}

/**
 * Of a thousand items of the procedure's engagement what recording needs of them; the caller keeps those of its sample alone.
 *
 * It is sent in the round trip that loads the procedure, before any row could give the scope of its engagement. The procedure
 * names the engagement instead: loading it through the wall of the team fails the act where the actor is not on it.
 */
export const itemsToRecord = (
  { tx, firmId }: FirmScope<WriteTx>,
  procedureId: string,
  ids: readonly string[],
): Promise<(Tested & { sampleId: string })[]> =>
  tx.prepared<Tested & { sampleId: string }>(
    `select id, version, outcome, sample_id as "sampleId" from sample_item where firm_id = $1 and id = any($2)
       and engagement_id = (select engagement_id from procedure where firm_id = $1 and id = $3)`,
    [firmId, ids, procedureId],
  )
