import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { type Tested, tested } from '../support/exceptions.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

// Review notes on working papers: written, addressed, cleared by their author or a person above them; in the way until then.

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Birch')
const outsider = await a.person('Otto Outsider of Alder', 'MANAGER')

const fields =
  'id version state text nodeType nodeId addressedNote reopenedReason author { id } assignee { id } addressedBy { id } settledBy { id } procedure { id } control { id }'
interface Note {
  id: string
  version: number
}
const tables =
  'procedure sample result population exception engagement_document control materiality_decision criterion_conclusion opinion'
const engagementOf = async (nodeId: string) => {
  const all = tables.split(' ').map((table) => `select id, engagement_id as of from ${table}`)
  return (await w.owner.query(`select of from (${all.join(' union all ')}) papers where id = $1`, [nodeId])).rows[0].of
}
const write = async (by: Person, nodeId: string, more: object = {}) =>
  (
    await by.does(
      'addReviewNote',
      { engagementId: await engagementOf(nodeId), nodeId, text: 'Which log was inspected? (invented)', ...more },
      `reviewNote { ${fields} }`,
    )
  ).reviewNote
const act = async (by: Person, mutation: string, { id, version }: Note, more: object = {}) =>
  (await by.does(mutation, { reviewNoteId: id, expectedVersion: version, ...more }, `reviewNote { ${fields} }`))
    .reviewNote
const answered = { addressedNote: 'The log of the forge; it is linked now (invented).' }
const address = (by: Person, note: Note) => act(by, 'addressReviewNote', note, answered)
/** Refused so, and nothing moved. */
async function refused(by: Person, mutation: string, { id, version }: Note, more: object, ...errors: object[]) {
  const before = await w.digest()
  const input = { reviewNoteId: id, expectedVersion: version, ...more }
  expect((await by.tryTo(mutation, input)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const notSettled = { code: 'SEPARATION_OF_DUTIES' }
const versionOf = async (id: string) =>
  (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const prepared = { outcome: 'EXCEPTIONS', outcomeNote: 'Three deviate (invented).' }
const signs = async (by: Person, mutation: string, procedureId: string, more: object = {}) =>
  by.tryTo(mutation, { procedureId, expectedVersion: await versionOf(procedureId), ...more })
const blockers = async ({ engagementId }: { engagementId: string }) => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: COMPLETION) { blockers { code node } } } }'
  const all = (await a.manager.gql(asked, { id: engagementId })).engagement.readiness.blockers
  return all.filter(({ code }: { code: string }) => code === 'REVIEW_NOTE_OPEN').map(({ node }: any) => node)
}

