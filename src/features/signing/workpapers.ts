import type { Loaders } from '../../kernel/store/loaders.js'
import type { WorkpaperStanding } from '../../rules/workpapers.js'
import { Workpaper } from '../workpaper/workpaper.js'
import { type Comparison, staleSignOffs } from './content.js'

/** The workpapers of an engagement, as its gates look at them. */
export async function workpapersStanding(
  loaders: Loaders,
  engagementId: string,
  how: Comparison,
): Promise<WorkpaperStanding[]> {
  const [papers, stale] = await Promise.all([
    loaders.children(Workpaper, 'engagementId', engagementId, { number: 'asc' }),
    staleSignOffs(loaders, engagementId, how),
  ])
  const changed = new Set(stale.map(({ workpaperId }) => workpaperId))
  return papers.map(({ id, number, kind, state }) => ({ id, number, kind, state, isStale: changed.has(id) }))
}
