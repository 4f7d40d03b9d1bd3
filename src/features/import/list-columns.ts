import { characterRefused } from '../../rules/text.js'
import { cellUncomputed } from './date-cells.js'
import { lost } from './encoding.js'
import { listLimits } from './limits.js'
import type { Wrong } from './problems.js'
import type { SheetCell } from './sheet-row.js'

/** A column of a list. */
export interface ListColumn {
  /** Counted from 1, and by letters as a spreadsheet does. */
  position: number
  letter: string
  /** As the header has it, in NFC, white space at its ends left away and else a single space; empty where it has none. */
  name: string
  /** What it is called from here on: no other column has the same. */
  keptName: string
}

/** A column that was chosen and cannot be taken. */
export interface ColumnFault {
  wrong: Wrong
}

/** A, B ... Z, AA as a spreadsheet names columns, counted from 0. */
export const letterOf = (at: number): string =>
  (at < 26 ? '' : letterOf(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26))

/** Whether a column is chosen by its number or letter, unless one has that for a name. */
export const isPlaceOfColumn = (choice: string): boolean => /^(?:\d{1,3}|[A-Z]{1,2})$/.test(choice)

const named = (cell: string): string =>
  cell
    .replace(/^\ufeff+/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC')

/**
 * The columns of a list, by its header. Columns without a name and of one name are harmless: they are kept under the letter, and told
 * apart by it. Columns without a name at the end of a header that is too long are none.
 */
export class ListColumns {
  readonly all: readonly ListColumn[]
  /** Up to the last column that has a name: a row with fewer cells is broken off. */
  readonly namedCount: number
  /** Where the names cannot be taken: the place, counted from 1, or null for all of them. */
  readonly faults: readonly { at: number | null; found?: string; wrong: Wrong }[]

  constructor(header: readonly SheetCell[]) {
    const names = header.map(({ text }) => named(text))
    // All that stands past the last column allowed may run together in one cell.
    const last = names.findLastIndex((name, at) => (at < listLimits.columns ? name !== '' : /[^,;\t|]/.test(name)))
    this.namedCount = last + 1
    const kept = names.slice(
      0,
      names.length > listLimits.columns ? Math.min(this.namedCount, listLimits.columns) : names.length,
    )
    this.faults = [
      ...(this.namedCount > listLimits.columns ? [{ at: null, wrong: tooMany }] : []),
      ...kept.flatMap((name, at) => {
        const wrong = header[at]?.type === 'UNCOMPUTED' ? cellUncomputed : wrongWithName(name)
        return wrong ? [{ at: at + 1, found: name, wrong }] : []
      }),
    ]
    this.all = unique(kept)
  }

  /** The column that was chosen, by its name or, where no column has that name, by its number or letter. */
  chosen(choice: string): ListColumn | ColumnFault {
    const sought = named(choice)
    const so = this.all.filter(({ name }) => name === sought)
    if (so.length > 1) return { wrong: repeated(so) }
    const found =
      so[0] ??
      this.all.find(({ keptName }) => keptName === sought) ??
      this.all.find(({ position, letter }) => `${position}` === sought || letter === sought)
    return found ?? { wrong: ['COLUMN_MISSING', missing(this.all.length)] }
  }
}

const tooMany: Wrong = [
  'TOO_MANY',
  `There are more than ${listLimits.columns} columns; leave out those the test does not need.`,
]

const missing = (count: number): string =>
  `The header of the list has ${count === 1 ? '1 column' : `${count} columns`}, and none as is said here.`

const repeated = (columns: readonly ListColumn[]): Wrong => [
  'COLUMN_REPEATED',
  `The name stands over the columns ${columns.map(({ letter }) => letter).join(', ')}; choose one of them by its letter.`,
]

function wrongWithName(name: string): Wrong | null {
  if (name.includes(lost)) return ['NOT_ENCODED', `The name of the column ${notEncoded}`]
  const refused = characterRefused(name, 'key')
  if (refused) {
    return ['CHARACTER_REFUSED', `The name of the column has the character ${refused}; ${asSeen}`]
  }
  if (name.length <= listLimits.columnNameChars) return null
  return ['TOO_LONG', `The name of the column is longer than ${listLimits.columnNameChars} characters.`]
}

/** The end of a sentence about a character that the encoding of the file does not have. */
export const notEncoded =
  'has a character that is not of the encoding in which the file was read, or was lost before; export the list in UTF-8, or say its encoding.'

/** The end of a sentence about a character that is not seen. */
export const asSeen = 'write it so that all of it is seen, with plain spaces.'

/** The columns with names of which no two are the same: `Sprint (C)`, and `Column A` for one that has none. */
function unique(names: readonly string[]): ListColumn[] {
  const taken = new Set(names.filter((name, at) => names.indexOf(name) === at && names.lastIndexOf(name) === at))
  return names.map((name, at) => {
    const letter = letterOf(at)
    const isOwn = name !== '' && taken.has(name)
    let keptName = isOwn ? name : name === '' ? `Column ${letter}` : `${name} (${letter})`
    while (!isOwn && taken.has(keptName)) keptName += ` (${letter})`
    taken.add(keptName)
    return { position: at + 1, letter, name, keptName }
  })
}
