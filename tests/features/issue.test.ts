import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Chain, chain, today } from '../support/chain.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

/** Everything is done; only the report is to be issued. */
async function ready(changes: object = {}): Promise<Chain> {
  const work = await chain(a, client, changes)
  const exceptionId = await work.exception()
  await work.answered(exceptionId)
  await work.startCompletion()
  await work.concluded(exceptionId)
  await work.documents()
  await work.decided()
  await work.cleared()
  return work
}

const reportOf = `query ($id: ID!) { engagement(id: $id) { state draftReport { html } report { number date sha256 model html trailPosition trailHash } } }`

describe('issuing', () => {
  it('freezes the engagement and stores the report with its number, its digest and the hash of the trail', async () => {
    const work = await ready()
    const draft = (await a.partner.gql(reportOf, { id: work.engagementId })).engagement
    expect(draft.report).toBeNull()
    expect(draft.draftReport.html).toContain('Draft')
    const { engagement, report } = await work.issue()
    expect(engagement.state).toBe('ISSUED')
    expect(report.number).toMatch(new RegExp(`^${today().slice(0, 4)}-\\d{4}$`))
    expect(report.date).toBe(today())
    expect(report.sha256).toBe(createHash('sha256').update(report.model).digest('hex'))
    const { rows } = await w.owner.query(
      `select position, encode(hash, 'hex') as hash, action from trail_entry where chain_id = $1 and position >= $2 order by position`,
      [work.engagementId, report.trailPosition],
    )
    expect(rows).toHaveLength(2)
    expect(rows[0].hash).toBe(report.trailHash)
    expect(rows[1].action).toBe('issueOpinion')
    const model = JSON.parse(report.model)
    expect(model.issue).toEqual({ number: report.number, date: today() })
    expect(model.auditorsReport.overall).toBe('QUALIFIED')
    const { verifyTrail } = await a.partner.gql(
      'query ($id: ID!) { verifyTrail(engagementId: $id) { intact entries firstBroken { position } } }',
      { id: work.engagementId },
    )
    expect(verifyTrail).toEqual({ intact: true, entries: report.trailPosition + 1, firstBroken: null })
  })

  it('fifty times at once is done once; the others are told, and nothing is done twice', async () => {
    const work = await ready()
    const input = {
      engagementId: work.engagementId,
      expectedVersion: await work.version(work.engagementId),
      reportDate: today(),
    }
    const before = await w.counts()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => a.partner.tryTo('issueOpinion', input, 'report { number }')),
    )
    const won = answers.filter(({ errors }) => errors.length === 0)
    const told = answers.filter(({ errors }) => errors.length > 0)
    expect(won).toHaveLength(1)
    expect(told).toHaveLength(49)
    for (const { report, errors } of told) {
      expect(report).toBeNull()
      expect(errors).toMatchObject([
        { __typename: 'VersionConflict', code: 'VERSION_CONFLICT', currentVersion: input.expectedVersion + 1 },
      ])
    }
    const after = await w.counts()
    expect(after).toEqual({
      ...before,
      report: Number(before.report) + 1,
      trail_entry: Number(before.trail_entry) + 1,
      idempotency: Number(before.idempotency) + 1,
    })
    const { rows } = await w.owner.query(
      `select count(*)::int as n from trail_entry where chain_id = $1 and action = 'issueOpinion'`,
      [work.engagementId],
    )
    expect(rows).toEqual([{ n: 1 }])
  })
})
