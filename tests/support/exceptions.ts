import { changes, type Fieldwork, fieldwork } from './fieldwork.js'
import type { TestClient, TestFirm, World } from './world.js'

/** A finished test of five changes: all attributes of C-1 and C-4 pass, three items deviate. All through the API. */
export interface Tested extends Fieldwork {
  procedureId: string
  /** Item key and attribute letter -> the result, e.g. `results['C-2 A']`. */
  results: Record<string, { id: string; version: number }>
  /** What an exception on these results says, ready for `raiseException`. */
  matter: Record<string, unknown>
  /** Records a result anew. */
  correct(place: string, outcome: string): Promise<void>
  /** Proposes that a deviation is none, the control having operated. */
  explain(place: string): Promise<void>
  /** The same, and the partner agrees. */
  explainAway(place: string): Promise<void>
}

/** C-2 lacks attribute A, C-3 both; for C-5 evidence of A is missing and nothing was done instead. */
const outcomes: Readonly<Record<string, string>> = {
  'C-1 A': 'NO_DEVIATION',
  'C-1 B': 'NO_DEVIATION',
  'C-2 A': 'DEVIATION',
  'C-2 B': 'NO_DEVIATION',
  'C-3 A': 'DEVIATION',
  'C-3 B': 'DEVIATION',
  'C-4 A': 'NO_DEVIATION',
  'C-4 B': 'NO_DEVIATION',
  'C-5 A': 'UNABLE_TO_TEST',
  'C-5 B': 'NO_DEVIATION',
}

export const matter = {
  category: 'OPERATING_INEFFECTIVENESS',
  cause: 'HUMAN_ERROR',
  title: 'Changes merged without review',
  condition: 'The changes were merged without a review by another person',
  failedFrom: '2025-01-02',
  failedTo: '2025-01-05',
  failurePeriodBasis: 'WP 4.3: the log of the forge shows from when to when the protection was off',
  potentialImpact: 'Unreviewed code may reach production',
  causeNote: 'The branch protection was off during a migration',
  evidenceNote: 'WP 4.2, review records of the sampled changes',
}

/** Who records: the staff auditor, whose procedure it is. */
export async function tested(
  w: World,
  firm: TestFirm,
  options: Parameters<typeof fieldwork>[2] = {},
  client?: TestClient,
): Promise<Tested> {
  const work = await fieldwork(w, firm, options, client)
  return test(work, firm)
}

async function test(work: Fieldwork, { staff, partner }: TestFirm): Promise<Tested> {
  const procedure = await work.procedure()
  const population = await work.frozen(changes(5), { dateColumn: 'merged' })
  const { sample } = await staff.does(
    'drawSample',
    {
      procedureId: procedure.id,
      populationId: population.id,
      basis: 'JUDGMENT',
      method: 'ENTIRE_POPULATION',
      sizeReason: 'There are five.',
    },
    'sample { items(first: 10) { nodes { id itemKey } } }',
  )
  const items = new Map<string, string>(
    sample.items.nodes.map((item: { id: string; itemKey: string }) => [item.itemKey, item.id]),
  )
  const entries = Object.entries(outcomes).map(([place, outcome]) => {
    const [key, attribute] = place.split(' ') as [string, string]
    return {
      sampleItemId: items.get(key),
      attribute,
      outcome,
      note: outcome === 'NO_DEVIATION' ? null : 'As seen (invented).',
    }
  })
  const selection = 'results { id version sampleItem { itemKey } attribute { letter } }'
  const recorded = await staff.does('recordResults', { procedureId: procedure.id, results: entries }, selection)
  const results: Tested['results'] = {}
  for (const { id, version, sampleItem, attribute } of recorded.results) {
    results[`${sampleItem.itemKey} ${attribute.letter}`] = { id, version }
  }
  const explain = async (place: string) => {
    const { id: resultId, version: expectedVersion } = results[place] as { id: string; version: number }
    const why = {
      kind: 'CONTROL_OPERATED',
      reason: 'It was reviewed.',
      alternativeProcedure: 'Read the mail of that day.',
    }
    const { result } = await staff.does(
      'explainDeviation',
      { resultId, expectedVersion, ...why },
      'result { id version }',
    )
    results[place] = result
  }
  return {
    ...work,
    procedureId: procedure.id,
    results,
    explain,
    async explainAway(place) {
      await explain(place)
      const { id: resultId, version: expectedVersion } = results[place] as { id: string; version: number }
      const decision = { resultId, expectedVersion, approve: true }
      results[place] = (await partner.does('decideExplanation', decision, 'result { id version }')).result
    },
    matter: {
      ...matter,
      engagementId: work.engagementId,
      procedureId: procedure.id,
      kind: 'OPERATING_DEVIATION',
      resultIds: ['C-2 A', 'C-3 A', 'C-3 B', 'C-5 A'].map((place) => results[place]?.id),
    },
    async correct(place, outcome) {
      const [key, attribute] = place.split(' ') as [string, string]
      const { result } = await staff.does(
        'recordResult',
        {
          sampleItemId: items.get(key),
          attribute,
          outcome,
          note: 'Corrected.',
          expectedVersion: results[place]?.version,
        },
        'result { id version }',
      )
      results[place] = result
    },
  }
}
