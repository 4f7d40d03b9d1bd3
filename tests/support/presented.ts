import type { Person, TestFirm } from './world.js'

// What the description of an invented system presents beside the controls.

export const commitment = {
  ref: 'SC-01',
  kind: 'SERVICE_COMMITMENT',
  text: 'Changes are reviewed before they reach users.',
  criteriaCodes: ['CC8.1'],
}
export const hosting = { name: 'Harbour Hosting', service: 'hosting of servers', method: 'CARVE_OUT' }
export const printing = { name: 'Papermill Print', service: 'printing of statements', method: 'INCLUSIVE' }
export const expected = {
  ref: 'CSOC-01',
  kind: 'CSOC',
  text: 'Entry to the halls is restricted.',
  criteriaCodes: ['CC6.1'],
}
export const assumed = {
  ref: 'CUEC-01',
  kind: 'CUEC',
  text: 'User entities remove the accounts of their own leavers.',
  criteriaCodes: ['CC6.2'],
}

type Recorded = { id: string; version: number }

/** Records an organization. */
export async function organization(by: Person, engagementId: string, given: object = hosting): Promise<Recorded> {
  const input = { engagementId, ...given }
  const made = await by.does('recordSubserviceOrganization', input, 'subserviceOrganization { id version }')
  return made.subserviceOrganization
}

/** Records a control that is expected of an organization. */
export async function csoc(by: Person, engagementId: string, id: string, given: object = {}): Promise<Recorded> {
  const input = { engagementId, ...expected, subserviceOrganizationId: id, ...given }
  return (await by.does('recordComplementaryControl', input, 'complementaryControl { id version }'))
    .complementaryControl
}

/** One of everything: a commitment, a carved-out and an included organization, a control expected of the first, a review of its report. */
export async function present(firm: TestFirm, engagementId: string): Promise<{ carvedOut: string; included: string }> {
  const { senior } = firm
  await senior.does('recordServiceCommitment', { engagementId, ...commitment })
  const { id: carvedOut } = await organization(senior, engagementId)
  const { id: included } = await organization(senior, engagementId, printing)
  await csoc(senior, engagementId, carvedOut)
  const none = { reportKind: 'NONE', evaluation: 'The halls were visited, invented.' }
  await senior.does('recordSubserviceReview', { subserviceOrganizationId: carvedOut, ...none })
  return { carvedOut, included }
}
