import { expect, test } from 'vitest'
import { cellsOfLine } from '../support/list-through-service.js'
import { longWorkbook } from '../support/long-workbooks.js'

test('a workbook of 20,000 rows is read in little time and memory, most of its texts on the disk, and others have their turn', async () => {
  const cost = await longWorkbook(20_000, 100_000)
  expect(cost).toMatchObject({ rows: 20_001, first: cellsOfLine(0), last: cellsOfLine(19_999) })
  expect(cost.seconds).toBeLessThan(10)
  expect(cost.heldMegabytes).toBeLessThan(100)
  // Half of what a caller may have to wait.
  expect(cost.turnMs).toBeLessThan(100)
})
