import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import type { stream } from 'exceljs'
import { isLikeFormula, neutralized } from '../../rules/formula-cells.js'
import type { ListFormat } from '../../rules/vocabulary.js'
import type { ExportedFile } from './exported-file.js'

/** A column as it is to be written. All but its title are of a workbook alone. */
export interface ColumnToExport {
  title: string
  /** In characters. */
  width: number
  /** Whether its cells may be filled in where the others are locked. */
  isOpen?: boolean
  isHidden?: boolean
  /** What is chosen from in its cells. */
  choices?: readonly string[]
  /** What a person is told who goes to one of its cells. */
  hint?: string
}

/** A list as it is to be written: what its columns are called and how wide they are, in characters, and its rows. */
export interface ListToExport {
  /** Of the file, without its ending. */
  name: string
  /** Of the worksheet. */
  sheetName: string
  columns: readonly ColumnToExport[]
  /** Whether a workbook locks its cells, but for those of columns that are open. */
  isProtected?: boolean
  /** How many columns stay in sight in a workbook; none where it is left out. */
  columnsInSight?: number
  /** As many texts in each as there are columns. */
  rows: readonly (readonly string[])[]
}

const mediaTypes: Readonly<Record<ListFormat, string>> = {
  CSV: 'text/csv; charset=utf-8',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/**
 * Writes a list as a file. No cell of it is a formula, whatever stands in it: in a file of text an apostrophe stands before what a
 * spreadsheet would take for one (`withoutApostrophe` takes it away again), in a workbook each cell is text, and such a one stays text
 * when a person edits it. Other requests have their turn between rows.
 */
export async function exportedList(list: ListToExport, format: ListFormat): Promise<ExportedFile> {
  const bytes = await (format === 'CSV' ? asCsv(list) : asWorkbook(list))
  return {
    fileName: `${list.name}.${format.toLowerCase()}`,
    mediaType: mediaTypes[format],
    byteCount: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    content: bytes.toString('base64'),
  }
}

/** So many rows are written in one turn of the event loop. */
const rowsAtOnce = 25

/** RFC 4180, with the mark by which Excel knows UTF-8. */
async function asCsv({ columns, rows }: ListToExport): Promise<Buffer> {
  const written = ['\ufeff', csvOf([columns.map(({ title }) => title)])]
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await nextTurn()
    written.push(csvOf(rows.slice(from, from + rowsAtOnce)))
  }
  return Buffer.from(written.join(''))
}

const csvOf = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => row.map(neutralized)),
    // Both, since a line may end either way within a cell.
    { record_delimiter: '\r\n', quoted_match: /[\r\n]/ },
  )

async function asWorkbook(list: ListToExport): Promise<Buffer> {
  const { sheetName, columns, rows, isProtected = false, columnsInSight = 0 } = list
  const Writer = await workbookWriter()
  const file = new PassThrough()
  const parts: Buffer[] = []
  file.on('data', (part: Buffer) => parts.push(part))
  const workbook = new Writer({ stream: file, useStyles: true, useSharedStrings: true })
  const sheet = workbook.addWorksheet(sheetName, {
    views: [{ state: 'frozen', ySplit: 1, xSplit: columnsInSight }],
  })
  const style = { alignment: { wrapText: true, vertical: 'top' as const } }
  sheet.columns = columns.map(({ title, width, isOpen = false, isHidden = false }) => {
    const open = isProtected && isOpen ? { protection: { locked: false } } : {}
    // What is hidden makes no row higher.
    const shown = isHidden ? {} : style
    return { header: title, width, hidden: isHidden, style: { ...shown, ...open } }
  })
  if (isProtected) await protect(sheet, columns, rows.length)
  const header = sheet.getRow(1)
  header.font = { name: 'Calibri', family: 2, size: 11, bold: true }
  header.commit()
  for (const [at, cells] of rows.entries()) {
    if (at % rowsAtOnce === 0) await nextTurn()
    const row = sheet.addRow(cells.map((text) => (text === '' ? null : withoutReturns(text))))
    cells.forEach((text, column) => {
      // The format of text: edited in Excel it stays what it is. Other cells are text by their type.
      if (isLikeFormula(text)) row.getCell(column + 1).numFmt = '@'
    })
    row.commit()
  }
  await workbook.commit()
  return Buffer.concat(parts)
}

/** As many characters as Excel shows to who goes to a cell. */
const hintChars = 255

/** The little that is used of a worksheet that is written as a stream, beyond what its types tell. */
interface Protectable {
  protect(password: string, options: object): Promise<void> | void
  dataValidations: { add(range: string, validation: object): void }
  getColumn(at: number): { letter: string }
}

/** Locks what is not open, without a password: it keeps people from mistakes, and nobody from changing what they may. */
async function protect(sheet: object, columns: readonly ColumnToExport[], rowCount: number): Promise<void> {
  const protectable = sheet as Protectable
  await protectable.protect('', { formatColumns: true, formatRows: true, sort: false, autoFilter: true })
  if (rowCount === 0) return
  for (const [at, { choices, hint }] of columns.entries()) {
    if (!choices && !hint) continue
    const { letter } = protectable.getColumn(at + 1)
    const told = hint ? { showInputMessage: true, prompt: hint.slice(0, hintChars) } : {}
    const chosen = choices && {
      ...{ type: 'list', formulae: [`"${choices.join(',')}"`], showErrorMessage: true },
      ...{ errorTitle: 'Not one of these', error: `Choose one of: ${choices.join(', ')}.`.slice(0, hintChars) },
    }
    protectable.dataValidations.add(`${letter}2:${letter}${rowCount + 1}`, {
      ...{ type: 'any', allowBlank: true, ...chosen, ...told },
    })
  }
}

/**
 * A text as a workbook holds it: who reads its XML takes a carriage return for an end of line, so that it stands there by its number, as
 * Excel writes it; what looks like such a number and is none has one before it.
 */
const withoutReturns = (text: string): string =>
  text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replaceAll('\r', '_x000D_')

let loaded: Promise<typeof stream.xlsx.WorkbookWriter> | null = null

/**
 * What writes workbooks. Loading it takes the processor some tenths of a second: a service does so when it starts, and other programs
 * where they need it.
 */
export function workbookWriter(): Promise<typeof stream.xlsx.WorkbookWriter> {
  // This part of the package alone: the whole of it takes three times as long.
  const part = 'exceljs/lib/stream/xlsx/workbook-writer.js'
  loaded ??= import(part).then((module: { default: typeof stream.xlsx.WorkbookWriter }) => module.default)
  return loaded
}
