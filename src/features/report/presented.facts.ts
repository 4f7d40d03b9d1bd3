import type { Whole } from '../../kernel/store/row.js'
import { isIncluded, isVendor } from '../../rules/complementary.js'
import type { ReportFacts } from '../../rules/report.js'
import type { ComplementaryControl } from '../complementary/complementary-control.js'
import type { Presented } from '../complementary/presented.js'
import type { Control } from '../control/control.js'
import type { EngagementDocument } from '../document/engagement-document.js'

/**
 * What the report says of what the description presents beside the controls: nothing of vendors, nor of what was retired.
 * @param assertions of included organizations, by number: of each the one recorded last counts
 */
export function presentedFacts(
  { commitments, organizations, complementary }: Presented,
  controls: readonly Control[],
  assertions: readonly Whole<EngagementDocument>[],
): Pick<ReportFacts, 'commitments' | 'userEntityControls' | 'subserviceOrganizations'> {
  const told = ({ ref, text, criteriaCodes, controlIds }: ComplementaryControl) => ({
    ref,
    text,
    criteria: criteriaCodes,
    controlRefs: controls.filter(({ id }) => controlIds.includes(id)).map((control) => control.ref),
  })
  return {
    commitments: commitments.map(({ ref, kind, text, criteriaCodes }) => ({
      ref,
      kind,
      text,
      criteria: criteriaCodes,
    })),
    userEntityControls: complementary.filter(({ kind }) => kind === 'CUEC').map(told),
    subserviceOrganizations: organizations
      .filter((organization) => !isVendor(organization))
      .map(({ id, name, service, method }) => ({
        name,
        service,
        method,
        complementaryControls: complementary.filter((one) => one.subserviceOrganizationId === id).map(told),
        assertion: method === 'INCLUSIVE' ? assertionOf(id, assertions) : null,
      })),
  }
}

function assertionOf(organizationId: string, assertions: readonly Whole<EngagementDocument>[]) {
  const given = assertions.findLast((one) => one.subserviceOrganizationId === organizationId)
  return given ? { text: given.assertionText as string, givenBy: given.obtainedFrom, datedOn: given.datedOn } : null
}

/** Control -> the name of the included subservice organization that performs it. */
export const organizationsPerforming = ({ organizations }: Presented): Map<string, string> =>
  new Map(organizations.filter(isIncluded).flatMap(({ name, controlIds }) => controlIds.map((id) => [id, name])))
