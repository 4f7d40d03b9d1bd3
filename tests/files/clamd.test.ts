import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ClamdScanner, ScannerFailed } from '../../src/kernel/files/clamd.js'
import { type ClamdBehaviour, clamdServer, eicar } from '../support/clamd-server.js'

const megabyte = 1024 * 1024

async function scannerOf(behaviour: ClamdBehaviour = {}, timeoutMs = 5_000) {
  const server = await clamdServer(behaviour)
  return { server, scanner: new ClamdScanner({ host: '127.0.0.1', port: server.port, timeoutMs }) }
}

const streamOf = (...pieces: Uint8Array[]) => Readable.from(pieces)
const clean = { isInfected: false, signature: null }
const infected = { isInfected: true, signature: 'Eicar-Test-Signature' }

it('tells a clean file from an infected one, and what was found', async () => {
  const { server, scanner } = await scannerOf()
  expect(await scanner.scan(streamOf(Buffer.from('a list of users')))).toEqual(clean)
  expect(await scanner.scan(streamOf(Buffer.from(`before ${eicar} behind`)))).toEqual(infected)
  expect(server.scanned.map(String)).toEqual(['a list of users', `before ${eicar} behind`])
})

it('sends every byte in order, in whatever pieces they come, and an empty file too', async () => {
  const { server, scanner } = await scannerOf()
  const content = randomBytes(3 * megabyte)
  const pieces = [content.subarray(0, 1), Buffer.alloc(0), content.subarray(1, 70_000), content.subarray(70_000)]
  expect(await scanner.scan(streamOf(...pieces))).toEqual(clean)
  expect(server.scanned[0]?.equals(content)).toBe(true)
  const halves = [Buffer.from(eicar.slice(0, 30)), Buffer.from(eicar.slice(30))]
  expect(await scanner.scan(streamOf(randomBytes(2 * megabyte), ...halves))).toEqual(infected)
  expect(await scanner.scan(streamOf())).toEqual(clean)
  expect(server.scanned.map(({ length }) => length)).toEqual([content.length, 2 * megabyte + eicar.length, 0])
})

it('scans several files at once', async () => {
  const { server, scanner } = await scannerOf()
  const files = Array.from({ length: 20 }, (_, at) => Buffer.from(at % 2 === 0 ? `clean ${at}` : `${eicar} ${at}`))
  const results = await Promise.all(files.map((file) => scanner.scan(streamOf(file))))
  expect(results.map(({ isInfected }) => isInfected)).toEqual(files.map((_, at) => at % 2 === 1))
  await wait(50)
  expect(await server.connections()).toBe(0)
})

it('reads a file no faster than the scanner takes it', async () => {
  const { scanner } = await scannerOf({ pauseMs: 300, bytesMax: 1024 * megabyte })
  let given = 0
  const source = Readable.from(
    (function* () {
      for (; given < 64 * megabyte; given += megabyte) yield Buffer.alloc(megabyte)
    })(),
  )
  const scanning = scanner.scan(source)
  await wait(200)
  expect(given).toBeLessThan(16 * megabyte)
  expect(await scanning).toEqual(clean)
})

