import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.js'

const database = await testDatabase()
const service = new pg.Client({ connectionString: database.serviceUrl })
await service.connect()
afterAll(() => service.end())

test('the service works as a role that owns nothing and may do nothing but serve', async () => {
  const { rows } = await service.query(
    `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin,
            pg_has_role('fieldwork_service', 'usage') as member,
            (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
       from pg_roles where rolname = current_user`,
  )
  expect(rows).toEqual([
    {
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
      rolcanlogin: true,
      member: true,
      owned: 0,
    },
  ])
})

test('the service finds its tables in the schema fieldwork and nowhere else', async () => {
  const { rows } = await service.query("select current_setting('search_path') as path, current_database() as name")
  expect(rows).toEqual([{ path: 'fieldwork', name: database.name }])
})

test.each([
  'create table fieldwork.planted (id int)',
  'create table public.planted (id int)',
  'create temporary table migration (id int)',
  'create schema planted',
  'create role planted',
  'alter role fieldwork_app superuser',
  'set role fieldwork',
  'select * from fieldwork.migration',
  "select pg_read_file('postmaster.pid')",
  'update fieldwork.evidence_link set node_id = id',
])('the service is refused: %s', async (statement) => {
  await expect(service.query(statement)).rejects.toMatchObject({ code: '42501' })
})
