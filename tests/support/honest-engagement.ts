import { confirms, plan } from './engagements.js'
import { controlOf, importList, origin } from './fieldwork.js'
import { walkthrough } from './tested-items.js'
import type { Person, TestClient, TestFirm } from './world.js'

/** How a control of the small firm’s engagement is tested. */
export type Tested =
  | { by: 'INSPECTION_AND_INQUIRY' }
  | { by: 'ONE_ITEM'; relies: string }
  | { by: 'REGISTER'; lastOccurrenceOn?: string }
  | { by: 'LIST'; count: number; deviating?: number }

export interface HonestControl {
  ref: string
  criteriaCodes: string[]
  frequency: string
  nature: string
  tested: Tested
}

const common = [5, 3, 4, 2, 3, 8, 5, 1, 2].flatMap((count, at) =>
  Array.from({ length: count }, (_, n) => `CC${at + 1}.${n + 1}`),
)
const many = (count: number, prefix: string, of: (at: number) => Omit<HonestControl, 'ref' | 'criteriaCodes'>) =>
  Array.from({ length: count }, (_, at) => ({
    ref: `${prefix}-${String(at + 1).padStart(2, '0')}`,
    criteriaCodes: [common[at % common.length] as string],
    ...of(at),
  }))

/** The list that the client extracts of a per-event control with items to test. */
const events = [6, 4, 12, 3, 0, 9, 2, 5]

/** Sixty controls: thirty-five without a population, the others as small service organizations have them. */
export const honestControls: readonly HonestControl[] = [
  // The general control first: what is automated relies on it.
  ...many(8, 'EV', (at) => ({
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    tested: { by: 'LIST', count: events[at] as number, deviating: at === 2 ? 1 : 0 },
  })),
  ...many(35, 'GV', () => ({
    frequency: 'CONTINUOUS',
    nature: 'MANUAL',
    tested: { by: 'INSPECTION_AND_INQUIRY' },
  })),
  ...many(9, 'AU', () => ({
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    tested: { by: 'ONE_ITEM', relies: 'EV-01' },
  })),
  ...many(8, 'PE', (at) => ({
    frequency: ['MONTHLY', 'MONTHLY', 'WEEKLY', 'QUARTERLY', 'QUARTERLY', 'MONTHLY', 'ANNUAL', 'ANNUAL'][at] as string,
    nature: 'MANUAL',
    // What is done once a year was last done in June: it fell not due in these three months.
    tested: { by: 'REGISTER', ...(at > 5 ? { lastOccurrenceOn: '2025-06-16' } : {}) },
  })),
]

