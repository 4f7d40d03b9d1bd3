import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { tested } from '../support/exceptions.js'
import { figuresAgainst } from '../support/figures-against.js'
import { world } from '../support/world.js'

// What a reason rests on is a paper: work that was done or something that was obtained, which stands while the reason is given.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const reason = 'Management words it so since the walkthrough, invented.'

const versionOf = async (id: string): Promise<number> =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
let nth = 0
const file = () => {
  nth += 1
  return { name: `minutes-${nth}.txt`, content: `Minutes ${nth}.` }
}
/** The partner rewords a control, whose testing has begun, on these papers. */
const reword = async (controlId: string, restsOnIds: string[]): Promise<any> => {
  nth += 1
  const input = { controlId, expectedVersion: await versionOf(controlId), title: `Reworded ${nth}`, reason, restsOnIds }
  return a.partner.tryTo('updateControl', input)
}

describe('A reason rests on', () => {
  it('no plan, no draft, nothing withdrawn, removed, not scanned, infected or superseded; nothing moves', async () => {
    const work = await tested(w, a)
    const { engagementId, controlId, procedureId } = work
    const brought = async (said: object = {}): Promise<string> =>
      (await a.staff.brings(engagementId, file(), said as Record<string, unknown>)).id
    const plan = { controlId, ref: 'T9', methods: ['INQUIRY'], aspects: ['DESIGN'], objective: 'X', steps: 'X' }
    const planned = (await a.senior.does('planProcedure', plan, 'procedure { id }')).procedure.id
    const { id: draft } = await work.draft()
    const raised = async (): Promise<string> => {
      const design = { kind: 'DESIGN_DEFICIENCY', criteriaCodes: ['CC8.1'], controlId, resultIds: [] }
      const { title, condition, potentialImpact, category, cause, evidenceNote } = work.matter
      const matter = { engagementId, ...design, title, condition, potentialImpact, category, cause, evidenceNote }
      return (await a.senior.does('raiseException', matter, 'exception { id }')).exception.id
    }
    const [open, withdrawn] = [await raised(), await raised()]
    await a.manager.does('withdrawException', { exceptionId: withdrawn, expectedVersion: 1, reason })
    const older = await brought()
    const newer = await brought({ supersedesId: older })
    const inState = async (state: string): Promise<string> => {
      const id = await brought()
      await w.owner.query(`update evidence set state = '${state}' where id = $1`, [id])
      return id
    }
    const removed = await brought()
    await a.manager.does('removeEvidence', { evidenceId: removed, expectedVersion: 1, reason })
    const letter = { kind: 'ENGAGEMENT_LETTER', datedOn: '2024-12-01', obtainedFrom: 'The head of IT' }
    const recorded = async (): Promise<string> => {
      const input = { engagementId, ...letter, evidenceId: await brought() }
      return (await a.senior.does('recordEngagementDocument', input, 'engagementDocument { id }')).engagementDocument.id
    }
    const [earlier, later] = [await recorded(), await recorded()]
    const none: [string, RegExp][] = [
      [planned, /T9 is planned and holds no work/],
      [draft, /is a draft/],
      [open, /EX-1 is a draft/],
      [withdrawn, /EX-2 was withdrawn/],
      [older, /There is a newer one/],
      [await inState('PENDING'), /waits for the malware scanner/],
      [await inState('INFECTED'), /found something/],
      [removed, /was removed/],
      [earlier, /There is a newer one/],
    ]
    const before = await w.digest()
    for (const [id, message] of none) {
      const { errors } = await reword(controlId, [procedureId, id])
      expect(errors, String(message)).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds', '1'] }])
      expect(errors[0].message).toMatch(message)
    }
    expect(await w.digest()).toBe(before)
    const frozen = "select id from population where engagement_id = $1 and state = 'FROZEN'"
    const fixed = (await w.owner.query(frozen, [engagementId])).rows[0].id
    await a.manager.does('confirmException', { exceptionId: open, expectedVersion: 1 })
    for (const id of [procedureId, newer, later, fixed, open]) {
      expect((await reword(controlId, [id])).errors).toEqual([])
    }
  })

  it('no mark that awaits approval', async () => {
    const work = await tested(w, a)
    const { engagementId, controlId } = work
    const policy = { ref: 'GV-01', title: 'A policy', description: 'There is one.', owner: 'The board', isKey: false }
    const how = { frequency: 'CONTINUOUS', nature: 'MANUAL', type: 'PREVENTIVE', area: 'OTHER' }
    const { control } = await a.senior.does('createControl', { engagementId, ...policy, ...how }, 'control { id }')
    const marking = { controlId: control.id, expectedVersion: 1, reason: 'A policy; nothing is listed.' }
    const { mark } = await a.senior.does('markControlWithoutPopulation', marking, 'mark { id version }')
    const before = await w.digest()
    expect((await reword(controlId, [mark.id])).errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(await w.digest()).toBe(before)
    await a.partner.does('approveControlWithoutPopulation', { markId: mark.id, expectedVersion: mark.version })
    expect((await reword(controlId, [mark.id])).errors).toEqual([])
  })

  it('nothing that is decided about: not the exception withdrawn or weighed, alone or with others', async () => {
    const work = await figuresAgainst(a, client)
    const exceptionId = await work.reported()
    const other = await work.exception({ criteriaCodes: ['CC8.1'] })
    const minor = {
      material: false,
      pervasive: false,
      factors: [{ factor: 'AGGREGATION', note: 'Read.' }],
      rationale: 'x',
    }
    const before = await w.digest()
    const refused = async (mutation: string, input: object) => {
      const { errors } = await a.partner.tryTo(mutation, input as Record<string, unknown>)
      expect(errors, mutation).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds', '0'] }])
      expect(errors[0].message).toContain('what is decided about')
    }
    const withdraw = { exceptionId, expectedVersion: await versionOf(exceptionId), reason }
    await refused('withdrawException', { ...withdraw, restsOnIds: [exceptionId] })
    await refused('decideMateriality', { exceptionId, ...minor, restsOnIds: [exceptionId] })
    expect(await w.digest()).toBe(before)
    for (const id of [exceptionId, other]) await work.concluded(id, { ...minor, restsOnIds: [work.testId] })
    const weighed = await w.digest()
    const { engagementId } = work
    const together = { engagementId, subjectMatter: 'OPERATING_EFFECTIVENESS', criteriaCodes: [], ...minor }
    await refused('decideAggregate', { ...together, restsOnIds: [other] })
    expect(await w.digest()).toBe(weighed)
  })
})

describe('Evidence that a reason rests on', () => {
  it('is not removed, wherever the reason stands', async () => {
    const work = await tested(w, a)
    const { id } = await a.staff.brings(work.engagementId, file())
    const { id: unneeded } = await a.staff.brings(work.engagementId, file())
    expect((await reword(work.controlId, [id])).errors).toEqual([])
    const before = await w.digest()
    const remove = (evidenceId: string) => a.manager.tryTo('removeEvidence', { evidenceId, expectedVersion: 1, reason })
    expect((await remove(id)).errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'EVIDENCE_IN_USE' }] }])
    expect(await w.digest()).toBe(before)
    const asked = 'query ($id: ID!) { evidence(id: $id) { actions { name allowed blockers { code } } } }'
    const { evidence } = await a.manager.gql(asked, { id })
    expect(evidence.actions).toContainEqual({
      name: 'removeEvidence',
      allowed: false,
      blockers: [{ code: 'EVIDENCE_IN_USE' }],
    })
    expect((await remove(unneeded)).errors).toEqual([])
  })

  it('of a dilution neither', async () => {
    const work = await chain(a, client)
    const { id } = await a.staff.brings(work.engagementId, file())
    const { rows } = await w.owner.query('select id, parameters from sample where engagement_id = $1', [
      work.engagementId,
    ])
    const parameters = JSON.parse(rows[0].parameters)
    parameters.extensions.push({ kind: 'DILUTION', restsOnIds: [id] })
    await w.owner.query('update sample set parameters = $2 where id = $1', [rows[0].id, JSON.stringify(parameters)])
    const { errors } = await a.manager.tryTo('removeEvidence', { evidenceId: id, expectedVersion: 1, reason })
    expect(errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'EVIDENCE_IN_USE' }] }])
  })
})
