import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import { canonicalLine, PopulationDigest, type PopulationItem } from '../../src/rules/population.js'
import {
  beginDraw,
  beginVerification,
  type DrawableItem,
  type DrawPlan,
  type SampleRecord,
} from '../../src/rules/redraw.js'
import {
  FirstByRank,
  hashRank,
  isStatistical,
  largestRemainder,
  STRATA_MAX,
  systematicPositions,
} from '../../src/rules/selection.js'
import { refusalOf } from '../support/refusals.js'

const keysTo = (count: number) => Array.from({ length: count }, (_, i) => `change-${i}`)
const itemsOf = (keys: readonly string[]): DrawableItem[] => keys.map((key) => ({ key }))

function draw(plan: Omit<DrawPlan, 'populationSize'>, items: readonly DrawableItem[]) {
  const drawing = beginDraw({ ...plan, populationSize: items.length })
  for (const item of items) drawing.offer(item)
  return drawing.drawn()
}
const keysDrawn = (plan: Omit<DrawPlan, 'populationSize'>, items: readonly DrawableItem[]) =>
  draw(plan, items).map(({ key }) => key)

describe('Random selection by hash rank', () => {
  it('is what a shell computes from seed and keys', () => {
    const keys = ['d2e59bb60', '3be96bb72', '2d2af382c', 'ee48e6e4d', 'Zürich-7', 'a b']
    const script =
      'for key; do printf "%s %s\\n" "$(printf "%s\\037%s" "$SEED" "$key" | sha256sum | cut -c1-64)" "$key"; done'
    const ranked = execFileSync(
      'bash',
      ['-c', `${script} | LC_ALL=C sort`.replace('for key', 'for key in "$@"'), 'rank', ...keys],
      {
        env: { ...process.env, SEED: 'engagement 7' },
        encoding: 'utf8',
      },
    )
    const byShell = ranked
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(65))
    expect(keysDrawn({ method: 'RANDOM', seed: 'engagement 7', draws: [6] }, itemsOf(keys))).toEqual(byShell)
  })

  it('is SHA-256 over seed, 0x1F and key, as hex', () => {
    const bytes = Buffer.concat([Buffer.from('seed'), Buffer.from([0x1f]), Buffer.from('ключ')])
    expect(hashRank('seed', 'ключ')).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  const population = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 200 })
  const seeds = fc.string({ minLength: 1, maxLength: 20 })

  it('takes the first n of the whole ranking, no matter in which order the items come', () => {
    fc.assert(
      fc.property(population, seeds, fc.double({ min: 0.001, max: 1, noNaN: true }), (keys, seed, share) => {
        const size = Math.ceil(keys.length * share)
        const wholeRanking = [...keys].sort((a, b) => (hashRank(seed, a) < hashRank(seed, b) ? -1 : 1))
        const plan = { method: 'RANDOM', seed, draws: [size] } as const
        expect(keysDrawn(plan, itemsOf(keys))).toEqual(wholeRanking.slice(0, size))
        expect(keysDrawn(plan, itemsOf([...keys].reverse()))).toEqual(wholeRanking.slice(0, size))
      }),
    )
  })

  it('holds no more items than are asked for, however many pass by', () => {
    const first = new FirstByRank('seed', 25)
    const keys = keysTo(20_000)
    for (const [position, key] of keys.entries()) first.offer(key, position)
    const sorted = keys.map((key) => hashRank('seed', key)).sort()
    expect(first.inOrder().map((item) => item.hash)).toEqual(sorted.slice(0, 25))
  })

  it('gives every item about the same chance', () => {
    const hits = new Map<string, number>()
    for (let i = 0; i < 2_000; i++) {
      for (const key of keysDrawn({ method: 'RANDOM', seed: `seed ${i}`, draws: [5] }, itemsOf(keysTo(20)))) {
        hits.set(key, (hits.get(key) ?? 0) + 1)
      }
    }
    // 500 expected each, standard deviation 19: five of those either way.
    expect(hits.size).toBe(20)
    for (const count of hits.values()) expect(Math.abs(count - 500)).toBeLessThan(97)
  })
})

