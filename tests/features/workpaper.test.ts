import { describe, expect, it } from 'vitest'
import { write as writing } from '../../src/kernel/store/work.js'
import { chain } from '../support/chain.js'
import { type Fieldwork, fieldwork } from '../support/fieldwork.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

// Memos, the completion memo and consultations: written, signed by two people, and in the way until they are.

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Birch')
const outsider = await a.person('Otto Outsider of Alder', 'MANAGER')

const fields =
  'id version number ref kind state title text consultedName consultedRole consultedOn question conclusion contentDigest preparedBy { id } authors { id } restsOn { id type } withdrawnReason'
const memo = { kind: 'MEMO', title: 'The new forge', text: 'The forge was replaced in May, invented.' }
const consultation = {
  ...{ kind: 'CONSULTATION', title: 'Whether late removals are pervasive', text: 'Invented.' },
  ...{ consultedName: 'Ines Invented', consultedRole: 'Partner for methodology of Alder', consultedOn: '2025-11-03' },
  ...{ question: 'Whether two late removals bear on more than CC6.2.', conclusion: 'They do not; she agrees.' },
}
interface Made {
  id: string
  version: number
}
const write = async (by: Person, { engagementId }: { engagementId: string }, said: object = memo) =>
  (await by.does('writeWorkpaper', { engagementId, ...said }, `workpaper { ${fields} }`)).workpaper
const act = async (by: Person, mutation: string, { id, version }: Made, more: object = {}) =>
  (await by.does(mutation, { workpaperId: id, expectedVersion: version, ...more }, `workpaper { ${fields} }`)).workpaper
