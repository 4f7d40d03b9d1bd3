import type { FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import type { ImportProblem } from '../../rules/refusal.js'

/** How far the reading of a file came. */
export interface ImportProgress {
  /** Rows below the header that are not empty. */
  rowsRead: number
  problemCount: number
  /** The first ones. */
  problems: readonly ImportProblem[]
}

/**
 * Begins to read the file of an import anew: what an earlier attempt wrote is none of its items, and should that one still go on, it
 * ends at its next batch.
 * @returns whether the import is still under way
 */
export async function beginAttempt(
  { tx, firmId }: FirmScope<WriteTx>,
  importId: string,
  attemptId: string,
): Promise<boolean> {
  const begun = await tx.query(
    `update population_import set attempt_id = $3, rows_read = 0, problem_count = 0, problems = '[]'
     where firm_id = $1 and id = $2 and state = 'UNDER_WAY' returning 1`,
    [firmId, importId, attemptId],
  )
  return begun.length === 1
}

/**
 * Notes how far an attempt came. Its row is locked until the transaction ends, so that nobody cancels the import in between.
 * @returns whether the import is still under way, and this its present attempt
 */
export async function noteProgress(
  { tx, firmId }: FirmScope<WriteTx>,
  { importId, attemptId }: { importId: string; attemptId: string },
  { rowsRead, problemCount, problems }: ImportProgress,
): Promise<boolean> {
  const noted = await tx.prepared(
    `update population_import set rows_read = $4, problem_count = $5, problems = $6
     where firm_id = $1 and id = $2 and attempt_id = $3 and state = 'UNDER_WAY' returning 1`,
    [firmId, importId, attemptId, rowsRead, problemCount, JSON.stringify(problems)],
  )
  return noted.length === 1
}
