import { expect, it } from 'vitest'
import { readExported, writtenExported } from '../../src/features/test-sheet/sheet-cells.js'
import { type CellFate, type CellSaid, comparedNote, fateOfCell } from '../../src/rules/test-sheets.js'

// A cell of a test sheet, three ways: as it was exported, as the file has it, as it is recorded now.

const empty: CellSaid = { outcome: null, note: null }
const passed: CellSaid = { outcome: 'NO_DEVIATION', note: null }
const failed: CellSaid = { outcome: 'DEVIATION', note: 'No reviewer.' }
const at = (version: number, said: CellSaid) => ({ ...said, version })

it.each<[string, [exported: number, isAsInFile: boolean], CellSaid, ReturnType<typeof at> | null, CellFate]>([
  ['nothing, and nothing since', [0, true], empty, null, 'SAME'],
  ['what was recorded, and nothing since', [1, true], failed, at(1, failed), 'SAME'],
  ['nothing, and another person recorded it', [0, true], empty, at(1, failed), 'KEPT'],
  ['what was recorded, and another person corrected it', [1, true], passed, at(2, failed), 'KEPT'],
  ['a new result', [0, false], passed, null, 'CHANGED'],
  ['a correction', [1, false], failed, at(1, passed), 'CHANGED'],
  ['a cell that was emptied', [1, false], empty, at(1, passed), 'CHANGED'],
  ['what another person recorded too', [0, false], failed, at(1, failed), 'SAME'],
  ['what another person recorded otherwise', [0, false], passed, at(1, failed), 'CONFLICT'],
  ['the same result with another note', [1, false], { ...failed, note: 'Two.' }, at(2, failed), 'CONFLICT'],
  ['what is there no more', [1, false], failed, null, 'CONFLICT'],
])('a cell that says %s', (_, [version, isAsInFile], inFile, recorded, fate) => {
  expect(fateOfCell({ exported: { version, isAsInFile }, inFile, recorded })).toBe(fate)
})

it('compares notes without the ends of lines and spaces that programs write in ways of their own', () => {
  expect(comparedNote(' One.\r\nTwo.\rThree. \n')).toBe('One.\nTwo.\nThree.')
  expect([comparedNote(''), comparedNote(' \n'), comparedNote(null)]).toEqual([null, null, null])
})

it('reads a row as it was exported, and nothing else', () => {
  const sampleId = '01a231d5-e776-7348-89ea-425156e47177'
  const [item, attributes] = ['abcdef0123456789', '9876543210fedcba'] as const
  const cells = new Map([
    ['A', { version: 12, digest: '0123456789abcdef' }],
    ['Z', { version: 0, digest: 'f'.repeat(16) }],
  ])
  expect(readExported(writtenExported({ sampleId, item, attributes, cells }))).toEqual({
    sampleId,
    item,
    attributes,
    cells,
  })
  for (const text of [
    '',
    sampleId.slice(1),
    `${sampleId} A1`,
    `${sampleId} ${item} A1`,
    `${sampleId} ${item} ${attributes} A1`,
    `${sampleId} ${item} ${attributes} a1.0123456789abcdef`,
    `${sampleId} ${item} ${attributes} A-1.0123456789abcdef`,
  ]) {
    expect(readExported(text), text).toBeNull()
  }
})
