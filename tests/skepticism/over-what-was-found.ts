import { because, changes, madeAs, mostly, rowsOf, tries, type Walk } from './attempts.js'
import { drawnBy, reported, type WayToDraw } from './performing.js'

// What people try with what was found: that it counts for less, or for nothing.

interface Deviating {
  id: string
  itemId: string
  letter: string
  version: number
}

/** Results, in the order of drawing. */
const resultsOf = (walk: Walk, which: string) =>
  rowsOf<Deviating>(
    walk,
    `select r.id, r.sample_item_id as "itemId", a.letter, r.version
     from result r join attribute a on a.id = r.attribute_id join sample_item i on i.id = r.sample_item_id
       join procedure p on p.id = r.procedure_id
     where r.engagement_id = $1 and p.ref <> 'CM-01.T1' and ${which} order by p.ref, i.position, a.letter`,
  )

/** The results that are not without a deviation; where there are none, the first result is recorded as a deviation. */
async function deviating(walk: Walk): Promise<Deviating[]> {
  const found = await resultsOf(walk, `r.outcome <> 'NO_DEVIATION'`)
  if (found.length > 0) return found
  const [first] = await resultsOf(walk, 'true')
  if (!first) return []
  await record(walk, first, { outcome: 'DEVIATION', note: 'On a second look.' })
  return resultsOf(walk, `r.outcome <> 'NO_DEVIATION'`)
}

const record = (walk: Walk, { itemId, letter, version }: Deviating, as: object) =>
  tries(walk, mostly(walk, walk.firm.staff), 'recordResult', {
    sampleItemId: itemId,
    attribute: letter,
    expectedVersion: version,
    ...as,
  })

/** A deviation is explained in one of the two ways, and somebody decides on it. Answers whether it was approved. */
async function explained(walk: Walk, { id: resultId }: Deviating): Promise<boolean> {
  const { roll, firm, evidenceId } = walk
  if (roll.chance(0.85)) await tries(walk, firm.staff, 'linkEvidence', { evidenceId, nodeId: resultId })
  const kind = roll.oneOf(['CONTROL_OPERATED', 'NOT_APPLICABLE'])
  const explanation = { kind, reason: 'It is so.' }
  await changes(walk, roll.oneOf([firm.staff, firm.staff, firm.manager]), 'explainDeviation', { resultId }, explanation)
  const decision = { approve: roll.chance(0.9), note: 'Seen.' }
  const isDecided = await changes(walk, mostly(walk, firm.partner), 'decideExplanation', { resultId }, decision)
  return isDecided && decision.approve
}

export async function explain(walk: Walk): Promise<boolean> {
  const found = await deviating(walk)
  return found.length > 0 && explained(walk, walk.roll.oneOf(found))
}

/** Together these turn the verdict. */
export async function explainAll(walk: Walk): Promise<boolean> {
  const found = await deviating(walk)
  let count = 0
  for (const one of found.slice(0, 8)) if (await explained(walk, one)) count++
  return count > 0 && count === found.length
}

/** A result is recorded anew, as whatever it may be. */
export async function correct(walk: Walk): Promise<boolean> {
  const outcomes = ['NO_DEVIATION', 'DEVIATION', 'NOT_APPLICABLE', 'UNABLE_TO_TEST', 'AWAITING_EVIDENCE']
  const found = await resultsOf(walk, walk.roll.chance(0.5) ? `r.outcome <> 'NO_DEVIATION'` : 'true')
  if (found.length === 0) return false
  const outcome = walk.roll.oneOf(outcomes)
  const alternativeProcedure = outcome === 'UNABLE_TO_TEST' ? 'The author was asked.' : null
  return record(walk, walk.roll.oneOf(found), { outcome, alternativeProcedure, note: 'Looked again.' })
}

/** The sample is extended: by its stage, or otherwise. What is drawn is tested by whoever performs the test. */
export async function extend(walk: Walk): Promise<boolean> {
  const [sample] = await rowsOf(
    walk,
    `select id from sample where procedure_id = $2 and engagement_id = $1`,
    walk.tests['CM-02'],
  )
  if (!sample) return false
  const additionalCount = walk.roll.oneOf([3, 3, 10, 20])
  const further = { additionalCount, ...because(walk) }
  return changes(walk, mostly(walk, walk.firm.partner), 'extendSample', { sampleId: sample.id }, further)
}

/** Another test of changes draws from the same list. */
export async function drawFurther(walk: Walk): Promise<boolean> {
  const { roll, firm, controls, tests } = walk
  const ref = 'CM-02.2'
  if (tests[ref]) return false
  if (roll.chance(0.5)) await deviating(walk)
  const plan = { methods: ['INSPECTION'], aspects: ['OPERATION'], objective: 'It is done.', steps: 'Compare.' }
  const attributes = [{ letter: 'A', description: 'A reviewer is named.' }]
  const planned = { controlId: controls['CM-02'], ref, ...plan, attributes }
  if (!(await tries(walk, firm.senior, 'planProcedure', planned))) return false
  const procedureId = (await madeAs(walk, 'procedure', ref)) as string
  tests[ref] = procedureId
  await changes(walk, firm.staff, 'startProcedure', { procedureId })
  const ways: WayToDraw[] = ['as picked', 'by judgment', 'fewer than the table asks for', 'all of them']
  return drawnBy(walk, mostly(walk, firm.partner), procedureId, roll.oneOf(ways))
}

export async function withdraw(walk: Walk): Promise<boolean> {
  const { roll, firm } = walk
  await reported(walk)
  const live = await rowsOf(
    walk,
    `select id from exception where engagement_id = $1 and state <> 'WITHDRAWN' order by number`,
  )
  if (live.length === 0) return false
  const exceptionId = roll.oneOf(live).id
  return changes(walk, mostly(walk, firm.manager), 'withdrawException', { exceptionId }, because(walk))
}
