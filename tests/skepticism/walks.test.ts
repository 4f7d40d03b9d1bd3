import { afterAll, describe, expect, it } from 'vitest'
import { acknowledgedByBoth, hiddenIn, isUnmodified, speakingAgainst } from '../support/against-oracle.js'
import { several } from '../support/attack.js'
import { judgmentsOf } from '../support/chain.js'
import { type Copier, copier } from '../support/copied-engagement.js'
import { world } from '../support/world.js'
import { begun, type Dice, dice, type Walk } from './attempts.js'
import { type Start, start } from './start.js'
import { kindsOfTemptation } from './temptations.js'
import { issued, walked } from './walk.js'

// Engagements by several people who do at random what the service lets them, and try what it does not: whatever they do, a report
// is issued only where every figure that speaks against a conclusion was acknowledged by two people, and none stands nowhere. What
// speaks against one is found by hand (support/against-oracle.ts). `npm run test:long` walks 5,000.

const walks = Number(process.env.WALKS ?? 200)
const first = Number(process.env.FIRST_WALK ?? 0)

const w = await world()
const firm = await w.firm('Ashdown')
const client = await firm.client('Kestrel Cloud')

/** How walks ended, so that none of it was tried in vain. */
const ends = {
  issuedOverNothing: 0,
  issuedOverAcknowledged: 0,
  issuedModified: 0,
  refusedForJudgments: 0,
  refusedOtherwise: 0,
}
/** What two hundred walks meet at least once. */
const kinds = [
  'EFFECTIVE over figures',
  'not material over figures',
  'together not material over figures',
  'explained',
  'diluted, extension',
  'diluted by another test',
  'took the place of another',
  'part of a seed',
  'days not covered',
  'days of a population',
  'occurrence explained',
  'withdrawn',
  'control changed: OPERATED',
  'control changed: RISK',
  'control changed: RETIRED',
  'control changed: NOT_NEEDED',
  'control changed: CRITERIA',
  'control changed: CYCLE',
  'control changed: RELIES_ON',
  'calendar changed',
  'rates beyond those of the firm',
  'scope changed',
  'criterion concluded otherwise',
  'opinion differs',
]
/** What was found to speak against conclusions, over all walks. */
const found = new Map<string, number>()

/** What people were tempted to and did, over all walks. */
const did = new Map<string, number>()

const tell = (...lines: string[]) => process.stdout.write(`${lines.join('\n  ')}\n`)
const sorted = (ids: readonly string[]) => [...ids].sort()

/** What of these is not among those, each as often as it stands there. */
function without(these: (readonly [string, string])[], those: readonly string[]): string[] {
  const left = [...those]
  return these.flatMap(([id, what]) => {
    const at = left.indexOf(id)
    if (at >= 0) left.splice(at, 1)
    return at >= 0 ? [] : `${what} ${id}`
  })
}

/** The partner issues, and is let only where nothing that speaks against a conclusion is left unacknowledged. */
async function checkIssue(walk: Walk): Promise<void> {
  const { engagementId } = walk
  const speaking = await speakingAgainst(w, engagementId)
  for (const { because } of speaking) found.set(because, (found.get(because) ?? 0) + 1)
  const { nodes } = await judgmentsOf(firm.partner, engagementId)
  const listed: { kind: string; subject: { id: string }; id: string; figuresDigest: string }[] = nodes
  const more = without(
    listed.map(({ kind, subject }) => [subject.id, kind]),
    speaking.map(({ subjectId }) => subjectId),
  )
  const less = without(
    speaking.map(({ subjectId, because }) => [subjectId, because]),
    listed.map(({ subject }) => subject.id),
  )
  expect({ more, less }).toEqual({ more: [], less: [] })
  const both = await acknowledgedByBoth(w, engagementId)
  const open = listed.filter(({ id, figuresDigest }) => !both.has(`${id} ${figuresDigest}`))
  const hidden = await hiddenIn(w, engagementId)
  const [refusal] = await issued(walk)
  const { rows } = await w.owner.query('select state from engagement where id = $1', [engagementId])
  expect(rows[0].state === 'ISSUED').toBe(refusal === undefined)
  if (!refusal) {
    expect({ open, hidden }).toEqual({ open: [], hidden: [] })
    if (!(await isUnmodified(w, engagementId))) ends.issuedModified++
    else if (speaking.length === 0) ends.issuedOverNothing++
    else ends.issuedOverAcknowledged++
    return
  }
  const named = (refusal.blockers ?? []).filter(({ code }) => code === 'JUDGMENT_UNACKNOWLEDGED')
  if (refusal.code === 'NOT_READY') {
    expect(sorted(named.map(({ node }) => node))).toEqual(sorted(open.map(({ subject }) => subject.id)))
  }
  if (named.length > 0) ends.refusedForJudgments++
  else ends.refusedOtherwise++
}

/** The first walks that failed, each with its number and what was tried in it. */
const failed: string[] = []

/** Walks once, from an engagement in fieldwork to the attempt to issue; what goes wrong is kept with what was tried. */
async function walkOnce(copies: Copier, from: Start, seed: number, roll: Dice): Promise<void> {
  const walk = await begun(copies, from, { w, firm, client, roll })
  try {
    await walked(walk)
    await checkIssue(walk)
  } catch (error) {
    const { cause, actual, expected } = error as { cause?: unknown; actual?: unknown; expected?: unknown }
    const why = JSON.stringify({ cause, expected, actual })
    failed.push(`FIRST_WALK=${seed} WALKS=1: ${String(error)} ${why}\n  ${walk.said.join('\n  ')}`)
  }
  if (process.env.WALKS_TOLD) tell(`walk ${seed}`, ...walk.said)
  for (const one of walk.did) did.set(one, (did.get(one) ?? 0) + 1)
  // Nobody holds places in hundreds of engagements at once.
  await w.owner.query('update team_member set removed_at = now() where engagement_id = $1', [walk.engagementId])
}

it(`in ${walks} walks no report goes out over a figure that speaks against it and was not acknowledged`, async () => {
  const plain = await start(firm, client, 'NOTHING')
  const reviews = await start(firm, client, 'REVIEWS')
  const automation = await start(firm, client, 'AUTOMATION')
  const copies = await copier(w)
  const seeds = Array.from({ length: walks }, (_, at) => first + at)
  await several(
    seeds,
    async (seed) => {
      if (failed.length >= 5) return
      const roll = dice(seed)
      await walkOnce(copies, roll.oneOf([plain, plain, reviews, reviews, automation]), seed, roll)
    },
    4,
  )
  expect(failed.join('\n\n')).toBe('')
}, 7_200_000)

// Of fewer walks nothing is asked: a single one is walked again to see why it failed.
describe.runIf(walks >= 200)('none of it was tried in vain', () => {
  it.each(Object.keys(ends) as (keyof typeof ends)[])('%s', (end) => {
    expect(ends[end]).toBeGreaterThan(walks / 100)
  })

  it.each(kindsOfTemptation)('%s', (kind) => {
    expect(did.get(kind) ?? 0).toBeGreaterThanOrEqual(walks / 100)
  })

  it.each(kinds)('what speaks against a conclusion was met: %s', (because) => {
    expect([...found.keys()].filter((one) => one.startsWith(because))).not.toEqual([])
  })
})

afterAll(() => {
  if (process.env.WALKS_TOLD) tell(JSON.stringify(ends), ...[...found, ...did].map((one) => one.join(': ')))
})
