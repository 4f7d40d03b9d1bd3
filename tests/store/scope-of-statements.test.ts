import { beforeAll, describe, expect, it } from 'vitest'
import { criteriaMapped, criteriaReported, exceptionsReporting } from '../../src/features/control/control.queries.js'
import { Engagement } from '../../src/features/engagement/engagement.js'
import { deviationsOf } from '../../src/features/exception/exception.queries.js'
import { sampledPopulations } from '../../src/features/lifecycle/lifecycle.queries.js'
import { performersOfWork } from '../../src/features/opinion/opinion.queries.js'
import { Population } from '../../src/features/population/population.js'
import * as populationItems from '../../src/features/population/population-item.queries.js'
import { Procedure } from '../../src/features/procedure/procedure.js'
import { hasResults } from '../../src/features/procedure/procedure.queries.js'
import { Result } from '../../src/features/sample/result.js'
import { itemsToRecord, saveCorrections } from '../../src/features/sample/result.queries.js'
import { Sample } from '../../src/features/sample/sample.js'
import * as samples from '../../src/features/sample/sample.queries.js'
import { SampleItem } from '../../src/features/sample/sample-item.js'
import { countFindings, evidenceOfProcedures, itemsWithResults } from '../../src/features/signing/signing.queries.js'
import { type EngagementScope, scopeOf } from '../../src/kernel/store/scope.js'
import { type Tx, type WriteTx, write } from '../../src/kernel/store/work.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

// Two engagements of one firm, of whose teams the same people are: what keeps them apart here is the scope alone.
const w = await world()
const a = await w.firm('Alder')
const [own, other] = [await fieldwork(w, a), await fieldwork(w, a)]

beforeAll(async () => {
  for (const work of [own, other]) {
    const { id: procedureId } = await work.procedure()
    const { id: populationId } = await work.frozen(`${changes(30)}Ä-1,2025-01-01,author 1,reviewer 2\n`)
    const draw = { basis: 'JUDGMENT', size: 3, sizeReason: 'A rehearsal.', method: 'RANDOM' }
    const { sample } = await a.staff.does(
      'drawSample',
      { procedureId, populationId, ...draw },
      'sample { items(first: 3) { nodes { id } } }',
    )
    const results = ['A', 'B'].map((attribute) => ({
      sampleItemId: sample.items.nodes[0].id,
      attribute,
      outcome: 'DEVIATION',
      note: 'No reviewer is named.',
    }))
    await a.staff.does('recordResults', { procedureId, results }, 'results { id }')
    const evidence = await a.staff.brings(work.engagementId, { name: 'changes.csv', content: 'id\nC-1\n' })
    await a.staff.does('linkEvidence', { evidenceId: evidence.id, nodeId: procedureId })
  }
  // As where no item was left to stand in for it.
  await w.owner.query("update sample_item set outcome = 'NOT_APPLICABLE' where position = 2")
})

/** The rows of one engagement, which statements are asked about. */
interface Rows {
  population: Population
  procedure: Procedure
  sample: Sample
  result: Result
  item: SampleItem
}

async function rowsOf(tx: Tx, { engagementId }: Fieldwork): Promise<Rows> {
  const [population, procedure, sample, result, item] = await Promise.all([
    tx.one(Population, { engagementId }),
    tx.one(Procedure, { engagementId }),
    tx.one(Sample, { engagementId }),
    tx.find(Result, { engagementId }, { whole: true }),
    tx.find(SampleItem, { engagementId }, { order: { position: 'asc' } }),
  ])
  return { population, procedure, sample, result: result[0], item: item[0] } as Rows
}

type Asked = (scope: EngagementScope<WriteTx>, rows: Rows) => Promise<unknown>

