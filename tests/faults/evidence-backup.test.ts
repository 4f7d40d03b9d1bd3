import { execFile } from 'node:child_process'
import { mkdir, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { auditFirm, signedIn } from '../support/audit-firm.js'
import { dataFolder, freePort, run, start } from '../support/service-process.js'

// A backup of the database and one of the files are made one after the other. The database first: then the files hold all that it
// names. The commands are those of docs/operate.md.
const shell = promisify(execFile)
const publicUrl = 'https://fieldwork.example.test'
const settingsOf = (dataDir: string) => ({
  FIELDWORK_DATA_DIR: dataDir,
  FIELDWORK_SEED: 'none',
  FIELDWORK_PUBLIC_URL: publicUrl,
})

/** Works with a service on a data folder, which has ended in good order afterwards. */
async function serving<T>(dataDir: string, work: (staff: Person, address: string) => Promise<T>): Promise<T> {
  const port = await freePort()
  const service = start({ PORT: String(port), ...settingsOf(dataDir) })
  await service.ready
  const address = `http://127.0.0.1:${port}`
  const { staff } = await signedIn(address, 'staff')
  const done = await work(staff, address)
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
  return done
}

async function brings(staff: Person, address: string, engagementId: string, content: string): Promise<string> {
  const { upload } = await staff.does(
    'createUpload',
    { engagementId, fileName: 'note.txt', origin: 'TAKEN_BY_AUDITOR', source: 'Invented.' },
    'upload { evidenceId url }',
  )
  const answer = await fetch(upload.url.replace(publicUrl, address), { method: 'PUT', body: content })
  expect(answer.status).toBe(201)
  return upload.evidenceId
}

async function got(staff: Person, address: string, id: string): Promise<[number, string]> {
  const { evidence } = await staff.ask('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
  const answer = await fetch(evidence.downloadUrl.replace(publicUrl, address))
  return [answer.status, await answer.text()]
}

/** What `npm run evidence:verify` says of a data folder. */
async function verified(dataDir: string) {
  const { code, printed, complained } = await run('ops/verify-evidence', settingsOf(dataDir)).ended
  return { code, printed, complained }
}

/** Restores a database and files into a data folder of its own. */
async function restored(...backups: string[]): Promise<string> {
  const dataDir = await dataFolder()
  await mkdir(dataDir)
  for (const backup of backups) await shell('tar', ['-C', dataDir, '-xpf', backup])
  return dataDir
}

test('database and files that were copied at different moments are restored together: what one of them lacks is named', {
  timeout: 240_000,
}, async () => {
  const original = await dataFolder()
  const { engagementId } = await auditFirm({ FIELDWORK_DATA_DIR: original, FIELDWORK_PUBLIC_URL: publicUrl })
  const backUp = async (moment: string) => {
    const [database, files] = ['database', 'files'].map((of) => join(original, `../${of}-${moment}.tar`)) as [
      string,
      string,
    ]
    await shell('tar', ['-C', original, '--exclude=./files', '-chf', database, '.'])
    await shell('tar', ['-C', original, '-cf', files, 'files'])
    return { database, files }
  }
  const first = await serving(original, (staff, address) => brings(staff, address, engagementId, 'the first'))
  const earlier = await backUp('earlier')
  const second = await serving(original, (staff, address) => brings(staff, address, engagementId, 'the second'))
  const later = await backUp('later')

  const whole = await restored(later.database, later.files)
  expect(await verified(whole)).toEqual({ code: 0, printed: 'Everything agrees.\n', complained: '' })

  // The database first, as it should be: the files hold one more, which is not named once it has lain there for a day.
  const inOrder = await restored(earlier.database, later.files)
  expect(await verified(inOrder)).toMatchObject({ code: 0, printed: 'Everything agrees.\n' })
  const [firmId] = (await readdir(join(inOrder, 'files'))).filter((name) => name !== 'incoming') as [string]
  const keys = (await readdir(join(inOrder, 'files', firmId), { recursive: true })).filter((key) => key.includes('/'))
  const past = new Date(Date.now() - 90_000_000)
  for (const key of keys) await utimes(join(inOrder, 'files', firmId, key), past, past)
  // The letter, the list and a subservice organization's report of the invented firm, and both that were brought.
  expect(keys).toHaveLength(5)
  const orphaned = await verified(inOrder)
  expect(orphaned).toMatchObject({ code: 1, printed: '1 finding.\n' })
  const unknown = new RegExp(`^firm ${firmId}, key (\\S+): no row knows the file\\.\\n$`).exec(orphaned.complained)?.[1]
  expect(keys.map((key) => `${firmId}/${key}`)).toContain(unknown)
  await serving(inOrder, async (staff, address) => {
    expect(await got(staff, address, first)).toEqual([200, 'the first'])
    const { evidence } = await staff.ask('query ($id: ID!) { evidence(id: $id) { id } }', { id: second })
    expect(evidence).toBeNull()
  })

  // The files first: the database names one that was brought in between, and it is missing.
  const reversed = await restored(later.database, earlier.files)
  expect(await verified(reversed)).toEqual({
    code: 1,
    printed: '1 finding.\n',
    complained: `firm ${firmId}, evidence ${second}, key ${unknown}: the file is missing.\n`,
  })
  await serving(reversed, async (staff, address) => {
    expect(await got(staff, address, first)).toEqual([200, 'the first'])
    expect((await got(staff, address, second))[0]).not.toBe(200)
  })
})
