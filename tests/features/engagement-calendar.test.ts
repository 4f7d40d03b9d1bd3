import { describe, expect, it } from 'vitest'
import { judgmentsOf } from '../support/chain.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

// The calendar of the client decides which occurrences are missing: an engagement keeps the one by which its first list was read.

const w = await world()
const a = await w.firm('Aspen')

const columns = { keyColumn: 'review', dateColumn: 'held_on' }
const list = 'review,held_on\nD1,2025-01-02\n'
const calendar = {
  timeZone: 'America/New_York',
  weekendDays: ['SATURDAY', 'SUNDAY'],
  holidays: [{ fallsOn: '2025-01-01', name: 'New Year’s Day' }],
  reason: 'Named by the client in its letter of 2025-01-08.',
}
const days = { fallsOn: '2025-12-25', name: 'Christmas Day' }

const versionOf = async (id: string) =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const ofClient = async (work: Fieldwork, how: object = {}) =>
  a.manager.does('changeClientCalendar', {
    clientId: work.client.id,
    expectedVersion: await versionOf(work.client.id),
    ...calendar,
    ...how,
  })
const calendarsOf = async ({ engagementId }: Fieldwork, by: Person = a.reviewer) => {
  const fields = 'id number timeZone weekendDays holidays { fallsOn } reason restsOn { id } setBy { id }'
  const asked = `query ($id: ID!) { engagement(id: $id) { calendars { ${fields} } } }`
  return (await by.gql(asked, { id: engagementId })).engagement.calendars
}
const expected = async ({ controlId }: Fieldwork): Promise<number> =>
  (
    await a.staff.gql('query ($id: ID!) { node(id: $id) { ... on Control { occurrenceSummary { expected } } } }', {
      id: controlId,
    })
  ).node.occurrenceSummary.expected
