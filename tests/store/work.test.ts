import { describe, expect, it } from 'vitest'
import { Client } from '../../src/features/client/client.js'
import { Engagement } from '../../src/features/engagement/engagement.js'
import { SampleItem } from '../../src/features/sample/sample-item.js'
import { claim, keep } from '../../src/kernel/store/idempotency.js'
import { openRead, readIdentity, type Tx, write } from '../../src/kernel/store/work.js'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Cedar')
const client = await a.client('Egret')
const other = await a.client('Ibis')
const engagementId = await staffedEngagement(a, client)
const act = 'Mutation.updateClient'

describe('write', () => {
  it('never opens inside another one', async () => {
    const nested = write(w.database, a.manager.claims, act, () =>
      write(w.database, a.manager.claims, act, async () => 1),
    )
    await expect(nested).rejects.toThrow('inside another transaction')
  })

  it('is tried again when it had to give way in a deadlock: both acts happen', async () => {
    let runs = 0
    let waiting = 0
    const meet = async () => {
      waiting += 1
      while (waiting < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const change = (first: string, second: string, name: string) =>
      write(w.database, a.manager.claims, act, async (tx) => {
        runs += 1
        await tx.load(Client, first, undefined, 'update')
        if (runs <= 2) await meet()
        const row = await tx.load(Client, second, undefined, 'update')
        return tx.update(row, { name })
      })
    await Promise.all([change(client.id, other.id, 'Ibis again'), change(other.id, client.id, 'Egret again')])
    // On a busy machine the one that is run again may get in the way of the other once more.
    expect(runs).toBeGreaterThan(2)
    const { rows } = await w.owner.query('select name from client where firm_id = $1 order by name', [a.id])
    expect(rows.map((row) => row.name)).toEqual(['Egret again', 'Ibis again'])
  })

  it('sends nothing that comes after its end: the connection is another caller’s by then', async () => {
    let late: Tx | undefined
    await write(w.database, a.manager.claims, act, async (tx) => {
      late = tx
    })
    await expect(late?.find(Client, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    const read = await openRead(w.database, a.manager.claims)
    expect(await read.tx.find(Client, {})).toHaveLength(2)
    const closed = read.close()
    await expect(read.tx.find(Client, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await closed
  })

  it('leaves no tenant behind on the connection it used', async () => {
    await write(w.database, a.manager.claims, act, async () => null)
    const connection = await w.database.connect()
    const [row] = await connection.query(
      "select current_setting('app.firm_id', true) as firm, count(*)::int as seen from client",
    )
    connection.release()
    expect(row).toEqual({ firm: '', seen: 0 })
  })

  it('does not write rows of an engagement that the policy was not asked about', async () => {
    const before = await w.digest()
    const unasked = write(w.database, a.manager.claims, act, async (tx) => {
      await tx.update(await tx.load(Engagement, engagementId), { systemName: 'Unasked' })
    })
    await expect(unasked).rejects.toThrow('without the policy being asked')
    expect(await w.digest()).toBe(before)
  })

  it('changes no row of which the trail holds a digest: what it was could not be told from the entry', async () => {
    const item = Object.assign(new SampleItem(), { engagementId, itemKey: 'one', version: 1 })
    const changing = write(w.database, a.manager.claims, act, async (tx) => {
      tx.markPermitted(engagementId)
      await tx.update(item, { itemKey: 'another' })
    })
    await expect(changing).rejects.toThrow('SampleItem is in the trail as a digest')
  })

  it('keeps nothing of an act whose last statements fail', async () => {
    const before = await w.digest()
    const failing = write(w.database, a.manager.claims, act, async (tx) => {
      const row = await tx.load(Client, client.id)
      await tx.permit(row)
      await tx.update(row, { name: 'Half done' })
      tx.deferToCommit(tx.appendTrail('updateClient', row), tx.query('select 1 / 0'))
    })
    await expect(failing).rejects.toThrow('division by zero')
    expect(await w.digest()).toBe(before)
  })

  it('keeps nothing of an act whose answer cannot be kept', async () => {
    const before = await w.digest()
    const scope = [a.id, a.manager.memberId] as const
    const attempt = { action: act, key: 'of an answer that is no JSON', input: '{}', scope }
    const failing = write(
      w.database,
      a.manager.claims,
      act,
      async (tx) => {
        const row = await tx.load(Client, client.id)
        await tx.update(row, { name: 'Not kept' })
        tx.deferToCommit(tx.appendTrail('updateClient', row))
        tx.deferToCommit(keep(tx, attempt, { payload: { count: 1n }, unseen: [] }))
      },
      (tx) => claim(tx, attempt),
    )
    await expect(failing).rejects.toThrow('BigInt')
    expect(await w.digest()).toBe(before)
  })
})

it('reads in the identity realm see keys of the service, no memberships unless a person is named, and change nothing', async () => {
  const before = await w.digest()
  const [keys, members] = await readIdentity(w.database, async (tx) => [
    await tx.query('select id from checkpoint_key'),
    await tx.query('select id from member where firm_id = $1', [a.id]),
  ])
  expect([keys?.length, members?.length]).toEqual([1, 0])
  const changed = readIdentity(w.database, (tx) => tx.query('delete from checkpoint_key'))
  await expect(changed).rejects.toMatchObject({ code: '25006' })
  expect(await w.digest()).toBe(before)
})
