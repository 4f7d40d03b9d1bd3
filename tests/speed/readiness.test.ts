import { beforeAll, expect, it } from 'vitest'
import { blocksOf } from '../support/blocks.js'
import { changes, controlOf, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { sentDuring } from '../support/statements.js'
import { world } from '../support/world.js'

// What stands between an engagement and its report is asked all the time while it is completed. However many items were tested
// and signed, few blocks are looked at for it.

const w = await world()
const a = await w.firm('Alder')
let work: Fieldwork
const procedures = 6

/** A control with a procedure that has a sample of so many items, each tested for two attributes, signed by both. */
async function signed(size: number, ref: string): Promise<void> {
  const { control } = await a.senior.does('createControl', controlOf(work.engagementId, { ref }), 'control { id }')
  const of = { controlId: control.id }
  const { id } = await work.procedure(of)
  const { id: populationId } = await work.frozen(changes(Math.max(size, 2)), { dateColumn: 'merged' }, of)
  const draw = { basis: 'JUDGMENT', size: 2, sizeReason: 'A rehearsal.', method: 'RANDOM' }
  const { sample } = await a.staff.does(
    'drawSample',
    { procedureId: id, populationId, ...draw },
    'sample { id version }',
  )
  if (size > 2) {
    const more = {
      sampleId: sample.id,
      expectedVersion: sample.version,
      additionalCount: size - 2,
      reason: 'More is tested.',
    }
    await a.staff.does('extendSample', more)
  }
  const items = await w.owner.query('select id from sample_item where sample_id = $1', [sample.id])
  for (let from = 0; from < items.rows.length; from += 250) {
    const results = items.rows
      .slice(from, from + 250)
      .flatMap((item) => ['A', 'B'].map((attribute) => ({ sampleItemId: item.id, attribute, outcome: 'NO_DEVIATION' })))
    await a.staff.does('recordResults', { procedureId: id, results })
  }
  for (const [person, mutation, input] of [
    [a.staff, 'prepareProcedure', { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Compared as planned.' }],
    [a.senior, 'reviewProcedure', {}],
  ] as const) {
    const { procedure } = await a.staff.gql('query ($id: ID!) { procedure(id: $id) { version } }', { id })
    await person.does(mutation, { procedureId: id, expectedVersion: procedure.version, ...input })
  }
}

async function blocks(): Promise<number> {
  await w.owner.query('vacuum (analyze)')
  const query = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { ready blockers { code } } } }'
  const ask = () => a.manager.gql(query, { id: work.engagementId })
  for (let time = 0; time < 60; time += 1) await ask()
  const { answer, sent } = await sentDuring(ask)
  const codes = answer.engagement.readiness.blockers.map(({ code }: { code: string }) => code)
  expect(codes).not.toContain('SIGN_OFF_STALE')
  const found = await blocksOf(w.testDatabase.serviceUrl, sent)
  return found.reduce((sum, one) => sum + one.blocks, 0)
}

let few: number

beforeAll(async () => {
  work = await fieldwork(w, a)
  for (let nth = 0; nth < procedures; nth += 1) await signed(2, `FEW-${nth}`)
  few = await blocks()
}, 120_000)

it('is told for thousands of signed items by what it is told by for a few', async () => {
  for (let nth = 0; nth < procedures; nth += 1) await signed(500, `MANY-${nth}`)
  // Twice the controls, thousands of items more: of each control a few blocks are looked at, for its population and its sample.
  const many = await blocks()
  expect(many).toBeLessThanOrEqual(2 * few)
  expect(many).toBeLessThanOrEqual(160)
}, 300_000)
