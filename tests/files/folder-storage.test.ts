import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'
import { FileMissing } from '../../src/kernel/files/storage.js'
import { contentOf, everythingIn, incomingFile, newFolder, newKey, putContent } from '../support/file-storages.js'

const modeOf = async (path: string) => (await lstat(path)).mode & 0o777

it('lets the service alone into its folders and files', async () => {
  const folder = join(await newFolder(), 'files')
  const storage = new FolderStorage(folder)
  await storage.check()
  const key = await putContent(storage, randomBytes(10))
  expect(await modeOf(join(folder, key))).toBe(0o600)
  for (let path = dirname(join(folder, key)); path !== dirname(folder); path = dirname(path)) {
    expect(await modeOf(path)).toBe(0o700)
  }
  expect(await modeOf(storage.incoming)).toBe(0o700)
})

it('follows no symbolic link, neither to a file nor through a folder, and writes nothing where it leads', async () => {
  const [folder, outside] = [await newFolder(), await newFolder()]
  const storage = new FolderStorage(folder)
  await writeFile(join(outside, 'cd'), 'what is none of its business')
  await mkdir(join(folder, 'aa'))
  await symlink(join(outside, 'cd'), join(folder, 'aa', 'cd'))
  await symlink(outside, join(folder, 'bb'))
  for (const key of ['aa/cd', 'bb/cd']) {
    await expect(storage.read(key)).rejects.toBeInstanceOf(FileMissing)
    expect(await storage.size(key)).toBeNull()
  }
  await expect(putContent(storage, randomBytes(5), 'bb/ee/ff')).rejects.toThrow('is no folder')
  await storage.remove('bb/cd')
  const path = join(storage.incoming, 'linked')
  await symlink(join(outside, 'cd'), path)
  await expect(storage.put(newKey(), path, 28)).rejects.toMatchObject({ code: 'ELOOP' })
  expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
  expect(await readdir(outside)).toEqual(['cd'])
  expect(await readFile(join(outside, 'cd'), 'utf8')).toBe('what is none of its business')
})

it('leaves what lies in its folder under other names: it is neither listed nor removed', async () => {
  const folder = await newFolder()
  const storage = new FolderStorage(folder)
  await writeFile(join(folder, 'README.txt'), 'by the operator')
  await mkdir(join(folder, 'lost+found'))
  const key = await putContent(storage, randomBytes(5))
  expect(await everythingIn(storage)).toEqual({ keys: [key], incoming: [] })
  await storage.remove(key)
  expect((await readdir(folder)).sort()).toEqual(['README.txt', 'incoming', 'lost+found'])
})

it('removes the folder named by the digest with its last file, and keeps it before', async () => {
  const folder = await newFolder()
  const storage = new FolderStorage(folder)
  const [digest, other] = [newKey().slice(0, -37), newKey()]
  const keys = [
    await putContent(storage, randomBytes(5), `${digest}/a1`),
    await putContent(storage, randomBytes(5), `${digest}/a2`),
  ]
  await putContent(storage, randomBytes(5), other)
  await storage.remove(keys[0] as string)
  expect(await everythingIn(storage)).toEqual({ keys: [keys[1], other].sort(), incoming: [] })
  await storage.remove(keys[1] as string)
  expect((await readdir(folder)).sort()).toEqual([other.slice(0, 36), 'incoming'].sort())
})

it('puts a file while the folder it belongs in is removed with another', async () => {
  const storage = new FolderStorage(await newFolder())
  for (let round = 0; round < 30; round++) {
    const first = await putContent(storage, Buffer.from('first'), 'aa/bb/c1')
    const path = await incomingFile(storage, Buffer.from('second'))
    await Promise.all([storage.remove(first), storage.put('aa/bb/c2', path, 6)])
    expect((await contentOf(storage, 'aa/bb/c2')).toString()).toBe('second')
    await storage.remove('aa/bb/c2')
  }
})

it('says with the code of the system that a folder cannot be written', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'file'), '')
  await expect(new FolderStorage(join(folder, 'file')).check()).rejects.toMatchObject({ code: 'ENOTDIR' })
  const storage = new FolderStorage(join(folder, 'files'))
  const key = await putContent(storage, randomBytes(3))
  await rename(join(folder, 'files'), join(folder, 'away'))
  await expect(storage.read(key)).rejects.toBeInstanceOf(FileMissing)
})
