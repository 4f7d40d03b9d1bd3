import { describe, expect, it } from 'vitest'
import { isAnsweredBy, type UpdateFacts, updateMattersIn } from '../../src/rules/update-matters.js'

// What an update procedure must look at, day by day, and which answers still answer it.

const days = { from: '2025-07-01', to: '2025-12-31' }
const none: UpdateFacts = {
  ...{ days, controlChanges: [], systemChanges: [], incidents: [], exceptions: [], generalControls: [], cycles: [] },
}
const kinds = (facts: Partial<UpdateFacts>) => updateMattersIn({ ...none, ...facts }).map(({ kind }) => kind)
const change = (effectiveOn: string, withdrawnAt: Date | null = null) => ({
  id: effectiveOn,
  version: 2,
  effectiveOn,
  withdrawnAt,
})
const incident = (occurredOn: string, resolvedOn: string | null, withdrawnAt: Date | null = null) => ({
  ...{ id: occurredOn, version: 2, occurredOn, resolvedOn, withdrawnAt },
})

describe('what there is to look at', () => {
  it('is always whether the control stayed the same', () => {
    expect(updateMattersIn(none)).toEqual([
      {
        kind: 'SAME_CONTROL',
        days,
        aboutIds: [],
        aboutVersions: [],
        labels: [],
        message:
          'Ask and see whether the control, who performs it and what it runs on stayed the same from 2025-07-01 to 2025-12-31.',
      },
    ])
    const [changed] = updateMattersIn({ ...none, controlChanges: ['b', 'a'] })
    expect(changed?.aboutIds).toEqual(['a', 'b'])
    expect(changed?.message).toContain('(2 changes)')
  })

  it.each([
    ['2025-06-30', false],
    ['2025-07-01', true],
    ['2025-12-31', true],
    ['2026-01-01', false],
  ])('is a change that took effect on %s: %s', (day, isLookedAt) => {
    expect(kinds({ systemChanges: [change(day)] }).includes('SYSTEM_CHANGES')).toBe(isLookedAt)
    expect(kinds({ systemChanges: [change(day, new Date())] })).toEqual(['SAME_CONTROL'])
    const cycle = { label: 'of that day', dueOn: day }
    expect(kinds({ cycles: [cycle] }).includes('OCCURRENCES')).toBe(isLookedAt)
  })

  it.each([
    ['2025-06-01', '2025-06-30', false],
    ['2025-06-01', '2025-07-01', true],
    ['2025-06-01', null, true],
    ['2025-12-31', '2026-02-01', true],
    ['2026-01-01', null, false],
  ])('is an incident of %s that was resolved on %s: %s', (occurredOn, resolvedOn, isLookedAt) => {
    expect(kinds({ incidents: [incident(occurredOn, resolvedOn)] }).includes('INCIDENTS')).toBe(isLookedAt)
    expect(kinds({ incidents: [incident(occurredOn, resolvedOn, new Date())] })).toEqual(['SAME_CONTROL'])
  })

  it('is told in the order of the vocabulary, one and many in words', () => {
    const all = updateMattersIn({
      ...{ days, controlChanges: [], systemChanges: [change('2025-08-01')] },
      ...{ incidents: [incident('2025-08-01', null), incident('2025-08-02', null)] },
      ...{ exceptions: ['e'], generalControls: ['g'], cycles: [{ label: '2025-Q3', dueOn: '2025-09-30' }] },
    })
    const when = 'from 2025-07-01 to 2025-12-31'
    expect(all.slice(1).map(({ message }) => message)).toEqual([
      `Look at 1 change of the organization or the system that took effect ${when}.`,
      `Look at 2 incidents that occurred or went on ${when}.`,
      `Look at whether what 1 exception on the control reported went on ${when}.`,
      `See that 1 general control it relies on operated ${when}.`,
      `See that the control was performed for 1 cycle that fell due ${when}.`,
    ])
  })
})

describe('an answer', () => {
  const matter = {
    ...{
      kind: 'OCCURRENCES' as const,
      days,
      aboutIds: ['a'],
      aboutVersions: [2],
      labels: ['2025-Q3'],
      message: 'Invented.',
    },
  }
  const answer = {
    ...{ kind: 'OCCURRENCES' as const, coversFrom: '2025-07-01', coversTo: '2025-12-31' },
    ...{ aboutIds: ['b', 'a'], aboutVersions: [1, 2], labels: ['2025-Q3', '2025-Q4'] },
  }

  it('answers what it was given to, and what of it is left', () => {
    expect(isAnsweredBy(matter, answer)).toBe(true)
    expect(isAnsweredBy({ ...matter, days: { from: '2025-08-01', to: '2025-08-31' } }, answer)).toBe(true)
  })

  it.each([
    [{ kind: 'INCIDENTS' as const }],
    [{ days: { ...days, from: '2025-06-30' } }],
    [{ days: { ...days, to: '2026-01-01' } }],
    [{ aboutIds: ['a', 'c'], aboutVersions: [2, 1] }],
    [{ aboutVersions: [3] }],
    [{ labels: ['2025-Q2'] }],
  ])('does not answer more than that: %j', (more) => {
    expect(isAnsweredBy({ ...matter, ...more }, answer)).toBe(false)
  })
})