/** Refused so, and nothing moved. */
async function refused(by: Person, mutation: string, input: object, ...errors: object[]) {
  const before = await w.digest()
  expect((await by.tryTo(mutation, input as Record<string, unknown>)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const of = ({ id, version }: Made, more: object = {}) => ({ workpaperId: id, expectedVersion: version, ...more })
const reviewed = async (work: Fieldwork, said: object = memo) => {
  const prepared = await act(a.staff, 'prepareWorkpaper', await write(a.staff, work, said))
  return act(a.manager, 'reviewWorkpaper', prepared)
}
const blockers = async (engagementId: string, to = 'COMPLETION') => {
  const asked = `query ($id: ID!) { engagement(id: $id) { readiness(to: ${to}) { blockers { code node } } } }`
  const all = (await a.manager.gql(asked, { id: engagementId })).engagement.readiness.blockers
  return all.filter(({ code }: { code: string }) => /WORKPAPER|STALE/.test(code))
}

describe('a workpaper', () => {
  it('is written, changed, prepared and reviewed by another person above, with a reference that stays', async () => {
    const work = await fieldwork(w, a)
    const first = await write(a.staff, work)
    expect(first).toMatchObject({
      ...{ ...memo, number: 1, ref: 'WP-1', state: 'DRAFT', version: 1, preparedBy: null, consultedName: null },
      authors: [{ id: a.staff.memberId }],
    })
    const changed = await act(a.staff, 'updateWorkpaper', first, { text: 'It was replaced in June, invented.' })
    expect(changed).toMatchObject({ text: 'It was replaced in June, invented.', title: memo.title, version: 2 })
    expect(changed.contentDigest).not.toBe(first.contentDigest)
    const prepared = await act(a.staff, 'prepareWorkpaper', changed)
    expect(prepared).toMatchObject({ state: 'PREPARED', preparedBy: { id: a.staff.memberId } })
    expect(await act(a.senior, 'reviewWorkpaper', prepared)).toMatchObject({ state: 'REVIEWED', ref: 'WP-1' })
    expect(await write(a.senior, work)).toMatchObject({ number: 2, ref: 'WP-2' })
    const { data } = await a.reviewer.ask(
      'query ($id: ID!) { workpaper(id: $id) { ref engagement { id } } none: workpaper(id: "x") { id } }',
      {
        id: first.id,
      },
    )
    expect(data).toEqual({ workpaper: { ref: 'WP-1', engagement: { id: work.engagementId } }, none: null })
  })

  it('of a consultation says who was consulted, when, on what and with which conclusion; no other does', async () => {
    const work = await fieldwork(w, a)
    expect(await write(a.senior, work, consultation)).toMatchObject({ ...consultation, state: 'DRAFT' })
    const given = { engagementId: work.engagementId }
    const { conclusion: _, question: __, ...part } = consultation
    const invalid = (path: string) => ({ code: 'INVALID_INPUT', path: [path] })
    await refused(a.senior, 'writeWorkpaper', { ...given, ...part }, invalid('question'), invalid('conclusion'))
    await refused(a.senior, 'writeWorkpaper', { ...given, ...memo, consultedName: 'Ines' }, invalid('consultedName'))
    await refused(
      a.senior,
      'writeWorkpaper',
      { ...given, ...consultation, consultedOn: '2999-01-01' },
      invalid('consultedOn'),
    )
    const draft = await write(a.senior, work, consultation)
    await refused(a.senior, 'updateWorkpaper', of(draft, { conclusion: null }), invalid('conclusion'))
    await refused(a.senior, 'updateWorkpaper', of(draft, { title: ' ' }), invalid('title'))
  })

  it('refers to papers of the engagement, and can be one that a reason rests on once it is signed', async () => {
    const work = await fieldwork(w, a)
    const { id: procedureId } = await work.procedure()
    const paper = await write(a.staff, work, { ...memo, restsOnIds: [procedureId] })
    expect(paper.restsOn).toEqual([{ id: procedureId, type: 'Procedure' }])
    const elsewhere = await fieldwork(w, a)
    const { id: foreign } = await elsewhere.procedure()
    const given = { engagementId: work.engagementId, ...memo }
    await refused(
      a.staff,
      'writeWorkpaper',
      { ...given, restsOnIds: [foreign] },
      { code: 'NOT_FOUND', path: ['restsOnIds', '0'] },
    )
    const onDraft = { ...given, restsOnIds: [paper.id] }
    await refused(a.staff, 'writeWorkpaper', onDraft, { code: 'INVALID_INPUT', path: ['restsOnIds', '0'] })
    await act(a.staff, 'prepareWorkpaper', paper)
    const { workpaper } = await a.staff.does('writeWorkpaper', onDraft, 'workpaper { restsOn { id type } }')
    expect(workpaper.restsOn).toEqual([{ id: paper.id, type: 'Workpaper' }])
    const asked = `query ($id: ID!, $of: ID) { engagement(id: $id) { workpapers(first: 5, filter: { restsOnId: $of }) { totalCount nodes { ref } } } }`
    const referring = async (of: string | null) =>
      (await a.reviewer.gql(asked, { id: work.engagementId, of })).engagement.workpapers.nodes.map(
        ({ ref }: any) => ref,
      )
    expect(await referring(procedureId)).toEqual(['WP-1'])
    expect(await referring(paper.id)).toEqual(['WP-2'])
    expect([await referring('nothing'), await referring(foreign), await referring(null)]).toEqual([
      [],
      [],
      ['WP-1', 'WP-2'],
    ])
  })

  it('is changed only once it was sent back, which withdraws the signatures and keeps them', async () => {
    const work = await fieldwork(w, a)
    const paper = await reviewed(work)
    const signed = { code: 'INVALID_TRANSITION' }
    await refused(a.staff, 'updateWorkpaper', of(paper, { title: 'Another' }), signed)
    await refused(a.senior, 'withdrawWorkpaper', of(paper, { reason: 'Invented.' }), signed)
    await refused(a.staff, 'prepareWorkpaper', of(paper), signed)
    await refused(a.manager, 'reviewWorkpaper', of(paper), signed)
    await refused(a.staff, 'updateWorkpaper', of({ ...paper, version: 1 }, { title: 'Another' }), {
      code: 'VERSION_CONFLICT',
    })
    const back = await act(a.manager, 'sendBackWorkpaper', paper, { reason: 'Which forge?' })
    expect(back).toMatchObject({ state: 'DRAFT', preparedBy: null })
    await refused(a.manager, 'sendBackWorkpaper', of(back, { reason: 'Invented.' }), signed)
    const { rows } = await w.owner.query(
      'select level, withdrawn_reason as reason from sign_off where workpaper_id = $1 order by level',
      [paper.id],
    )
    expect(rows).toEqual([
      { level: 'PREPARER', reason: 'Which forge?' },
      { level: 'REVIEWER', reason: 'Which forge?' },
    ])
    // What two people signed does not go away by a senior, nor by one of its authors.
    const duties = { code: 'SEPARATION_OF_DUTIES' }
    await refused(a.senior, 'withdrawWorkpaper', of(back, { reason: 'It is told elsewhere.' }), duties)
    const withdrawn = await act(a.manager, 'withdrawWorkpaper', back, { reason: 'It is told elsewhere.' })
    expect(withdrawn).toMatchObject({ state: 'WITHDRAWN', withdrawnReason: 'It is told elsewhere.' })
    await refused(a.staff, 'updateWorkpaper', of(withdrawn, { title: 'Another' }), signed)
  })

  it('is reviewed by none of its authors, and by a person above who prepared it', async () => {
    const work = await fieldwork(w, a)
    const together = await act(a.manager, 'updateWorkpaper', await write(a.senior, work), { title: 'By two' })
    const prepared = await act(a.senior, 'prepareWorkpaper', together)
    const duties = { code: 'SEPARATION_OF_DUTIES' }
    await refused(a.manager, 'reviewWorkpaper', of(prepared), duties)
    await refused(a.senior, 'reviewWorkpaper', of(prepared), duties)
    expect((await act(a.partner, 'reviewWorkpaper', prepared)).state).toBe('REVIEWED')
    // By who wrote it, whoever prepares it.
    const ofManager = await act(a.staff, 'prepareWorkpaper', await write(a.manager, work))
    await refused(a.senior, 'reviewWorkpaper', of(ofManager), duties)
  })

  it('is the team’s alone', async () => {
    const work = await fieldwork(w, a)
    const paper = await act(a.staff, 'prepareWorkpaper', await write(a.staff, work))
    const before = await w.digest()
    for (const person of [a.reviewer, a.admin, outsider, b.manager, work.client.admin]) {
      const denied = /^(FORBIDDEN|NOT_FOUND)$/
      expect(await person.isDenied('writeWorkpaper', { engagementId: work.engagementId, ...memo })).toMatch(denied)
      expect(await person.isDenied('reviewWorkpaper', of(paper))).toMatch(denied)
      expect(await person.isDenied('sendBackWorkpaper', of(paper, { reason: 'Invented.' }))).toMatch(denied)
    }
    expect(await a.staff.isDenied('reviewWorkpaper', of(paper))).toBe('FORBIDDEN')
    expect(await a.staff.isDenied('withdrawWorkpaper', of(paper, { reason: 'Invented.' }))).toBe('FORBIDDEN')
    for (const person of [outsider, b.manager, work.client.admin, work.client.respondent]) {
      const { node } = await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: paper.id })
      expect(node, person.name).toBeNull()
    }
    expect(await w.digest()).toBe(before)
  })
})

describe('before completion', () => {
  it('each paper that was not withdrawn is reviewed, and is what was signed', async () => {
    const work = await fieldwork(w, a)
    const draft = await write(a.staff, work)
    expect(await blockers(work.engagementId)).toEqual([{ code: 'WORKPAPER_NOT_REVIEWED', node: draft.id }])
    const prepared = await act(a.staff, 'prepareWorkpaper', draft)
    expect(await blockers(work.engagementId)).toEqual([{ code: 'WORKPAPER_NOT_REVIEWED', node: draft.id }])
    await act(a.manager, 'reviewWorkpaper', prepared)
    expect(await blockers(work.engagementId)).toEqual([])
    await tamper(draft.id)
    expect(await blockers(work.engagementId)).toEqual([{ code: 'SIGN_OFF_STALE', node: draft.id }])
    const other = await write(a.staff, work)
    await act(a.senior, 'withdrawWorkpaper', other, { reason: 'Invented.' })
    expect(await blockers(work.engagementId)).toHaveLength(1)
  })

  it('the completion memo waits until the report is issued; an engagement has one', async () => {
    const work = await fieldwork(w, a)
    const completion = { ...memo, kind: 'COMPLETION_MEMO', title: 'Completion' }
    const paper = await write(a.manager, work, completion)
    expect(await blockers(work.engagementId)).toEqual([])
    expect(await blockers(work.engagementId, 'ISSUED')).toEqual([{ code: 'WORKPAPER_NOT_REVIEWED', node: paper.id }])
    await refused(
      a.manager,
      'writeWorkpaper',
      { engagementId: work.engagementId, ...completion },
      { code: 'ALREADY_EXISTS', path: ['kind'] },
    )
    await act(a.manager, 'withdrawWorkpaper', paper, { reason: 'Written too soon.' })
    const second = await write(a.manager, work, completion)
    await act(a.partner, 'reviewWorkpaper', await act(a.manager, 'prepareWorkpaper', second))
    expect(await blockers(work.engagementId, 'ISSUED')).toEqual([])
  })
})

const tamper = (id: string) =>
  writing(w.database, null, 'tampering', async (tx) => {
    await tx.enter(a.id)
    await tx.query('update workpaper set title = $3 where firm_id = $1 and id = $2 returning id', [a.id, id, 'Another'])
  })

describe('a workpaper in the review', () => {
  it('waits for who may review it, takes notes, is opened, and is not signed where it changed', async () => {
    const work = await fieldwork(w, a)
    const paper = await act(a.staff, 'prepareWorkpaper', await write(a.staff, work))
    const queue = async (by: Person) =>
      (
        await by.gql(
          'query ($id: ID!) { engagement(id: $id) { reviewQueue(first: 5) { nodes { kind node { id } procedure { id } } } } }',
          { id: work.engagementId },
        )
      ).engagement.reviewQueue.nodes
    const waiting = [{ kind: 'REVIEW_WORKPAPER', node: { id: paper.id }, procedure: null }]
    expect(await queue(a.senior)).toEqual(waiting)
    expect(await queue(a.manager)).toEqual(waiting)
    expect(await queue(a.staff)).toEqual([])
    const { reviewNote } = await a.senior.does(
      'addReviewNote',
      { engagementId: work.engagementId, nodeId: paper.id, text: 'Which forge?' },
      'reviewNote { id assignee { id } }',
    )
    expect(reviewNote.assignee).toEqual({ id: a.staff.memberId })
    const noted = [{ code: 'NOT_READY', blockers: [{ code: 'REVIEW_NOTE_OPEN', node: reviewNote.id }] }]
    await refused(a.manager, 'reviewWorkpaper', of(paper), ...noted)
    await a.senior.does('recordOpened', { nodeId: paper.id, contentDigest: paper.contentDigest })
    await tamper(paper.id)
    await refused(a.manager, 'reviewWorkpaper', of(paper), {
      code: 'NOT_READY',
      blockers: [{ code: 'SIGN_OFF_STALE' }, { code: 'REVIEW_NOTE_OPEN' }],
    })
  })
})

describe('the index of the file', () => {
  it('lists each paper by a reference that stays, with who signed it', async () => {
    const made = await chain(a, await a.client('Wren Cloud'))
    await made.readyToIssue()
    const { engagementId } = made
    const paper = await write(a.staff, made)
    const prepared = await act(a.staff, 'prepareWorkpaper', paper)
    await act(a.senior, 'reviewWorkpaper', prepared)
    const asked = `query ($id: ID!) { engagement(id: $id) { paperIndex(first: 100) { totalCount nodes { nodeType nodeId ref title isStale preparedBy { id } reviewedBy { id } } } workpapers(first: 5) { nodes { ref } } } }`
    const read = async () => (await a.reviewer.gql(asked, { id: engagementId })).engagement
    const { paperIndex, workpapers } = await read()
    const { rows } = await w.owner.query(
      `select (select count(*) from procedure where engagement_id = $1) + (select count(*) from sample where engagement_id = $1)
         + (select count(*) from population where engagement_id = $1) + (select count(*) from exception where engagement_id = $1)
         + (select count(*) from engagement_document where engagement_id = $1) + (select count(*) from workpaper where engagement_id = $1) as n`,
      [engagementId],
    )
    expect(paperIndex.totalCount).toBe(Number(rows[0].n))
    const refs = paperIndex.nodes.map(({ ref }: any) => ref)
    expect(new Set(refs).size).toBe(refs.length)
    expect([...new Set(paperIndex.nodes.map(({ nodeType }: any) => nodeType))]).toEqual([
      ...['Procedure', 'Sample', 'Population', 'Exception', 'EngagementDocument', 'Workpaper'],
    ])
    expect(refs).toEqual(expect.arrayContaining(['POP-1', 'EX-1', 'DOC-1', 'WP-1']))
    expect(paperIndex.nodes.at(-1)).toEqual({
      ...{ nodeType: 'Workpaper', nodeId: paper.id, ref: 'WP-1', title: memo.title, isStale: false },
      ...{ preparedBy: { id: a.staff.memberId }, reviewedBy: { id: a.senior.memberId } },
    })
    expect(workpapers.nodes).toEqual([{ ref: 'WP-1' }])
    await tamper(paper.id)
    expect((await read()).paperIndex.nodes.at(-1).isStale).toBe(true)
  })
})
