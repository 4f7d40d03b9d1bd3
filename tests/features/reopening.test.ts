import { describe, expect, it } from 'vitest'
import { tested } from '../support/exceptions.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const soon = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
const judgment = {
  material: true,
  pervasive: false,
  factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Unreviewed changes reached production.' }],
  rationale: 'Users rely on the review of changes.',
}

/** An exception of three deviations, communicated, its materiality decided and not yet approved. */
async function weighed() {
  const work = await tested(w, a)
  const version = async (id: string) =>
    (await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
  const input = async (name: string, id: string, more: object) => ({
    [name]: id,
    expectedVersion: await version(id),
    ...more,
  })
  const { exception } = await a.senior.does('raiseException', work.matter, 'exception { id }')
  const toException = async (by: Person, mutation: string, more: object = {}) =>
    by.does(mutation, await input('exceptionId', exception.id, more))
  await toException(a.manager, 'confirmException')
  await toException(a.manager, 'communicateException', { responseDueOn: soon })
  const decided = await a.manager.does(
    'decideMateriality',
    { exceptionId: exception.id, ...judgment },
    'materialityDecision { id }',
  )
  const decisionId = decided.materialityDecision.id
  return {
    ...work,
    exceptionId: exception.id as string,
    toException,
    toDecision: async (mutation: string, more: object = {}) =>
      a.partner.does(mutation, await input('decisionId', decisionId, more)),
    refusedOf: async (by: Person, mutation: string, more: object = {}) => {
      const given = mutation.endsWith('Exception')
        ? await input('exceptionId', exception.id, more)
        : await input('decisionId', decisionId, more)
      const before = await w.digest()
      const { errors } = await by.tryTo(mutation, given)
      expect(await w.digest()).toBe(before)
      return errors
    },
    deniedOf: async (by: Person, mutation: string, more: object = {}) => {
      const given = await input('decisionId', decisionId, more)
      const before = await w.digest()
      const code = await by.isDenied(mutation, given)
      expect(await w.digest()).toBe(before)
      return code
    },
    state: async (by: Person = a.staff) => {
      const asked = 'query ($id: ID!) { exception(id: $id) { state } }'
      return (await by.gql(asked, { id: exception.id })).exception.state
    },
  }
}

describe('an exception whose results change', () => {
  it('is not concluded on figures that the results have left behind', async () => {
    const work = await weighed()
    await work.explainAway('C-2 A')
    expect(await work.refusedOf(a.partner, 'approveMateriality')).toMatchObject([
      { __typename: 'NotReady', blockers: [{ code: 'FIGURES_CHANGED', node: work.exceptionId }] },
    ])
    await work.correct('C-2 A', 'DEVIATION')
    await work.toDecision('approveMateriality')
    expect(await work.state()).toBe('CONCLUDED')
  })

  it('is reopened by the partner after it was concluded, withdrawn, and raised again', async () => {
    const work = await weighed()
    await work.toDecision('approveMateriality')
    await work.explainAway('C-2 A')
    expect(await work.refusedOf(a.manager, 'withdrawException', { reason: 'Two items, not three.' })).toMatchObject([
      { __typename: 'InvalidTransition', from: 'CONCLUDED', allowed: ['COMMUNICATED'] },
    ])
    expect(await work.refusedOf(a.manager, 'communicateException', { responseDueOn: soon })).toMatchObject([
      { __typename: 'InvalidTransition', from: 'CONCLUDED', to: 'COMMUNICATED' },
    ])
    const why = { reason: 'The review of one change was found.' }
    for (const person of [a.manager, a.senior, a.reviewer, work.client.admin]) {
      expect(await work.deniedOf(person, 'reopenMateriality', why), person.name).toBe('FORBIDDEN')
    }
    await work.toDecision('reopenMateriality', why)
    expect(await work.state()).toBe('COMMUNICATED')
    expect(await work.state(work.client.viewer)).toBe('COMMUNICATED')
    expect(await work.refusedOf(a.partner, 'approveMateriality')).toMatchObject([
      { blockers: [{ code: 'DECISION_RETURNED' }] },
    ])
    const fewer = { reason: 'Two items, not three.', restsOnIds: [work.procedureId] }
    await work.toException(a.manager, 'withdrawException', fewer)
    const resultIds = ['C-3 A', 'C-3 B', 'C-5 A'].map((place) => work.results[place]?.id)
    const { exception } = await a.senior.does(
      'raiseException',
      { ...work.matter, resultIds },
      'exception { number deviationCount isTrueToResults }',
    )
    expect(exception).toEqual({ number: 2, deviationCount: 2, isTrueToResults: true })
  })

  it('is not reopened before it was concluded', async () => {
    const work = await weighed()
    expect(await work.refusedOf(a.partner, 'reopenMateriality', { reason: 'Too early.' })).toMatchObject([
      { __typename: 'InvalidTransition', from: 'PROPOSED', to: 'PROPOSED' },
    ])
  })
})
