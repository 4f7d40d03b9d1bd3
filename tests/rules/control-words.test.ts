import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnTitles, columnWord, controlFields, guessedColumns } from '../../src/rules/control-columns.js'
import {
  codesIn,
  readArea,
  readFrequency,
  readKey,
  readNature,
  readRisk,
  readType,
  writtenWord,
} from '../../src/rules/control-words.js'
import { isLikeFormula, neutralized, withoutApostrophe } from '../../src/rules/formula-cells.js'
import {
  controlAreas,
  controlColumns,
  controlFrequencies,
  controlNatures,
  controlTypes,
  riskLevels,
  words,
} from '../../src/rules/vocabulary.js'

describe('A word of a list of controls', () => {
  it('is read however people write it', () => {
    const read: [(text: string) => unknown, string, unknown][] = [
      [readFrequency, 'Quarterly', 'QUARTERLY'],
      [readFrequency, ' semi-annually ', 'SEMI_ANNUAL'],
      [readFrequency, 'Semi Annual', 'SEMI_ANNUAL'],
      [readFrequency, 'As needed/per occurrence', 'PER_EVENT'],
      [readFrequency, 'Ad-hoc', 'PER_EVENT'],
      [readFrequency, 'As Needed (on demand)', 'PER_EVENT'],
      [readFrequency, 'Multiple times per day', 'MULTIPLE_DAILY'],
      [readFrequency, 'Hourly', 'MULTIPLE_DAILY'],
      [readFrequency, 'Annually', 'ANNUAL'],
      [readFrequency, 'Continuous', 'CONTINUOUS'],
      [readNature, 'IT-dependent manual', 'IT_DEPENDENT_MANUAL'],
      [readNature, 'ITDM', 'IT_DEPENDENT_MANUAL'],
      [readNature, 'Automatic', 'AUTOMATED'],
      [readType, 'Preventative', 'PREVENTIVE'],
      [readType, 'D', 'DETECTIVE'],
      [readArea, 'Logical & Physical Access', null],
      [readArea, 'Logical and Physical Access', 'ACCESS'],
      [readArea, 'Third-party risk management', 'VENDOR'],
      [readRisk, 'High', 'HIGH'],
      [readRisk, 'medium', 'MODERATE'],
      [readKey, 'Yes', true],
      [readKey, 'X', true],
      [readKey, 'Non-key', false],
      [readKey, 'n', false],
    ]
    for (const [reader, text, word] of read) expect(reader(text), text).toBe(word)
  })

  it('is not read where it could mean another, or nothing', () => {
    const unclear: [(text: string) => unknown, string[]][] = [
      [
        readFrequency,
        ['biannual', 'bi-monthly', 'ongoing', 'Daily / weekly', 'Annually, or upon change', 'fortnightly', '?'],
      ],
      [readNature, ['Manual / automated', 'system', 'yes']],
      [readType, ['Preventive & detective', 'Preventive/Detective', 'manual']],
      [readArea, ['Human resources', 'Governance']],
      [readRisk, ['3', 'high-moderate', 'n/a']],
      [readKey, ['maybe', 'Yes/No', '2']],
    ]
    for (const [reader, texts] of unclear) for (const text of texts) expect(reader(text), text).toBe(null)
  })

  it('is read as it was written by our own lists', () => {
    for (const [reader, vocabulary] of [
      [readFrequency, controlFrequencies],
      [readNature, controlNatures],
      [readType, controlTypes],
      [readArea, controlAreas],
      [readRisk, riskLevels],
    ] as const) {
      for (const word of words(vocabulary as Record<string, string>)) {
        expect(reader(writtenWord(word))).toBe(word)
        expect(reader(word)).toBe(word)
      }
    }
    expect(writtenWord('IT_DEPENDENT_MANUAL')).toBe('IT-dependent manual')
  })

  it('is a code of a criterion by its letters and figures, several in a cell', () => {
    const known = ['CC6.1', 'CC6.2', 'A1.1']
    expect(codesIn('cc6.1, CC6.2;A1.1\nCC6.1  X9', known)).toEqual(['CC6.1', 'CC6.2', 'A1.1', 'X9'])
    expect(codesIn(' ', known)).toEqual([])
  })
})

describe('The columns of a list of controls', () => {
  const guessed = (...names: string[]) =>
    Object.fromEntries(Object.entries(guessedColumns(names)).map(([field, at]) => [field, names[at as number]]))

  it('are known by the names that firms give them', () => {
    expect(
      guessed('Control #', 'Control activity', 'Owner', 'Frequency', 'TSC', 'Preventive/Detective', 'Manual/Automated'),
    ).toEqual({
      ref: 'Control #',
      description: 'Control activity',
      owner: 'Owner',
      frequency: 'Frequency',
      criteriaCodes: 'TSC',
      type: 'Preventive/Detective',
      nature: 'Manual/Automated',
    })
    expect(guessed('Control ID', 'Control', 'Key?', 'Owner E-Mail', 'Trust Services Criteria')).toEqual({
      ref: 'Control ID',
      description: 'Control',
      isKey: 'Key?',
      ownerEmail: 'Owner E-Mail',
      criteriaCodes: 'Trust Services Criteria',
    })
    expect(guessed('Control', 'Description')).toEqual({ ref: 'Control', description: 'Description' })
  })

  it('are known by the names of our own lists, which say no more than one thing each', () => {
    const names = controlFields.map((field) => columnTitles[field])
    expect(guessedColumns([...names, 'State', 'Design conclusion', 'Operation conclusion'])).toEqual(
      Object.fromEntries(controlFields.map((field, at) => [field, at])),
    )
    expect(controlFields.map(columnWord)).toEqual(words(controlColumns))
  })

  it('are not guessed where two have the name, nor by a name that says nothing', () => {
    expect(guessed('ID', 'Risk', 'Risk', 'Comment', '')).toEqual({ ref: 'ID' })
    expect(guessedColumns([])).toEqual({})
  })
})

describe('A cell that a spreadsheet could take for a formula', () => {
  it('is written with an apostrophe before it, and read without it', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', "'=1", "''-1"]) {
      expect(isLikeFormula(text), text).toBe(true)
      expect(neutralized(text), text).toBe(`'${text}`)
    }
    for (const text of ['', 'x', '1-1', "'quoted'", 'a=b', ' =1', "'"]) {
      expect(isLikeFormula(text), text).toBe(false)
      expect(neutralized(text), text).toBe(text)
    }
  })

  it('is found again as it was, whatever it was', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^'{0,3}[=+\-@\t\rx]{0,2}.{0,3}$/))
    fc.assert(
      fc.property(text, (one) => {
        expect(withoutApostrophe(neutralized(one))).toBe(one)
        expect(/^[=+\-@\t\r]/.test(neutralized(one))).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})
