/** What a number is shown as: a day with or without the time, the time alone, or a number. */
export type NumberShown = 'DAY' | 'TIME' | 'NUMBER'

/** Formats that files name by number alone (ECMA-376, 18.8.30), those of East Asia and Thailand included. */
const builtIn = (id: number): NumberShown => {
  if (id === 18 || id === 19 || id === 20 || id === 21 || id === 45 || id === 47 || id === 32 || id === 33)
    return 'TIME'
  const isDay = (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)
  const isThai = id >= 71 && id <= 81
  return isDay || (isThai && id < 75) || id === 77 || id === 81 ? 'DAY' : isThai && id < 80 ? 'TIME' : 'NUMBER'
}

/** What stands in a format and is no part of it: texts, single characters, colours, conditions and languages. */
const beside = /"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi

/**
 * What a number is shown as.
 * @param id the format's number
 * @param code the format as the workbook defines it; null for one of the built-in ones
 */
export function numberShown(id: number, code: string | null): NumberShown {
  if (code === null) return builtIn(id)
  // Only the first part counts: it is that of positive numbers.
  const [positive = ''] = code.replace(beside, '').split(';')
  const format = positive
    .replace(/general/gi, '')
    .replace(/am\/pm|a\/p|上午\/下午/gi, 'h')
    .toLowerCase()
  // The time that went by, 30:15 for a day and a quarter: no time of a day.
  if (/\[(?:h+|m+|s+)\]/.test(format)) return 'NUMBER'
  const hasClock = /[hs]/.test(format)
  if (/[yd]/.test(format) || (!hasClock && /m/.test(format))) return 'DAY'
  return hasClock ? 'TIME' : 'NUMBER'
}
