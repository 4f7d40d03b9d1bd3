import { expect, test } from 'vitest'
import { cellsOfLine } from '../support/list-through-service.js'
import { longWorkbook } from '../support/long-workbooks.js'

test.each([
  [300_000, 60],
  [1_000_000, 200],
])(
  'a workbook of %i rows is read in less than %i seconds and 100 MB, and others have their turn',
  {
    timeout: 900_000,
  },
  async (rows, seconds) => {
    const cost = await longWorkbook(rows)
    expect(cost).toMatchObject({ rows: rows + 1, first: cellsOfLine(0), last: cellsOfLine(rows - 1) })
    expect(cost.seconds).toBeLessThan(seconds)
    expect(cost.heldMegabytes).toBeLessThan(100)
    expect(cost.turnMs).toBeLessThan(50)
  },
)
