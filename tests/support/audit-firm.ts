import { fromInside, overHttp, Person, type Selected } from '../../seeds/api.js'
import { assemble } from '../../seeds/assemble.js'
import { freezePopulation } from '../../seeds/fieldwork.js'
import { changeControl } from '../../seeds/invented/controls.js'
import { cast, demoPassword, type Part } from '../../seeds/invented/people.js'
import { inventedChanges } from '../../seeds/invented-changes.js'
import { plan } from '../../seeds/planning.js'
import { planProcedure } from '../../seeds/procedures.js'
import { readConfig } from '../../src/config.js'
import { serviceLog } from '../../src/http/log.js'
import { openService } from '../../src/service.js'

/** What the invented firm has in a database that a test runs service processes on. */
export interface AuditFirm {
  clientId: string
  engagementId: string
  controlId: string
  /** Cells of the sheet of a procedure that is being performed: those that no stream of acts has used yet. */
  cells: { sampleItemId: string; attribute: string }[]
}

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/**
 * Makes the invented firm with an engagement in fieldwork: through the API, by a service inside this process that ends
 * before those under test begin.
 */
export async function auditFirm(settings: Record<string, string>): Promise<AuditFirm> {
  const service = await openService(
    readConfig({ ...settings, FIELDWORK_SEED: 'none' }),
    serviceLog('silent', { write: () => undefined }),
  )
  try {
    const { cast, clientId } = await assemble(service.database, fromInside(service.app))
    // Nothing excluded: the list as it was imported, which an exclusion leaves behind, is swept later.
    const list = { ...(await inventedChanges(2025)), exclusion: null }
    const given = { clientId, control: changeControl.describedPlainly, list }
    const walk = await plan(cast, given, () => undefined)
    const procedureId = await planProcedure(walk, cast.staff, {
      ref: 'CM-01.T',
      control: changeControl.ref,
      methods: ['INSPECTION'],
      aspects: ['OPERATION'],
      objective: 'Whether changes are reviewed.',
      steps: 'Inspected the record of the review of each sampled change.',
      attributes: letters.map((letter) => ({ letter, description: `What ${letter} stands for.` })),
    })
    const populationId = await freezePopulation(walk)
    const { sample } = await cast.staff.does(
      'drawSample',
      { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' },
      'sample { items(first: 100) { nodes { id } } }',
    )
    const cells = sample.items.nodes.flatMap(({ id }: Selected) =>
      letters.map((attribute) => ({ sampleItemId: id, attribute })),
    )
    return {
      clientId,
      engagementId: walk.engagementId,
      controlId: walk.controlIds.get(changeControl.ref) as string,
      cells,
    }
  } finally {
    await service.stop()
  }
}

/** People of the firm at a service, each signed in with their password. */
export async function signedIn<P extends Part>(address: string, ...parts: P[]): Promise<Record<P, Person>> {
  const people = await Promise.all(
    parts.map(async (part) => {
      const { name, email, role } = cast[part]
      const person = new Person(overHttp(address), name, email, role)
      await person.signIn(demoPassword)
      return [part, person] as const
    }),
  )
  return Object.fromEntries(people) as Record<P, Person>
}

/** Has the service verify every trail of the firm, and every row of the engagement. @throws Error when anything does not agree */
export async function verifyTrails(
  { admin, partner }: Record<'admin' | 'partner', Person>,
  firm: AuditFirm,
): Promise<void> {
  const fields = '{ intact entryCount firstBroken { position reason } }'
  const { verifyFirmTrail } = await admin.ask(`{ verifyFirmTrail ${fields} }`)
  const { verifyEngagement } = await partner.ask(
    `query ($id: ID!) { verifyEngagement(engagementId: $id) { trail ${fields} mismatches { nodeType nodeId reason fields } } }`,
    { id: firm.engagementId },
  )
  for (const trail of [verifyFirmTrail, verifyEngagement?.trail]) {
    if (!trail?.intact || trail.entryCount === 0) throw new Error(`A trail is broken: ${JSON.stringify(trail)}`)
  }
  if (verifyEngagement.mismatches.length > 0) {
    throw new Error(`Rows are not what the trail recorded: ${JSON.stringify(verifyEngagement.mismatches)}`)
  }
}
