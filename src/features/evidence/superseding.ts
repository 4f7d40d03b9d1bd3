import type { Loaders } from '../../kernel/store/loaders.js'
import { statesKept } from '../../rules/evidence.js'
import type { EvidenceState } from '../../rules/vocabulary.js'
import { Evidence } from './evidence.js'

/**
 * The newer evidence that supersedes this one; null where there is none, or it was removed.
 * @param states in which a newer one counts
 */
export async function supersedingOf(
  loaders: Loaders,
  evidenceId: string,
  states: readonly EvidenceState[] = statesKept,
): Promise<Evidence | null> {
  const options = { order: { by: 'id', direction: 'asc' }, limit: 1 } as const
  const [newer] = await loaders.first(Evidence, ['supersedesId', evidenceId], { state: states }, options)
  return newer ?? null
}
