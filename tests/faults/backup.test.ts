import { execFile } from 'node:child_process'
import { mkdir, open, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { dataFolder, freePort, start } from '../support/service-process.js'

// The commands are those of the README (Backup).
const run = promisify(execFile)
const address = (port: number) => `http://127.0.0.1:${port}`

/** A service on a data folder. Its tokens say the same issuer wherever it runs. */
async function serve(dataDir: string) {
  const port = await freePort()
  const settings = {
    PORT: String(port),
    FIELDWORK_DATA_DIR: dataDir,
    FIELDWORK_SEED: 'none',
    FIELDWORK_PUBLIC_URL: 'https://fieldwork.example.test',
  }
  const service = start(settings)
  return {
    ...service,
    port,
    async end() {
      service.child.kill('SIGTERM')
      expect((await service.ended).code).toBe(0)
    },
  }
}

/** Asks the database of a running service as its owner, whom no wall holds. */
async function asOwner<R extends pg.QueryResultRow>(dataDir: string, sql: string): Promise<R[]> {
  const owner = new pg.Client({
    connectionString: (await findEmbedded(dataDir)) as string,
    options: '-c search_path=fieldwork',
  })
  await owner.connect()
  try {
    const results = await owner.query<R>(sql)
    return results.rows
  } finally {
    await owner.end()
  }
}

/** Every table with the number of its rows and a digest of them all. */
async function contents(dataDir: string) {
  const tables = await asOwner<{ name: string }>(
    dataDir,
    "select tablename as name from pg_tables where schemaname = 'fieldwork' order by 1",
  )
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*)::int as rows, md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as digest from ${name} r`,
  )
  return asOwner<{ name: string; rows: number; digest: string }>(dataDir, `${parts.join(' union all ')} order by name`)
}

/** Restores a backup into a data folder of its own. */
async function restored(backup: string): Promise<string> {
  const dataDir = await dataFolder()
  await mkdir(dataDir)
  await run('tar', ['-C', dataDir, '-xpf', backup])
  return dataDir
}

test('a copy of the stopped data folder is the whole firm in another place; what was changed in one is found', {
  timeout: 240_000,
}, async () => {
  const original = await dataFolder()
  const firm = await auditFirm({ FIELDWORK_DATA_DIR: original, FIELDWORK_PUBLIC_URL: 'https://fieldwork.example.test' })
  const first = await serve(original)
  await first.ready
  const { partner } = await signedIn(address(first.port), 'partner')
  const question =
    '{ viewer { member { name } } engagements { nodes { id state controls(first: 100) { nodes { ref title } } } } }'
  const answer = await partner.ask(question)
  const kept = await contents(original)
  await first.end()
  const backup = join(original, '../backup.tar')
  await run('tar', ['-C', original, '-chf', backup, '.'])
  await rm(await realpath(join(original, 'postgres')), { recursive: true })

  const copy = await restored(backup)
  const second = await serve(copy)
  // Started: the walls, grants and roles were looked at.
  await second.ready
  expect(kept.filter(({ rows }) => rows > 0).length).toBeGreaterThan(20)
  expect(await contents(copy)).toEqual(kept)
  const people = await signedIn(address(second.port), 'partner', 'admin')
  expect(await people.partner.ask(question)).toEqual(answer)
  await verifyTrails(people, firm)
  const { client } = await people.admin.does('createClient', { name: 'Taken on after the restore' }, 'client { name }')
  expect(client.name).toBe('Taken on after the restore')

  // A person who held the backup changed one entry of the trail.
  await asOwner(
    copy,
    `alter table trail_entry disable trigger written_once;
     update trail_entry set actor_name = 'Somebody else' where chain_id = '${firm.engagementId}' and position = 7;
     alter table trail_entry enable trigger written_once`,
  )
  await expect(verifyTrails(people, firm)).rejects.toThrow('"firstBroken":{"position":7,"reason":"ALTERED"}')
  const [trail] = await asOwner<{ file: string }>(copy, "select pg_relation_filepath('trail_entry') as file")
  await second.end()

  // Without the secret it is a body without a key, and says so.
  await rm(join(copy, 'secret'))
  const keyless = await (await serve(copy)).ended
  expect([keyless.code, keyless.complained.trim()]).toEqual([
    1,
    'The key that signs tokens was sealed under another FIELDWORK_SECRET. Put that secret back, or make a new key with: npm run keys:rotate',
  ])
  await checkBitRot(backup, trail?.file as string)
})

/** A disk that gives back another byte than was written: that trail may not be called whole. */
async function checkBitRot(backup: string, file: string): Promise<void> {
  const rotten = await restored(backup)
  const rows = await open(join(rotten, 'postgres/cluster', file), 'r+')
  const byte = Buffer.alloc(1)
  // The last byte of the first page lies in the first entry.
  await rows.read(byte, 0, 1, 8_191)
  await rows.write(Buffer.from([(byte[0] as number) ^ 1]), 0, 1, 8_191)
  await rows.close()
  const service = await serve(rotten)
  await service.ready
  const { admin } = await signedIn(address(service.port), 'admin')
  await expect(admin.ask('{ verifyFirmTrail { intact } }')).rejects.toThrow('"code":"INTERNAL"')
  await service.end()
}
