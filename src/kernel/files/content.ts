/** A kind of program that an operating system runs. */
export type ProgramKind = 'a program for Linux (ELF)' | 'a program for Windows (PE)' | 'a program for macOS (Mach-O)'

/** What programs for macOS begin with: 32 and 64 bits, in either order of bytes. */
const machO = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe'])

/** @param head of a file that is no text */
export function kindOfProgram(head: Buffer): { kind: ProgramKind; mediaType: string } | null {
  const begin = head.toString('hex', 0, 4)
  if (begin === '7f454c46') return { kind: 'a program for Linux (ELF)', mediaType: 'application/x-elf' }
  if (begin.startsWith('4d5a')) {
    return { kind: 'a program for Windows (PE)', mediaType: 'application/vnd.microsoft.portable-executable' }
  }
  if (machO.has(begin) || isUniversal(head)) {
    return { kind: 'a program for macOS (Mach-O)', mediaType: 'application/x-mach-binary' }
  }
  return null
}

/** Programs for several processors in one file begin as classes of Java do, whose version follows where their number stands. */
function isUniversal(head: Buffer): boolean {
  const processors = head.length >= 8 ? head.readUInt32BE(4) : 0
  return head.toString('hex', 0, 4) === 'cafebabe' && processors > 0 && processors <= 30
}

/**
 * Whether it may be text in an encoding of one byte a character, such as Windows-1252, in which spreadsheets still export
 * lists, or in UTF-16 without the mark that it should begin with: no control character but those that stand in texts.
 * @param head of a file that is not UTF-8
 */
export const isEncodedText = (head: Buffer): boolean =>
  head.every(isOfText) || isUnmarkedUtf16(head, 0) || isUnmarkedUtf16(head, 1)

const isOfText = (byte: number): boolean =>
  byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d

/** Most of its characters are of Latin scripts, whose higher byte is zero. @param low where in two bytes the lower one stands */
function isUnmarkedUtf16(head: Buffer, low: 0 | 1): boolean {
  const length = head.length - (head.length % 2)
  let latin = 0
  for (let at = 0; at < length; at += 2) {
    if (head[at + 1 - low] !== 0) continue
    if (!isOfText(head[at + low] as number)) return false
    latin += 2
  }
  return latin * 2 > length
}
