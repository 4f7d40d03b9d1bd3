import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { Readable } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { outageOf } from '../../src/kernel/driver/outages.js'
import { encryptedSize } from '../../src/kernel/files/encryption.js'
import { checkStoredFile, openFile } from '../../src/kernel/files/open.js'
import { receiveFile } from '../../src/kernel/files/receive.js'
import { type S3Settings, S3Storage } from '../../src/kernel/files/s3-storage.js'
import { contentOf, everythingIn, incomingFile, newKey, putContent, readThrough } from '../support/file-storages.js'
import { bucketStorage, s3Server } from '../support/s3-server.js'

const megabyte = 1024 * 1024
const chunk = 64 * 1024

/** A storage until the test is done. */
function storageBy(settings: S3Settings): S3Storage {
  const storage = new S3Storage(settings)
  onTestFinished(() => storage.close())
  return storage
}

async function startedServer() {
  const server = await s3Server()
  onTestFinished(() => server.close())
  return server
}

/** Stands before the server, sees each request, and may answer it in the server's stead. */
async function before(endpoint: string, answer: (request: IncomingMessage, response: ServerResponse) => boolean) {
  const { port } = new URL(endpoint)
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (answer(request, response)) return request.resume()
    const onward = connect(Number(port), '127.0.0.1')
    onward.write(`${request.method} ${request.url} HTTP/1.1\r\n`)
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2)
      onward.write(`${name}: ${name.toLowerCase() === 'connection' ? 'close' : value}\r\n`)
    }
    onward.write('\r\n')
    request.pipe(onward, { end: false })
    response.socket?.setNoDelay(true)
    onward.pipe(response.socket as NodeJS.WritableStream)
    onward.on('error', () => response.socket?.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { seen, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it('puts a file of more than 8 MiB in parts, and reads it as it was, whole and in ranges', async () => {
  const server = await startedServer()
  const { seen, endpoint } = await before(server.settings.endpoint as string, () => false)
  const storage = storageBy({ ...server.settings, endpoint })
  const content = randomBytes(20 * megabyte + 5)
  const received = await receiveFile(Readable.from([content]), storage, { bytesMax: content.length })
  const key = newKey()
  await storage.put(key, received.path, encryptedSize(content.length))
  const parts = seen.filter((one) => /^PUT .*partNumber=/.test(one)).map((one) => /partNumber=(\d+)/.exec(one)?.[1])
  expect(parts.sort()).toEqual(['1', '2', '3'])
  await checkStoredFile(storage, key, received.dataKey, received)
  const ranges = [
    [0, 5],
    [chunk - 1, chunk],
    [8 * megabyte - 1, 8 * megabyte + 1],
    [content.length - 3, content.length - 1],
  ] as const
  for (const [start, end] of ranges) {
    const { bytes } = await readThrough(await openFile(storage, key, received.dataKey, content.length, { start, end }))
    expect(bytes.equals(content.subarray(start, end + 1))).toBe(true)
  }
  expect(await everythingIn(storage)).toEqual({ keys: [key], incoming: [] })
})

it('puts 8 MiB at once and one byte more in two parts', async () => {
  const storage = await bucketStorage()
  for (const bytes of [8 * megabyte, 8 * megabyte + 1]) {
    const content = randomBytes(bytes)
    const key = await putContent(storage, content)
    expect((await contentOf(storage, key)).equals(content)).toBe(true)
  }
})

it('aborts an upload of which a part fails, and leaves nothing', async () => {
  const server = await startedServer()
  const { seen, endpoint } = await before(server.settings.endpoint as string, ({ url }, response) => {
    if (!url?.includes('partNumber=2')) return false
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
    return true
  })
  const storage = storageBy({ ...server.settings, endpoint })
  await expect(putContent(storage, randomBytes(30 * megabyte))).rejects.toMatchObject({ name: 'AccessDenied' })
  expect(seen.filter((one) => /^DELETE .*uploadId=/.test(one))).toHaveLength(1)
  expect(seen.some((one) => /^POST .*uploadId=/.test(one))).toBe(false)
  expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
  expect(await server.objects()).toEqual([])
})

it('finds that the server has kept another length, refuses the file and leaves nothing', async () => {
  const server = await startedServer()
  let kept = 0
  // A server that does not know the form in which a checksum is sent keeps it with the content: 46 bytes for 5.
  const { seen, endpoint } = await before(server.settings.endpoint as string, ({ method }, response) => {
    if (method === 'PUT') kept++
    if (method !== 'HEAD' || kept === 0) return false
    response.writeHead(200, { 'content-length': '46' }).end()
    return true
  })
  const storage = storageBy({ ...server.settings, endpoint })
  await expect(putContent(storage, Buffer.from('12345'))).rejects.toThrow('has 46 bytes instead of 5')
  expect(seen.map((one) => one.split(' ')[0])).toEqual(['HEAD', 'PUT', 'HEAD', 'DELETE'])
  expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
  expect(await server.objects()).toEqual([])
})

it('finds by its check that the server gives other content than it was given, and leaves nothing', async () => {
  const server = await startedServer()
  const { endpoint } = await before(server.settings.endpoint as string, ({ method }, response) => {
    if (method !== 'GET') return false
    response.end('other')
    return true
  })
  await expect(storageBy({ ...server.settings, endpoint }).check()).rejects.toThrow('is not what is read there')
  expect(await server.objects()).toEqual([])
})

it('sends checksums as well, with each part and each file, where it is set so', async () => {
  const storage = await bucketStorage({ checksums: 'WHEN_SUPPORTED' })
  await storage.check()
  for (const content of [Buffer.alloc(0), randomBytes(5), randomBytes(9 * megabyte)]) {
    const key = await putContent(storage, content)
    expect((await contentOf(storage, key)).equals(content)).toBe(true)
  }
})

it('leaves what lies in the bucket beside its prefix: it is neither listed nor removed', async () => {
  const server = await startedServer()
  const ours = storageBy({ ...server.settings, prefix: 'ours' })
  const others = storageBy({ ...server.settings, prefix: 'ours/others' })
  const whole = storageBy(server.settings)
  const key = await putContent(ours, randomBytes(5))
  const other = await putContent(others, randomBytes(5))
  const bare = await putContent(whole, randomBytes(5))
  expect(await everythingIn(ours)).toEqual({ keys: [key], incoming: [] })
  expect(await everythingIn(others)).toEqual({ keys: [other], incoming: [] })
  expect(await everythingIn(whole)).toEqual({ keys: [bare], incoming: [] })
  await ours.remove(bare)
  expect(await whole.size(bare)).toBe(5)
})

it('lists all pages', async () => {
  const server = await startedServer()
  const keys = [newKey(), newKey(), newKey()].sort()
  const object = (name: string) =>
    `<Contents><Key>${name}</Key><Size>7</Size><LastModified>2026-01-31T12:00:00.000Z</LastModified></Contents>`
  const pages = [
    `<IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>
     ${object(`${keys[0]}`)}${object(`${keys[1]}`)}`,
    `<IsTruncated>false</IsTruncated>${object(`${keys[2]}`)}${object('backup.tar')}`,
  ]
  // The server of the tests fails to begin a second page; these answers have the form of Amazon's.
  const { seen, endpoint } = await before(server.settings.endpoint as string, ({ url = '' }, response) => {
    const page = pages[url.includes('continuation-token=next') ? 1 : 0]
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><ListBucketResult>${page}</ListBucketResult>`)
    return true
  })
  const storage = storageBy({ ...server.settings, endpoint })
  const found: unknown[] = []
  for await (const file of storage.list()) found.push(file)
  expect(found).toEqual(keys.map((key) => ({ key, bytes: 7, putAt: new Date('2026-01-31T12:00:00Z') })))
  expect(seen).toHaveLength(2)
})

it('aborts the uploads that were begun long ago, ours alone, on all pages, and no young one', async () => {
  const server = await startedServer()
  const [old, older, young] = [newKey(), newKey(), newKey()]
  const upload = (name: string, id: string, begun: Date) =>
    `<Upload><Key>${name}</Key><UploadId>${id}</UploadId><Initiated>${begun.toISOString()}</Initiated></Upload>`
  const [then, now] = [new Date(Date.now() - 7_200_000), new Date()]
  const pages = [
    `<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>
     ${upload(`files/${old}`, 'a', then)}${upload(`files/${young}`, 'b', now)}`,
    `<IsTruncated>false</IsTruncated>${upload(`files/${older}`, 'c', then)}${upload('files/backup.tar', 'd', then)}`,
  ]
  // The server of the tests lists no uploads; these answers have the form of Amazon's.
  const { seen, endpoint } = await before(server.settings.endpoint as string, ({ method, url = '' }, response) => {
    if (method === 'DELETE') response.writeHead(204).end()
    else if (/[?&]uploads/.test(url)) {
      response.writeHead(200, { 'content-type': 'application/xml' })
      const page = pages[url.includes('key-marker=k') ? 1 : 0]
      response.end(`<?xml version="1.0"?><ListMultipartUploadsResult>${page}</ListMultipartUploadsResult>`)
    } else return false
    return true
  })
  const storage = storageBy({ ...server.settings, endpoint, prefix: 'files' })
  expect(await storage.removeAbandoned(3_600_000)).toBe(2)
  const aborted = seen.filter((one) => one.startsWith('DELETE')).map((one) => one.replace(/^DELETE |\?.*$/g, ''))
  expect(aborted.sort()).toEqual([`/files/files/${old}`, `/files/files/${older}`].sort())
})

it('does not take a server that fails for one that lists no uploads', async () => {
  const server = await startedServer()
  const { endpoint } = await before(server.settings.endpoint as string, ({ url = '' }, response) => {
    if (!/[?&]uploads/.test(url)) return false
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
    return true
  })
  const storage = storageBy({ ...server.settings, endpoint })
  await expect(storage.removeAbandoned(0)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('says of a server that is away, silent or too busy that it cannot serve now, and leaves nothing', async () => {
  const server = await startedServer()
  const silent = createTcpServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const busy = await before(server.settings.endpoint as string, (_, response) => {
    response.writeHead(503, { 'content-type': 'application/xml' })
    response.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>')
    return true
  })
  const ways = {
    away: 'http://127.0.0.1:1',
    silent: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    busy: busy.endpoint,
  }
  for (const [way, endpoint] of Object.entries(ways)) {
    const storage = storageBy({ ...server.settings, endpoint, timeoutMs: 200 })
    const key = newKey()
    const path = await incomingFile(storage, randomBytes(10))
    const acts = [() => storage.put(key, path, 10), () => storage.read(key), () => storage.check()]
    for (const act of acts) {
      const error = await act().then(
        () => null,
        (error) => error,
      )
      expect([way, outageOf(error)?.code]).toEqual([way, 'UNAVAILABLE'])
      expect(error.message).not.toContain(server.settings.secretAccessKey)
    }
  }
  // Three attempts each, and no more: put asks first whether the key is taken; check removes what it has tried.
  expect(busy.seen.length).toBe(4 * 3)
  expect(await server.objects()).toEqual([])
}, 60_000)

it('says of a server that falls silent or away in the midst of a file that it cannot serve now', async () => {
  const server = await startedServer()
  const key = await putContent(storageBy(server.settings), randomBytes(300_000))
  for (const goesAway of [true, false]) {
    const { endpoint } = await before(server.settings.endpoint as string, ({ method }, response) => {
      if (method !== 'GET') return false
      response.writeHead(200, { 'content-length': '300000' })
      response.write(randomBytes(1000))
      if (goesAway) setTimeout(() => response.socket?.destroy(), 50)
      return true
    })
    const storage = storageBy({ ...server.settings, endpoint, timeoutMs: 300 })
    const { error } = await readThrough(await storage.read(key))
    expect(outageOf(error)?.code).toBe('UNAVAILABLE')
  }
})

it('says why the bucket cannot be used, and tells no secret', async () => {
  const server = await startedServer()
  const keys = { accessKeyId: 'UNKNOWN', secretAccessKey: 'a secret of the operator' }
  const wrong = (settings: Partial<S3Settings>) => storageBy({ ...server.settings, ...settings }).check()
  await expect(wrong({ bucket: 'other' })).rejects.toThrow('The bucket other cannot be written and read: NoSuchBucket')
  await expect(wrong(keys)).rejects.toThrow('The bucket files cannot be written and read: InvalidAccessKeyId')
  await expect(wrong(keys)).rejects.not.toThrow(keys.secretAccessKey)
  expect(await server.objects()).toEqual([])
})
