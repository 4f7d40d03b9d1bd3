import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, constants, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { CannotStart } from '../kernel/cannot-start.js'
import { openDataFolder } from './data-folder.js'
import {
  claimServer,
  claimWhenReady,
  Hold,
  lookAgainMs,
  owner,
  type ServerPlace,
  startupMaxMs,
} from './instance-lock.js'
import { bareEnvironment, findHome, type PostgresHome, run, settleHome } from './postgres-home.js'
import { removeStalePidFile, runningPostmaster, stopPostmaster } from './postmaster.js'

export interface EmbeddedOptions {
  dataDir: string
  /** `false` gives up surviving a power cut, for speed: tests only. */
  durable?: boolean
  /** The folder of PostgreSQL's programs, when not the one npm installed. */
  binaries?: string
  /** Settings of the server for what it is to hold, e.g. `shared_buffers`; its own where none is given. */
  settings?: Readonly<Record<string, string>>
  /** Starts the server anew, at the same address, whenever it ends by itself: out of room, or killed by the system. */
  kept?: boolean
}

export interface EmbeddedDatabase {
  /** Connection of the owner, a superuser of this server, to the database `fieldwork`. */
  url: string
  /** The folder of the cluster: `data_directory` of the server. */
  cluster: string
  /** Ends the server in good order. May be called twice. */
  stop(): Promise<void>
}

type Settings = EmbeddedOptions['settings']

/** What is lost when the power goes is nothing to miss. */
const perishable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
const database = 'fieldwork'
const majorVersion = '18'
/** Times the number of tries so far. */
const startAgainMs = 250
const attemptsMax = 5
const logMaxBytes = 1_000_000

/**
 * Starts the PostgreSQL of a data folder, and makes it at the first start. One service at a time: the claim on it is a
 * lock inside the database, so it ends with the service however that ends. A server left behind by a killed service is
 * stopped in good order and started anew.
 * @throws CannotStart when another service uses the data folder, it was made by another version, or PostgreSQL fails
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  if (process.platform === 'win32') {
    throw new CannotStart('The embedded PostgreSQL runs on Linux and macOS; on Windows set DATABASE_URL.')
  }
  const durable = options.durable ?? true
  const settings = durable ? options.settings : { ...options.settings, ...perishable }
  const dataDir = await openDataFolder(options.dataDir)
  let home = await findHome(dataDir, options.binaries)
  if (!home.present) {
    const failure = await makeHome(home, durable).then(
      () => null,
      (error: unknown) => error,
    )
    home = await findHome(dataDir, options.binaries)
    // Of two services that make it at once, one may fail and still find the other's.
    if (!home.present) throw failure
  }
  const cluster = join(home.folder, 'cluster')
  await checkVersion(cluster)
  const password = (await readFile(join(home.folder, 'password'), 'utf8')).trim()
  const { port, claim } = await startAndClaim(home, cluster, password, settings)
  await removeUnfinished(home)
  await createDatabase(claim)

  const hold = new Hold(claim)
  if (options.kept) hold.regain(() => bringBack(home, { cluster, port, password }, settings))
  let stopping: Promise<void> | undefined
  return {
    url: addressOf(port, password),
    cluster,
    stop: () => {
      stopping ??= hold.end(() => stopPostmaster(cluster))
      return stopping
    },
  }
}

/**
 * The database that a running service has in a data folder, for a command beside it.
 * @returns the owner's connection; null when no service runs there
 */
export async function findEmbedded(dataDir: string): Promise<string | null> {
  const home = await findHome(await openDataFolder(dataDir))
  const cluster = join(home.folder, 'cluster')
  const running = home.present ? await runningPostmaster(cluster) : null
  if (!running?.port) return null
  const password = (await readFile(join(home.folder, 'password'), 'utf8')).trim()
  try {
    // Taken, or not answered: no service holds it. Refused: a service does.
    const claim = await claimServer({ port: running.port, cluster, password })
    await claim?.end()
    return null
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error
    return addressOf(running.port, password)
  }
}

const addressOf = (port: number, password: string) => `postgres://${owner}:${password}@127.0.0.1:${port}/${database}`

