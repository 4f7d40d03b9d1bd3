import type { FileStorage } from '../../kernel/files/storage.js'
import { Refusal } from '../../rules/refusal.js'
import { type FileToRead, readFile, readWholeFile } from '../evidence/stored-files.js'
import { openCsv, type TextChoice } from './open-csv.js'
import { openXlsx } from './open-xlsx.js'
import type { OpenSheet } from './sheet-row.js'

/** How a file is to be read, whatever its form; null where it is to be found out. */
export interface SheetChoice extends TextChoice {
  /** The name of the worksheet of a workbook. */
  sheet: string | null
}

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What other spreadsheets are told. */
const otherWorkbooks: Readonly<Record<string, string>> = {
  'application/vnd.ms-excel': 'The file is of the form that Excel had before 2007 (.xls); save it as .xlsx or CSV.',
  'application/vnd.ms-excel.sheet.binary.macroenabled.12':
    'The workbook is in the binary form of Excel (.xlsb); save it as .xlsx.',
  'application/vnd.ms-excel.sheet.macroenabled.12':
    'The workbook holds macros (.xlsm), which no list needs; save it as .xlsx without them.',
  'application/vnd.oasis.opendocument.spreadsheet':
    'The file is an OpenDocument spreadsheet (.ods); save it as .xlsx or CSV.',
}

/** Refuses with INVALID_INPUT at `evidenceId` a file that holds no rows, such as a PDF, or holds them in a form that is not read. */
export function checkHoldsRows({ mediaType }: { mediaType: string }): void {
  if (mediaType.startsWith('text/') || mediaType === workbookType) return
  const other = otherWorkbooks[mediaType.toLowerCase()]
  throw new Refusal('INVALID_INPUT', other ?? `The file is no list of rows: its content is ${mediaType}.`, [
    'evidenceId',
  ])
}

/**
 * Opens a file that `checkHoldsRows` lets pass as rows of cells, by its media type. It is let go when the rows were gone through.
 * @param signal ends the reading of a workbook with its reason
 * @throws Refusal INVALID_INPUT at `evidenceId` or `reading.sheet`; FileMissing; while it is read FileAltered
 */
export async function openSheet(
  storage: FileStorage,
  file: FileToRead,
  mediaType: string,
  choice: SheetChoice,
  signal?: AbortSignal,
): Promise<OpenSheet> {
  if (mediaType === workbookType) {
    const { byteCount } = file
    const read = (range: { start: number; end: number }) => readFile(storage, file, range)
    return openXlsx({ byteCount, read }, choice.sheet, { folder: storage.incoming, ...(signal && { signal }) })
  }
  if (choice.sheet !== null) {
    throw new Refusal('INVALID_INPUT', 'A file of text has no worksheets; leave the name out.', ['reading', 'sheet'])
  }
  return openCsv(await readWholeFile(storage, file), choice)
}
