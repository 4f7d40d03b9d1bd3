import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { removeUnneeded } from '../../src/features/evidence/stored-file-removal.js'
import type { FileStorage } from '../../src/kernel/files/storage.js'
import { openRead } from '../../src/kernel/store/work.js'
import { staffedEngagement } from '../support/engagements.js'
import { fieldwork, importList } from '../support/fieldwork.js'
import { ordinary } from '../support/files.js'
import { linkable } from '../support/linking.js'
import { keepFrom, waitingForLocks } from '../support/locks.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const engagementId = await staffedEngagement(a, client)
const elsewhere = await staffedEngagement(a, other)
const { storage } = w.queue.files

const reason = 'Brought by mistake.'
const file = () => ({ name: 'note.txt', content: `a note ${randomUUID()}` })
const removed = (evidenceId: string, expectedVersion = 1) => ({ evidenceId, expectedVersion, reason })
const remove = (person: Person, id: string) => person.does('removeEvidence', removed(id))

const read = async (person: Person, id: string) =>
  (
    await person.gql(
      `query ($id: ID!) { evidence(id: $id) { version state removedReason removedAt removedBy { id } downloadUrl supersededBy { id }
        actions { name allowed reason { code } blockers { code } } } }`,
      { id },
    )
  ).evidence
const foreseen = async (person: Person, id: string) =>
  (await read(person, id)).actions.find(({ name }: { name: string }) => name === 'removeEvidence')

/** The file behind a piece of evidence, as the database and the storage have it. */
async function stored(evidenceId: string) {
  const { rows } = await w.owner.query(
    `select f.id, f.removed_at is not null as removed, f.wrapped_key is null and f.firm_key_id is null as "isKeyGone",
       f.firm_id || '/' || f.sha256 || '/' || f.id as key
     from evidence e join stored_file f on f.id = e.stored_file_id where e.id = $1`,
    [evidenceId],
  )
  const { key, ...row } = rows[0]
  return { ...row, lies: (await storage.size(key)) !== null }
}
const kept = { removed: false, isKeyGone: false, lies: true }
const gone = { removed: true, isKeyGone: true, lies: false }
/** Lets days pass: for what waits, and since what was removed. */
const pass = async (days: number) => {
  await w.owner.query("update fieldwork_jobs._private_jobs set run_at = run_at - $1 * interval '1 day'", [days])
  await w.owner.query("update evidence set removed_at = removed_at - $1 * interval '1 day' where state = 'REMOVED'", [
    days,
  ])
}
const laterDoJobs = async () => {
  await pass(7)
  await w.doJobs()
}
const waiting = async () =>
  (
    await w.owner.query(
      `select extract(epoch from j.run_at - now())::int as seconds from fieldwork_jobs._private_jobs j
       join fieldwork_jobs._private_tasks t on t.id = j.task_id and t.identifier = 'removeStoredFile'`,
    )
  ).rows.map(({ seconds }) => Math.round(seconds / 86_400))

