import { answer } from '../support/chain.js'
import { matter } from '../support/exceptions.js'
import type { Person } from '../support/world.js'
import { changes, rowsOf, tries, type Walk } from './attempts.js'

// What is drawn, tested and reported, by people who do what is asked of them; here and there something is left out.

/** Ways of drawing from a list: by the table with a stage, and in ways that show less, of which some are refused. */
const waysToDraw = {
  'by the table': {
    basis: 'FREQUENCY_TABLE',
    method: 'RANDOM',
    stages: [{ additionalCount: 3, acceptedDeviationCount: 0 }],
  },
  'by the table, at even steps': { basis: 'FREQUENCY_TABLE', method: 'SYSTEMATIC' },
  'fewer than the table asks for': {
    basis: 'FREQUENCY_TABLE',
    method: 'RANDOM',
    size: 4,
    sizeReason: 'These are enough.',
  },
  'by rates': { basis: 'STATISTICAL', method: 'RANDOM' },
  'by judgment': { basis: 'JUDGMENT', method: 'RANDOM', size: 6, sizeReason: 'These will do.' },
  'as picked': { basis: 'JUDGMENT', method: 'TARGETED', sizeReason: 'These look well.' },
  'all of them': { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are few.' },
}
export type WayToDraw = keyof typeof waysToDraw

/** A sample of the control's list in force is drawn for a test. */
export async function drawnBy(walk: Walk, by: Person, procedureId: string, way: WayToDraw): Promise<boolean> {
  const [list] = await rowsOf(
    walk,
    `select o.id from population o join procedure p on p.control_id = o.control_id
     where p.engagement_id = $1 and p.id = $2 and o.state = 'FROZEN'
       and not exists (select 1 from population n where n.supersedes_id = o.id and n.state = 'FROZEN') order by o.id limit 1`,
    procedureId,
  )
  if (!list) return false
  const picked = await rowsOf<{ key: string }>(
    walk,
    `select item_key as key from population_item where engagement_id = $1 and population_id = $2 order by ordinal limit 5`,
    list.id,
  )
  const isPicked = way === 'as picked'
  const input = { procedureId, populationId: list.id, ...waysToDraw[way], restsOnIds: [walk.tests['CM-02']] }
  const isDrawn = await tries(walk, by, 'drawSample', {
    ...input,
    ...(isPicked && { itemKeys: picked.map(({ key }) => key) }),
  })
  if (isDrawn) walk.did.push(`drawn ${way}`)
  return isDrawn
}

/** Changes are sampled by the table, or otherwise. */
export async function drawn(walk: Walk): Promise<void> {
  const { roll, firm, tests } = walk
  const ways = Object.keys(waysToDraw) as WayToDraw[]
  const procedureId = tests['CM-02'] as string
  if (roll.chance(0.4) && (await drawnBy(walk, firm.staff, procedureId, roll.oneOf(ways)))) return
  await drawnBy(walk, firm.staff, procedureId, 'by the table')
}

/** What is recorded of an item that is not as it should be. */
const deviating = [
  { outcome: 'DEVIATION' },
  { outcome: 'DEVIATION' },
  { outcome: 'DEVIATION' },
  { outcome: 'UNABLE_TO_TEST' },
  { outcome: 'UNABLE_TO_TEST', alternativeProcedure: 'The author was asked.' },
]

/** Whatever is outstanding is tested. */
export async function tested(walk: Walk, rate: number): Promise<void> {
  for (const procedureId of Object.values(walk.tests)) {
    const open = await rowsOf<{ itemId: string; letter: string }>(
      walk,
      `select i.id as "itemId", a.letter from sample s join sample_item i on i.sample_id = s.id
         join attribute a on a.procedure_id = s.procedure_id
       where s.engagement_id = $1 and s.procedure_id = $2
         and not exists (select 1 from result r where r.sample_item_id = i.id and r.attribute_id = a.id)
       order by i.position, a.letter`,
      procedureId,
    )
    if (open.length === 0) continue
    const results = open.map(({ itemId, letter }) => ({
      sampleItemId: itemId,
      attribute: letter,
      ...(walk.roll.chance(rate) ? { ...walk.roll.oneOf(deviating), note: 'As seen.' } : { outcome: 'NO_DEVIATION' }),
    }))
    await tries(walk, walk.firm.staff, 'recordResults', { procedureId, results })
  }
}

/** What is told of every exception. */
export const told = { ...matter, failedFrom: null, failedTo: null, failurePeriodBasis: null }

/** Raises what is not reported yet: deviations of each test, and occurrences of which no list tells. */
export async function reported(walk: Walk): Promise<void> {
  const { firm, roll, engagementId } = walk
  const explained = await rowsOf(
    walk,
    `select r.id from result r join sample_item i on i.id = r.sample_item_id join attribute a on a.id = r.attribute_id
     where r.engagement_id = $1 and r.explanation_state = 'PROPOSED' order by i.sample_id, i.position, a.letter`,
  )
  const isBelieved = roll.chance(0.5)
  for (const { id: resultId } of explained) {
    await changes(walk, firm.partner, 'decideExplanation', { resultId }, { approve: isBelieved, note: 'Read.' })
  }
  for (const procedureId of Object.values(walk.tests)) {
    const open = await rowsOf(
      walk,
      `select r.id from result r where r.engagement_id = $1 and r.procedure_id = $2
         and r.outcome in ('DEVIATION', 'UNABLE_TO_TEST') and coalesce(r.explanation_state, '') <> 'APPROVED'
         and not exists (select 1 from exception_deviation d join exception e on e.id = d.exception_id
           where d.result_id = r.id and e.state <> 'WITHDRAWN')`,
      procedureId,
    )
    if (open.length === 0 || roll.chance(0.03)) continue
    const resultIds = open.map(({ id }) => id)
    const raised = { ...told, engagementId, procedureId, kind: 'OPERATING_DEVIATION', resultIds }
    await tries(walk, firm.senior, 'raiseException', raised)
  }
  const controlId = walk.controls['AR-01']
  if (!controlId || roll.chance(0.03)) return
  const expected = `query ($id: ID!) { node(id: $id) { ... on Control { expectedOccurrences(first: 100) { nodes { label state } } } } }`
  const { node } = await firm.senior.gql(expected, { id: controlId })
  const occurrenceLabels = node.expectedOccurrences.nodes
    .filter(({ state }: { state: string }) => state === 'MISSING')
    .map(({ label }: { label: string }) => label)
  if (occurrenceLabels.length === 0) return
  const kind = 'OPERATING_DEVIATION'
  await tries(walk, firm.senior, 'raiseException', { ...told, engagementId, controlId, kind, occurrenceLabels })
}

/** Each draft goes to the client, who answers; or is left where it is. */
export async function answered(walk: Walk): Promise<void> {
  const { firm, client, roll } = walk
  const drafts = await rowsOf(
    walk,
    `select id from exception where engagement_id = $1 and state = 'DRAFT' order by number`,
  )
  const due = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
  for (const { id: exceptionId } of drafts) {
    if (roll.chance(0.02)) continue
    if (!(await changes(walk, firm.manager, 'confirmException', { exceptionId }))) {
      await changes(walk, firm.senior, 'recountException', { exceptionId })
      await changes(walk, firm.manager, 'confirmException', { exceptionId })
    }
    await changes(walk, firm.partner, 'communicateException', { exceptionId }, { responseDueOn: due })
    await tries(walk, client.respondent, 'draftResponse', { exceptionId, ...answer })
    const [response] = await rowsOf(
      walk,
      'select id from management_response where engagement_id = $1 and exception_id = $2',
      exceptionId,
    )
    if (!response) continue
    const { id: responseId } = response
    await changes(walk, client.respondent, 'requestResponseApproval', { responseId })
    await changes(walk, client.admin, 'submitResponse', { responseId })
    await changes(walk, firm.manager, 'acceptResponse', { responseId })
  }
}
