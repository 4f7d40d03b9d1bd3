import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { csvOf } from '../../seeds/files/csv.js'
import { pngOf } from '../../seeds/files/image.js'
import { pdfOf } from '../../seeds/files/pdf.js'
import { controls } from '../../seeds/invented/controls.js'
import { daysOver } from '../../seeds/invented/days.js'

const paper = {
  name: 'minutes',
  from: 'Northgate Ledger, Inc.',
  title: 'Minutes of the risk committee',
  datedOn: '2025-03-31',
  paragraphs: ['The committee received the report.', 'It approved what the report asks for.'],
  facts: [['Present', '3 of 3']],
  signedBy: ['M. Castellan'],
} as const
const screen = {
  name: 'settings',
  system: 'Keyhouse',
  page: 'Sign-in policy',
  takenAt: '2025-12-31 16:20',
  settings: [['Second factor', 'Required <always> & everywhere']],
} as const

describe('the files of the demonstration', () => {
  it('are real PDFs, PNGs and CSVs, with the extension that says so', async () => {
    const pdf = await pdfOf(paper)
    expect([pdf.name, pdf.content.subarray(0, 5).toString(), pdf.content.subarray(-6).toString()]).toEqual([
      'minutes.pdf',
      '%PDF-',
      '%%EOF\n',
    ])
    const png = pngOf(screen)
    const [width, height] = [png.content.readUInt32BE(16), png.content.readUInt32BE(20)]
    expect([png.name, png.content.subarray(1, 4).toString(), width, height]).toEqual(['settings.png', 'PNG', 900, 200])
    expect(
      csvOf('list', [
        ['id', 'what'],
        ['1', 'a, “b” and "c"'],
      ]),
    ).toEqual({
      name: 'list.csv',
      content: Buffer.from('id,what\n1,"a, “b” and ""c"""\n'),
    })
  })

  it('are the same bytes each time', async () => {
    const digests = async () =>
      [(await pdfOf(paper)).content, pngOf(screen).content].map((one) => createHash('sha256').update(one).digest('hex'))
    expect(await digests()).toEqual(await digests())
    expect((await pdfOf({ ...paper, title: 'Others' })).content.equals((await pdfOf(paper)).content)).toBe(false)
    expect(pngOf({ ...screen, page: 'Another' }).content.equals(pngOf(screen).content)).toBe(false)
  })
})

describe('the invented lists', () => {
  it('lie on working days of the period, also of a short one', () => {
    for (const period of [
      { start: '2025-01-01', end: '2025-12-31' },
      { start: '2025-03-01', end: '2025-03-02' },
    ]) {
      for (const day of daysOver(period, 9)) {
        expect(day >= period.start && day <= period.end, day).toBe(true)
      }
    }
    const weekdays = daysOver({ start: '2025-01-01', end: '2025-12-31' }, 48).map((day) => new Date(day).getUTCDay())
    expect(weekdays.filter((weekday) => weekday === 0 || weekday === 6)).toEqual([])
  })

  it('have keys of their own, and hold every item that is said to deviate', () => {
    for (const { ref, tested } of controls) {
      if (tested.by !== 'LIST') continue
      const keys = tested.list.rows({ start: '2025-01-01', end: '2025-12-31' }).map(([key]) => key)
      expect(new Set(keys).size, ref).toBe(keys.length)
      expect(
        (tested.deviations ?? []).every(({ key }) => keys.includes(key)),
        ref,
      ).toBe(true)
    }
  })

  it('tests each control in words of its own', () => {
    const steps = controls.flatMap(({ tested }) => ('steps' in tested ? [tested.steps] : []))
    expect(new Set(steps).size).toBe(steps.length)
    const seen = controls.map(({ walkthrough }) => walkthrough.seen)
    expect(new Set(seen).size).toBe(controls.length)
  })
})
