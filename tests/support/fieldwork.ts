import { randomUUID } from 'node:crypto'
import { Engagement } from '../../src/features/engagement/engagement.js'
import { write } from '../../src/kernel/store/work.js'
import type { EngagementState } from '../../src/rules/vocabulary.js'
import type { Person, TestClient, TestFirm, World } from './world.js'

/** The procedure’s plan that tests use where they do not say otherwise. */
const plan = {
  methods: ['INSPECTION'],
  aspects: ['OPERATION'],
  objective: 'Changes are reviewed by another person before they are merged.',
  steps: 'Compare author and reviewer of each sampled change.',
  attributes: [
    { letter: 'A', description: 'The change names a reviewer.' },
    { letter: 'B', description: 'The reviewer is not the author.' },
  ],
}

/** An engagement in fieldwork, with its team at work: invented, like all that is in it. */
export interface Fieldwork {
  engagementId: string
  controlId: string
  firm: TestFirm
  client: TestClient
  /** Plans and starts a procedure; answers its id and version. */
  procedure(changes?: object): Promise<{ id: string; version: number }>
  /** Describes, imports and freezes a population of the control; answers it. */
  frozen(csv: string, columns?: { keyColumn?: string; dateColumn?: string | null }, described?: object): Promise<any>
  /** Describes a population of the control. */
  draft(described?: object): Promise<any>
  /** That a population takes the place of this one, with why, and a paper that shows it. */
  inPlaceOf(populationId: string, supersedesReason?: string): Promise<{ supersedesId: string; restsOnIds: string[] }>
}

export async function fieldwork(
  w: World,
  firm: TestFirm,
  {
    kind = 'SOC2_TYPE_2',
    frequency = 'PER_EVENT',
    nature = 'MANUAL',
    state = 'FIELDWORK' as EngagementState,
    rates = {},
  } = {},
  ofClient?: TestClient,
): Promise<Fieldwork> {
  const client = ofClient ?? (await firm.client(`Kestrel Cloud ${randomUUID().slice(0, 8)}`))
  const time = kind === 'SOC2_TYPE_1' ? { asOf: '2025-12-31' } : { periodStart: '2025-01-01', periodEnd: '2025-12-31' }
  const roles: [Person, string][] = [
    [firm.partner, 'ENGAGEMENT_PARTNER'],
    [firm.reviewer, 'QUALITY_REVIEWER'],
    [firm.manager, 'MANAGER'],
    [firm.senior, 'SENIOR'],
    [firm.staff, 'STAFF'],
  ]
  const made = await firm.manager.does(
    'createEngagement',
    {
      clientId: client.id,
      kind,
      systemName: 'Kestrel Cloud Platform',
      categories: ['SECURITY'],
      ...time,
      team: roles.map(([person, role]) => ({ memberId: person.memberId, role })),
    },
    'engagement { id } team { id member { id } }',
  )
  for (const [person] of roles) {
    const place = made.team.find((one: { member: { id: string } }) => one.member.id === person.memberId)
    const statement = 'I am independent of this client.'
    await person.does('confirmIndependence', { teamMemberId: place.id, expectedVersion: 1, statement })
  }
  const engagementId = made.engagement.id
  const { control } = await firm.senior.does(
    'createControl',
    controlOf(engagementId, { frequency, nature }),
    'control { id version }',
  )
  // What samples are judged by is named before the first list is imported.
  const named = { controlId: control.id, expectedVersion: control.version, ...rates }
  if (Object.keys(rates).length > 0) await firm.senior.does('planSampling', named)
  // The gate to fieldwork has tests of its own; here the act is marked as permitted.
  await write(w.database, null, 'startFieldwork', async (tx) => {
    await tx.enter(firm.id)
    tx.markPermitted(engagementId)
    const engagement = await tx.update(await tx.load(Engagement, engagementId), {
      state,
      fieldworkStartedAt: state === 'PLANNING' ? null : tx.now,
    })
    await tx.appendTrail('startFieldwork', engagement)
  })
  const draft = async (described: object = {}) => {
    const input = { controlId: control.id, ...origin, ...described }
    return (await firm.staff.does('createPopulation', input, 'population { id version }')).population
  }
  let plans = 0
  return {
    engagementId,
    controlId: control.id,
    firm,
    client,
    draft,
    async inPlaceOf(supersedesId, supersedesReason = 'The first list was not whole (invented).') {
      const { id } = await firm.staff.brings(engagementId, {
        name: 'count.txt',
        content: `The count differs. ${randomUUID()}`,
      })
      return { supersedesId, supersedesReason, restsOnIds: [id] }
    },
    async procedure(changes = {}) {
      plans++
      const input = { controlId: control.id, ref: `T${plans}`, ...plan, ...changes }
      const { procedure } = await firm.senior.does('planProcedure', input, 'procedure { id version }')
      const started = await firm.staff.does(
        'startProcedure',
        { procedureId: procedure.id, expectedVersion: procedure.version },
        'procedure { id version }',
      )
      return started.procedure
    },
    async frozen(csv, { keyColumn = 'id', dateColumn = dayColumnOf(csv) } = {}, described = {}) {
      const population = await draft(described)
      const expectsNoRows = csv.trim().split('\n').length === 1
      const input = {
        populationId: population.id,
        expectedVersion: population.version,
        keyColumn,
        dateColumn,
        reading: { expectsNoRows },
      }
      const imported = await importList(firm.staff, engagementId, input, csv)
      if (imported.errors.length > 0) throw new Error(JSON.stringify(imported.errors))
      const fixed = await firm.staff.does(
        'freezePopulation',
        {
          populationId: population.id,
          expectedVersion: imported.population.version,
          completenessCheck: 'Watched the query run; counts agree with the system.',
          accuracyCheck: 'Traced five rows to the system.',
          absenceCheck: imported.population.itemCount === 0 ? 'Asked the owner; the query found nothing.' : null,
        },
        'population { id version state digest itemCount seed }',
      )
      return fixed.population
    },
  }
}

