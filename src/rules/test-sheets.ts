import type { ResultOutcome } from './vocabulary.js'

/**
 * A test sheet that was filled in elsewhere comes back to results that others may have recorded meanwhile (product page, section 4: bulk
 * saves and round trips lose nothing). Each cell is compared three ways: as it was exported, as the file has it, as it is recorded now.
 */

/** What a cell says: nothing is recorded where the outcome is null. */
export interface CellSaid {
  outcome: ResultOutcome | null
  note: string | null
}

/** SAME: nothing to save. CHANGED: the file's is saved. KEPT: another person recorded it meanwhile, and the file left it alone. CONFLICT: both changed it. */
export type CellFate = 'SAME' | 'CHANGED' | 'KEPT' | 'CONFLICT'

/** A cell of a sheet, three ways. */
export interface CellCompared {
  /** What was exported: the version of the result, 0 where there was none, and what the cell said. */
  exported: { version: number; isAsInFile: boolean }
  inFile: CellSaid
  recorded: (CellSaid & { version: number }) | null
}

/** What becomes of a cell. */
export function fateOfCell({ exported, inFile, recorded }: CellCompared): CellFate {
  const isRecordedAnew = (recorded?.version ?? 0) !== exported.version
  if (exported.isAsInFile) return isRecordedAnew ? 'KEPT' : 'SAME'
  if (inFile.outcome === (recorded?.outcome ?? null) && inFile.note === (recorded?.note ?? null)) return 'SAME'
  return isRecordedAnew ? 'CONFLICT' : 'CHANGED'
}

/** A note as it is compared: programs write the ends of lines in ways of their own, and leave out spaces at the end. */
export function comparedNote(note: string | null): string | null {
  const text = (note ?? '').replace(/\r\n?/g, '\n').trim()
  return text === '' ? null : text
}
