import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Person } from '../../seeds/api.js'
import {
  assertEqual,
  type Desk,
  figure,
  inFirm,
  orNotTold,
  quantile,
  type Stage,
  seniorAt,
  type Table,
  timed,
  watched,
} from './stage.js'

/** How many items, and how often. */
export interface PopulationPlan {
  items: number
  rounds: number
}

const columns = ['key', 'closed_on', 'requested_by', 'system', 'summary'] as const
const sampleSize = 60
const methods = ['RANDOM', 'SYSTEMATIC', 'STRATIFIED'] as const

/** The cells of one item: a change, as a ticketing system lists it. */
function cellsOf(ordinal: number): string[] {
  const day = new Date(Date.UTC(2025, 0, 1 + (ordinal % 365))).toISOString().slice(0, 10)
  const summary = `Adjusts the limits of the service, step ${ordinal % 97}`
  return [`CHG-${ordinal}`, day, `requester ${ordinal % 900}`, `system ${ordinal % 7}`, summary]
}

/** What one step took. */
interface Step {
  name: string
  seconds: number
  /** Megabytes of the service at most; null where it had no part, or the system does not tell. */
  memory: number | null
}

/**
 * Import, freeze, draw and verify, each as the API offers it, beside a bare insert and a plain sort of the same rows in
 * the same table by the same role.
 */
export async function measurePopulations(stage: Stage, plans: readonly PopulationPlan[]): Promise<Table> {
  const rows: string[][] = []
  let control = 0
  for (const { items, rounds } of plans) {
    const all: Step[] = []
    for (let round = 0; round < rounds; round += 1, control += 1) all.push(...(await oneRound(stage, items, control)))
    const median = (name: string) =>
      quantile(
        all.filter((step) => step.name === name).map(({ seconds }) => seconds),
        0.5,
      )
    for (const name of new Set(all.map((step) => step.name))) {
      const took = median(name)
      const peaks = all.filter((step) => step.name === name).flatMap(({ memory }) => memory ?? [])
      const beside = name.startsWith('bare') || name.startsWith('plain')
      rows.push([
        items.toLocaleString('en-US'),
        name,
        figure(took),
        figure(items / took),
        beside || name !== 'import' ? '' : figure(took / median('bare insert')),
        beside ? '' : figure(took / median('plain sort')),
        beside ? '' : orNotTold(peaks.length > 0 ? Math.max(...peaks) : null),
      ])
    }
  }
  const title = 'Populations and samples'
  const heads = ['items', 'step', 'seconds', 'rows/s', 'to bare insert', 'to plain sort', 'service MB at most']
  return { title, columns: heads, rows }
}

async function oneRound(stage: Stage, items: number, at: number): Promise<Step[]> {
  const desk = stage.desks[at % stage.desks.length] as Desk
  const senior = seniorAt(stage, desk)
  const controlId = await freshControl(senior, desk.engagementId, `BENCH-P${at}`)
  const steps: Step[] = []
  const { population } = await senior.does('createPopulation', origin(controlId), 'population { id version }')
  const bare = await timed(() => insertBare(stage, desk, population.id, items))
  steps.push({ name: 'bare insert', seconds: bare.seconds, memory: null })

  const file = { name: 'changes.csv', content: listOf(items) }
  const brought = await watched(stage, () => senior.brings(desk.engagementId, file, provenance))
  steps.push({ ...brought, name: 'bring the file' })
  const list = { evidenceId: brought.done, keyColumn: 'key', dateColumn: 'closed_on' }
  const imported = await watched(stage, () => importWhole(senior, population, list))
  assertEqual(items, imported.done.itemCount, 'items imported')
  steps.push({ ...imported, name: 'import' })

  const sort = await timed(() => sortPlainly(stage, desk, population.id, items))
  steps.push({ name: 'plain sort', seconds: sort.seconds, memory: null })

  const checks = { completenessCheck: 'Counted against the source.', accuracyCheck: 'Ten traced to their tickets.' }
  const expectedVersion = imported.done.version
  const frozen = await watched(stage, () =>
    senior.does(
      'freezePopulation',
      { populationId: population.id, expectedVersion, ...checks },
      'population { digest }',
    ),
  )
  steps.push({ ...frozen, name: 'freeze' })
  for (const method of methods) {
    steps.push(...(await drawAndVerify(stage, senior, { controlId, populationId: population.id, method, items, at })))
  }
  return steps
}

/** Imports a list, and waits until all of it was: a job reads a large one. */
export async function importWhole(
  senior: Person,
  { id, version }: { id: string; version: number },
  list: object,
): Promise<{ version: number; itemCount: number }> {
  await senior.does('importPopulation', { populationId: id, expectedVersion: version, ...list })
  const query = 'query ($id: ID!) { population(id: $id) { version itemCount import { state reason } } }'
  for (;;) {
    const { population } = await senior.ask(query, { id })
    if (population.import.state === 'DONE') return population
    if (population.import.state !== 'UNDER_WAY') throw new Error(`The import was refused: ${population.import.reason}`)
    await pause(100)
  }
}

