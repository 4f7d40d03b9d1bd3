import 'reflect-metadata'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Tokens } from '../src/features/identity/tokens.js'
import { Database } from '../src/kernel/store/database.js'
import { CommandError, command, type Option, shown, type Values } from '../src/ops/command-line.js'
import { checkWalls, compare } from './compare.js'
import { type Entrant, type Finding, measure, requestsOf, type Sign } from './contest.js'
import { type Contestant, contestants } from './contestants.js'
import { type Operation, operations } from './operations.js'
import { asOwner, issuer, type Place, postmasterOf, root, stopAll } from './place.js'
import { openSeeded, restore, type Size, sizes } from './recipe.js'
import { lineOf, summarize, tableOf } from './report.js'
import { installRivals, node22 } from './rivals.js'

const options = {
  size: { type: 'string', value: 'SIZE', about: Object.keys(sizes).join(', '), default: 'small' },
  operations: {
    type: 'string',
    value: 'NAMES',
    about: 'which, separated by commas',
    default: operations.map(({ name }) => name).join(),
  },
  contestants: {
    type: 'string',
    value: 'NAMES',
    about: 'which, separated by commas',
    default: contestants.map(({ name }) => name).join(),
  },
  connections: { type: 'string', value: 'NUMBERS', about: 'how many at once; 1,16,64, and 16 of the size smoke' },
  seconds: { type: 'string', value: 'NUMBER', about: 'how long a round takes; 5, and 1 of the size smoke' },
  rounds: { type: 'string', value: 'NUMBER', about: 'how many; 3, and 1 of the size smoke' },
  pool: { type: 'string', value: 'NUMBER', about: 'connections to PostgreSQL of each contestant', default: '10' },
  'check-only': { type: 'boolean', about: 'equal answers, no load' },
} as const satisfies Record<string, Option>

interface Plan {
  size: Size
  operations: readonly Operation[]
  contestants: readonly Contestant[]
  connections: readonly number[]
  warmUpSeconds: number
  seconds: number
  rounds: number
  poolSize: number
  checkOnly: boolean
}

/** @throws CommandError when the options ask for what there is not */
function planOf(values: Values<typeof options>): Plan {
  if (!Object.hasOwn(sizes, values.size)) throw new CommandError(`There is no size ${shown(values.size)}.`)
  // The smallest size shows that the harness works; its figures mean nothing.
  const smoke = values.size === 'smoke'
  const { connections = smoke ? '16' : '1,16,64', seconds = smoke ? '1' : '5', rounds = smoke ? '1' : '3' } = values
  return {
    size: values.size as Size,
    operations: named(operations, values.operations),
    contestants: named(contestants, values.contestants),
    connections: connections.split(',').map(positive),
    warmUpSeconds: smoke ? 0.5 : 2,
    seconds: positive(seconds),
    rounds: positive(rounds),
    poolSize: positive(values.pool),
    checkOnly: values['check-only'],
  }
}

const named = <T extends { name: string }>(all: readonly T[], names: string): T[] =>
  names.split(',').map((name) => {
    const found = all.find((one) => one.name === name)
    if (!found)
      throw new CommandError(`There is no ${shown(name)}; there are ${all.map(({ name }) => name).join(', ')}.`)
    return found
  })

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new CommandError(`${shown(text)} is no number above 0.`)
  return number
}

/** Of an operation that reads, these are asked again and again; one that writes is asked each once. */
const asksMost = { reading: 400, writing: 8_000, compared: 20 }

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
        const effort = { connections, warmUpSeconds: plan.warmUpSeconds, seconds: plan.seconds }
        const finding = { round, ...(await measure(entrant, operation, requests, effort, await postmasterOf(place))) }
        findings.push(finding)
        console.log(lineOf(finding))
        if (operation.once) await restore(place)
      }
    }
  }
  return findings
}

async function report(plan: Plan, findings: Finding[]): Promise<void> {
  const summaries = summarize(findings)
  const [cpu] = cpus()
  const node = (await promisify(execFile)(node22, ['--version'])).stdout.trim()
  const machine = {
    cpu: cpu?.model,
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    node,
    platform: process.platform,
  }
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

async function bench(plan: Plan): Promise<void> {
  await installRivals()
  const place = await openSeeded(plan.size)
  try {
    const database = await new Database({ url: place.serviceUrl, poolSize: 1, secret: place.secret, rows: [] }).open()
    const findings = await Tokens.open(database, { issuer })
      .then((tokens) => contest(place, plan, tokens))
      .finally(() => database.close())
    if (!plan.checkOnly) await report(plan, findings)
  } finally {
    await place.stop()
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(1)))
}
await command(
  {
    name: 'npm run bench',
    about: 'Measures the service beside a bare server and PostGraphile (bench/README.md).',
    options,
  },
  (values) =>
    bench(planOf(values)).catch((error: unknown) => {
      throw error instanceof Error ? new CommandError(error.message) : error
    }),
)
