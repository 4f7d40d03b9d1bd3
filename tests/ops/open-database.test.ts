import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/ops/open-database.js'

test('an embedded database made by other migrations is refused, with the folder to remove', {
  timeout: 60_000,
}, async () => {
  const dataDir = join(await mkdtemp(join(tmpdir(), 'fieldwork-older-')), 'data')
  onTestFinished(() => rm(join(dataDir, '..'), { recursive: true }))
  const settings = { databaseUrl: null, databaseServiceUrl: null, planMode: 'auto' as const, dataDir, secret: null }
  const older = await openDatabase(settings)
  const owner = new pg.Client({ connectionString: older.ownerUrl })
  await owner.connect()
  await owner.query("update fieldwork.migration set sha256 = 'another' where name = '0001_ground.sql'")
  await owner.end()
  await older.close()
  await expect(openDatabase(settings)).rejects.toThrow(
    `This database was made by another version of Fieldwork: migrations/0001_ground.sql is not the one that was applied, and no database is carried over before the first release. Remove the folder ${dataDir}, or name another one in FIELDWORK_DATA_DIR; then start again.`,
  )
  await rm(dataDir, { recursive: true })
  const fresh = await openDatabase(settings)
  expect(fresh.applied[0]).toBe('0001_ground.sql')
  await fresh.close()
})
