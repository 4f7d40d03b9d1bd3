import type { Loaders } from '../../kernel/store/loaders.js'
import { type EngagementScope, scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { type Cycle, expectedCycles, isPeriodic } from '../../rules/cycles.js'
import { occurrenceState, reconcile } from '../../rules/occurrences.js'
import { calendarUsed } from '../calendar/calendar-used.js'
import type { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { Population } from '../population/population.js'
import type { ExpectedOccurrence } from './expected-occurrence.js'
import { type ItemPlace, keysAt, labelsReported, type Performances, performancesOf } from './occurrence.queries.js'
import { OccurrenceExplanation } from './occurrence-explanation.js'

/** What the period asks of a control, and what of it was found. */
export interface ControlOccurrences {
  occurrences: ExpectedOccurrence[]
  /** Listed performances that serve none. */
  extraCount: number
  /** The cycles of missing occurrences for which an explanation waits to be decided. */
  awaiting: ReadonlySet<string>
  /** How many explanations were proposed, by the label of the cycle. */
  proposed: ReadonlyMap<string, number>
}

const none: ControlOccurrences = { occurrences: [], extraCount: 0, awaiting: new Set(), proposed: new Map() }

/**
 * The occurrences expected of a control, with what became of each. Those of many controls are read as a set: five statements,
 * whatever their number. None are expected of a control that follows no calendar, nor of an automated one, which its
 * configuration shows, nor as of a date.
 */
export async function occurrencesOf(loaders: Loaders, control: Control): Promise<ControlOccurrences> {
  const cycles = await cyclesOf(loaders, control)
  if (cycles.length === 0) return none
  const [performances, reported, explanations] = await Promise.all([
    inSets(loaders, 'performances of controls', performancesOf).load(control),
    inSets(loaders, 'occurrences that exceptions report', labelsReported).load(control),
    loaders.children(OccurrenceExplanation, 'controlId', control.id, { id: 'asc' }),
  ])
  const labelsOf = (state: OccurrenceExplanation['state']) =>
    new Set(explanations.filter((one) => one.state === state).map(({ label }) => label))
  const proposed = new Map<string, number>()
  for (const { label } of explanations) proposed.set(label, (proposed.get(label) ?? 0) + 1)
  const explained = labelsOf('APPROVED')
  const reportedLabels = new Set(reported.map(({ label }) => label))
  const { served, lateOn, extraCount } = reconcile(cycles, performances)
  const occurrences = cycles.map(({ label, from, to, dueOn }, at) => {
    const serving = served[at] ?? null
    const by = serving === null ? null : (performances[serving.at] as Performances)
    const account = { found: by !== null, explained: explained.has(label), reported: reportedLabels.has(label) }
    return {
      controlId: control.id,
      label,
      coversFrom: from,
      coversTo: to,
      dueOn,
      state: occurrenceState(account),
      doneOn: by?.day ?? null,
      doneLateOn: lateOn[at] ?? null,
      populationId: by?.populationId ?? null,
      ordinal: by?.ordinals[serving?.nth ?? 0] ?? null,
    }
  })
  return { occurrences, extraCount, awaiting: labelsOf('PROPOSED'), proposed }
}

/** The cycles of which the period asks for an occurrence of a control; none where no list of it can be expected. */
export async function cyclesOf(loaders: Loaders, control: Control): Promise<Cycle[]> {
  const { frequency, nature, engagementId } = control
  if (!isPeriodic(frequency) || nature === 'AUTOMATED') return []
  const engagement = (await loaders.byId(Engagement, engagementId)) as Engagement
  const { periodStart, periodEnd } = engagement
  if (periodStart === null || periodEnd === null) return []
  const calendar = await calendarUsed(loaders, engagement)
  const { anchorOn, graceDays, countsBusinessDays, lastOccurrenceOn, operatedFrom, operatedTo } = control
  const cycle = { anchorOn, graceDays, countsBusinessDays, lastOccurrenceOn, operatedFrom, operatedTo }
  return expectedCycles({
    ...cycle,
    frequency,
    periodStart,
    periodEnd,
    calendar,
  })
}

/** A loader of what belongs to controls: `read` gets those of one tick. */
const inSets = <F extends { controlId: string }>(
  loaders: Loaders,
  name: string,
  read: (scope: EngagementScope, controlIds: readonly string[]) => Promise<F[]>,
) =>
  loaders.within<Control, F[]>(
    name,
    ({ id }) => id,
    async (scope, ids) => {
      const found = new Map<string, F[]>(ids.map((id) => [id, []]))
      for (const one of await read(scope, ids)) found.get(one.controlId)?.push(one)
      return ids.map((id) => found.get(id) as F[])
    },
  )

/** The key of an item of a population that was read: those of one tick are read as a set. */
export const keyOfItem = (loaders: Loaders, { populationId, ordinal }: ItemPlace): Promise<string | null> =>
  loaders.of('keys of items', readKeys).load(`${populationId} ${ordinal}`)

async function readKeys(keys: readonly string[], tx: Tx): Promise<(string | null)[]> {
  const places = keys.map((key) => {
    const [populationId, ordinal] = key.split(' ') as [string, string]
    return { populationId, ordinal: Number(ordinal) }
  })
  const populations = await tx.find(Population, { id: [...new Set(places.map(({ populationId }) => populationId))] })
  const found = await keysAt(scopeOf(tx, ...populations), places)
  const known = new Map(found.map(({ populationId, ordinal, key }) => [`${populationId} ${ordinal}`, key]))
  return keys.map((key) => known.get(key) ?? null)
}
