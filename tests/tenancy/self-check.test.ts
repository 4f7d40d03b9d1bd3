import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { readConfig } from '../../src/config.js'
import { declarations } from '../../src/features.js'
import { Database } from '../../src/kernel/store/database.js'
import { queueGrants } from '../../src/kernel/store/queue-schema.js'
import { selfCheck } from '../../src/kernel/store/self-check.js'
import { openService } from '../../src/service.js'
import { migratedDatabase, type TestDatabase } from '../support/database.js'
import { filesFolder } from '../support/service-process.js'

const secret = 'the secret of the test run, known to all'

async function asOwner(database: TestDatabase, statements: string): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl, options: '-c search_path=fieldwork' })
  await owner.connect()
  await owner.query(statements).finally(() => owner.end())
}

/** What the service finds out about its database before it serves. */
async function findings(url: string): Promise<string[]> {
  const database = await new Database({ url, poolSize: 2, secret, ...declarations }).open()
  return selfCheck(database).finally(() => database.close())
}

const start = (database: TestDatabase) =>
  openService(
    {
      ...readConfig({
        NODE_ENV: 'test',
        DATABASE_URL: database.ownerUrl,
        FIELDWORK_SECRET: secret,
        FIELDWORK_FILES_DIR: filesFolder(),
      }),
      databaseServiceUrl: database.serviceUrl,
      port: 0,
    },
    pino({ level: 'silent' }),
  )

const rule = {
  forced: 'every table must force row-level security.',
  policy: 'every table must have exactly one policy, permissive, for every command and role.',
  firm: 'every tenant table must have its firm in the policy as a condition nothing goes around, without a sub-select.',
  unique: 'every key and unique constraint of a tenant table must include the firm.',
  reference: 'every foreign key between tenant tables must include the firm.',
  view: 'views must look with the eyes of who asks (security_invoker).',
  privilege: 'the role must not empty, reference or put triggers on tables.',
  once: 'what is written once must not be changed or removed by the role.',
  guarded: 'what is in force must be kept by a guard where the role may remove rows.',
  trail: 'the trail must be appended to, and its head moved, by its function alone.',
  definer: 'no function but the trail’s may run with its owner’s rights.',
  queueWall: 'every table of the job queue must have row-level security, with one policy, for the service’s role.',
  queueRights: 'the role must have the rights in the job queue that it needs, and no others.',
  role: 'the role must be no superuser, must not bypass row-level security, and must not make roles or databases.',
  memberOf: 'the role must not be a member of a role that owns a table or is a superuser.',
} as const

const firm = `firm_id = nullif(current_setting('app.firm_id', true), '')::uuid`
const firmOnly = `${firm} and nullif(current_setting('app.client_id', true), '') is null`
const replaced = (table: string, policy: string) =>
  `drop policy tenant on ${table}; create policy tenant on ${table} ${policy}`

