import { posix } from 'node:path'
import type { Archive } from './archive.js'
import { workbookLimits as limits } from './limits.js'
import type { Pace } from './pace.js'
import { workbookDamaged, workbookRefused } from './refused.js'
import { type Attributes, type ElementReader, isTrue, readWholePart, relationshipIn } from './xml.js'

/** What a part refers to. */
export interface Relationship {
  id: string
  /** The last word of its type, which is the same in the strict form of the standard and the other. */
  type: string
  /** The part, from the root of the archive; null where it lies outside of the workbook. */
  target: string | null
}

/** A worksheet as the workbook lists it. */
export interface ListedSheet {
  name: string
  isHidden: boolean
  relationshipId: string | null
}

/** What the part of the workbook itself says. */
export interface WorkbookPart {
  sheets: ListedSheet[]
  /** Whether days are counted from 1904. */
  is1904: boolean
}

/** Reads a small part by what its elements say. A part that is missing has none. */
export async function readPart(
  archive: Archive,
  part: string,
  pace: Pace,
  take: (name: string, attributes: Attributes, depth: number) => void,
): Promise<void> {
  if (!archive.nameOf(part)) return
  const reader: ElementReader = { open: take, close: () => undefined, text: () => undefined }
  await readWholePart(archive.read(part, limits.smallPartBytes), reader, pace)
}

/** @param part null for the archive as a whole */
export async function relationshipsOf(archive: Archive, part: string | null, pace: Pace): Promise<Relationship[]> {
  const folder = part === null ? '' : posix.dirname(part)
  const listed = part === null ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(part)}.rels`)
  const found: Relationship[] = []
  await readPart(archive, listed, pace, (name, { Id: id, Type: type, Target: target, TargetMode: mode }) => {
    if (name !== 'Relationship' || id === undefined || type === undefined || target === undefined) return
    if (found.length >= limits.entries) throw workbookDamaged('it has more relationships than any has.')
    const isOutside = mode === 'External'
    found.push({ id, type: posix.basename(type), target: isOutside ? null : partAt(folder, target) })
  })
  return found
}

/** @throws Refusal where a path leads out of the archive */
function partAt(folder: string, target: string): string {
  const path = target.startsWith('/') ? posix.normalize(target.slice(1)) : posix.normalize(posix.join(folder, target))
  if (path.startsWith('..')) throw workbookDamaged('a part refers to what lies outside of it.')
  return path
}

/**
 * Finds the part of the workbook itself.
 * @throws Refusal where it is no workbook, is in the binary form of Excel, or holds macros
 */
export async function workbookPartOf(archive: Archive, pace: Pace): Promise<string> {
  const types = new Map<string, string>()
  await readPart(archive, '[Content_Types].xml', pace, (name, { PartName: part, ContentType: type = '' }) => {
    if (name === 'Override' && part !== undefined) types.set(part.replace(/^\//, '').toLowerCase(), type)
  })
  const [main] = (await relationshipsOf(archive, null, pace)).filter(({ type }) => type === 'officeDocument')
  const part = main?.target ?? null
  if (part === null || !archive.nameOf(part)) {
    throw workbookRefused('The file has the name of a workbook, and nothing in it says where its worksheets are.')
  }
  const type = (types.get(part.toLowerCase()) ?? '').toLowerCase()
  if (/binary/.test(type) || part.endsWith('.bin')) {
    throw workbookRefused('The workbook is in the binary form of Excel (.xlsb); save it as .xlsx.')
  }
  if (/macroenabled/.test(type) || archive.names.some((name) => /(?:^|\/)vbaproject[^/]*\.bin$/i.test(name))) {
    throw workbookRefused('The workbook holds macros, which no list needs; save it as .xlsx without them.')
  }
  return part
}

/** @throws Refusal where it lists more worksheets than are taken */
export async function readWorkbook(archive: Archive, part: string, pace: Pace): Promise<WorkbookPart> {
  const read: WorkbookPart = { sheets: [], is1904: false }
  await readPart(archive, part, pace, (name, attributes, depth) => {
    if (depth === 0 && name !== 'workbook') throw workbookDamaged('where the workbook should be is something else.')
    if (depth === 1 && name === 'workbookPr') read.is1904 = isTrue(attributes.date1904)
    if (depth !== 2 || name !== 'sheet') return
    if (read.sheets.length >= limits.worksheets) {
      throw workbookRefused(`The workbook has more than ${limits.worksheets} sheets; save the list in one of its own.`)
    }
    const isHidden = attributes.state === 'hidden' || attributes.state === 'veryHidden'
    read.sheets.push({ name: attributes.name ?? '', isHidden, relationshipId: relationshipIn(attributes) })
  })
  return read
}
