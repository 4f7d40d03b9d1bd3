import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Chain, chain, today } from '../support/chain.js'
import { rewriteTrail, tamper } from '../support/tampering.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Pay')

/** Everything is done; only the report is to be issued. */
async function ready(changes: object = {}): Promise<Chain> {
  const work = await chain(a, client, changes)
  await work.readyToIssue()
  return work
}

const reportOf = `query ($id: ID!) { engagement(id: $id) { state draftReport { html } report { number datedOn sha256 model html trailPosition trailHash } } }`

describe('issuing', () => {
  it('freezes the engagement and stores the report with its number, its digest and the hash of the trail', async () => {
    const work = await ready()
    const draft = (await a.partner.gql(reportOf, { id: work.engagementId })).engagement
    expect(draft.report).toBeNull()
    expect(draft.draftReport.html).toContain('Draft')
    const { engagement, report } = await work.issue()
    expect(engagement.state).toBe('ISSUED')
    expect(report.number).toMatch(new RegExp(`^${today().slice(0, 4)}-\\d{4}$`))
    expect(report.datedOn).toBe(today())
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
    expect(model.auditorsReport.opinion.heading).toBe('Qualified opinion')
    const { verifyTrail } = await a.partner.gql(
      'query ($id: ID!) { verifyTrail(engagementId: $id) { intact entryCount firstBroken { position } } }',
      { id: work.engagementId },
    )
    expect(verifyTrail).toEqual({ intact: true, entryCount: report.trailPosition + 1, firstBroken: null })
  })

  it('names the categories that are in scope, where security is none of them: the common criteria are tested all the same', async () => {
    const work = await ready({ categories: ['AVAILABILITY'] })
    const { report } = await work.issue()
    const model = JSON.parse(report.model)
    expect(model.cover.categoryNames).toEqual(['Availability'])
    expect(model.auditorsReport.title).toMatch(/relevant to Availability$/)
    expect(report.model).not.toContain('relevant to Security')
    const codes = model.tests.criteria.map(({ code }: { code: string }) => code)
    expect(codes).toEqual(expect.arrayContaining(['CC1.1', 'CC9.2', 'A1.3']))
    expect(codes).toHaveLength(36)
    const [opinion] = model.auditorsReport.opinion.parts
    expect(opinion.conclusions.map(({ categories }: { categories: string[] }) => categories)).toEqual(
      opinion.conclusions.map(() => ['AVAILABILITY']),
    )
  })

  it('tells the opinion category by category where the firm’s methodology says so, and never that on the description', async () => {
    const work = await chain(a, client, { categories: ['SECURITY', 'AVAILABILITY'] })
    const exceptionId = await work.exception({ criteriaCodes: ['A1.2'] })
    await work.answered(exceptionId)
    await work.startCompletion()
    await work.concluded(exceptionId)
    await work.documents()
    await work.decided()
    await work.cleared()
    const told = async () => {
      const asked = 'query ($id: ID!) { engagement(id: $id) { draftReport { model } } }'
      const { draftReport } = (await a.partner.gql(asked, { id: work.engagementId })).engagement
      const { parts } = JSON.parse(draftReport.model).auditorsReport.opinion
      return parts.flatMap(({ conclusions }: any) =>
        conclusions.map(({ subjectMatter, categories, opinion }: any) => [subjectMatter, categories.join(), opinion]),
      )
    }
    const both = 'SECURITY,AVAILABILITY'
    const shared = [
      ['DESCRIPTION', both, 'UNQUALIFIED'],
      ['SUITABILITY_OF_DESIGN', both, 'UNQUALIFIED'],
    ]
    expect(await told()).toEqual([...shared, ['OPERATING_EFFECTIVENESS', both, 'QUALIFIED']])
    const splits = async (splitsOpinionByCategory: boolean) => {
      const { version } = (await a.admin.gql('{ viewer { firm { version } } }')).viewer.firm
      await a.admin.does('reviseMethodology', { expectedVersion: version, splitsOpinionByCategory, reason: 'So.' })
    }
    await splits(true)
    expect(await told()).toEqual([
      ...shared,
      ['OPERATING_EFFECTIVENESS', 'SECURITY', 'UNQUALIFIED'],
      ['OPERATING_EFFECTIVENESS', 'AVAILABILITY', 'QUALIFIED'],
    ])
    await splits(false)
  })

  it('fifty times at once is done once; the others are told, and nothing is done twice', async () => {
    const work = await ready()
    const input = {
      engagementId: work.engagementId,
      expectedVersion: await work.version(work.engagementId),
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
      checkpoint: Number(before.checkpoint) + 1,
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

  it('numbers the reports of a firm without a gap, also those issued at once', async () => {
    const numberOf = ({ report }: { report: { number: string } }) => Number(report.number.split('-')[1])
    const works = [await ready(), await ready(), await ready()]
    const numbers = (await Promise.all(works.map((work) => work.issue()))).map(numberOf)
    const first = Math.min(...numbers)
    expect(numbers.sort((x, y) => x - y)).toEqual([first, first + 1, first + 2])
  })

  it('is refused, with all that is missing, until everything is done', async () => {
    const work = await chain(a, client)
    const answered = await work.exception()
    await work.answered(answered)
    const open = await work.exception()
    await work.startCompletion()
    const missing = async () => {
      const before = await w.digest()
      const errors = await work.refused(a.partner, 'issueOpinion', 'engagementId', work.engagementId)
      expect(await w.digest()).toBe(before)
      expect(errors).toMatchObject([{ code: 'NOT_READY' }])
      return errors[0].blockers.map(({ code }: { code: string }) => code)
    }
    const everything = [
      ...Array(2).fill('ENGAGEMENT_DOCUMENT_MISSING'),
      'ASSERTION_MISSING',
      'DESCRIPTION_INCOMPLETE',
      ...Array(2).fill('EXCEPTION_NOT_CONCLUDED'),
      'RESPONSE_OUTSTANDING',
      ...Array(2).fill('AGGREGATE_UNDECIDED'),
      ...Array(33).fill('CRITERION_NOT_CONCLUDED'),
      'QUALITY_REVIEW_NOT_CLEARED',
      'OPINION_UNDECIDED',
      'REPORT_NOT_DATED',
    ]
    expect(await missing()).toEqual(everything)
    await work.documents()
    await work.concluded(answered)
    await work.concluded(open)
    await work.together()
    await work.criteria()
    expect(await missing()).toEqual([
      'RESPONSE_OUTSTANDING',
      'QUALITY_REVIEW_NOT_CLEARED',
      'OPINION_UNDECIDED',
      'REPORT_NOT_DATED',
    ])
    await work.answered(open)
    const opinionId = await work.decided({
      conclusions: [{ subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY', opinion: 'ADVERSE' }],
      rationale: 'Users rely on it most.',
      restsOnIds: [work.procedureId],
    })
    expect(await missing()).toEqual([
      'ASSERTION_CONTRADICTS',
      'JUDGMENT_UNACKNOWLEDGED',
      'QUALITY_REVIEW_NOT_CLEARED',
      'QUALITY_REVIEWER_AGREEMENT_MISSING',
      'REPORT_NOT_DATED',
    ])
    await work.change(a.reviewer, 'agreeOpinion', 'opinionId', opinionId)
    await work.cleared()
    const late = await work.exception()
    expect(await missing()).toEqual([
      'EXCEPTION_NOT_CONCLUDED',
      'RESPONSE_OUTSTANDING',
      ...Array(2).fill('AGGREGATE_UNDECIDED'),
      'CRITERION_CONCLUSION_STALE',
      'OPINION_STALE',
    ])
    await work.change(a.manager, 'withdrawException', 'exceptionId', late, {
      reason: 'It was none.',
      restsOnIds: [work.procedureId],
    })
    expect(await missing()).toEqual(['JUDGMENT_UNACKNOWLEDGED'])
    await work.acknowledged()
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('waits for partner and quality reviewer again when management writes its description anew', async () => {
    const work = await ready()
    const asked = `query ($id: ID!) { engagement(id: $id) { qualityReview { isCurrent }
      readiness(to: ISSUED) { blockers { code } } descriptionSections { criterion version } } }`
    const seen = async () => (await a.partner.gql(asked, { id: work.engagementId })).engagement
    expect(await seen()).toMatchObject({ qualityReview: { isCurrent: true }, readiness: { blockers: [] } })
    const anew = { engagementId: work.engagementId, criterion: 'DC4', text: 'There was an incident after all.' }
    await client.admin.does('writeDescriptionSection', { ...anew, expectedVersion: 1 })
    expect(await seen()).toMatchObject({
      qualityReview: { isCurrent: false },
      readiness: {
        blockers: [
          { code: 'JUDGMENT_UNACKNOWLEDGED' },
          { code: 'QUALITY_REVIEW_NOT_CLEARED' },
          { code: 'OPINION_STALE' },
        ],
      },
    })
    await work.revised()
    await work.cleared()
    await work.acknowledged()
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('is for the engagement partner, and never for a readiness engagement', async () => {
    const work = await ready()
    const input = {
      engagementId: work.engagementId,
      expectedVersion: await work.version(work.engagementId),
    }
    const before = await w.digest()
    for (const person of [a.manager, a.reviewer, a.staff, a.admin, client.admin]) {
      expect(await person.isDenied('issueOpinion', input)).toBe('FORBIDDEN')
    }
    expect(await b.partner.isDenied('issueOpinion', input)).toBe('FORBIDDEN')
    const stale = { ...input, expectedVersion: input.expectedVersion - 1 }
    expect((await a.partner.tryTo('issueOpinion', stale)).errors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    expect(await w.digest()).toBe(before)
    const rehearsal = await chain(a, client, { kind: 'READINESS' })
    await rehearsal.startCompletion()
    expect(await rehearsal.refused(a.partner, 'issueOpinion', 'engagementId', rehearsal.engagementId)).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringContaining('readiness') },
    ])
  })

  it('takes no date that the report cannot bear', async () => {
    const work = await ready()
    const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    const before = await w.digest()
    const dates: [string, RegExp][] = [
      [daysFromNow(3), /future/],
      ['2025-12-31', /up to 2025-12-31/],
      [daysFromNow(-3), /work was finished/],
    ]
    for (const [datedOn, sentence] of dates) {
      const errors = await work.refused(a.partner, 'dateReport', 'engagementId', work.engagementId, { datedOn })
      expect(errors, datedOn).toMatchObject([{ code: 'INVALID_INPUT', path: ['datedOn'] }])
      expect(errors[0].message).toMatch(sentence)
    }
    expect(await w.digest()).toBe(before)
    const { engagementId } = work
    const { id: evidenceId } = await a.manager.brings(engagementId, { name: 'letter.txt', content: 'Another letter.' })
    const letter = { kind: 'REPRESENTATION_LETTER', datedOn: '2026-01-05', obtainedFrom: 'Carla', evidenceId }
    await a.manager.does('recordEngagementDocument', { engagementId, ...letter })
    const message = expect.stringContaining('representation letter is dated 2026-01-05')
    expect(await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'REPORT_NOT_DATED', message }] },
    ])
    // The list says it before anybody tries.
    const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code message } } } }'
    const { readiness } = (await a.partner.gql(asked, { id: engagementId })).engagement
    expect(readiness.blockers).toMatchObject([{ code: 'REPORT_NOT_DATED', message }])
  })
})