/** Kinds of holes: what a person might do to the database, and everything the service then says about it. */
type Hole = [hole: string, statements: string, findings: string[]]
const holes: Hole[] = [
  [
    'a table without row-level security',
    'create table planted (firm_id uuid, id uuid, primary key (firm_id, id)); grant select on planted to fieldwork_service',
    [`planted: ${rule.forced}`, `planted: ${rule.policy}`],
  ],
  ['row-level security switched off', 'alter table opinion disable row level security', [`opinion: ${rule.forced}`]],
  ['row-level security not forced', 'alter table opinion no force row level security', [`opinion: ${rule.forced}`]],
  ['no policy', 'drop policy tenant on opinion', [`opinion: ${rule.policy}`]],
  ['a second policy', `create policy second on opinion using (${firm})`, [`opinion: ${rule.policy}`]],
  ['a restrictive policy', replaced('opinion', `as restrictive using (${firmOnly})`), [`opinion: ${rule.policy}`]],
  ['a policy for one command', replaced('opinion', `for select using (${firmOnly})`), [`opinion: ${rule.policy}`]],
  [
    'a policy for one role',
    replaced('opinion', `to fieldwork_service using (${firmOnly})`),
    [`opinion: ${rule.policy}`],
  ],
  ['a policy without the firm', replaced('opinion', 'using (true)'), [`opinion: ${rule.firm}`]],
  [
    'a policy with a way around the firm',
    replaced('opinion', `using (${firm} or overall = 'ADVERSE')`),
    [`opinion: ${rule.firm}`],
  ],
  [
    'a policy with a way around the firm and the client',
    replaced('report', `using ((${firmOnly}) or dated_on < now())`),
    [`report: ${rule.firm}`],
  ],
  [
    'a policy that lets rows of any firm be written',
    replaced('opinion', `using (${firmOnly}) with check (true)`),
    [`opinion: ${rule.firm}`],
  ],
  [
    'a realm of commands in which firms are written as well',
    replaced('firm', `using (${firm} or current_setting('app.realm', true) = 'maintenance')`),
    [`firm: ${rule.firm}`],
  ],
  [
    'a realm of commands in which more than firms is read',
    replaced('opinion', `using (${firm} or current_setting('app.realm', true) = 'maintenance') with check (${firm})`),
    [`opinion: ${rule.firm}`],
  ],
  [
    'a policy with a sub-select',
    replaced('opinion', `using (${firm} and engagement_id in (select id from engagement))`),
    [`opinion: ${rule.firm}`],
  ],
  ['a unique index across firms', 'create unique index planted on report (number)', [`planted: ${rule.unique}`]],
  [
    'a foreign key across firms',
    'alter table client add constraint planted unique (id); ' +
      'alter table exception add constraint planted_reference foreign key (client_id) references client (id)',
    [`planted: ${rule.unique}`, `planted_reference: ${rule.reference}`],
  ],
  ['a view with its owner’s eyes', 'create view planted as select * from opinion', [`planted: ${rule.view}`]],
  ['a materialized view', 'create materialized view planted as select * from opinion', [`planted: ${rule.view}`]],
  ...['truncate', 'references', 'trigger'].map(
    (right): Hole => [
      `the right to ${right}`,
      `grant ${right} on opinion to fieldwork_service`,
      [`opinion: ${rule.privilege}`],
    ],
  ),
  [
    'a guard of what is written once, switched off',
    'alter table trail_entry disable trigger written_once',
    [`trail_entry: ${rule.once}`],
  ],
  ['the right to change what is written once', 'grant update on report to fieldwork_service', [`report: ${rule.once}`]],
  [
    'the right to remove what is written once',
    "grant delete on result to fieldwork_service; select written_once('result')",
    [`result: ${rule.once}`],
  ],
  [
    'the right to remove items of populations',
    'grant delete on population_item to fieldwork_service',
    [`population_item: ${rule.once}`],
  ],
  [
    'a guard of what is in force, switched off, and one that is gone',
    'alter table session disable trigger in_force_stays; drop trigger in_force_stays on invitation',
    [`invitation: ${rule.guarded}`, `session: ${rule.guarded}`],
  ],
  ['the right to add to the trail', 'grant insert on trail_entry to fieldwork_service', [`trail_entry: ${rule.trail}`]],
  [
    'the right to move the head of the trail',
    'grant update (hash) on trail_head to fieldwork_service',
    [`trail_head: ${rule.trail}`],
  ],
  [
    'a function that returns rows with its owner’s rights',
    'create function planted() returns setof opinion language sql security definer as $$ select * from opinion $$',
    [`planted: ${rule.definer}`],
  ],
  [
    'a function that returns a text with its owner’s rights',
    `create function planted() returns text language sql security definer as $$ select string_agg(rationale, '') from opinion $$`,
    [`planted: ${rule.definer}`],
  ],
  [
    'a job queue without its policy, and one open to everybody',
    `drop policy service on fieldwork_jobs._private_tasks; alter policy service on fieldwork_jobs._private_jobs to public`,
    [`_private_tasks: ${rule.queueWall}`, `_private_jobs: ${rule.queueWall}`],
  ],
  [
    'a table of the job queue without row-level security',
    'alter table fieldwork_jobs._private_known_crontabs disable row level security',
    [`_private_known_crontabs: ${rule.queueWall}`],
  ],
  [
    'a right in the job queue that is missing, and one too many',
    `revoke update on fieldwork_jobs._private_jobs from fieldwork_service;
     grant delete on fieldwork_jobs._private_tasks to fieldwork_service;
     grant update (breaking) on fieldwork_jobs.migrations to fieldwork_service`,
    [`_private_jobs: ${rule.queueRights}`, `_private_tasks: ${rule.queueRights}`, `migrations: ${rule.queueRights}`],
  ],
  [
    'the view of jobs with its owner’s eyes, and a table planted in the job queue',
    `grant select on fieldwork_jobs.jobs to fieldwork_service;
     create table fieldwork_jobs.planted (id int); grant select on fieldwork_jobs.planted to public`,
    [`jobs: ${rule.queueRights}`, `planted: ${rule.queueRights}`, `planted: ${rule.queueWall}`],
  ],
  [
    'the right to make tables in the job queue, or to call more of its functions',
    `grant create on schema fieldwork_jobs to fieldwork_service;
     grant execute on function fieldwork_jobs.force_unlock_workers to fieldwork_service;
     alter function fieldwork_jobs.add_job security definer`,
    [
      `fieldwork_jobs: ${rule.queueRights}`,
      `force_unlock_workers: ${rule.queueRights}`,
      `add_job: ${rule.queueRights}`,
    ],
  ],
  [
    'no job queue',
    'drop schema fieldwork_jobs cascade',
    Object.keys(queueGrants).map((table) => `${table}: ${rule.queueRights}`),
  ],
]