/** The column of the lists of these tests that says a day, where they have it. */
const dayColumnOf = (csv: string): string | null =>
  csv.slice(0, csv.indexOf('\n')).split(',').includes('merged') ? 'merged' : null

export const origin = {
  title: 'Changes merged in 2025',
  sourceSystem: 'Invented forge',
  query: 'merged changes, main branch',
  parameters: '2025-01-01 to 2025-12-31',
  extractedAt: '2026-01-05T09:00:00Z',
  extractedBy: 'Rolf, watched by Stella',
}

/** The input of a control over changes, but for what is given. */
export const controlOf = (engagementId: string, how: object = {}) => ({
  engagementId,
  ref: 'CM-01',
  title: 'Changes are reviewed',
  description: 'Each change is reviewed by another person than its author before it is merged.',
  owner: 'Head of engineering',
  frequency: 'PER_EVENT',
  nature: 'MANUAL',
  type: 'PREVENTIVE',
  area: 'CHANGE',
  isKey: true,
  criteriaCodes: ['CC8.1'],
  ...how,
})

const imported =
  'population { id version itemCount columns reading { encoding separator headerRow dateOrder excelDays } evidence { id fileName sha256 } keyColumn dateColumn state }'

/** Has a person import a list that was brought; answers the payload. */
export const importEvidence = (person: Person, input: Record<string, unknown>): Promise<any> =>
  person.tryTo('importPopulation', input, imported)

/** Has a person bring a list for an engagement, and import it; answers the payload of the import. */
export async function importList(
  person: Person,
  engagementId: string,
  input: Record<string, unknown>,
  content: string | Buffer,
): Promise<any> {
  const { id: evidenceId } = await person.brings(engagementId, { name: 'changes.csv', content })
  return importEvidence(person, { ...input, evidenceId })
}

/** A list of so many invented changes, one a day from the first of January. */
export function changes(count: number, { from = '2025-01-01', days = 365 } = {}): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const day = new Date(Date.parse(from) + (at % days) * 86_400_000).toISOString().slice(0, 10)
    return `C-${at + 1},${day},author ${at % 7},reviewer ${at % 5}`
  })
  return `id,merged,author,reviewer\n${rows.map((row) => `${row}\n`).join('')}`
}
