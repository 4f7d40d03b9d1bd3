import { describe, expect, it } from 'vitest'
import { type Tested, tested } from '../support/exceptions.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

// The review of many procedures at once, what waits for whom, and how far the work is.

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Birch')

const versionOf = async (id: string) =>
  (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const inspected = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'It is set so (invented).' }
/** A procedure of the control that was prepared: an inspection without a sample. */
async function preparedOne(work: Fieldwork, plan: object = {}): Promise<string> {
  const { id, version } = await work.procedure({ aspects: ['DESIGN'], attributes: [], ...plan })
  await a.staff.does('prepareProcedure', { procedureId: id, expectedVersion: version, ...inspected })
  return id
}
const opens = async (person: Person, nodeId: string) => {
  const asked = 'query ($id: ID!) { node(id: $id) { ... on Procedure { contentDigest } } }'
  const { contentDigest } = (await person.gql(asked, { id: nodeId })).node
  await person.does('recordOpened', { nodeId, contentDigest })
}
const named = (ids: readonly string[]) =>
  Promise.all(ids.map(async (procedureId) => ({ procedureId, expectedVersion: await versionOf(procedureId) })))
const outcome = 'outcomes { procedure { id state version } isReviewed reason { code } blockers { code node } }'
const reviewsAll = async (person: Person, work: Fieldwork, ids: readonly string[]) =>
  (await person.does('reviewProcedures', { engagementId: work.engagementId, procedures: await named(ids) }, outcome))
    .outcomes
const codes = (outcomes: any[]) => outcomes.map(({ isReviewed, reason }) => (isReviewed ? 'SIGNED' : reason.code))
const signaturesOf = async ({ engagementId }: Fieldwork) =>
  (
    await w.owner.query(`select procedure_id from sign_off where engagement_id = $1 and level = 'REVIEWER'`, [
      engagementId,
    ])
  ).rows.length

describe('the review of many procedures at once', () => {
  it('signs none of forty that the reviewer has not opened, and all of them that they have', async () => {
    const work = await fieldwork(w, a)
    const ids: string[] = []
    for (let at = 0; at < 40; at++) ids.push(await preparedOne(work))
    const unopened = await reviewsAll(a.senior, work, ids)
    expect(codes(unopened)).toEqual(ids.map(() => 'NOT_OPENED'))
    expect(unopened.map(({ procedure }: any) => procedure.state)).toEqual(ids.map(() => 'PREPARED'))
    expect(await signaturesOf(work)).toBe(0)
    for (const id of ids) await opens(a.senior, id)
    // What the manager opened is not what the senior opened.
    expect(codes(await reviewsAll(a.manager, work, ids)).every((code) => code === 'NOT_OPENED')).toBe(true)
    const signed = await reviewsAll(a.senior, work, ids)
    expect(codes(signed)).toEqual(ids.map(() => 'SIGNED'))
    expect(signed.map(({ procedure }: any) => [procedure.id, procedure.state])).toEqual(
      ids.map((id) => [id, 'REVIEWED']),
    )
    expect(await signaturesOf(work)).toBe(40)
    expect(codes(await reviewsAll(a.senior, work, ids.slice(0, 2)))).toEqual([
      'INVALID_TRANSITION',
      'INVALID_TRANSITION',
    ])
  })

  it('signs what may be signed, and says of each other why not', async () => {
    const work = await fieldwork(w, a)
    const [good, changed, noted, unopened, outdated] = [
      ...[await preparedOne(work), await preparedOne(work), await preparedOne(work)],
      ...[await preparedOne(work), await preparedOne(work)],
    ] as [string, string, string, string, string]
    const { id: begun } = await work.procedure({ aspects: ['DESIGN'], attributes: [] })
    const { procedure: own } = await a.senior.does(
      'planProcedure',
      { ...ownPlan, controlId: work.controlId, ref: 'OWN' },
      'procedure { id version }',
    )
    await a.senior.does('startProcedure', { procedureId: own.id, expectedVersion: own.version })
    const mine = { procedureId: own.id, expectedVersion: await versionOf(own.id), ...inspected }
    await a.senior.does('prepareProcedure', mine)
    for (const id of [good, changed, noted, own.id, outdated]) await opens(a.senior, id)
    await opens(a.senior, begun)
    const back = { procedureId: changed, reason: 'The second page is missing.' }
    await a.senior.does('sendBackProcedure', { ...back, expectedVersion: await versionOf(changed) })
    const anew = { procedureId: changed, expectedVersion: await versionOf(changed), ...inspected }
    await a.staff.does('prepareProcedure', { ...anew, outcomeNote: 'The second page is there now (invented).' })
    const { reviewNote } = await a.manager.does(
      'addReviewNote',
      { engagementId: work.engagementId, nodeId: noted, text: 'Which page?' },
      'reviewNote { id }',
    )
    const procedures = await named([good, changed, noted, unopened, begun, own.id, outdated])
    ;(procedures[6] as { expectedVersion: number }).expectedVersion -= 1
    const { outcomes } = await a.senior.does(
      'reviewProcedures',
      { engagementId: work.engagementId, procedures },
      outcome,
    )
    expect(codes(outcomes)).toEqual([
      ...['SIGNED', 'NOT_OPENED', 'NOT_READY', 'NOT_OPENED'],
      ...['INVALID_TRANSITION', 'SEPARATION_OF_DUTIES', 'VERSION_CONFLICT'],
    ])
    expect(outcomes[2].blockers).toEqual([{ code: 'REVIEW_NOTE_OPEN', node: reviewNote.id }])
    expect(await signaturesOf(work)).toBe(1)
  })

  it('is answered again by its key, and does nothing twice', async () => {
    const work = await fieldwork(w, a)
    const id = await preparedOne(work)
    await opens(a.senior, id)
    const input = { engagementId: work.engagementId, procedures: await named([id]), idempotencyKey: 'review-once' }
    const first = await a.senior.does('reviewProcedures', input, outcome)
    expect(await a.senior.does('reviewProcedures', input, outcome)).toEqual(first)
    expect(await signaturesOf(work)).toBe(1)
  })

  it('is refused as a whole where a procedure is named twice or is none of the engagement, and to who does not review', async () => {
    const work = await fieldwork(w, a)
    const elsewhere = await fieldwork(w, a)
    const id = await preparedOne(work)
    const other = await preparedOne(elsewhere)
    await opens(a.senior, id)
    await opens(a.senior, other)
    const [one, foreign] = await named([id, other])
    const act = { engagementId: work.engagementId }
    const before = await w.digest()
    const refusals: [object[], object][] = [
      [[one, one] as object[], { code: 'INVALID_INPUT', path: ['procedures', '1', 'procedureId'] }],
      [[one, foreign] as object[], { code: 'NOT_FOUND', path: ['procedures', '1', 'procedureId'] }],
      [
        [one, { ...one, procedureId: 'nothing' }] as object[],
        { code: 'NOT_FOUND', path: ['procedures', '1', 'procedureId'] },
      ],
      [[], { code: 'INVALID_INPUT', path: ['procedures'] }],
    ]
    for (const [procedures, error] of refusals) {
      expect((await a.senior.tryTo('reviewProcedures', { ...act, procedures })).errors).toMatchObject([error])
    }
    for (const person of [a.staff, a.reviewer, a.admin, b.manager, work.client.admin]) {
      expect(await person.isDenied('reviewProcedures', { ...act, procedures: [one] })).toMatch(
        /^(FORBIDDEN|NOT_FOUND)$/,
      )
    }
    expect(await w.digest()).toBe(before)
  })
})

