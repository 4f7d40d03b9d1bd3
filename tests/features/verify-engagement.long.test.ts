import { expect, it } from 'vitest'
import { changes, fieldwork } from '../support/fieldwork.js'
import { tamper } from '../support/tampering.js'
import { world } from '../support/world.js'

// A day's work of a large team, recorded through the API, is verified in seconds; a row changed among it is found.

const items = 10_000
const attributes = ['A', 'B', 'C']
const atOnce = 1_000

it('30,000 results of a day verify in seconds, and the one that was changed is named', async () => {
  const w = await world()
  const a = await w.firm('Alder')
  const work = await fieldwork(w, a)
  const { id: procedureId } = await work.procedure({
    attributes: attributes.map((letter) => ({ letter, description: `What is checked under ${letter}.` })),
  })
  const { id: populationId } = await work.frozen(changes(items))
  const draw = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'All of them.' }
  await a.staff.does('drawSample', { procedureId, populationId, ...draw }, 'sample { id }')
  const { rows } = await w.owner.query<{ id: string }>('select id from sample_item order by position')
  for (const attribute of attributes) {
    for (let from = 0; from < rows.length; from += atOnce) {
      const results = rows
        .slice(from, from + atOnce)
        .map(({ id }) => ({ sampleItemId: id, attribute, outcome: 'NO_DEVIATION' }))
      await a.staff.does('recordResults', { procedureId, results })
    }
  }
  const verify = async () =>
    (
      await a.manager.gql(
        'query ($id: ID!) { verifyEngagement(engagementId: $id) { rowCount mismatches { nodeType nodeId reason fields } } }',
        { id: work.engagementId },
      )
    ).verifyEngagement
  const began = performance.now()
  const verified = await verify()
  const tookMs = performance.now() - began
  expect(verified.rowCount).toBeGreaterThan(items * (attributes.length + 1))
  expect(verified.mismatches).toEqual([])
  expect(tookMs).toBeLessThan(15_000)
  const { rows: some } = await w.owner.query<{ id: string }>('select id from result offset 17000 limit 1')
  const [{ id }] = some as [{ id: string }]
  await tamper(w.owner, [`update result set note = 'Seen.' where id = $1`, [id]])
  expect((await verify()).mismatches).toEqual([{ nodeType: 'Result', nodeId: id, reason: 'ALTERED', fields: ['note'] }])
}, 600_000)
