import type { Loaders } from '../../kernel/store/loaders.js'
import {
  changeTouches,
  type EngagementTime,
  type EntryStanding,
  incidentTouches,
  isEvaluationStale,
} from '../../rules/registers.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Incident } from '../register/incident.js'
import type { RegisterEntry } from '../register/register-entry.js'
import { SystemChange } from '../register/system-change.js'
import { releasesOf } from './evaluation.queries.js'
import { RegisterEvaluation } from './register-evaluation.js'

/** What of a client's registers touches an engagement, and where its evaluation stands; what is asked of several is read as a set. */

const timeOf = async (loaders: Loaders, engagement: Engagement): Promise<EngagementTime> => {
  const { periodStart, periodEnd, asOf, state, withdrawnAt } = engagement
  const time = { periodStart, periodEnd, asOf }
  if (state !== 'ISSUED' && state !== 'ARCHIVED') return { ...time, endedAt: withdrawnAt }
  const releases = loaders.within<Engagement, Date | null>('releases', ({ id }) => id, releasesOf)
  return { ...time, endedAt: await releases.load(engagement) }
}

/** In the order in which they were shared. */
const inOrder = <E extends RegisterEntry>(entries: readonly E[]): E[] =>
  [...entries].sort((one, other) => Number(one.sharedAt) - Number(other.sharedAt))

/** The incidents that the client shared and that touch the time of an engagement. */
export async function incidentsOf(loaders: Loaders, engagement: Engagement): Promise<Incident[]> {
  const [time, shared] = await Promise.all([
    timeOf(loaders, engagement),
    loaders.children(Incident, 'clientId', engagement.clientId, { id: 'asc' }),
  ])
  return inOrder(shared.filter((incident) => incidentTouches(incident, time)))
}

/** The changes of organization and system that the client shared and that took effect in the time of an engagement. */
export async function systemChangesOf(loaders: Loaders, engagement: Engagement): Promise<SystemChange[]> {
  const [time, shared] = await Promise.all([
    timeOf(loaders, engagement),
    loaders.children(SystemChange, 'clientId', engagement.clientId, { id: 'asc' }),
  ])
  return inOrder(shared.filter((change) => changeTouches(change, time)))
}

/** Whether an evaluation holds no more. */
export async function isEntryEvaluationStale(loaders: Loaders, evaluation: RegisterEvaluation): Promise<boolean> {
  const { incidentId, systemChangeId, entryVersion: evaluatedVersion, sectionVersion } = evaluation
  const [incident, change, section, exception] = await Promise.all([
    loaders.byId(Incident, incidentId),
    loaders.byId(SystemChange, systemChangeId),
    loaders.byId(DescriptionSection, evaluation.sectionId),
    loaders.byId(Exception, evaluation.exceptionId),
  ])
  return isEvaluationStale({
    evaluatedVersion,
    version: (incident ?? change)?.version ?? 0,
    sectionVersion,
    sectionVersionNow: section?.version ?? null,
    exceptionState: exception?.state ?? null,
  })
}

/** Where the entries that touch an engagement under way stand: one that has ended is asked of none that came to light later. */
export async function standingsIn(
  loaders: Loaders,
  engagement: Engagement,
): Promise<{ incidents: EntryStanding[]; changes: EntryStanding[] }> {
  const [{ endedAt }, incidents, changes] = await Promise.all([
    timeOf(loaders, engagement),
    incidentsOf(loaders, engagement),
    systemChangesOf(loaders, engagement),
  ])
  if (endedAt !== null || incidents.length + changes.length === 0) return { incidents: [], changes: [] }
  const evaluations = await loaders.children(RegisterEvaluation, 'engagementId', engagement.id, { id: 'asc' })
  const byEntry = new Map(evaluations.map((one) => [one.incidentId ?? one.systemChangeId, one]))
  const standingOf = async ({ id, title }: RegisterEntry): Promise<EntryStanding> => {
    const evaluation = byEntry.get(id)
    if (!evaluation) return { id, title, standing: 'NOT_EVALUATED' }
    return { id, title, standing: (await isEntryEvaluationStale(loaders, evaluation)) ? 'STALE' : 'EVALUATED' }
  }
  return {
    incidents: await Promise.all(incidents.map(standingOf)),
    changes: await Promise.all(changes.map(standingOf)),
  }
}
