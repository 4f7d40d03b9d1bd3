import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { migrate } from '../src/kernel/store/migrate.js'
import { openDataFolder } from '../src/local-postgres/data-folder.js'
import { startEmbedded } from '../src/local-postgres/embedded.js'
import { runningPostmaster } from '../src/local-postgres/postmaster.js'
import { keptSecret } from '../src/ops/kept-secret.js'

/** The project's folder; what is compiled lies two folders below it. */
export const root = resolve(import.meta.dirname, '../..')

/** Where the harness measures: a database of its own, on a PostgreSQL of its own. */
export interface Place {
  folder: string
  /** The owner's connection: for filling the database, never for what is measured. */
  ownerUrl: string
  /** The connection of the unprivileged role that every contestant works as. */
  serviceUrl: string
  secret: string
  /** `data_directory` of the server. */
  cluster: string
  stop(): Promise<void>
}

export interface PlaceOptions {
  /** Kept between runs. */
  folder: string
  /** What the contents follow from. While it is the same, a database that was filled once is used again. */
  recipe: string
  /** Fills the database, which is migrated and empty. */
  fill: (place: Place) => Promise<void>
}

/** What runs because of this process, the first started first. */
const running = new Set<() => Promise<void>>()

/** Ends all servers and the database: for a process that is told to end in the middle of its work. */
export async function stopAll(): Promise<void> {
  for (const stop of [...running].reverse()) await stop()
}

/** Keeps in mind how to stop something until it is stopped. */
function stopping(stop: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    running.delete(once)
    await stop()
  }
  running.add(once)
  return once
}

/** As a server that holds a firm's papers is set up: a quarter of the memory for its pages, as PostgreSQL's manual says. */
const serverSettings = { shared_buffers: `${Math.round(totalmem() / 4 / 2 ** 20)}MB` }

/** Opens the database of a folder: makes and fills it at the first time, and when its recipe has changed. */
export async function openPlace({ folder, recipe, fill }: PlaceOptions): Promise<Place> {
  const dataDir = await openDataFolder(folder)
  const { url: ownerUrl, cluster, ...embedded } = await startEmbedded({ dataDir, settings: serverSettings })
  const stop = stopping(() => embedded.stop())
  try {
    const mark = join(dataDir, 'recipe')
    const filled = (await readFile(mark, 'utf8').catch(() => '')) === recipe
    if (!filled) await empty(ownerUrl)
    const secret = await keptSecret(dataDir)
    const { serviceUrl } = await migrate({ ownerUrl, secret })
    const place: Place = { folder: dataDir, ownerUrl, serviceUrl, secret, cluster, stop }
    if (!filled) {
      await fill(place)
      await writeFile(mark, recipe)
    }
    return place
  } catch (error) {
    await stop()
    throw error
  }
}

/** A new database in place of the one that is there: what is half filled, or was filled otherwise, is no start. */
async function empty(ownerUrl: string): Promise<void> {
  const maintenance = new URL(ownerUrl)
  const database = pg.escapeIdentifier(maintenance.pathname.slice(1))
  maintenance.pathname = '/postgres'
  await asOwner(maintenance.href, async (owner) => {
    await owner.query(`drop database if exists ${database} with (force)`)
    await owner.query(`create database ${database}`)
  })
}

/** Works as the owner on a connection of its own. */
export async function asOwner<T>(ownerUrl: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    return await work(owner)
  } finally {
    await owner.end()
  }
}

/** @returns the process number of the place's PostgreSQL */
export async function postmasterOf({ cluster }: Place): Promise<number> {
  const running = await runningPostmaster(cluster)
  if (!running) throw new Error(`No PostgreSQL runs on ${cluster}.`)
  return running.pid
}

/** A process that answers requests. */
export interface Server {
  name: string
  /** E.g. `http://127.0.0.1:4000`. */
  url: string
  pid: number
  stop(): Promise<void>
}

export interface ServerOptions {
  name: string
  /** The program of Node to run it with; this process's own when absent. */
  node?: string
  script: string
  /** Given to it as JSON on its standard input, with the `port` to listen on. */
  settings?: object
  /** All that stands in its environment; `PORT` is added. */
  environment?: Record<string, string>
  /** What answers 200, or the status named, once it serves. */
  readyPath: string
  readyStatus?: number
}

const startMaxMs = 60_000

/** Starts a server as a process of its own, on a free port; its output goes to `<name>.log` in the place's folder. */
export async function startServer(place: Place, options: ServerOptions): Promise<Server> {
  const { name, node = process.execPath, script, settings = {}, environment, readyPath, readyStatus = 200 } = options
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const logFile = join(place.folder, `${name}.log`)
  const log = await open(logFile, 'w')
  const child = spawn(node, [script], {
    cwd: root,
    env: { PORT: String(port), ...environment },
    stdio: ['pipe', log.fd, log.fd],
  })
  child.stdin?.end(JSON.stringify({ ...settings, port }))
  await log.close()
  const stop = stopping(() => end(child))
  await answers(child, `${url}${readyPath}`, readyStatus).catch(async (error: unknown) => {
    await stop()
    throw new Error(`${name} did not start: ${String(error)}\n${(await readFile(logFile, 'utf8')).slice(-2_000)}`)
  })
  return { name, url, pid: child.pid as number, stop }
}

/** Starts the service as a firm would run it: in production mode, at its own log level, working as its own role. */
export const startFieldwork = (place: Place, { node, poolSize }: { node?: string; poolSize: number }) =>
  startServer(place, {
    name: 'fieldwork',
    ...(node ? { node } : {}),
    script: join(root, 'dist/src/main.js'),
    environment: {
      NODE_ENV: 'production',
      DATABASE_URL: place.ownerUrl,
      DATABASE_POOL_SIZE: String(poolSize),
      FIELDWORK_SECRET: place.secret,
      FIELDWORK_FILES_DIR: join(place.folder, 'files'),
      FIELDWORK_PUBLIC_URL: issuer,
      // The load speaks for a proxy: people sign in from many addresses.
      FIELDWORK_TRUSTED_PROXIES: '127.0.0.1',
      // Few people ask for all that the load asks: their budgets are counted, and larger than any load.
      FIELDWORK_BUDGET_CALLER: '9999999999',
      FIELDWORK_BUDGET_FIRM: '9999999999',
    },
    readyPath: '/readyz',
  })

/** Who makes the tokens that contestants take. */
export const issuer = 'https://bench.fieldwork.example'

async function answers(child: ChildProcess, url: string, ready: number): Promise<void> {
  const deadline = Date.now() + startMaxMs
  let last: unknown = 'no answer'
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended')
    const status = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      (error: unknown) => String(error),
    )
    if (status === ready) return
    last = status
    await pause(50)
  }
  throw new Error(`${url} answered ${String(last)}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
