import type { FirmScope } from '../../kernel/store/scope.js'

/**
 * Whom the engagement letter that was recorded last names as those who may sign for management; empty where it names none. The
 * caller was permitted to act on the engagement. People of the client do not see the documents of the file: their wall is lifted for
 * this comparison.
 */
export async function signatoriesOf({ tx, firmId }: FirmScope, engagementId: string): Promise<string[]> {
  const [letter] = await tx.pastClientWall<{ signatories: string[] }>(
    `select signatories from engagement_document
     where firm_id = $1 and engagement_id = $2 and kind = 'ENGAGEMENT_LETTER' order by number desc limit 1`,
    [firmId, engagementId],
  )
  return letter?.signatories ?? []
}
