import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import exceljs from 'exceljs'
import { describe, expect, it } from 'vitest'
import { exportedList, workbookWriter } from '../../src/features/export/export-list.js'
import { chain } from '../support/chain.js'
import { controlListOf, exportsControls, importsControls, listRow } from '../support/control-lists.js'
import { staffedEngagement } from '../support/engagements.js'
import { controlOf } from '../support/fieldwork.js'
import { testedControl } from '../support/tested-control.js'
import { world } from '../support/world.js'

// Controls go out as a list that comes in again as it was; no cell of it is a formula.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

/** Texts that a spreadsheet could take for formulas, and others that are hard to write. */
const hostile = {
  title: '=HYPERLINK("https://invented.test","x")',
  description: '-2+3, "quoted";\r\nand a second line\n\tand a third',
  owner: '@SUM(A1:A9)',
  ipe: "'=an apostrophe of its own",
  ipeReliability: '+49 30 1234, ünïcödé 数 _x000D_',
}

async function engagementWithControls() {
  const engagementId = await staffedEngagement(a, client)
  const { control: former } = await a.senior.does(
    'createControl',
    { ...controlOf(engagementId), ...hostile, operatedTo: '2025-06-30', ownerMemberId: client.admin.memberId },
    'control { id }',
  )
  await a.senior.does('createControl', {
    ...controlOf(engagementId),
    ref: 'AC-01',
    nature: 'IT_DEPENDENT_MANUAL',
    frequency: 'SEMI_ANNUAL',
    isKey: false,
    risk: 'HIGH',
    criteriaCodes: ['CC8.1', 'CC6.1'],
    operatedFrom: '2025-07-01',
    replacesId: former.id,
  })
  return engagementId
}

const titles =
  'Ref,Title,Description,Owner,Owner e-mail,Frequency,Nature,Type,Area,Key,Risk,Operated from,Operated to,Replaces,IPE,IPE reliability,Criteria,State,Design conclusion,Operation conclusion'

async function sheetOf(bytes: Buffer) {
  const workbook = new exceljs.Workbook()
  await workbook.xlsx.load(bytes as never)
  return workbook.worksheets[0] as exceljs.Worksheet
}

