import { bytesOf, type RangedFile } from './archive.js'
import { workbookRefused } from './refused.js'

const signature = 'd0cf11e0a1b11ae1'
const headerBytes = 512
/** So much of the directory is looked at: the names of the first streams. */
const directoryBytes = 4_096

/**
 * Refuses what Office wrote before 2007, and what it writes with a password: both are compound files (MS-CFB), and no archives.
 * @throws Refusal INVALID_INPUT that says which of the two it is
 */
export async function checkNoCompoundFile(file: RangedFile): Promise<void> {
  if (file.byteCount < headerBytes) return
  const header = await bytesOf(file, { start: 0, end: headerBytes - 1 })
  if (header.toString('hex', 0, 8) !== signature) return
  const sectorBytes = 2 ** Math.min(header.readUInt16LE(30), 12)
  const start = (header.readUInt32LE(48) + 1) * sectorBytes
  const end = Math.min(start + directoryBytes, file.byteCount) - 1
  const names = start <= end ? await bytesOf(file, { start, end }) : Buffer.alloc(0)
  if (names.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
    throw workbookRefused('The workbook is protected with a password; save it without one.')
  }
  throw workbookRefused('The file is of the form that Excel had before 2007 (.xls); save it as .xlsx or CSV.')
}
