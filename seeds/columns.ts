import { type CommandError, shown } from '../src/ops/command-line.js'

/** Which columns of a list of changes say what. */
export interface Columns {
  /** Names each change. */
  key: string
  /** When it was merged. */
  date: string
  /** How many people other than its author reviewed it. */
  reviewers: string
  /** What it is, in a few words; null when no column says so. */
  summary: string | null
}

/** What the columns are by their names, or were said to be. */
export interface Choice extends Columns {
  /** Whether it is certain that `reviewers` counts reviewers: it was said, or its name says so. */
  isCount: boolean
}

/** Columns that the person who runs the demo has named. */
export type NamedColumns = Readonly<Partial<Record<'key' | 'date' | 'reviewers', string | undefined>>>

// On the words of a name, so that `paid` is no id, `update` no date and `preview` no review.
const forms = {
  key: /(^| )(id|key)$/,
  date: /(^| )date$| (at|on)$/,
  reviewers: /(^| )review(er)?s?( |$)/,
  count: /(^| )(reviewers|reviews|review(er)?s? count)$/,
  summary: /(^| )(summary|title|subject)( |$)/,
} as const

const purposes = {
  key: 'the one that names each change (…id, key)',
  date: 'the one that says when a change was merged (…_at, …_on, …date)',
  reviewers: 'the one that counts the reviewers of a change (reviewers, reviewer_count)',
} as const

const namesShown = 20

/** The words of a column's name, in small letters: `mergedAt`, `merged_at` and `Merged at` are the same. */
const wordsOf = (name: string) =>
  name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')

/**
 * Chooses the columns by their names, where they are not named.
 * @param names the first row of the list
 * @param fault makes the error of a sentence about the list
 * @throws CommandError when a column named is not there, or by its name none or more than one could be meant
 */
export function chooseColumns(
  names: readonly string[],
  named: NamedColumns,
  fault: (message: string) => CommandError,
): Choice {
  const trimmed = names.map((name) => name.trim())
  if (trimmed.length === 0) throw fault('has no row that names columns; say which one does with --header-row NUMBER.')
  const list = (some: readonly string[]) =>
    some.slice(0, namesShown).map(shown).join(', ') + (some.length > namesShown ? ' …' : '')
  const choose = (purpose: keyof typeof purposes, isMeant: (words: string) => boolean) => {
    const wanted = named[purpose]
    if (wanted !== undefined) {
      if (trimmed.includes(wanted)) return wanted
      throw fault(`has no column ${shown(wanted)}, which --${purpose} names; it has ${list(trimmed)}.`)
    }
    const found = trimmed.filter((name) => isMeant(wordsOf(name)))
    if (found.length === 1) return found[0] as string
    const remedy = `name it with --${purpose} COLUMN`
    if (found.length === 0)
      throw fault(`has no column that looks like ${purposes[purpose]}; ${remedy}. It has ${list(trimmed)}.`)
    throw fault(`has several columns that look like ${purposes[purpose]}: ${list(found)}; ${remedy}.`)
  }
  const key = choose('key', (words) => forms.key.test(words))
  const date = choose('date', (words) => forms.date.test(words))
  // The id or the date of a review is a number too, and no number of reviewers.
  const reviewers = choose(
    'reviewers',
    (words) => forms.reviewers.test(words) && !forms.key.test(words) && !forms.date.test(words),
  )
  if (new Set([key, date, reviewers]).size < 3) {
    throw fault('has one column that is named for two purposes; --key, --date and --reviewers name three columns.')
  }
  const isCount = named.reviewers !== undefined || forms.count.test(wordsOf(reviewers))
  const summary = trimmed.find((name) => forms.summary.test(wordsOf(name))) ?? null
  return { key, date, reviewers, summary, isCount }
}
