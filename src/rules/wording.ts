import type { ExceptionAccount } from './exceptions.js'
import { misstatementInWords } from './misstatement.js'
import { Refusal } from './refusal.js'
import { isolated, sentence } from './text.js'

/** The wording of an exception in Section IV: drafted from what was recorded, and checked after it was edited. */

/** Drafts the wording. Only what is recorded goes in; parts that are not recorded are left out. */
export function draftWording(exception: ExceptionAccount): string {
  const { kind, criteria, controlRef, expectedOperation, testedCount, deviations, deviatingItems } = exception
  const criterion = criteria.length === 1 ? 'Criterion' : 'Criteria'
  const control = controlRef ? `Control ${controlRef}` : 'Control'
  const found = isolated(sentence(exception.condition))
  const counted =
    testedCount === null || deviations === null
      ? found
      : `Of ${count(testedCount, 'item')} tested, ${deviations} deviated. ${found}`.trim()
  const matter =
    kind === 'DESCRIPTION_MISSTATEMENT'
      ? [misstatementInWords(exception)]
      : [expectedOperation.trim() && `${control}: ${isolated(sentence(expectedOperation))}`, counted]
  return [
    criteria.length > 0 && `${criterion} ${criteria.join(', ')}.`,
    ...matter,
    extensionsOf(exception),
    occurrencesMissing(exception),
    ...attributesOf(exception),
    deviatingItems.length > 0 && `Items concerned: ${deviatingItems.map(isolated).join(', ')}.`,
    daysOf(exception),
    periodOf(exception),
    exception.potentialImpact.trim() && `Potential impact: ${isolated(sentence(exception.potentialImpact))}`,
    exception.causeNote?.trim() && `Cause: ${isolated(sentence(exception.causeNote))}`,
  ]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ')
}

/** What diluted the sample: that more items were tested after deviations had been found hides none of these. */
function extensionsOf({ sampleExtensions }: ExceptionAccount): string | false {
  const diluting = sampleExtensions.filter(({ kind }) => kind === 'DILUTION')
  const told = diluting.map(
    ({ sizeBefore, sizeAfter, testedCountBefore, deviationCountBefore }) =>
      `${extended(sizeBefore, sizeAfter)} after ${deviationCountBefore} of ${testedCountBefore} tested had deviated.`,
  )
  return told.length > 0 && told.join(' ')
}

/** `The sample was extended from 25 to 75 items` */
export const extended = (sizeBefore: number, sizeAfter: number): string =>
  `The sample was extended from ${sizeBefore} to ${sizeAfter} items`

/** What a periodic control did not do, apart from what a sample showed: `Of 4 expected occurrences, 1 was not found (2025-Q3).`; false where none is missing. */
export const occurrencesMissing = ({
  occurrenceLabels: labels,
  expectedOccurrences,
}: Pick<ExceptionAccount, 'occurrenceLabels' | 'expectedOccurrences'>): string | false =>
  labels.length > 0 &&
  `Of ${count(expectedOccurrences ?? 0, 'expected occurrence')}, ${labels.length} ${labels.length === 1 ? 'was' : 'were'} not found (${labels.join(', ')}).`

/** Where several attributes failed, each with its own counts. */
function attributesOf({ attributeCounts }: ExceptionAccount): string[] {
  if (attributeCounts.length < 2) return []
  return attributeCounts.map(
    ({ letter, text, testedCount, deviationCount }) =>
      `${deviationCount} of ${testedCount} for attribute ${letter}: ${isolated(sentence(text))}`,
  )
}

/** When the failure happened is told by the days of the items, unless the auditor established a period. */
function daysOf({ deviatedOn, failedFrom, failedTo }: ExceptionAccount): string | false {
  if (deviatedOn.length === 0 || failedFrom !== null || failedTo !== null) return false
  return deviatedOn.length === 1
    ? `Day of the items: ${deviatedOn[0]}.`
    : `Days of the items: ${deviatedOn.join(', ')}.`
}

