import pg from 'pg'
import { afterAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.js'
import { serviceLog } from '../../src/http/log.js'
import { openService } from '../../src/service.js'
import { testDatabase } from '../support/database.js'
import { filesFolder } from '../support/service-process.js'

const place = await testDatabase()
const owner = new pg.Client({ connectionString: place.ownerUrl, options: '-c search_path=fieldwork' })
await owner.connect()
afterAll(() => owner.end())

test('a service that starts replaces a signing key that is too old, and tells each firm that was there', async () => {
  const firm = '01950000-0000-7000-8000-000000000001'
  const config = readConfig({
    DATABASE_URL: place.ownerUrl,
    FIELDWORK_SECRET: 'the secret of the test run, known to all',
    FIELDWORK_FILES_DIR: filesFolder(),
  })
  const open = () => openService(config, serviceLog('silent', { write: () => true }))
  const keys = async () => (await owner.query('select id, retired_at from signing_key order by created_at')).rows
  await (await open()).stop()
  await owner.query("update signing_key set created_at = now() - interval '31 days'")
  await owner.query(
    "insert into firm (firm_id, id, name, city, created_at) values ($1, $1, 'F', 'C', now() - interval '90 days')",
    [firm],
  )
  const [old] = await keys()
  const service = await open()
  const actions = async () =>
    (await owner.query('select action from trail_entry where chain_id = $1 order by action', [firm])).rows
  await vi.waitFor(
    async () => expect(await actions()).toEqual([{ action: 'rotateCheckpointKey' }, { action: 'rotateSigningKey' }]),
    { timeout: 10_000 },
  )
  await service.stop()
  expect(await keys()).toEqual([
    { id: old.id, retired_at: expect.any(Date) },
    { id: expect.any(String), retired_at: null },
  ])
})
