import { describe, expect, it } from 'vitest'
import {
  bringsControls,
  controlListOf,
  header,
  importsBrought,
  importsControls,
  listRow,
  previews,
} from '../support/control-lists.js'
import { staffedEngagement } from '../support/engagements.js'
import { tested } from '../support/exceptions.js'
import { controlOf, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

// Controls come in from a list: all of it or nothing, and every problem at once.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const planned = () => staffedEngagement(a, client)
const problemsOf = (payload: any) =>
  payload.errors[0]?.problems?.map(({ row, column, code }: any) => [row, column, code]) ?? payload.errors
const refsOf = async (engagementId: string): Promise<string[]> =>
  (
    await a.senior.gql('query ($id: ID!) { engagement(id: $id) { controls(first: 100) { nodes { ref } } } }', {
      id: engagementId,
    })
  ).engagement.controls.nodes.map(({ ref }: any) => ref)

describe('A list of controls', () => {
  it('is imported with its mapping, in the words of the firm that wrote it', async () => {
    const engagementId = await planned()
    const names = `${header},Owner e-mail,Operated from,Operated to,Replaces,IPE,IPE reliability`
    const list = controlListOf(
      [
        `${listRow('AC-02', { criteria: 'cc6.1\nCC6.3' })},ROLF.of.Kestrel.Cloud@example.test,01/07/2025,,ac-01,User list,Compared with HR`,
        `${listRow('AC-01', { frequency: 'As needed / per occurrence', isKey: 'X', risk: 'medium', criteria: '' })},,,30/06/2025,,,`,
      ],
      names,
    )
    const made = await importsControls(a.senior, engagementId, list)
    expect(made.errors).toEqual([])
    expect(made).toMatchObject({
      createdCount: 2,
      updatedCount: 0,
      unchangedCount: 0,
      engagement: { id: engagementId },
    })
    expect(made.controls).toMatchObject([
      {
        version: 1,
        ref: 'AC-02',
        title: 'Access is reviewed',
        owner: 'Head of IT',
        ownerMember: { id: client.respondent.memberId },
        frequency: 'QUARTERLY',
        nature: 'MANUAL',
        type: 'DETECTIVE',
        area: 'ACCESS',
        isKey: true,
        risk: 'HIGH',
        operatedFrom: '2025-07-01',
        operatedTo: null,
        replaces: { ref: 'AC-01' },
        ipe: 'User list',
        ipeReliability: 'Compared with HR',
        criteria: [{ code: 'CC6.1' }, { code: 'CC6.3' }],
      },
      {
        ref: 'AC-01',
        frequency: 'PER_EVENT',
        risk: 'MODERATE',
        operatedTo: '2025-06-30',
        ownerMember: null,
        criteria: [],
      },
    ])
    expect(await refsOf(engagementId)).toEqual(['AC-01', 'AC-02'])
  })

  it('may be the client’s own, and only what a person said holds where it says nothing', async () => {
    const engagementId = await planned()
    const names = 'ID;Control name;Control description;Process;Frequency;TSC'
    const list = `Controls of Kestrel\n\n${names}\n7;Backups;Backups are made;Operations;Daily;A1.2 CC6.1\n`
    const said = { columns: { owner: 'Process' }, reading: { headerRow: 3 } }
    const evidenceId = await bringsControls(client.respondent, engagementId, list)
    const before = await w.digest()
    const bare = await importsBrought(a.senior, { engagementId, evidenceId, ...said })
    expect(problemsOf(bare)).toEqual([
      ...['nature', 'type', 'area', 'isKey', 'risk'].map(() => [3, null, 'COLUMN_MISSING']),
      [4, 'TSC', 'VALUE_REFUSED'],
    ])
    expect(bare.errors[0].problems[4].message).toMatch(/defaults\.risk/)
    expect(await w.digest()).toBe(before)
    const defaults = { nature: 'AUTOMATED', type: 'PREVENTIVE', area: 'OTHER', isKey: false, risk: 'LOW' }
    const mended = await bringsControls(client.respondent, engagementId, list.replace('A1.2 ', ''))
    const made = await importsBrought(a.senior, { engagementId, evidenceId: mended, ...said, defaults })
    expect(made.errors).toEqual([])
    expect(made.controls).toMatchObject([
      {
        ref: '7',
        title: 'Backups',
        owner: 'Operations',
        frequency: 'DAILY',
        ...defaults,
        criteria: [{ code: 'CC6.1' }],
      },
    ])
  })

  it('is refused as a whole with every problem of its rows, and nothing moves', async () => {
    const engagementId = await planned()
    await a.senior.does('createControl', { ...controlOf(engagementId), ref: 'CM-01' })
    await a.manager.does('excludeCriterion', { engagementId, criterionCode: 'CC6.4', reason: 'No premises.' })
    const names = `${header},Owner e-mail,Operated from,Operated to,Replaces,IPE reliability`
    const rows = [
      `${listRow('AC-01')},,,,,`,
      `${listRow('ac-01')},,,,,`,
      `${listRow('A C')},,,,,`,
      `${listRow('', {})},,,,,`,
      `${listRow('cm-01')},,,,,`,
      `${listRow('AC-02', { frequency: 'biannual', nature: 'Manual and automated', risk: '', isKey: '?' })},,,,,`,
      `${listRow('AC-03', { criteria: 'CC6.1, CC9.9; A1.1 CC6.4' })},,,,,`,
      `${listRow('AC-04', { title: 'x'.repeat(201) })},,,,,`,
      `${listRow('AC-05')},nobody@elsewhere.test,2025-12-31,2025-01-01,,`,
      `${listRow('AC-06')},,2026-05-01,,,`,
      `${listRow('AC-07')},,31/31/2025,,AC-99,As read`,
      `${listRow('AC-08')},,2025-07-01,,AC-08,`,
      `${listRow('AC-09')},,2025-02-01,2025-03-01,AC-10,`,
      `${listRow('AC-10')},,2025-04-01,2025-05-01,AC-09,`,
      `${listRow('AC-11')},,,,,,extra`,
    ]
    const evidenceId = await bringsControls(a.senior, engagementId, controlListOf(rows, names))
    const before = await w.digest()
    const refused = await importsBrought(a.senior, { engagementId, evidenceId })
    expect(refused.errors).toMatchObject([{ code: 'ROWS_REFUSED', path: ['evidenceId'] }])
    expect(problemsOf(refused)).toEqual([
      [3, 'Control #', 'KEY_REPEATED'],
      [4, 'Control #', 'VALUE_REFUSED'],
      [5, 'Control #', 'VALUE_MISSING'],
      [6, 'Control #', 'REF_TAKEN'],
      [7, 'Frequency', 'VALUE_UNCLEAR'],
      [7, 'Manual/Automated', 'VALUE_UNCLEAR'],
      [7, 'Key', 'VALUE_UNCLEAR'],
      [7, 'Risk', 'VALUE_MISSING'],
      [8, 'Criteria', 'VALUE_REFUSED'],
      [8, 'Criteria', 'VALUE_REFUSED'],
      [8, 'Criteria', 'VALUE_REFUSED'],
      [9, 'Control title', 'VALUE_REFUSED'],
      [10, 'Owner e-mail', 'VALUE_REFUSED'],
      [10, 'Operated to', 'VALUE_REFUSED'],
      [11, 'Operated from', 'VALUE_REFUSED'],
      [12, 'Operated from', 'DATE_INVALID'],
      [12, 'Replaces', 'VALUE_REFUSED'],
      [12, 'IPE reliability', 'VALUE_REFUSED'],
      [13, 'Replaces', 'VALUE_REFUSED'],
      [14, 'Replaces', 'VALUE_REFUSED'],
      [16, null, 'WIDTH_DIFFERS'],
    ])
    expect(refused.errors[0].problemCount).toBe(21)
    expect(JSON.stringify(refused.errors)).not.toContain('elsewhere.test')
    expect(refused.createdCount).toBe(null)
    expect(refused.controls).toBe(null)
    expect(await w.digest()).toBe(before)
  })

  it('says of an address no more than that the client has no such person, wherever else it is known', async () => {
    const engagementId = await planned()
    const other = await a.client('Sparrow Pay')
    const elsewhere = await (await w.firm('Birch')).client('Kestrel Cloud of Birch')
    const emailOf = async (id: string) =>
      (await w.owner.query('select email from member where id = $1', [id])).rows[0].email
    const known = await Promise.all([other.admin, elsewhere.admin, a.senior].map(({ memberId }) => emailOf(memberId)))
    const list = controlListOf(
      [...known, 'never@used.test'].map((email, at) => `${listRow(`AC-0${at}`)},${email}`),
      `${header},Owner e-mail`,
    )
    const { previewImport } = await previews(a.senior, {
      evidenceId: await bringsControls(a.senior, engagementId, list),
    })
    expect(previewImport.problems).toEqual(
      [...known, 'never@used.test'].map((found, at) => ({
        row: at + 2,
        column: 'Owner e-mail',
        code: 'VALUE_REFUSED',
        message: 'No person of the client has this e-mail address.',
        found,
      })),
    )
  })

  it('has as many controls as an engagement may have, and no more', async () => {
    const engagementId = await planned()
    await a.senior.does('createControl', controlOf(engagementId))
    const rows = (count: number) => Array.from({ length: count }, (_, at) => listRow(`AC-${at + 1}`))
    const over = await importsControls(a.senior, engagementId, controlListOf(rows(500)))
    expect(problemsOf(over)).toEqual([[501, null, 'TOO_MANY']])
    const far = await importsControls(a.senior, engagementId, controlListOf(rows(501)))
    expect(problemsOf(far)).toContainEqual([502, null, 'TOO_MANY'])
    expect(await refsOf(engagementId)).toEqual(['CM-01'])
    const began = performance.now()
    const made = await importsControls(a.senior, engagementId, controlListOf(rows(499)))
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(made.errors).toEqual([])
    expect(made.createdCount).toBe(499)
    const { createdCount } = (
      await w.owner.query('select count(*)::int as "createdCount" from control where engagement_id = $1', [
        engagementId,
      ])
    ).rows[0]
    expect(createdCount).toBe(500)
  })

  it('names its first thousand problems and counts the others', async () => {
    const engagementId = await planned()
    const wrong = { frequency: '?', nature: '?', type: '?' }
    const rows = Array.from({ length: 400 }, (_, at) => listRow(`AC-${at + 1}`, wrong))
    const refused = await importsControls(a.senior, engagementId, controlListOf(rows))
    expect(refused.errors[0].problems).toHaveLength(1_000)
    expect(refused.errors[0].problemCount).toBe(1_200)
    expect(await refsOf(engagementId)).toEqual([])
  })

  it('is refused for what it is: no list, no references, no rows, too large, a column that is not there, evidence of another engagement', async () => {
    const engagementId = await planned()
    const elsewhere = await planned()
    const said = async (content: string, given: object = {}) =>
      (await importsControls(a.senior, engagementId, content, given as Record<string, unknown>)).errors[0]
    expect(await said('Name,Comment\na,b\n')).toMatchObject({
      code: 'ROWS_REFUSED',
      problems: [{ row: 1, column: null, code: 'COLUMN_MISSING' }],
    })
    expect(await said(`${header}\n`)).toMatchObject({ problems: [{ row: 1, code: 'NO_ROWS' }] })
    expect(await said(controlListOf([listRow('AC-01')]), { columns: { ref: 'Nowhere' } })).toMatchObject({
      code: 'INVALID_INPUT',
      path: ['columns', 'ref'],
    })
    expect(await said(`${header}\n${'x'.repeat(20_000_001)}`)).toMatchObject({
      code: 'INVALID_INPUT',
      path: ['evidenceId'],
    })
    const { id: evidenceId } = await a.senior.brings(elsewhere, {
      name: 'x.csv',
      content: controlListOf([listRow('A')]),
    })
    const { errors } = await a.senior.tryTo('importControls', { engagementId, evidenceId })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['evidenceId'] }])
    expect(await refsOf(engagementId)).toEqual([])
    expect(await refsOf(elsewhere)).toEqual([])
  })
})

