import { pdfOf } from './files/pdf.js'
import { daysLater } from './invented/days.js'
import { host, presented } from './invented/organization.js'
import { controlIdOf, daysFromNow, plural, type Walk } from './walk.js'

/** What the description presents beside the controls: commitments, the cloud provider that is carved out, and what is assumed of others. */
export async function recordPresented(walk: Walk): Promise<void> {
  const { cast, engagementId, tell } = walk
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
    const controlIds = complements.map((ref) => controlIdOf(walk, ref))
    const of = assumed.kind === 'CSOC' ? { subserviceOrganizationId } : {}
    const criteriaCodes = [...assumed.criteriaCodes]
    await senior.does('recordComplementaryControl', { engagementId, ...assumed, criteriaCodes, controlIds, ...of })
  }
  await reviewReport(walk, subserviceOrganizationId)
  tell(
    `${senior.name} records ${plural(presented.commitments.length, 'service commitment or system requirement', 'service commitments and system requirements')}, carves out ${host.name}, and records what is assumed of it and of user entities; ${manager.name} reviews its report.`,
  )
}

async function reviewReport(walk: Walk, subserviceOrganizationId: string): Promise<void> {
  const { manager } = walk.cast
  const { start: coversFrom, end: coversTo } = walk.list.period
  const file = await pdfOf({
    name: 'report-of-the-host',
    from: host.name,
    title: 'SOC 2 Type 2 report, opinion and user entity controls (extract)',
    datedOn: [daysLater(coversTo, 40), daysFromNow(0)].sort()[0] as string,
    paragraphs: [
      `Period: ${coversFrom} to ${coversTo}. Opinion: unqualified. No exceptions noted.`,
      ...host.userControls.map(({ text }) => `Expected of user entities: ${text}`),
    ],
  })
  const said = { origin: 'TAKEN_BY_AUDITOR', source: `${host.name}, from its portal`, coversFrom, coversTo }
  const report = await manager.brings(walk.engagementId, file, said)
  await manager.does('recordSubserviceReview', {
    subserviceOrganizationId,
    reportKind: 'SOC2_TYPE_2',
    coversFrom,
    coversTo,
    opinion: 'UNQUALIFIED',
    userControls: host.userControls.map(({ text, controls }) => ({
      text,
      controlIds: controls.map((ref) => controlIdOf(walk, ref)),
    })),
    evaluation: host.evaluation,
    restsOnIds: [report],
  })
}