function periodOf({ failedFrom, failedTo }: ExceptionAccount): string | false {
  if (failedFrom === null && failedTo === null) return false
  if (failedFrom === null) return `Failure until ${failedTo}.`
  if (failedTo === null) return `Failure since ${failedFrom}.`
  if (failedFrom === failedTo) return `Date of failure: ${failedFrom}.`
  return `Period of failure: ${failedFrom} to ${failedTo}.`
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`

/** A figure as it stands in a text: in digits or in words, with or without a percent sign. */
interface Figure {
  value: number
  percent: boolean
  written: string
  /** `one` can be the count of a single deviation, but mostly is a pronoun. */
  mayBePronoun: boolean
}

const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const WORD = [...TENS.map((ten) => `${ten}(?:[- ](?:${UNITS.slice(1, 10).join('|')}))?`), ...UNITS].join('|')
// A word joined to another by a hyphen is part of an expression (`two-factor`), not a count.
const FIGURE = new RegExp(`\\b(?:(\\d[\\d,]{0,14}(?:\\.\\d+)?)|(${WORD})(?!-?\\w))(\\s*(?:%|per ?cent\\b))?`, 'gi')

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'

/** What holds digits and counts nothing. */
const NOT_COUNTS: readonly RegExp[] = [
  // Moments and days: 2025-03-01, 2025-03-01T10:00:00Z, 3/14/2025, 14.3.2025
  /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g,
  /\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b/g,
  /\b\d{1,2}:\d{2}(?::\d{2})?\b/g,
  // 14 March 2025, March 14, 2025, March 2025
  new RegExp(
    `\\b(?:\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?)?(?:${MONTHS})[a-z]*\\.?,?(?:\\s+\\d{1,2}(?:st|nd|rd|th)?\\b(?!\\s+\\w+s\\b),?)?(?:\\s+(?:19|20)\\d{2})?\\b`,
    'g',
  ),
  // A year standing where a year stands: in 2025, during 2025, 2025/2026, Q1 2025
  /\b(?:in|of|during|since|until|through|fiscal|year|Q[1-4])\s+(?:19|20)\d{2}(?:\s*[/–-]\s*(?:19|20)?\d{2})?\b/gi,
  // Names of rules, versions and places: SOC 2, Type 2, ISO 27001, TLS 1.2, Section IV, version 3
  /\b(?:SOC|Type|ISO(?:\/IEC)?|TLS|SSL|AES|RSA|SHA|NIST|RFC|PCI|Section|Article|Step|Phase|Tier|Level|Version|v)[ -]?\d+(?:[.\-:]\d+)*\b/gi,
  // Criteria and references: CC6.2, P3.1, AC-01, T-17, EX-3, any word that holds a digit beside a letter
  // (but in `30-day` the 30 counts)
  /\b(?!\d+-[a-z]+\b)(?=[\w./#-]{0,80}[A-Za-z])(?=[\w./#-]{0,80}\d)\w[\w./#-]*\w\b/g,
  /#\d+\b/g,
  /\b24\/7\b/g,
]

/**
 * Whether an edited wording still says what was recorded. Refuses with INVALID_INPUT at `wording`, naming each fault:
 * - a figure that is not recorded: neither the items tested, the deviations, the items without a deviation, the
 *   observed rate, of the items, of one attribute or of the sample before it was extended, its sizes, nor a figure in the recorded texts (`within 30 days`);
 * - a pair `a of b` that is not one of recorded counts (`2 of 20`), so that figures cannot trade places;
 * - for operating deviations, the items tested or the number of deviations left out.
 * Dates, criteria, references and item keys are not counts. What a sentence means is for the reviewer to read.
 */
export function checkWording(wording: string, exception: ExceptionAccount): void {
  const faults = wordingFaults(wording, exception)
  if (faults.length > 0) throw new Refusal('INVALID_INPUT', faults.join(' '), ['wording'])
}

/** The faults, as sentences; empty when the wording is true to the record. */
export function wordingFaults(wording: string, exception: ExceptionAccount): string[] {
  const { testedCount, deviations } = exception
  if (wording.trim() === '') return ['The wording is empty.']
  const text = withoutNames(wording, exception)
  const figures = figuresIn(text)
  const recorded = recordedFigures(exception)
  const foreign = figures.filter((figure) => !figure.mayBePronoun && !recorded.some((known) => same(figure, known)))
  const faults = [...new Set(foreign.map(({ written }) => written))].map(
    (written) => `The figure ${placeIn(wording, written)} was not recorded.`,
  )
  const says = (value: number) => figures.some((figure) => !figure.percent && figure.value === value)
  const { occurrenceLabels, expectedOccurrences } = exception
  if (occurrenceLabels.length > 0 && !(says(occurrenceLabels.length) && says(expectedOccurrences ?? 0))) {
    faults.push(
      `That ${occurrenceLabels.length} of ${expectedOccurrences} expected occurrences were not found is missing.`,
    )
  }
  if (testedCount === null || deviations === null) return faults

  faults.push(...wrongPairs(wording, text, exception, testedCount, deviations))
  if (!says(testedCount)) faults.push(`The number of items tested, ${testedCount}, is missing.`)
  if (!says(deviations)) faults.push(`The number of deviations, ${deviations}, is missing.`)
  return faults
}

/** Where something stands in a wording: its place, since what was sent is not said back. */
function placeIn(wording: string, written: string): string {
  const at = new RegExp(`(?<![\\w.,])${escaped(written)}(?!\\w)`).exec(wording)?.index ?? wording.indexOf(written)
  return at < 0 ? 'in the wording' : `at character ${at + 1}`
}

/** The text with dates, names, references and item keys blanked, so that only figures are left to be read. */
function withoutNames(text: string, exception: ExceptionAccount): string {
  const { controlRef, criteria, deviatingItems, occurrenceLabels } = exception
  const names = [controlRef, ...criteria, ...occurrenceLabels].filter((name): name is string => Boolean(name?.trim()))
  // A key that is nothing but digits is distinguished from a count only where keys are listed.
  const keys = deviatingItems.filter((key) => !/^\d{1,4}$/.test(key))
  const known = [...names, ...keys].sort((a, b) => b.length - a.length).map(escaped)
  const listed = deviatingItems.map(escaped).join('|')
  const list =
    listed &&
    new RegExp(`((?:items?|concerned|numbers?|tickets?|keys?|IDs?):? )(?:(?:${listed})(?:, | and |, and |\\b))+`, 'gi')
  let left = list ? text.replace(list, '$1') : text
  if (known.length > 0) left = left.replace(new RegExp(`(?<!\\w)(?:${known.join('|')})(?!\\w)`, 'g'), ' ')
  return NOT_COUNTS.reduce((rest, pattern) => rest.replace(pattern, ' '), left)
}

const escaped = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function figuresIn(text: string): Figure[] {
  return [...text.matchAll(FIGURE)].map(([written, digits, word, percent]) => ({
    value: digits ? valueOfDigits(digits) : valueOfWord(word as string),
    percent: percent !== undefined,
    written: written.trim(),
    mayBePronoun: word?.toLowerCase() === 'one',
  }))
}

const valueOfDigits = (digits: string) => Number(digits.replaceAll(',', ''))

function valueOfWord(word: string): number {
  const [first = '', second] = word.toLowerCase().split(/[- ]/)
  const ten = TENS.indexOf(first)
  return ten < 0 ? UNITS.indexOf(first) : (ten + 2) * 10 + (second ? UNITS.indexOf(second) : 0)
}

/** The recorded texts, in which other figures than the counts may stand: `within 30 days`. */
function recordedTexts(exception: ExceptionAccount): string[] {
  const { expectedOperation, condition, potentialImpact, causeNote, attributeCounts } = exception
  const attributes = attributeCounts.map(({ text }) => text)
  return [expectedOperation, condition, potentialImpact, causeNote ?? '', ...attributes].map((text) =>
    withoutNames(text, exception),
  )
}

/** Everything a wording may count with. */
function recordedFigures(exception: ExceptionAccount): Figure[] {
  const { testedCount, deviations } = exception
  const figures = recordedTexts(exception).flatMap(figuresIn)
  const add = (value: number, percent = false) =>
    figures.push({ value, percent, written: String(value), mayBePronoun: false })
  if (testedCount !== null) add(testedCount)
  if (deviations !== null) add(deviations)
  for (const { sizeBefore, sizeAfter } of exception.sampleExtensions)
    for (const size of [sizeBefore, sizeAfter]) add(size)
  for (const { tested, deviating } of countedPairs(exception)) {
    for (const value of [tested, deviating, tested - deviating]) add(value)
    for (const share of [deviating / tested, 1 - deviating / tested]) {
      for (const digits of [0, 1, 2]) add(Number((share * 100).toFixed(digits)), true)
    }
  }
  return figures
}

/** Items tested with those that deviated: of the exception, of each attribute, and before each extension; and occurrences expected with those not found. */
function countedPairs(exception: ExceptionAccount) {
  const { testedCount, deviations, attributeCounts } = exception
  const ofItems = testedCount && deviations !== null ? [{ tested: testedCount, deviating: deviations }] : []
  const ofAttributes = attributeCounts.map((one) => ({ tested: one.testedCount, deviating: one.deviationCount }))
  const ofExtensions = exception.sampleExtensions.map((one) => ({
    tested: one.testedCountBefore,
    deviating: one.deviationCountBefore,
  }))
  const { occurrenceLabels, expectedOccurrences } = exception
  const ofOccurrences = expectedOccurrences ? [{ tested: expectedOccurrences, deviating: occurrenceLabels.length }] : []
  return [...ofItems, ...ofOccurrences, ...[...ofAttributes, ...ofExtensions].filter(({ tested }) => tested > 0)]
}

const same = (a: Figure, b: Figure) => a.value === b.value && a.percent === b.percent

const NUMBER = `(\\d[\\d,]{0,14}|${WORD})`
const A_OF_B = new RegExp(`\\b${NUMBER}(?: (?:out )?of (?:the |all )?| ?/ ?)${NUMBER}\\b`, 'gi')
const OF_B_A = new RegExp(`\\bof (?:the |all )?${NUMBER}\\b[^,.;]{0,80},\\s*${NUMBER}\\b`, 'gi')

interface Pair {
  part: number
  whole: number
  written: string
}

/** `2 of 20`, `2/20` and `of 20 items tested, 2`: a part and the whole it is said to be of. */
function pairsIn(text: string): Pair[] {
  const value = (written: string) => (/^\d/.test(written) ? valueOfDigits(written) : valueOfWord(written))
  const pair = (written: string, part = '', whole = '') => ({ written, part: value(part), whole: value(whole) })
  return [
    ...[...text.matchAll(A_OF_B)].map(([written, part, whole]) => pair(written, part, whole)),
    ...[...text.matchAll(OF_B_A)].map(([written, whole, part]) => pair(written, part, whole)),
  ]
}

/**
 * A pair that names a recorded count must pair the deviations, or the items without one, with the items tested: of all
 * items, or of one attribute. Pairs that stand in the recorded texts are true by that, and pairs of foreign figures were
 * named already.
 */
function wrongPairs(
  wording: string,
  text: string,
  exception: ExceptionAccount,
  testedCount: number,
  deviations: number,
): string[] {
  const counts = [testedCount, deviations, ...countedPairs(exception).flatMap((own) => [own.tested, own.deviating])]
  const inRecord = recordedTexts(exception).flatMap(pairsIn)
  const isRight = ({ part, whole }: Pair): boolean =>
    countedPairs(exception).some(
      ({ tested, deviating }) => whole === tested && (part === deviating || part === tested - deviating),
    ) || inRecord.some((known) => known.part === part && known.whole === whole)
  return pairsIn(text)
    .filter((pair) => (counts.includes(pair.part) || counts.includes(pair.whole)) && !isRight(pair))
    .map(
      ({ written }) => `What stands ${placeIn(wording, written)} does not agree with ${deviations} of ${testedCount}.`,
    )
}