describe.each(['RANDOM', 'SYSTEMATIC', 'STRATIFIED'] as const)('%s', (method) => {
  it('gives every item the same chance: chi-square over ten thousand fixed seeds', () => {
    const [count, seeds] = [20, 10_000]
    const items = keysTo(count).map((key) => ({ key, stratum: 'one' }))
    const first = new Map<string, number>()
    for (let n = 0; n < seeds; n++) {
      const [key] = keysDrawn({ method, seed: `seed ${n}`, draws: [1] }, items) as [string]
      first.set(key, (first.get(key) ?? 0) + 1)
    }
    const expected = seeds / count
    const statistic = items.reduce((sum, { key }) => sum + ((first.get(key) ?? 0) - expected) ** 2 / expected, 0)
    expect(statistic).toBeLessThan(jstat.chisquare.inv(0.999, count - 1))
    // Too even were no chance, either.
    expect(statistic).toBeGreaterThan(jstat.chisquare.inv(0.001, count - 1))
  })
})

describe('Any draw', () => {
  const methods = fc.constantFrom('RANDOM', 'SYSTEMATIC', 'STRATIFIED')
  const strata = ['prod', 'staging', 'lab', null]
  const stratified = (count: number): DrawableItem[] =>
    keysTo(count).map((key, i) => ({ key, stratum: strata[(i * i) % strata.length] }))

  it('takes distinct items of the population, as many as asked for, ranked from 1', () => {
    fc.assert(
      fc.property(methods, fc.integer({ min: 1, max: 150 }), fc.nat(), (method, count, dice) => {
        const items = stratified(count)
        const size = 1 + (dice % count)
        const drawn = draw({ method, seed: `s${dice}`, draws: [size] }, items)
        expect(drawn.map((item) => item.rank)).toEqual(Array.from({ length: size }, (_, i) => i + 1))
        expect(new Set(drawn.map((item) => item.key)).size).toBe(size)
        for (const item of drawn) expect(items[item.position]?.key).toBe(item.key)
      }),
    )
  })

  it('only ever grows: an extension keeps the items drawn before, in their order', () => {
    const extensions = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(methods, extensions, extensions, (method, draws, further) => {
        const items = stratified(120)
        const before = keysDrawn({ method, seed: 'seed', draws }, items)
        const after = keysDrawn({ method, seed: 'seed', draws: [...draws, ...further] }, items)
        expect(after.slice(0, before.length)).toEqual(before)
        expect(new Set(after).size).toBe([...draws, ...further].reduce((sum, size) => sum + size, 0))
      }),
    )
  })

  it('takes the same random items whether drawn at once or in steps', () => {
    const items = itemsOf(keysTo(100))
    const inSteps = keysDrawn({ method: 'RANDOM', seed: 'seed', draws: [25, 13, 1] }, items)
    expect(inSteps).toEqual(keysDrawn({ method: 'RANDOM', seed: 'seed', draws: [39] }, items))
  })

  it('takes everything, in order, when the entire population is tested', () => {
    const items = itemsOf(keysTo(40))
    expect(keysDrawn({ method: 'ENTIRE_POPULATION', seed: '', draws: [] }, items)).toEqual(keysTo(40))
  })

  it.each([
    ['more items than there are', { draws: [11] }, ['draws', 0]],
    ['an extension beyond the population', { draws: [8, 3] }, ['draws', 1]],
    ['a draw of nothing', { draws: [0] }, ['draws', 0]],
    ['no draw at all', { draws: [] }, ['draws']],
    ['an empty seed', { seed: '' }, ['seed']],
    ['a seed with a control character', { seed: 'a\u001fb' }, ['seed']],
    ['a seed of 201 characters', { seed: 'x'.repeat(201) }, ['seed']],
    ['items picked by the auditor', { method: 'BLOCK' as const }, ['method']],
    ['a population of nothing', { populationSize: 0 }, ['populationSize']],
  ])('is refused for %s', (_, fault, at) => {
    const plan: DrawPlan = { method: 'RANDOM', seed: 'seed', draws: [5], populationSize: 10 }
    expect(refusalOf(() => beginDraw({ ...plan, ...fault }))).toMatchObject({ code: 'INVALID_INPUT', at })
  })

  it('is refused when the population turns out to have another number of items', () => {
    const drawing = beginDraw({ method: 'RANDOM', seed: 'seed', draws: [5], populationSize: 10 })
    for (const item of itemsOf(keysTo(9))) drawing.offer(item)
    expect(refusalOf(() => drawing.drawn()).message).toBe('The population has 10 items, but 9 were given.')
  })

  it('counts only what chance chose as statistical', () => {
    expect((['RANDOM', 'SYSTEMATIC', 'STRATIFIED', 'ENTIRE_POPULATION'] as const).every(isStatistical)).toBe(true)
    expect((['HAPHAZARD', 'BLOCK', 'TARGETED'] as const).some(isStatistical)).toBe(false)
  })
})

