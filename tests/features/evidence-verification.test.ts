import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, open, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { verifyEvidence } from '../../src/features/evidence/verification.js'
import { encryptedSize } from '../../src/kernel/files/encryption.js'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const engagementId = await staffedEngagement(a, await a.client('Kestrel Cloud'))
const ofB = await staffedEngagement(b, await b.client('Heron'))
const { storage } = w.queue.files
const folder = dirname(storage.incoming)

async function found(isQuick = false) {
  const all: { words: string; orphan: string | null }[] = []
  for await (const finding of verifyEvidence(w.database, storage, { isQuick })) all.push(finding)
  return all
}
const words = async (isQuick = false) => (await found(isQuick)).map((finding) => finding.words)

interface Brought {
  id: string
  firmId: string
  key: string
  path: string
}

async function brought(firm = a, content: string | Buffer = `note ${randomUUID()}`): Promise<Brought> {
  const { id } = await firm.staff.brings(firm === a ? engagementId : ofB, { name: 'note.txt', content })
  const { rows } = await w.owner.query(
    `select f.firm_id || '/' || f.sha256 || '/' || f.id as key from evidence e join stored_file f on f.id = e.stored_file_id
     where e.id = $1`,
    [id],
  )
  const { key } = rows[0]
  return { id, firmId: firm.id, key, path: join(folder, key) }
}
const place = ({ firmId, id, key }: Brought) => `firm ${firmId}, evidence ${id}, key ${key}: `
const past = new Date(Date.now() - 86_500_000)
/** A file that lies in the storage, put more than a day ago, or now. */
async function lies(key: string, putAt = past) {
  await mkdir(join(folder, dirname(key)), { recursive: true })
  await writeFile(join(folder, key), 'what it was')
  await utimes(join(folder, key), putAt, putAt)
}
const keyIn = (firmId: string) => `${firmId}/${randomBytes(32).toString('hex')}/${randomUUID()}`

beforeEach(async () => {
  await w.owner.query(
    `alter table evidence disable trigger all; delete from evidence; alter table evidence enable trigger all;
     delete from stored_file`,
  )
  for (const { id } of [a, b]) await rm(join(folder, id), { recursive: true, force: true })
})

