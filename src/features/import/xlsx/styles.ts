import type { Archive } from './archive.js'
import { workbookLimits as limits } from './limits.js'
import { type NumberShown, numberShown } from './number-format.js'
import type { Pace } from './pace.js'
import { readPart } from './parts.js'
import { workbookDamaged } from './refused.js'

/** What the numbers of cells are shown as, by the number of the cell's style. */
export type Styles = readonly NumberShown[]

/** @param part null where the workbook has no styles */
export async function readStyles(archive: Archive, part: string | null, pace: Pace): Promise<Styles> {
  const codes = new Map<number, string>()
  const formats: number[] = []
  let isOfCells = false
  if (part === null) return []
  await readPart(archive, part, pace, (name, { numFmtId, formatCode }, depth) => {
    if (depth === 1) isOfCells = name === 'cellXfs'
    if (depth !== 2) return
    if (codes.size + formats.length > limits.styles) throw workbookDamaged('it has more formats of cells than any has.')
    const id = Number(numFmtId ?? 0)
    if (name === 'numFmt' && formatCode !== undefined) codes.set(id, formatCode.slice(0, 1_000))
    if (name === 'xf' && isOfCells) formats.push(id)
  })
  // Many styles share few formats.
  const shown = new Map<number, NumberShown>()
  return formats.map((id) => {
    const known = shown.get(id) ?? numberShown(id, codes.get(id) ?? null)
    shown.set(id, known)
    return known
  })
}