describe('Systematic selection', () => {
  it('runs at even intervals through the whole population', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.nat(),
        fc.string({ minLength: 1 }),
        (population, dice, seed) => {
          const size = 1 + (dice % population)
          const positions = systematicPositions(seed, size, population)
          const interval = population / size
          const gaps = positions.slice(1).map((position, i) => position - (positions[i] as number))
          expect(positions).toHaveLength(size)
          expect(positions[0]).toBeLessThan(interval)
          expect(positions.at(-1)).toBeLessThan(population)
          expect(gaps.every((gap) => gap === Math.floor(interval) || gap === Math.ceil(interval))).toBe(true)
        },
      ),
    )
  })

  it('starts where the first 12 hex digits of the seed’s digest say', () => {
    const digest = createHash('sha256').update('seed').digest('hex')
    const start = Number(BigInt(`0x${digest.slice(0, 12)}`) % 100n)
    expect(systematicPositions('seed', 10, 100)).toEqual(
      Array.from({ length: 10 }, (_, i) => Math.floor((i * 100 + start) / 10)),
    )
  })
})

describe('The shares of strata', () => {
  const strata = fc.dictionary(fc.string({ maxLength: 5 }), fc.integer({ min: 0, max: 1_000 }), {
    minKeys: 1,
    maxKeys: 12,
  })

  it('sum to the sample, exceed no stratum, and lie within one item of proportion', () => {
    fc.assert(
      fc.property(strata, fc.double({ min: 0, max: 1, noNaN: true }), (sizes, share) => {
        const items = Object.values(sizes).reduce((sum, size) => sum + size, 0)
        const total = Math.floor(items * share)
        const shares = largestRemainder(total, new Map(Object.entries(sizes)))
        expect([...shares.values()].reduce((sum, n) => sum + n, 0)).toBe(total)
        for (const [name, n] of shares) {
          expect(n).toBeLessThanOrEqual(sizes[name] as number)
          expect(Math.abs(n - (total * (sizes[name] as number)) / items)).toBeLessThan(1)
        }
      }),
    )
  })

  it('give what is left to the largest remainders', () => {
    const sizes = new Map([
      ['north', 47],
      ['south', 33],
      ['west', 20],
    ])
    expect(Object.fromEntries(largestRemainder(10, sizes))).toEqual({ north: 5, south: 3, west: 2 })
  })

  it('are drawn by hash rank within each stratum', () => {
    const items = keysTo(100).map((key, i) => ({ key, stratum: i < 80 ? 'big' : 'small' }))
    const ranked = (stratum: string) =>
      items
        .filter((item) => item.stratum === stratum)
        .map((item) => item.key)
        .sort((a, b) => (hashRank('s', a) < hashRank('s', b) ? -1 : 1))
    const drawn = keysDrawn({ method: 'STRATIFIED', seed: 's', draws: [10] }, items)
    expect(drawn).toEqual([...ranked('big').slice(0, 8), ...ranked('small').slice(0, 2)])
  })

  it('are refused when a column has too many values to be strata', () => {
    const items = keysTo(STRATA_MAX + 1).map((key) => ({ key, stratum: key }))
    const refusal = refusalOf(() => draw({ method: 'STRATIFIED', seed: 's', draws: [10] }, items))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['stratumColumn'] })
  })
})