it('never calls a file clean where the scanner gave no result: it says why, by a code, and lets go of the file', async () => {
  const cases: [string, ClamdBehaviour, string, string][] = [
    ['answers an error', { says: 'stream: Can’t allocate memory ERROR' }, 'SCANNER_FAILED', 'allocate memory ERROR'],
    ['finds the file too long', { bytesMax: 1000 }, 'SCANNER_FAILED', 'size limit exceeded'],
    [
      'stops at a limit of its own',
      { says: 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND' },
      'SCANNER_FAILED',
      'did not look through the whole file (Heuristics.Limits.Exceeded.MaxFileSize)',
    ],
    ['answers in time-outs', { says: 'COMMAND READ TIMED OUT' }, 'SCANNER_FAILED', 'COMMAND READ TIMED OUT'],
    ['answers something else', { says: 'stream: OK but' }, 'SCANNER_FAILED', 'OK but'],
    ['answers of another file', { says: '/tmp/x: OK' }, 'SCANNER_FAILED', '/tmp/x: OK'],
    ['answers nothing', { says: '' }, 'ECONNRESET', 'closed the connection'],
    ['hangs up', { hangsUp: true }, 'ECONNRESET', ''],
    ['is silent', { says: null }, 'ETIMEDOUT', 'silent for 300 ms'],
  ]
  for (const [name, behaviour, code, reason] of cases) {
    const { server, scanner } = await scannerOf(behaviour, 300)
    const source = streamOf(randomBytes(2000), randomBytes(2000))
    const error = await scanner.scan(source).then(
      (result) => result,
      (error) => error,
    )
    expect([name, error.name, error.code]).toEqual([name, 'ScannerFailed', code])
    expect(error.message).toContain(reason.replace('’', String.fromCharCode(0xe2, 0x80, 0x99)))
    expect(source.destroyed).toBe(true)
    await server.close()
  }
})

it('does not take an answer for a result that comes before the whole file was sent', async () => {
  const { scanner } = await scannerOf({ saysAtOnce: 'stream: OK' })
  const slow = new Readable({ read: () => undefined })
  slow.push(randomBytes(1000))
  await expect(scanner.scan(slow)).rejects.toBeInstanceOf(ScannerFailed)
  expect(slow.destroyed).toBe(true)
})

it('says that the scanner is away, for a file and when it is checked', async () => {
  const { server, scanner } = await scannerOf()
  await scanner.check()
  await server.close()
  await expect(scanner.scan(streamOf(Buffer.from('x')))).rejects.toMatchObject({
    name: 'ScannerFailed',
    code: 'ECONNREFUSED',
  })
  await expect(scanner.check()).rejects.toMatchObject({ name: 'ScannerFailed', code: 'ECONNREFUSED' })
  const other = await scannerOf({ says: 'what?' })
  await expect(other.scanner.check()).rejects.toThrow('it answered “what?” to PING.')
})

it('says that the file could not be read, and not that the scanner failed', async () => {
  const { server, scanner } = await scannerOf()
  const failing = new Readable({ read: () => undefined })
  failing.push(randomBytes(1000))
  const scanning = scanner.scan(failing)
  setTimeout(() => failing.destroy(new Error('The disk is broken.')), 30)
  await expect(scanning).rejects.toThrow('The disk is broken.')
  const leaving = new Readable({ read: () => undefined })
  const left = scanner.scan(leaving)
  setTimeout(() => leaving.destroy(), 30)
  await expect(left).rejects.toBeInstanceOf(Error)
  await wait(50)
  expect(server.scanned).toEqual([])
  expect(await server.connections()).toBe(0)
})

it('breaks off the one file for which no result is waited for any more, and goes on with others', async () => {
  const { server, scanner } = await scannerOf({ pauseMs: 300 })
  const gaveUp = new AbortController()
  const source = streamOf(Buffer.from('given up'))
  const [left, other] = [scanner.scan(source, gaveUp.signal), scanner.scan(streamOf(Buffer.from('waited for')))]
  setTimeout(() => gaveUp.abort(), 50)
  await expect(left).rejects.toMatchObject({ name: 'ScannerFailed', code: 'ABORT_ERR' })
  expect(source.destroyed).toBe(true)
  expect(await other).toEqual(clean)
  await expect(scanner.scan(streamOf(Buffer.from('x')), gaveUp.signal)).rejects.toMatchObject({ code: 'ABORT_ERR' })
  await wait(50)
  expect(await server.connections()).toBe(0)
})

it('breaks off what is being scanned when it is closed', async () => {
  const { server, scanner } = await scannerOf({ says: null })
  const scanning = scanner.scan(streamOf(Buffer.from('x')))
  setTimeout(() => scanner.close(), 50)
  await expect(scanning).rejects.toThrow('it was broken off')
  await wait(50)
  expect(await server.connections()).toBe(0)
})
