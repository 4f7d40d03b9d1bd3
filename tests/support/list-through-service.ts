import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Person } from '../../seeds/api.js'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { type AuditFirm, auditFirm, signedIn } from './audit-firm.js'
import { watch } from './big-file.js'
import { uploadUrl } from './brought-over-http.js'
import { controlOf } from './fieldwork.js'
import { dataFolder, freePort, type ServiceProcess, start } from './service-process.js'

/** A list as it is brought: so many rows with the columns `id` and `when`, in a file of this name. */
export interface LongList {
  fileName: string
  rows: number
  content: () => AsyncIterable<Buffer> | Iterable<Buffer>
}

/** A list of invented tickets of six columns, some 90 bytes a row. */
export const longCsv = (rows: number): LongList => ({ fileName: 'tickets.csv', rows, content: () => csvOf(rows) })

function* csvOf(rows: number): Generator<Buffer> {
  yield Buffer.from('id,when,author,reviewer,service,title\n')
  const portion = 10_000
  for (let from = 0; from < rows; from += portion) {
    const lines = Array.from({ length: Math.min(portion, rows - from) }, (_, at) => lineOf(from + at))
    yield Buffer.from(lines.join(''))
  }
}

const day = (n: number) => new Date(Date.UTC(2025, 0, 1 + (n % 365))).toISOString().slice(0, 10)
export const cellsOfLine = (n: number) => [
  `T-${n}`,
  day(n),
  `author ${n % 97}`,
  `reviewer ${n % 89}`,
  `service ${n % 31}`,
  `Ticket ${n}, invented`,
]
const lineOf = (n: number) =>
  `${cellsOfLine(n)
    .map((cell) => (cell.includes(',') ? `"${cell}"` : cell))
    .join(',')}\n`

/** What a list cost a service that runs, imported, frozen, drawn from and verified. */
export interface ListCost {
  importMs: number
  freezeMs: number
  drawMs: number
  verifyMs: number
  /** By how much the memory of the process (RSS) was larger at most than before. */
  grownMegabytes: number
  /** How long `/healthz` took to be answered at most, and how often it was asked. */
  healthMs: number
  asked: number
}

/** What came of it. */
export interface ListDone {
  cost: ListCost
  itemCount: number
  /** How far the reading was, each time it was asked and had gone on. */
  rowsRead: number[]
  isVerified: boolean
  drawn: number
}

/** A service that runs on a database of its own, and people who use it. */
interface Running {
  settings: Record<string, string>
  address: string
  service: ServiceProcess
  firm: AuditFirm
  staff: Person
  senior: Person
}

async function running(): Promise<Running> {
  const settings = { PORT: String(await freePort()), FIELDWORK_DATA_DIR: await dataFolder(), FIELDWORK_SEED: 'none' }
  const firm = await auditFirm(settings)
  const service = start(settings)
  await service.ready
  const address = `http://127.0.0.1:${settings.PORT}`
  return { settings, address, service, firm, ...(await signedIn(address, 'staff', 'senior')) }
}

/** Has a service started that imports a list, freezes it, draws 60 items of it and verifies them; and ends the service. */
export async function listThroughService(list: LongList): Promise<ListDone> {
  const run = await running()
  const draft = await described(run)
  const evidenceId = await brings(run, list)
  const watching = watch(run.address, run.service.child.pid as number)
  const [rowsRead, importMs] = await timed(async () => {
    await begins(run, draft.populationId, evidenceId)
    return watched(run.staff, draft.populationId)
  })
  const done = await tests(run, draft)
  const cost = { importMs, ...done.cost, ...(await watching()) }
  process.stdout.write(`${list.rows} rows of ${list.fileName}: ${JSON.stringify(cost)}\n`)
  run.service.child.kill('SIGTERM')
  const { code } = await run.service.ended
  if (code !== 0) throw new Error(`The service ended with ${code}.`)
  return { ...done, cost, rowsRead }
}

/** The same, but that the service is killed once a third of the list was read; answers also what it left behind then. */
export async function listThroughKilledService(
  list: LongList,
): Promise<{ left: { itemCount: number | null; items: number }; again: unknown; done: Omit<ListDone, 'cost'> }> {
  const run = await running()
  const draft = await described(run)
  const evidenceId = await brings(run, list)
  const begin = await begins(run, draft.populationId, evidenceId)
  await readUntil(run.staff, draft.populationId, list.rows / 3)
  run.service.child.kill('SIGKILL')
  await run.service.ended
  const service = start(run.settings)
  await service.ready
  const owner = new pg.Client(await ownersUrl(run.settings.FIELDWORK_DATA_DIR as string))
  owner.on('error', () => undefined)
  await owner.connect()
  try {
    const left = (await owner.query(leftBehind, [draft.populationId])).rows[0]
    const again = await begin()
    // Two minutes later.
    await owner.query(
      "update fieldwork_jobs._private_jobs set locked_at = locked_at - interval '2 minutes' where locked_at is not null",
    )
    const rowsRead = await watched(run.staff, draft.populationId)
    const { cost: _, ...done } = await tests(run, draft)
    return { left, again, done: { ...done, rowsRead } }
  } finally {
    await owner.end()
    service.child.kill('SIGTERM')
    await service.ended
  }
}