const ownPlan = {
  ...{ methods: ['INSPECTION'], aspects: ['DESIGN'], objective: 'Invented.', steps: 'Invented.', attributes: [] },
}

const item = 'kind waitingSinceAt node { __typename id } procedure { id } control { id }'
const queueOf = async (person: Person, { engagementId }: Fieldwork) =>
  (
    await person.gql(
      `query ($id: ID!) { engagement(id: $id) { reviewQueue(first: 50) { totalCount nodes { ${item} } } } }`,
      {
        id: engagementId,
      },
    )
  ).engagement.reviewQueue.nodes
const kindsFor = async (person: Person, work: Fieldwork) => (await queueOf(person, work)).map(({ kind }: any) => kind)

describe('what waits for a person', () => {
  it('is what they may review or decide on, notes for them, and what they signed and that changed, the longest first', async () => {
    const work: Tested = await tested(w, a)
    expect(await kindsFor(a.senior, work)).toEqual([])
    const first = await preparedOne(work)
    await work.explain('C-5 A')
    const second = await preparedOne(work)
    expect(await queueOf(a.manager, work)).toMatchObject([
      { kind: 'REVIEW_PROCEDURE', node: { __typename: 'Procedure', id: first }, control: { id: work.controlId } },
      { kind: 'DECIDE_EXPLANATION', node: { __typename: 'Result', id: work.results['C-5 A']?.id } },
      { kind: 'REVIEW_PROCEDURE', procedure: { id: second } },
    ])
    // A senior reviews the work of staff, and decides on no explanation; who prepared it waits for others.
    expect(await kindsFor(a.senior, work)).toEqual(['REVIEW_PROCEDURE', 'REVIEW_PROCEDURE'])
    expect(await kindsFor(a.staff, work)).toEqual([])
    expect(await kindsFor(a.reviewer, work)).toEqual([])
    const { reviewNote } = await a.senior.does(
      'addReviewNote',
      { engagementId: work.engagementId, nodeId: first, text: 'Which page?' },
      'reviewNote { id version }',
    )
    expect(await queueOf(a.staff, work)).toMatchObject([{ kind: 'ADDRESS_NOTE', node: { id: reviewNote.id } }])
    const addressed = { reviewNoteId: reviewNote.id, expectedVersion: reviewNote.version, addressedNote: 'The second.' }
    await a.staff.does('addressReviewNote', addressed)
    expect(await kindsFor(a.staff, work)).toEqual([])
    expect((await kindsFor(a.senior, work)).at(-1)).toBe('CLEAR_NOTE')
  })

  it('holds what they signed and that changed since', async () => {
    const work = await fieldwork(w, a)
    const id = await preparedOne(work)
    await opens(a.senior, id)
    await reviewsAll(a.senior, work, [id])
    expect(await kindsFor(a.senior, work)).toEqual([])
    await w.owner.query(`update control set title = 'Another title (invented)' where id = $1`, [work.controlId])
    expect(await queueOf(a.senior, work)).toMatchObject([
      { kind: 'SIGN_AGAIN', node: { __typename: 'SignOff' }, procedure: { id }, control: { id: work.controlId } },
    ])
    expect(await kindsFor(a.staff, work)).toEqual(['SIGN_AGAIN'])
    expect(await kindsFor(a.manager, work)).toEqual([])
  })
})

