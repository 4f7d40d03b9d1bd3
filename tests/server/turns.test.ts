import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Turns, turnLimits } from '../../src/server/turns.js'
import { fullWorld } from '../support/full-world.js'
import { listening } from '../support/listening.js'
import { world } from '../support/world.js'

const limits = { atOnce: 4, perGroup: 3, waiting: 6, waitingPerGroup: 5, waitMs: 200 }

/** Sends so many at once; answers the order in which they began. */
function crowd(turns: Turns) {
  const begun: string[] = []
  const refused: string[] = []
  const come = (group: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        try {
          await turns.begin(group)
          begun.push(group)
        } catch (error) {
          refused.push((error as { code: string }).code)
        }
      }),
    )
  return { begun, refused, come }
}

describe('operations under way', () => {
  it('are as many as there are connections, and of one firm fewer', () => {
    expect(turnLimits(10)).toMatchObject({ atOnce: 10, perGroup: 8 })
    for (const poolSize of [1, 2, 3, 200]) {
      const { atOnce, perGroup } = turnLimits(poolSize)
      expect([perGroup >= 1, perGroup < atOnce]).toEqual([true, true])
    }
  })

  it('leave room for others, whatever one firm sends', async () => {
    const turns = new Turns(limits)
    const { begun, come } = crowd(turns)
    void come('A', 8)
    await pause(1)
    await come('B', 1)
    expect(begun).toEqual(['A', 'A', 'A', 'B'])
  })

  it('begin in turn among firms, one of each after the other', async () => {
    const turns = new Turns(limits)
    const { begun, come } = crowd(turns)
    void come('A', 6)
    void come('B', 2)
    void come('C', 2)
    await pause(1)
    expect(begun).toEqual(['A', 'A', 'A', 'B'])
    for (const ended of ['A', 'A', 'B', 'A']) {
      turns.end(ended)
      await pause(1)
    }
    expect(begun.slice(4)).toEqual(['A', 'B', 'C', 'A'])
  })

  it('are waited for so long, and by so many, and no longer; what left is not counted', async () => {
    const turns = new Turns(limits)
    const { begun, refused, come } = crowd(turns)
    const first = come('A', 9)
    await pause(1)
    // Three run, five wait, one is one too many of its firm.
    expect([begun.length, refused]).toEqual([3, ['UNAVAILABLE']])
    await come('B', 1)
    void come('C', 1)
    await pause(1)
    const late = come('D', 1)
    await pause(1)
    // Six wait: the seventh is one too many of all.
    expect(refused).toEqual(['UNAVAILABLE', 'UNAVAILABLE'])
    await Promise.all([first, late])
    expect(refused.length).toBe(7)
    for (const ended of ['A', 'A', 'A', 'B']) turns.end(ended)
    await pause(250)
    const again = crowd(turns)
    await again.come('E', 3)
    expect(again.begun).toEqual(['E', 'E', 'E'])
  })
})

describe('a firm that sends more than the service can answer', async () => {
  const w = await world(undefined, { turns: turnLimits(10) })
  const { crew, b, held } = await fullWorld(w)
  const { post } = await listening(w)
  const id = held.Engagement?.[0]
  const expensive = `{ engagement(id: "${id}") { readiness(to: ISSUED) { ready } opinionProposal { digest } draftReport { html model }
    ${Array.from({ length: 6 }, (_, n) => `p${n}: procedures(first: 100) { nodes { actions { name allowed reason } } }`).join(' ')} } }`
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
