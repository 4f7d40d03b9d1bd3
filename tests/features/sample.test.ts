import { describe, expect, it } from 'vitest'
import { hashRank } from '../../src/rules/selection.js'
import { changes, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const list = changes(300)
const population = await work.frozen(list, { dateColumn: 'merged' })

const whole = `sample { id version size recommendedSize itemCount seed method basis isStatistical draws algorithm algorithmVersion
  populationDigest populationSize testedCount deviationCount
  items(first: 100) { totalCount nodes { position itemKey rank drawnAs occurredOn fields { name value } } }
  verification { matches populationMatches redrawn itemCount missing unexpected orderDiffers } }`

describe('a random sample', () => {
  it('is the first by hash rank, as a shell would find it, and verifies', async () => {
    const { id } = await work.procedure()
    const { sample } = await a.staff.does(
      'drawSample',
      {
        procedureId: id,
        populationId: population.id,
        basis: 'FREQUENCY_TABLE',
        risk: 'LOWER',
        method: 'RANDOM',
        seed: 's-1',
      },
      whole,
    )
    const keys = Array.from({ length: 300 }, (_, at) => `C-${at + 1}`)
    const first = keys
      .map((key) => [hashRank('s-1', key), key] as const)
      .sort()
      .slice(0, 25)
    expect(sample.items.nodes.map((one: { itemKey: string; rank: string }) => [one.rank, one.itemKey])).toEqual(first)
    expect(sample).toMatchObject({ size: 25, recommendedSize: 25, draws: [25], populationDigest: population.digest })
    expect(sample.verification).toEqual({
      matches: true,
      populationMatches: true,
      redrawn: true,
      itemCount: 300,
      missing: [],
      unexpected: [],
      orderDiffers: false,
    })
  })
})
