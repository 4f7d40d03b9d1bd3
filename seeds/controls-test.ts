import { csvOf } from './files/csv.js'
import { pngOf } from './files/image.js'
import type { Paper } from './files/pdf.js'
import type {
  Attribute,
  ConfigurationTest,
  InventedControl,
  Listed,
  ListTest,
  RegisterTest,
  StandingTest,
} from './invented/control.js'
import { type Period, workingDay } from './invented/days.js'
import { client } from './invented/people.js'
import {
  describePopulation,
  draw,
  itemsOf,
  planProcedure,
  recordResults,
  sign,
  type Tested,
  testDesign,
  walkThrough,
} from './procedures.js'
import { bringFor, bringPaper, change, controlIdOf, named, type Walk } from './walk.js'

/** What the test of a control found that an exception is to report. */
export interface Finding {
  control: InventedControl
  procedureId: string
  /** Deviating items: their results, and their keys. */
  deviations: { resultId: string; key: string; note: string }[]
  /** The cycles of which nothing was found, e.g. `2025-Q2`. */
  missing: string[]
  tested: number
}

/**
 * Tests the design of a control by walkthrough and its operation by what can show it, and signs both unless something was found: that is
 * signed once the exception is raised.
 * @returns what was found; null where nothing was
 */
export async function testControl(walk: Walk, control: InventedControl): Promise<Finding | null> {
  const { tested } = control
  if (tested.by === 'DESIGN_ALONE') return testDesignAlone(walk, control, tested.paper(walk.list.period))
  await testDesign(walk, control)
  if (tested.by === 'STANDING') await testStanding(walk, control, tested)
  else if (tested.by === 'CONFIGURATION') await testConfiguration(walk, control, tested)
  else if (tested.by === 'REGISTER') return testRegister(walk, control, tested)
  else if (tested.by === 'LIST') return testList(walk, control, tested)
  else await testAbsence(walk, control, tested.list, tested.checked)
  return null
}

const inspection = ['INSPECTION'] as const

const planTest = (
  walk: Walk,
  control: InventedControl,
  methods: readonly string[],
  steps: string,
  attributes: readonly Attribute[] = [],
) =>
  planProcedure(walk, walk.cast.staff, {
    ref: `${control.ref}.T`,
    control: control.ref,
    methods: [...methods],
    aspects: ['OPERATION'],
    objective: `Whether ${control.ref} operated throughout the period as it is described.`,
    steps,
    attributes,
  })

/** Signs the test of operation, and concludes on the control. */
async function conclude(walk: Walk, { ref }: InventedControl, procedureId: string, tested: Tested): Promise<void> {
  const { staff, senior } = walk.cast
  await sign(staff, senior, procedureId, tested)
  const operation = tested.outcome === 'NOT_OPERATED' ? 'NOT_OPERATED' : 'EFFECTIVE'
  await change(senior, 'concludeControl', 'controlId', controlIdOf(walk, ref), { design: 'SUITABLE', operation })
}

async function testStanding(walk: Walk, control: InventedControl, test: StandingTest): Promise<void> {
  const procedureId = await planTest(walk, control, ['INQUIRY', 'INSPECTION'], test.steps)
  for (const [at, paper] of test.papers(walk.list.period).entries()) {
    await bringPaper(walk, walk.cast.staff, procedureId, { name: `${control.ref.toLowerCase()}-${at + 1}`, ...paper })
  }
  await conclude(walk, control, procedureId, {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: 'What was inspected was in force throughout the period, and those asked know it and act by it.',
    personsAsked: test.asked,
  })
}

async function testConfiguration(walk: Walk, control: InventedControl, test: ConfigurationTest): Promise<void> {
  const { staff } = walk.cast
  const { end } = walk.list.period
  const procedureId = await planTest(walk, control, ['INSPECTION', 'REPERFORMANCE'], test.steps)
  const screen = pngOf({ name: `${control.ref.toLowerCase()}-settings`, takenAt: `${end} 16:20`, ...test.screen })
  const said = {
    origin: 'TAKEN_BY_AUDITOR',
    source: `${test.screen.system}, at the screen`,
    coversFrom: end,
    coversTo: end,
  }
  await bringFor(walk, staff, procedureId, screen, said)
  await conclude(walk, control, procedureId, {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: `The configuration does what the control says, its history shows no other in the period, and it did so when it was tried. It can be changed by those alone whose access ${test.reliesOn.join(' and ')} governs.`,
  })
}

