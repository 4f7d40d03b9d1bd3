import { afterEach, describe, expect, it } from 'vitest'
import { type Chain, chain, today } from '../support/chain.js'
import { databaseClock } from '../support/database-clock.js'
import { world } from '../support/world.js'

// The report bears its date, and is released days later: what is known between the two, and how long an inquiry holds.

const w = await world()
const putClock = await databaseClock(w)
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
afterEach(() => putClock(0))

const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const daysLater = (days: number) => putClock(days * 24 * 60)

/** An engagement whose report bears the date of today, and is yet to be released. */
async function dated(): Promise<Chain> {
  const work = await chain(a, client)
  await work.readyToIssue()
  return work
}

const document = async ({ engagementId }: Chain, kind: string, datedOn: string) => {
  const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'paper.txt', content: `${kind} ${datedOn}` })
  const said = { engagementId, kind, datedOn, obtainedFrom: 'Carla', evidenceId }
  await a.manager.does('recordEngagementDocument', said)
}
const releases = ({ engagementId, change }: Chain) =>
  change(a.partner, 'issueOpinion', 'engagementId', engagementId, {}, 'report { datedOn createdAt }')
const refusedRelease = (work: Chain) => work.refused(a.partner, 'issueOpinion', 'engagementId', work.engagementId)

/** A breach that becomes known so many days from now. */
async function breach({ engagementId }: Chain, days: number): Promise<string> {
  const what = 'Records were taken from the system, invented.'
  const event = { engagementId, what, occurredOn: dayFromNow(days), knownOn: dayFromNow(days) }
  return (await a.senior.does('recordSubsequentEvent', event, 'subsequentEvent { id }')).subsequentEvent.id
}

describe('a breach between the date of the report and its release', () => {
  it('keeps it from being released until it is evaluated; without an effect it goes under its date', async () => {
    const work = await dated()
    await daysLater(3)
    const id = await breach(work, 3)
    const before = await w.digest()
    expect(await refusedRelease(work)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'SUBSEQUENT_EVENT_UNEVALUATED', node: id }] },
    ])
    expect(await w.digest()).toBe(before)
    const evaluation = { evaluation: 'NO_EFFECT', reason: 'It was another system, invented.' }
    await work.change(a.manager, 'evaluateSubsequentEvent', 'subsequentEventId', id, evaluation)
    const { report } = await releases(work)
    expect(report).toMatchObject({ datedOn: today(), createdAt: expect.stringContaining(dayFromNow(3)) })
  })

  it('that changes a conclusion has the opinion decided, the letter given and the report dated anew', async () => {
    const work = await dated()
    await daysLater(3)
    const id = await breach(work, 3)
    const exceptionId = await work.exception()
    const evaluation = {
      evaluation: 'CHANGES_CONCLUSION',
      reason: 'It came through the control, invented.',
      exceptionId,
    }
    await work.change(a.partner, 'evaluateSubsequentEvent', 'subsequentEventId', id, evaluation)
    const stale = await refusedRelease(work)
    expect(stale).toMatchObject([{ code: 'NOT_READY' }])
    expect(stale[0].blockers.map(({ code }: { code: string }) => code)).toContain('OPINION_STALE')
    await work.answered(exceptionId)
    await work.concluded(exceptionId)
    await work.together()
    await work.revised()
    await work.cleared()

    // The date and the letter are of before: neither bears what is known now.
    const before = await w.digest()
    expect(await refusedRelease(work)).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'REPORT_NOT_DATED' }] }])
    const dating = (datedOn: string) =>
      work.refused(a.partner, 'dateReport', 'engagementId', work.engagementId, { datedOn })
    const [early] = await dating(today())
    expect(early).toMatchObject({ code: 'INVALID_INPUT', path: ['datedOn'] })
    const [unsigned] = await dating(dayFromNow(3))
    expect(unsigned.message).toContain(
      `The representation letter is dated ${today()}; it bears the date of the report.`,
    )
    expect(await w.digest()).toBe(before)

    await document(work, 'REPRESENTATION_LETTER', dayFromNow(3))
    await work.change(a.partner, 'dateReport', 'engagementId', work.engagementId, { datedOn: dayFromNow(3) })
    expect((await releases(work)).report.datedOn).toBe(dayFromNow(3))
  })
})

describe('a report that is released late', () => {
  it('needs another inquiry about subsequent events, and keeps its date', async () => {
    const work = await dated()
    await daysLater(9)
    const before = await w.digest()
    const refused = await refusedRelease(work)
    expect(refused).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'RELEASE_TOO_LATE' }] }])
    expect(refused[0].message).toContain('older than 7 days')
    expect(await w.digest()).toBe(before)
    await document(work, 'SUBSEQUENT_EVENTS_INQUIRY', dayFromNow(9))
    const { report } = await releases(work)
    expect(report).toMatchObject({ datedOn: today(), createdAt: expect.stringContaining(dayFromNow(9)) })
  })

  it('within the days that an inquiry holds goes as it is', async () => {
    const work = await dated()
    await daysLater(6)
    expect((await releases(work)).report.datedOn).toBe(today())
  })
})