/** Where the file of a list comes from. */
export const provenance = { origin: 'SOURCE_SYSTEM_REPORT', source: 'Ticketing system' }

/** A control of which no list is there yet: of one and the same time no second population is frozen. */
export async function freshControl(senior: Person, engagementId: string, ref: string): Promise<string> {
  const { control } = await senior.does(
    'createControl',
    {
      engagementId,
      ref,
      title: 'Changes are decided on',
      description: 'Each change is decided on before it takes effect.',
      owner: 'Head of engineering',
      frequency: 'PER_EVENT',
      nature: 'MANUAL',
      type: 'PREVENTIVE',
      area: 'CHANGE',
      isKey: false,
    },
    'control { id }',
  )
  return control.id
}

/** Where a list comes from. */
export const origin = (controlId: string) => ({
  controlId,
  title: 'All changes of the period',
  sourceSystem: 'Ticketing system',
  query: 'closed between period start and period end',
  parameters: 'period=2025',
  extractedAt: '2026-01-05T08:00:00Z',
  extractedBy: 'Administrator of the ticketing system',
})

/** The items as a file in CSV. */
export function listOf(items: number): Buffer {
  const lines = [columns.join(',')]
  // The summary has a comma in it, so it stands in quotation marks.
  for (let ordinal = 1; ordinal <= items; ordinal += 1) {
    const cells = cellsOf(ordinal)
    lines.push(`${cells.slice(0, 4).join(',')},"${cells[4]}"`)
  }
  return Buffer.from(`${lines.join('\n')}\n`)
}

const rowsAtOnce = 2_000

/** The same rows, as statements of 2,000 rows of `VALUES`, under an import of their own that belongs to no population. */
async function insertBare(stage: Stage, desk: Desk, populationId: string, items: number): Promise<void> {
  const bareImport = randomUUID()
  await inFirm(stage, desk.firmId, async (client) => {
    for (let first = 1; first <= items; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, items - first + 1)
      const values: unknown[] = [desk.firmId, desk.engagementId, populationId, bareImport]
      for (let ordinal = first; ordinal < first + rows; ordinal += 1) {
        const cells = cellsOf(ordinal)
        values.push(ordinal, cells[0], cells[1], cells)
      }
      await client.query({ name: `insert ${rows}`, text: statementOf(rows), values })
    }
  })
}

function statementOf(rows: number): string {
  const row = (at: number) => `($1,$2,$3,$4,${[5, 6, 7, 8].map((first) => `$${first + at * 4}`).join(',')})`
  return `insert into population_item
    (firm_id, engagement_id, population_id, import_id, ordinal, item_key, occurred_on, cells) values ${Array.from({ length: rows }, (_, at) => row(at)).join(',')}`
}

/** Every row of the population sorted by something that no index knows; only the last comes back. */
async function sortPlainly(stage: Stage, desk: Desk, populationId: string, items: number): Promise<void> {
  await inFirm(stage, desk.firmId, async (client) => {
    const { rows } = await client.query(
      `select ordinal, cells from population_item where firm_id = $1
         and import_id = (select import_id from population where firm_id = $1 and id = $2) order by reverse(item_key) offset $3`,
      [desk.firmId, populationId, items - 1],
    )
    assertEqual(1, rows.length, 'rows after all others')
  })
}

interface Draw {
  controlId: string
  populationId: string
  method: (typeof methods)[number]
  items: number
  at: number
}

async function drawAndVerify(stage: Stage, senior: Person, draw: Draw): Promise<Step[]> {
  const { controlId, populationId, method, items, at } = draw
  const { procedure } = await senior.does('planProcedure', testOf(controlId, `S-${at}-${method}`), 'procedure { id }')
  await senior.does('startProcedure', { procedureId: procedure.id, expectedVersion: 1 })
  const drawn = await watched(stage, () =>
    senior.does(
      'drawSample',
      {
        procedureId: procedure.id,
        populationId,
        basis: 'JUDGMENT',
        method,
        size: sampleSize,
        sizeReason: 'For measuring.',
        ...(method === 'STRATIFIED' ? { stratumColumn: 'system' } : {}),
      },
      'sample { id size }',
    ),
  )
  assertEqual(sampleSize, drawn.done.sample.size, 'items drawn')
  const verified = await watched(stage, () =>
    senior.ask('query ($id: ID!) { verifySample(sampleId: $id) { matches redrawn itemCount } }', {
      id: drawn.done.sample.id,
    }),
  )
  const { matches, redrawn, itemCount } = verified.done.verifySample
  assertEqual(`true true ${items}`, `${matches} ${redrawn} ${itemCount}`, `${method} verified`)
  const name = method.toLowerCase()
  return [
    { ...drawn, name: `draw ${name}` },
    { ...verified, name: `verify ${name}` },
  ]
}

/** A test of a control by sample, with one attribute. */
export const testOf = (controlId: string, ref: string) => ({
  controlId,
  ref,
  methods: ['INSPECTION'],
  aspects: ['OPERATION'],
  objective: 'Whether the control operated throughout the period.',
  steps: 'Inspect the record of each item of the sample.',
  attributes: [{ letter: 'A', description: 'Decided on before it took effect.' }],
})