const rank = { seed: 'one', limit: 5, offset: 0 }
/** Each statement on ids or rows that are handed to it beside the scope. */
const reads: Record<string, Asked> = {
  itemsBetween: (scope, { population }) => populationItems.itemsBetween(scope, population, 1, 5),
  itemsAt: (scope, { population }) => populationItems.itemsAt(scope, population, [1, 2]),
  itemsWithKeys: (scope, { population }) => populationItems.itemsWithKeys(scope, population, ['C-1']),
  itemsWithComposedKeys: (scope, { population }) => populationItems.itemsWithComposedKeys(scope, population, ['Ä-1']),
  keysBetween: (scope, { population }) => populationItems.keysBetween(scope, population, 1, 5, 1),
  placesByRank: (scope, { population }) => populationItems.placesByRank(scope, population, rank),
  hasResults: async (scope, { procedure }) => ((await hasResults(scope, procedure)) ? ['some'] : []),
  performersOf: async (scope, { procedure }) => (await samples.performersOf(scope, [procedure.id])).flat(),
  countItems: async (scope, { sample }) =>
    (await samples.countItems(scope, [sample.id])).filter(({ outstanding, tested }) => outstanding + tested > 0),
  drawnKeys: async (scope, { sample }) => [...(await samples.drawnKeys(scope, [sample]))],
  placesInSample: async (scope, { sample }) => [
    ...(await samples.placesInSample(
      scope,
      sample,
      Array.from({ length: 31 }, (_, at) => at + 1),
    )),
  ],
  itemsToReplace: (scope, { sample }) => samples.itemsToReplace(scope, sample, 5),
  deviationsOf: (scope, { procedure }) => deviationsOf(scope, procedure.id),
  countFindings: (scope, { procedure }) => countFindings(scope, [procedure.id], []),
  evidenceOfProcedures: (scope, { procedure }) => evidenceOfProcedures(scope, [procedure]),
  itemsWithResults: (scope, { sample }) => itemsWithResults(scope, [sample]),
}

/** Asks with a scope of one engagement and with rows of one, and takes back what was written. */
async function asked<T>(
  scoped: Fieldwork,
  rows: Fieldwork,
  act: (...all: Parameters<Asked>) => Promise<T>,
): Promise<T> {
  let answer: T | undefined
  const undone = new Error('taken back')
  await write(w.database, a.staff.claims, 'test', async (tx) => {
    const scope = scopeOf(tx, await tx.load(Engagement, scoped.engagementId))
    answer = await act(scope, await rowsOf(tx, rows))
    throw undone
  }).catch((error: unknown) => {
    if (error !== undone) throw error
  })
  return answer as T
}

describe('a statement with the scope of one engagement', () => {
  it.each(Object.entries(reads))('%s reads its own rows, and none of another by their ids', async (_, read) => {
    expect(await asked(own, own, read)).not.toEqual([])
    expect(await asked(own, other, read)).toEqual([])
  })

  it('itemsToRecord, of the firm, reads items of the engagement of the procedure that it is given alone', async () => {
    const itemsFor = (work: Fieldwork) =>
      asked(other, other, async (scope, { item }) =>
        itemsToRecord(scope, (await rowsOf(scope.tx, work)).procedure.id, [item.id]),
      )
    expect(await itemsFor(other)).toHaveLength(1)
    expect(await itemsFor(own)).toEqual([])
  })

  const writes: Record<string, Asked> = {
    saveOutcomes: (scope, { item }) => samples.saveOutcomes(scope, [{ item, outcome: 'UNABLE_TO_TEST' }]),
    saveCorrections: (scope, { result }) =>
      saveCorrections(scope, [
        {
          before: result,
          said: { ...result, outcome: 'DEVIATION', note: 'Another.', correctedFrom: null },
        },
      ]),
  }
  it.each(Object.entries(writes))('%s changes its own rows, and none of another by their ids', async (_, save) => {
    const changed = (scoped: Fieldwork) =>
      asked(scoped, other, async (scope, rows) => {
        const before = await versions(scope.tx)
        await save(scope, rows)
        return (await versions(scope.tx)) - before
      })
    expect(await changed(other)).toBe(1)
    expect(await changed(own)).toBe(0)
  })

  it('answers of its engagements alone where nothing else is said', async () => {
    const [mapped, reported, populations, workers, numbers] = await asked(own, other, async (scope) =>
      Promise.all([
        criteriaMapped(scope),
        criteriaReported(scope),
        sampledPopulations(scope),
        performersOfWork(scope),
        exceptionsReporting(scope, ['CC8.1']),
      ]),
    )
    expect(mapped).toHaveLength(1)
    expect([reported, numbers]).toEqual([[[]], []])
    expect(populations.map((of) => of.map(({ controlId }) => controlId))).toEqual([[own.controlId]])
    expect(workers).toHaveLength(1)
  })
})

/** How often items of samples and results were written. */
async function versions(tx: WriteTx): Promise<number> {
  const [found] = await tx.query<{ n: number }>(
    `select (select sum(version) from sample_item where firm_id = $1)::int
       + (select sum(version) from result where firm_id = $1)::int as n`,
    [a.id],
  )
  return found?.n ?? 0
}
