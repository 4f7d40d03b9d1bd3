import type { EngagementScope, FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { countedAsDeviation } from '../../rules/deviations.js'
import type { Result } from './result.js'
import type { Tested } from './sample.queries.js'

/** Whether a result looks like a deviation (`looksLikeDeviation` of the rules), of an alias of the table. */
export const lookingLikeDeviation = (result: string): string => {
  const each = Object.entries(countedAsDeviation).map(
    ([outcome, { unlessAlternative }]) =>
      `${result}.outcome = '${outcome}'${unlessAlternative ? ` and ${result}.alternative_procedure is null` : ''}`,
  )
  return `(${each.join(' or ')})`
}

/** What is changed of a result. */
export type Correction = Pick<Result, 'outcome' | 'note' | 'alternativeProcedure' | 'correctedFrom'>

/** Changes results as one statement, and takes their explanations away. */
export async function saveCorrections(
  { tx, firmId, engagementIds }: EngagementScope<WriteTx>,
  corrections: readonly { before: Result; said: Correction }[],
): Promise<void> {
  await tx.query(
    `update result r set outcome = n.outcome, note = n.note, alternative_procedure = n.alternative,
       corrected_from = n.corrected_from, recorded_by = $2, recorded_at = $3, version = r.version + 1,
       explanation_state = null, explanation_reason = null, explained_by = null, explained_at = null,
       explanation_decided_by = null, explanation_decided_at = null, explanation_decision_note = null
     from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
       as n(id, outcome, note, alternative, corrected_from)
     where r.firm_id = $1 and r.id = n.id and r.engagement_id = any($9)`,
    [
      firmId,
      tx.actor.memberId,
      tx.now,
      corrections.map(({ before }) => before.id),
      corrections.map(({ said }) => said.outcome),
      corrections.map(({ said }) => said.note),
      corrections.map(({ said }) => said.alternativeProcedure),
      corrections.map(({ said }) => said.correctedFrom),
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
