import { describe, expect, it } from 'vitest'
import { type Chain, chain, judgmentsOf } from '../support/chain.js'
import { confirms } from '../support/engagements.js'
import { askPreview, type Changes, preview, previewsAsked } from '../support/previews.js'
import { sentDuring } from '../support/statements.js'
import { type Person, world } from '../support/world.js'

// What if: what would follow from other decisions. Nothing moves but that it was asked.

// A query holds one connection, and the record another one after it: with a pool of one they could not be held at once.
const lines: string[] = []
const w = await world(undefined, { database: { poolSize: 1 }, lines })
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')
const minor = { material: false, pervasive: false }
const material = { material: true, pervasive: false }
const overall = { subjectMatter: 'OPERATING_EFFECTIVENESS' }
const description = {
  kind: 'DESCRIPTION_MISSTATEMENT',
  controlId: null,
  criteriaCodes: ['DC5'],
  expectedOperation: 'The description presents the controls that are in place.',
}

const bySubject = ({ conclusions }: any) =>
  Object.fromEntries(conclusions.map(({ subjectMatter, opinion }: any) => [subjectMatter, opinion]))
const claimsOf = ({ assertion }: any) => assertion.claims.map(({ claim }: any) => claim)

/** What is refused of a preview: the fault, and no answer. Nothing moved. */
async function refused(by: Person, engagementId: string, changes: Changes): Promise<any> {
  const before = await w.digest()
  const { data, errors } = await askPreview(by, engagementId, changes)
  expect(await w.digest()).toBe(before)
  expect(data?.opinionPreview ?? null).toBeNull()
  expect(errors).toHaveLength(1)
  return errors?.[0]?.extensions
}

/** An engagement in completion with one exception that is concluded as not material, and all criteria concluded. */
async function oneMinor(given: object = {}): Promise<Chain & { exceptionId: string }> {
  const work = await chain(a, client)
  const exceptionId = await work.exception(given)
  await work.answered(exceptionId)
  await work.startCompletion()
  await work.concluded(exceptionId, minor)
  await work.criteria()
  return { ...work, exceptionId }
}

