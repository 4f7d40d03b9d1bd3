import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../../src/http/caller.js'
import { shares, turnLimits, turnOf } from '../../src/http/turns.js'
import { type Share, Turns } from '../../src/kernel/execute/turns.js'
import { fullWorld } from '../support/full-world.js'
import { listening } from '../support/listening.js'
import { world } from '../support/world.js'

const limits = { atOnce: 4, waiting: 6, waitMs: 200 }
const firm = (name: string): Share[] => [{ name, of: shares.firm }]

/** Sends so many at once; notes the order in which they began. */
function crowd(turns: Turns, of: (name: string) => readonly Share[] = firm) {
  const begun: string[] = []
  const refused: string[] = []
  const come = (name: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        try {
          await turns.begin(of(name))
          begun.push(name)
        } catch (error) {
          refused.push(`${name} ${(error as { code: string }).code}`)
        }
      }),
    )
  const end = async (name: string) => {
    turns.end(of(name))
    await pause(1)
  }
  const count = (name: string) => begun.filter((one) => one === name).length
  return { begun, refused, come, end, count }
}

describe('operations under way', () => {
  it('are as many as there are connections, and of one firm fewer', () => {
    for (const poolSize of [1, 2, 3, 10, 200]) {
      const { atOnce } = turnLimits(poolSize)
      const ofFirm = Math.max(1, Math.floor(atOnce * shares.firm))
      expect([atOnce >= poolSize, ofFirm < atOnce]).toEqual([true, true])
    }
  })

  it('leave room for others, whatever one firm sends', async () => {
    const { begun, come } = crowd(new Turns(limits))
    void come('A', 7)
    await pause(1)
    await come('B', 1)
    expect(begun).toEqual(['A', 'A', 'A', 'B'])
  })

  it('begin in turn among firms, one of each after the other', async () => {
    const { begun, come, end } = crowd(new Turns(limits))
    void come('A', 6)
    void come('B', 2)
    void come('C', 2)
    await pause(1)
    expect(begun).toEqual(['A', 'A', 'A', 'B'])
    for (const ended of ['A', 'A', 'B', 'A']) await end(ended)
    expect(begun.slice(4)).toEqual(['A', 'B', 'C', 'A'])
  })

  it('are waited for so long, and by so many, and no longer; what left is not counted', async () => {
    const turns = new Turns(limits)
    const { begun, refused, come, end } = crowd(turns)
    const first = come('A', 8)
    await pause(1)
    // Three run, four wait, one is one too many of its firm.
    expect([begun.length, refused]).toEqual([3, ['A UNAVAILABLE']])
    await come('B', 1)
    const late = [come('C', 1), come('D', 1)]
    await pause(1)
    expect(refused).toEqual(['A UNAVAILABLE'])
    // Six wait: the seventh takes the place of the last of who has most.
    late.push(come('E', 1))
    await pause(1)
    expect(refused).toEqual(['A UNAVAILABLE', 'A UNAVAILABLE'])
    await Promise.all([first, ...late])
    expect([begun.length, refused.length]).toEqual([4, 8])
    for (const ended of ['A', 'A', 'A', 'B']) await end(ended)
    const again = crowd(turns)
    await again.come('E', 3)
    expect(again.begun).toEqual(['E', 'E', 'E'])
  })
})

describe('the turn of an operation', () => {
  const claims = (firmId: string, clientId: string | null = null) => ({
    userId: 'u',
    memberId: 'm',
    firmId,
    clientId,
    sessionId: 's',
  })
  const callers: Record<string, Caller> = {
    auditor: claims('A'),
    client: claims('A', 'client'),
    stranger: { network: '203.0.113.5', isRefreshing: false },
    another: { network: '192.0.2.1', isRefreshing: false },
    refreshing: { network: '203.0.113.5', isRefreshing: true },
  }
  const of = (name: string) => turnOf(callers[name] ?? { network: name, isRefreshing: false })
  const ten = () => crowd(new Turns({ ...turnLimits(10), waitMs: 100 }), of)

  it('of a client’s people is at most half of the firm’s: its auditors find room', async () => {
    const { come, count, end } = ten()
    const clients = come('client', 300)
    await pause(1)
    expect(count('client')).toBe(4)
    await come('auditor', 4)
    expect(count('auditor')).toBe(4)
    const waiting = come('auditor', 1)
    await end('client')
    await end('client')
    await waiting
    expect([count('client'), count('auditor')]).toEqual([5, 5])
    await clients
  })

  it('of one network without tokens leaves room for another, and for refreshing from the same', async () => {
    const { begun, come, count, refused } = ten()
    const flood = come('stranger', 300)
    await pause(1)
    expect(count('stranger')).toBe(3)
    // Most of a flood is refused at once.
    expect(refused.length).toBe(300 - 3 - 150)
    await come('another', 1)
    await come('refreshing', 1)
    expect(begun.slice(-2)).toEqual(['another', 'refreshing'])
    await flood
  })

  it('of strangers from many networks leaves room for refreshing, and for people who are signed in', async () => {
    const { begun, come, count, refused } = ten()
    const flood = Promise.all(Array.from({ length: 600 }, (_, n) => come(`198.51.${n}`, 1)))
    await pause(1)
    expect(begun.length).toBe(6)
    await come('refreshing', 2)
    await come('auditor', 2)
    expect([count('refreshing'), count('auditor')]).toEqual([2, 2])
    expect(refused.length).toBe(600 - 6 - 300)
    await flood
  })
})

describe('a firm that sends more than the service can answer', async () => {
  const w = await world(undefined, { turns: turnLimits(10) })
  const { crew, b, held } = await fullWorld(w)
  const { post } = await listening(w)
  const id = held.Engagement?.[0]
  const expensive = `{ engagement(id: "${id}") { readiness(to: ISSUED) { ready } opinionProposal { digest } draftReport { html model }
    ${Array.from({ length: 3 }, (_, n) => `p${n}: procedures(first: 100) { nodes { actions { name allowed reason { message } } } }`).join(' ')} } }`
  const small = '{ viewer { member { name } firm { name } } }'

  it('does not keep another firm waiting', async () => {
    await Promise.all([post(b.manager, small), post(crew.manager, expensive)])
    const alone = await post(crew.manager, expensive)
    expect(alone.body?.errors).toBeUndefined()
    let flooding = true
    const own: number[] = []
    const flood = Promise.all(
      Array.from({ length: 60 }, async () => {
        while (flooding) own.push((await post(crew.manager, expensive)).ms)
      }),
    )
    await pause(300)
    const others: number[] = []
    for (let times = 0; times < 20; times += 1) {
      const { status, body, ms } = await post(b.manager, small)
      expect([status, body?.data.viewer.firm.name]).toEqual([200, 'Birch'])
      others.push(ms)
    }
    flooding = false
    await flood
    expect(own.length).toBeGreaterThan(60)
    expect(median(others)).toBeLessThan(1_000)
    // Without turns both wait for all that is under way. By what the flood waits, a slow machine is no excuse.
    expect(median(others)).toBeLessThan(median(own) / 4)
  }, 60_000)
})

const median = (all: number[]): number => all.sort((one, other) => one - other)[Math.floor(all.length / 2)] as number
