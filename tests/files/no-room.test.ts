import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { newFolder } from '../support/file-storages.js'

const run = promisify(execFile)
const files = resolve(import.meta.dirname, '../../src/kernel/files')

// The system lets this process write no file longer than 200 kB, as a quota or a full disk would.
const script = `
  import { Readable } from 'node:stream'
  import { FolderStorage } from '${files}/folder-storage.js'
  import { receiveFile } from '${files}/receive.js'
  const storage = new FolderStorage(process.argv[1])
  const receive = (bytes) =>
    receiveFile(Readable.from([Buffer.alloc(bytes)]), storage, { bytesMax: bytes }).then(({ bytes }) => bytes, ({ code }) => code)
  console.log(JSON.stringify([await receive(50_000), await receive(300_000)]))`

it('says with the code of the system that there is no room for a file, and leaves no part of it', async () => {
  const folder = await newFolder()
  const limited = 'ulimit -f 200; exec "$0" --input-type=module -e "$1" "$2"'
  const { stdout } = await run('/bin/sh', ['-c', limited, process.execPath, script, folder])
  expect(JSON.parse(stdout)).toEqual([50_000, 'EFBIG'])
  expect(await readdir(join(folder, 'incoming'))).toHaveLength(1)
})
