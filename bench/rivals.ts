import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './place.js'

const folder = join(root, 'bench')

/** The Node that comes with the rivals: PostGraphile wants 22, and all contestants run on the same one. */
export const node22 = join(folder, 'node_modules/node/bin/node')

/** Installs what the service is measured against, when it is not there yet or another version of it is. */
export async function installRivals(): Promise<void> {
  const wanted = await readFile(join(folder, 'package-lock.json'), 'utf8')
  const mark = join(folder, 'node_modules/.installed')
  if ((await readFile(mark, 'utf8').catch(() => '')) === wanted) return
  console.log('Installing the rivals into bench/node_modules ...')
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' })
  const [code] = await once(npm, 'exit')
  if (code !== 0) throw new Error('The rivals could not be installed: npm ci in bench/ says why.')
  await writeFile(mark, wanted)
}
