import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, inject } from 'vitest'

const run = promisify(execFile)
const sizeBytes = 200 * 1024 * 1024

/** A file system of its own that can be filled without harm to other processes. */
export interface SmallDisk {
  folder: string
  /** Takes all room but so much. */
  fill(leaveBytes: number): Promise<void>
  /** Gives back what `fill` took. */
  empty(): Promise<void>
  /** How many bytes are free. */
  room(): Promise<number>
}

/**
 * Makes one in memory, which takes root's rights: one's own, or those of `sudo` without a password. Where neither is to be
 * had, FIELDWORK_SMALL_DISK names an empty folder on a file system of 150 MB to 1 GB that holds nothing else.
 * @throws Error where none of this is to be had: what happens on a full disk was not tested then
 */
export async function smallDisk(): Promise<SmallDisk> {
  const folder = process.env.FIELDWORK_SMALL_DISK ?? (await mounted())
  const ballast = join(folder, 'ballast')
  const { bsize, blocks } = await statfs(folder)
  if (bsize * blocks > 1024 ** 3) throw new Error(`${folder} lies on a file system too large to be filled.`)
  const room = async () => (await statfs(folder)).bavail * bsize
  return {
    folder,
    async fill(leaveBytes) {
      await rm(ballast, { force: true })
      await writeFile(ballast, Buffer.alloc(Math.max((await room()) - leaveBytes, 0)))
    },
    empty: () => rm(ballast, { force: true }),
    room,
  }
}

async function mounted(): Promise<string> {
  const folder = await mkdtemp(join(inject('server').folder, 'disk-'))
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const asRoot = (...command: string[]) => (uid === 0 ? run('env', command) : run('sudo', ['-n', ...command]))
  const options = `size=${sizeBytes},mode=0711,uid=${uid},gid=${gid}`
  await asRoot('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder).catch((error: Error) => {
    throw new Error(
      `A small file system could not be made: ${error.message}. Run the long tests as root or where sudo asks for no password, or set FIELDWORK_SMALL_DISK (tests/support/small-disk.ts).`,
    )
  })
  // The way to it is open to PostgreSQL's own user where the tests run as root.
  await chmod(folder, 0o711)
  afterAll(async () => {
    await asRoot('umount', '-l', folder)
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}
