/**
 * Which characters a text may hold that people enter, and how it is compared and cut. There are three kinds:
 * - a `text` has lines. Whatever is written stays; what opens a writing direction is closed where its paragraph ends.
 * - a `line` is a name or a title. Nothing in it is hidden, and nothing changes the direction of what stands beside it.
 * - a `key` is a line that distinguishes one thing from another: there is no second way to write what looks the same. Nothing in it is
 *   hidden, joiners included, and its spaces are single ones of the keyboard.
 * Keys of items come as they stand in their source: they may have joiners where a line may, and are compared without
 * (`comparable`).
 */
export type TextKind = 'text' | 'line' | 'key'

/** No control characters, halves of characters or characters that Unicode keeps for programs; a line may end in CR LF. */
const neverText = /(?!\t|\n|\r\n)[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u

/** What leaves no mark of its own: controls, directions, joiners, selectors, fillers, separators of lines. */
const hidden = new RegExp(
  [
    '[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Noncharacter_Code_Point}\\p{Default_Ignorable_Code_Point}]',
    // Format characters, but for the signs of numbers and verses that are seen.
    '(?![\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}])\\p{Cf}',
    // A filler, an empty note head, what joins hieroglyphs, and what stands for an object that is not there.
    '[\\u{16fe4}\\u{1d159}\\u{13430}-\\u{13455}\\ufffc]',
  ].join('|'),
  'gu',
)

/** Letters and marks of the scripts in which a joiner changes how the letters beside it are shaped. */
const joining = `(?=[\\p{L}\\p{M}])[${[
  ...['Arabic', 'Syriac', 'Mandaic', 'Mongolian', 'Nko', 'Phags_Pa', 'Adlam', 'Hanifi_Rohingya', 'Devanagari'],
  ...['Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer'],
  ...['Myanmar', 'Tibetan', 'Balinese', 'Javanese', 'Sundanese', 'Limbu', 'Meetei_Mayek', 'Chakma', 'Newa', 'Grantha'],
]
  .map((script) => `\\p{scx=${script}}`)
  .join('')}]`

/** Hidden characters where they belong: they change what is seen of the character before them. */
const inPlace = new RegExp(
  [
    // Emoji made of several: families, professions, flags of regions; the style of one; a key of a telephone.
    '(?<=\\p{Extended_Pictographic}[\\p{Emoji_Modifier}\\ufe0f]{0,2})\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=\\u{1f3f4})[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}',
    '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]',
    '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
    // Joiners between letters; the last letter of a word can be joined to nothing, and a sign that ends a sound be shown.
    `(?<=${joining})[\\u200c\\u200d](?=${joining})`,
    '(?<=(?=\\p{L})[\\p{sc=Arabic}\\p{sc=Syriac}\\p{sc=Mongolian}])\\u200d',
    `(?<=(?=\\p{Mn})${joining})[\\u200c\\u200d]`,
    // Variants of one letter.
    '(?<=\\p{sc=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
    '(?<=(?=\\p{L})\\p{sc=Mongolian})[\\u180b-\\u180f]',
  ].join('|'),
  'gu',
)

const rightToLeft =
  /(?=\p{L})[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}\p{sc=Mandaic}\p{sc=Samaritan}\p{sc=Adlam}\p{sc=Hanifi_Rohingya}]/u

/** Marks and isolates that editors put beside Arabic and Hebrew; closed, they move nothing outside. */
const beside = /[\u061c\u200e\u200f\u2066-\u2069]/g

/** Spaces that look like the one of the keyboard, and the empty cell of braille. */
const otherSpace = /(?! )[\p{Zs}\u2800]/u

/** Most texts are of these, and none of them is ever refused. */
const plain = /^[\x20-\x7e]*$/

/**
 * The first character that a text of this kind may not hold.
 * @returns by its code point, such as `U+202E`; null when there is none
 */
export function characterRefused(text: string, kind: TextKind | 'itemKey'): string | null {
  if (plain.test(text)) return null
  const found = kind === 'text' ? neverText.exec(text)?.[0] : (hiddenIn(text, kind) ?? spaceIn(text, kind))
  return found === undefined ? null : codePoint(found)
}

function hiddenIn(text: string, kind: 'line' | 'key' | 'itemKey'): string | undefined {
  const seen = kind === 'key' ? text : text.replace(inPlace, '')
  const besideIsText = kind === 'line' && rightToLeft.test(text) && closed(text) === text
  return (besideIsText ? seen.replace(beside, '') : seen).match(hidden)?.[0]
}

