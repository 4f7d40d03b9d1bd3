import type { Loaders } from '../../kernel/store/loaders.js'
import { Evidence } from '../evidence/evidence.js'

/** The evidence that an entry names, as far as the viewer sees it: what belongs to engagements of other teams is left out. */
export async function evidenceOfEntry(loaders: Loaders, evidenceIds: readonly string[]): Promise<Evidence[]> {
  const found = await Promise.all(evidenceIds.map((id) => loaders.byId(Evidence, id)))
  return found.filter((one) => one !== null)
}