describe('evidence that is removed', () => {
  it('keeps its record with who removed it, when and why, and can be got no more', async () => {
    const { id } = await a.staff.brings(engagementId, file())
    const { downloadUrl } = await read(a.staff, id)
    expect(await foreseen(a.manager, id)).toMatchObject({ allowed: true })
    await remove(a.manager, id)
    const after = await read(a.staff, id)
    expect(after).toMatchObject({
      version: 2,
      state: 'REMOVED',
      removedReason: reason,
      removedBy: { id: a.manager.memberId },
      downloadUrl: null,
    })
    expect(Date.now() - Date.parse(after.removedAt)).toBeLessThan(60_000)
    expect((await w.get(downloadUrl)).statusCode).toBe(404)
    const { verifyEngagement, engagement } = await a.partner.gql(
      `query ($id: ID!) { verifyEngagement(engagementId: $id) { mismatches { nodeId reason } }
        engagement(id: $id) { trail(first: 100) { nodes { action actorName nodeId } } } }`,
      { id: engagementId },
    )
    expect(verifyEngagement.mismatches).toEqual([])
    expect(engagement.trail.nodes.at(-1)).toEqual({
      action: 'removeEvidence',
      actorName: a.manager.name,
      nodeId: id,
    })
  })

  it('has its bytes for seven days more, then its key is forgotten and they are gone', async () => {
    await laterDoJobs()
    const { id } = await a.staff.brings(engagementId, file())
    await remove(a.partner, id)
    await w.doJobs()
    expect(await waiting()).toEqual([7])
    expect(await stored(id)).toMatchObject(kept)
    await laterDoJobs()
    expect(await stored(id)).toMatchObject(gone)
    expect(await waiting()).toEqual([])
  })

  it('leaves the bytes to others that have the same content: those of the other side, too', async () => {
    const same = file()
    const theirs = await client.respondent.brings(engagementId, same)
    const papers = await a.staff.brings(engagementId, same)
    await remove(client.admin, theirs.id)
    await laterDoJobs()
    expect(await stored(papers.id)).toMatchObject(kept)
    expect((await w.get((await read(a.staff, papers.id)).downloadUrl)).body).toBe(same.content)
    await remove(a.manager, papers.id)
    await laterDoJobs()
    expect(await stored(papers.id)).toMatchObject(gone)
  })

  it('may be brought again: before its bytes are gone they stay, afterwards there is a new file', async () => {
    const same = file()
    const first = await a.staff.brings(engagementId, same)
    await remove(a.manager, first.id)
    const second = await a.staff.brings(engagementId, same)
    await laterDoJobs()
    expect((await stored(first.id)).id).toBe((await stored(second.id)).id)
    expect(await stored(second.id)).toMatchObject(kept)
    await remove(a.manager, second.id)
    await laterDoJobs()
    const third = await a.staff.brings(engagementId, same)
    expect(await stored(second.id)).toMatchObject(gone)
    expect(await stored(third.id)).toMatchObject(kept)
    expect((await w.get((await read(a.staff, third.id)).downloadUrl)).body).toBe(same.content)
  })

  it('loses its bytes not before seven days after the last removal of what has the same content', async () => {
    await laterDoJobs()
    const same = file()
    const first = await a.staff.brings(engagementId, same)
    await remove(a.manager, first.id)
    await pass(6)
    const second = await a.staff.brings(engagementId, same)
    await remove(a.manager, second.id)
    await pass(1)
    await w.doJobs()
    expect(await stored(second.id)).toMatchObject(kept)
    expect(await waiting()).toEqual([6])
    await pass(6)
    await w.doJobs()
    expect(await stored(second.id)).toMatchObject(gone)
    expect(await waiting()).toEqual([])
  })

  describe('and at the same moment', () => {
    /** A file that was removed a week ago, and what removes its bytes. */
    const due = async (within = engagementId) => {
      const same = file()
      const { id } = await a.staff.brings(within, same)
      const { id: storedFileId } = await stored(id)
      await remove(a.manager, id)
      await pass(7)
      const job = () => removeUnneeded(w.database, w.queue.files, { firmId: a.id, storedFileId })
      return { same, id, job }
    }

    it('is brought for another engagement before its bytes go, keeps them', async () => {
      const { same, id, job } = await due()
      const release = await keepFrom(w, 'trail_entry')
      const bringing = a.staff.brings(elsewhere, same)
      await waitingForLocks(w, 1, 'trail_append')
      const going = job()
      await waitingForLocks(w, 1, 'from stored_file')
      await release()
      const [again] = await Promise.all([bringing, going])
      expect((await stored(again.id)).id).toBe((await stored(id)).id)
      expect(await stored(again.id)).toMatchObject(kept)
      expect((await w.get((await read(a.staff, again.id)).downloadUrl)).body).toBe(same.content)
    })

    it('is brought for another engagement after its bytes went, has others', async () => {
      const { same, id, job } = await due()
      const release = await keepFrom(w, 'legal_hold')
      const going = job()
      await waitingForLocks(w, 1, 'from legal_hold')
      const bringing = a.staff.brings(elsewhere, same)
      await waitingForLocks(w, 1, 'from stored_file')
      await release()
      const [again] = await Promise.all([bringing, going])
      expect(await stored(id)).toMatchObject(gone)
      expect(await stored(again.id)).toMatchObject(kept)
      expect((await w.get((await read(a.staff, again.id)).downloadUrl)).body).toBe(same.content)
    })

    it('is put under a legal hold before its bytes go, keeps them while that is in force', async () => {
      const { id, job } = await due(elsewhere)
      const release = await keepFrom(w, 'trail_entry')
      const placing = a.admin.does('placeLegalHold', { engagementId: elsewhere, reason }, 'legalHold { id }')
      await waitingForLocks(w, 1, 'trail_append')
      const going = job()
      await waitingForLocks(w, 1, 'from engagement')
      await release()
      const [{ legalHold }] = await Promise.all([placing, going])
      expect(await stored(id)).toMatchObject(kept)
      expect(Math.max(...(await waiting()))).toBe(7)
      await a.admin.does('releaseLegalHold', { legalHoldId: legalHold.id, expectedVersion: 1, reason })
      await laterDoJobs()
      expect(await stored(id)).toMatchObject(gone)
    })

    it('is put under a legal hold after its bytes went, which waits for that', async () => {
      const { id, job } = await due(elsewhere)
      const release = await keepFrom(w, 'stored_file')
      const going = job()
      await waitingForLocks(w, 1, 'from stored_file')
      const placing = a.admin.does('placeLegalHold', { engagementId: elsewhere, reason }, 'legalHold { id }')
      await waitingForLocks(w, 1, 'from engagement')
      await release()
      const [{ legalHold }] = await Promise.all([placing, going])
      expect(await stored(id)).toMatchObject(gone)
      await a.admin.does('releaseLegalHold', { legalHoldId: legalHold.id, expectedVersion: 1, reason })
    })
  })

  it('loses its bytes also where the storage was away when they were to go: it is done again', async () => {
    const { id } = await a.staff.brings(engagementId, file())
    const { id: storedFileId } = await stored(id)
    await remove(a.manager, id)
    await pass(7)
    const away = new Proxy(storage, {
      get: (target, name) =>
        name === 'remove'
          ? async () => {
              throw new Error('The storage is away.')
            }
          : Reflect.get(target, name, target),
    }) as FileStorage
    const job = { firmId: a.id, storedFileId }
    await expect(removeUnneeded(w.database, { storage: away }, job)).rejects.toThrow('away')
    expect(await stored(id)).toMatchObject({ ...gone, lies: true })
    await removeUnneeded(w.database, { storage }, job)
    expect(await stored(id)).toMatchObject(gone)
    await removeUnneeded(w.database, { storage }, job)
    expect(await stored(id)).toMatchObject(gone)
  })

  it('keeps its bytes while a legal hold is placed that came after, and loses them once that is released', async () => {
    await laterDoJobs()
    const { id } = await a.staff.brings(elsewhere, file())
    await remove(a.partner, id)
    const { legalHold } = await a.admin.does('placeLegalHold', { engagementId: elsewhere, reason }, 'legalHold { id }')
    await laterDoJobs()
    expect(await stored(id)).toMatchObject(kept)
    expect(await waiting()).toEqual([7])
    await a.admin.does('releaseLegalHold', { legalHoldId: legalHold.id, expectedVersion: 1, reason })
    await laterDoJobs()
    expect(await stored(id)).toMatchObject(gone)
  })

  it('supersedes nothing any more: another file may take its place', async () => {
    const old = await a.staff.brings(engagementId, file())
    const wrong = await a.staff.brings(engagementId, file(), { supersedesId: old.id })
    await remove(a.manager, wrong.id)
    expect((await read(a.staff, old.id)).supersededBy).toBeNull()
    const right = await a.staff.brings(engagementId, file(), { supersedesId: old.id })
    expect((await read(a.staff, old.id)).supersededBy).toEqual({ id: right.id })
    await remove(a.manager, old.id)
    const third = await a.staff.tryTo('createUpload', {
      engagementId,
      fileName: 'third.txt',
      ...ordinary,
      supersedesId: old.id,
    })
    expect(third.errors).toMatchObject([{ code: 'INVALID_TRANSITION', path: ['supersedesId'] }])
  })
})