describe('a review note', () => {
  it('is addressed by who does the work, and cleared by its author', async () => {
    const work = await tested(w, a)
    const written = await write(a.senior, work.procedureId)
    expect(written).toMatchObject({
      ...{ state: 'OPEN', nodeType: 'Procedure', nodeId: work.procedureId, addressedNote: null, addressedBy: null },
      ...{ author: { id: a.senior.memberId }, procedure: { id: work.procedureId }, control: { id: work.controlId } },
    })
    const addressed = await address(a.staff, written)
    expect(addressed).toMatchObject({ state: 'ADDRESSED', ...answered, addressedBy: { id: a.staff.memberId } })
    const cleared = await act(a.senior, 'clearReviewNote', addressed)
    expect(cleared).toMatchObject({ state: 'CLEARED', ...answered, settledBy: { id: a.senior.memberId } })
    const over = { code: 'INVALID_TRANSITION' }
    await refused(a.manager, 'reopenReviewNote', cleared, { reason: 'Invented.' }, over)
    await refused(a.staff, 'addressReviewNote', cleared, answered, over)
    await refused(a.manager, 'clearReviewNote', cleared, {}, over)
  })

  it('is settled by its author or a person above them, and never by who addressed it', async () => {
    const work = await tested(w, a)
    const note = await write(a.manager, work.procedureId, { assigneeId: a.senior.memberId })
    expect(note.assignee).toEqual({ id: a.senior.memberId })
    await refused(a.manager, 'clearReviewNote', note, {}, { code: 'INVALID_TRANSITION' })
    await refused(a.manager, 'reopenReviewNote', note, { reason: 'Invented.' }, { code: 'INVALID_TRANSITION' })
    const addressed = await address(a.senior, note)
    await refused(a.senior, 'clearReviewNote', addressed, {}, notSettled)
    await refused(a.senior, 'reopenReviewNote', addressed, { reason: 'Invented.' }, notSettled)
    const reopened = await act(a.partner, 'reopenReviewNote', addressed, { reason: 'The log of which day?' })
    expect(reopened).toMatchObject({
      ...{ state: 'OPEN', addressedNote: null, addressedBy: null, reopenedReason: 'The log of which day?' },
      settledBy: { id: a.partner.memberId },
    })
    // Who wrote it and answers it themselves does not clear it.
    const own = await address(a.manager, reopened)
    await refused(a.manager, 'clearReviewNote', own, {}, notSettled)
    expect((await act(a.partner, 'clearReviewNote', own)).state).toBe('CLEARED')
    // Nor does the partner clear what they addressed, whoever wrote it.
    const another = await address(a.partner, await write(a.senior, work.procedureId))
    await refused(a.partner, 'clearReviewNote', another, {}, notSettled)
    expect((await act(a.manager, 'clearReviewNote', another)).state).toBe('CLEARED')
  })

  it('on their own work is cleared by another person, however high they stand', async () => {
    const work = await tested(w, a)
    const { id, version } = await work.procedure({ aspects: ['DESIGN'], attributes: [] })
    const own = { procedureId: id, expectedVersion: version, outcome: 'NO_EXCEPTIONS', outcomeNote: 'Invented.' }
    await a.manager.does('prepareProcedure', own)
    const note = await address(a.staff, await write(a.senior, id))
    await refused(a.manager, 'clearReviewNote', note, {}, notSettled)
    expect((await act(a.partner, 'clearReviewNote', note)).state).toBe('CLEARED')
  })

  it('of an author who left the team is for a manager or the partner', async () => {
    const work = await tested(w, a)
    const note = await address(a.staff, await write(a.senior, work.procedureId))
    const { rows } = await w.owner.query<{ id: string; version: number }>(
      'select id, version from team_member where engagement_id = $1 and member_id = $2',
      [work.engagementId, a.senior.memberId],
    )
    const [place] = rows
    await a.manager.does('removeTeamMember', { teamMemberId: place?.id, expectedVersion: place?.version })
    expect(await a.senior.isDenied('clearReviewNote', { reviewNoteId: note.id, expectedVersion: note.version })).toBe(
      'NOT_FOUND',
    )
    expect((await act(a.manager, 'clearReviewNote', note)).state).toBe('CLEARED')
  })

  it('is written on every kind of working paper, and knows what it belongs to', async () => {
    const made = await chain(a, await a.client('Wren Cloud'))
    await made.readyToIssue()
    const { rows } = await w.owner.query<{
      type: string
      id: string
      procedure: string | null
      control: string | null
    }>(
      `select distinct on (type) type, id, procedure, control from (
         select 'Procedure' as type, id, id as procedure, control_id as control from procedure where engagement_id = $1
         union all select 'Sample', s.id, s.procedure_id, t.control_id from sample s join procedure t on t.id = s.procedure_id where s.engagement_id = $1
         union all select 'Result', r.id, r.procedure_id, t.control_id from result r join procedure t on t.id = r.procedure_id where r.engagement_id = $1
         union all select 'Population', id, null, control_id from population where engagement_id = $1
         union all select 'Exception', id, null, control_id from exception where engagement_id = $1
         union all select 'EngagementDocument', id, null, null from engagement_document where engagement_id = $1
         union all select 'Control', id, null, id from control where engagement_id = $1
         union all select 'MaterialityDecision', id, null, null from materiality_decision where engagement_id = $1
         union all select 'CriterionConclusion', id, null, null from criterion_conclusion where engagement_id = $1
         union all select 'Opinion', id, null, null from opinion where engagement_id = $1) papers order by type, id`,
      [made.engagementId],
    )
    expect(rows.length).toBeGreaterThanOrEqual(9)
    for (const { type, id, procedure, control } of rows) {
      expect(await write(a.manager, id), type).toMatchObject({
        ...{
          nodeType: type,
          nodeId: id,
          procedure: procedure && { id: procedure },
          control: control && { id: control },
        },
      })
    }
    const { engagement } = await a.reviewer.gql(
      `query ($id: ID!, $of: ID) { engagement(id: $id) { reviewNotes(first: 50) { totalCount nodes { nodeType } }
         one: reviewNotes(first: 5, filter: { nodeId: $of, state: OPEN, authorId: "${a.manager.memberId}" }) { nodes { nodeId } }
         none: reviewNotes(first: 5, filter: { state: CLEARED }) { totalCount } } }`,
      { id: made.engagementId, of: rows[0]?.id },
    )
    expect(engagement.reviewNotes.totalCount).toBe(rows.length)
    expect(engagement.reviewNotes.nodes.map(({ nodeType }: any) => nodeType)).toEqual(
      rows.map(({ type }) => type).reverse(),
    )
    expect(engagement.one.nodes).toEqual([{ nodeId: rows[0]?.id }])
    expect(engagement.none.totalCount).toBe(0)
    expect(await blockers(made)).toHaveLength(rows.length)
  })

  it('is refused on what is no working paper, to who does no work, and for who is not on the team', async () => {
    const work = await tested(w, a)
    const { engagementId } = work
    const elsewhere = await tested(w, a)
    const text = 'Invented.'
    const before = await w.digest()
    const given = { engagementId, nodeId: work.procedureId, text }
    for (const person of [a.staff, a.reviewer, a.admin, outsider, b.manager, work.client.admin]) {
      expect(await person.isDenied('addReviewNote', given), person.name).toMatch(/^(FORBIDDEN|NOT_FOUND)$/)
    }
    for (const nodeId of [engagementId, 'nothing', elsewhere.procedureId]) {
      const none = [{ code: 'NOT_FOUND', path: ['nodeId'] }]
      expect((await a.manager.tryTo('addReviewNote', { ...given, nodeId })).errors).toMatchObject(none)
    }
    expect(await a.manager.isDenied('addReviewNote', { ...given, engagementId: 'nothing' })).toBe('NOT_FOUND')
    for (const [assigneeId, code] of [
      [outsider.memberId, 'NOT_FOUND'],
      [b.staff.memberId, 'NOT_FOUND'],
      [work.client.admin.memberId, 'NOT_FOUND'],
      [a.reviewer.memberId, 'INVALID_INPUT'],
    ]) {
      const { errors } = await a.manager.tryTo('addReviewNote', { ...given, assigneeId })
      expect(errors).toMatchObject([{ code, path: ['assigneeId'] }])
    }
    expect((await a.manager.tryTo('addReviewNote', { ...given, text: ' ' })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['text'] },
    ])
    expect(await w.digest()).toBe(before)
    const note = await write(a.manager, work.procedureId)
    for (const person of [outsider, b.manager, work.client.admin, work.client.respondent]) {
      expect(
        (await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: note.id })).node,
        person.name,
      ).toBeNull()
    }
  })
})

