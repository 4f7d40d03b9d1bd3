import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const engagementId = await staffedEngagement(a, await a.client('Kestrel Cloud'))
const folder = dirname(w.queue.files.storage.incoming)

/** Runs a command as a person does, on the database and the files of this test. */
async function run(program: string, ...options: string[]) {
  const environment = {
    DATABASE_URL: w.testDatabase.ownerUrl,
    FIELDWORK_SECRET: 'the secret of the test run, known to all',
    FIELDWORK_FILES_DIR: folder,
  }
  const file = join(import.meta.dirname, '../../src/ops', `${program}.js`)
  const said = await promisify(execFile)(process.execPath, [file, ...options], {
    env: { PATH: process.env.PATH, ...environment },
  }).catch((error: { stdout: string; stderr: string; code: number }) => error)
  return { stdout: said.stdout, stderr: said.stderr, code: 'code' in said ? said.code : 0 }
}

async function brought(content: string): Promise<{ id: string; key: string }> {
  const { id } = await a.staff.brings(engagementId, { name: 'note.txt', content })
  const { rows } = await w.owner.query(
    `select f.firm_id || '/' || f.sha256 || '/' || f.id as key from evidence e join stored_file f on f.id = e.stored_file_id
     where e.id = $1`,
    [id],
  )
  return { id, key: rows[0].key }
}

test('evidence:verify says that everything agrees, or what does not, and removes what is orphaned where it is told to', async () => {
  await brought('one')
  const { id, key } = await brought('two')
  expect(await run('verify-evidence')).toEqual({ stdout: 'Everything agrees.\n', stderr: '', code: 0 })
  const orphan = `${a.id}/${'ab'.repeat(32)}/${randomUUID()}`
  await mkdir(join(folder, dirname(orphan)))
  await writeFile(join(folder, orphan), 'what it was')
  const past = new Date(Date.now() - 90_000_000)
  await utimes(join(folder, orphan), past, past)
  await rm(join(folder, key))
  const missing = `firm ${a.id}, evidence ${id}, key ${key}: the file is missing.\n`
  const unknown = `firm ${a.id}, key ${orphan}: no row knows the file.`
  for (const options of [[], ['--quick']]) {
    const stderr = `${missing}${unknown}\n`
    expect(await run('verify-evidence', ...options)).toEqual({ stdout: '2 findings.\n', stderr, code: 1 })
  }
  expect((await stat(join(folder, orphan))).size).toBe(11)
  expect(await run('verify-evidence', '--remove-orphaned')).toEqual({
    stdout: '1 finding.\n',
    stderr: `${missing}${unknown} It was removed.\n`,
    code: 1,
  })
  expect(await run('verify-evidence')).toEqual({ stdout: '1 finding.\n', stderr: missing, code: 1 })
}, 60_000)

test('keys:rotate -- --of evidence says for how many firms and files it made new keys', async () => {
  await brought('three')
  const { rows } = await w.owner.query('select count(*)::int as n from stored_file where removed_at is null')
  const { stdout, stderr, code } = await run('rotate-keys', '--of', 'evidence')
  expect({ stdout, stderr, code }).toEqual({
    stdout: `Firms with a new key for their evidence: 1. Files whose keys are encrypted by it now: ${rows[0].n}.\n`,
    stderr: '',
    code: 0,
  })
}, 60_000)
