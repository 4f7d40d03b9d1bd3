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

/** Why, and the papers that the reason rests on: needed of the engagement partner once fieldwork began. */
interface Why {
  reason: string
  restsOnIds: string[]
}

/**
 * One of everything: a commitment, a carved-out and an included organization, a control expected of the first, a review of its report; by
 * the senior in planning, by the partner where it is said why.
 */
export async function present(
  firm: TestFirm,
  engagementId: string,
  why?: Why,
): Promise<{ carvedOut: string; included: string }> {
  const by = why ? firm.partner : firm.senior
  await by.does('recordServiceCommitment', { engagementId, ...commitment })
  const { id: carvedOut } = await organization(by, engagementId, { ...hosting, ...why })
  const { id: included } = await organization(by, engagementId, { ...printing, ...why })
  await csoc(by, engagementId, carvedOut, why)
  const none = { reportKind: 'NONE', evaluation: 'The halls were visited, invented.' }
  await by.does('recordSubserviceReview', { subserviceOrganizationId: carvedOut, ...none })
  return { carvedOut, included }
}