const given = async ({ engagementId }: Fieldwork, how: object = {}) => ({
  engagementId,
  expectedVersion: await versionOf(engagementId),
  ...calendar,
  reason: 'The letter named one day too few.',
  restsOnIds: [],
  ...how,
})
/** Refused so, and nothing moved. */
async function refused(by: Person, mutation: string, input: Record<string, unknown>, ...errors: object[]) {
  const before = await w.digest()
  expect((await by.tryTo(mutation, input)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const at = (...path: string[]) => ({ code: 'INVALID_INPUT', path })
/** A control of each day of work. */
const daily = async (): Promise<Fieldwork> => {
  const work = await fieldwork(w, a, { frequency: 'DAILY' })
  const cycle = { controlId: work.controlId, expectedVersion: 1, countsBusinessDays: true }
  await a.senior.does('changeControlCycle', cycle)
  return work
}

describe('the calendar that an engagement uses', () => {
  it('is the client’s until the first list is imported, and stays what it was then', async () => {
    const work = await daily()
    expect(await expected(work)).toBe(261)
    expect(await calendarsOf(work)).toEqual([])
    await ofClient(work)
    expect(await expected(work)).toBe(260)
    await work.frozen(list, columns)
    const [kept] = await calendarsOf(work)
    expect(kept).toMatchObject({
      number: 1,
      timeZone: 'America/New_York',
      holidays: [{ fallsOn: '2025-01-01' }],
      reason: calendar.reason,
      restsOn: [],
      setBy: { id: a.staff.memberId },
    })
    // Off the team, with no paper: it bears on engagements to come alone.
    await ofClient(work, { weekendDays: [], holidays: [] })
    expect(await expected(work)).toBe(260)
    expect(await calendarsOf(work)).toEqual([kept])
    expect((await judgmentsOf(a.partner, work.engagementId)).nodes).toEqual([])
    const next = await fieldwork(w, a, { frequency: 'DAILY' }, work.client)
    expect(await expected(next)).toBe(365)
  })

  it('is kept where two lists are the first at once', async () => {
    const work = await fieldwork(w, a)
    const drafts = [await work.draft({ coversTo: '2025-06-30' }), await work.draft({ coversFrom: '2025-07-01' })]
    const files = await Promise.all(
      ['2025-01-05', '2025-08-05'].map((day) =>
        a.staff.brings(work.engagementId, { name: 'list.csv', content: `id,merged\nC-${day},${day}\n` }),
      ),
    )
    const made = await Promise.all(
      drafts.map(({ id, version }, n) => {
        const named = { populationId: id, expectedVersion: version, keyColumn: 'id', dateColumn: 'merged' }
        return a.staff.tryTo('importPopulation', { ...named, evidenceId: files[n].id })
      }),
    )
    expect(made.flatMap(({ errors }) => errors)).toEqual([])
    expect(await calendarsOf(work)).toHaveLength(1)
  })

  it('is changed from then on by the engagement partner, with a reason that names a paper, and is on the list', async () => {
    const work = await daily()
    const { id: paper } = await a.staff.brings(work.engagementId, { name: 'letter.txt', content: 'Closed (invented).' })
    const papers = { restsOnIds: [paper] }
    await refused(a.partner, 'changeEngagementCalendar', await given(work, papers), at('engagementId'))
    await work.frozen(list, columns)
    const before = await w.digest()
    for (const person of [a.manager, a.senior, a.staff, a.reviewer]) {
      expect(await person.isDenied('changeEngagementCalendar', await given(work, papers))).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    await refused(a.partner, 'changeEngagementCalendar', await given(work), at('restsOnIds'))
    const zone = await given(work, { ...papers, timeZone: 'Mars/Olympus' })
    await refused(a.partner, 'changeEngagementCalendar', zone, at('timeZone'))
    const stale = { ...(await given(work, papers)), expectedVersion: 99 }
    await refused(a.partner, 'changeEngagementCalendar', stale, { code: 'VERSION_CONFLICT' })
    expect(await expected(work)).toBe(261)
    const holidays = [...calendar.holidays, days]
    await a.partner.does('changeEngagementCalendar', await given(work, { ...papers, holidays }))
    expect(await expected(work)).toBe(259)
    expect((await calendarsOf(work)).map(({ number, timeZone }: any) => [number, timeZone])).toEqual([
      [1, 'UTC'],
      [2, 'America/New_York'],
    ])
    expect((await judgmentsOf(a.reviewer, work.engagementId)).nodes).toMatchObject([
      {
        kind: 'CALENDAR_CHANGED',
        statement: 'When people work at the client was changed after lists were imported, of periodic controls CM-01.',
        subject: { __typename: 'EngagementCalendar' },
        figures: [{ name: 'CHANGE', value: 'time zone UTC to America/New_York; holidays now: 2025-01-01, 2025-12-25' }],
        reason: 'The letter named one day too few.',
        restsOn: [{ id: paper }],
        decidedBy: { id: a.partner.memberId },
        awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
      },
    ])
  })
})

describe('the time zone', () => {
  it('says on which day a list was extracted at the client', async () => {
    const work = await fieldwork(w, a)
    await ofClient(work)
    // It is the evening of June 30 in New York.
    const extracted = { extractedAt: '2025-07-01T02:00:00Z' }
    await refused(
      a.staff,
      'createPopulation',
      { ...(await described(work)), ...extracted, coversTo: '2025-07-01' },
      at('coversTo'),
    )
    const { id } = await work.frozen(changes(181), { keyColumn: 'id', dateColumn: 'merged' }, extracted)
    const asked = 'query ($id: ID!) { population(id: $id) { coveredUntilOn setAsideCount } }'
    expect((await a.staff.gql(asked, { id })).population).toEqual({ coveredUntilOn: '2025-06-30', setAsideCount: 0 })
  })
})

const described = async ({ controlId }: Fieldwork) => ({
  controlId,
  title: 'Changes',
  sourceSystem: 'Invented forge',
  query: 'merged changes',
  parameters: 'none',
  extractedBy: 'Rolf',
})
