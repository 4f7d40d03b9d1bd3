import { changes as list, origin } from '../support/fieldwork.js'
import { anybody, changes, rowsOf, tries, type Walk } from './attempts.js'

// What people try that takes a figure away, or changes what it is about: many of these are refused, and the walk goes on.

const reason = 'It is so.'
const papers = (walk: Walk): { reason: string; restsOnIds: string[] } => ({
  reason,
  restsOnIds: walk.roll.chance(0.85) ? [walk.tests['CM-02'] as string] : [],
})
const controlOf = (walk: Walk): string => walk.roll.oneOf(Object.values(walk.controls))

/** A deviation is explained in one of the two ways, and somebody decides on it. */
async function explain(walk: Walk): Promise<void> {
  const { roll, firm, evidenceId } = walk
  const deviating = await rowsOf(
    walk,
    `select id from result where engagement_id = $1 and outcome in ('DEVIATION', 'UNABLE_TO_TEST') order by id`,
  )
  for (const { id: resultId } of deviating.slice(0, roll.chance(0.3) ? deviating.length : 1)) {
    if (roll.chance(0.8)) await tries(walk, firm.staff, 'linkEvidence', { evidenceId, nodeId: resultId })
    const kind = roll.oneOf(['CONTROL_OPERATED', 'NOT_APPLICABLE'])
    await changes(
      walk,
      roll.oneOf([firm.staff, firm.staff, firm.manager]),
      'explainDeviation',
      { resultId },
      { kind, reason },
    )
    await changes(walk, anybody(walk), 'decideExplanation', { resultId }, { approve: roll.chance(0.8), note: 'Seen.' })
  }
}

/** A deviation is recorded anew as none, or as another. */
async function correct(walk: Walk): Promise<void> {
  const { roll } = walk
  const deviating = await rowsOf<{ itemId: string; letter: string; version: number }>(
    walk,
    `select r.sample_item_id as "itemId", a.letter, r.version from result r join attribute a on a.id = r.attribute_id
     where r.engagement_id = $1 and r.outcome <> 'NO_DEVIATION' order by r.id`,
  )
  if (deviating.length === 0) return
  const { itemId, letter, version } = roll.oneOf(deviating)
  await tries(walk, anybody(walk), 'recordResult', {
    sampleItemId: itemId,
    attribute: letter,
    outcome: roll.oneOf(['NO_DEVIATION', 'NOT_APPLICABLE', 'UNABLE_TO_TEST', 'AWAITING_EVIDENCE']),
    note: 'Looked again.',
    expectedVersion: version,
  })
}

/** The sample is extended: by its stage, or otherwise. What is drawn is tested by whoever performs the test (walk.ts). */
async function extend(walk: Walk): Promise<void> {
  const [sample] = await rowsOf(
    walk,
    `select id from sample where procedure_id = $2 and engagement_id = $1`,
    walk.tests['CM-02'],
  )
  if (!sample) return
  const additionalCount = walk.roll.oneOf([3, 3, 10, 20])
  await changes(walk, anybody(walk), 'extendSample', { sampleId: sample.id }, { additionalCount, ...papers(walk) })
}

async function withdraw(walk: Walk): Promise<void> {
  const live = await rowsOf(
    walk,
    `select id from exception where engagement_id = $1 and state <> 'WITHDRAWN' order by id`,
  )
  if (live.length === 0) return
  await changes(walk, anybody(walk), 'withdrawException', { exceptionId: walk.roll.oneOf(live).id }, papers(walk))
}

async function changeControl(walk: Walk): Promise<void> {
  const { roll } = walk
  const change = roll.oneOf([
    { risk: 'LOW' },
    { title: 'Something else' },
    { description: 'A change may be reviewed.' },
    { isKey: false },
    { operatedFrom: '2025-03-01' },
  ])
  await changes(walk, anybody(walk), 'updateControl', { controlId: controlOf(walk) }, { ...change, ...papers(walk) })
}

async function retire(walk: Walk): Promise<void> {
  const { roll, controls } = walk
  const controlId = roll.oneOf([controls['CM-02'], controls['CM-02'], controlOf(walk)]) as string
  await changes(walk, anybody(walk), 'retireControl', { controlId }, papers(walk))
  if (roll.chance(0.7)) await changes(walk, anybody(walk), 'decideControlNotNeeded', { controlId }, papers(walk))
}