const numbers = 'plannedCount inProgressCount preparedCount reviewedCount blockedCount staleCount'
const progress = async (work: Fieldwork, person: Person = a.manager) =>
  (
    await person.gql(
      `query ($id: ID!) { engagement(id: $id) { progress { ${numbers} itemCount testedItemCount controlCount concludedControlCount people { ${numbers} member { id } } } } }`,
      { id: work.engagementId },
    )
  ).engagement.progress

describe('progress', () => {
  it('tells in all and by person how far the work is, and what holds it up', async () => {
    const work = await tested(w, a)
    const none = {
      plannedCount: 0,
      inProgressCount: 0,
      preparedCount: 0,
      reviewedCount: 0,
      blockedCount: 0,
      staleCount: 0,
    }
    expect(await progress(work)).toEqual({
      ...{ ...none, inProgressCount: 1, itemCount: 5, testedItemCount: 5, controlCount: 1, concludedControlCount: 0 },
      people: [{ ...none, inProgressCount: 1, member: null }],
    })
    const assigned = { assigneeId: a.staff.memberId }
    await a.senior.does('planProcedure', { ...ownPlan, ...assigned, controlId: work.controlId, ref: 'P1' })
    const reviewed = await preparedOne(work, assigned)
    await opens(a.senior, reviewed)
    await reviewsAll(a.senior, work, [reviewed])
    const noted = await preparedOne(work)
    await a.senior.does('addReviewNote', { engagementId: work.engagementId, nodeId: noted, text: 'Which page?' })
    // An explanation that waits holds up its procedure, too.
    await work.explain('C-5 A')
    const staffs = { ...none, plannedCount: 1, preparedCount: 1, reviewedCount: 1, blockedCount: 1 }
    const now = await progress(work)
    expect(now).toMatchObject({
      plannedCount: 1,
      inProgressCount: 1,
      preparedCount: 1,
      reviewedCount: 1,
      blockedCount: 2,
    })
    expect(now.people).toHaveLength(2)
    expect(now.people).toContainEqual({ ...staffs, member: { id: a.staff.memberId } })
    expect(now.people).toContainEqual({ ...none, inProgressCount: 1, blockedCount: 1, member: null })
    await w.owner.query(`update control set title = 'Another title (invented)' where id = $1`, [work.controlId])
    expect(await progress(work, a.reviewer)).toMatchObject({ staleCount: 2 })
  })

  it('counts what awaits evidence as held up, and nothing of a control that was retired', async () => {
    const work = await fieldwork(w, a)
    const { id: populationId } = await work.frozen(changes(2), { dateColumn: 'merged' })
    const { id: procedureId } = await work.procedure()
    const { sample } = await a.staff.does(
      'drawSample',
      { procedureId, populationId, basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are two.' },
      'sample { items(first: 5) { nodes { id } } }',
    )
    const [drawn] = sample.items.nodes
    const awaited = { attribute: 'A', outcome: 'AWAITING_EVIDENCE', note: 'Asked for it on Monday.' }
    await a.staff.does('recordResult', { sampleItemId: drawn.id, ...awaited })
    expect(await progress(work)).toMatchObject({
      inProgressCount: 1,
      blockedCount: 1,
      itemCount: 2,
      testedItemCount: 0,
    })
    await w.owner.query('update control set retired_at = now(), retired_by = $2, retired_reason = $3 where id = $1', [
      ...[work.controlId, a.partner.memberId, 'Invented.'],
    ])
    expect(await progress(work)).toMatchObject({ inProgressCount: 0, blockedCount: 0, controlCount: 0, people: [] })
  })

  it('is told to the team alone', async () => {
    const work = await fieldwork(w, a)
    const asked = 'query ($id: ID!) { engagement(id: $id) { progress { plannedCount } } }'
    expect((await work.client.admin.gql(asked, { id: work.engagementId })).engagement).toEqual({ progress: null })
    expect((await b.manager.gql(asked, { id: work.engagementId })).engagement).toBeNull()
  })
})
