import 'reflect-metadata'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { readConfig } from '../src/config.js'
import { serviceLog } from '../src/http/log.js'
import { CommandError, checkFile, command, type Option, type Values } from '../src/ops/command-line.js'
import { openService } from '../src/service.js'
import { ActRefused, overHttp } from './api.js'
import { assemble, withoutMail } from './assemble.js'
import type { Issued } from './closing.js'
import { withDemoDice } from './dice.js'
import { performProcedures } from './fieldwork.js'
import { changeControl } from './invented/controls.js'
import { inventedChanges } from './invented-changes.js'
import { listOptions, readingSaid } from './list-options.js'
import { plan } from './planning.js'
import { type ChangeList, readChangeList } from './population.js'
import { tellToTheReport } from './story.js'
import { daysFromNow, type Tell } from './walk.js'

async function walkThrough(list: ChangeList, control: string, tell: Tell): Promise<Issued> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-demo-'))
  // Started as root, PostgreSQL runs as another user: it must get through to its files, or they would lie elsewhere.
  await chmod(folder, 0o711)
  const log = serviceLog('error')
  const config = { ...readConfig({ FIELDWORK_DATA_DIR: join(folder, 'data') }), port: 0 }
  const service = await openService(config, log, { mailer: withoutMail })
  try {
    const address = await service.listen()
    tell(`A service of its own listens on ${address}, with an empty database.`)
    const { cast, clientId } = await assemble(service.database, overHttp(address))
    tell(`${cast.admin.name} sets up the firm, its people and its client; everybody accepts and signs in.`)
    const walk = await plan(cast, { clientId, list, control }, tell)
    const found = await withDemoDice(service, () => performProcedures(walk))
    return await tellToTheReport(walk, found)
  } finally {
    await service.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const options = {
  population: { type: 'string', value: 'FILE', about: 'a CSV of changes, one a row, instead of the invented one' },
  ...listOptions,
  control: { type: 'string', value: 'TEXT', about: 'what the control is; else that every change is reviewed' },
  out: { type: 'string', value: 'FOLDER', about: 'where the report is written', default: 'demo-output' },
} as const satisfies Record<string, Option>

async function listFrom(given: Values<typeof options>): Promise<ChangeList> {
  const { population, key, date, reviewers } = given
  const reading = readingSaid(given)
  const named = { key, date, reviewers }
  if (population !== undefined) {
    await checkFile(population)
    // A report is dated today, after the period it is about.
    const lastDay = daysFromNow(-1)
    return readChangeList(basename(population), await readFile(population), { named, reading, lastDay })
  }
  const idle = Object.keys(listOptions).find((name) => given[name as keyof typeof listOptions] !== undefined)
  if (idle) throw new CommandError(`--${idle} is about the list that --population names; give both.`)
  return inventedChanges(2025)
}

async function demonstrate(given: Values<typeof options>): Promise<void> {
  const list = await listFrom(given)
  await mkdir(given.out, { recursive: true })
  console.log(`What was understood of the list of changes:\n${list.understood.map((one) => `  ${one}`).join('\n')}\n`)
  let steps = 0
  const control = given.control ?? (list.exclusion ? changeControl.description : changeControl.describedPlainly)
  const issued = await walkThrough(list, control, (sentence) => {
    steps += 1
    console.log(`${String(steps).padStart(2)}. ${sentence}`)
  })
  const file = join(given.out, `report-${issued.number}.html`)
  await writeFile(file, issued.html)
  console.log(`\nThe report: ${file} (${issued.overall}).`)
}

await command(
  {
    name: 'npm run demo',
    about:
      'Walks one whole engagement through the public API, by the people who would, on a service of its own; writes the report.',
    options,
  },
  (given) =>
    demonstrate(given).catch((error: unknown) => {
      throw error instanceof ActRefused ? new CommandError(error.message) : error
    }),
)
