import { chmod, mkdtemp, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { migrate } from '../../src/kernel/store/migrate.js'
import { databaseOf } from '../../src/kernel/store/service-role.js'
import { startEmbedded } from '../../src/local-postgres/embedded.js'
import { bareEnvironment, findHome, run } from '../../src/local-postgres/postgres-home.js'
import { runningPostmaster } from '../../src/local-postgres/postmaster.js'
import type { TestDatabase } from './database.js'

/** A PostgreSQL server of one test file, which may do to it what it likes. It is ended with the test run. */
export interface OwnPostgres {
  database: TestDatabase
  /** Ends it at once, as a power cut does: no connection is let go of in good order. Resolves when it is gone. */
  crash(how: 'SIGQUIT' | 'SIGKILL'): Promise<void>
  /** Stops it in its tracks: connections stay open, and nothing answers on them or on new ones, until it is let go on. */
  freeze(): Promise<() => void>
  /** Starts it again where it was, on the same port. Resolves when it takes connections. */
  start(): Promise<void>
}

/** From here on a commit takes a while on its way to the disk: acts under way are likely to be in the midst of it. */
async function slowCommits(url: string): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  await owner.query("alter system set commit_delay = '20000'")
  await owner.query('alter system set commit_siblings = 0')
  await owner.query('select pg_reload_conf()')
  await owner.end()
}

/** @param secret of the service, from which its role's password follows */
export async function ownPostgres(secret: string): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(inject('server').folder, 'faults-'))
  await chmod(folder, 0o711)
  const dataDir = join(folder, 'data')
  const { url, cluster } = await startEmbedded({ dataDir })
  const { serviceUrl } = await migrate({ ownerUrl: url, secret })
  await slowCommits(url)
  const home = await findHome(await realpath(dataDir))
  const pgCtl = (...args: string[]) =>
    run(join(home.binaries, 'bin/pg_ctl'), ['-D', cluster, ...args], {
      ...home.account,
      cwd: '/',
      env: bareEnvironment,
    })
  const { port } = new URL(url)
  return {
    database: { name: databaseOf(url), ownerUrl: url, serviceUrl },
    async crash(how) {
      const postmaster = await runningPostmaster(cluster)
      process.kill(postmaster?.pid as number, how)
      while (await runningPostmaster(cluster)) await pause(10)
    },
    async freeze() {
      const owner = new pg.Client({ connectionString: url })
      await owner.connect()
      const { rows } = await owner.query<{ pid: number }>(
        "select pid from pg_stat_activity where application_name = 'fieldwork'",
      )
      await owner.end()
      const processes = [(await runningPostmaster(cluster))?.pid as number, ...rows.map(({ pid }) => pid)]
      for (const pid of processes) process.kill(pid, 'SIGSTOP')
      return () => {
        for (const pid of processes.splice(0)) process.kill(pid, 'SIGCONT')
      }
    },
    async start() {
      const where = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`
      const started = () =>
        pgCtl('start', '-w', '-l', join(cluster, 'started-again.log'), '-o', where).then(
          () => true,
          () => false,
        )
      // A killed server leaves its memory to sessions that have yet to notice; until then no other one starts.
      for (let tries = 1; !(await started()); tries += 1) {
        if (tries === 50) throw new Error('PostgreSQL did not start again')
        await pause(100)
      }
    },
  }
}
