import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
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
    fileName: 'representation-letter.pdf',
    sha256: 'ab'.repeat(32),
    note: 'Signed on paper; scanned.',
  }
  const listed = `query ($id: ID!) { engagement(id: $id) { documents {
    kind datedOn obtainedFrom fileName sha256 note recordedBy { id } } } }`

  it('are recorded one after the other and kept as recorded', async () => {
    const engagementId = await staffedEngagement(a, client)
    await a.senior.does('recordEngagementDocument', { engagementId, ...document })
    const corrected = { ...document, sha256: 'cd'.repeat(32), note: undefined }
    await a.manager.does('recordEngagementDocument', { engagementId, ...corrected })
    expect((await a.staff.gql(listed, { id: engagementId })).engagement.documents).toEqual([
      { ...document, recordedBy: { id: a.senior.memberId } },
      { ...corrected, note: null, recordedBy: { id: a.manager.memberId } },
    ])
  })

  it('bear dates that they can bear', async () => {
    const engagementId = await staffedEngagement(a, client)
    await begun(engagementId)
    const before = await w.digest()
    const refusals: [object, string, RegExp][] = [
      [{ datedOn: '2025-12-30' }, 'datedOn', /up to 2025-12-31/],
      [{ kind: 'SUBSEQUENT_EVENTS_INQUIRY', datedOn: '2025-12-30' }, 'datedOn', /up to 2025-12-31/],
      [{ kind: 'ENGAGEMENT_LETTER', datedOn: '2026-02-04' }, 'datedOn', /fieldwork began on 2026-02-02/],
      [{ datedOn: tomorrow }, 'datedOn', /future/],
      [{ datedOn: '0000-01-01' }, 'datedOn', /no day/],
      [{ sha256: 'ab' }, 'sha256', /64/],
      [{ sha256: 'AB'.repeat(32) }, 'sha256', /lower case/],
      [{ obtainedFrom: '\u0000' }, 'obtainedFrom', /U\+0000/],
      [{ fileName: 'x'.repeat(256) }, 'fileName', /255/],
    ]
    for (const [wrong, path, sentence] of refusals) {
      const { errors } = await a.manager.tryTo('recordEngagementDocument', { engagementId, ...document, ...wrong })
      expect(errors, JSON.stringify(wrong)).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
      expect(errors[0].message).toMatch(sentence)
    }
    expect(await w.digest()).toBe(before)
    const letter = { ...document, kind: 'ENGAGEMENT_LETTER', datedOn: '2024-11-01' }
    await a.manager.does('recordEngagementDocument', { engagementId, ...letter })
  })

  it('are recorded by the partner, manager and seniors of the team, until the report is issued', async () => {
    const engagementId = await staffedEngagement(a, client)
    const input = { engagementId, ...document }
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
