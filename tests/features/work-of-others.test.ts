import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { specialist, usesWork } from '../support/work-of-others.js'
import { type Person, world } from '../support/world.js'

// The work of others that an examination uses: recorded, approved by the partner, and told by the report where it has to be.

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const work = await chain(a, client)
const { engagementId, procedureId, change } = work
const internalAudit = {
  kind: 'INTERNAL_AUDIT_ASSISTANCE',
  name: 'Internal audit of Kestrel',
  performed: 'Ten of the changes were inspected.',
  competenceAndObjectivity: 'It reports to the audit committee.',
  oversight: 'We reviewed each of its records and inspected three changes anew.',
  procedureIds: [procedureId],
}
const of = (id: string) => ['workOfOthersId', id] as const

/** Tries an act; expects these refusals, and that nothing moved. */
async function refused(person: Person, mutation: string, input: object, ...errors: object[]): Promise<void> {
  const before = await w.digest()
  expect((await person.tryTo(mutation, input as Record<string, unknown>)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const versioned = async (id: string, more: object = {}) => ({
  workOfOthersId: id,
  expectedVersion: await work.version(id),
  ...more,
})
const missing = async (to: string) => {
  const asked = `query ($id: ID!, $to: EngagementState!) { engagement(id: $id) { readiness(to: $to) { blockers { code message node } } } }`
  const { blockers } = (await a.staff.gql(asked, { id: engagementId, to })).engagement.readiness
  return blockers.filter(({ code }: { code: string }) => code === 'WORK_OF_OTHERS_UNAPPROVED')
}
const drafted = async () => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { draftReport { model } } }'
  return (await a.manager.gql(asked, { id: engagementId })).engagement.draftReport.model as string
}

describe('The work of others', () => {
  it('is recorded by who leads the engagement, with what it served and the papers it rests on', async () => {
    const { id } = await usesWork(a.manager, engagementId, { ...internalAudit, restsOnIds: [procedureId] })
    const asked = `query ($id: ID!) { engagement(id: $id) { workOfOthers { nodes { id kind name performed competenceAndObjectivity oversight
      procedures { ref } restsOn { id } referenceReason authors { id } approvedBy { id } approvedAt retiredAt } } } }`
    const { procedureIds: _, ...said } = internalAudit
    expect((await a.reviewer.gql(asked, { id: engagementId })).engagement.workOfOthers.nodes).toEqual([
      {
        id,
        ...said,
        procedures: [{ ref: 'CM-01.T1' }],
        restsOn: [{ id: procedureId }],
        referenceReason: null,
        authors: [{ id: a.manager.memberId }],
        approvedBy: null,
        approvedAt: null,
        retiredAt: null,
      },
    ])
    await change(a.partner, 'retireWorkOfOthers', ...of(id), { reason: 'It was recorded to be read.' })
  })

  it('is refused without what it must say, and to who does not lead', async () => {
    const input = { engagementId, ...specialist, restsOnIds: [procedureId] }
    await refused(
      a.manager,
      'recordWorkOfOthers',
      { ...input, restsOnIds: [] },
      { code: 'INVALID_INPUT', path: ['restsOnIds'] },
    )
    await refused(
      a.manager,
      'recordWorkOfOthers',
      { ...input, kind: 'INTERNAL_AUDIT_WORK', referenceReason: 'It is theirs.' },
      { code: 'INVALID_INPUT', path: ['procedureIds'] },
      { code: 'INVALID_INPUT', path: ['referenceReason'] },
    )
    await refused(
      a.manager,
      'recordWorkOfOthers',
      { ...input, procedureIds: [procedureId, randomUUID(), work.controlId] },
      { code: 'NOT_FOUND', path: ['procedureIds', '1'] },
      { code: 'NOT_FOUND', path: ['procedureIds', '2'] },
    )
    const before = await w.digest()
    for (const person of [a.senior, a.staff, a.reviewer, client.admin, b.manager]) {
      expect(await person.isDenied('recordWorkOfOthers', input), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
  })

  it('is approved by the partner, who wrote none of it, and keeps from completion until then', async () => {
    const { id } = await usesWork(a.manager, engagementId, { restsOnIds: [procedureId] })
    const own = await usesWork(a.partner, engagementId, { name: 'Umber Labs', restsOnIds: [procedureId] })
    const told = (node: string, name: string) => ({
      code: 'WORK_OF_OTHERS_UNAPPROVED',
      message: `The engagement partner has to approve how the work of ${name} is used.`,
      node,
    })
    for (const to of ['COMPLETION', 'ISSUED']) {
      expect(await missing(to)).toEqual([told(id, 'Sable Pentesting'), told(own.id, 'Umber Labs')])
    }
    const asked = { engagementId, expectedVersion: await work.version(engagementId) }
    const [error] = (await a.manager.tryTo('startCompletion', asked)).errors
    expect(error).toMatchObject({ code: 'NOT_READY' })
    const before = await w.digest()
    expect(await a.manager.isDenied('approveWorkOfOthers', await versioned(id))).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
    await refused(a.partner, 'approveWorkOfOthers', await versioned(own.id), { code: 'SEPARATION_OF_DUTIES' })
    // What another person changes was written by the partner all the same.
    await change(a.manager, 'updateWorkOfOthers', ...of(own.id), { oversight: 'Each finding was discussed.' })
    await refused(a.partner, 'approveWorkOfOthers', await versioned(own.id), { code: 'SEPARATION_OF_DUTIES' })
    await change(a.partner, 'retireWorkOfOthers', ...of(own.id), { reason: 'The manager records it.' })
    await change(a.partner, 'approveWorkOfOthers', ...of(id))
    expect(await missing('COMPLETION')).toEqual([])
    await refused(a.partner, 'approveWorkOfOthers', await versioned(id), { code: 'ALREADY_EXISTS' })
    await change(a.manager, 'updateWorkOfOthers', ...of(id), { performed: 'Sable came in twice.' })
    expect(await missing('COMPLETION')).toMatchObject([{ node: id }])
    await change(a.partner, 'approveWorkOfOthers', ...of(id))
    await change(a.partner, 'retireWorkOfOthers', ...of(id), { reason: 'The test was done anew by the team.' })
    const { errors } = await a.manager.tryTo('updateWorkOfOthers', await versioned(id, { name: 'Sable' }))
    expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
  })

  it('is told by the report where internal audit tested, or where another practitioner answers for a part', async () => {
    expect(await drafted()).not.toMatch(/internal audit|Sable|Thorn/i)
    await usesWork(a.manager, engagementId, { restsOnIds: [procedureId] })
    const thorn = { kind: 'OTHER_PRACTITIONER', name: 'Thorn & Co', performed: 'The data centre in Oslo.' }
    const named = await usesWork(a.manager, engagementId, { ...thorn, restsOnIds: [procedureId] })
    expect(await drafted()).not.toMatch(/internal audit|Sable|Thorn/i)
    const { id } = await usesWork(a.manager, engagementId, { ...internalAudit, restsOnIds: [procedureId] })
    const report = JSON.parse(await drafted())
    const { paragraphs } = report.auditorsReport.passages.find(
      ({ heading }: { heading: string }) => heading === 'Description of tests of controls',
    )
    expect(paragraphs[1]).toMatch(
      /^Members of the internal audit function of .*Kestrel Cloud.* performed tests of CM-01 as direct assistance to us/,
    )
    const passage = report.tests.passages.find(
      ({ heading }: { heading: string }) => heading === 'Work of internal audit',
    )
    expect(passage.paragraphs).toEqual([
      expect.stringMatching(/ tests of CM-01 as direct assistance .* Its work: .*Ten of the changes were inspected\./),
      expect.stringMatching(
        /^Our procedures on that work: .*We reviewed each of its records and inspected three changes anew\./,
      ),
    ])
    await change(a.manager, 'updateWorkOfOthers', ...of(named.id), { referenceReason: 'Thorn reports to the client.' })
    expect(await drafted()).toMatch(/examined by .*Thorn & Co.*, another practitioner: .*The data centre in Oslo\./)
    await change(a.partner, 'retireWorkOfOthers', ...of(id), { reason: 'The tests were done anew.' })
    expect(await drafted()).not.toMatch(/internal audit|Sable/i)
  })
})
