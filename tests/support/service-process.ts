import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, inject } from 'vitest'
import { runningPostmaster, stopPostmaster } from '../../src/local-postgres/postmaster.js'

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

/** A port on which no process listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Where the services of this test run keep files, whose database is not in a data folder of their own. */
export const filesFolder = (): string => join(inject('server').folder, 'files')

interface Launch {
  /** Options of Node.js itself. */
  node?: readonly string[]
  /** The folder the product was built in, when not this one. */
  from?: string
  /** How large a file it and its PostgreSQL may make, at most; as the system has it when absent. */
  fileBytesMax?: number
}

const shell = '/bin/sh'
let limitUnit: number | undefined

/** How many bytes one unit of the shell's `ulimit -f` is: 512 in some, 1024 in others. */
function unitOfLimit(): number {
  const units = 64
  limitUnit ??=
    Number(
      execFileSync(
        shell,
        [
          '-c',
          `ulimit -S -f ${units}; head -c 1000000 /dev/zero > "$0"; wc -c < "$0"; rm "$0"`,
          join(inject('server').folder, `limit-${randomUUID()}`),
        ],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      ),
    ) / units
  return limitUnit
}

/** The command that runs Node.js: by a shell that limits the size of files and becomes it, where they are limited. */
function commandOf(args: readonly string[], fileBytesMax: number | undefined): [string, string[]] {
  if (fileBytesMax === undefined) return [process.execPath, [...args]]
  const script = `ulimit -S -f ${Math.ceil(fileBytesMax / unitOfLimit())} && exec "$@"`
  return [shell, ['-c', script, shell, process.execPath, ...args]]
}

/** Runs a program of the product. Only what is given stands in its environment. */
export function run(program: string, environment: Record<string, string>, launch: Launch = {}) {
  const { node = [], from = root, fileBytesMax } = launch
  const child = spawn(...commandOf([...node, `dist/src/${program}.js`], fileBytesMax), {
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
