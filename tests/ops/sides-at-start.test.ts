import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.js'
import { serviceLog } from '../../src/http/log.js'
import { openService } from '../../src/service.js'
import { testDatabase } from '../support/database.js'
import { filesFolder } from '../support/service-process.js'

const place = await testDatabase()
const owner = new pg.Client({ connectionString: place.ownerUrl, options: '-c search_path=fieldwork' })
await owner.connect()
afterAll(() => owner.end())

test('the service starts with people on both sides of a firm, says so by their ids, and has suspended them before it listens', async () => {
  const [firm, client, ada, twin] = ['1', '2', '3', '4'].map((n) => `01950000-0000-7000-8000-00000000000${n}`)
  await owner.query(`insert into firm (firm_id, id, name, city, created_at) values ('${firm}', '${firm}', 'F', 'C', now());
    insert into client (firm_id, id, name, created_at) values ('${firm}', '${client}', 'C', now());
    insert into member (firm_id, id, user_id, email, name, firm_role, client_id, client_role, state, created_at) values
      ('${firm}', '${ada}', '${ada}', 'ada@larch.example', 'Ada', 'PARTNER', null, null, 'ACTIVE', now()),
      ('${firm}', '${twin}', '${ada}', 'private@mail.example', 'Ada', null, '${client}', 'CLIENT_ADMIN', 'ACTIVE', now())`)
  const lines: string[] = []
  const secret = 'the secret of the test run, known to all'
  const config = readConfig({
    DATABASE_URL: place.ownerUrl,
    FIELDWORK_SECRET: secret,
    FIELDWORK_FILES_DIR: filesFolder(),
  })
  const service = await openService(config, serviceLog('error', { write: (line) => lines.push(line) }))
  await service.stop()
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 50, firmId: firm, pairs: [{ firmMemberId: ada, memberId: twin }] },
  ])
  expect(lines[0]).not.toContain('@')
  const { rows } = await owner.query('select id, suspended_at is not null as suspended from member order by id')
  expect(rows).toEqual([
    { id: ada, suspended: false },
    { id: twin, suspended: true },
  ])
  const { rows: trail } = await owner.query(
    "select action, actor_name from trail_entry where action not like 'rotate%'",
  )
  expect(trail).toEqual([{ action: 'checkSides', actor_name: 'Fieldwork' }])
})