describe('what would follow', () => {
  it('of a matter that were material: opinion, criterion, basis and claims; the proposal stays what it is', async () => {
    const { engagementId, exceptionId, ...work } = await oneMinor({ kind: 'DESIGN_DEFICIENCY' })
    const before = await work.proposal()
    expect(before).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
    const answer = await preview(a.manager, engagementId, { exceptions: [{ exceptionId, material: true }] })
    expect(answer).toMatchObject({ overall: 'QUALIFIED', complete: true, engagement: { id: engagementId } })
    expect(bySubject(answer)).toEqual({
      DESCRIPTION: 'UNQUALIFIED',
      SUITABILITY_OF_DESIGN: 'QUALIFIED',
      OPERATING_EFFECTIVENESS: 'QUALIFIED',
    })
    expect(answer.conclusions[1].reasons.nodes).toMatchObject([
      { leadsTo: 'QUALIFIED', exceptions: { nodes: [{ id: exceptionId }] } },
    ])
    expect(answer.changed).toEqual(
      ['SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].map((subjectMatter) => {
        return { subjectMatter, category: 'SECURITY', opinionNow: 'UNQUALIFIED', opinion: 'QUALIFIED' }
      }),
    )
    expect(answer.criteria).toEqual([
      {
        criterion: { code: 'CC8.1' },
        isConcluded: true,
        designNow: 'ACHIEVED',
        operationNow: 'ACHIEVED',
        design: 'NOT_ACHIEVED',
        operation: 'NOT_ACHIEVED',
      },
    ])
    expect(answer.bases.map(({ subjectMatter }: any) => subjectMatter)).toEqual([
      'SUITABILITY_OF_DESIGN',
      'OPERATING_EFFECTIVENESS',
    ])
    expect(answer.bases[0].text).toContain('(EX-1 in Section IV.)')
    expect(claimsOf(answer)).toEqual(['HOLDS', 'EXCEPT', 'EXCEPT'])
    expect(await work.proposal()).toEqual(before)
  })

  it('of the same decisions again: nothing else', async () => {
    const { engagementId, exceptionId, ...work } = await oneMinor()
    const answer = await preview(a.partner, engagementId, { exceptions: [{ exceptionId, ...minor }] })
    const { conclusions, overall, complete } = await work.proposal()
    expect({ ...answer, conclusions: bySubject(answer) }).toMatchObject({
      overall,
      complete,
      conclusions: bySubject({ conclusions }),
      changed: [],
      criteria: [],
      bases: [],
    })
    expect(claimsOf(answer)).toEqual(['HOLDS', 'HOLDS', 'HOLDS'])
  })

  it('of an exception that nobody has decided yet, either way', async () => {
    const work = await chain(a, client)
    const exceptionId = await work.exception()
    const { engagementId } = work
    expect(await work.proposal()).toMatchObject({ overall: 'UNQUALIFIED', complete: false })
    const grave = await preview(a.manager, engagementId, {
      exceptions: [{ exceptionId, material: true, pervasive: true }],
    })
    expect(grave).toMatchObject({ overall: 'DISCLAIMER', complete: false })
    expect(claimsOf(grave)).toEqual(['HOLDS', 'HOLDS', null])
    expect(grave.criteria).toMatchObject([
      { criterion: { code: 'CC8.1' }, isConcluded: false, operationNow: 'ACHIEVED', operation: 'UNABLE_TO_CONCLUDE' },
    ])
    const light = await preview(a.manager, engagementId, { exceptions: [{ exceptionId, ...minor }] })
    expect(light).toMatchObject({ overall: 'UNQUALIFIED', complete: false, changed: [] })
    expect(light.conclusions.flatMap(({ undecided }: any) => undecided.nodes)).toEqual([])
    const [asked] = await previewsAsked(a.reviewer, engagementId)
    expect(asked.exceptions).toEqual([{ exception: { id: exceptionId }, ...minor, stood: null }])
  })

  it('of a misstatement of the description: the letter summarizes it, the assertion in force contradicts', async () => {
    const { engagementId, exceptionId, ...work } = await oneMinor(description)
    await work.asserted((await work.proposal()).conclusions)
    const asIs = await preview(a.partner, engagementId, { exceptions: [{ exceptionId, ...minor }] })
    const listed = (judgment: object) => ({
      isRefused: false,
      misstatements: { nodes: [{ exception: { id: exceptionId }, ...judgment }] },
    })
    expect(asIs.letter).toEqual(listed(minor))
    expect(asIs.assertion.contradictions).toEqual([])
    const answer = await preview(a.partner, engagementId, { exceptions: [{ exceptionId, ...material }] })
    expect(answer.letter).toEqual(listed(material))
    expect(bySubject(answer).DESCRIPTION).toBe('QUALIFIED')
    expect(answer.assertion).toMatchObject({
      claims: [{ subjectMatter: 'DESCRIPTION', claim: 'EXCEPT' }, { claim: 'HOLDS' }, { claim: 'HOLDS' }],
      contradictions: [{ subjectMatter: 'DESCRIPTION', claim: 'HOLDS', opinion: 'QUALIFIED' }],
    })
  })

  it('of exceptions together: pervasive is adverse; what was weighed otherwise counts as unweighed until it is among the changes', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const ids = [
      await work.exception({ kind: 'DESIGN_DEFICIENCY' }),
      await work.exception({ kind: 'DESIGN_DEFICIENCY' }),
    ]
    const [first] = ids
    for (const id of ids) await work.concluded(id, minor)
    await work.together()
    await work.criteria()
    expect(await work.proposal()).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
    const design = { subjectMatter: 'SUITABILITY_OF_DESIGN' }
    const adverse = await preview(a.partner, engagementId, {
      aggregates: [{ ...design, material: true, pervasive: true }],
    })
    expect(adverse).toMatchObject({ overall: 'ADVERSE', complete: true })
    expect(claimsOf(adverse)).toEqual(['HOLDS', 'FAILS', 'FAILS'])

    const exceptions = [{ exceptionId: first, ...material }]
    const stale = await preview(a.partner, engagementId, { exceptions })
    expect(stale).toMatchObject({ overall: 'QUALIFIED', complete: false })
    expect(stale.conclusions[1].unweighed).toEqual([
      { criteriaCodes: ['CC8.1'], subjectMatter: null },
      { criteriaCodes: [], ...design },
    ])
    const aggregates = [
      { criteriaCodes: ['CC8.1'], ...material },
      { ...design, ...material },
    ]
    const whole = await preview(a.partner, engagementId, { exceptions, aggregates })
    expect(whole).toMatchObject({ overall: 'QUALIFIED', complete: true })
    expect(whole.conclusions[1].unweighed).toEqual([])
    const [asked] = await previewsAsked(a.partner, engagementId)
    expect(asked).toMatchObject({
      askedBy: { id: a.partner.memberId },
      engagement: { id: engagementId },
      exceptions: [{ exception: { id: first }, ...material, stood: minor }],
      aggregates: [
        { criteriaCodes: ['CC8.1'], subjectMatter: null, ...material, stood: minor },
        { criteriaCodes: [], ...design, ...material, stood: minor },
      ],
      criteria: [],
    })
  })

  it('of a criterion that were concluded otherwise', async () => {
    const { engagementId } = await oneMinor()
    const outcome = { design: 'ACHIEVED', operation: 'NOT_ACHIEVED' }
    const answer = await preview(a.manager, engagementId, { criteria: [{ criterionCode: 'CC6.1', ...outcome }] })
    expect(answer).toMatchObject({
      overall: 'QUALIFIED',
      complete: true,
      changed: [{ ...overall, opinion: 'QUALIFIED' }],
      criteria: [{ criterion: { code: 'CC6.1' }, isConcluded: true, operationNow: 'ACHIEVED', ...outcome }],
    })
    expect(answer.bases[0].text).toContain('CC6.1')
    expect((await previewsAsked(a.staff, engagementId))[0].criteria).toEqual([
      {
        criterion: { code: 'CC6.1' },
        ...outcome,
        hasOtherGround: false,
        stood: { design: 'ACHIEVED', operation: 'ACHIEVED' },
      },
    ])
  })

  it('where management refused its representations, it stays a disclaimer', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    await a.partner.does('recordManagementRefusal', {
      engagementId,
      statement: 'REPRESENTATION_LETTER',
      refusedBy: 'Carla, CEO',
      refusedOn: new Date().toISOString().slice(0, 10),
      reason: 'Management does not sign, invented.',
    })
    const answer = await preview(a.partner, engagementId, { exceptions: [{ exceptionId, ...material }] })
    expect(answer).toMatchObject({ overall: 'DISCLAIMER', letter: { isRefused: true }, changed: [] })
    expect(claimsOf(answer)).toEqual([null, null, null])
  })
})

