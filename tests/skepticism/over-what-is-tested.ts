import { controlOf, changes as list, origin } from '../support/fieldwork.js'
import { because, changes, madeAs, mostly, rowsOf, tries, type Walk } from './attempts.js'
import { drawFurther } from './over-what-was-found.js'
import { drawnBy, type WayToDraw } from './performing.js'

// What people try with what is tested: that it is another control, another list, another time, or none.

const checks = { completenessCheck: 'Watched.', accuracyCheck: 'Traced.' }
const controlIn = (walk: Walk): string => walk.roll.oneOf(Object.values(walk.controls))

export async function changeControl(walk: Walk): Promise<boolean> {
  const { roll, firm } = walk
  const change = roll.oneOf([
    { risk: roll.oneOf(['LOW', 'HIGH']) },
    { title: `Something else, ${roll.below(99)}` },
    { description: `A change may be reviewed, ${roll.below(99)}.` },
    { isKey: false },
    { operatedFrom: '2025-03-01' },
  ])
  const controlId = controlIn(walk)
  return changes(walk, mostly(walk, firm.partner), 'updateControl', { controlId }, { ...change, ...because(walk) })
}

/** A control is retired, and mostly said never to have been needed. */
export async function retire(walk: Walk): Promise<boolean> {
  const { roll, firm, controls } = walk
  const controlId = roll.oneOf([controls['CM-02'], controls['CM-02'], controlIn(walk)]) as string
  if (!(await changes(walk, mostly(walk, firm.partner), 'retireControl', { controlId }, because(walk)))) return false
  const isNeeded = roll.chance(0.3)
  const by = mostly(walk, firm.partner)
  if (!isNeeded && (await changes(walk, by, 'decideControlNotNeeded', { controlId }, because(walk)))) {
    walk.did.push('a control decided never to have been needed')
  }
  return true
}

/** A criterion is taken from the control that serves it, and marked as not applicable. */
export async function narrow(walk: Walk): Promise<boolean> {
  const { roll, firm, engagementId, controls } = walk
  const mapped = await rowsOf<{ code: string }>(
    walk,
    'select criterion_code as code from control_criterion where control_id = $2 and engagement_id = $1 order by 1',
    controls['CM-01'],
  )
  const criterionCode = roll.chance(0.7) ? 'CC3.4' : 'CC7.1'
  const criteriaCodes = mapped.map(({ code }) => code).filter((code) => code !== criterionCode)
  const controlId = controls['CM-01'] as string
  const by = mostly(walk, firm.partner)
  await changes(walk, by, 'mapControl', { controlId }, { criteriaCodes, ...because(walk) })
  return tries(walk, by, 'excludeCriterion', { engagementId, criterionCode, ...because(walk) })
}

export const rescope = (walk: Walk): Promise<boolean> =>
  changes(
    walk,
    mostly(walk, walk.firm.partner),
    'updateEngagement',
    { engagementId: walk.engagementId },
    { systemName: `Kestrel ${walk.roll.below(99)}`, ...because(walk) },
  )

export async function cycle(walk: Walk): Promise<boolean> {
  const controlId = walk.controls['AR-01']
  if (!controlId) return false
  const graceDays = walk.roll.oneOf([5, 17, 31])
  const by = mostly(walk, walk.firm.partner)
  return changes(walk, by, 'changeControlCycle', { controlId }, { graceDays, ...because(walk) })
}

/** Other days are said to be those on which people work. */
export const calendar = (walk: Walk): Promise<boolean> =>
  changes(
    walk,
    mostly(walk, walk.firm.partner),
    'changeEngagementCalendar',
    { engagementId: walk.engagementId },
    { timeZone: 'Etc/UTC', weekendDays: [walk.roll.oneOf(['FRIDAY', 'SUNDAY'])], holidays: [], ...because(walk) },
  )

export async function explainOccurrence(walk: Walk): Promise<boolean> {
  const { roll, firm, controls, evidenceId } = walk
  const controlId = controls['AR-01']
  if (!controlId) return false
  await tries(walk, roll.oneOf([firm.senior, firm.staff, firm.manager]), 'explainOccurrence', {
    controlId,
    label: roll.oneOf(['2025-Q3', '2025-Q3', '2025-Q3', '2025-Q2']),
    kind: roll.oneOf(['DONE_ELSEWHERE', 'NOT_DUE']),
    reason: 'It is so.',
    restsOnIds: roll.chance(0.85) ? [evidenceId] : [],
  })
  const proposed = await rowsOf(
    walk,
    `select id from occurrence_explanation where engagement_id = $1 and state = 'PROPOSED' and control_id = $2`,
    controlId,
  )
  const decision = { approve: roll.chance(0.9), note: 'Read.' }
  let isApproved = false
  for (const { id: explanationId } of proposed) {
    const by = mostly(walk, firm.partner)
    const isDecided = await changes(walk, by, 'decideOccurrenceExplanation', { explanationId }, decision)
    isApproved ||= isDecided && decision.approve
  }
  return isApproved
}