describe('the service looks at its database before it serves', () => {
  test('and finds nothing wrong with the one its migrations make', async () => {
    const database = await migratedDatabase()
    expect(await findings(database.serviceUrl)).toEqual([])
    const service = await start(database)
    onTestFinished(() => service.stop())
    expect((await fetch(`${await service.listen()}/readyz`)).status).toBe(200)
  })

  test.each(holes)('and finds %s', async (_hole, statements, expected) => {
    const database = await migratedDatabase()
    await asOwner(database, statements)
    expect((await findings(database.serviceUrl)).sort()).toEqual([...expected].sort())
  })

  test('and does not start over a hole', async () => {
    const database = await migratedDatabase()
    await asOwner(database, 'create table planted (firm_id uuid, id uuid, primary key (firm_id, id))')
    await expect(start(database)).rejects.toThrow(
      `The database is not safe to serve from: planted: ${rule.forced} planted: ${rule.policy}`,
    )
  })
})

describe('the service looks at its own role', () => {
  const role = `planted_${randomBytes(4).toString('hex')}`

  afterAll(async () => {
    const owner = new pg.Client({ connectionString: inject('server').ownerUrl.replace(/\/[^/]*$/, '/postgres') })
    await owner.connect()
    await owner.query(`drop role if exists ${role}, ${role}_above`).finally(() => owner.end())
  })

  /** An owner has every right to the table, too. */
  const owns = `opinion: ${rule.privilege}`

  /** Another role of the same server: the one the other tests serve with stays as it is. */
  async function served(change: string): Promise<{ database: TestDatabase; url: string }> {
    const database = await migratedDatabase()
    await asOwner(
      database,
      `drop role if exists ${role}, ${role}_above; create role ${role} login password 'invented';
       alter role ${role} set search_path = fieldwork; grant fieldwork_service to ${role}; ${change}`,
    )
    const url = new URL(database.serviceUrl)
    Object.assign(url, { username: role, password: 'invented' })
    return { database, url: url.href }
  }

  test.each<[string, string, readonly string[]]>([
    ['is content with one that may only serve', 'select 1', []],
    ['finds a superuser', `alter role ${role} superuser`, [`${role}: ${rule.role}`]],
    ['finds one that bypasses row-level security', `alter role ${role} bypassrls`, [`${role}: ${rule.role}`]],
    ['finds one that makes roles', `alter role ${role} createrole`, [`${role}: ${rule.role}`]],
    ['finds one that makes databases', `alter role ${role} createdb`, [`${role}: ${rule.role}`]],
    [
      'finds the owner of a table of the job queue',
      `alter table fieldwork_jobs.migrations owner to ${role}`,
      [`${role}: ${rule.memberOf}`, `migrations: ${rule.queueRights}`],
    ],
    ['finds the owner of a table', `alter table opinion owner to ${role}`, [`${role}: ${rule.memberOf}`, owns]],
    [
      'finds one that may become the owner of a table',
      `create role ${role}_above; alter table opinion owner to ${role}_above; grant ${role}_above to ${role}`,
      [`${role}_above: ${rule.memberOf}`, owns],
    ],
    [
      'finds one that may become a superuser',
      `create role ${role}_above superuser; grant ${role}_above to ${role}`,
      [`${role}_above: ${rule.memberOf}`],
    ],
  ])('and %s', async (_case, change, expected) => {
    const { url } = await served(change)
    const found = await findings(url)
    // A superuser has every right and is in every role: what it is found to be besides is not the point.
    expect(found).toEqual(change.endsWith('superuser') ? expect.arrayContaining([...expected]) : expected)
  })
})