/** Makes the cluster under a temporary name, and puts it in its place when it is whole. */
async function makeHome(home: PostgresHome, durable: boolean): Promise<void> {
  const draft = join(dirname(home.folder), `${home.unfinished}${randomBytes(6).toString('hex')}`)
  const passwordFile = join(draft, 'password')
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if ('uid' in home.account) {
    await chown(passwordFile, home.account.uid, home.account.gid)
    await chown(draft, home.account.uid, home.account.gid)
  }
  const options = [
    ['--pgdata', join(draft, 'cluster')],
    ['--username', owner],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    ['--locale', 'C'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8'],
    ['--data-checksums'],
    durable ? [] : ['--no-sync'],
  ].flat()
  try {
    await run(join(home.binaries, 'bin/initdb'), options, { ...home.account, cwd: '/', env: bareEnvironment })
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
    throw new CannotStart(`The embedded PostgreSQL could not be made: ${said || String(error)}`)
  }
  await settleHome(home, draft)
}

async function checkVersion(cluster: string): Promise<void> {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => 'an unknown version')).trim()
  if (version === majorVersion) return
  throw new CannotStart(
    `The database in ${cluster} was made by PostgreSQL ${version}; this is ${majorVersion}. Move it with pg_dump of that version, or choose another FIELDWORK_DATA_DIR.`,
  )
}

interface Claimed {
  port: number
  /** Holds the lock for as long as the service lives. */
  claim: pg.Client
}

async function startAndClaim(
  home: PostgresHome,
  cluster: string,
  password: string,
  further: Settings,
): Promise<Claimed> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    await endOrphan(cluster, password)
    await removeStalePidFile(cluster)
    const port = await freePort()
    const server = await launch(home, cluster, port, further)
    const claim = await claimWhenReady({ port, cluster, password, ended: server.ended })
    if (claim !== null) return { port, claim }
    // The port was taken, or another service started the server first. Looking again shows which, once it is up.
    await pause(attempt * startAgainMs)
  }
  throw new CannotStart(`The embedded PostgreSQL did not start: ${await lastLogLine(home)}`)
}

/**
 * Stops the server a killed service left behind.
 * @throws CannotStart when the service that started it is alive
 */
async function endOrphan(cluster: string, password: string): Promise<void> {
  const deadline = Date.now() + startupMaxMs
  while (Date.now() < deadline) {
    const running = await runningPostmaster(cluster)
    if (running === null) return
    const claim = running.port && (await claimServer({ port: running.port, cluster, password }))
    if (claim) {
      await stopPostmaster(cluster)
      await claim.end().catch(() => undefined)
      return
    }
    await pause(lookAgainMs)
  }
  throw new CannotStart(`A PostgreSQL server runs on ${cluster} and does not answer; end it by hand.`)
}

/** @returns null when it could not be had back yet; the caller tries again */
async function bringBack(home: PostgresHome, place: ServerPlace, further: Settings): Promise<pg.Client | null> {
  // It may only have thrown out its sessions, to repair itself.
  if ((await runningPostmaster(place.cluster)) !== null) return claimServer(place)
  await removeStalePidFile(place.cluster)
  const { ended } = await launch(home, place.cluster, place.port, further)
  return claimWhenReady({ ...place, ended })
}

async function launch(home: PostgresHome, cluster: string, port: number, further: Settings) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
    // Statements and values are the firm's business; the service keeps its own log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...further,
  }
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants
  const logFile = await open(join(home.folder, 'postgres.log'), O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600)
  if ((await logFile.stat()).size > logMaxBytes) await logFile.truncate()
  const child = spawn(
    join(home.binaries, 'bin/postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // In a process group of its own: Ctrl-C reaches the service only, which still needs its database to finish its work.
    { ...home.account, cwd: '/', env: bareEnvironment, detached: true, stdio: ['ignore', logFile.fd, logFile.fd] },
  )
  const ended = new AbortController()
  child.on('error', () => ended.abort())
  child.on('exit', () => ended.abort())
  child.unref()
  await logFile.close()
  return { ended: ended.signal }
}

async function createDatabase(claim: pg.Client): Promise<void> {
  const { rowCount } = await claim.query('select from pg_database where datname = $1', [database])
  if (rowCount === 0) await claim.query(`create database ${database}`)
}

/** What a service left that was killed while it made the cluster. No other service makes one: the lock is ours. */
async function removeUnfinished(home: PostgresHome): Promise<void> {
  const parent = dirname(home.folder)
  for (const name of await readdir(parent)) {
    if (!name.startsWith(home.unfinished)) continue
    // The initdb of the killed service may still be writing there; it ends when it finds its files gone.
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function lastLogLine(home: PostgresHome): Promise<string> {
  const file = join(home.folder, 'postgres.log')
  const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n')
  return `${lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1) ?? ''} (${file})`
}
