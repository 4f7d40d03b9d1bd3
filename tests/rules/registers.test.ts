import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../src/rules/refusal.js'
import {
  changeTouches,
  checkIncidentDays,
  checkLooksAfter,
  incidentTouches,
  isAgainstIncident,
  isEvaluationStale,
  registerBlockers,
  registerEntryState,
} from '../../src/rules/registers.js'

const refusalAt = (check: () => void): string => {
  try {
    check()
    return 'passes'
  } catch (refusal) {
    return `${(refusal as Refusal).at.join('.')}`
  }
}

describe('where an entry stands', () => {
  const at = new Date('2026-01-10T09:00:00Z')
  it.each([
    [null, null, 'PRIVATE'],
    [at, null, 'SHARED'],
    [null, at, 'WITHDRAWN'],
    [at, at, 'WITHDRAWN'],
  ])('shared %s, withdrawn %s: %s', (sharedAt, withdrawnAt, state) => {
    expect(registerEntryState({ sharedAt, withdrawnAt })).toBe(state)
  })
})

describe('the days of an incident', () => {
  const now = new Date('2026-01-10T09:00:00Z')
  it.each([
    ['2025-06-02', '2025-06-02', '2025-06-02', 'passes'],
    ['2025-06-02', '2025-06-03', null, 'passes'],
    ['2026-01-10', '2026-01-10', '2026-01-10', 'passes'],
    ['2026-01-12', '2026-01-12', null, 'occurredOn'],
    ['2025-06-02', '2026-01-12', null, 'discoveredOn'],
    ['2025-06-02', '2025-06-01', null, 'discoveredOn'],
    ['2025-06-02', '2025-06-03', '2025-06-02', 'resolvedOn'],
    ['2025-06-02', '2025-06-03', '2026-01-12', 'resolvedOn'],
  ])('occurred %s, discovered %s, resolved %s: %s', (occurredOn, discoveredOn, resolvedOn, path) => {
    expect(refusalAt(() => checkIncidentDays({ occurredOn, discoveredOn, resolvedOn }, now))).toBe(path)
  })
})

describe('what touches the time of an engagement', () => {
  const year = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null, endedAt: null }
  const released = { ...year, endedAt: new Date('2026-02-15T09:00:00Z') }
  const asOf = { periodStart: null, periodEnd: null, asOf: '2025-12-31', endedAt: null }
  const [first, last] = ['2025-01-01', '2026-02-15']

  it.each([
    ['before the period', '2024-12-30', '2024-12-31', [false, false, true]],
    ['before it, and resolved on its first day', '2024-12-30', first, [true, true, true]],
    ['before it, and not resolved', '2020-01-01', null, [true, true, true]],
    ['in it', '2025-06-01', '2025-06-02', [true, true, true]],
    ['after it, on the day of the release', last, last, [true, true, false]],
    ['after the release', '2026-02-17', null, [true, false, false]],
  ] as const)('an incident %s', (_when, occurredOn, resolvedOn, [underWay, issued, typeOne]) => {
    const incident = { occurredOn, discoveredOn: resolvedOn ?? occurredOn, resolvedOn }
    expect(incidentTouches(incident, year)).toBe(underWay)
    expect(incidentTouches(incident, released)).toBe(issued)
    expect(incidentTouches(incident, asOf)).toBe(typeOne)
  })

  it.each([
    ['2024-12-31', [false, false, true]],
    [first, [true, true, true]],
    ['2025-12-31', [true, true, true]],
    [last, [true, true, false]],
    ['2026-02-17', [true, false, false]],
  ] as const)('a change on %s', (effectiveOn, [underWay, issued, typeOne]) => {
    expect([year, released, asOf].map((time) => changeTouches({ effectiveOn }, time))).toEqual([
      underWay,
      issued,
      typeOne,
    ])
  })
})

describe('a conclusion against what the client says of an incident', () => {
  it.each([
    ['NO_EFFECT', false, [], false],
    ['NO_EFFECT', null, [], true],
    ['NO_EFFECT', true, [], true],
    ['NO_EFFECT', false, ['Uptime.'], true],
    ['IN_DESCRIPTION', false, ['Uptime.'], false],
    ['IN_DESCRIPTION', null, [], false],
    ['IN_DESCRIPTION', true, [], true],
    ['EXCEPTION_RAISED', true, ['Uptime.'], false],
  ] as const)('%s, a control failed: %s, touched: %s', (conclusion, hasControlFailed, touchedCommitments, against) => {
    expect(isAgainstIncident(conclusion, { hasControlFailed, touchedCommitments })).toBe(against)
  })
})

describe('a procedure that looks at the time after a change', () => {
  const looked = { ref: 'CM-01.T1', populationsTo: [] as (string | null)[], coversTo: null, preparedAt: null }
  const prepared = (day: string) => ({ ...looked, preparedAt: new Date(`${day}T09:00:00Z`) })
  it.each([
    [looked, 'procedureId'],
    [prepared('2025-03-31'), 'procedureId'],
    [prepared('2025-04-01'), 'passes'],
    [{ ...looked, coversTo: '2025-12-31' }, 'passes'],
    [{ ...looked, populationsTo: ['2025-03-31', '2025-06-30'] }, 'passes'],
    // When it was signed says nothing of the items that it looked at.
    [{ ...prepared('2026-01-10'), populationsTo: ['2025-03-31'] }, 'procedureId'],
    [{ ...prepared('2026-01-10'), populationsTo: [null] }, 'procedureId'],
  ])('%o: %s', (one, path) => {
    expect(refusalAt(() => checkLooksAfter(one, '2025-04-01'))).toBe(path)
  })
})

describe('an evaluation', () => {
  const holds = { evaluatedVersion: 2, version: 2, sectionVersion: null, sectionVersionNow: null, exceptionState: null }
  it.each([
    [holds, false],
    [{ ...holds, version: 3 }, true],
    [{ ...holds, sectionVersion: 1, sectionVersionNow: 1 }, false],
    [{ ...holds, sectionVersion: 1, sectionVersionNow: 2 }, true],
    [{ ...holds, exceptionState: 'CONCLUDED' as const }, false],
    [{ ...holds, exceptionState: 'WITHDRAWN' as const }, true],
    [{ ...holds, exceptionState: 'CORRECTED' as const }, true],
  ])('%o is stale: %s', (one, stale) => {
    expect(isEvaluationStale(one)).toBe(stale)
  })

  it('is missed before the report, of changes where the description is to tell of them', () => {
    const entry = (id: string, standing: 'NOT_EVALUATED' | 'STALE' | 'EVALUATED') => ({ id, title: id, standing })
    const incidents = [entry('i1', 'NOT_EVALUATED'), entry('i2', 'STALE'), entry('i3', 'EVALUATED')]
    const changes = [entry('c1', 'STALE'), entry('c2', 'EVALUATED')]
    const found = (asksForChanges: boolean) =>
      registerBlockers({ incidents, changes, asksForChanges }).map(({ code, node }) => `${code} ${node}`)
    const ofIncidents = ['INCIDENT_UNEVALUATED i1', 'INCIDENT_UNEVALUATED i2']
    expect(found(true)).toEqual([...ofIncidents, 'SYSTEM_CHANGE_UNEVALUATED c1'])
    expect(found(false)).toEqual(ofIncidents)
  })
})