const occurrencesPage = `query ($id: ID!, $after: String) { node(id: $id) { ... on Control { expectedOccurrences(first: 100, after: $after) {
  nodes { label coversFrom dueOn } pageInfo { hasNextPage endCursor } } } } }`

interface Occurrence {
  label: string
  coversFrom: string
  dueOn: string
}

async function expectedOf(walk: Walk, ref: string): Promise<Occurrence[]> {
  const found: Occurrence[] = []
  let after: string | null = null
  do {
    const answer = await walk.cast.staff.ask(occurrencesPage, { id: controlIdOf(walk, ref), after })
    const { nodes, pageInfo } = answer.node.expectedOccurrences
    found.push(...nodes)
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after)
  return found
}

/** The working day by which an occurrence fell due; of one that falls due after the period, when its cycle began. */
const heldOn = ({ coversFrom, dueOn }: Occurrence, { end }: Period): string =>
  dueOn <= end ? workingDay(dueOn, { start: coversFrom }) : coversFrom

async function testRegister(walk: Walk, control: InventedControl, test: RegisterTest): Promise<Finding | null> {
  const { period } = walk.list
  const expected = await expectedOf(walk, control.ref)
  // Of a short period so little may be due that nothing is missing.
  const isMissed = (at: number) => at === test.missed && expected.length > at + 1
  const held = expected.filter((_, at) => !isMissed(at))
  const procedureId = await planTest(walk, control, test.methods ?? inspection, test.steps, test.attributes)
  const keyOf = ({ label }: Occurrence) => `${control.ref}-${label}`
  const populationId = await freeze(walk, control, {
    title: control.title,
    system: 'Compliance platform',
    query: `Register of the occurrences of ${control.ref}`,
    columns: ['occurrence', 'held_on', 'held_by'],
    rows: () => held.map((one) => [keyOf(one), heldOn(one, period), control.owner]),
  })
  if (held.length === 0) {
    const outcomeNote = 'Nothing fell due in the period: it ends before.'
    const personsAsked = named(control.owner)
    await conclude(walk, control, procedureId, { outcome: 'NOT_OPERATED', outcomeNote, personsAsked })
    return null
  }
  const records = new Map(expected.map((one, at) => [keyOf(one), test.record(one.label, at)]))
  const found = await testItems(walk, procedureId, populationId, test, async (key, day, resultId) => {
    const record = records.get(key)
    const paper = { name: key.toLowerCase(), from: client.name, datedOn: day }
    if (record)
      await bringPaper(walk, walk.cast.staff, resultId, { ...paper, ...record, signedBy: [named(control.owner)] })
  })
  const missing = expected.filter((_, at) => isMissed(at)).map(({ label }) => label)
  return finish(walk, control, procedureId, { ...found, missing }, test.asked)
}

async function testList(walk: Walk, control: InventedControl, test: ListTest): Promise<Finding | null> {
  const procedureId = await planTest(walk, control, test.methods ?? inspection, test.steps, test.attributes)
  const populationId = await freeze(walk, control, test.list)
  const found = await testItems(walk, procedureId, populationId, test)
  return finish(walk, control, procedureId, { ...found, missing: [] })
}

/** Signs a test that found nothing; one that did is signed once the exception is raised. */
async function finish(
  walk: Walk,
  control: InventedControl,
  procedureId: string,
  { deviations, missing, tested }: Pick<Finding, 'deviations' | 'missing' | 'tested'>,
  personsAsked: string | null = null,
): Promise<Finding | null> {
  if (deviations.length > 0 || missing.length > 0) return { control, procedureId, deviations, missing, tested }
  await conclude(walk, control, procedureId, {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: `${tested} inspected: each shows that the control operated as it is described.`,
    personsAsked,
  })
  return null
}

/** How the items of a list are tested. */
interface ItemTest {
  attributes: readonly Attribute[]
  sampled?: boolean
  deviations?: ListTest['deviations']
}

/**
 * Draws, and records what each item showed at each attribute.
 * @param inspect what is inspected for an item, by its key, its day and its first result
 */
