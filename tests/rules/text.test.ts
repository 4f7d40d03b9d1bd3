import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  characterRefused,
  closed,
  comparable,
  cut,
  isBlank,
  isolated,
  normalForm,
  textFault,
} from '../../src/rules/text.js'

const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'
const england = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'

describe('a line', () => {
  it.each([
    ['Latin with accents', 'Résumé of Łódź – “quoted” & 100 %'],
    ['Arabic', 'مراجعة التغييرات'],
    ['Hebrew', 'סקירת שינויים'],
    ['Hebrew with marks for its punctuation', '\u200fC++\u200f סקירה'],
    ['Hebrew in a closed isolate', 'Review \u2068סקירה\u2069 (2025)'],
    ['Chinese', '变更评审'],
    ['a Japanese name with the variant of its letter', '葛\u{e0100}飾'],
    ['Persian with a joiner inside a word', 'می\u200cخواهم'],
    ['an abbreviation of the Arabic calendar', '1447 ه\u200d'],
    ['Hindi with a joiner', 'र\u094d\u200dय'],
    ['Malayalam with a joiner at the end', 'ന\u094d'.replace('\u094d', '\u0d4d\u200d')],
    ['an emoji', 'Launch 🚀'],
    ['a family', family],
    ['a profession of one colour', '\u{1f469}\u{1f3fd}\u200d\u{1f52c}'],
    ['a flag of several', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
    ['a flag of a region', england],
    ['a key of the telephone', '1\ufe0f\u20e3'],
    ['a space that does not break', 'ACME\u00a0Corp'],
  ])('takes %s', (_, text) => {
    expect(characterRefused(text, 'line')).toBeNull()
    expect(normalForm(text, 'line')).toBe(text.normalize('NFC'))
  })

  it.each([
    ['U+202E', 'PR-30\u202e'],
    ['U+202A', '\u202aab\u202c'],
    ['U+202C', 'ab\u202c'],
    ['U+2067', 'a\u2067b'],
    ['U+2068', 'שלום \u2068b'],
    ['U+2066', 'a\u2066b\u2069'],
    ['U+2069', 'שלום\u2069'],
    ['U+200B', 'CHG-3201-0\u200b'],
    ['U+200E', '\u200eCHG-3201-0'],
    ['U+FEFF', '\ufeffa'],
    ['U+2060', 'a\u2060b'],
    ['U+00AD', 'a\u00adb'],
    ['U+3164', 'a\u3164'],
    ['U+200D', 'AC-01\u200d'],
    ['U+200C', 'a\u200cb'],
    ['U+200D', '\u{1f680}\u200d'],
    ['U+200D', '\u{1f680}\u200da'],
    ['U+200C', 'ا\u200c'],
    ['U+FE0F', '1\ufe0f'],
    ['U+E0041', 'a\u{e0041}'],
    ['U+E0067', '\u{1f3f4}\u{e0067}\u{e0062}'],
    ['U+0000', 'a\u0000'],
    ['U+000A', 'a\nb'],
    ['U+0009', 'a\tb'],
    ['U+0085', 'a\u0085b'],
    ['U+2028', 'a\u2028b'],
    ['U+FFFE', 'a\ufffe'],
    ['U+D83D', 'a\ud83d'],
  ])('refuses %s in %j', (point, text) => {
    expect(characterRefused(text, 'line')).toBe(point)
    expect(characterRefused(text, 'key')).toBe(point)
    expect(textFault(text, 'line', 100)).toContain(point)
  })
})

describe('a key', () => {
  it.each(['\u00a0', '\u2007', '\u202f', '\u3000', '\u2800'])(
    'refuses the space %j, which a line may have',
    (space) => {
      expect(characterRefused(`CHG${space}1`, 'key')).toMatch(/^U\+/)
      expect(characterRefused(`CHG${space}1`, 'line')).toBeNull()
    },
  )

  it('refuses marks of direction, which a Hebrew line may have, and spaces around it', () => {
    expect(characterRefused('\u200fשלום', 'key')).toBe('U+200F')
    expect(textFault(' AC-01', 'key', 20)).toBe('must not begin or end with a space')
    expect(textFault('AC 01', 'key', 20)).toBeNull()
  })

  it('is compared alike with what looks the same', () => {
    expect(comparable('re\u0301sume\u0301')).toBe(comparable('résumé'))
    expect(comparable('\u212a1')).toBe('K1')
    expect(comparable('❤\ufe0f')).toBe(comparable('❤'))
    expect(comparable('ا\u200cب')).toBe(comparable('اب'))
    expect(comparable('a')).not.toBe(comparable('A'))
  })

  it('and a line are kept in NFC', () => {
    expect(normalForm('re\u0301sume\u0301', 'key')).toBe('résumé')
    expect(normalForm('re\u0301sume\u0301', 'line')).toBe('résumé')
    expect(normalForm('re\u0301sume\u0301', 'text')).toBe('re\u0301sume\u0301')
  })
})

describe('a text', () => {
  it('has lines and tabs, and keeps whatever people paste', () => {
    for (const text of ['a\nb\tc', 'a\r\nb', 'a\u200bb', 'a\u202eb', 'a\u00adb', family]) {
      expect(textFault(text, 'text', 100)).toBeNull()
    }
  })

  it.each([
    ['U+0000', 'a\u0000'],
    ['U+000D', 'a\rb'],
    ['U+001B', '\u001b[31m'],
    ['U+0085', 'a\u0085'],
    ['U+DE00', 'a\ude00'],
    ['U+FFFF', 'a\uffff'],
  ])('refuses %s', (point, text) => expect(characterRefused(text, 'text')).toBe(point))

  it.each(['', ' ', '\n', '\u200b', '\u3164', '\u2800', '\u2068\u2069', '\u{e0041}'])('is blank as %j', (text) => {
    expect(isBlank(text)).toBe(true)
    expect(textFault(text, 'text', 100)).toBe('must not be blank')
  })

  it.each([
    ['a\u202eb', 'a\u202eb\u202c'],
    ['a\u202eb\nc', 'a\u202eb\u202c\nc'],
    ['a\u202eb\r\nc\u2067', 'a\u202eb\u202c\r\nc\u2067\u2069'],
    ['\u2067a\u202bb', '\u2067a\u202bb\u202c\u2069'],
    ['\u2067a\u202bb\u2069c', '\u2067a\u202bb\u2069c'],
    ['\u202b\u2067a\u202c\u2069', '\u202b\u2067a\u202c\u2069\u202c'],
    ['a\u2069b', '\u2068a\u2069b'],
    ['a\u202cb', 'a\u202cb'],
    ['שלום', 'שלום'],
  ])('%j has its directions closed: %j', (text, right) => expect(closed(text)).toBe(right))

  const anything = fc.array(fc.constantFrom(...'a\u05d0\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'), {
    maxLength: 30,
  })
  it('loses nothing by that, and is closed afterwards, whatever stands in it', () => {
    fc.assert(
      fc.property(anything, (characters) => {
        const text = characters.join('')
        const done = closed(text)
        expect(closed(done)).toBe(done)
        let at = 0
        for (const character of done) if (character === text[at]) at++
        expect(at).toBe(text.length)
        for (const line of done.split('\n')) {
          let depth = 0
          for (const character of line) {
            if (/[\u2066-\u2068]/.test(character)) depth++
            if (character === '\u2069') depth--
            expect(depth).toBeGreaterThanOrEqual(0)
          }
          expect(depth).toBe(0)
        }
      }),
    )
  })

  it('in a sentence of others stands for itself only where it has a direction of its own', () => {
    expect(isolated('Zürich, “x”')).toBe('Zürich, “x”')
    expect(isolated('שלום\nx')).toBe('\u2068שלום\u2069\nx')
    expect(isolated('a\u202e')).toBe('\u2068a\u202e\u202c\u2069')
  })
})

describe('cutting', () => {
  it('keeps characters whole, as people see them', () => {
    expect(cut('abc', 3)).toBe('abc')
    expect(cut('abcd', 3)).toBe('abc')
    expect(cut(`ab${family}`, 5)).toBe('ab')
    expect(cut(`ab${family}c`, 10)).toBe(`ab${family}`)
    expect(cut('e\u0301e\u0301', 3)).toBe('e\u0301')
    expect(cut('a\u{1f1e8}\u{1f1ed}x', 4)).toBe('a')
  })

  it('of one character that is longer than there is room for leaves no half of one', () => {
    const marks = `a${'\u0301'.repeat(50)}`
    expect(cut(marks, 10)).toBe(marks.slice(0, 10))
    expect(cut(`\u{1f680}${'\u0301'.repeat(50)}`, 1)).toBe('')
  })

  it('never leaves more than there is room for, nor half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(20), (text, max) => {
        const short = cut(text, max)
        expect(text.startsWith(short)).toBe(true)
        expect(short.length).toBeLessThanOrEqual(max)
        expect(short).not.toMatch(/\p{Cs}/u)
      }),
    )
  })
})

it('looks at a text of any length in time that grows with it', () => {
  const long = [
    '\ufe0f'.repeat(50_000),
    '\u200d'.repeat(50_000),
    '\u{1f468}\u200d'.repeat(25_000),
    '\u2067'.repeat(50_000),
    'ا\u200c'.repeat(25_000),
    '\u202e\u2069'.repeat(25_000),
  ]
  const start = performance.now()
  for (const text of long) {
    characterRefused(text, 'line')
    closed(text)
    isBlank(text)
    comparable(text)
  }
  expect(performance.now() - start).toBeLessThan(2_000)
})