describe('The digest of a population', () => {
  const item: PopulationItem = { key: 'd2e59bb60', date: '2019-01-03', values: ['2114', null, 'say "Alt+key"\tümlaut'] }

  it('covers each item as one line of JSON', () => {
    expect(canonicalLine(item)).toBe('["d2e59bb60","2019-01-03",["2114",null,"say \\"Alt+key\\"\\tümlaut"]]\n')
  })

  it('is what sha256sum says about the lines', () => {
    const digest = new PopulationDigest().add(item).add({ ...item, key: 'next' })
    const lines = canonicalLine(item) + canonicalLine({ ...item, key: 'next' })
    const byShell = execFileSync('sha256sum', { input: lines, encoding: 'utf8' }).slice(0, 64)
    expect(digest.hex()).toBe(byShell)
    expect(digest.items).toBe(2)
  })

  it('of no items is that of the empty file', () => {
    expect(new PopulationDigest().hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('changes with any value, and with the order', () => {
    const digest = (...items: PopulationItem[]) =>
      items.reduce((sum, each) => sum.add(each), new PopulationDigest()).hex()
    const other = { ...item, key: 'next' }
    const all = [
      digest(item, other),
      digest(other, item),
      digest({ ...item, date: '2019-01-04' }, other),
      digest({ ...item, values: ['2114', '', item.values[2] as string] }, other),
      digest(item),
    ]
    expect(new Set(all).size).toBe(5)
  })
})

describe('Verifying a recorded sample', () => {
  const items: PopulationItem[] = keysTo(300).map((key) => ({ key, date: '2019-06-01', values: [] }))
  const plan: DrawPlan = { method: 'RANDOM', seed: 'fixed', draws: [20, 5], populationSize: 300 }
  const populationDigest = items.reduce((sum, item) => sum.add(item), new PopulationDigest()).hex()
  const keys = keysDrawn(plan, items)
  const record = { plan, populationDigest, keys }

  function verified(by: SampleRecord, all: Iterable<PopulationItem>) {
    const verification = beginVerification(by)
    for (const item of all) verification.offer(item)
    return verification.found()
  }

  it('confirms the sample that was drawn', () => {
    const confirmed = {
      matches: true,
      redrawn: true,
      missing: [],
      unexpected: [],
      itemCount: 300,
      digest: populationDigest,
    }
    expect(verified(record, items)).toMatchObject(confirmed)
  })

  it('names an item that was swapped for a more convenient one', () => {
    const convenient = keysTo(300).find((key) => !keys.includes(key)) as string
    const swapped = verified({ ...record, keys: [convenient, ...keys.slice(1)] }, items)
    expect(swapped).toMatchObject({
      matches: false,
      populationMatches: true,
      missing: [keys[0]],
      unexpected: [convenient],
    })
  })

  it('notices a dropped item, an added one, a doubled one and another order', () => {
    const added = keysTo(300).find((key) => !keys.includes(key)) as string
    expect(verified({ ...record, keys: keys.slice(1) }, items)).toMatchObject({
      matches: false,
      missing: [keys[0]],
    })
    expect(verified({ ...record, keys: [...keys, added] }, items)).toMatchObject({
      matches: false,
      unexpected: [added],
    })
    expect(verified({ ...record, keys: [...keys, keys[0] as string] }, items).matches).toBe(false)
    expect(verified({ ...record, keys: [...keys].reverse() }, items)).toMatchObject({
      matches: false,
      orderDiffers: true,
    })
  })

  it('notices a population that was changed, shortened or lengthened after it was frozen', () => {
    const changed = items.map((item, i) => (i === 7 ? { ...item, date: '2019-06-02' } : item))
    const longer = [...items, { key: 'late', date: null, values: [] }]
    for (const other of [changed, items.slice(1), longer]) {
      expect(verified(record, other)).toMatchObject({ matches: false, populationMatches: false })
    }
  })

  it('checks items picked by the auditor for belonging to the population, and does not pretend to redraw them', () => {
    const picked = { ...record, plan: { ...plan, method: 'TARGETED' } as const, keys: ['change-3', 'change-9'] }
    expect(verified(picked, items)).toMatchObject({ matches: true, redrawn: false })
    const foreign = verified({ ...picked, keys: ['change-3', 'elsewhere'] }, items)
    expect(foreign).toMatchObject({ matches: false, redrawn: false, unexpected: ['elsewhere'] })
  })

  it('reads a million items within seconds and without keeping them', { timeout: 60_000 }, () => {
    const populationSize = 1_000_000
    function* million() {
      for (let i = 0; i < populationSize; i++) yield { key: `k${i}`, date: null, values: [] }
    }
    const digest = new PopulationDigest()
    const drawing = beginDraw({ ...plan, populationSize })
    for (const item of million()) {
      digest.add(item)
      drawing.offer(item)
    }
    const drawn = drawing.drawn().map(({ key }) => key)
    const millionRecord = { plan: { ...plan, populationSize }, populationDigest: digest.hex(), keys: drawn }
    expect(verified(millionRecord, million())).toMatchObject({ matches: true, itemCount: populationSize })
  })
})
