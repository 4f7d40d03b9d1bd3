import { describe, expect, it } from 'vitest'
import { matter } from '../support/exceptions.js'
import { type Fieldwork, fieldwork, importList } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

// An occurrence belongs to the cycle it covers, which a list may say of each item; what is none of a population shows none.

const w = await world()
const a = await w.firm('Aspen')

const summaryOf = async (of: Fieldwork) =>
  (
    await a.staff.gql(
      `query ($id: ID!) { node(id: $id) { ... on Control { occurrenceSummary { found missing reported extra missingLabels sentence }
        expectedOccurrences(first: 20) { nodes { label state doneOn doneLateOn itemKey } } } } }`,
      { id: of.controlId },
    )
  ).node
const doneOf = async (of: Fieldwork) =>
  (await summaryOf(of)).expectedOccurrences.nodes.map((one: any) => [one.label, one.itemKey, one.doneOn])

/** Imports and freezes a list that says what it covers. */
async function listed(of: Fieldwork, csv: string, columns: object, described: object = {}) {
  const { id: populationId, version } = await of.draft(described)
  const reading = { expectsNoRows: csv.trim().split('\n').length === 1 }
  const input = { populationId, expectedVersion: version, keyColumn: 'id', ...columns, reading }
  const { population, errors } = await importList(a.staff, of.engagementId, input, csv)
  expect(errors).toEqual([])
  await a.staff.does('freezePopulation', {
    populationId,
    expectedVersion: population.version,
    completenessCheck: 'Watched the query run.',
    accuracyCheck: 'Traced all rows.',
    absenceCheck: population.itemCount === 0 ? 'Asked the owner.' : null,
  })
  return populationId as string
}
/** Imports what must be refused: nothing moves but the file that was brought. */
async function refusedList(of: Fieldwork, csv: string, columns: object): Promise<any[]> {
  const { id: populationId, version } = await of.draft()
  const { id: evidenceId } = await a.staff.brings(of.engagementId, { name: 'list.csv', content: csv })
  const input = { populationId, expectedVersion: version, evidenceId, keyColumn: 'id', ...columns }
  const before = await w.digest()
  const { errors } = await a.staff.tryTo('importPopulation', input)
  expect(errors).not.toEqual([])
  expect(await w.digest()).toBe(before)
  return errors
}
async function refused(by: Person, mutation: string, input: Record<string, unknown>, ...errors: object[]) {
  const before = await w.digest()
  expect((await by.tryTo(mutation, input)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const covers = { coversColumn: 'quarter' }
const dated = { ...covers, dateColumn: 'held_on' }

describe('a list that says which cycle an item covers', () => {
  it('serves that cycle, by its label or a day within it, whatever the order', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const rows = ['R3,2025-Q4,2025-12-01', 'R1,2025-Q1,2025-02-01', 'R2,2025-05-20,2025-06-01', 'R0,2024-Q4,2025-01-02']
    await listed(work, `id,quarter,held_on\n${rows.join('\n')}\n`, dated)
    expect(await doneOf(work)).toEqual([
      ['2025-Q1', 'R1', '2025-02-01'],
      ['2025-Q2', 'R2', '2025-06-01'],
      ['2025-Q3', null, null],
      ['2025-Q4', 'R3', '2025-12-01'],
    ])
    expect((await summaryOf(work)).occurrenceSummary).toMatchObject({
      found: 3,
      missing: 1,
      extra: 1,
      missingLabels: ['2025-Q3'],
    })
  })

  it('is refused without days: what was done months later would count as done', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const [error] = await refusedList(work, 'id,quarter\nR1,2025-Q1\nR2,2025-Q2\n', covers)
    expect(error).toMatchObject({ code: 'INVALID_INPUT', path: ['dateColumn'] })
  })

  it('serves it only where it was done in time for it, and no other in its place', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const csv =
      'id,quarter,held_on\nR1,2025-Q1,2025-03-31\nR2,2025-Q2,2025-07-01\nR3,2025-Q4,2025-10-09\nR4,2025-Q4,2025-10-10\n'
    await listed(work, csv, dated)
    expect(await doneOf(work)).toEqual([
      ['2025-Q1', 'R1', '2025-03-31'],
      ['2025-Q2', null, null],
      ['2025-Q3', null, null],
      ['2025-Q4', 'R3', '2025-10-09'],
    ])
    const { occurrenceSummary: told, expectedOccurrences } = await summaryOf(work)
    expect(told.extra).toBe(2)
    // Done a day late it is not found, and told as late: a deviation until it is explained.
    expect(expectedOccurrences.nodes.map(({ state, doneLateOn }: any) => [state, doneLateOn])).toEqual([
      ['FOUND', null],
      ['MISSING', '2025-07-01'],
      ['MISSING', null],
      ['FOUND', null],
    ])
    expect(told.sentence).toBe(
      '2 of 4 expected occurrences not found (2025-Q2, 2025-Q3); 1 done late (2025-Q2 on 2025-07-01)',
    )
  })

  it('is refused row by row where a cell names no cycle of the control', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const cells = ['2025-Q1', 'Q2 2025', '', '2025-05', '2025-02-30', '2025-06-30']
    const csv = `id,quarter,held_on\n${cells.map((cell, at) => `R${at + 1},${cell},2025-03-01\n`).join('')}`
    const [error] = await refusedList(work, csv, dated)
    expect(error).toMatchObject({ code: 'ROWS_REFUSED', problemCount: 4 })
    expect(error.problems).toMatchObject([3, 4, 5, 6].map((row) => ({ row, column: 'quarter', code: 'CYCLE_INVALID' })))
    expect(error.problems[0].message).toContain('2019-Q1')
  })

  it('names a column that the file has, of a control that has cycles', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const csv = 'id,quarter\nR1,2025-Q1\n'
    expect(await refusedList(work, csv, { coversColumn: 'month' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['coversColumn'] },
    ])
    const byEvent = await fieldwork(w, a)
    expect(await refusedList(byEvent, csv, covers)).toMatchObject([{ code: 'INVALID_INPUT', path: ['coversColumn'] }])
  })
})

