import {
  type ControlArea,
  type ControlFrequency,
  type ControlNature,
  type ControlType,
  controlAreas,
  controlFrequencies,
  controlNatures,
  controlTypes,
  type ResultOutcome,
  type RiskLevel,
  riskLevels,
  words,
} from './vocabulary.js'

/**
 * How firms and their clients write in lists of controls what the vocabulary has words for. Only what can mean one thing is read:
 * "biannual" is twice a year to some and every second year to others, and "ongoing" is as often daily as it is continuous.
 */

/** What may stand in a cell, by the word that it stands for. The word itself, however it is spelled, is one of them. */
type Spellings<W extends string> = Readonly<Record<W, readonly string[]>>

const frequencySpellings: Spellings<ControlFrequency> = {
  CONTINUOUS: ['continuously', 'real time', 'in real time', 'always on', 'at all times'],
  MULTIPLE_DAILY: [
    ...['multiple times a day', 'multiple times per day', 'multiple times daily', 'several times a day'],
    ...['several times per day', 'many times a day', 'many times per day', 'more than once a day', 'hourly'],
  ],
  DAILY: ['every day', 'each day', 'once a day', 'once per day', 'nightly', 'every business day', 'each business day'],
  WEEKLY: ['every week', 'each week', 'once a week', 'once per week'],
  MONTHLY: ['every month', 'each month', 'once a month', 'once per month'],
  QUARTERLY: [
    ...['quarter', 'every quarter', 'each quarter', 'once a quarter', 'once per quarter', 'every three months'],
    ...['every 3 months', '4 times a year', 'four times a year'],
  ],
  SEMI_ANNUAL: [
    ...['semi annually', 'semiannual', 'semiannually', 'half yearly', 'every six months', 'every 6 months'],
    ...['twice a year', 'twice per year', 'twice yearly', 'twice annually', '2 times a year'],
  ],
  ANNUAL: ['annually', 'yearly', 'every year', 'each year', 'once a year', 'once per year'],
  PER_EVENT: [
    ...['as needed', 'as required', 'when needed', 'when required', 'on demand', 'ad hoc', 'adhoc', 'per occurrence'],
    ...['each occurrence', 'upon occurrence', 'as it occurs', 'as they occur', 'as events occur', 'per instance'],
    ...['each event', 'for each event', 'event driven', 'event based', 'per change', 'per transaction', 'per request'],
  ],
}

const natureSpellings: Spellings<ControlNature> = {
  MANUAL: ['manually', 'fully manual'],
  AUTOMATED: ['automatic', 'automatically', 'fully automated', 'automated control'],
  IT_DEPENDENT_MANUAL: [
    ...['it dependent', 'itdm', 'manual it dependent', 'it dependent manual control', 'manual with it dependency'],
    ...['semi automated', 'partially automated', 'partly automated'],
  ],
}

const typeSpellings: Spellings<ControlType> = {
  PREVENTIVE: ['preventative', 'prevent', 'prevents', 'p'],
  DETECTIVE: ['detect', 'detects', 'd'],
  CORRECTIVE: ['correct', 'corrects', 'c'],
}

const areaSpellings: Spellings<ControlArea> = {
  ACCESS: [
    ...['logical access', 'physical access', 'logical and physical access', 'access control', 'access controls'],
    ...['access management', 'logical access controls', 'logical and physical access controls', 'user access'],
    ...['identity and access management', 'iam'],
  ],
  CHANGE: ['changes', 'change management', 'change control', 'change controls'],
  VULNERABILITY: ['vulnerabilities', 'vulnerability management', 'patch management', 'patching'],
  INCIDENT: ['incidents', 'incident management', 'incident response', 'security incidents'],
  VENDOR: [
    ...['vendors', 'vendor management', 'vendor risk management', 'third party', 'third parties', 'third party risk'],
    ...['third party risk management', 'third party management', 'supplier management', 'suppliers'],
  ],
  OTHER: [],
}