const ownersUrl = async (dataDir: string) => (await findEmbedded(dataDir)) as string

/** What the population has, and what lies in the table of items for it. */
const leftBehind = `select item_count as "itemCount",
    (select count(*)::int from fieldwork.population_item i where i.population_id = p.id) as items
  from fieldwork.population p where p.id = $1`

/** A control with a procedure that is under way, and a draft of its population. */
async function described({ firm, senior, staff }: Running) {
  const { engagementId } = firm
  const { control } = await senior.does('createControl', { ...controlOf(engagementId), ref: 'TK-01' }, 'control { id }')
  const plan = {
    controlId: control.id,
    ref: 'TK-01.T',
    methods: ['INSPECTION'],
    aspects: ['OPERATION'],
    objective: 'Whether tickets are reviewed.',
    steps: 'Inspected each sampled ticket.',
    attributes: [{ letter: 'A', description: 'It was reviewed.' }],
  }
  const { procedure } = await senior.does('planProcedure', plan, 'procedure { id version }')
  await staff.does('startProcedure', { procedureId: procedure.id, expectedVersion: procedure.version })
  const origin = { sourceSystem: 'Tickets', query: 'All', parameters: 'None', extractedBy: 'The client' }
  const said = { controlId: control.id, title: 'Tickets', ...origin, extractedAt: '2025-12-31T12:00:00Z' }
  const { population } = await staff.does('createPopulation', said, 'population { id }')
  return { populationId: population.id as string, procedureId: procedure.id as string }
}

async function brings({ staff, firm }: Running, { fileName, content }: LongList): Promise<string> {
  const url = await uploadUrl(staff, firm.engagementId, fileName)
  const sending = request(url, { method: 'PUT', agent: false })
  const answered = once(sending, 'response')
  await pipeline(Readable.from(content(), { objectMode: false }), sending)
  const [answer] = await answered
  const text = Buffer.concat(await answer.toArray()).toString()
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${text}`)
  return JSON.parse(text).evidence.id
}

/** Begins the import; answers what begins it as often as it is called: the same act. */
async function begins({ staff }: Running, populationId: string, evidenceId: string): Promise<() => Promise<unknown>> {
  const named = { idempotencyKey: crypto.randomUUID(), populationId, expectedVersion: 1, evidenceId }
  const begin = () =>
    staff.does(
      'importPopulation',
      { ...named, keyColumn: 'id', dateColumn: 'when' },
      'population { version import { state } }',
    )
  await begin()
  return begin
}

const progress = `query ($id: ID!) { population(id: $id) { version itemCount import { state reason rowsRead problemCount } } }`

async function readUntil(staff: Person, id: string, rows: number): Promise<void> {
  for (;;) {
    const { population } = await staff.ask(progress, { id })
    if (population.import.state !== 'UNDER_WAY') throw new Error('The import ended too soon.')
    if (population.import.rowsRead >= rows) return
    await pause(20)
  }
}

/** Watches an import until it ended; answers how far it was each time. */
async function watched(staff: Person, id: string): Promise<number[]> {
  const seen: number[] = []
  for (;;) {
    const { population } = await staff.ask(progress, { id })
    const { state, reason, rowsRead } = population.import
    if (seen.at(-1) !== rowsRead) seen.push(rowsRead)
    if (state === 'DONE') return seen
    if (state !== 'UNDER_WAY') throw new Error(`The import is ${state}: ${reason}`)
    await pause(250)
  }
}

/** Freezes the population, draws 60 of its items and verifies them. */
async function tests({ staff }: Running, { populationId, procedureId }: { populationId: string; procedureId: string }) {
  const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }
  const [{ population }, freezeMs] = await timed(() =>
    staff.does('freezePopulation', { populationId, expectedVersion: 3, ...checks }, 'population { itemCount }'),
  )
  const how = { basis: 'JUDGMENT', method: 'RANDOM', size: 60, sizeReason: 'Invented.' }
  const [{ sample }, drawMs] = await timed(() =>
    staff.does('drawSample', { procedureId, populationId, ...how }, 'sample { id itemCount }'),
  )
  const [{ verifySample }, verifyMs] = await timed(() =>
    staff.ask('query ($id: ID!) { verifySample(sampleId: $id) { matches } }', { id: sample.id }),
  )
  return {
    itemCount: population.itemCount as number,
    drawn: sample.itemCount as number,
    isVerified: verifySample.matches as boolean,
    cost: { freezeMs, drawMs, verifyMs },
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now()
  const done = await work()
  return [done, Math.round(performance.now() - begun)]
}