/** A criterion is taken from a control and marked as not applicable, or from the scope. */
async function narrow(walk: Walk): Promise<void> {
  const { roll, engagementId, controls } = walk
  if (roll.chance(0.3)) {
    await changes(walk, anybody(walk), 'updateEngagement', { engagementId }, { systemName: 'Kestrel', ...papers(walk) })
    return
  }
  const mapped = await rowsOf<{ code: string }>(
    walk,
    'select criterion_code as code from control_criterion where control_id = $2 and engagement_id = $1 order by 1',
    controls['CM-01'],
  )
  const criterionCode = roll.chance(0.7) ? 'CC3.4' : 'CC7.1'
  const criteriaCodes = mapped.map(({ code }) => code).filter((code) => code !== criterionCode)
  await changes(
    walk,
    anybody(walk),
    'mapControl',
    { controlId: controls['CM-01'] as string },
    { criteriaCodes, ...papers(walk) },
  )
  await tries(walk, anybody(walk), 'excludeCriterion', { engagementId, criterionCode, ...papers(walk) })
}

async function redate(walk: Walk): Promise<void> {
  const controlId = walk.controls['AR-01'] ?? controlOf(walk)
  await changes(
    walk,
    anybody(walk),
    'changeControlCycle',
    { controlId },
    { graceDays: walk.roll.oneOf([5, 31]), ...papers(walk) },
  )
}

async function explainOccurrence(walk: Walk): Promise<void> {
  const { roll, controls, evidenceId } = walk
  const controlId = controls['AR-01']
  if (!controlId) return
  await tries(walk, anybody(walk), 'explainOccurrence', {
    controlId,
    label: roll.oneOf(['2025-Q3', '2025-Q3', '2025-Q2', '2025-Q4']),
    kind: roll.oneOf(['DONE_ELSEWHERE', 'NOT_DUE']),
    reason,
    restsOnIds: roll.chance(0.85) ? [evidenceId] : [],
  })
  const proposed = await rowsOf(
    walk,
    `select id from occurrence_explanation where engagement_id = $1 and state = 'PROPOSED' and control_id = $2`,
    controlId,
  )
  for (const { id: explanationId } of proposed) {
    const decision = { approve: roll.chance(0.8), note: 'Read.' }
    await changes(walk, anybody(walk), 'decideOccurrenceExplanation', { explanationId }, decision)
  }
}

/** A new list takes the place of the first one, of which a sample was drawn. */
async function supersede(walk: Walk): Promise<void> {
  const { roll, firm, controls, engagementId } = walk
  const [first] = await rowsOf(
    walk,
    `select id from population where engagement_id = $1 and control_id = $2 and state = 'FROZEN' order by id limit 1`,
    controls['CM-02'],
  )
  if (!first) return
  const paper = await firm.staff.brings(engagementId, {
    name: 'count.txt',
    content: `The count differs (${roll.below(1e9)}).`,
  })
  const why = { supersedesId: first.id, supersedesReason: 'The first list was wrong.', restsOnIds: [paper.id] }
  const described = { controlId: controls['CM-02'], ...origin, ...(roll.chance(0.8) && why) }
  if (!(await tries(walk, firm.staff, 'createPopulation', described))) return
  const [draft] = await rowsOf(
    walk,
    `select id from population where engagement_id = $1 and state = 'DRAFT' order by id desc`,
  )
  const populationId = (draft as { id: string }).id
  const { id: evidenceId } = await firm.staff.brings(engagementId, {
    name: 'again.csv',
    content: list(50 + roll.below(20)),
  })
  const columns = { evidenceId, keyColumn: 'id', dateColumn: 'merged' }
  await changes(walk, firm.staff, 'importPopulation', { populationId }, columns)
  const checks = { completenessCheck: 'Watched.', accuracyCheck: 'Traced.' }
  await changes(walk, firm.staff, 'freezePopulation', { populationId }, checks)
}

const temptations: readonly [(walk: Walk) => Promise<void>, number][] = [
  [explain, 4],
  [correct, 2],
  [extend, 3],
  [withdraw, 2],
  [changeControl, 2],
  [retire, 1],
  [narrow, 2],
  [redate, 1],
  [explainOccurrence, 2],
  [supersede, 1],
]
const weighted = temptations.flatMap(([act, weight]) => Array.from({ length: weight }, () => act))

/** Some of these, in any order. */
export async function tempted(walk: Walk, atMost: number): Promise<void> {
  for (let left = walk.roll.below(atMost + 1); left > 0; left--) await walk.roll.oneOf(weighted)(walk)
}
