import type { TextEncoding } from '../../rules/vocabulary.js'

/** What a decoder leaves where bytes were none of the encoding: the character that stood there is lost. */
export const lost = '\ufffd'

/** How many bytes are looked at: the names of columns and some rows. */
const lookedAt = 4_096

/**
 * How the characters of a file are written, by its mark or, without one, by the zero bytes beside the letters of Latin scripts; else
 * UTF-8, in which whatever is not will show. Windows-1252 is never found: any bytes are text in it.
 */
export function foundEncoding(head: Buffer): TextEncoding {
  const mark = head.toString('hex', 0, 2)
  if (mark === 'fffe') return 'UTF_16_LE'
  if (mark === 'feff') return 'UTF_16_BE'
  const zeros = [0, 0]
  const end = Math.min(head.length, lookedAt)
  for (let at = 0; at < end; at++) if (head[at] === 0) (zeros as [number, number])[(at % 2) as 0 | 1]++
  const [even, odd] = zeros as [number, number]
  const many = end / 6
  if (odd > many && even < odd / 8) return 'UTF_16_LE'
  return even > many && odd < even / 8 ? 'UTF_16_BE' : 'UTF_8'
}

/** Turns the bytes of a file into text as they come; `decode()` ends it. */
export interface TextReader {
  decode(bytes?: Buffer): string
}

/** Bytes that are none of the encoding become U+FFFD. Marks are left in the text. */
export function textReader(encoding: TextEncoding): TextReader {
  if (encoding === 'WINDOWS_1252') return { decode: (bytes) => (bytes ? fromWindows1252(bytes) : '') }
  const label = { UTF_8: 'utf-8', UTF_16_LE: 'utf-16le', UTF_16_BE: 'utf-16be' }[encoding]
  const decoder = new TextDecoder(label, { ignoreBOM: true })
  return { decode: (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()) }
}

/** What stands at 0x80 to 0x9F, where Latin-1 has controls. Five places are empty: there it is a control, which no cell may hold. */
const ofWindows = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

// The decoder of Node takes windows-1252 for Latin-1 in some of its versions.
const fromWindows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (character) => ofWindows[character.charCodeAt(0) - 0x80] as string)
