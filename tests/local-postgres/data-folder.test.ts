import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CannotStart } from '../../src/kernel/cannot-start.js'
import { openDataFolder } from '../../src/local-postgres/data-folder.js'
import { keptSecret } from '../../src/ops/kept-secret.js'

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-folder-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('the data folder is made with the folders above it, closed to others', async () => {
  const data = join(await makeFolder(), 'new/data')
  expect(await openDataFolder(data)).toBe(data)
  expect(await modeOf(data)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700)
})

test('a folder that was there keeps its rights', async () => {
  const data = await makeFolder()
  await chmod(data, 0o750)
  await openDataFolder(data)
  expect(await modeOf(data)).toBe(0o750)
})

test('the secret is made once, readable by its owner alone', async () => {
  const data = await makeFolder()
  const secret = await keptSecret(data)
  expect(secret.length).toBe(48)
  expect(await keptSecret(data)).toBe(secret)
  expect(await modeOf(join(data, 'secret'))).toBe(0o600)
})

test('two data folders have two secrets', async () => {
  expect(await keptSecret(await makeFolder())).not.toBe(await keptSecret(await makeFolder()))
})

test('services that start at the same moment share one secret', async () => {
  const data = await makeFolder()
  const secrets = await Promise.all(Array.from({ length: 8 }, () => keptSecret(data)))
  expect(new Set(secrets).size).toBe(1)
  expect(await readdir(data)).toEqual(['secret'])
})

test('a secret that cannot be read is said in one line', async () => {
  const data = await makeFolder()
  await mkdir(join(data, 'secret'))
  await expect(keptSecret(data)).rejects.toThrow(new CannotStart(`${join(data, 'secret')} cannot be read (EISDIR).`))
})

test('a damaged secret is refused and not replaced: what it sealed could never be opened again', async () => {
  const data = await makeFolder()
  await writeFile(join(data, 'secret'), 'torn')
  await expect(keptSecret(data)).rejects.toThrow(
    new CannotStart(`${join(data, 'secret')} is damaged; put back the secret that was in it.`),
  )
})
