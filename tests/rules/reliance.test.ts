import { describe, expect, it } from 'vitest'
import { checkReliance, relianceLost } from '../../src/rules/reliance.js'
import { refusalOf } from '../support/refusals.js'

const relies = (...pairs: [string, string][]) => pairs.map(([controlId, reliesOnId]) => ({ controlId, reliesOnId }))

describe('Reliance on general controls', () => {
  it('goes over any number of steps, to several and from several', () => {
    expect(() => checkReliance('a', ['b', 'c'], relies(['b', 'c'], ['c', 'd'], ['x', 'b']))).not.toThrow()
    expect(() => checkReliance('a', [], relies(['b', 'a']))).not.toThrow()
  })

  it.each<[string, string[], [string, string][], number]>([
    ['on itself', ['b', 'a'], [], 1],
    ['on one that relies on it', ['b'], [['b', 'a']], 0],
    [
      'on one that relies on it over two more',
      ['z', 'b'],
      [
        ['b', 'c'],
        ['c', 'd'],
        ['d', 'a'],
      ],
      1,
    ],
  ])('is not %s', (_, ids, others, at) => {
    expect(refusalOf(() => checkReliance('a', ids, relies(...others)))).toMatchObject({
      code: 'INVALID_INPUT',
      at: ['reliesOnIds', at],
    })
  })

  it('ends where the controls that rely on each other are others', () => {
    expect(() => checkReliance('a', ['b'], relies(['b', 'c'], ['c', 'b']))).not.toThrow()
  })
})

describe('Reliance is lost', () => {
  const on = (operation: string | null, ...others: (string | null)[]) =>
    relianceLost({
      id: 'a',
      ref: 'A',
      operation,
      reliesOn: others.map((one, at) => ({ ref: `GC-${at}`, operation: one })),
    })

  it('by a control that is concluded EFFECTIVE while a general control is not, and by no other', () => {
    expect(on('EFFECTIVE', 'EFFECTIVE', 'NOT_EFFECTIVE', null)).toEqual(['GC-1', 'GC-2'])
    expect(on('EFFECTIVE', 'EFFECTIVE')).toEqual([])
    expect(on('EFFECTIVE')).toEqual([])
    expect(on('NOT_EFFECTIVE', 'NOT_EFFECTIVE')).toEqual([])
    expect(on(null, null)).toEqual([])
  })
})