describe('what is recorded', () => {
  const tables = async () => {
    const { rows } = await w.owner.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'fieldwork' order by 1",
    )
    return rows.map(({ name }) => name)
  }

  it('is that it was asked, in one row and one entry of the trail; no other table moves', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    const but = ['opinion_preview_record', 'trail_entry', 'trail_head']
    expect(await tables()).toEqual(expect.arrayContaining(but))
    const [digest, counts] = [await w.digest(...but), await w.counts()]
    await preview(a.manager, engagementId, { exceptions: [{ exceptionId, ...material }] })
    expect(await w.digest(...but)).toBe(digest)
    const { opinion_preview_record = 0, trail_entry = 0 } = counts
    expect(await w.counts()).toEqual({
      ...counts,
      opinion_preview_record: opinion_preview_record + 1,
      trail_entry: trail_entry + 1,
    })
    const { engagement } = await a.manager.gql(
      'query ($id: ID!) { engagement(id: $id) { opinionPreviews { nodes { id } } trail(first: 100) { nodes { action nodeId actorName } } } }',
      { id: engagementId },
    )
    expect(engagement.trail.nodes.filter(({ action }: any) => action === 'opinionPreview')).toEqual([
      { action: 'opinionPreview', nodeId: engagement.opinionPreviews.nodes[0].id, actorName: a.manager.name },
    ])
    const verified = await a.partner.gql('query ($id: ID!) { verifyEngagement(engagementId: $id) { intact } }', {
      id: engagementId,
    })
    expect(verified.verifyEngagement.intact).toBe(true)
  })

  it('is each of several that one operation asks, once, however often the operation is sent', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    const query = `query ($one: OpinionPreviewInput!, $two: OpinionPreviewInput!) {
      one: opinionPreview(input: $one) { overall } two: opinionPreview(input: $two) { overall } }`
    const changed = (judgment: object) => ({ engagementId, exceptions: [{ exceptionId, ...judgment }] })
    for (const times of [1, 2, 3]) {
      expect(await a.partner.gql(query, { one: changed(material), two: changed(minor) })).toEqual({
        one: { overall: 'QUALIFIED' },
        two: { overall: 'UNQUALIFIED' },
      })
      expect(await previewsAsked(a.partner, engagementId)).toHaveLength(2 * times)
    }
  })

  it('is nothing of more than five in one operation; five read what was decided once', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    const input = { engagementId, exceptions: [{ exceptionId, ...material }] }
    const query = (count: number) =>
      `query ($input: OpinionPreviewInput!) { ${Array.from({ length: count }, (_, n) => `p${n}: opinionPreview(input: $input) { overall }`).join(' ')} }`
    const before = await w.digest()
    const { data, errors } = await a.partner.ask(query(6), { input })
    expect(data ?? null).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(await w.digest()).toBe(before)
    const { answer, sent } = await sentDuring(() => a.partner.gql(query(5), { input }))
    expect(Object.values(answer)).toEqual(Array(5).fill({ overall: 'QUALIFIED' }))
    for (const table of ['materiality_decision', 'criterion_conclusion', 'management_assertion']) {
      const reading = sent.filter(({ sql }) => new RegExp(`from "?(fieldwork"?\\."?)?${table}\\b`).test(sql))
      expect([table, reading.length > 0 && reading.length <= 2]).toEqual([table, true])
    }
    expect(await previewsAsked(a.partner, engagementId)).toHaveLength(5)
  })

  it('is written before anything is answered: where the database has no room for it, nothing is', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    const changes = { exceptions: [{ exceptionId, ...material }] }
    const before = await w.digest()
    for (const [state, code] of [
      ['53100', 'UNAVAILABLE'],
      ['XX000', 'INTERNAL'],
    ]) {
      await w.owner.query(`create or replace function no_room() returns trigger language plpgsql as $$
        begin raise exception 'no room' using errcode = '${state}'; end $$;
        create or replace trigger no_room before insert on opinion_preview_record for each row execute function no_room()`)
      const { data, errors } = await a.partner.ask(
        'query ($input: OpinionPreviewInput!) { viewer { member { name } } opinionPreview(input: $input) { overall } }',
        { input: { engagementId, ...changes } },
      )
      expect(data).toBeNull()
      expect(errors).toMatchObject([{ extensions: { code } }])
      expect(JSON.stringify(errors)).not.toContain('no room')
      expect(errors).toHaveLength(1)
    }
    expect(lines.splice(0)).toHaveLength(2)
    await w.owner.query('drop function no_room cascade')
    expect(await w.digest()).toBe(before)
    await preview(a.partner, engagementId, changes)
    expect(await previewsAsked(a.partner, engagementId)).toHaveLength(1)
  })
})

