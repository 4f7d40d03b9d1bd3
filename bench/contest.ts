import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Claims } from '../src/kernel/access/actor.js'
import type { Contestant } from './contestants.js'
import type { Job, Measured, Said, Sent } from './load.js'
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

export type Sign = (claims: Claims) => string

/** Asks of one operation as requests to a contestant; each person has one token. */
export function requestsOf(
  { contestant }: Entrant,
  operation: Operation,
  asks: readonly Ask[],
  sign: Sign,
): Omit<Sent, 'digest'>[] {
  const tokens = new Map<string, string>()
  return asks.map((ask) => {
    const { claims, address } = ask
    const token = claims && (tokens.get(claims.memberId) ?? sign(claims))
    if (claims && token) tokens.set(claims.memberId, token)
    const headers = {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(address ? { 'x-forwarded-for': address } : {}),
    }
    return { ...contestant.sent(operation, ask), headers }
  })
}

export interface Effort {
  connections: number
  warmUpSeconds: number
  seconds: number
}

/**
 * Puts load on one contestant, from a process of its own, and looks at what it takes.
 * @param postmaster the process of PostgreSQL that has all others
 */
export async function measure(
  { server }: Entrant,
  operation: Operation,
  requests: Sent[],
  effort: Effort,
  postmaster: number,
): Promise<Omit<Finding, 'round'>> {
  const used = async () => ({ service: await cpuOf(server.pid), postgres: await cpuOf(postmaster) })
  let before = await used()
  const measured = await run({ ...effort, url: server.url, requests, once: operation.once }, async () => {
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