describe('a list of a periodic control that says no days', () => {
  it('is refused where it has items, as it could not be held against what the period asks', async () => {
    const work = await fieldwork(w, a, { frequency: 'MONTHLY' })
    const [error] = await refusedList(work, 'id\nR1\n', {})
    expect(error).toMatchObject({ code: 'INVALID_INPUT', path: ['dateColumn'] })
    expect(error.message).toContain('MONTHLY')
    await listed(work, 'id\n', {})
    expect((await summaryOf(work)).occurrenceSummary).toMatchObject({ found: 0, missing: 12 })
  })

  it('is taken of an automated control, which its configuration shows', async () => {
    const work = await fieldwork(w, a, { frequency: 'MONTHLY', nature: 'AUTOMATED' })
    await listed(work, 'id\nR1\n', {})
  })
})

describe('what is none of the population', () => {
  it('is no occurrence: excluded, dated after the extraction, or left out', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const half = { coversTo: '2025-09-30', extractedAt: '2025-10-01T09:00:00Z' }
    const { id: populationId, version } = await work.draft(half)
    const rows = [
      'R1,2025-Q1,2025-02-03,final',
      'R2,2025-Q2,2025-05-03,draft',
      'R3,2025-Q3,2025-08-03,final',
      'R4,2025-Q4,2025-12-03,final',
      'R5,2025-Q4,2025-10-01,final',
    ]
    const input = { populationId, expectedVersion: version, keyColumn: 'id', ...dated, outsidePeriod: 'LEAVE_OUT' }
    const csv = `id,quarter,held_on,state\n${rows.join('\n')}\n`
    const imported = await importList(a.staff, work.engagementId, input, csv)
    expect(imported.errors).toEqual([])
    const rule = { column: 'state', operator: 'EQUALS', values: ['draft'], reason: 'A draft is no review.' }
    const proposal = { populationId, expectedVersion: imported.population.version, ...rule }
    const { exclusion } = await a.staff.does('proposeExclusion', proposal, 'exclusion { id version }')
    const decision = { populationExclusionId: exclusion.id, expectedVersion: exclusion.version, approve: true }
    const { population } = await a.senior.does('decideExclusion', decision, 'population { version }')
    const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced all rows.' }
    const frozen = await a.staff.does(
      'freezePopulation',
      { populationId, expectedVersion: population.version, ...checks },
      'population { itemCount setAsideCount leftOutCount excludedCount coversColumn }',
    )
    expect(frozen.population).toEqual({
      itemCount: 2,
      setAsideCount: 1,
      leftOutCount: 1,
      excludedCount: 1,
      coversColumn: 'quarter',
    })
    expect((await summaryOf(work)).occurrenceSummary).toMatchObject({
      found: 2,
      missing: 2,
      reported: 0,
      extra: 0,
      missingLabels: ['2025-Q2', '2025-Q4'],
    })
  })
})

