import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { Database } from '../../src/data/database.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { issuer, openPlace, type Place, root, startFieldwork } from '../place.js'
import { type Contents, fill } from '../recipe.js'
import { measurePopulations, type PopulationPlan } from './populations.js'
import { type BulkPlan, measureBulkResults } from './results.js'
import { findDesks, inMarkdown, type Stage, type Table } from './stage.js'
import { measureStarts } from './start.js'
import { measureTrail, type TrailPlan } from './trail.js'
import { measureWriters, type WritersPlan } from './writers.js'

interface ScalePlan {
  contents: Contents
  populations: readonly PopulationPlan[]
  results: readonly BulkPlan[]
  writers: WritersPlan
  starts: number
  trail: TrailPlan
}

const plans: Record<'smoke' | 'full', ScalePlan> = {
  smoke: {
    contents: { firms: 1, clients: 3, engagements: 2 },
    populations: [{ items: 2_500, rounds: 1 }],
    results: [
      { entries: 1, calls: 3 },
      { entries: 25, calls: 2 },
      { entries: 250, calls: 1 },
    ],
    writers: { writers: 8, engagements: 2, acts: 5 },
    starts: 1,
    trail: { totals: [400, 2_000], desks: 1, ordinary: 100, long: 500, times: 3 },
  },
  full: {
    contents: { firms: 4, clients: 4, engagements: 2 },
    populations: [
      { items: 100_000, rounds: 3 },
      { items: 1_000_000, rounds: 1 },
    ],
    results: [
      { entries: 1, calls: 400 },
      { entries: 25, calls: 40 },
      { entries: 250, calls: 8 },
      { entries: 1_000, calls: 4 },
    ],
    writers: { writers: 16, engagements: 16, acts: 100 },
    starts: 5,
    trail: { totals: [10_000, 1_000_000, 10_000_000], desks: 3, ordinary: 2_000, long: 100_000, times: 15 },
  },
}

const stations: Record<string, (stage: Stage, plan: ScalePlan) => Promise<Table>> = {
  start: (stage, { starts }) => measureStarts(stage, starts),
  writers: (stage, { writers }) => measureWriters(stage, writers),
  results: (stage, { results }) => measureBulkResults(stage, results),
  populations: (stage, { populations }) => measurePopulations(stage, populations),
  trail: (stage, { trail }) => measureTrail(stage, trail),
}

const usage = `npm run bench:scale -- [--size ${Object.keys(plans).join('|')}] [--only ${Object.keys(stations).join(',')}] [--folder .data/bench/scale]`

interface Options {
  plan: ScalePlan
  chosen: readonly string[]
  /** Where the database is made; removed afterwards. */
  folder: string
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'smoke' },
      only: { type: 'string', default: Object.keys(stations).join() },
      folder: { type: 'string', default: join(root, '.data/bench/scale') },
    },
  })
  const chosen = values.only.split(',')
  const plan = plans[values.size as keyof typeof plans]
  if (!plan || !chosen.every((name) => name in stations)) throw new TypeError('Unknown size or measurement.')
  return { plan, chosen, folder: values.folder }
}

/** Opens a database filled anew, with the service on it; both are gone afterwards. */
async function onStage({ plan, folder }: Options, work: (stage: Stage) => Promise<void>): Promise<void> {
  const recipe = randomUUID()
  const place = await openPlace({ folder, recipe, fill: (empty) => fill(empty, plan.contents) })
  try {
    const database = await new Database({ url: place.serviceUrl, poolSize: 1, secret: place.secret, rows: [] }).open()
    try {
      const tokens = await Tokens.open(database, { issuer })
      const service = await startFieldwork(place, { poolSize: 10 })
      try {
        await work({ place, service, desks: await findDesks(place), sign: (claims) => tokens.sign(claims).token })
      } finally {
        await service.stop()
      }
    } finally {
      await database.close()
    }
  } finally {
    await place.stop()
    await remove(place)
  }
}

/** The cluster may lie elsewhere than the folder: see the README on starting as root. */
async function remove({ cluster, folder }: Place): Promise<void> {
  await rm(dirname(cluster), { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}

try {
  const options = readOptions()
  const { plan, chosen } = options
  const [cpu] = cpus()
  await onStage(options, async (stage) => {
    console.log(`${cpus().length} × ${cpu?.model}, Node ${process.version}; PostgreSQL on the same machine.`)
    for (const name of chosen)
      console.log(`\n${inMarkdown(await (stations[name] as (typeof stations)[string])(stage, plan))}`)
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof TypeError) console.error(usage)
  process.exitCode = 1
}
