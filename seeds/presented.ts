import { host, presented } from './invented.js'
import type { Walk } from './walk.js'

/** What the description presents beside the controls: commitments, the cloud provider that is carved out, and what is assumed of others. */
export async function recordPresented(walk: Walk): Promise<void> {
  const { cast, engagementId, controlIds, list, tell } = walk
  const { senior, manager } = cast
  for (const { criteriaCodes, ...commitment } of presented.commitments) {
    await senior.does('recordServiceCommitment', { engagementId, ...commitment, criteriaCodes: [...criteriaCodes] })
  }
  const made = await senior.does(
    'recordSubserviceOrganization',
    { engagementId, name: host.name, service: host.service, method: 'CARVE_OUT' },
    'subserviceOrganization { id }',
  )
  const { id: subserviceOrganizationId } = made.subserviceOrganization
  for (const { complements, ...assumed } of presented.complementary) {
    const ids = complements.map((ref) => controlIds.get(ref))
    const of = assumed.kind === 'CSOC' ? { subserviceOrganizationId } : {}
    const criteriaCodes = [...assumed.criteriaCodes]
    await senior.does('recordComplementaryControl', { engagementId, ...assumed, criteriaCodes, controlIds: ids, ...of })
  }
  const content = Buffer.from(
    `${host.name}\nSOC 2 Type 2, ${list.period.start} to ${list.period.end}\nUnqualified. Invented.\n`,
  )
  const source = `${host.name}, from its portal`
  const report = await manager.brings(
    engagementId,
    { name: 'report-of-the-host.txt', content },
    { origin: 'TAKEN_BY_AUDITOR', source, coversFrom: list.period.start, coversTo: list.period.end },
  )
  await manager.does('recordSubserviceReview', {
    subserviceOrganizationId,
    reportKind: 'SOC2_TYPE_2',
    coversFrom: list.period.start,
    coversTo: list.period.end,
    opinion: 'UNQUALIFIED',
    userControls: [{ text: host.expects, controlIds: [controlIds.get('AC-01')] }],
    evaluation: host.evaluation,
    restsOnIds: [report],
  })
  tell(
    `${senior.name} records ${presented.commitments.length} service commitments and what is assumed of ${host.name} and of user entities; ${manager.name} reviews the report of the host.`,
  )
}
