import { SaxesParser } from 'saxes'
import { workbookLimits as limits } from './limits.js'
import type { Pace } from './pace.js'
import { workbookDamaged, workbookRefused } from './refused.js'

export type Attributes = Readonly<Record<string, string>>

/** Takes the elements of a part as they are met, by their names without a prefix. */
export interface ElementReader {
  /** @param depth how many elements it stands in */
  open(name: string, attributes: Attributes, depth: number): void
  close(name: string, depth: number): void
  /** A piece of text; a text may come in several. */
  text(text: string): void
}

/** So much is read between two looks at the clock. */
const pieceChars = 16_384

export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** The attribute that refers to a relationship: `r:id`, whatever the prefix. */
export const relationshipIn = (attributes: Attributes): string | null =>
  Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? null

/** Whether an attribute says yes, as XML Schema writes it. */
export const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true' || value === 'on'

/**
 * Reads a part, piece by piece. Definitions of types and entities are refused, by which small files become large ones or read others.
 * @yields after each piece, when what it held was handed on
 * @throws Refusal where it is no XML as the standard has it
 */
export async function* readElements(
  bytes: AsyncIterable<Buffer>,
  reader: ElementReader,
  pace: Pace,
): AsyncGenerator<void, void> {
  const parsing = new Parsing(reader)
  let decoder: TextDecoder | null = null
  for await (const piece of bytes) {
    decoder ??= decoderOf(piece)
    const text = decoded(decoder, piece)
    for (let at = 0; at < text.length; at += pieceChars) {
      parsing.take(text.slice(at, at + pieceChars))
      yield
      const rest = pace.rest()
      if (rest) await rest
    }
  }
  parsing.take(decoder ? decoded(decoder, null) : '')
  parsing.end()
  yield
}

/** Reads a small part to its end. */
export async function readWholePart(bytes: AsyncIterable<Buffer>, reader: ElementReader, pace: Pace): Promise<void> {
  for await (const _ of readElements(bytes, reader, pace));
}

/** By the mark of the byte order, which UTF-16 must have; else UTF-8. */
function decoderOf(head: Buffer): TextDecoder {
  const mark = head.toString('hex', 0, 2)
  return new TextDecoder(mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8', { fatal: true })
}

function decoded(decoder: TextDecoder, bytes: Buffer | null): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    throw workbookDamaged('a part of it has bytes that are no text.')
  }
}

class Parsing {
  readonly #parser = new SaxesParser({ xmlns: false, position: false })
  #depth = 0
  #sinceMark = 0

  constructor(reader: ElementReader) {
    const parser = this.#parser
    parser.on('doctype', () => {
      throw workbookRefused('The workbook defines types or entities of XML, as in files that are made to harm.')
    })
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding && !/^utf-?(?:8|16)$/i.test(encoding))
        throw workbookDamaged('a part of it is in no encoding of Unicode.')
    })
    parser.on('opentag', ({ name, attributes, isSelfClosing: _ }) => {
      this.#sinceMark = 0
      if (this.#depth >= limits.depth) throw workbookDamaged('its elements stand in each other too deep.')
      reader.open(localName(name), attributes, this.#depth++)
    })
    parser.on('closetag', ({ name }) => {
      this.#sinceMark = 0
      reader.close(localName(name), --this.#depth)
    })
    parser.on('text', (text) => {
      this.#sinceMark = 0
      reader.text(text)
    })
    parser.on('cdata', (text) => reader.text(text))
  }

  take(text: string): void {
    this.#sinceMark += text.length
    if (this.#sinceMark > limits.markupChars) throw workbookDamaged('a part of it has a text or a tag without an end.')
    this.#parsing(() => this.#parser.write(text))
  }

  end(): void {
    this.#parsing(() => this.#parser.close())
  }

  /** What the parser refuses is the fault of the file; what its reader throws comes through. */
  #parsing(step: () => void): void {
    try {
      step()
    } catch (error) {
      if (error instanceof Error && error.constructor === Error) throw workbookDamaged('a part of it is not XML.')
      throw error
    }
  }
}
