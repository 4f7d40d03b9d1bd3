import type { Loaders } from '../../kernel/store/loaders.js'
import { Evidence } from './evidence.js'
import { EvidenceLink } from './evidence-link.js'

/** The evidence that supports an object, in the order of linking: of several objects it is read as a set. */
export async function evidenceOf(loaders: Loaders, nodeId: string): Promise<Evidence[]> {
  const links = await loaders.children(EvidenceLink, 'nodeId', nodeId, { id: 'asc' })
  const found = await Promise.all(links.map(({ evidenceId }) => loaders.byId(Evidence, evidenceId)))
  return found.filter((one) => one !== null)
}