describe('a review note that is not cleared', () => {
  const preparedWith = async (note: (work: Tested) => Promise<Note>) => {
    const work = await tested(w, a)
    await a.senior.does('raiseException', work.matter)
    expect((await signs(a.staff, 'prepareProcedure', work.procedureId, prepared)).errors).toEqual([])
    return { work, note: await note(work) }
  }

  it.each([
    ['the procedure', ({ procedureId }: Tested) => procedureId],
    ['a result', ({ results }: Tested) => results['C-2 A']?.id as string],
  ])('on %s keeps the procedure from being reviewed', async (_, paperOf) => {
    const { work, note } = await preparedWith((of) => write(a.senior, paperOf(of)))
    const before = await w.digest()
    const expected = [{ code: 'NOT_READY', blockers: [{ code: 'REVIEW_NOTE_OPEN', node: note.id }] }]
    expect((await signs(a.senior, 'reviewProcedure', work.procedureId)).errors).toMatchObject(expected)
    expect(await w.digest()).toBe(before)
    const addressed = await address(a.staff, note)
    expect((await signs(a.senior, 'reviewProcedure', work.procedureId)).errors).toMatchObject(expected)
    expect(await blockers(work)).toEqual([note.id])
    await act(a.senior, 'clearReviewNote', addressed)
    expect((await signs(a.senior, 'reviewProcedure', work.procedureId)).errors).toEqual([])
    expect(await blockers(work)).toEqual([])
  })

  it('on the population keeps what was drawn from it from being reviewed, and on another control does not', async () => {
    const { work } = await preparedWith((of) => write(a.senior, of.procedureId).then((note) => address(a.staff, note)))
    const { rows } = await w.owner.query<{ id: string; population_id: string }>(
      'select id, population_id from sample where procedure_id = $1',
      [work.procedureId],
    )
    const first = (
      await a.senior.gql(
        `query ($id: ID!) { node(id: $id) { ... on Procedure { reviewNotes(first: 5) { nodes { ${fields} } } } } }`,
        { id: work.procedureId },
      )
    ).node.reviewNotes.nodes
    await act(a.senior, 'clearReviewNote', first[0])
    const onList = await write(a.senior, rows[0]?.population_id as string)
    const elsewhere = await tested(w, a)
    await write(a.senior, elsewhere.procedureId)
    expect((await signs(a.senior, 'reviewProcedure', work.procedureId)).errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'REVIEW_NOTE_OPEN', node: onList.id }] },
    ])
    await act(a.senior, 'clearReviewNote', await address(a.staff, onList))
    expect((await signs(a.senior, 'reviewProcedure', work.procedureId)).errors).toEqual([])
  })
})