async function testItems(
  walk: Walk,
  procedureId: string,
  populationId: string,
  test: ItemTest,
  inspect?: (key: string, day: string, resultId: string) => Promise<void>,
): Promise<Pick<Finding, 'deviations' | 'tested'>> {
  const sample = await draw(walk, procedureId, populationId, test.sampled === true)
  const items = await itemsOf(walk.cast.staff, sample.id)
  const cells = items.flatMap((item) => test.attributes.map(({ letter }) => ({ item, letter })))
  const noteOf = ({ item, letter }: (typeof cells)[number]) =>
    test.deviations?.find((one) => one.key === item.itemKey && one.letter === letter)?.note ?? null
  const ids = await recordResults(
    walk,
    procedureId,
    cells.map((cell) => ({
      sampleItemId: cell.item.id,
      attribute: cell.letter,
      outcome: noteOf(cell) === null ? 'NO_DEVIATION' : 'DEVIATION',
      note: noteOf(cell),
    })),
  )
  for (const [at, { itemKey, occurredOn }] of items.entries()) {
    await inspect?.(itemKey, occurredOn, ids[at * test.attributes.length] as string)
  }
  const deviations = cells.flatMap((cell, at) => {
    const note = noteOf(cell)
    return note === null ? [] : [{ resultId: ids[at] as string, key: cell.item.itemKey, note }]
  })
  return { deviations, tested: items.length }
}

/** Obtains the list of what a control acted on, and fixes it; answers the population's id. */
async function freeze(walk: Walk, control: InventedControl, list: Listed, absenceCheck?: string): Promise<string> {
  const { staff } = walk.cast
  const { period } = walk.list
  const { start, end } = period
  const rows = list.rows(period)
  const population = await describePopulation(walk, control.ref, {
    title: `${list.title}, ${start} to ${end}`,
    sourceSystem: `${list.system} of the client`,
    query: list.query,
    parameters: `From ${start} to ${end}`,
    extractedBy: `${named(control.owner)}, observed by the auditor`,
  })
  const said = { origin: 'SOURCE_SYSTEM_REPORT', source: list.system, coversFrom: start, coversTo: end }
  const file = csvOf(`${control.ref.toLowerCase()}-list`, [list.columns, ...rows])
  const evidenceId = await staff.brings(walk.engagementId, file, said)
  const [keyColumn, dateColumn] = list.columns
  await change(staff, 'importPopulation', 'populationId', population.id, {
    evidenceId,
    keyColumn,
    dateColumn,
    reading: { expectsNoRows: rows.length === 0 },
  })
  await change(staff, 'freezePopulation', 'populationId', population.id, {
    completenessCheck: `Watched the export run, and compared its ${rows.length} rows with the count that the system itself shows for the period.`,
    accuracyCheck:
      rows.length === 0
        ? 'There is no row to trace.'
        : 'Traced three rows, or all where there are fewer, back to the records of the system.',
    absenceCheck:
      absenceCheck ?? (rows.length === 0 ? 'No occurrence fell due in the period, and the owner holds none.' : null),
  })
  return population.id
}

/** Nothing occurred on which the control would have acted: that is shown, and the control concluded as not operated. */
async function testAbsence(walk: Walk, control: InventedControl, list: Listed, checked: string): Promise<void> {
  const steps = 'Obtained the list of what the control would have acted on, and corroborated that nothing occurred.'
  const procedureId = await planTest(walk, control, ['INQUIRY', 'INSPECTION'], steps)
  await freeze(walk, control, list, checked)
  await conclude(walk, control, procedureId, {
    outcome: 'NOT_OPERATED',
    outcomeNote: `No occasion arose in the period. ${checked}`,
    personsAsked: named(control.owner),
  })
}

/** The walkthrough of a control whose design is at fault: under way until the exception is raised. */
async function testDesignAlone(walk: Walk, control: InventedControl, paper: Omit<Paper, 'name'>): Promise<Finding> {
  const procedureId = await walkThrough(walk, control)
  await bringPaper(walk, walk.cast.senior, procedureId, { name: `${control.ref.toLowerCase()}-file`, ...paper })
  return { control, procedureId, deviations: [], missing: [], tested: 0 }
}