describe('The list of controls', () => {
  it('is a file of text with all that an import reads, in which nothing is a formula', async () => {
    const engagementId = await engagementWithControls()
    const file = await exportsControls(a.staff, engagementId)
    expect(file).toMatchObject({ fileName: 'controls-2025-12-31.csv', mediaType: 'text/csv; charset=utf-8' })
    expect(file.byteCount).toBe(file.bytes.length)
    expect(file.sha256).toBe(createHash('sha256').update(file.bytes).digest('hex'))
    const text = file.bytes.toString('utf8')
    expect(text.startsWith(`\ufeff${titles}\r\n`)).toBe(true)
    const [, second, third] = text.split(/\r\n(?=Ref|AC|CM)/)
    expect(second).toBe(
      'AC-01,Changes are reviewed,Each change is reviewed by another person than its author before it is merged.,Head of engineering,,Semi-annual,IT-dependent manual,Preventive,Change,No,High,2025-07-01,,CM-01,,,"CC6.1, CC8.1",In use,,',
    )
    expect(third).toContain(
      `CM-01,"'=HYPERLINK(""https://invented.test"",""x"")","'-2+3, ""quoted"";\r\nand a second line\n\tand a third",'@SUM(A1:A9),`,
    )
    expect(third).toContain(`,''=an apostrophe of its own,"'+49 30 1234, ünïcödé 数 _x000D_",CC8.1,In use,,\r\n`)
  })

  it('is a workbook whose cells are all text, with its header frozen', async () => {
    const engagementId = await engagementWithControls()
    const file = await exportsControls(a.staff, engagementId, 'XLSX')
    expect(file).toMatchObject({
      fileName: 'controls-2025-12-31.xlsx',
      mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
    expect(file.sha256).toBe(createHash('sha256').update(file.bytes).digest('hex'))
    const sheet = await sheetOf(file.bytes)
    expect(sheet.name).toBe('Controls')
    expect(sheet.views).toMatchObject([{ state: 'frozen', ySplit: 1 }])
    expect(sheet.rowCount).toBe(3)
    const cells = (row: number) => (sheet.getRow(row).values as unknown[]).slice(1)
    expect(cells(1)).toEqual(titles.split(','))
    expect(sheet.getCell('A1').font).toMatchObject({ bold: true })
    expect(sheet.getCell('C2').alignment).toMatchObject({ wrapText: true })
    const values = sheet.getRow(3)
    expect(['B', 'C', 'D', 'O', 'P'].map((column) => values.getCell(column).value)).toEqual([
      hostile.title,
      hostile.description,
      hostile.owner,
      hostile.ipe,
      hostile.ipeReliability,
    ])
    let texts = 0
    sheet.eachRow((row) => {
      row.eachCell((cell) => {
        expect(cell.type).toBe(exceljs.ValueType.String)
        texts++
      })
    })
    expect(texts).toBe(20 + 14 + 16)
    expect(values.getCell('B').numFmt).toBe('@')
    expect(sheet.getCell('B2').numFmt).not.toBe('@')
  })

  it('comes in again and changes nothing', async () => {
    const engagementId = await engagementWithControls()
    const { bytes } = await exportsControls(a.senior, engagementId)
    const rows =
      'select c::text from control c where engagement_id = $1 union all select m::text from control_criterion m where engagement_id = $1 order by 1'
    const before = (await w.owner.query(rows, [engagementId])).rows
    const again = await importsControls(a.senior, engagementId, bytes, { existing: 'UPDATE' })
    expect(again).toMatchObject({ errors: [], createdCount: 0, updatedCount: 0, unchangedCount: 2, controls: [] })
    expect((await w.owner.query(rows, [engagementId])).rows).toEqual(before)
    const elsewhere = await staffedEngagement(a, client)
    const made = await importsControls(a.senior, elsewhere, bytes)
    expect(made).toMatchObject({ errors: [], createdCount: 2 })
    expect((await exportsControls(a.senior, elsewhere)).bytes).toEqual(bytes)
  })

  it('keeps whom it names after they left, and takes nobody who can use their membership no more', async () => {
    const engagementId = await engagementWithControls()
    const leaves = (id: string) => w.owner.query("update member set state = 'DISABLED' where id = $1", [id])
    await leaves(client.admin.memberId)
    const { bytes } = await exportsControls(a.senior, engagementId)
    expect(bytes.toString()).toContain(',carla.of.kestrel.cloud@example.test,')
    const again = await importsControls(a.senior, engagementId, bytes, { existing: 'UPDATE' })
    expect(again).toMatchObject({ errors: [], unchangedCount: 2 })
    const elsewhere = await staffedEngagement(a, client)
    const refused = await importsControls(a.senior, elsewhere, bytes)
    expect(refused.errors[0].problems).toMatchObject([{ row: 3, column: 'Owner e-mail', code: 'VALUE_REFUSED' }])
    await w.owner.query("update member set state = 'ACTIVE' where id = $1", [client.admin.memberId])
  })

  it('marks those that were retired, and tells what was concluded', async () => {
    const work = await chain(a, client)
    const other = await testedControl(a, work, { ref: 'CM-02' })
    const retiring = { reason: 'Not in use any more, invented.', restsOnIds: [work.procedureId] }
    await work.change(a.partner, 'retireControl', 'controlId', other, retiring)
    const lines = (await exportsControls(a.staff, work.engagementId)).bytes.toString().trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/,In use,Suitable,Effective$/)
    expect(lines[2]).toMatch(/^CM-02,.*,Retired,Suitable,Effective$/)
  })

  it('is one file in an operation, of an engagement that is named', async () => {
    const engagementId = await engagementWithControls()
    const one = 'controlList(format: CSV) { byteCount }'
    for (const asked of [
      `{ engagement(id: "${engagementId}") { ${one} other: ${one} } }`,
      `{ engagements(first: 1) { nodes { ${one} } } }`,
    ]) {
      expect((await a.senior.ask(asked)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
    for (const person of [client.admin, a.admin]) {
      const { data } = await person.ask(`{ engagement(id: "${engagementId}") { ${one} } }`)
      expect(data?.engagement?.controlList ?? null).toBe(null)
    }
  })

  it('leaves the event loop to others while 500 controls are written', async () => {
    const engagementId = await staffedEngagement(a, client)
    const list = controlListOf(Array.from({ length: 500 }, (_, at) => listRow(`AC-${at + 1}`)))
    expect((await importsControls(a.senior, engagementId, list)).createdCount).toBe(500)
    await workbookWriter()
    for (const format of ['CSV', 'XLSX']) {
      await exportsControls(a.senior, engagementId, format)
      const delay = monitorEventLoopDelay({ resolution: 5 })
      delay.enable()
      const { bytes } = await exportsControls(a.senior, engagementId, format)
      delay.disable()
      expect(bytes.length).toBeGreaterThan(10_000)
      expect(delay.max / 1e6, format).toBeLessThan(200)
    }
  })
})

describe('A list that is written', () => {
  it('is the same bytes for the same rows, and has no row where there is none', async () => {
    const list = { name: 'x', sheetName: 'X', columns: [{ title: '=A', width: 9 }], rows: [] }
    const file = await exportedList(list, 'CSV')
    expect(Buffer.from(file.content, 'base64').toString()).toBe("\ufeff'=A\r\n")
    expect(await exportedList(list, 'CSV')).toEqual(file)
    const sheet = await sheetOf(Buffer.from((await exportedList(list, 'XLSX')).content, 'base64'))
    expect([sheet.rowCount, sheet.getCell('A1').value]).toEqual([1, '=A'])
  })
})
