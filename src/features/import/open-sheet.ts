import type { Readable } from 'node:stream'
import { Refusal } from '../../rules/refusal.js'
import { openCsv, type TextChoice } from './open-csv.js'
import type { OpenSheet } from './sheet-row.js'

/** Refuses with INVALID_INPUT at `evidenceId` a file that holds no rows, such as a PDF. */
export function checkHoldsRows({ mediaType }: { mediaType: string }): void {
  if (mediaType.startsWith('text/')) return
  throw new Refusal('INVALID_INPUT', `The file is no list of rows: its content is ${mediaType}.`, ['evidenceId'])
}

/**
 * Opens a file as rows of cells, by its media type.
 * @param source the bytes of a file that `checkHoldsRows` lets pass; let go when the rows were gone through
 */
export const openSheet = (source: Readable, choice: TextChoice): Promise<OpenSheet> => openCsv(source, choice)
