import { Refusal } from '../../rules/refusal.js'
import { foundText } from '../../rules/text.js'
import type { ImportNoteFact, OpenSheet, SheetRow } from './sheet-row.js'
import type { RangedFile } from './xlsx/archive.js'
import { openWorkbook, type Workbook, type WorkbookOptions, type Worksheet } from './xlsx/open-workbook.js'
import { workbookRefused } from './xlsx/refused.js'

/**
 * Opens a worksheet of a workbook as rows of cells. The workbook is closed when the rows were gone through, however that ends.
 * @param sheet the name of the worksheet; null for the only one that is not hidden and holds rows, else the first that is not hidden
 * @throws Refusal INVALID_INPUT at `evidenceId` where it is no workbook to be read, at `reading.sheet` where it has no such worksheet
 */
export async function openXlsx(file: RangedFile, sheet: string | null, options: WorkbookOptions): Promise<OpenSheet> {
  const workbook = await openWorkbook(file, options)
  try {
    const { chosen, hasOthers } =
      sheet === null ? await likeliest(workbook) : { chosen: named(workbook, sheet), hasOthers: false }
    const { rows, survey } = workbook.rows(chosen)
    const known: ImportNoteFact[] = [...(hasOthers ? [sheetsMore] : []), ...(chosen.isHidden ? [sheetHidden] : [])]
    return {
      encoding: null,
      separator: null,
      worksheet: {
        name: shownName(chosen),
        all: workbook.sheets.map((one) => ({ name: shownName(one), isHidden: one.isHidden })),
        checkUnmerged: (headerRow, width) => survey.checkUnmerged(headerRow, width),
        notes: (headerRow) => [...known, ...survey.notes(headerRow)],
      },
      isEven: false,
      rows: closing(rows, workbook),
    }
  } catch (error) {
    await workbook.close()
    throw error
  }
}

async function* closing(rows: AsyncGenerator<SheetRow, void>, workbook: Workbook): AsyncGenerator<SheetRow, void> {
  try {
    yield* rows
  } finally {
    await workbook.close()
  }
}

async function likeliest(workbook: Workbook): Promise<{ chosen: Worksheet; hasOthers: boolean }> {
  const visible = workbook.sheets.filter(({ isHidden }) => !isHidden)
  const [first] = visible
  if (!first) throw workbookRefused('The workbook shows no worksheet; choose one by reading.sheet.')
  if (visible.length === 1) return { chosen: first, hasOthers: false }
  const filled: Worksheet[] = []
  for (const one of visible) if (filled.length < 2 && (await workbook.hasRows(one))) filled.push(one)
  const [only] = filled
  return filled.length === 1 && only
    ? { chosen: only, hasOthers: false }
    : { chosen: first, hasOthers: filled.length > 1 }
}

/** By its name as it stands there, or as it is shown. */
function named({ sheets }: Workbook, sought: string): Worksheet {
  const name = sought.normalize('NFC')
  const found =
    sheets.find((one) => one.name.normalize('NFC') === name) ?? sheets.find((one) => shownName(one) === name)
  if (found) return found
  throw new Refusal('INVALID_INPUT', 'The workbook has no worksheet of this name.', ['reading', 'sheet'])
}

const shownName = ({ name }: Worksheet): string => foundText(name)

const sheetsMore: ImportNoteFact = {
  code: 'SHEETS_MORE',
  message: 'More than one worksheet holds rows, and the first was read; choose another by reading.sheet.',
}
const sheetHidden: ImportNoteFact = {
  code: 'SHEET_HIDDEN',
  message: 'The worksheet that was read is hidden in the workbook.',
}
