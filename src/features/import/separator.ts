import type { ColumnSeparator } from '../../rules/vocabulary.js'

/** The character between two cells. */
export const separatorCharacters: Readonly<Record<ColumnSeparator, string>> = {
  COMMA: ',',
  SEMICOLON: ';',
  TAB: '\t',
  PIPE: '|',
}

const separators = Object.keys(separatorCharacters) as ColumnSeparator[]

/** So many of the first rows are looked at: more tell nothing new. */
const rowsLookedAt = 100

/**
 * What separates the cells, by the first rows of a file: that which gives the most rows the same number of cells, more than one; of
 * two alike, the one that gives more cells. A comma, where nothing separates anything.
 */
export function foundSeparator(text: string): ColumnSeparator {
  const [best] = separators
    .map((separator) => ({ separator, ...evenness(text, separatorCharacters[separator]) }))
    .toSorted((a, b) => b.rows - a.rows || b.width - a.width)
  return best && best.width > 1 ? best.separator : 'COMMA'
}

/** How many rows have the same number of cells, and how many cells those are. */
function evenness(text: string, separator: string): { rows: number; width: number } {
  const rowsOfWidth = new Map<number, number>()
  for (const width of widths(text, separator)) {
    if (width > 1) rowsOfWidth.set(width, (rowsOfWidth.get(width) ?? 0) + 1)
  }
  const [most = [1, 0]] = [...rowsOfWidth].toSorted(([a, m], [b, n]) => n - m || b - a)
  return { width: most[0], rows: most[1] }
}

/** How many cells each of the first rows has, with quotation marks as in RFC 4180; the last one may be cut off. */
function widths(text: string, separator: string): number[] {
  const found: number[] = []
  let cells = 1
  let isQuoted = false
  let isBegin = true
  for (let at = 0; at < text.length && found.length < rowsLookedAt; at++) {
    const character = text[at]
    if (isQuoted) {
      isQuoted = character !== '"' || text[at + 1] === '"'
      if (isQuoted && character === '"') at++
    } else if (character === '"' && isBegin) isQuoted = true
    else if (character === '\n') {
      found.push(cells)
      cells = 1
    } else if (character === separator) cells++
    isBegin = character === separator || character === '\n'
  }
  return found.length < rowsLookedAt && cells > 1 ? [...found, cells] : found
}

const separatorLine = /^"?sep=(.)"?\r?(?:\n|$)/i

/** The line `sep=` by which a file says what separates its cells, as spreadsheets obey and do not show it; null for none. */
export function separatorSaid(text: string): { length: number; separator: ColumnSeparator | null } | null {
  const said = separatorLine.exec(text)
  if (!said) return null
  return { length: said[0].length, separator: separators.find((one) => separatorCharacters[one] === said[1]) ?? null }
}
