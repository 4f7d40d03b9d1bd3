import { characterRefused, comparable } from '../../rules/text.js'
import { lost } from './encoding.js'
import { listLimits } from './limits.js'
import { asSeen, notEncoded } from './list-columns.js'
import { inFigures, type Wrong } from './problems.js'

/** The keys of a list: each is its own, nothing in it is hidden, and it is taken as it is written. */
export class ItemKeys {
  readonly #rowOf = new Map<string, number>()

  constructor(private readonly keyChars: number = listLimits.keyChars) {}

  /** What is wrong with the key in a row, or null: then no other row may have it. */
  wrongWith(key: string, row: number): Wrong | null {
    const compared = comparable(key)
    const wrong = this.#wrongWith(key, this.#rowOf.get(compared))
    if (!wrong) this.#rowOf.set(compared, row)
    return wrong
  }

  #wrongWith(key: string, first: number | undefined): Wrong | null {
    if (key.trim() === '') return ['KEY_EMPTY', 'The key is empty; every item needs one.']
    if (key.length > this.keyChars) {
      return ['TOO_LONG', `The key has ${inFigures(key.length)} characters; at most ${this.keyChars} are taken.`]
    }
    if (/^ | $|[\t\r\n]/.test(key)) {
      return ['KEY_SPACED', 'The key begins or ends with a space, or has a tab or line break; remove it.']
    }
    if (key.includes(lost)) return ['NOT_ENCODED', `The key ${notEncoded}`]
    const refused = characterRefused(key, 'itemKey')
    if (refused) return ['CHARACTER_REFUSED', `The key has the character ${refused}; ${asSeen}`]
    if (first === undefined) return null
    const message = `The key stands in row ${first} already, written so or in a form that looks the same; every item needs its own.`
    return ['KEY_REPEATED', message]
  }
}

/** What is wrong with any cell, or null: it is too long, or has a character that is none. */
export function wrongWithCell(cell: string, cellChars: number = listLimits.cellChars): Wrong | null {
  if (cell.length > cellChars) {
    return ['TOO_LONG', `The cell has ${inFigures(cell.length)} characters; at most ${inFigures(cellChars)} are taken.`]
  }
  if (cell.includes(lost)) return ['NOT_ENCODED', `The cell ${notEncoded}`]
  const refused = characterRefused(cell, 'text')
  return refused === null ? null : ['CHARACTER_REFUSED', `The cell has the control character ${refused}; remove it.`]
}