describe('who and when', () => {
  it('only the partner and the manager of its team; of what others do not see there is nothing; nothing is recorded', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    await chain(b, await b.client('Kite'))
    const ofOther = await chain(a, other)
    const changes = { exceptions: [{ exceptionId, ...material }] }
    for (const person of [a.senior, a.staff, a.reviewer, a.admin, outsider]) {
      expect(await refused(person, engagementId, changes)).toEqual({ code: 'FORBIDDEN' })
    }
    const before = await w.digest()
    for (const person of [b.partner, b.manager, client.admin, client.respondent, client.viewer, other.admin]) {
      expect(await askPreview(person, engagementId, changes)).toEqual({ data: { opinionPreview: null } })
    }
    const nobody = await w.send('{ opinionPreview(input: { engagementId: "1" }) { overall } }')
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await w.digest()).toBe(before)
    // An exception of another engagement of the same team, and one that never was.
    const elsewhere = await ofOther.exception()
    const unknown = '0199aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa'
    const answers: unknown[] = []
    for (const id of [elsewhere, unknown, 'no id']) {
      answers.push(await refused(a.partner, engagementId, { exceptions: [{ exceptionId: id, ...material }] }))
    }
    expect(answers[0]).toEqual({
      code: 'BAD_USER_INPUT',
      reason: 'NOT_FOUND',
      argument: ['exceptions', 0, 'exceptionId'],
    })
    expect(answers.slice(1)).toEqual([answers[0], answers[0]])
    for (const person of [client.admin, b.partner]) {
      const { data } = await person.ask(
        'query ($id: ID!) { engagement(id: $id) { opinionPreviews { nodes { id } } } }',
        { id: engagementId },
      )
      expect(data.engagement?.opinionPreviews?.nodes ?? []).toEqual([])
    }
  })

  it('a manager of one engagement who is staff on another may not ask about that', async () => {
    const work = await oneMinor()
    const lent = await a.person('Lena Lent of Ashdown', 'MANAGER')
    const own = await chain(a, other)
    for (const [engagementId, role] of [
      [own.engagementId, 'MANAGER'],
      [work.engagementId, 'STAFF'],
    ]) {
      await a.manager.does('addTeamMember', { engagementId, memberId: lent.memberId, role })
      await confirms(lent)
    }
    const changes = { exceptions: [{ exceptionId: work.exceptionId, ...material }] }
    expect(await refused(lent, work.engagementId, changes)).toEqual({ code: 'FORBIDDEN' })
  })

  it('not of a readiness engagement, and not once it is issued', async () => {
    const readiness = await chain(a, client, { kind: 'READINESS' })
    const exceptionId = await readiness.exception()
    const before = await w.digest()
    const asked = { exceptions: [{ exceptionId, ...material }] }
    expect((await askPreview(a.partner, readiness.engagementId, asked)).data).toEqual({ opinionPreview: null })
    expect(await w.digest()).toBe(before)
    const issued = await chain(a, client)
    await issued.readyToIssue()
    await issued.issue()
    const [{ id }] = (
      await a.partner.gql('query ($id: ID!) { engagement(id: $id) { exceptions { nodes { id } } } }', {
        id: issued.engagementId,
      })
    ).engagement.exceptions.nodes
    const after = { exceptions: [{ exceptionId: id, ...minor }] }
    expect(await refused(a.partner, issued.engagementId, after)).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'ENGAGEMENT_STATE',
    })
  })

  it('not with changes that no decision could be', async () => {
    const { engagementId, exceptionId } = await oneMinor()
    const bad: [Changes, string, (string | number)[]][] = [
      [{}, 'INVALID_INPUT', []],
      [
        { exceptions: [{ exceptionId, material: false, pervasive: true }] },
        'INVALID_INPUT',
        ['exceptions', 0, 'pervasive'],
      ],
      [
        { exceptions: [material, material].map((one) => ({ exceptionId, ...one })) },
        'INVALID_INPUT',
        ['exceptions', 1, 'exceptionId'],
      ],
      [{ aggregates: [{ ...overall, ...material }] }, 'INVALID_INPUT', ['aggregates', 0, 'subjectMatter']],
      [
        { criteria: [{ criterionCode: 'A1.1', design: 'ACHIEVED', operation: 'ACHIEVED' }] },
        'INVALID_INPUT',
        ['criteria', 0, 'criterionCode'],
      ],
      [{ criteria: [{ criterionCode: 'CC6.1', design: 'ACHIEVED' }] }, 'INVALID_INPUT', ['criteria', 0, 'operation']],
      [
        { criteria: [{ criterionCode: 'CC6.1', design: 'NOT_ACHIEVED', operation: 'ACHIEVED' }] },
        'INVALID_INPUT',
        ['criteria', 0, 'otherGround'],
      ],
      [{ exceptions: Array(21).fill({ exceptionId, ...material }) }, 'INVALID_INPUT', ['exceptions']],
      [
        { criteria: [{ criterionCode: '', design: 'ACHIEVED', operation: 'ACHIEVED' }] },
        'INVALID_INPUT',
        ['criteria', 0, 'criterionCode'],
      ],
    ]
    for (const [changes, reason, argument] of bad) {
      expect(await refused(a.partner, engagementId, changes)).toEqual({ code: 'BAD_USER_INPUT', reason, argument })
    }
  })
})

