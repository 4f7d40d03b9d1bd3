import 'reflect-metadata'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../src/config.js'
import { serviceLog } from '../src/server/log.js'
import { openService } from '../src/server/service.js'
import { overHttp } from './api.js'
import { assemble, Letterbox } from './assemble.js'
import { conclude, type Issued, raiseAndSign, respond } from './conclusion.js'
import { performProcedures } from './fieldwork.js'
import { changeControl } from './invented.js'
import { inventedChanges } from './invented-changes.js'
import { type ChangeList, readChangeList } from './population.js'
import { plan, type Tell } from './walk.js'

// `npm run demo`: one whole engagement, walked through the public API by the people who would, on a service of its own.

const { values } = parseArgs({
  options: {
    population: { type: 'string' },
    control: { type: 'string' },
    seed: { type: 'string', default: 'Fieldwork 2019' },
    out: { type: 'string', default: 'demo-output' },
  },
})

async function walkThrough(list: ChangeList, tell: Tell): Promise<Issued> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-demo-'))
  // Started as root, PostgreSQL runs as another user: it must get through to its files, or they would lie elsewhere.
  await chmod(folder, 0o711)
  const log = serviceLog('error')
  const letters = new Letterbox()
  const config = { ...readConfig({}), port: 0, dataDir: join(folder, 'data') }
  const service = await openService(config, log, { mailer: letters })
  try {
    const address = await service.listen()
    tell(`A service of its own listens on ${address}, with an empty database.`)
    const { cast, clientId } = await assemble(service.database, overHttp(address), letters)
    tell(`${cast.admin.name} sets up the firm, its people and its client; everybody accepts and signs in.`)
    const control = values.control ?? changeControl.description
    const walk = await plan(cast, { clientId, list, control, seed: values.seed }, tell)
    const findings = await performProcedures(walk)
    const exceptionId = await raiseAndSign(walk, findings)
    if (exceptionId) await respond(walk, exceptionId)
    return await conclude(walk, exceptionId)
  } finally {
    await service.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function demonstrate(): Promise<void> {
  const list = values.population
    ? readChangeList(basename(values.population), await readFile(values.population))
    : await inventedChanges(2025)
  let steps = 0
  const issued = await walkThrough(list, (sentence) => {
    steps += 1
    console.log(`${String(steps).padStart(2)}. ${sentence}`)
  })
  await mkdir(values.out, { recursive: true })
  const file = join(values.out, `report-${issued.number}.html`)
  await writeFile(file, issued.html)
  console.log(`\nThe report: ${file} (${issued.overall}).`)
}

try {
  await demonstrate()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