describe('evidence and the storage of files', () => {
  it('agree when all was done by the service, what was removed included', async () => {
    for (const content of ['a', 'one', randomBytes(100_000).toString('hex')]) await brought(a, content)
    await brought(b, 'one')
    const { id } = await brought()
    await a.manager.does('removeEvidence', { evidenceId: id, expectedVersion: 1, reason: 'Brought by mistake.' })
    // A week later the bytes go.
    await w.owner.query("update evidence set removed_at = removed_at - interval '8 days' where state = 'REMOVED'")
    await w.owner.query('update fieldwork_jobs._private_jobs set run_at = now()')
    await w.doJobs()
    expect(await words()).toEqual([])
    const { rows } = await w.owner.query('select count(*)::int as n from stored_file where removed_at is null')
    expect(rows).toEqual([{ n: 4 }])
  })

  it('do not where a file is missing, shorter or altered: that is named, with the evidence that has it', async () => {
    const large = () => brought(a, randomBytes(100_000).toString('hex'))
    const [missing, cut, altered, ofOther] = [await brought(), await large(), await large(), await brought(b)]
    await brought()
    await rm(missing.path)
    await rm(ofOther.path)
    await truncate(cut.path, 131_104)
    const file = await open(altered.path, 'r+')
    await file.write(Buffer.from([1, 2, 3]), 0, 3, 100_000)
    await file.close()
    const visible = [
      `${place(missing)}the file is missing.`,
      `${place(cut)}the file has 131104 bytes instead of ${encryptedSize(200_000)}.`,
      `${place(ofOther)}the file is missing.`,
    ]
    expect((await words(true)).sort()).toEqual(visible.sort())
    expect((await words()).sort()).toEqual([...visible, `${place(altered)}the file is not what was put there.`].sort())
  })

  it('do not where a file lies under the key of another one, or its own key does not open', async () => {
    const [one, other] = [await brought(), await brought()]
    await w.owner.query(
      'update stored_file set wrapped_key = (select wrapped_key from stored_file where sha256 = $2) where sha256 = $1',
      [one.key.split('/')[1], other.key.split('/')[1]],
    )
    expect(await words()).toEqual([`${place(one)}the key of the file does not open.`])
  })

  it('do not where evidence names no file that is there, or one with another digest', async () => {
    const [without, differs] = [await brought(), await brought()]
    const sha256 = createHash('sha256').update('another').digest('hex')
    await w.owner.query(
      `update stored_file set removed_at = now(), wrapped_key = null, firm_key_id = null
         where id = (select stored_file_id from evidence where id = '${without.id}');
       alter table evidence disable trigger never_changed;
       update evidence set sha256 = '${sha256}' where id = '${differs.id}';
       alter table evidence enable trigger never_changed`,
    )
    const said = ({ id, firmId }: Brought) =>
      `firm ${firmId}, evidence ${id}: it names no file with its digest and length.`
    expect((await words()).sort()).toEqual([said(without), said(differs)].sort())
  })

  it('do not where a file lies there for more than a day that no row knows, in whosever folder', async () => {
    const known = await brought()
    await utimes(known.path, past, past)
    const nobody = randomUUID()
    const [orphan, foreign, moved] = [keyIn(a.id), keyIn(nobody), known.key.replace(a.id, b.id)]
    for (const key of [orphan, foreign, moved]) await lies(key)
    await lies(keyIn(a.id), new Date())
    await lies('abc/def')
    await writeFile(join(folder, 'README'), 'not ours')
    expect((await found()).sort((x, y) => (x.words < y.words ? -1 : 1))).toEqual(
      [
        { words: `firm ${a.id}, key ${orphan}: no row knows the file.`, orphan },
        { words: `firm ${b.id}, key ${moved}: no row knows the file.`, orphan: moved },
        { words: `firm ${nobody}, key ${foreign}: there is no such firm.`, orphan: foreign },
        { words: 'key abc/def: it is no key of the service.', orphan: null },
      ].sort((x, y) => (x.words < y.words ? -1 : 1)),
    )
    await rm(join(folder, 'abc'), { recursive: true })
    await rm(join(folder, nobody), { recursive: true })
  })

  it('are compared file by file however many there are', async () => {
    const { key } = await brought()
    const count = 1_203
    await w.owner.query(
      `insert into stored_file (firm_id, id, sha256, byte_count, firm_key_id, wrapped_key, created_at)
       select firm_id, gen_random_uuid(), encode(sha256(convert_to(n::text, 'UTF8')), 'hex'), 5, firm_key_id, wrapped_key, now()
       from stored_file, generate_series(1, ${count}) n where sha256 = $1`,
      [key.split('/')[1]],
    )
    const { rows } = await w.owner.query<{ key: string }>(
      `select firm_id || '/' || sha256 || '/' || id as key from stored_file where byte_count = 5 order by id`,
    )
    // Their keys are copies of that of another file, and open for none of them.
    for (const one of rows) {
      await lies(one.key)
      await truncate(join(folder, one.key), encryptedSize(5))
      await utimes(join(folder, one.key), past, past)
    }
    const all = await words(true)
    expect(all.length).toBe(count)
    expect(all.sort()).toEqual(
      rows.map((one) => `firm ${a.id}, no evidence, key ${one.key}: the key of the file does not open.`).sort(),
    )
    await w.owner.query('delete from stored_file where byte_count = 5')
    const orphans = await words(true)
    expect(orphans.sort()).toEqual(rows.map((one) => `firm ${a.id}, key ${one.key}: no row knows the file.`).sort())
  })
})