const spaceIn = (text: string, kind: 'line' | 'key' | 'itemKey') =>
  kind === 'line' ? undefined : otherSpace.exec(text)?.[0]

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`

// What leaves a mark on paper: spaces do not, nor what is hidden, whatever else Unicode calls it.
const visible = /(?!\u2800)[\p{L}\p{M}\p{N}\p{P}\p{S}]/u

/** Whether nothing would be seen of it. */
export const isBlank = (text: string): boolean => !visible.test(text.replace(hidden, ''))

/**
 * Why a text of this kind cannot be taken, as the end of a sentence that begins with its name; null when it can.
 * @param max how many characters it may have, counted as `String.length` does
 */
export function textFault(value: unknown, kind: TextKind, max: number): string | null {
  if (typeof value !== 'string') return 'must be text'
  if (value.length > max) return tooLong(value, max)
  const refused = characterRefused(value, kind)
  if (refused) return characterFault(kind, refused)
  if (isBlank(value)) return 'must not be blank'
  if (kind === 'key' && value !== value.trim()) return 'must not begin or end with a space'
  if (kind === 'key' && value.includes('  ')) return 'must not have two spaces in a row'
  // In the form in which it is kept it may be longer.
  const kept = normalForm(value, kind)
  return kept.length > max ? tooLong(kept, max) : null
}

const tooLong = ({ length }: string, max: number) => `must be at most ${max} characters long; it has ${length}`

/** The same of a character that was found: which one, and what may stand there. */
export const characterFault = (kind: TextKind, refused: string): string =>
  kind === 'text'
    ? `must not contain the character ${refused}: halves of characters, and control characters other than line feeds and tabs, are no text`
    : `must not contain the character ${refused}: it is one line, in which nothing is hidden, no direction is changed${kind === 'key' ? ' and spaces are those of the keyboard' : ''}`

/**
 * A text as it is kept, once it is known to have no fault. Nothing that was written is taken away: a line and a key come in
 * Unicode's form NFC, so that there is one way to write them; a text as it was written, with its directions closed.
 */
export const normalForm = (text: string, kind: TextKind): string =>
  plain.test(text) ? text : kind === 'text' ? closed(text) : text.normalize('NFC')

/** What two keys are compared by: the same for two that look the same. */
export const comparable = (key: string): string => (plain.test(key) ? key : key.normalize('NFC').replace(hidden, ''))

const FSI = '\u2068'
const PDI = '\u2069'
const PDF = '\u202c'
const embeddings: ReadonlySet<string> = new Set('\u202a\u202b\u202d\u202e')
const isolates: ReadonlySet<string> = new Set('\u2066\u2067\u2068')
const directions = /[\u202a-\u202e\u2066-\u2069]/
/** Other controls that end a paragraph are no text. */
const paragraphEnd = /(\r\n|[\n\r\u2029])/

/**
 * The text in which every writing direction that is opened is closed where its paragraph ends, and every end of an isolate
 * has a beginning, so that nothing that is put beside it or around it is turned. Characters are added and none is taken away.
 */
export const closed = (text: string): string =>
  directions.test(text) ? text.split(paragraphEnd).map(closedParagraph).join('') : text

/** By the rules of Unicode (UAX #9, BD9 and X6a): the end of an isolate ends the embeddings in it too. */
function closedParagraph(paragraph: string): string {
  const open: string[] = []
  let unopened = 0
  for (const character of paragraph) {
    if (embeddings.has(character)) open.push(PDF)
    else if (isolates.has(character)) open.push(PDI)
    else if (character === PDF && open.at(-1) === PDF) open.pop()
    else if (character === PDI) {
      const at = open.lastIndexOf(PDI)
      if (at < 0) {
        unopened++
        open.length = 0
      } else open.length = at
    }
  }
  return FSI.repeat(unopened) + paragraph + open.reverse().join('')
}

/**
 * A name or a text to be put into a sentence of another language: what is written from right to left stands for itself there,
 * and turns no punctuation and no figure beside it. Others come as they are.
 */
export const isolated = (text: string): string =>
  plain.test(text) ? text : closed(text).split(paragraphEnd).map(isolatedParagraph).join('')

const isolatedParagraph = (text: string): string =>
  rightToLeft.test(text) || directions.test(text) ? `${FSI}${text}${PDI}` : text

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The beginning of a text, cut between two characters as people see them: an emoji or a letter with its accents stays whole.
 * @param max how long it may be at most, counted as `String.length` does
 */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const { index = 0 } = characters.segment(text).containing(max) ?? {}
  // One character, with more marks than there is room for: between two of them.
  const end = index > 0 ? index : max - (/[\ud800-\udbff]/.test(text[max - 1] ?? '') ? 1 : 0)
  const beginning = closed(text.slice(0, end))
  // What is opened in it is closed within the length.
  return beginning.length <= max ? beginning : cut(text.slice(0, end), Math.max(0, end - (beginning.length - max)))
}

/** A text without space around it, ended by a full stop where it has no end of its own; an empty one stays empty. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** The text with its first letter as a capital. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** How much of what stood in a cell is shown to who imports it. */
const foundMax = 80

/**
 * What stood in a cell, for the person who imports it: its first 80 characters. What is not seen, turns the direction of writing or
 * ends a line comes by its code, `\u{202E}`: nothing hides in it, and nothing happens beside it.
 */
export function foundText(cell: string): string {
  let shown = ''
  for (const character of cell.slice(0, foundMax * 2)) {
    const isSeen = plain.test(character) || (!character.match(hidden) && !otherSpace.test(character))
    const next = isSeen ? character : `\\u{${(character.codePointAt(0) as number).toString(16).toUpperCase()}}`
    if (shown.length + next.length > foundMax) break
    shown += next
  }
  return shown
}
