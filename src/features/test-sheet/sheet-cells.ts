import { sha256Of } from '../../kernel/schema/digest.js'
import { canonicalJson } from '../../rules/canonical.js'
import { type CellSaid, comparedNote } from '../../rules/test-sheets.js'
import type { Attribute } from '../procedure/attribute.js'

/** What the columns of a test sheet are called. */
export const sheetColumns = {
  position: 'No.',
  item: 'Item',
  date: 'Date',
  /** Hidden in a workbook: by it an import knows what each cell said when it was exported. */
  exported: 'As exported',
  /** Before the name of a column of the population, which may be called as one of ours. */
  listed: (name: string) => `List: ${name}`,
  outcome: (letter: string) => `${letter}: result`,
  note: (letter: string) => `${letter}: note`,
  evidence: (letter: string) => `${letter}: evidence`,
} as const

/** What a row of a sheet said when it was exported: of which sample and item it is, and of each attribute the version and the digest of the cell. */
export interface RowExported {
  sampleId: string
  /** Digest of the key of the item. */
  item: string
  /** Digest of what each item is checked for. */
  attributes: string
  cells: ReadonlyMap<string, { version: number; digest: string }>
}

/** Digest of what a cell says: so many hexadecimal digits tell apart what people write. */
export const digestOfCell = ({ outcome, note }: CellSaid): string =>
  sha256Of(canonicalJson([outcome, comparedNote(note)])).slice(0, 16)

/** Digest of what each item is checked for: a sheet that was filled in says nothing of other attributes under the same letters. */
export const digestOfAttributes = (attributes: readonly Pick<Attribute, 'letter' | 'description'>[]): string =>
  sha256Of(canonicalJson(attributes.map(({ letter, description }) => [letter, description]))).slice(0, 16)

/** Digest of the key of an item, as short as that of a cell. */
export const digestOfItem = (itemKey: string): string => sha256Of(itemKey).slice(0, 16)

/** A row as it was exported, as text: `<sample> <item> <attributes> A1.0123456789abcdef B0.…`. */
export const writtenExported = ({ sampleId, item, attributes, cells }: RowExported): string =>
  [
    sampleId,
    item,
    attributes,
    ...[...cells].map(([letter, { version, digest }]) => `${letter}${version}.${digest}`),
  ].join(' ')

/** The same read again; null where the text is none that was written so. */
export function readExported(text: string): RowExported | null {
  const [sampleId = '', item = '', attributes = '', ...parts] = text.trim().split(' ')
  const cells = new Map<string, { version: number; digest: string }>()
  for (const part of parts) {
    const found = /^([A-Z])(\d{1,9})\.([0-9a-f]{16})$/.exec(part)
    if (!found) return null
    cells.set(found[1] as string, { version: Number(found[2]), digest: found[3] as string })
  }
  const isWhole =
    /^[0-9a-f-]{36}$/.test(sampleId) && [item, attributes].every((digest) => /^[0-9a-f]{16}$/.test(digest))
  return isWhole ? { sampleId, item, attributes, cells } : null
}