const riskSpellings: Spellings<RiskLevel> = {
  LOW: ['low risk', 'l'],
  MODERATE: ['medium', 'moderate risk', 'medium risk', 'med', 'm'],
  HIGH: ['high risk', 'h'],
}

const keySpellings: Spellings<'YES' | 'NO'> = {
  YES: ['y', 'x', 'true', 'key', 'key control', '1'],
  NO: ['n', 'false', 'non key', 'not key', 'nonkey', 'non key control', '0'],
}

/** A text by its letters and figures alone: `Semi-Annually ` and `semi annually` are the same. */
export const lettersOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Reads the text of a cell: the word that it stands for; null where it could stand for none, or for more than one. */
export type ReadsWord<W extends string> = (text: string) => W | null

function readerOf<W extends string>(spellings: Spellings<W>): ReadsWord<W> {
  const known = new Map<string, W>()
  for (const word of Object.keys(spellings) as W[]) {
    for (const spelling of [lettersOf(word), ...spellings[word]]) known.set(spelling, word)
  }
  return (text) => {
    const whole = known.get(lettersOf(text))
    if (whole) return whole
    // `As needed / per occurrence`, `Yes (key)`: each part says the same.
    const parts = new Set(
      text
        .split(/[/;,()|\n]/)
        .map(lettersOf)
        .filter((part) => part !== '')
        .map((part) => known.get(part) ?? null),
    )
    const [only = null] = parts
    return parts.size === 1 ? only : null
  }
}

/** How often a control operates. */
export const readFrequency = readerOf(frequencySpellings)
/** Who or what performs it. */
export const readNature = readerOf(natureSpellings)
/** Whether it prevents, detects or corrects. */
export const readType = readerOf(typeSpellings)
/** The area it belongs to. An area of which there is no word is not taken for OTHER: a person says so. */
export const readArea = readerOf(areaSpellings)
/** The risk that it does not operate. */
export const readRisk = readerOf(riskSpellings)
const readYesNo = readerOf(keySpellings)
/** Whether it is a key control. */
export function readKey(text: string): boolean | null {
  const answer = readYesNo(text)
  return answer === null ? null : answer === 'YES'
}

/** What an item of a sample showed, as a test sheet has it. */
export const readOutcome = readerOf<ResultOutcome>({
  NO_DEVIATION: ['no deviations', 'pass', 'passed', 'no exception'],
  DEVIATION: ['fail', 'failed', 'exception'],
  NOT_APPLICABLE: ['n a', 'na'],
  AWAITING_EVIDENCE: ['awaiting'],
  UNABLE_TO_TEST: ['unable'],
})

/** How a word of the vocabulary is written in a list for people: `IT-dependent manual`, `Per event`. */
export const writtenWord = (word: string): string =>
  word === 'IT_DEPENDENT_MANUAL'
    ? 'IT-dependent manual'
    : word === 'SEMI_ANNUAL'
      ? 'Semi-annual'
      : word.charAt(0) + word.slice(1).toLowerCase().replaceAll('_', ' ')

const oneOf = (vocabulary: Readonly<Record<string, string>>): string => words(vocabulary).map(writtenWord).join(', ')

/** What may stand in a cell of each of these columns, as the end of a sentence. */
export const writtenWords = {
  frequency: oneOf(controlFrequencies),
  nature: oneOf(controlNatures),
  type: oneOf(controlTypes),
  area: oneOf(controlAreas),
  risk: oneOf(riskLevels),
  isKey: 'Yes, No',
} as const

/**
 * The codes of criteria in a cell, in its order: separated by commas, semicolons, white space or line breaks.
 * @param known the codes that there are: what is one of them but for its capitals is that one; any other comes as it stands
 */
export function codesIn(cell: string, known: readonly string[]): string[] {
  const named = cell.split(/[,;\s]+/u).filter((code) => code !== '')
  const codes = named.map((code) => known.find((one) => one.toLowerCase() === code.toLowerCase()) ?? code)
  return [...new Set(codes)]
}
