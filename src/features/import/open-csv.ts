import { finished, type Readable } from 'node:stream'
import { CsvError, type Parser, parse } from 'csv-parse'
import type { ColumnSeparator, TextEncoding } from '../../rules/vocabulary.js'
import { foundEncoding, type TextReader, textReader } from './encoding.js'
import { listLimits } from './limits.js'
import { foundSeparator, separatorCharacters, separatorSaid } from './separator.js'
import { type OpenSheet, type SheetRow, UnreadableRow } from './sheet-row.js'

/** How a file of text is to be read; null: as it is found out. */
export interface TextChoice {
  encoding: TextEncoding | null
  separator: ColumnSeparator | null
}

/** So much of a file is looked at before its rows are read. */
const headBytes = 131_072

// The parser can only be stopped between two writes, and rows it must complain about cost it thirty times as much as
// others: small pieces keep the wait short when a hostile file is given up.
const pieceChars = 8_192

/**
 * Opens a file of cells separated by commas, semicolons, tabs or vertical bars: lines ended by LF or CRLF, quotation marks as in RFC
 * 4180, which may have line ends within. Marks of the byte order and a line `sep=` stand before the rows and are none.
 * The memory it takes does not grow with the file.
 * @param source destroyed when the rows were gone through, however that ends
 */
export async function openCsv(source: Readable, choice: TextChoice): Promise<OpenSheet> {
  const pieces = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  const { bytes, isWhole } = await headOf(pieces)
  const encoding = choice.encoding ?? foundEncoding(bytes)
  const reader = textReader(encoding)
  const decoded = reader.decode(bytes) + (isWhole ? reader.decode() : '')
  const marked = withoutMarks(decoded)
  const said = separatorSaid(marked)
  const text = said ? withoutMarks(marked.slice(said.length)) : marked
  const separator = choice.separator ?? said?.separator ?? foundSeparator(text)
  const rest = isWhole ? null : { pieces, reader }
  const fault =
    said && !said.separator && !choice.separator
      ? 'The line sep= names what no list is separated by; take a comma, semicolon, tab or vertical bar.'
      : lineFault(text)
  const first = { text, line: said ? 2 : 1 }
  return { encoding, separator, worksheet: null, isEven: true, rows: rowsOf(source, first, rest, separator, fault) }
}

const withoutMarks = (text: string): string => text.replace(/^\ufeff+/, '')

async function headOf(pieces: AsyncIterator<Buffer>): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const taken: Buffer[] = []
  for (let length = 0; length < headBytes; ) {
    const { value, done } = await pieces.next()
    if (done) return { bytes: Buffer.concat(taken), isWhole: true }
    taken.push(value)
    length += value.length
  }
  return { bytes: Buffer.concat(taken), isWhole: false }
}

/** Lines that end as no list is taken: told by itself, since every row would be one cell of the first. */
const lineFault = (text: string): string | null =>
  text.includes('\r') && !text.includes('\n')
    ? 'The lines of the file end with a carriage return alone, as old Macs wrote them; save it with line feeds.'
    : null

async function* rowsOf(
  source: Readable,
  first: { text: string; line: number },
  rest: { pieces: AsyncIterator<Buffer>; reader: TextReader } | null,
  separator: ColumnSeparator,
  fault: string | null,
): AsyncGenerator<SheetRow, void> {
  const parsing = new Parsing(separatorCharacters[separator], first.line)
  try {
    if (fault) throw new UnreadableRow(1, 'NOT_CSV', fault)
    yield* parsing.rowsOf(first.text)
    for (let next = await rest?.pieces.next(); rest && next && !next.done; next = await rest.pieces.next()) {
      yield* parsing.rowsOf(rest.reader.decode(next.value))
    }
    yield* parsing.rowsOf(rest?.reader.decode() ?? '', true)
  } finally {
    parsing.close()
    source.destroy()
  }
}

/** The parser, fed piece by piece. */
class Parsing {
  readonly #parser: Parser
  #ready: string[][] = []
  #row = 0

  constructor(
    delimiter: string,
    private readonly firstLine: number,
  ) {
    this.#parser = parse({
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      // Rows of another width are faults with a row number, found by who reads the list.
      relax_column_count: true,
      // These two bound the memory for one row: its text, and the number of its cells. All cells past the last column
      // allowed run together in one more cell, and so count as text.
      max_record_size: listLimits.rowBytes,
      ignore_last_delimiters: listLimits.columns + 1,
    })
    // `#step` rejects with what happened; without a listener the same error would also end the process.
    this.#parser.on('error', () => {})
    // Listening takes each row the moment it is parsed; iterating would lose those read just before the parser gives up.
    this.#parser.on('data', (cells: string[]) => this.#ready.push(cells))
  }

  /** @throws UnreadableRow after the rows before it */
  async *rowsOf(text: string, isLast = false): AsyncGenerator<SheetRow, void> {
    for (let at = 0; at < text.length; at += pieceChars) {
      yield* this.#after(await this.#step((done) => this.#parser.write(text.slice(at, at + pieceChars), done)))
    }
    if (!isLast) return
    yield* this.#after(
      await this.#step((done) => {
        finished(this.#parser, done)
        this.#parser.end()
      }),
    )
  }

  close(): void {
    this.#parser.destroy()
  }

  *#after(error: CsvError | null): Generator<SheetRow, void> {
    const ready = this.#ready
    this.#ready = []
    for (const cells of ready) {
      this.#row++
      yield { row: this.#row, cells: cells.map((text) => ({ text, type: 'TEXT' as const })) }
    }
    if (error) throw new UnreadableRow(this.#row + 1, 'NOT_CSV', this.#explained(error))
  }

  /** Waits for one step of the parser. That the file makes no sense as CSV is a fault of the file, at a row. */
  async #step(step: (done: (error?: Error | null) => void) => void): Promise<CsvError | null> {
    const error = await new Promise<Error | null | undefined>(step)
    if (error && !(error instanceof CsvError)) throw error
    return error ?? null
  }

  #explained(error: CsvError): string {
    const line = this.#parser.info.lines + this.firstLine - 1
    switch (error.code) {
      case 'CSV_MAX_RECORD_SIZE':
        return `The row is too long to be one (line ${line}). Is a quotation mark left open, or is the file not CSV?`
      case 'CSV_QUOTE_NOT_CLOSED':
        return 'A cell of this row begins with a quotation mark that is never closed.'
      default:
        return `A quotation mark stands where none may (line ${line}). Put the whole cell in quotation marks and double each one inside it.`
    }
  }
}
