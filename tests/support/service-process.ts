import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, inject } from 'vitest'
import { runningPostmaster, stopPostmaster } from '../../src/server/postmaster.js'

const root = resolve(import.meta.dirname, '../../..')

/** What a process came to. */
export interface Ended {
  /** `null` when a signal ended it. */
  code: number | null
  printed: string
  complained: string
}

/** One run of the service, as `npm start` runs it, without the compiler. */
export interface ServiceProcess {
  child: ChildProcess
  /** What it printed until it was ready; rejected when it ended before. */
  ready: Promise<string>
  ended: Promise<Ended>
}

const running: ChildProcess[] = []
const folders: string[] = []

afterAll(async () => {
  for (const child of running) await killed(child)
  for (const folder of folders) await removeDataFolder(folder)
})

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function removeDataFolder(folder: string): Promise<void> {
  const home = await realpath(join(folder, 'data/postgres')).catch(() => null)
  if (home !== null) {
    const cluster = join(home, 'cluster')
    if (await runningPostmaster(cluster)) await stopPostmaster(cluster)
    await rm(home, { recursive: true, force: true })
  }
  await rm(folder, { recursive: true, force: true })
}

/** The place of a data folder for this test file; what runs or lies there is gone when the file is done. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(inject('server').folder, 'service-'))
  // Open to PostgreSQL's own user where the tests run as root: what it keeps here goes with the folder.
  await chmod(folder, 0o711)
  folders.push(folder)
  return join(folder, 'data')
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

interface Launch {
  /** Options of Node.js itself. */
  node?: readonly string[]
  /** The folder the product was built in, when not this one. */
  from?: string
}

/** Runs a program of the product. Only what is given stands in its environment. */
export function run(program: string, environment: Record<string, string>, { node = [], from = root }: Launch = {}) {
  const child = spawn(process.execPath, [...node, `dist/src/${program}.js`], {
    cwd: from,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  running.push(child)
  let printed = ''
  child.stdout?.on('data', (chunk) => {
    printed += chunk
  })
  let complained = ''
  child.stderr?.on('data', (chunk) => {
    complained += chunk
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, printed, complained }))
  return { child, ended, said: () => printed }
}

/** Starts the service; what it cannot start for stands in `ended`. */
export function start(environment: Record<string, string>, launch: Launch = {}): ServiceProcess {
  const { child, ended, said } = run('main', environment, launch)
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => said().includes('Fieldwork is ready') && resolve(said()))
    ended.then(({ complained }) => reject(new Error(`ended before it was ready: ${complained}`)))
  })
  ready.catch(() => undefined)
  return { child, ready, ended }
}
