import type { SheetRow } from '../sheet-row.js'
import { Archive, type RangedFile } from './archive.js'
import { checkNoCompoundFile } from './compound-file.js'
import { workbookLimits as limits } from './limits.js'
import { Pace } from './pace.js'
import { readWorkbook, relationshipsOf, workbookPartOf } from './parts.js'
import { workbookDamaged } from './refused.js'
import { SharedStrings } from './shared-strings.js'
import { readStyles, type Styles } from './styles.js'
import { WorksheetSurvey } from './survey.js'
import { TextStore } from './text-store.js'
import { WorksheetCells } from './worksheet-cells.js'
import { worksheetRows } from './worksheet-rows.js'
import { type ElementReader, readElements } from './xml.js'

/** How a workbook is read. */
export interface WorkbookOptions {
  /** Where texts that many cells share are kept while it is read, encrypted, once they are more than are held. */
  folder: string
  /** Ends the reading with its reason. */
  signal?: AbortSignal
  /** How many bytes of such texts are held. */
  heldBytes?: number
}

/** A worksheet of a workbook. */
export interface Worksheet {
  name: string
  isHidden: boolean
  part: string
}

/** What is known of a workbook once it is open. */
interface Opened {
  archive: Archive
  sheets: readonly Worksheet[]
  styles: Styles
  is1904: boolean
  strings: SharedStrings
  pace: Pace
}

/** A workbook (XLSX, ECMA-376) that is read as a stream: the memory it takes does not grow with the file. To be closed. */
export class Workbook {
  constructor(private readonly opened: Opened) {}

  /** The worksheets in the order of the workbook, those that are hidden too; sheets of charts are none. */
  get sheets(): readonly Worksheet[] {
    return this.opened.sheets
  }

  /** @returns the rows of a worksheet, to be gone through once, and what is seen beside them */
  rows({ part }: Worksheet): { rows: AsyncGenerator<SheetRow, void>; survey: WorksheetSurvey } {
    const { archive, styles, is1904, strings, pace } = this.opened
    const survey = new WorksheetSurvey()
    const cells = new WorksheetCells(styles, is1904 ? 'FROM_1904' : 'FROM_1900', survey)
    const pieces = readElements(archive.read(part, limits.worksheetBytes), cells, pace)
    return { rows: worksheetRows({ cells, pieces, strings, survey, pace }), survey }
  }

  /** Whether something stands in any cell of a worksheet. */
  async hasRows(sheet: Worksheet): Promise<boolean> {
    const { rows } = this.rows(sheet)
    try {
      return !(await rows.next()).done
    } finally {
      await rows.return()
    }
  }

  /** Removes what was kept beside it. */
  close(): Promise<void> {
    return this.opened.strings.close()
  }
}

/**
 * Opens a workbook: reads what it says of its worksheets and formats, and no row.
 * @throws Refusal INVALID_INPUT at `evidenceId` where it is none, is protected, holds macros, or is damaged or made to harm
 */
export async function openWorkbook(
  file: RangedFile,
  { folder, signal, heldBytes }: WorkbookOptions,
): Promise<Workbook> {
  await checkNoCompoundFile(file)
  const archive = await Archive.open(file)
  const pace = new Pace(signal)
  const part = await workbookPartOf(archive, pace)
  const { sheets: listed, is1904 } = await readWorkbook(archive, part, pace)
  const relationships = await relationshipsOf(archive, part, pace)
  const partOf = (type: string): string | null => relationships.find((one) => one.type === type)?.target ?? null
  const sheets = listed.flatMap(({ name, isHidden, relationshipId }) => {
    const found = relationships.find(({ id }) => id === relationshipId)
    if (!found) throw workbookDamaged('it lists a worksheet and does not say where it is.')
    if (found.type !== 'worksheet') return []
    if (found.target === null || !archive.nameOf(found.target)) throw workbookDamaged('a worksheet is missing.')
    return [{ name, isHidden, part: found.target }]
  })
  const styles = await readStyles(archive, partOf('styles'), pace)
  const stringsPart = partOf('sharedStrings')
  const readStrings = (reader: ElementReader) =>
    readElements(archive.read(stringsPart as string, limits.stringsBytes), reader, pace)
  const strings = new SharedStrings(stringsPart === null ? null : readStrings, new TextStore(folder, heldBytes))
  return new Workbook({ archive, sheets, styles, is1904, strings, pace })
}