describe('a missing occurrence that is found later', () => {
  it('is taken in by an exception that reports another one already, of the same control', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    const head = 'id,quarter,held_on\nR1,2025-Q1,2025-02-01\nR4,2025-Q4,2025-11-01\n'
    const first = await listed(work, `${head}R2,2025-Q2,2025-05-01\n`, dated)
    const { failedFrom, failedTo, failurePeriodBasis, ...told } = matter
    const raise = { ...told, engagementId: work.engagementId, controlId: work.controlId, kind: 'OPERATING_DEVIATION' }
    const fields = 'exception { id version occurrenceLabels expectedOccurrences sectionFourText }'
    const { exception } = await a.senior.does('raiseException', { ...raise, occurrenceLabels: ['2025-Q3'] }, fields)
    // The review of the second quarter turns out to have been none.
    const instead = await work.inPlaceOf(first)
    await listed(work, head, dated, instead)
    const change = { exceptionId: exception.id, expectedVersion: exception.version }
    const at = (...path: string[]) => ({ code: 'INVALID_INPUT', path })
    const say = (occurrenceLabels: unknown) => [a.senior, 'updateException', { ...change, occurrenceLabels }] as const
    await refused(...say(['2025-Q3', '2025-Q1']), at('occurrenceLabels', '1'))
    await refused(...say(['2025-Q3', '2025-Q3']), at('occurrenceLabels', '1'))
    await refused(...say([]), at('occurrenceLabels'))
    await refused(...say(null), at('occurrenceLabels'))
    const another = await a.senior.does('raiseException', { ...raise, occurrenceLabels: ['2025-Q2'] }, fields)
    await refused(...say(['2025-Q2', '2025-Q3']), at('occurrenceLabels', '0'))
    const { id: exceptionId, version: expectedVersion } = another.exception
    await a.manager.does('withdrawException', { exceptionId, expectedVersion, reason: 'It belongs to the other one.' })
    const { exception: whole } = await a.senior.does('updateException', say(['2025-Q2', '2025-Q3'])[2], fields)
    expect(whole).toMatchObject({ occurrenceLabels: ['2025-Q2', '2025-Q3'], expectedOccurrences: 4 })
    expect(whole.sectionFourText).toContain('Of 4 expected occurrences, 2 were not found (2025-Q2, 2025-Q3).')
    expect((await summaryOf(work)).occurrenceSummary).toMatchObject({ missing: 0, reported: 2 })
  })
})

describe('an occurrence that was not due', () => {
  it('has not fallen due once that is explained and approved: the control had no occasion to operate', async () => {
    const work = await fieldwork(w, a, { frequency: 'ANNUAL' })
    await listed(work, 'id,held_on\n', { dateColumn: 'held_on' })
    const { id: procedureId, version } = await work.procedure()
    const outcome = { outcome: 'NOT_OPERATED', outcomeNote: 'The list is empty; the board moved the review.' }
    const sign = [a.staff, 'prepareProcedure', { procedureId, expectedVersion: version, ...outcome }] as const
    await refused(...sign, { code: 'INVALID_INPUT', path: ['outcome'] })
    const restsOnIds = [(await a.staff.brings(work.engagementId, { name: 'minutes.txt', content: 'Moved.' })).id]
    const why = { controlId: work.controlId, label: '2025', kind: 'NOT_DUE', reason: 'Moved to January.', restsOnIds }
    const { explanation } = await a.staff.does('explainOccurrence', why, 'explanation { id version }')
    await refused(...sign, { code: 'INVALID_INPUT', path: ['outcome'] })
    const { id: explanationId, version: expectedVersion } = explanation
    await a.manager.does('decideOccurrenceExplanation', { explanationId, expectedVersion, approve: true })
    await a.staff.does('prepareProcedure', sign[2])
  })
})
