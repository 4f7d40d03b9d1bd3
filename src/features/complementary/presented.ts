import type { Loaders } from '../../kernel/store/loaders.js'
import { ComplementaryControl } from './complementary-control.js'
import { standing } from './retired-or-not.js'
import { ServiceCommitment } from './service-commitment.js'
import { SubserviceOrganization } from './subservice-organization.js'

/** What the description presents beside the controls, as it stands. */
export interface Presented {
  commitments: ServiceCommitment[]
  organizations: SubserviceOrganization[]
  complementary: ComplementaryControl[]
}

/** What stands of an engagement: those of many that are asked for in one tick are read as sets. */
export async function presentedIn(loaders: Loaders, engagementId: string): Promise<Presented> {
  const [commitments, organizations, complementary] = await Promise.all([
    loaders.children(ServiceCommitment, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(SubserviceOrganization, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(ComplementaryControl, 'engagementId', engagementId, { ref: 'asc' }),
  ])
  return {
    commitments: standing(commitments),
    organizations: standing(organizations),
    complementary: standing(complementary),
  }
}
