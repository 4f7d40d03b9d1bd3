import { isUtf8 } from 'node:buffer'

/** Looks through a file, piece by piece, whether all of it is text: UTF-8 without NUL, or UTF-16 that begins with its mark. */
export class TextCheck {
  #isText = true
  /** The last bytes of a piece where a character goes on in the next. */
  #begun = Buffer.alloc(0)
  #utf16: TextDecoder | null | undefined

  add(piece: Buffer): void {
    if (!this.#isText || piece.length === 0) return
    const bytes = this.#begun.length > 0 ? Buffer.concat([this.#begun, piece]) : piece
    this.#begun = Buffer.alloc(0)
    if (this.#utf16 === undefined) this.#utf16 = decoderFor(bytes)
    this.#isText = this.#utf16 ? isDecoded(this.#utf16, bytes) : this.#isWholeUtf8(bytes)
  }

  /** To be asked once, when all of it was added. An empty file is text. */
  isText(): boolean {
    if (this.#utf16 && this.#isText) this.#isText = isDecoded(this.#utf16, null)
    return this.#isText && this.#begun.length === 0
  }

  #isWholeUtf8(bytes: Buffer): boolean {
    const whole = bytes.length - begunBytes(bytes)
    // A copy: the piece's memory is used again by the one who gave it.
    this.#begun = Buffer.from(bytes.subarray(whole))
    const characters = bytes.subarray(0, whole)
    return isUtf8(characters) && !characters.includes(0)
  }
}

function decoderFor(bytes: Buffer): TextDecoder | null {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark === 'fffe') return new TextDecoder('utf-16le', { fatal: true })
  if (mark === 'feff') return new TextDecoder('utf-16be', { fatal: true })
  return null
}

/** @param bytes the next ones; null at the end */
function isDecoded(decoder: TextDecoder, bytes: Buffer | null): boolean {
  try {
    return !(bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()).includes('\0')
  } catch {
    return false
  }
}

/** How many bytes at the end begin a character of UTF-8 that is longer. */
function begunBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return length > back ? back : 0
  }
  return 0
}