describe('a decision that is changed after previews', () => {
  const judged = async (engagementId: string) =>
    (await judgmentsOf(a.partner, engagementId)).nodes.filter(
      ({ kind }: { kind: string }) => kind === 'DECISION_CHANGED_AFTER_PREVIEWS',
    )
  const anew = (work: Chain) => ({
    factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Weighed again.' }],
    rationale: 'Weighed again, over all of it.',
    compensatingControlIds: [],
    restsOnIds: [work.procedureId],
  })
  const revised = (work: Chain, by: Person, decisionId: string, judgment: object) =>
    work.change(by, 'reviseMateriality', 'decisionId', decisionId, { ...judgment, ...anew(work) })
  const figuresIn = async (engagementId: string) =>
    (await judged(engagementId)).map(({ subject, figures }: any) => [
      subject.id,
      ...figures.map(({ value }: any) => value),
    ])

  it('on materiality is a judgment, which keeps the report back until it is acknowledged', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const exceptionId = await work.exception()
    await work.answered(exceptionId)
    await work.startCompletion()
    // Looked at before the first decision, by another person.
    for (const judgment of [material, minor])
      await preview(a.partner, engagementId, { exceptions: [{ exceptionId, ...judgment }] })
    const decisionId = await work.weighed(exceptionId, material)
    // Decided once, after however many previews.
    expect(await judged(engagementId)).toEqual([])
    await revised(work, a.manager, decisionId, minor)
    const listed = [
      {
        statement: 'The decision on the materiality of EX-1 was changed after 2 previews of the opinion.',
        subject: { __typename: 'MaterialityDecision', id: decisionId },
        decidedBy: { id: a.manager.memberId },
        reason: anew(work).rationale,
        restsOn: [{ id: work.procedureId }],
        figures: [
          { name: 'PREVIEWS_BEFORE', value: '2' },
          { name: 'DECIDED_BEFORE', value: 'material, not pervasive' },
          { name: 'DECIDED', value: 'not material' },
        ],
        awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
      },
    ]
    expect(await judged(engagementId)).toMatchObject(listed)
    // What is asked later, an approval, and a reopening change nothing of it.
    await preview(a.partner, engagementId, { exceptions: [{ exceptionId, ...material }] })
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    expect(await judged(engagementId)).toMatchObject(listed)
    await work.documents()
    await work.decided()
    const blockers = async () => {
      const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
      const { readiness } = (await a.partner.gql(asked, { id: engagementId })).engagement
      return readiness.blockers.filter(({ code }: { code: string }) => code === 'JUDGMENT_UNACKNOWLEDGED')
    }
    expect(await blockers()).toHaveLength(1)
    await work.acknowledged()
    expect(await blockers()).toEqual([])
    const { nodes } = await judgmentsOf(a.reviewer, engagementId)
    expect(nodes).toMatchObject([{ kind: 'DECISION_CHANGED_AFTER_PREVIEWS', isAcknowledged: true }])
  })

  it('on materiality is one also where it is reopened, and none where its outcome was changed before the second preview, or not at all', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const [one, two, three] = [await work.exception(), await work.exception(), await work.exception()]
    const changes = { exceptions: [{ exceptionId: one, ...material }] }
    const reworded = await work.weighed(two, minor)
    const early = await work.weighed(three, material)
    await work.concluded(one, minor)
    await preview(a.manager, engagementId, changes)
    await revised(work, a.manager, early, minor)
    await preview(a.manager, engagementId, changes)
    // The same outcome on another rationale, once after the first change and once without any.
    for (const id of [early, reworded]) await revised(work, a.manager, id, minor)
    expect(await judged(engagementId)).toEqual([])
    const asked = 'query ($id: ID!) { node(id: $id) { ... on Exception { materialityDecision { id } } } }'
    const { materialityDecision } = (await a.manager.gql(asked, { id: one })).node
    const reason = 'Weighed too lightly, invented.'
    await work.change(a.partner, 'reopenMateriality', 'decisionId', materialityDecision.id, { reason })
    expect(await judged(engagementId)).toEqual([])
    await revised(work, a.manager, materialityDecision.id, material)
    expect(await figuresIn(engagementId)).toEqual([
      [materialityDecision.id, '2', 'not material', 'material, not pervasive'],
    ])
  })

  it('is one by whichever lever: an aggregate after previews of an exception, and one of which a criterion is taken out', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const criteriaCodes = ['CC6.1', 'CC6.2']
    const ids = [await work.exception({ criteriaCodes }), await work.exception({ criteriaCodes })]
    for (const id of ids) await work.concluded(id, minor)
    await work.together()
    const asked = 'query ($id: ID!) { engagement(id: $id) { aggregateDecisions { id subjectMatter criteriaCodes } } }'
    const { aggregateDecisions } = (await a.manager.gql(asked, { id: engagementId })).engagement
    const whole = aggregateDecisions.find(({ subjectMatter }: any) => subjectMatter === overall.subjectMatter)
    const meeting = aggregateDecisions.find((one: any) => one.criteriaCodes.length === 2)
    for (const by of [a.manager, a.partner])
      await preview(by, engagementId, { exceptions: [{ exceptionId: ids[0], ...material }] })
    const { compensatingControlIds: _none, ...weighed } = anew(work)
    const grave = { ...material, ...weighed, sharedCause: 'One system.', affectedCommitment: 'Changes are reviewed.' }
    await work.change(a.manager, 'reviseAggregate', 'aggregateDecisionId', whole.id, grave)
    const left = { ...weighed, criteriaCodes: ['CC6.1'] }
    await work.change(a.manager, 'reviseAggregate', 'aggregateDecisionId', meeting.id, left)
    const expected = [
      [meeting.id, '2', 'not material on CC6.1, CC6.2', 'not material on CC6.1'],
      [whole.id, '2', 'not material', 'material, not pervasive'],
    ]
    expect((await figuresIn(engagementId)).sort()).toEqual(expected.sort())
  })

  it('on a criterion likewise; one that is concluded anew as it was is none', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    await work.criteria()
    const asked = `query ($id: ID!) { engagement(id: $id) { criterionProposals { criterion { code } conclusion { id } } } }`
    const { criterionProposals } = (await a.manager.gql(asked, { id: engagementId })).engagement
    const conclusion = (code: string) =>
      criterionProposals.find(({ criterion }: any) => criterion.code === code).conclusion
    const outcome = { design: 'ACHIEVED', operation: 'NOT_ACHIEVED' }
    for (const by of [a.manager, a.partner])
      await preview(by, engagementId, { criteria: [{ criterionCode: 'CC6.2', ...outcome }] })
    const argued = { rationale: 'Argued.', otherGround: null, restsOnIds: [work.procedureId] }
    for (const [code, given] of [
      ['CC6.1', outcome],
      ['CC6.2', { ...outcome, operation: 'ACHIEVED' }],
    ] as const) {
      const id = conclusion(code).id
      await work.change(a.partner, 'reviseCriterionConclusion', 'criterionConclusionId', id, { ...given, ...argued })
    }
    expect(await figuresIn(engagementId)).toEqual([
      [conclusion('CC6.1').id, '2', 'design ACHIEVED, operation ACHIEVED', 'design ACHIEVED, operation NOT_ACHIEVED'],
    ])
    expect(await judged(engagementId)).toMatchObject([
      {
        subject: { __typename: 'CriterionConclusion' },
        decidedBy: { id: a.partner.memberId },
        reason: 'Argued.',
        restsOn: [{ id: work.procedureId }],
      },
    ])
  })

  it('is told with an exception that is withdrawn after two previews', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const ids = [await work.exception(), await work.exception()]
    const withdrawn = async (exceptionId: string) => {
      const reason = { reason: 'Invented.', restsOnIds: [work.procedureId] }
      await work.change(a.partner, 'withdrawException', 'exceptionId', exceptionId, reason)
    }
    const previews = async () =>
      (await judgmentsOf(a.partner, engagementId)).nodes.map(({ figures }: any) =>
        figures.flatMap(({ name, value }: any) => (name === 'PREVIEWS_BEFORE' ? [value] : [])),
      )
    const changes = { exceptions: [{ exceptionId: ids[1], ...minor }] }
    await preview(a.manager, engagementId, changes)
    await withdrawn(ids[0] as string)
    await preview(a.manager, engagementId, changes)
    expect(await previews()).toEqual([[]])
    await withdrawn(ids[1] as string)
    expect(await previews()).toEqual([[], ['2']])
  })
})
