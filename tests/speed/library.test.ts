import { expect, it } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
import { addsToLibrary, entrySaid } from '../support/library.js'
import { sentDuring } from '../support/statements.js'
import { world } from '../support/world.js'

// An engagement starts from the library in one act: in as many statements for two hundred controls as for three, but for the portions in
// which rows are inserted, and while a person waits.

const w = await world()
const a = await w.firm('Alder')
const engagementId = await staffedEngagement(a, await a.client('Kestrel Cloud'))
const [first, second] = entrySaid.procedures
const { id: libraryControlId } = await addsToLibrary(a.partner, 'LB-01', {
  procedures: [first, second, { ...second, suffix: 'T3' }],
})

async function takes(count: number, prefix: string) {
  const controls = Array.from({ length: count }, (_, n) => ({ libraryControlId, ref: `${prefix}-${n}`, owner: 'CTO' }))
  const began = performance.now()
  const { answer, sent } = await sentDuring(() =>
    a.senior.does('addControlsFromLibrary', { engagementId, controls }, 'added { control { id } }'),
  )
  expect(answer.added).toHaveLength(count)
  const isInsert = ({ sql }: { sql: string }) => sql.startsWith('insert into')
  return {
    milliseconds: performance.now() - began,
    inserts: sent.filter(isInsert).length,
    others: sent.filter((one) => !isInsert(one)).length,
  }
}

it('takes 200 controls with 600 tests in as many statements as 3, within three seconds', async () => {
  const few = await takes(3, 'A')
  const many = await takes(200, 'B')
  expect(many.others).toBe(few.others)
  // 200 controls, 400 criteria, 600 tests and 400 attributes: each in three portions more at most.
  expect(many.inserts - few.inserts).toBeLessThanOrEqual(12)
  expect(many.milliseconds).toBeLessThan(3_000)
})
