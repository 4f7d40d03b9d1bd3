import { expect, it } from 'vitest'
import { acknowledgedByBoth, speakingAgainst } from '../support/against-oracle.js'
import { several } from '../support/attack.js'
import { judgmentsOf, today } from '../support/chain.js'
import { type Against, figuresAgainst } from '../support/figures-against.js'
import { type Person, type TestClient, type TestFirm, world } from '../support/world.js'

// Engagements by several people who do at random what the service lets them: whatever they do, a report is issued only where
// every figure that speaks against a conclusion was acknowledged by two people. What speaks against one is found by hand
// (support/against-oracle.ts). `npm run test:long` walks 5,000.

const walks = Number(process.env.WALKS ?? 200)

const w = await world()
/** Each firm walks by itself, one engagement after the other; so many walk at once. */
const firms = ['Ashdown', 'Birch', 'Cedar', 'Dogwood']

/** Numbers that follow from a seed (mulberry32). */
function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    chance: (probability: number) => next() < probability,
    below: (limit: number) => Math.floor(next() * limit),
    oneOf: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
  }
}
type Dice = ReturnType<typeof dice>

/** Does what may be refused; a fault of the service is none of that. Answers whether it was done. */
async function tried(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (/INTERNAL|TIMED_OUT/.test(String(error)) || !/"code"/.test(String(error))) throw error
    return false
  }
}

/** Staff explains some of the deviations, and somebody above decides. Answers those that stand. */
async function explained(work: Against, roll: Dice): Promise<string[]> {
  const { firm } = work
  const standing: string[] = []
  for (const resultId of work.deviations.values()) {
    const done =
      roll.chance(0.3) &&
      (!roll.chance(0.8) || (await shown(work, resultId))) &&
      (await tried(() =>
        work.change(firm.staff, 'explainDeviation', 'resultId', resultId, { kind: 'CONTROL_OPERATED', reason: 'ok' }),
      )) &&
      (await tried(() =>
        work.change(
          roll.oneOf([firm.senior, firm.manager, firm.partner, firm.partner]),
          'decideExplanation',
          'resultId',
          resultId,
          {
            approve: roll.chance(0.8),
            note: 'Seen.',
          },
        ),
      ))
    if (!done || !(await isApproved(resultId))) standing.push(resultId)
  }
  return standing
}

/** Evidence is brought and linked to a result: without it nothing is explained. */
async function shown({ engagementId, firm }: Against, nodeId: string): Promise<boolean> {
  const { id: evidenceId } = await firm.staff.brings(engagementId, {
    name: 'form.txt',
    content: `The form of ${nodeId}.`,
  })
  return tried(() => firm.staff.does('linkEvidence', { evidenceId, nodeId }))
}

const isApproved = async (resultId: string): Promise<boolean> =>
  (await w.owner.query('select explanation_state as state from result where id = $1', [resultId])).rows[0].state ===
  'APPROVED'

/** What was found is reported or not; an exception is sometimes withdrawn and raised anew. Answers the one that stands. */
async function reported(work: Against, roll: Dice, standing: readonly string[]): Promise<string | null> {
  if (standing.length === 0 || roll.chance(0.1)) return null
  const exceptionId = await work.reported(standing)
  if (!roll.chance(0.15)) return exceptionId
  await work.change(work.firm.manager, 'withdrawException', 'exceptionId', exceptionId, { reason: 'Miscounted.' })
  return work.reported(standing)
}

async function decided(work: Against, roll: Dice, exceptionId: string | null): Promise<void> {
  await work.startCompletion()
  const restsOnIds = roll.chance(0.9) ? [work.testId] : []
  const judgment = { material: roll.chance(0.5), pervasive: false, rationale: 'x', restsOnIds }
  if (exceptionId) await work.concluded(exceptionId, judgment)
  await work.documents()
  const { conclusions } = await work.proposal()
  const { subjectMatter, category } = conclusions[0]
  const other = roll.chance(0.15) ? [{ subjectMatter, category, opinion: 'QUALIFIED' }] : []
  const opinionId = await work.decided({
    conclusions: other,
    rationale: 'x',
    restsOnIds: [work.testId],
    ...(other[0] && { basisParagraph: 'x' }),
  })
  if (other.length > 0) await work.change(work.firm.reviewer, 'agreeOpinion', 'opinionId', opinionId)
}

