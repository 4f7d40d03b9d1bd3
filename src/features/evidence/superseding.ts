import type { Loaders } from '../../kernel/store/loaders.js'
import { statesKept } from '../../rules/evidence.js'
import { Evidence } from './evidence.js'

/** The newer evidence that supersedes this one; null where there is none, or it was removed. */
export async function supersedingOf(loaders: Loaders, evidenceId: string): Promise<Evidence | null> {
  const options = { order: { by: 'id', direction: 'asc' }, limit: 1 } as const
  const [newer] = await loaders.first(Evidence, ['supersedesId', evidenceId], { state: statesKept }, options)
  return newer ?? null
}
