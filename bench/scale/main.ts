import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openPlace, type Place, root } from '../place.js'
import { fill } from '../recipe.js'
import { plans, type ScalePlan, type Station, stations } from './plans.js'
import { inMarkdown, openStage, type Stage } from './stage.js'

const usage = `npm run bench:scale -- [--size ${Object.keys(plans).join('|')}] [--only ${Object.keys(stations).join(',')}]`

interface Options {
  plan: ScalePlan
  chosen: readonly Station[]
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'smoke' },
      only: { type: 'string', default: Object.keys(stations).join() },
    },
  })
  const chosen = values.only.split(',') as Station[]
  const plan = plans[values.size as keyof typeof plans]
  if (!plan || !chosen.every((name) => name in stations)) throw new TypeError('Unknown size or measurement.')
  return { plan, chosen }
}

/** Opens a database filled anew, with the service on it; both are gone afterwards. */
async function onStage({ contents }: ScalePlan, work: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = join(root, '.data/bench/scale')
  // Another recipe each time: what an interrupted run left is no start.
  const place = await openPlace({ folder, recipe: randomUUID(), fill: (empty) => fill(empty, contents) })
  try {
    const stage = await openStage(place)
    await work(stage).finally(() => stage.close())
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
  const { plan, chosen } = readOptions()
  const [cpu] = cpus()
  await onStage(plan, async (stage) => {
    console.log(`${cpus().length} × ${cpu?.model}, Node ${process.version}; PostgreSQL on the same machine.`)
    for (const name of chosen) console.log(`\n${inMarkdown(await stations[name](stage, plan))}`)
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof TypeError) console.error(usage)
  process.exitCode = 1
}