describe('is not removed, and nothing moves:', () => {
  const refused = async (person: Person, input: object) => {
    const before = [await w.digest(), await waiting()]
    const { errors } = await person.tryTo('removeEvidence', { ...input })
    expect([await w.digest(), await waiting()]).toEqual(before)
    return errors
  }

  it('evidence on which something rests; the client is not told what', async () => {
    const work = await linkable(w, a, client)
    const { Procedure, Result, Population, Exception } = work.nodes
    const ends = [
      ...[Procedure, Result, Population, Exception].map((nodeId) => [a.staff, nodeId] as const),
      [client.respondent, work.responseId] as const,
    ]
    for (const [by, nodeId] of ends) {
      const { id } = await client.respondent.brings(work.engagementId, file())
      await by.does('linkEvidence', { evidenceId: id, nodeId })
      const cases = [
        [a.partner, 'EVIDENCE_IN_USE'],
        [client.admin, 'EVIDENCE_NEEDED'],
      ] as const
      for (const [person, code] of cases) {
        expect(await refused(person, removed(id))).toMatchObject([{ code: 'NOT_READY', blockers: [{ code }] }])
        const said = { allowed: false, reason: { code: 'NOT_READY' }, blockers: [{ code }] }
        expect(await foreseen(person, id)).toMatchObject(said)
      }
    }
  })

  it('a document of the file, a list that a population was imported from, and what supports a procedure', async () => {
    const f = await fieldwork(w, a)
    const { population, errors } = await importList(
      a.staff,
      f.engagementId,
      { populationId: (await f.draft()).id, expectedVersion: 1, keyColumn: 'id' },
      'id\nC-1\n',
    )
    expect(errors).toEqual([])
    const document = await a.staff.brings(f.engagementId, file())
    await a.senior.does('recordEngagementDocument', {
      engagementId: f.engagementId,
      kind: 'ENGAGEMENT_LETTER',
      datedOn: '2025-01-02',
      obtainedFrom: 'The head of finance, invented.',
      evidenceId: document.id,
    })
    const linked = await a.staff.brings(f.engagementId, file())
    const procedure = await f.procedure()
    const ends = { evidenceId: linked.id, nodeId: procedure.id }
    // What superseded it was removed: it may be linked again.
    const wrong = await a.staff.brings(f.engagementId, file(), { supersedesId: linked.id })
    const superseded = await a.staff.tryTo('linkEvidence', ends)
    expect(superseded.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['evidenceId'] }])
    await remove(a.manager, wrong.id)
    await a.staff.does('linkEvidence', ends)
    for (const id of [population.evidence.id, document.id, linked.id]) {
      expect(await refused(a.manager, removed(id))).toMatchObject([
        { code: 'NOT_READY', blockers: [{ code: 'EVIDENCE_IN_USE' }] },
      ])
      expect(await foreseen(a.manager, id)).toMatchObject({ allowed: false, blockers: [{ code: 'EVIDENCE_IN_USE' }] })
    }
    await a.staff.does('unlinkEvidence', ends)
    await remove(a.manager, linked.id)
  })

  it('and the wall of the client is lifted for that answer alone, not for what is read beside it', async () => {
    await a.admin.does('placeLegalHold', { engagementId: await staffedEngagement(a, other), reason })
    const count = 'select count(*)::int as n from legal_hold where firm_id = $1'
    const { rows } = await w.owner.query(count, [a.id])
    expect(rows[0].n).toBeGreaterThan(0)
    const { tx, close } = await openRead(w.database, client.admin.claims)
    const answers = await Promise.all([
      tx.prepared(count, [a.id]),
      tx.pastClientWall(count, [a.id]),
      tx.prepared(count, [a.id]),
    ])
    await close()
    expect(answers).toEqual([[{ n: 0 }], rows, [{ n: 0 }]])
  })

  it('evidence of an engagement on which a legal hold is in force; the client is not told of it', async () => {
    const { id } = await client.respondent.brings(engagementId, file())
    const hold = await a.partner.does('placeLegalHold', { engagementId, reason }, 'legalHold { id }')
    expect(await refused(a.manager, removed(id))).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'LEGAL_HOLD' }] },
    ])
    const toClient = await refused(client.admin, removed(id))
    expect(toClient).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'EVIDENCE_NEEDED' }] }])
    expect(JSON.stringify(toClient)).not.toMatch(/hold/i)
    expect(await foreseen(a.manager, id)).toMatchObject({ allowed: false, blockers: [{ code: 'LEGAL_HOLD' }] })
    await a.partner.does('releaseLegalHold', { legalHoldId: hold.legalHold.id, expectedVersion: 1, reason })
    await remove(client.admin, id)
  })

  it('what was removed already, what changed meanwhile, and without a reason', async () => {
    const { id } = await a.staff.brings(engagementId, file())
    const stale = await refused(a.manager, removed(id, 2))
    expect(stale).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    const without = await refused(a.manager, { ...removed(id), reason: '' })
    expect(without).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    await remove(a.manager, id)
    const again = await refused(a.manager, removed(id, 2))
    expect(again).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'REMOVED', to: 'REMOVED', allowed: [] }])
  })

  it('by anyone but partner, manager and the administrator of the client that brought it', async () => {
    const papers = await a.staff.brings(engagementId, file())
    const theirs = await client.respondent.brings(engagementId, file())
    const before = await w.digest()
    for (const person of [a.senior, a.staff, a.reviewer, client.respondent, client.viewer]) {
      expect(await person.isDenied('removeEvidence', removed(theirs.id)), person.name).toBe('FORBIDDEN')
    }
    for (const person of [client.admin, other.admin]) {
      expect(await person.isDenied('removeEvidence', removed(papers.id)), person.name).toBe('NOT_FOUND')
    }
    expect(await other.admin.isDenied('removeEvidence', removed(theirs.id))).toBe('NOT_FOUND')
    expect(await w.digest()).toBe(before)
  })

  it('of an engagement that is over', async () => {
    const over = await staffedEngagement(a, client)
    const { id } = await client.respondent.brings(over, file())
    const { engagement } = await a.partner.gql('query ($id: ID!) { engagement(id: $id) { version } }', { id: over })
    await a.partner.does('withdrawEngagement', { engagementId: over, expectedVersion: engagement.version, reason })
    for (const person of [a.partner, client.admin]) {
      expect(await refused(person, removed(id))).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    }
  })
})