describe('A preview of a list of controls', () => {
  it('tells what the columns are taken for, what would become of each control, and keeps nothing', async () => {
    const engagementId = await planned()
    await importsControls(a.senior, engagementId, controlListOf([listRow('AC-01'), listRow('AC-02')]))
    const list = controlListOf(
      [
        listRow('ac-01', { owner: 'CTO', criteria: 'CC6.1' }),
        listRow('AC-02'),
        listRow('AC-03'),
        listRow('AC-04', { type: 'Both' }),
      ].map((row) => `${row},note`),
      `${header},Comment`,
    )
    const evidenceId = await bringsControls(a.senior, engagementId, list)
    const before = await w.digest()
    const { previewImport } = await previews(a.senior, { evidenceId, existing: 'UPDATE' })
    expect(previewImport).toMatchObject({
      encoding: 'UTF_8',
      separator: 'COMMA',
      headerRow: 1,
      keyColumn: 'Control #',
      rowCount: 4,
      isWhole: true,
      outsidePeriodCount: null,
      controls: [
        { row: 2, ref: 'AC-01', outcome: 'UPDATED', changes: ['OWNER', 'CRITERIA_CODES'] },
        { row: 3, ref: 'AC-02', outcome: 'UNCHANGED', changes: [] },
        { row: 4, ref: 'AC-03', outcome: 'CREATED', changes: [] },
      ],
      problems: [{ row: 5, column: 'Type', code: 'VALUE_UNCLEAR', found: 'Both' }],
      problemCount: 1,
    })
    expect(previewImport.problems[0].message).toContain('Preventive, Detective, Corrective')
    expect(previewImport.columns.map(({ name, says, role }: any) => [name, says, role])).toEqual([
      ['Control #', ['REF'], 'KEY'],
      ['Control title', ['TITLE'], 'OTHER'],
      ['Control activity', ['DESCRIPTION'], 'OTHER'],
      ['Owner', ['OWNER'], 'OTHER'],
      ['Frequency', ['FREQUENCY'], 'OTHER'],
      ['Manual/Automated', ['NATURE'], 'OTHER'],
      ['Type', ['TYPE'], 'OTHER'],
      ['Area', ['AREA'], 'OTHER'],
      ['Key', ['IS_KEY'], 'OTHER'],
      ['Risk', ['RISK'], 'OTHER'],
      ['Criteria', ['CRITERIA_CODES'], 'OTHER'],
      ['Comment', [], 'OTHER'],
    ])
    expect(await w.digest()).toBe(before)
  })

  it('is for who may import: null for others; what is said for another kind is refused', async () => {
    const engagementId = await planned()
    const list = controlListOf([listRow('AC-01')])
    const { id: evidenceId } = await a.senior.brings(engagementId, { name: 'controls.csv', content: list })
    const asked = 'query ($input: PreviewImportInput!) { previewImport(input: $input) { rowCount } }'
    const input = { kind: 'CONTROLS', evidenceId }
    for (const person of [a.partner, a.manager, a.senior]) {
      expect((await person.gql(asked, { input })).previewImport).toEqual({ rowCount: 1 })
    }
    for (const person of [a.reviewer, a.staff, a.admin]) {
      expect((await person.ask(asked, { input })).data?.previewImport ?? null).toBe(null)
    }
    for (const said of [{ keyColumn: 'Control #' }, { kind: 'POPULATION', existing: 'UPDATE' }]) {
      const { errors } = await a.senior.ask(asked, { input: { ...input, ...said } })
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
  })
})

describe('A list of controls that the engagement has already', () => {
  it('leaves them or updates them, as it is chosen: only what the list has a column for', async () => {
    const engagementId = await planned()
    const names = `${header},IPE`
    await importsControls(a.senior, engagementId, controlListOf([`${listRow('AC-01')},A report`], names))
    const other = [listRow('ac-01', { title: 'Access is read', criteria: 'CC6.3' }), listRow('AC-02')]
    const left = await importsControls(a.senior, engagementId, controlListOf(other), { existing: 'LEAVE' })
    expect(left).toMatchObject({ createdCount: 1, updatedCount: 0, unchangedCount: 1, controls: [{ ref: 'AC-02' }] })
    const updated = await importsControls(a.manager, engagementId, controlListOf(other), { existing: 'UPDATE' })
    expect(updated).toMatchObject({ createdCount: 0, updatedCount: 1, unchangedCount: 1 })
    expect(updated.controls).toMatchObject([
      { ref: 'AC-01', title: 'Access is read', ipe: 'A report', criteria: [{ code: 'CC6.3' }] },
    ])
    const narrow = 'Ref,IPE,Owner\nAC-01,,CTO\n'
    const cleared = await importsControls(a.senior, engagementId, narrow, { existing: 'UPDATE' })
    expect(cleared.controls).toMatchObject([
      { ref: 'AC-01', ipe: null, owner: 'CTO', title: 'Access is read', criteria: [{ code: 'CC6.3' }] },
    ])
    const empty = await importsControls(a.senior, engagementId, 'Ref,Owner\nAC-01,\n', { existing: 'UPDATE' })
    expect(problemsOf(empty)).toEqual([[2, 'Owner', 'VALUE_MISSING']])
  })

  it('is held against those that it does not name: one that replaces another began after that had ended', async () => {
    const engagementId = await planned()
    const names = 'Ref,Operated from,Operated to,Replaces'
    const both = controlListOf([listRow('AC-01'), listRow('AC-02')])
    await importsControls(a.senior, engagementId, both)
    const time = `${names}\nAC-01,,2025-06-30,\nAC-02,2025-07-01,,AC-01\n`
    expect((await importsControls(a.senior, engagementId, time, { existing: 'UPDATE' })).updatedCount).toBe(2)
    const later = await importsControls(a.senior, engagementId, 'Ref,Operated to\nAC-01,2025-08-31\n', {
      existing: 'UPDATE',
    })
    expect(problemsOf(later)).toEqual([[2, 'Operated to', 'VALUE_REFUSED']])
    const earlier = await importsControls(a.senior, engagementId, 'Ref,Operated from\nAC-02,2025-06-30\n', {
      existing: 'UPDATE',
    })
    expect(problemsOf(earlier)).toEqual([[2, null, 'VALUE_REFUSED']])
  })

  it('changes those whose testing has begun by the partner alone, with a reason and a paper, and keeps each change', async () => {
    const work = await tested(w, a)
    const list = 'Ref,Title,Frequency,Criteria,Owner\nCM-01,Changes are looked at,Annually,CC7.1,CTO\n'
    const said = { existing: 'UPDATE' }
    const given = { ...said, reason: 'Management words it so, invented.', restsOnIds: [work.procedureId] }
    const evidenceId = await bringsControls(a.partner, work.engagementId, list)
    const input = { engagementId: work.engagementId, evidenceId, ...given }
    const before = await w.digest()
    const bySenior = await importsBrought(a.senior, input)
    expect(problemsOf(bySenior)).toEqual([
      [2, 'Frequency', 'CHANGE_REFUSED'],
      [2, null, 'CHANGE_REFUSED'],
    ])
    const { previewImport } = await previews(a.senior, { evidenceId, ...said })
    expect(previewImport.problemCount).toBe(2)
    expect((await importsBrought(a.partner, { ...input, reason: null })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['reason'] },
    ])
    expect((await importsBrought(a.partner, { ...input, restsOnIds: [] })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['restsOnIds'] },
    ])
    expect(await w.digest()).toBe(before)
    const owner = await importsControls(a.senior, work.engagementId, 'Ref,Owner\nCM-01,CTO\n', said)
    expect(owner.updatedCount).toBe(1)
    const made = await importsBrought(a.partner, input)
    expect(made.errors).toEqual([])
    expect(made.updatedCount).toBe(1)
    const asked = `query ($id: ID!) { engagement(id: $id) { controlChanges(first: 10) { nodes { part saidBefore saidAfter reason
      testedCount restsOn { id } } } judgmentsAgainstFigures(first: 100) { nodes { kind } } } }`
    const { engagement } = await a.partner.gql(asked, { id: work.engagementId })
    expect(engagement.controlChanges.nodes).toEqual(
      [
        ['TITLE', 'Changes are reviewed', 'Changes are looked at'],
        ['FREQUENCY', 'PER_EVENT', 'ANNUAL'],
        ['CRITERIA', 'CC8.1', 'CC7.1'],
      ].map(([part, saidBefore, saidAfter]) => ({
        part,
        saidBefore,
        saidAfter,
        reason: given.reason,
        testedCount: 5,
        restsOn: [{ id: work.procedureId }],
      })),
    )
    expect(engagement.judgmentsAgainstFigures.nodes.filter(({ kind }: any) => kind === 'CONTROL_CHANGED')).toHaveLength(
      3,
    )
  })

  it('never brings a retired one back, whatever is chosen', async () => {
    const work = await fieldwork(w, a, { state: 'PLANNING' })
    const retiring = { controlId: work.controlId, expectedVersion: 1, reason: 'Not in use any more, invented.' }
    await a.senior.does('retireControl', retiring)
    for (const existing of ['REFUSE', 'LEAVE', 'UPDATE']) {
      const refused = await importsControls(a.senior, work.engagementId, controlListOf([listRow('cm-01')]), {
        existing,
      })
      expect(problemsOf(refused)).toEqual([[2, 'Control #', 'REF_TAKEN']])
      expect(refused.errors[0].problems[0].message).toContain('was retired')
    }
    expect(await refsOf(work.engagementId)).toEqual(['CM-01'])
  })
})