/** Partner and quality reviewer acknowledge all, some or none of the list, each for themselves. */
async function acknowledged({ engagementId, firm }: Against, roll: Dice): Promise<void> {
  for (const person of [firm.partner, firm.reviewer] as Person[]) {
    const { nodes } = await judgmentsOf(person, engagementId)
    const share = roll.oneOf([0, 0.7, 1, 1])
    for (const { id, figuresDigest } of nodes) {
      if (!roll.chance(share)) continue
      await person.does('acknowledgeJudgment', { engagementId, judgmentId: id, figuresDigest, note: 'Read.' })
    }
  }
}

/** How walks ended, so that none of it was tried in vain. */
const ends = { issuedOverNothing: 0, issuedOverAcknowledged: 0, refusedForJudgments: 0, stoppedEarlier: 0 }

async function walk(seed: number, firm: TestFirm, client: TestClient): Promise<void> {
  const roll = dice(seed)
  const of = 3 + roll.below(4)
  const work = await figuresAgainst(firm, client, { of, deviating: roll.chance(0.3) ? 0 : roll.below(of + 1) })
  const done = await tried(async () => {
    const standing = await explained(work, roll)
    const exceptionId = await reported(work, roll, standing)
    if (roll.chance(0.15)) {
      const anew = { systemName: 'Kestrel Cloud', reason: 'Management calls it so.' }
      await work.change(firm.partner, 'updateEngagement', 'engagementId', work.engagementId, anew)
    }
    await work.signed(exceptionId ? 'EXCEPTIONS' : 'NO_EXCEPTIONS')
    await work.concludedAs(roll.oneOf(['EFFECTIVE', 'EFFECTIVE', 'NOT_EFFECTIVE']))
    await decided(work, roll, exceptionId)
  })
  if (!done) ends.stoppedEarlier++
  await acknowledged(work, roll)
  if (done) await tried(() => work.change(firm.reviewer, 'clearQualityReview', 'engagementId', work.engagementId))
  await checkIssue(work, `walk ${seed}`)
}

/** The partner issues, and is let only where nothing that speaks against a conclusion is left unacknowledged. */
async function checkIssue(work: Against, seed: string): Promise<void> {
  const { engagementId, firm } = work
  const found = await speakingAgainst(w, engagementId)
  const { nodes } = await judgmentsOf(firm.partner, engagementId)
  const listed: { subject: { id: string }; id: string; figuresDigest: string }[] = nodes
  const sorted = (ids: readonly string[]) => [...ids].sort()
  expect(sorted(listed.map(({ subject }) => subject.id)), seed).toEqual(sorted(found.map(({ subjectId }) => subjectId)))
  const both = await acknowledgedByBoth(w, engagementId)
  const open = listed.filter(({ id, figuresDigest }) => !both.has(`${id} ${figuresDigest}`))
  const issuing = { engagementId, expectedVersion: await work.version(engagementId), datedOn: today() }
  const { errors } = await firm.partner.tryTo('issueOpinion', issuing)
  const { rows } = await w.owner.query('select state from engagement where id = $1', [engagementId])
  const isIssued = rows[0].state === 'ISSUED'
  expect(isIssued, seed).toBe(errors.length === 0)
  if (isIssued) {
    expect(open, seed).toEqual([])
    if (found.length === 0) ends.issuedOverNothing++
    else ends.issuedOverAcknowledged++
    return
  }
  const named = (errors[0].blockers ?? []).filter(({ code }: { code: string }) => code === 'JUDGMENT_UNACKNOWLEDGED')
  if (errors[0].code === 'NOT_READY') {
    expect(sorted(named.map(({ node }: { node: string }) => node)), seed).toEqual(
      sorted(open.map(({ subject }) => subject.id)),
    )
  }
  if (named.length > 0) ends.refusedForJudgments++
}

const seeds = Array.from({ length: walks }, (_, seed) => seed)

it(`in ${walks} walks no report goes out over a figure that speaks against it and was not acknowledged`, async () => {
  const shares = firms.map((name, at) => ({ name, seeds: seeds.filter((seed) => seed % firms.length === at) }))
  await several(
    shares,
    async ({ name, seeds }) => {
      const firm = await w.firm(name)
      const client = await firm.client('Kestrel Cloud')
      for (const seed of seeds) await walk(seed, firm, client)
    },
    firms.length,
  )
  expect(ends.stoppedEarlier).toBeLessThan(walks / 2)
  expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(walks / 2)
  if (walks >= 20) {
    for (const end of ['issuedOverNothing', 'issuedOverAcknowledged', 'refusedForJudgments'] as const) {
      expect(ends[end], end).toBeGreaterThan(0)
    }
  }
}, 7_200_000)
