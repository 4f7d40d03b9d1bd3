import type { Loaders } from '../../kernel/store/loaders.js'
import { managementRefusalState } from '../../rules/documents.js'
import type { ManagementStatement } from '../../rules/vocabulary.js'
import { ManagementRefusal } from './management-refusal.js'

/** What management refuses to give, as it stands now: of refusals that were retracted nothing. */
export async function refusedIn(loaders: Loaders, engagementId: string): Promise<ManagementStatement[]> {
  const refusals = await loaders.children(ManagementRefusal, 'engagementId', engagementId, { id: 'asc' })
  return refusals.filter((one) => managementRefusalState(one) === 'STANDS').map(({ statement }) => statement)
}
