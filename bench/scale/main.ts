import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { CommandError, command, type Option, shown, type Values } from '../../src/ops/command-line.js'
import { openPlace, type Place, root } from '../place.js'
import { fill } from '../recipe.js'
import { plans, type ScalePlan, type Station, stations } from './plans.js'
import { inMarkdown, openStage, type Stage } from './stage.js'

const options = {
  size: { type: 'string', value: 'SIZE', about: Object.keys(plans).join(', '), default: 'smoke' },
  only: {
    type: 'string',
    value: 'NAMES',
    about: 'which measurements, separated by commas',
    default: Object.keys(stations).join(),
  },
} as const satisfies Record<string, Option>

/** @throws CommandError when the options ask for what there is not */
function chosenOf(values: Values<typeof options>): { plan: ScalePlan; chosen: readonly Station[] } {
  const plan = Object.hasOwn(plans, values.size) ? plans[values.size as keyof typeof plans] : null
  if (!plan) throw new CommandError(`There is no size ${shown(values.size)}.`)
  const chosen = values.only.split(',')
  const unknown = chosen.find((name) => !Object.hasOwn(stations, name))
  if (unknown !== undefined) throw new CommandError(`There is no measurement ${shown(unknown)}.`)
  return { plan, chosen: chosen as Station[] }
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

async function measure(values: Values<typeof options>): Promise<void> {
  const { plan, chosen } = chosenOf(values)
  const [cpu] = cpus()
  await onStage(plan, async (stage) => {
    console.log(`${cpus().length} × ${cpu?.model}, Node ${process.version}; PostgreSQL on the same machine.`)
    for (const name of chosen) console.log(`\n${inMarkdown(await stations[name](stage, plan))}`)
  })
}

await command(
  {
    name: 'npm run bench:scale',
    about: 'Measures populations, trails and writers at their largest (bench/README.md).',
    options,
  },
  measure,
)
