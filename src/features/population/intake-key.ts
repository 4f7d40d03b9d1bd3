import { isCycleOf, labelExamples, type PeriodicFrequency } from '../../rules/cycles.js'
import type { ImportProblemCode } from '../../rules/refusal.js'
import { characterRefused } from '../../rules/text.js'

/** What a decoder leaves where bytes were not UTF-8: the character that stood there is lost. */
export const lost = '\ufffd'
export const notUtf8 = 'has a character that is not UTF-8, or was lost before; export the list as CSV in UTF-8.'

/** What is wrong in a place of the file, and in words. */
export type Wrong = readonly [code: ImportProblemCode, message: string]

export const asSeen = 'write it so that all of it is seen, with plain spaces.'

/**
 * What is wrong with the key of an item, or null.
 * @param chars how many characters it has at most
 * @param first the row in which the same key stands already
 */
export function wrongWithKey(key: string, chars: number, first: number | undefined): Wrong | null {
  if (key.trim() === '') return ['KEY_EMPTY', 'The key is empty; every item needs one.']
  if (key.length > chars) {
    return ['TOO_LONG', `The key has ${key.length.toLocaleString('en-US')} characters; at most ${chars} are taken.`]
  }
  if (/^ | $|[\t\r\n]/.test(key)) {
    return ['KEY_SPACED', 'The key begins or ends with a space, or has a tab or line break; remove it.']
  }
  const refused = key.includes(lost) ? null : characterRefused(key, 'itemKey')
  if (refused) return ['CHARACTER_REFUSED', `The key has the character ${refused}; ${asSeen}`]
  if (first === undefined) return null
  const message = `The key stands in row ${first} already, written so or in a form that looks the same; every item needs its own.`
  return ['KEY_REPEATED', message]
}

/** What is wrong with a cell that is to say which cycle of a control an item covers, or null. */
export function wrongWithCycle(text: string, frequency: PeriodicFrequency): Wrong | null {
  if (isCycleOf(frequency, text)) return null
  if (text === '') return ['CYCLE_INVALID', 'The cycle that the item covers is empty.']
  const label = labelExamples[frequency]
  const message = `This names no cycle of a control that operates ${frequency}; write it like ${label}, or a day within it like 2019-01-31.`
  return ['CYCLE_INVALID', message]
}
