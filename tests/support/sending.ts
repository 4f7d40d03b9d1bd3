import { readdir } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { serviceLog } from '../../src/http/log.js'
import type { FileStorage } from '../../src/kernel/files/storage.js'
import type { Wiring, World } from './world.js'

/** What the service answered, read to its end or to where it broke off. */
export interface Received {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
  /** Whether it came to its end. */
  isWhole: boolean
}

/** A request that is under way. */
export interface Sending {
  request: ClientRequest
  /** Rejected where the connection ended without one. */
  answer: Promise<Received>
}

/** Begins a request over a connection of its own, with nothing of its body sent. */
export function beginSending(
  method: 'PUT' | 'POST' | 'GET' | 'HEAD',
  url: string,
  headers: Record<string, string | number> = {},
): Sending {
  const sent = request(url, { method, headers, agent: false })
  const answer = new Promise<Received>((resolve, reject) => {
    sent.once('response', (response) => void readAll(response).then(resolve))
    sent.once('error', reject)
  })
  // A test that does not wait for it broke it off.
  answer.catch(() => undefined)
  sent.flushHeaders()
  return { request: sent, answer }
}

async function readAll(response: IncomingMessage): Promise<Received> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of response) pieces.push(piece as Buffer)
  } catch {
    // It broke off: `complete` says so.
  }
  const { statusCode: status = 0, headers, complete: isWhole } = response
  return { status, headers, body: Buffer.concat(pieces), isWhole }
}

/** Sends a request with a body, or without one. */
export function sends(
  method: 'PUT' | 'POST' | 'GET' | 'HEAD',
  url: string,
  body: string | Buffer | null = null,
  headers: Record<string, string | number> = {},
): Promise<Received> {
  const length: Record<string, number> = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
  const { request: sent, answer } = beginSending(method, url, { ...length, ...headers })
  sent.end(body ?? undefined)
  return answer
}

/** The names of the files that are coming in. */
export const comingIn = (storage: FileStorage): Promise<string[]> =>
  readdir(storage.incoming).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })

/** All that can be left of a file: rows, files of the storage, and files that come in. Equal answers mean that nothing was. */
export async function leftOfFiles(w: World): Promise<{ rows: string; stored: string[]; incoming: string[] }> {
  const { storage } = w.queue.files
  const stored: string[] = []
  for await (const { key } of storage.list()) stored.push(key)
  return { rows: await w.digest(), stored: stored.sort(), incoming: await comingIn(storage) }
}

/** Waits until something holds. @throws Error where it does not in time */
export async function until(what: string, holds: () => Promise<boolean> | boolean, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`)
    await pause(10)
  }
}

/** Puts a log of the test's own into the service, at its most talkative. */
export const talkative = (lines: string[]): Wiring => {
  const log = serviceLog('trace', { write: (line: string) => void lines.push(line) })
  const fail = () => {
    throw new Error('Nobody signs in here.')
  }
  return async () => ({
    services: {
      tokens: { ready: fail, sign: fail },
      passwords: { inTurn: fail, hash: fail, verify: fail },
      log,
    },
    log,
  })
}
