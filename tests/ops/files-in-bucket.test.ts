import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.js'
import { serviceLog } from '../../src/http/log.js'
import { CannotStart } from '../../src/kernel/cannot-start.js'
import { openService } from '../../src/service.js'
import { auditFirm, signedIn } from '../support/audit-firm.js'
import { bringsOverHttp, getsOverHttp } from '../support/brought-over-http.js'
import { testDatabase } from '../support/database.js'
import { s3Server } from '../support/s3-server.js'
import { dataFolder, freePort, run, start } from '../support/service-process.js'

const place = await testDatabase()
const server = await s3Server()
afterAll(() => server.close())
const port = await freePort()
const { bucket, endpoint = '', accessKeyId = '', secretAccessKey = '' } = server.settings
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_SECRET: randomBytes(32).toString('hex'),
  FIELDWORK_DATA_DIR: await dataFolder(),
  FIELDWORK_S3_BUCKET: bucket,
  FIELDWORK_S3_ENDPOINT: endpoint,
  FIELDWORK_S3_PREFIX: 'fieldwork/',
  FIELDWORK_S3_ACCESS_KEY_ID: accessKeyId,
  FIELDWORK_S3_SECRET_ACCESS_KEY: secretAccessKey,
  PORT: String(port),
}
/** Amazon’s client warns of versions of Node. */
const quiet = { node: ['--no-warnings'] }
const verified = async () => {
  const { code, printed, complained } = await run('ops/verify-evidence', settings, quiet).ended
  return { code, printed, complained }
}

test('the service keeps files in a bucket: what was brought is got again, and the command finds it there, and finds it gone', {
  timeout: 180_000,
}, async () => {
  const { engagementId } = await auditFirm(settings)
  const service = start(settings)
  await service.ready
  const { staff } = await signedIn(`http://127.0.0.1:${port}`, 'staff')
  const before = await server.objects()
  const content = randomBytes(9 * 1024 * 1024)
  const { id, sha256 } = await bringsOverHttp(staff, engagementId, { name: 'seen.bin', content })
  expect((await getsOverHttp(staff, id)).body.equals(content)).toBe(true)
  const added = (await server.objects()).filter((name) => !before.includes(name))
  expect(added).toHaveLength(1)
  expect(added[0]).toMatch(new RegExp(`^fieldwork/[0-9a-f-]+/${sha256}/[0-9a-f-]+\\._S3rver_object$`))

  // On its way it lay in a folder that is the service's alone.
  const incoming = join(settings.FIELDWORK_DATA_DIR, 'incoming')
  expect((await stat(incoming)).mode & 0o777).toBe(0o700)
  expect(await readdir(incoming)).toEqual([])

  expect(await verified()).toEqual({ code: 0, printed: 'Everything agrees.\n', complained: '' })
  await server.lose(added[0] as string)
  const { code, complained } = await verified()
  expect(code).toBe(1)
  expect(complained).toMatch(new RegExp(`^firm \\S+, evidence ${id}, key \\S+: the file is missing\\.\\n$`))
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})

/** Why the service does not start. */
async function reason(changes: Record<string, string>): Promise<string> {
  const log = serviceLog('silent', { write: () => undefined })
  const opened = await openService(readConfig({ ...settings, ...changes }), log).catch((error: Error) => error)
  if (opened instanceof CannotStart) return opened.message
  if (!(opened instanceof Error)) await opened.stop()
  throw opened instanceof Error ? opened : new Error('It started.')
}

test('a bucket that cannot be used stops the start with the reason, on one line and without secrets', {
  timeout: 60_000,
}, async () => {
  const before = await server.objects()
  const begin = (name: string) =>
    `The bucket of FIELDWORK_S3_BUCKET cannot be used for files: The bucket ${name} cannot be written and read: `
  const missing = await reason({ FIELDWORK_S3_BUCKET: 'not-there' })
  expect(missing).toMatch(new RegExp(`^${begin('not-there')}NoSuchBucket: [^\\n]+$`))

  const wrong = 'a-wrong-secret-of-the-bucket'
  const refused = await reason({ FIELDWORK_S3_ACCESS_KEY_ID: 'UNKNOWN', FIELDWORK_S3_SECRET_ACCESS_KEY: wrong })
  expect(refused).toMatch(new RegExp(`^${begin(bucket)}InvalidAccessKeyId: [^\\n]+$`))
  expect(refused).not.toContain(wrong)

  // As a policy of the bucket refuses.
  const denying = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Access\nDenied</Message></Error>')
  }).listen(0, '127.0.0.1')
  await once(denying, 'listening')
  const address = `http://127.0.0.1:${(denying.address() as AddressInfo).port}`
  expect(await reason({ FIELDWORK_S3_ENDPOINT: address })).toBe(`${begin(bucket)}AccessDenied: Access Denied.`)
  denying.close()
  denying.closeAllConnections()
  await once(denying, 'close')
  expect(await reason({ FIELDWORK_S3_ENDPOINT: address })).toContain('ECONNREFUSED')
  expect(await server.objects()).toEqual(before)
})

test('a folder that cannot be used stops the start with the reason', { timeout: 30_000 }, async () => {
  const { FIELDWORK_S3_BUCKET: _, FIELDWORK_S3_ENDPOINT: __, FIELDWORK_S3_PREFIX: ___, ...inFolder } = settings
  const folder = '/dev/null/files'
  const log = serviceLog('silent', { write: () => undefined })
  await expect(openService(readConfig({ ...inFolder, FIELDWORK_FILES_DIR: folder }), log)).rejects.toThrow(
    `The folder ${folder} cannot be used for files: ENOTDIR: not a directory, mkdir '/dev/null/files/incoming'.`,
  )
})
