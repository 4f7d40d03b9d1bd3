import { expect, test } from 'vitest'
import { listThroughService, longCsv } from '../support/list-through-service.js'
import { longXlsx } from '../support/long-workbooks.js'

test.each([
  ['CSV', longCsv(1_000_000)],
  ['XLSX', longXlsx(1_000_000)],
])(
  'a million rows of %s are imported, frozen, drawn from and verified in less than 400 MB; all along the service answers within 200 ms',
  {
    timeout: 900_000,
  },
  async (_, list) => {
    const { cost, rowsRead, ...done } = await listThroughService(list)
    expect(done).toEqual({ itemCount: 1_000_000, drawn: 60, isVerified: true })
    expect(rowsRead.length).toBeGreaterThan(20)
    expect([...rowsRead].sort((one, other) => one - other)).toEqual(rowsRead)
    expect(cost.grownMegabytes).toBeLessThan(400)
    expect(cost.healthMs).toBeLessThan(200)
  },
)
