import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { rotateFileKeys } from '../../src/features/evidence/key-rotation.js'
import { verifyEvidence } from '../../src/features/evidence/verification.js'
import { declarations } from '../../src/features.js'
import { unwrapKey } from '../../src/kernel/files/encryption.js'
import { Database } from '../../src/kernel/store/database.js'
import { staffedEngagement } from '../support/engagements.js'
import { type TestFirm, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const none = await w.firm('Cedar')
const ofA = await staffedEngagement(a, await a.client('Kestrel Cloud'))
const ofB = await staffedEngagement(b, await b.client('Heron'))
const { secretBox } = w.database

const brought = async (firm: TestFirm, content = `note ${randomUUID()}`) => {
  const { id } = await firm.staff.brings(firm === a ? ofA : ofB, { name: 'note.txt', content })
  return { firm, id: id as string, content }
}
const read = async ({ firm, id }: { firm: TestFirm; id: string }) => {
  const { evidence } = await firm.staff.gql('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
  return (await w.get(evidence.downloadUrl)).body
}
const rows = async (sql: string, ...values: unknown[]) => (await w.owner.query(sql, values)).rows
const keys = (firm: TestFirm) =>
  rows(
    'select id, sealed_key as sealed, retired_at as "retiredAt" from firm_key where firm_id = $1 order by created_at',
    firm.id,
  )
const files = (firm: TestFirm) =>
  rows(
    'select id, sha256, wrapped_key as wrapped, firm_key_id as "keyId" from stored_file where firm_id = $1 and removed_at is null',
    firm.id,
  )
const noted = async (firm: TestFirm) =>
  (
    await rows(
      "select changes from trail_entry where chain_id = $1 and action = 'rotateFileKey' order by position",
      firm.id,
    )
  ).map(({ changes }) => {
    const [{ before, after }] = JSON.parse(changes)
    return [before.fileKey, after.fileKey]
  })
const opens = (firm: TestFirm, sealed: Buffer, file: { id: string; sha256: string; wrapped: Buffer }) => {
  const firmKey = Buffer.from(secretBox.open(sealed), 'base64')
  return unwrapKey(file.wrapped, firmKey, `file ${file.id} of ${firm.id} ${file.sha256}`)
}

afterEach(async () => {
  const findings = []
  for await (const finding of verifyEvidence(w.database, w.queue.files.storage, { isQuick: false }))
    findings.push(finding)
  expect(findings).toEqual([])
})

it('each firm with files gets a new key, and the one before opens nothing of it any more', async () => {
  const all = [await brought(a), await brought(a), await brought(b)]
  const before = { keys: [...(await keys(a)), ...(await keys(b))], files: await files(a) }
  expect(await rotateFileKeys(w.database)).toEqual({ firms: 2, files: 3, unopened: [] })
  const [ofNow] = await keys(a)
  expect([await keys(a), await keys(b), await keys(none)].map(({ length }) => length)).toEqual([1, 1, 0])
  expect(ofNow).toMatchObject({ retiredAt: null })
  expect(ofNow.id).not.toBe(before.keys[0].id)
  for (const file of await files(a)) {
    expect(file.keyId).toBe(ofNow.id)
    expect(() => opens(a, before.keys[0].sealed, file)).toThrow('does not open')
    const earlier = before.files.find(({ id }) => id === file.id)
    // The bytes were not encrypted anew: their own key is the same.
    expect(opens(a, ofNow.sealed, file)).toEqual(opens(a, before.keys[0].sealed, earlier))
    expect(() => opens(a, ofNow.sealed, earlier)).toThrow('does not open')
  }
  for (const one of all) expect(await read(one)).toBe(one.content)
  expect(await noted(a)).toEqual([[before.keys[0].id, ofNow.id]])
  expect(await noted(none)).toEqual([])
  const { viewer, verifyFirmTrail } = await a.admin.gql(
    '{ verifyFirmTrail { intact } viewer { firm { trail(first: 100) { nodes { action actorName } } } } }',
  )
  expect(verifyFirmTrail.intact).toBe(true)
  expect(viewer.firm.trail.nodes.at(-1)).toEqual({ action: 'rotateFileKey', actorName: 'Fieldwork' })
})

it('goes on while files are brought and read: each can be read at every moment', async () => {
  const there: Awaited<ReturnType<typeof brought>>[] = []
  while (there.length < 12) there.push(await brought(a))
  let isRotating = true
  const late: Awaited<ReturnType<typeof brought>>[] = []
  const meanwhile = [
    async () => {
      while (isRotating) late.push(await brought(a))
    },
    async () => {
      for (let at = 0; isRotating; at += 1) {
        const one = there[at % there.length] as (typeof there)[0]
        expect(await read(one)).toBe(one.content)
      }
    },
  ].map((work) => work())
  // One after the other, and two at once.
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([rotateFileKeys(w.database), rotateFileKeys(w.database)])
  }
  isRotating = false
  await Promise.all(meanwhile)
  expect(late.length).toBeGreaterThan(0)
  await rotateFileKeys(w.database)
  expect(await keys(a)).toHaveLength(1)
  for (const one of [...there, ...late]) expect(await read(one)).toBe(one.content)
})

it('may be broken off and run again: then no file is left with the retired key', async () => {
  const first = await brought(a)
  const [present] = await keys(a)
  const fail = `create function stop() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
    create trigger stop before update on stored_file for each row execute function stop()`
  await w.owner.query(fail)
  await expect(rotateFileKeys(w.database)).rejects.toThrow('not today')
  await w.owner.query('drop function stop cascade')
  expect((await keys(a)).map(({ retiredAt }) => retiredAt === null)).toEqual([false, true])
  // Between the two, what is there opens by the retired key, and what comes by the new one.
  const second = await brought(a)
  for (const one of [first, second]) expect(await read(one)).toBe(one.content)
  const { unopened } = await rotateFileKeys(w.database)
  expect(unopened).toEqual([])
  const [only, ...others] = await keys(a)
  expect(others).toEqual([])
  expect(only.id).not.toBe(present.id)
  for (const one of [first, second]) expect(await read(one)).toBe(one.content)
})

it('leaves a file whose key does not open as it is, with the key it was encrypted by, and names it', async () => {
  const { id } = await brought(b)
  const [file] = await rows('select stored_file_id as id from evidence where id = $1', id)
  const [kept] = await rows('select wrapped_key as wrapped from stored_file where id = $1', file.id)
  const spoil = (wrapped: Buffer) =>
    w.owner.query('update stored_file set wrapped_key = $2 where id = $1', [file.id, wrapped])
  await spoil(Buffer.alloc(kept.wrapped.length))
  const [before] = await keys(b)
  const { unopened } = await rotateFileKeys(w.database)
  expect(unopened).toEqual([{ firmId: b.id, id: file.id }])
  expect((await keys(b)).map((key) => key.id)).toEqual([before.id, expect.not.stringContaining(before.id)])
  await spoil(kept.wrapped)
  await rotateFileKeys(w.database)
  expect(await keys(b)).toHaveLength(1)
})

it('changes nothing under another secret', async () => {
  await brought(a)
  const { url } = w.queue
  const other = new Database({ url, poolSize: 1, secret: 'another secret of thirty-two characters', ...declarations })
  await other.open()
  const before = await w.digest()
  await expect(rotateFileKeys(other)).rejects.toThrow('sealed under another FIELDWORK_SECRET')
  await other.close()
  expect(await w.digest()).toBe(before)
})
