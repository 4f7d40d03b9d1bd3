import { describe, expect, it } from 'vitest'
import { Client } from '../../src/features/client/client.js'
import { Engagement } from '../../src/features/engagement/engagement.js'
import type { Row, RowClass } from '../../src/kernel/store/row.js'
import { EngagementScope, firmScope, scopeOf } from '../../src/kernel/store/scope.js'
import { openRead } from '../../src/kernel/store/work.js'
import { staffedEngagement } from '../support/engagements.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Alder')
const client = await a.client('Ash')
const engagementId = await staffedEngagement(a, client)

/** The scope that a person gets by reading a row. */
async function scopeBy(person: Person, row: RowClass<Row>, id: string): Promise<EngagementScope> {
  const read = await openRead(w.database, person.claims)
  try {
    return scopeOf(read.tx, await read.tx.load(row, id))
  } finally {
    await read.close()
  }
}

describe('the scope of an engagement', () => {
  it('is given by a row of it to its team', async () => {
    const scope = await scopeBy(a.staff, Engagement, engagementId)
    expect([scope.firmId, scope.engagementId, scope.chainId]).toEqual([a.id, engagementId, engagementId])
  })

  it('is not given to who sees the row from outside the team, such as the administrator', async () => {
    await expect(scopeBy(a.admin, Engagement, engagementId)).rejects.toThrow('for its team')
  })

  it('is not given by a row of no engagement', async () => {
    await expect(scopeBy(a.staff, Client, client.id)).rejects.toThrow('for its team')
  })

  it('is not given by an id where a person acts; the scope of the firm is that of the transaction', async () => {
    const read = await openRead(w.database, a.staff.claims)
    expect(() => EngagementScope.ofOperator(read.tx, engagementId)).toThrow('through the wall')
    expect([firmScope(read.tx).firmId, firmScope(read.tx).chainId]).toEqual([a.id, a.id])
    await read.close()
  })
})