/** A list is described, imported, here and there narrowed by an exclusion, and frozen. */
async function frozen(walk: Walk, described: object, content: string, excluding: number): Promise<boolean> {
  const { roll, firm, engagementId } = walk
  if (!(await tries(walk, firm.staff, 'createPopulation', { ...origin, ...described }))) return false
  const [draft] = await rowsOf(
    walk,
    `select id from population where engagement_id = $1 and state = 'DRAFT' order by id desc`,
  )
  const populationId = (draft as { id: string }).id
  const { id: evidenceId } = await firm.staff.brings(engagementId, { name: 'again.csv', content })
  const reading = { expectsNoRows: content.trim().split('\n').length === 1 }
  const columns = { evidenceId, keyColumn: 'id', dateColumn: 'merged', reading }
  if (!(await changes(walk, firm.staff, 'importPopulation', { populationId }, columns))) return false
  if (roll.chance(excluding)) {
    const rule = { column: 'author', operator: 'EQUALS', values: ['author 0'], reason: 'A program did these.' }
    await changes(walk, firm.staff, 'proposeExclusion', { populationId }, rule)
    const [proposed] = await rowsOf(
      walk,
      'select id from population_exclusion where engagement_id = $1 and population_id = $2',
      populationId,
    )
    const target = { populationExclusionId: proposed?.id ?? populationId }
    const decision = { approve: true, note: 'Read.' }
    if (await changes(walk, mostly(walk, firm.senior), 'decideExclusion', target, decision)) {
      walk.did.push('items excluded')
    }
  }
  return changes(walk, firm.staff, 'freezePopulation', { populationId }, checks)
}

/** A new list takes the place of the first one, of which a sample was drawn; another test draws from it, or none. */
export async function supersede(walk: Walk): Promise<boolean> {
  const { roll, controls } = walk
  const [first] = await rowsOf(
    walk,
    `select id from population where engagement_id = $1 and control_id = $2 and state = 'FROZEN' order by id ${roll.chance(0.5) ? 'desc' : 'asc'} limit 1`,
    controls['CM-02'],
  )
  if (!first) return false
  const why = { supersedesId: first.id, supersedesReason: 'The first list was wrong.', restsOnIds: [walk.evidenceId] }
  const described = { controlId: controls['CM-02'], ...(roll.chance(0.8) && why) }
  if (!(await frozen(walk, described, list(50 + roll.below(20)), 0))) return false
  if (roll.chance(0.6) && (await drawFurther(walk))) walk.did.push('a draw from the new list')
  return true
}

/** Another set of general controls that the automated one relies on. */
export async function rely(walk: Walk): Promise<boolean> {
  const { roll, firm, controls } = walk
  const controlId = controls['AU-01']
  if (!controlId) return false
  const reliesOnIds = roll.oneOf([[controls['CM-01']], [controls['CM-01'], controls['CM-02']], []])
  const by = mostly(walk, firm.partner)
  return changes(walk, by, 'recordControlReliance', { controlId }, { reliesOnIds, ...because(walk) })
}

const rates = [
  { confidence: 0.9, tolerableRate: 0.1, expectedRate: 0 },
  { confidence: 0.95, tolerableRate: 0.1, expectedRate: 0 },
  { confidence: 0.9, tolerableRate: 0.15, expectedRate: 0.05 },
  { confidence: 0.8, tolerableRate: 0.2, expectedRate: 0.05 },
  { confidence: 0.6, tolerableRate: 0.5, expectedRate: 0.1 },
]
const firstHalf = {
  coversTo: '2025-06-30',
  extractedAt: '2025-07-05T09:00:00Z',
  parameters: '2025-01-01 to 2025-06-30',
}

/** A control of its own is added in the course of fieldwork, with rates, a list and a sample of its own. */
export async function addControl(walk: Walk): Promise<boolean> {
  const { roll, firm, engagementId, controls, tests } = walk
  const ref = 'CM-03'
  if (controls[ref] || !(await tries(walk, firm.senior, 'createControl', controlOf(engagementId, { ref }))))
    return false
  const controlId = (await madeAs(walk, 'control', ref)) as string
  const planned = roll.chance(0.6)
  const named = roll.oneOf(rates)
  const isBeyond = named.confidence < 0.9 || named.tolerableRate > 0.1
  const by = mostly(walk, isBeyond ? firm.partner : firm.senior)
  const plan = { ...named, ...(isBeyond && because(walk)) }
  if (planned && (await changes(walk, by, 'planSampling', { controlId }, plan))) walk.did.push('rates planned')
  const test = { methods: ['INSPECTION'], aspects: ['OPERATION'], objective: 'It is done.', steps: 'Compare.' }
  const attributes = [{ letter: 'A', description: 'A reviewer is named.' }]
  await tries(walk, firm.senior, 'planProcedure', { controlId, ref: 'CM-03.T', ...test, attributes })
  const procedureId = await madeAs(walk, 'procedure', 'CM-03.T')
  if (!procedureId) return false
  controls[ref] = controlId
  tests[ref] = procedureId
  await changes(walk, firm.staff, 'startProcedure', { procedureId })
  const isPart = roll.chance(0.4)
  const given = roll.chance(0.2) ? { seedContribution: `Thrown: ${roll.below(99)}` } : {}
  if (!(await frozen(walk, { controlId, ...(isPart && firstHalf), ...given }, list(80), 0.4))) return false
  const ways: WayToDraw[] = planned
    ? ['by rates', 'by rates', 'by judgment']
    : ['by the table', 'as picked', 'all of them']
  return drawnBy(walk, firm.staff, procedureId, roll.oneOf(ways))
}
