import type { FirmScope } from '../../kernel/store/scope.js'

/** Whether a version of a response that was submitted names this evidence. The caller has read the response. */
export async function isNamedInVersion(
  { tx, firmId }: FirmScope,
  responseId: string,
  evidenceId: string,
): Promise<boolean> {
  const found = await tx.query(
    `select 1 from response_version v, jsonb_array_elements(v.content -> 'evidence') named
     where v.firm_id = $1 and v.response_id = $2 and named ->> 'evidenceId' = $3 limit 1`,
    [firmId, responseId, evidenceId],
  )
  return found.length > 0
}
