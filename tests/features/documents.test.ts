import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
import { waitingForLocks } from '../support/locks.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')
const begun = (id: string, state = 'FIELDWORK') =>
  w.owner.query("update engagement set state = $2, fieldwork_started_at = '2026-02-02T09:00:00Z' where id = $1", [
    id,
    state,
  ])
const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)

describe('the documents of the file', () => {
  const document = {
    kind: 'REPRESENTATION_LETTER',
    datedOn: '2026-01-20',
    obtainedFrom: 'Carla Invented, CEO',
    note: 'Signed on paper; scanned.',
  }
  const letter = { name: 'representation-letter.txt', content: 'What management represents.' }
  /** Has the manager bring a file for an engagement; answers the id of the evidence. */
  const brought = async (engagementId: string, file = letter): Promise<string> =>
    (await a.manager.brings(engagementId, file)).id
  const listed = `query ($id: ID!) { engagement(id: $id) { documents {
    kind datedOn obtainedFrom evidence { id fileName sha256 } note recordedBy { id } } } }`

  it('are recorded one after the other and kept as recorded', async () => {
    const engagementId = await staffedEngagement(a, client)
    const corrected = { name: 'corrected.txt', content: 'What management represents, corrected.' }
    const [first, second] = [await brought(engagementId), await brought(engagementId, corrected)]
    await a.senior.does('recordEngagementDocument', { engagementId, ...document, evidenceId: first })
    const anew = { engagementId, ...document, note: undefined, evidenceId: second }
    await a.manager.does('recordEngagementDocument', anew)
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
    expect((await a.staff.gql(listed, { id: engagementId })).engagement.documents).toEqual([
      {
        ...document,
        evidence: { id: first, fileName: letter.name, sha256: sha256(letter.content) },
        recordedBy: { id: a.senior.memberId },
      },
      {
        ...document,
        note: null,
        evidence: { id: second, fileName: corrected.name, sha256: sha256(corrected.content) },
        recordedBy: { id: a.manager.memberId },
      },
    ])
  })

  it('rest on files that either side brought for this engagement and that can be relied on, and on no others', async () => {
    const engagementId = await staffedEngagement(a, client)
    const elsewhere = await staffedEngagement(a, other)
    const states = ['PENDING', 'INFECTED', 'REMOVED'] as const
    const unreliable: [string, string][] = []
    for (const state of states) {
      const id = await brought(engagementId, { name: `${state}.txt`, content: state })
      unreliable.push([state, id])
      const removed = "removed_reason = 'Invented.', removed_by = created_by, removed_at = now()"
      await w.owner.query(`update evidence set state = $2${state === 'REMOVED' ? `, ${removed}` : ''} where id = $1`, [
        id,
        state,
      ])
    }
    const ofAnother = await brought(elsewhere)
    const unseen = await (async () => {
      const b = await w.firm('Birch')
      const theirs = await staffedEngagement(b, await b.client('Kestrel Cloud'))
      return (await b.manager.brings(theirs, letter)).id
    })()
    const before = await w.digest()
    const record = (evidenceId: string) =>
      a.manager.tryTo('recordEngagementDocument', { engagementId, ...document, evidenceId })
    const path = ['evidenceId']
    for (const [state, id] of unreliable) {
      const { errors } = await record(id)
      expect(errors, state).toMatchObject([{ code: 'INVALID_TRANSITION', path, from: state }])
    }
    expect((await record(ofAnother)).errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    for (const nothing of [randomUUID(), unseen, 'nothing']) {
      expect((await record(nothing)).errors, nothing).toMatchObject([{ code: 'NOT_FOUND', path }])
    }
    expect(await w.digest()).toBe(before)
    const { id: evidenceId } = await client.respondent.brings(engagementId, letter)
    await a.manager.does('recordEngagementDocument', { engagementId, ...document, evidenceId })
  })

  it('are recorded while their file stays as it is: what is being removed is waited for, and refused', async () => {
    const engagementId = await staffedEngagement(a, client)
    const evidenceId = await brought(engagementId)
    const remover = await w.owner.connect()
    await remover.query('begin')
    await remover.query("update evidence set state = 'INFECTED' where id = $1", [evidenceId])
    const recording = a.manager.tryTo('recordEngagementDocument', { engagementId, ...document, evidenceId })
    await waitingForLocks(w, 1)
    await remover.query('commit')
    remover.release()
    expect((await recording).errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'INFECTED' }])
    expect((await a.staff.gql(listed, { id: engagementId })).engagement.documents).toEqual([])
  })

  it('bear dates that they can bear', async () => {
    const engagementId = await staffedEngagement(a, client)
    const evidenceId = await brought(engagementId)
    await begun(engagementId)
    const before = await w.digest()
    const refusals: [object, string, RegExp][] = [
      [{ datedOn: '2025-12-30' }, 'datedOn', /up to 2025-12-31/],
      [{ kind: 'SUBSEQUENT_EVENTS_INQUIRY', datedOn: '2025-12-31' }, 'datedOn', /came after 2025-12-31/],
      [{ kind: 'ENGAGEMENT_LETTER', datedOn: '2026-02-04' }, 'datedOn', /fieldwork began on 2026-02-02/],
      [{ datedOn: tomorrow }, 'datedOn', /future/],
      [{ datedOn: '0000-01-01' }, 'datedOn', /no day/],
      [{ obtainedFrom: '\u0000' }, 'obtainedFrom', /U\+0000/],
      [{ obtainedFrom: 'x'.repeat(201) }, 'obtainedFrom', /200/],
    ]
    for (const [wrong, path, sentence] of refusals) {
      const input = { engagementId, ...document, evidenceId, ...wrong }
      const { errors } = await a.manager.tryTo('recordEngagementDocument', input)
      expect(errors, JSON.stringify(wrong)).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
      expect(errors[0].message).toMatch(sentence)
    }
    expect(await w.digest()).toBe(before)
    const early = { ...document, kind: 'ENGAGEMENT_LETTER', datedOn: '2024-11-01' }
    await a.manager.does('recordEngagementDocument', { engagementId, ...early, evidenceId })
  })

  it('are recorded by the partner, manager and seniors of the team, until the report is issued', async () => {
    const engagementId = await staffedEngagement(a, client)
    const input = { engagementId, ...document, evidenceId: await brought(engagementId) }
    const before = await w.digest()
    for (const person of [a.staff, a.reviewer, a.admin, client.admin]) {
      expect(await person.isDenied('recordEngagementDocument', input), person.name).toBe('FORBIDDEN')
    }
    for (const person of [outsider, a.manager]) {
      const never = await person.isDenied('recordEngagementDocument', { ...input, engagementId: randomUUID() })
      expect(await outsider.isDenied('recordEngagementDocument', input)).toBe(person === outsider ? never : 'FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    await begun(engagementId, 'ISSUED')
    expect((await a.manager.tryTo('recordEngagementDocument', input)).errors).toMatchObject([
      { code: 'ENGAGEMENT_STATE' },
    ])
  })
})

describe('the description of the system', () => {
  const section = 'id version criterion text'
  const sections = `query ($id: ID!) { engagement(id: $id) { descriptionSections { criterion text version } } }`

  it('is written by the client, section by section, and read by the team', async () => {
    const engagementId = await staffedEngagement(a, client)
    const input = { engagementId, criterion: 'DC2', text: 'We commit to 99.9 % availability.' }
    const first = await client.respondent.does('writeDescriptionSection', input, `descriptionSection { ${section} }`)
    expect(first.descriptionSection).toMatchObject({ version: 1, criterion: 'DC2' })
    await client.admin.does('writeDescriptionSection', {
      ...input,
      criterion: 'DC1',
      text: 'Hosting.',
      expectedVersion: 0,
    })
    const anew = { ...input, text: 'We commit to 99.5 % availability.', expectedVersion: 1 }
    await client.admin.does('writeDescriptionSection', anew)
    const before = await w.digest()
    for (const expectedVersion of [undefined, 0, 1, 3]) {
      const { errors } = await client.respondent.tryTo('writeDescriptionSection', { ...input, expectedVersion })
      expect(errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }])
    }
    const unwritten = await client.respondent.tryTo('writeDescriptionSection', { ...anew, criterion: 'DC9' })
    expect(unwritten.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 0 }])
    expect(await w.digest()).toBe(before)
    for (const person of [client.viewer, a.staff, a.reviewer]) {
      expect((await person.gql(sections, { id: engagementId })).engagement.descriptionSections).toEqual([
        { criterion: 'DC1', text: 'Hosting.', version: 1 },
        { criterion: 'DC2', text: 'We commit to 99.5 % availability.', version: 2 },
      ])
    }
  })

  it('is written by that client alone, and by none after issue', async () => {
    const engagementId = await staffedEngagement(a, client)
    const input = { engagementId, criterion: 'DC1', text: 'Ours.' }
    const before = await w.digest()
    for (const person of [client.viewer, a.partner, a.admin]) {
      expect(await person.isDenied('writeDescriptionSection', input), person.name).toBe('FORBIDDEN')
    }
    const never = await other.admin.isDenied('writeDescriptionSection', { ...input, engagementId: randomUUID() })
    expect(await other.admin.isDenied('writeDescriptionSection', input)).toBe(never)
    expect(never).toBe('NOT_FOUND')
    await begun(engagementId, 'ISSUED')
    const issued = await w.digest()
    expect(issued).not.toBe(before)
    const late = await client.admin.tryTo('writeDescriptionSection', input)
    expect(late.errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await w.digest()).toBe(issued)
  })
})
