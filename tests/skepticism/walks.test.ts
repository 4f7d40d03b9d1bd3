import { expect, it } from 'vitest'
import { acknowledgedByBoth, hiddenIn, isUnmodified, speakingAgainst } from '../support/against-oracle.js'
import { several } from '../support/attack.js'
import { judgmentsOf } from '../support/chain.js'
import { copier } from '../support/copied-engagement.js'
import { world } from '../support/world.js'
import { begun, dice, type Walk } from './attempts.js'
import { start } from './start.js'
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
/** What was found to speak against conclusions, over all walks. */
const found = new Map<string, number>()

const tell = (...lines: string[]) => process.stdout.write(`${lines.join('\n  ')}\n`)
const sorted = (ids: readonly string[]) => [...ids].sort()

/** The partner issues, and is let only where nothing that speaks against a conclusion is left unacknowledged. */
async function checkIssue(walk: Walk, seed: string): Promise<void> {
  const { engagementId } = walk
  const speaking = await speakingAgainst(w, engagementId)
  for (const { because } of speaking) found.set(because, (found.get(because) ?? 0) + 1)
  const { nodes } = await judgmentsOf(firm.partner, engagementId)
  const listed: { subject: { id: string }; id: string; figuresDigest: string }[] = nodes
  expect(sorted(listed.map(({ subject }) => subject.id)), seed).toEqual(
    sorted(speaking.map(({ subjectId }) => subjectId)),
  )
  const both = await acknowledgedByBoth(w, engagementId)
  const open = listed.filter(({ id, figuresDigest }) => !both.has(`${id} ${figuresDigest}`))
  const hidden = await hiddenIn(w, engagementId)
  const [refusal] = await issued(walk)
  const { rows } = await w.owner.query('select state from engagement where id = $1', [engagementId])
  expect(rows[0].state === 'ISSUED', seed).toBe(refusal === undefined)
  if (!refusal) {
    expect({ open, hidden }, seed).toEqual({ open: [], hidden: [] })
    if (!(await isUnmodified(w, engagementId))) ends.issuedModified++
    else if (speaking.length === 0) ends.issuedOverNothing++
    else ends.issuedOverAcknowledged++
    return
  }
  const named = (refusal.blockers ?? []).filter(({ code }) => code === 'JUDGMENT_UNACKNOWLEDGED')
  if (refusal.code === 'NOT_READY') {
    expect(sorted(named.map(({ node }) => node)), seed).toEqual(sorted(open.map(({ subject }) => subject.id)))
  }
  if (named.length > 0) ends.refusedForJudgments++
  else ends.refusedOtherwise++
}

it(`in ${walks} walks no report goes out over a figure that speaks against it and was not acknowledged`, async () => {
  const plain = await start(firm, client, false)
  const full = await start(firm, client, true)
  const copies = await copier(w)
  const seeds = Array.from({ length: walks }, (_, at) => first + at)
  await several(
    seeds,
    async (seed) => {
      const roll = dice(seed)
      const walk = await begun(copies, roll.chance(0.6) ? plain : full, { w, firm, client, roll })
      await walked(walk).catch((error: unknown) => {
        throw new Error(`walk ${seed}\n${walk.said.join('\n')}`, { cause: error })
      })
      if (process.env.WALKS_TOLD) tell(`walk ${seed}`, ...walk.said)
      await checkIssue(walk, `walk ${seed}\n${walk.said.join('\n')}`)
      // Nobody holds places in hundreds of engagements at once.
      await w.owner.query('update team_member set removed_at = now() where engagement_id = $1', [walk.engagementId])
    },
    4,
  )
  if (process.env.WALKS_TOLD) tell(JSON.stringify(ends), ...[...found].map((one) => one.join(': ')))
  if (walks < 100) return
  for (const [end, count] of Object.entries(ends)) expect(count, end).toBeGreaterThan(0)
  for (const because of kinds) {
    expect(
      [...found.keys()].filter((one) => one.startsWith(because)),
      because,
    ).not.toEqual([])
  }
}, 7_200_000)

/** What a hundred walks meet, each many times; rarer kinds are met by more of them. */
const kinds = [
  'EFFECTIVE over figures',
  'not material over figures',
  'together not material over figures',
  'explained',
  'diluted',
  'part of a seed',
  'days not covered',
  'control changed',
]