/** A three-month Type 2 by two people and a quality reviewer from outside, through the API. All of it is invented. */
export async function honestEngagement(firm: TestFirm, client: TestClient) {
  const { partner, manager, reviewer } = firm
  const team = [
    [partner, 'ENGAGEMENT_PARTNER'],
    [manager, 'MANAGER'],
    [reviewer, 'QUALITY_REVIEWER'],
  ] as const
  const { engagement } = await manager.does(
    'createEngagement',
    {
      ...plan,
      clientId: client.id,
      periodStart: '2025-10-01',
      periodEnd: '2025-12-31',
      team: team.map(([{ memberId }, role]) => ({ memberId, role })),
    },
    'engagement { id }',
  )
  await confirms(partner, manager, reviewer)
  const engagementId: string = engagement.id
  const ids = new Map<string, string>()

  const version = async (id: string): Promise<number> =>
    (await manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
  const change = async (
    by: Person,
    mutation: string,
    idName: string,
    id: string,
    input: object = {},
    answer?: string,
  ) => by.does(mutation, { [idName]: id, expectedVersion: await version(id), ...input }, answer)

  async function planned({ ref, criteriaCodes, frequency, nature, tested }: HonestControl): Promise<void> {
    const how = { ref, title: `Control ${ref}`, criteriaCodes, frequency, nature, area: 'OTHER', isKey: false }
    const { control } = await manager.does('createControl', controlOf(engagementId, how), 'control { id version }')
    ids.set(ref, control.id)
    const at = { controlId: control.id, expectedVersion: control.version }
    if (tested.by === 'INSPECTION_AND_INQUIRY') {
      const reason = 'A policy in force all the time; no occasion of it is listed.'
      const { mark } = await manager.does('markControlWithoutPopulation', { ...at, reason }, 'mark { id version }')
      await partner.does('approveControlWithoutPopulation', { markId: mark.id, expectedVersion: mark.version })
    }
    if (tested.by === 'ONE_ITEM') {
      await manager.does('recordControlReliance', { ...at, reliesOnIds: [ids.get(tested.relies)] })
    }
    if (tested.by === 'REGISTER' && tested.lastOccurrenceOn) {
      const { lastOccurrenceOn } = tested
      const minutes = { name: 'minutes.txt', content: `${ref} was done on ${lastOccurrenceOn} (invented).` }
      const { id: minutesId } = await manager.brings(engagementId, minutes)
      await manager.does('changeControlCycle', { ...at, lastOccurrenceOn, restsOnIds: [minutesId] })
    }
  }

  async function started(controlId: string, ref: string, how: object): Promise<string> {
    const { procedure } = await manager.does(
      'planProcedure',
      {
        controlId,
        ref,
        methods: ['INSPECTION'],
        aspects: ['OPERATION'],
        objective: 'Whether the control operates as described.',
        steps: 'Inspected what the control leaves behind.',
        attributes: [],
        ...how,
      },
      'procedure { id version }',
    )
    const { id: procedureId, version: expectedVersion } = procedure
    await manager.does('startProcedure', { procedureId, expectedVersion })
    return procedureId
  }

  /** The manager prepares, the partner reviews. */
  async function signed(procedureId: string, outcome: string): Promise<void> {
    const personsAsked = 'Head of operations'
    await change(manager, 'prepareProcedure', 'procedureId', procedureId, {
      outcome,
      outcomeNote: 'As recorded in the working paper.',
      personsAsked,
    })
    await change(partner, 'reviewProcedure', 'procedureId', procedureId)
  }

  async function frozen(controlId: string, rows: readonly string[]): Promise<string> {
    const { population } = await manager.does(
      'createPopulation',
      { controlId, ...origin, title: 'What happened from October to December', parameters: '2025-10-01 to 2025-12-31' },
      'population { id version }',
    )
    const { id: populationId, version: expectedVersion } = population
    const columns = { keyColumn: 'id', dateColumn: 'day', reading: { expectsNoRows: rows.length === 0 } }
    const content = `id,day\n${rows.map((row) => `${row}\n`).join('')}`
    const { errors } = await importList(manager, engagementId, { populationId, expectedVersion, ...columns }, content)
    if (errors.length > 0) throw new Error(JSON.stringify(errors))
    await change(manager, 'freezePopulation', 'populationId', populationId, {
      completenessCheck: 'Watched the query run; counts agree with the system.',
      accuracyCheck: 'Traced each row to the system.',
      absenceCheck: rows.length === 0 ? 'Asked the head of operations; the query found nothing.' : null,
    })
    return populationId
  }

  /** The rows of a control’s list: of a periodic one, what the period asks for. */
  async function rowsOf({ ref, tested }: HonestControl): Promise<string[]> {
    if (tested.by === 'ONE_ITEM') return [`${ref}-run,2025-11-03`]
    if (tested.by === 'LIST') {
      return Array.from({ length: tested.count }, (_, at) => {
        const day = new Date(Date.UTC(2025, 9, 2 + at * 6)).toISOString().slice(0, 10)
        return `${ref}-${at + 1},${day}`
      })
    }
    const asked = `query ($id: ID!) { node(id: $id) { ... on Control { expectedOccurrences(first: 100) { nodes { label dueOn } } } } }`
    const { nodes } = (await manager.gql(asked, { id: ids.get(ref) })).node.expectedOccurrences
    return nodes.map(({ label, dueOn }: { label: string; dueOn: string }) => `${ref}-${label},${dueOn}`)
  }

  async function testedByItems(
    control: HonestControl,
    controlId: string,
  ): Promise<{ outcome: string; papers: string[] }> {
    const attributes = [{ letter: 'A', description: 'What the control says was done.' }]
    const procedureId = await started(controlId, `${control.ref}.T1`, { attributes })
    const rows = await rowsOf(control)
    const populationId = await frozen(controlId, rows)
    if (rows.length === 0) {
      await signed(procedureId, 'NOT_OPERATED')
      return { outcome: 'NOT_OPERATED', papers: [] }
    }
    const isOne = control.tested.by === 'ONE_ITEM'
    const { sample } = await manager.does(
      'drawSample',
      {
        procedureId,
        populationId,
        basis: isOne ? 'AUTOMATED_ONE' : 'FREQUENCY_TABLE',
        method: isOne ? 'RANDOM' : 'ENTIRE_POPULATION',
        sizeReason: isOne ? null : 'There are few: all of them.',
      },
      'sample { items(first: 100) { nodes { id } } }',
    )
    const deviating = control.tested.by === 'LIST' ? (control.tested.deviating ?? 0) : 0
    const results = sample.items.nodes.map(({ id: sampleItemId }: { id: string }, at: number) => ({
      sampleItemId,
      attribute: 'A',
      ...(at < deviating
        ? { outcome: 'DEVIATION', note: 'No record was in the folder.' }
        : { outcome: 'NO_DEVIATION' }),
    }))
    const recorded = await manager.does('recordResults', { procedureId, results }, 'results { id outcome }')
    for (const { id, outcome } of recorded.results) {
      if (outcome !== 'DEVIATION') continue
      // The record lay in another folder, with its date: the control did operate.
      const evidence = await manager.brings(engagementId, { name: 'record.txt', content: 'The invented record.' })
      await manager.does('linkEvidence', { evidenceId: evidence.id, nodeId: id })
      const reason = 'The record lies in the folder of November.'
      await change(manager, 'explainDeviation', 'resultId', id, { kind: 'CONTROL_OPERATED', reason })
      await change(partner, 'decideExplanation', 'resultId', id, { approve: true, note: 'Read: it is dated when due.' })
    }
    await signed(procedureId, 'NO_EXCEPTIONS')
    return { outcome: 'EFFECTIVE', papers: [procedureId] }
  }

  return {
    engagementId,
    change,
    async plan(): Promise<void> {
      for (const control of honestControls) await planned(control)
      const reason = 'The contracts with suppliers were read; none performs a control, invented.'
      await change(manager, 'stateNoSubserviceOrganizations', 'engagementId', engagementId, { reason })
    },
    /** Tests a control and concludes on it: the manager performs, the partner reviews and concludes. */
    async test(control: HonestControl): Promise<void> {
      const controlId = ids.get(control.ref) as string
      const design = await started(controlId, `${control.ref}.D`, { aspects: ['DESIGN', 'IMPLEMENTATION'] })
      await manager.does('recordWalkthrough', { procedureId: design, ...walkthrough, performedOn: '2025-11-04' })
      await signed(design, 'NO_EXCEPTIONS')
      let operation = 'EFFECTIVE'
      if (control.tested.by === 'INSPECTION_AND_INQUIRY') {
        const procedureId = await started(controlId, `${control.ref}.T1`, { methods: ['INSPECTION', 'INQUIRY'] })
        await signed(procedureId, 'NO_EXCEPTIONS')
      } else {
        operation = (await testedByItems(control, controlId)).outcome
      }
      await change(partner, 'concludeControl', 'controlId', controlId, { design: 'SUITABLE', operation })
    },
    async document(kind: string, datedOn: string): Promise<void> {
      const { id: evidenceId } = await manager.brings(engagementId, { name: `${kind}.txt`, content: `The ${kind}.` })
      const obtainedFrom = 'Carla, Head of Operations'
      await manager.does('recordEngagementDocument', { engagementId, kind, datedOn, obtainedFrom, evidenceId })
    },
    async described(): Promise<void> {
      for (const criterion of ['DC1', 'DC2', 'DC3', 'DC4', 'DC5', 'DC6', 'DC7', 'DC8', 'DC9']) {
        await client.admin.does('writeDescriptionSection', {
          engagementId,
          criterion,
          text: `An invented ${criterion}.`,
        })
      }
    },
  }
}
