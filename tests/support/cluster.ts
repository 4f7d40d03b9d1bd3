import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/kernel/store/migrate.js'
import { databaseOf } from '../../src/kernel/store/service-role.js'
import { startEmbedded } from '../../src/local-postgres/embedded.js'

/** The PostgreSQL server of one test run. */
export interface TestServer {
  /** The folder of the run. What tests put into it is removed with it, and a server in `<name>/data` is ended. */
  folder: string
  /** `data_directory` of the server: how a test knows it by more than its port. */
  cluster: string
  /** The owner's connection to the template. */
  ownerUrl: string
  /** The service role's connection to the template. */
  serviceUrl: string
  template: string
}

declare module 'vitest' {
  interface ProvidedContext {
    server: TestServer
  }
}

const secret = 'the secret of the test run, known to all'

/** Starts one server for the run, migrates once, and makes of that the template each test file gets a copy of. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await ground(), 'fieldwork-test-'))
  await chmod(folder, 0o711)
  const removeServer = watchOver(folder)
  try {
    const { url, cluster } = await startEmbedded({ dataDir: join(folder, 'data'), durable: false })
    const { serviceUrl } = await migrate({ ownerUrl: url, secret })
    const template = databaseOf(url)
    await closeTemplate(url, template)
    project.provide('server', { folder, cluster, ownerUrl: url, serviceUrl, template })
    return removeServer
  } catch (error) {
    await removeServer()
    throw error
  }
}

/** What lies in the folder of a run at its height, several times over. */
const roomBytes = 4 * 1024 ** 3

/**
 * Where a run lies: in memory, where the system keeps a folder there and both have room. A database is three hundred
 * files: to make them on a disk takes ten times as long, and a run makes more than a hundred databases. TMPDIR is heeded.
 */
async function ground(): Promise<string> {
  const inMemory = '/dev/shm'
  const room = await statfs(inMemory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return !process.env.TMPDIR && Math.min(room, process.availableMemory()) > roomBytes ? inMemory : tmpdir()
}

/** A template that does not allow connections is one that can be copied at any moment. */
async function closeTemplate(url: string, template: string): Promise<void> {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const client = new pg.Client({ connectionString: maintenance.href })
  await client.connect()
  await client.query(`alter database ${pg.escapeIdentifier(template)} with is_template true allow_connections false`)
  await client.end()
}

/**
 * A process that ends every server of the run and removes the run's folder as soon as this one lets go of its end of the
 * pipe: at the end of the run, and also when the run is broken off by Ctrl-C or killed.
 */
function watchOver(folder: string): () => Promise<void> {
  const script = `
    cat > /dev/null
    for entrance in "$1"/data/postgres "$1"/*/data/postgres; do
      test -d "$entrance" || continue
      home=$(readlink -f "$entrance")
      server=$(head -n 1 "$home/cluster/postmaster.pid" 2> /dev/null) && kill -QUIT "$server"
      for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        test -e "$home/cluster/postmaster.pid" && sleep 0.1
      done
      rm -rf "$home"
    done
    for place in "$1"/*/; do umount -l "$place" 2> /dev/null; done
    rm -rf "$1"`
  const watch = spawn('/bin/sh', ['-c', script, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  watch.unref()
  return async () => {
    watch.ref()
    const gone = once(watch, 'exit')
    watch.stdin.end()
    await gone
  }
}
