import { expect, test } from 'vitest'
import { serviceLog } from '../../src/http/log.js'
import { Database } from '../../src/kernel/store/database.js'
import { write } from '../../src/kernel/store/work.js'
import { testDatabase } from '../support/database.js'

const place = await testDatabase()
const secret = 'the secret of the test run, known to all'

function listen() {
  const lines: string[] = []
  return { lines, log: serviceLog('info', { write: (line: string) => void lines.push(line) }) }
}

test('a failed statement is logged by its code and place, without the values it was sent with', async () => {
  const database = await new Database({ url: place.serviceUrl, poolSize: 1, secret, rows: [] }).open()
  const confidential = 'a finding for the team alone'
  const error = await write(database, null, 'test', (tx) => tx.query('select $1::uuid', [confidential])).catch((e) => e)
  await database.close()
  // What there was to tell: the error itself says it.
  expect(error.message).toContain(confidential)
  const { lines, log } = listen()
  log.error({ err: error, requestId: 'r1' }, 'fault')
  const said = JSON.parse(lines[0] as string)
  expect(said).toMatchObject({
    level: 50,
    msg: 'fault',
    requestId: 'r1',
    err: { type: 'error', code: '22P02' },
  })
  expect(said.err.stack.join()).toContain('work.js')
  expect(lines[0]).not.toContain('finding')
})

test('another error keeps its message', () => {
  const { lines, log } = listen()
  log.error({ err: Object.assign(new Error('the mail service is away'), { code: 'EPIPE' }) }, 'fault')
  expect(JSON.parse(lines[0] as string).err).toMatchObject({ message: 'the mail service is away', code: 'EPIPE' })
})