describe('the report', () => {
  it('is read by the team and the client, and by no other person; the draft by the team alone', async () => {
    const work = await ready()
    const id = work.engagementId
    const asked = 'query ($id: ID!) { engagement(id: $id) { report { id number html } } }'
    for (const person of [a.staff, client.viewer]) {
      expect((await person.gql(asked, { id })).engagement.report).toBeNull()
    }
    const draft = 'query ($id: ID!) { engagement(id: $id) { draftReport { html } } }'
    expect((await a.staff.gql(draft, { id })).engagement.draftReport.html).toContain('class="draft"')
    expect(await client.admin.gql(draft, { id })).toEqual({ engagement: { draftReport: null } })
    const { data, errors } = await a.admin.ask(draft, { id })
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(data).toEqual({ engagement: { draftReport: null } })
    const { report } = await work.issue()
    for (const person of [a.staff, client.viewer]) {
      const read = (await person.gql(asked, { id })).engagement.report
      expect(read.id).toBe(report.id)
      expect(read.html).toContain(report.number)
      expect(read.html).toContain(report.sha256)
      expect(read.html).toContain(report.trailHash)
      expect(read.html).not.toContain('class="draft"')
    }
    expect((await a.admin.gql(asked, { id })).engagement.report).toBeNull()
    for (const person of [other.admin, b.partner, b.admin]) {
      expect(await person.gql(asked, { id })).toEqual({ engagement: null })
      expect(await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: report.id })).toEqual({ node: null })
    }
    const { engagement } = await a.staff.gql(draft, { id })
    expect(engagement.draftReport).toBeNull()
  })

  it('tells what happened: the exception in Section IV, management’s answer in Section V, the modified opinion in Section I', async () => {
    const work = await ready()
    const { report } = await work.issue()
    const { cover, auditorsReport, assertion, tests, responses } = JSON.parse(report.model)
    expect(cover).toMatchObject({ client: 'Kestrel Cloud', firm: 'Ashdown', kind: 'SOC 2 Type 2' })
    const [{ conclusions }] = auditorsReport.opinion.parts
    expect(conclusions.map(({ opinion }: { opinion: string }) => opinion)).toEqual([
      'UNQUALIFIED',
      'UNQUALIFIED',
      'QUALIFIED',
    ])
    expect(assertion.signature).toMatchObject({ datedOn: today(), signers: [{ name: client.admin.name }] })
    expect(tests.criteria).toHaveLength(33)
    expect(tests.controls).toMatchObject([{ ref: 'CM-01', tests: [{ ref: 'CM-01.T1' }], exceptionNumbers: [1] }])
    expect(tests.exceptions).toMatchObject([{ number: 1, kind: 'SCOPE_LIMITATION', controlRef: 'CM-01' }])
    expect(responses.responses).toMatchObject([
      { exceptionNumber: 1, kind: 'ANSWERED', responsible: 'Head of engineering' },
    ])
  })

  it('vouches for the trail: one that was rewritten as a whole no longer agrees with it', async () => {
    const work = await ready()
    const { report } = await work.issue()
    const verify = async () =>
      (
        await a.partner.gql(
          'query ($id: ID!) { verifyTrail(engagementId: $id) { intact firstBroken { position reason } } }',
          {
            id: work.engagementId,
          },
        )
      ).verifyTrail
    expect(await verify()).toEqual({ intact: true, firstBroken: null })
    await rewriteTrail(w.owner, work.engagementId, 3)
    const { rows } = await w.owner.query('select min(position)::int as first from checkpoint where chain_id = $1', [
      work.engagementId,
    ])
    expect(await verify()).toEqual({
      intact: false,
      firstBroken: { position: rows[0].first, reason: 'NOT_AS_SIGNED' },
    })
    // Also where the checkpoints that are stored were removed as well.
    await tamper(w.owner, ['delete from checkpoint where chain_id = $1', [work.engagementId]])
    expect(await verify()).toEqual({
      intact: false,
      firstBroken: { position: report.trailPosition, reason: 'NOT_AS_REPORTED' },
    })
  })
})
