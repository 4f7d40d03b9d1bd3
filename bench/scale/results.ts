import { asOwner } from '../place.js'
import { freshControl, importWhole, listOf, origin, provenance, testOf } from './populations.js'
import { assertEqual, type Desk, figure, quantile, type Stage, seniorAt, type Table, timed } from './stage.js'

/** So many results in one call, so many calls. */
export interface BulkPlan {
  entries: number
  calls: number
}

/** How many results a second one person records, by how many go into one call. */
export async function measureBulkResults(stage: Stage, plans: readonly BulkPlan[]): Promise<Table> {
  const size = plans.reduce((sum, { entries, calls }) => sum + entries * calls, 0)
  const desk = stage.desks[0] as Desk
  const { procedureId, sampleItemIds } = await openSheet(stage, desk, size)
  const senior = seniorAt(stage, desk)
  const rows: string[][] = []
  let next = 0
  for (const { entries, calls } of plans) {
    const took: number[] = []
    for (let call = 0; call < calls; call += 1, next += entries) {
      const results = sampleItemIds
        .slice(next, next + entries)
        .map((sampleItemId) => ({ sampleItemId, attribute: 'A', outcome: 'NO_DEVIATION' }))
      const { done, seconds } = await timed(() =>
        senior.does('recordResults', { procedureId, results }, 'sample { testedCount } results { id }'),
      )
      assertEqual(entries, done.results.length, 'results answered')
      assertEqual(next + entries, done.sample.testedCount, 'items tested')
      took.push(seconds)
    }
    const rate = (entries * calls) / took.reduce((sum, seconds) => sum + seconds, 0)
    rows.push([String(entries), String(calls), figure(rate), figure(quantile(took, 0.5) * 1000)])
  }
  return { title: 'Results in bulk', columns: ['results in a call', 'calls', 'results/s', 'p50 of a call, ms'], rows }
}

/** A procedure under way with a sample of that size. */
async function openSheet(stage: Stage, desk: Desk, size: number) {
  const senior = seniorAt(stage, desk)
  const controlId = await freshControl(senior, desk.engagementId, 'BENCH-R')
  const { population } = await senior.does('createPopulation', origin(controlId), 'population { id version }')
  const file = { name: 'changes.csv', content: listOf(size) }
  const evidenceId = await senior.brings(desk.engagementId, file, provenance)
  const list = { evidenceId, keyColumn: 'key', dateColumn: 'closed_on' }
  const imported = await importWhole(senior, population, list)
  await senior.does('freezePopulation', {
    populationId: population.id,
    expectedVersion: imported.version,
    completenessCheck: 'Counted against the source.',
    accuracyCheck: 'Ten traced to their tickets.',
  })
  const { procedure } = await senior.does('planProcedure', testOf(controlId, 'B-1'), 'procedure { id version }')
  const { id: procedureId, version } = procedure
  await senior.does('startProcedure', { procedureId, expectedVersion: version })
  const { sample } = await senior.does(
    'drawSample',
    {
      procedureId,
      populationId: population.id,
      basis: 'JUDGMENT',
      method: 'ENTIRE_POPULATION',
      sizeReason: 'For measuring.',
    },
    'sample { id }',
  )
  const { rows } = await asOwner(stage.place.ownerUrl, (owner) =>
    owner.query<{ id: string }>(
      'select id from fieldwork.sample_item where firm_id = $1 and sample_id = $2 order by position',
      [desk.firmId, sample.id],
    ),
  )
  assertEqual(size, rows.length, 'items drawn')
  return { procedureId: procedureId as string, sampleItemIds: rows.map(({ id }) => id) }
}
