import { CommandError, type Option, shown, type Values } from '../src/ops/command-line.js'
import type { ListReadingSaid } from './population.js'

/** How the person who runs the demo says what the columns of their list are, and how it is to be read. */
export const listOptions = {
  key: { type: 'string', value: 'COLUMN', about: 'its column that names each change; else the one named …id or key' },
  date: { type: 'string', value: 'COLUMN', about: 'of the day it was merged; else the one named …_at, …_on or …date' },
  reviewers: { type: 'string', value: 'COLUMN', about: 'of the number of its reviewers; else the one named …review…' },
  'date-order': { type: 'string', value: 'ORDER', about: 'day-first or month-first, where its dates do not tell' },
  'excel-days': { type: 'string', value: 'YEAR', about: '1900 or 1904, where its dates are days that Excel counts' },
  encoding: { type: 'string', value: 'NAME', about: 'utf-8, utf-16le, utf-16be or windows-1252; else found out' },
  separator: { type: 'string', value: 'NAME', about: 'comma, semicolon, tab or pipe; else found out' },
  'header-row': { type: 'string', value: 'NUMBER', about: 'of the row that names the columns; else found out' },
} as const satisfies Record<string, Option>

type Given = Values<typeof listOptions>

/** What the options say of the reading of the list; null where they say nothing. @throws CommandError where an option takes no such word */
export function readingSaid(given: Given): ListReadingSaid {
  return {
    encoding: chosen('encoding', given.encoding, {
      'utf-8': 'UTF_8',
      'utf-16le': 'UTF_16_LE',
      'utf-16be': 'UTF_16_BE',
      'windows-1252': 'WINDOWS_1252',
    }),
    separator: chosen('separator', given.separator, {
      comma: 'COMMA',
      semicolon: 'SEMICOLON',
      tab: 'TAB',
      pipe: 'PIPE',
    }),
    headerRow: rowIn(given['header-row']),
    dateOrder: chosen('date-order', given['date-order'], { 'day-first': 'DAY_FIRST', 'month-first': 'MONTH_FIRST' }),
    excelDays: chosen('excel-days', given['excel-days'], { 1900: 'FROM_1900', 1904: 'FROM_1904' }),
  }
}

function chosen<V>(option: string, word: string | undefined, known: Readonly<Record<string, V>>): V | null {
  if (word === undefined) return null
  if (!Object.hasOwn(known, word)) {
    throw new CommandError(`--${option} takes ${Object.keys(known).join(', ')}, not ${shown(word)}.`)
  }
  return known[word] as V
}

function rowIn(word: string | undefined): number | null {
  if (word === undefined) return null
  if (/^[1-9]\d{0,3}$/.test(word)) return Number(word)
  throw new CommandError(`--header-row takes the number of a row, not ${shown(word)}.`)
}
