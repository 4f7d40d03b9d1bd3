import { deepStrictEqual } from 'node:assert'
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Claims } from '../src/access/actor.js'
import type { Contestant } from './contestants.js'
import type { Job, Measured, Said } from './load.js'
import type { Ask, Operation } from './operations.js'
import { root, type Server } from './place.js'
import { cpuOf, memoryOf } from './usage.js'

/** One contestant at work. */
export interface Entrant {
  contestant: Contestant
  server: Server
}

/** What one run of one contestant came to. */
export interface Finding {
  operation: string
  connections: number
  contestant: string
  round: number
  requestsPerSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Milliseconds of CPU for each request, of the service and of PostgreSQL; null where the system does not tell. */
  serviceCpu: number | null
  postgresCpu: number | null
  /** Megabytes, of the service. */
  memory: number | null
}

type Sign = (claims: Claims) => string

const headersFor = ({ claims }: Ask, sign: Sign): Record<string, string> =>
  claims ? { authorization: `Bearer ${sign(claims)}` } : {}

/**
 * Asks every contestant the same and compares what they say.
 * @returns for each contestant the digest of each answer, by which the load process knows it again
 * @throws when they differ
 */
export async function compare(
  entrants: readonly Entrant[],
  operation: Operation,
  asks: readonly Ask[],
  sign: Sign,
): Promise<Map<string, string[]>> {
  const digests = new Map<string, string[]>(entrants.map(({ server }) => [server.name, []]))
  for (const ask of asks) {
    let first: { name: string; reading: unknown } | undefined
    for (const { contestant, server } of entrants) {
      const { path, body } = contestant.sent(operation, ask.variables)
      const headers = { 'content-type': 'application/json', ...headersFor(ask, sign) }
      const response = await fetch(server.url + path, { method: 'POST', headers, body })
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${server.name} answered ${response.status}: ${text.slice(0, 600)}`)
      const reading = contestant.read(operation, JSON.parse(text))
      if (first)
        deepStrictEqual(reading, first.reading, `${server.name} does not answer ${operation.name} as ${first.name}`)
      first ??= { name: server.name, reading }
      digests.get(server.name)?.push(createHash('sha256').update(text).digest('hex'))
    }
  }
  return digests
}

export interface Effort {
  connections: number
  warmUpSeconds: number
  seconds: number
}

/** Puts load on one contestant, from a process of its own, and looks at what it takes. */
export async function measure(
  { contestant, server }: Entrant,
  operation: Operation,
  asked: { asks: readonly Ask[]; digests: readonly (string | null)[]; sign: Sign },
  effort: Effort,
  postmaster: number,
): Promise<Omit<Finding, 'round'>> {
  const { asks, digests, sign } = asked
  const requests = asks.map((ask, at) => ({
    ...contestant.sent(operation, ask.variables),
    headers: headersFor(ask, sign),
    digest: digests[at] ?? null,
  }))
  const used = async () => ({ service: await cpuOf(server.pid), postgres: await cpuOf(postmaster) })
  let before = await used()
  const measured = await run({ ...effort, url: server.url, requests, once: false }, async () => {
    before = await used()
  })
  const after = await used()
  const each = (end: number | null, start: number | null) =>
    end === null || start === null ? null : (end - start) / measured.requests
  return {
    operation: operation.name,
    connections: effort.connections,
    contestant: server.name,
    requestsPerSecond: measured.requests / measured.seconds,
    p50: measured.p50,
    p99: measured.p99,
    serviceCpu: each(after.service, before.service),
    postgresCpu: each(after.postgres, before.postgres),
    memory: await memoryOf(server.pid),
  }
}

/** @param began what is done when the warm-up is over */
function run(job: Job, began: () => Promise<void>): Promise<Measured> {
  const load = fork(join(root, 'dist/bench/load.js'))
  return new Promise<Measured>((resolve, reject) => {
    load.on('message', (said: Said) => {
      if ('failed' in said) reject(new Error(said.failed))
      else if ('measured' in said) resolve(said.measured)
      else began().catch(reject)
    })
    load.on('exit', () => reject(new Error('The load process ended too soon.')))
    load.send(job)
  }).finally(() => load.kill())
}
