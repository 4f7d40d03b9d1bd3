import { finished, type Readable } from 'node:stream'
import { CsvError, type Parser, parse } from 'csv-parse'
import { type IntakeItem, type IntakeLimits, type IntakeOptions, intakeLimits, RowIntake } from './intake.js'

/** Items of a population in the order of the file, with the names of the columns of their values. */
export interface ItemBatch {
  columns: readonly string[]
  items: IntakeItem[]
  /** So far: items dated after the extraction, and those outside the period that were left out. */
  setAsideCount: number
  leftOutCount: number
}

const pieceBytes = 8_192

/**
 * Reads a population from CSV: commas, UTF-8 (a byte-order mark may lead), lines ended by LF or CRLF, quotation marks as
 * in RFC 4180, the first row naming the columns. The memory taken does not grow with the file, save for the keys.
 *
 * Nothing yielded can be trusted before the last batch came without a refusal: take items in inside a transaction.
 *
 * @param source bytes; destroyed when the reading ends, however it ends
 * @yields batches of about `limits.batchItems` items; always at least one, so that a file with only a header yields its
 *   columns and no item, which is a population of its own kind: the control was never called upon
 * @throws {Refusal} ROWS_REFUSED with every problem by row and column; INVALID_INPUT at `keyColumn`, `dateColumn` or `coversColumn` when the
 *   file has no column of that name
 */
export async function* readItems(source: Readable, options: IntakeOptions): AsyncGenerator<ItemBatch, void> {
  const limits = { ...intakeLimits, ...options.limits }
  const intake = new RowIntake(options)
  const rows = rowParser(limits)
  // Listening takes each row the moment it is parsed; iterating would lose those read just before the parser gives up.
  rows.on('data', (cells: string[]) => intake.take(cells))
  // Bytes that are not UTF-8 become U+FFFD, which the intake refuses with its row and column.
  const decoder = new TextDecoder('utf-8')
  for await (const bytes of pieces(source)) {
    await parsed(rows, intake, (done) => rows.write(decoder.decode(bytes, { stream: true }), done))
    if (intake.halted) break
    while (intake.hasBatch) yield batchOf(intake)
  }
  if (!intake.halted) {
    await parsed(rows, intake, (done) => {
      finished(rows, done)
      rows.end(decoder.decode())
    })
  }
  rows.destroy()
  intake.finish()
  do yield batchOf(intake)
  while (intake.waiting > 0)
}

const batchOf = (intake: RowIntake): ItemBatch => {
  const { setAsideCount, leftOutCount } = intake.days
  return { columns: intake.columns, items: intake.drain(), setAsideCount, leftOutCount }
}

// The parser can only be stopped between two writes, and rows it must complain about cost it thirty times as much as
// others: small pieces keep the wait short when a hostile file is given up.
async function* pieces(source: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes)
  }
}

function rowParser(limits: IntakeLimits): Parser {
  const rows = parse({
    record_delimiter: ['\r\n', '\n'],
    // Rows of another width are faults with a row number, found by the intake.
    relax_column_count: true,
    // These two bound the memory for one row: its text, and the number of its cells. All cells past the last column
    // allowed run together in one more cell, and so count as text.
    max_record_size: limits.columns * limits.cellChars * 4,
    ignore_last_delimiters: limits.columns + 1,
  })
  // `parsed` rejects with what happened; without a listener the same error would also end the process.
  rows.on('error', () => {})
  return rows
}

/** Waits for one step of the parser. That the file makes no sense as CSV is a fault of the file, at a row. */
async function parsed(
  rows: Parser,
  intake: RowIntake,
  step: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  const error = await new Promise<Error | null | undefined>(step)
  if (!error) return
  if (!(error instanceof CsvError)) throw error
  intake.breakOff(rows.info.records + 1, 'NOT_CSV', explain(error, rows.info.lines))
}

function explain(error: CsvError, line: number): string {
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return `The row is too long to be one (line ${line}). Is a quotation mark left open, or is the file not CSV?`
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'A cell of this row begins with a quotation mark that is never closed.'
    default:
      return `A quotation mark stands where none may (line ${line}). Put the whole cell in quotation marks and double each one inside it.`
  }
}
