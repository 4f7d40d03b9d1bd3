import 'reflect-metadata'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Database } from '../src/data/database.js'
import { Tokens } from '../src/features/identity/tokens.js'
import { checkWalls, compare } from './compare.js'
import { type Entrant, type Finding, measure, requestsOf, type Sign } from './contest.js'
import { contestants } from './contestants.js'
import { type Operation, operations } from './operations.js'
import { asOwner, issuer, type Place, postmasterOf, root } from './place.js'
import { openSeeded, restore, type Size, sizes } from './recipe.js'
import { summarize, tableOf } from './report.js'

const usage = `npm run bench -- [--size ${Object.keys(sizes).join('|')}] [--operations ${operations.map(({ name }) => name).join(',')}]
  [--contestants ${contestants.map(({ name }) => name).join(',')}] [--connections 1,16,64] [--seconds 5] [--rounds 3] [--pool 10] [--check-only]`

interface Plan {
  size: Size
  operations: readonly Operation[]
  contestants: typeof contestants
  connections: readonly number[]
  seconds: number
  rounds: number
  poolSize: number
  checkOnly: boolean
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'small' },
      operations: { type: 'string', default: operations.map(({ name }) => name).join() },
      contestants: { type: 'string', default: contestants.map(({ name }) => name).join() },
      connections: { type: 'string', default: '1,16,64' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      pool: { type: 'string', default: '10' },
      'check-only': { type: 'boolean', default: false },
    },
  })
  if (!(values.size in sizes)) throw new Error(`There is no size ${values.size}.`)
  return {
    size: values.size as Size,
    operations: named(operations, values.operations),
    contestants: named(contestants, values.contestants),
    connections: values.connections.split(',').map(positive),
    seconds: positive(values.seconds),
    rounds: positive(values.rounds),
    poolSize: positive(values.pool),
    checkOnly: values['check-only'],
  }
}

const named = <T extends { name: string }>(all: readonly T[], names: string): T[] =>
  names.split(',').map((name) => {
    const found = all.find((one) => one.name === name)
    if (!found) throw new Error(`There is no ${name}.`)
    return found
  })

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new Error(`${text} is no number above 0.`)
  return number
}

/** Of an operation that reads, these are asked again and again; one that writes is asked each once. */
const asksMost = { reading: 400, writing: 8_000, compared: 20 }
const warmUpSeconds = 1

async function contest(place: Place, plan: Plan, tokens: Tokens): Promise<Finding[]> {
  const entrants: Entrant[] = []
  try {
    const jwks = await tokens.jwks()
    for (const contestant of plan.contestants) {
      entrants.push({ contestant, server: await contestant.start(place, { poolSize: plan.poolSize, jwks }) })
    }
    const sign: Sign = (claims) => tokens.sign(claims).token
    const findings: Finding[] = []
    for (const operation of plan.operations) findings.push(...(await compete(place, plan, operation, entrants, sign)))
    return findings
  } finally {
    for (const { server } of entrants) await server.stop()
  }
}

/** All contestants at one operation: first whether they agree, then how fast they are, in turn. */
async function compete(place: Place, plan: Plan, operation: Operation, all: readonly Entrant[], sign: Sign) {
  const entrants = all.filter(({ contestant }) => !contestant.sitsOut.includes(operation.name))
  const askedFor = (most: number) => asOwner(place.ownerUrl, (owner) => operation.asks(owner, most))
  const compared = await askedFor(operation.once ? asksMost.compared : asksMost.reading)
  const digests = await compare(place, entrants, operation, compared, sign)
  if (operation.hidden) await checkWalls(entrants, operation, compared, sign)
  console.log(
    `${operation.name}: ${compared.length} answers are equal${operation.hidden ? ', strangers get none' : ''}.`,
  )
  const findings: Finding[] = []
  for (const connections of plan.checkOnly ? [] : plan.connections) {
    for (let round = 1; round <= plan.rounds; round += 1) {
      for (const entrant of entrants) {
        const asks = operation.once ? await askedFor(asksMost.writing) : compared
        const known = operation.once ? [] : (digests.get(entrant.server.name) ?? [])
        const requests = requestsOf(entrant, operation, asks, sign).map((request, at) => ({
          ...request,
          digest: known[at] ?? null,
        }))
        const effort = { connections, warmUpSeconds, seconds: plan.seconds }
        findings.push({ round, ...(await measure(entrant, operation, requests, effort, await postmasterOf(place))) })
        if (operation.once) await restore(place)
      }
    }
  }
  if (findings.length > 0) console.log(tableOf(summarize(findings)))
  return findings
}

async function report(plan: Plan, findings: Finding[]): Promise<void> {
  const summaries = summarize(findings)
  const [cpu] = cpus()
  const machine = { cpu: cpu?.model, cores: cpus().length, node: process.version, platform: process.platform }
  const { size, seconds, rounds, poolSize } = plan
  const table = tableOf(summaries)
  const heading = `Size ${size}; ${rounds} rounds of ${seconds} s, medians; ${poolSize} connections to PostgreSQL each; ${machine.cores} × ${machine.cpu}, Node ${machine.node}.`
  const folder = join(root, '.data/bench')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${size}.md`), `${heading}\n\n${table}\n`)
  await writeFile(
    join(folder, `${size}.json`),
    JSON.stringify({ machine, size, seconds, rounds, poolSize, summaries, findings }, null, 2),
  )
  console.log(`\n${heading}\n\n${table}`)
}

try {
  const plan = readPlan()
  const place = await openSeeded(plan.size)
  const database = await new Database({ url: place.serviceUrl, poolSize: 1, secret: place.secret, rows: [] }).open()
  try {
    const findings = await contest(place, plan, await Tokens.open(database, { issuer }))
    if (!plan.checkOnly) await report(plan, findings)
  } finally {
    await database.close()
    await place.stop()
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof TypeError) console.error(usage)
  process.exitCode = 1
}
