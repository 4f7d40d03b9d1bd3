import type { Loaders } from '../../kernel/store/loaders.js'
import { checkOccurrencesReported, occurrencesDriftOf, type ReportedOccurrences } from '../../rules/occurrence-acts.js'
import { type Blocker, blocker, Refusal } from '../../rules/refusal.js'
import type { ExceptionKind } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { occurrencesOf } from '../occurrence/occurrences.js'
import type { Exception } from './exception.js'

/**
 * The missing occurrences of a control that an exception is to report, of how many expected.
 * @param held those that it reports already, and may go on to
 * @throws Refusal INVALID_INPUT at `controlId`, `kind` or `occurrenceLabels`
 */
export async function occurrencesReported(
  loaders: Loaders,
  kind: ExceptionKind,
  control: Control | null,
  labels: readonly string[],
  held: readonly string[] = [],
): Promise<ReportedOccurrences> {
  if (labels.length === 0) return { occurrenceLabels: [], expectedOccurrences: null }
  if (control === null) {
    throw new Refusal('INVALID_INPUT', 'Name the control whose occurrences are missing.', ['controlId'])
  }
  const { occurrences, awaiting } = await occurrencesOf(loaders, control)
  const open = occurrences.map(({ label, state }) => ({
    label,
    state: state === 'REPORTED' && held.includes(label) ? ('MISSING' as const) : state,
  }))
  checkOccurrencesReported(kind, labels, open, awaiting)
  const given = occurrences.filter(({ label }) => labels.includes(label))
  return { occurrenceLabels: given.map(({ label }) => label), expectedOccurrences: occurrences.length }
}

/** What of the occurrences that an exception reports is still not found, of how many expected now. */
export async function currentOccurrences(loaders: Loaders, exception: Exception): Promise<ReportedOccurrences> {
  const { controlId, occurrenceLabels, expectedOccurrences } = exception
  if (occurrenceLabels.length === 0) return { occurrenceLabels, expectedOccurrences }
  const { occurrences } = await occurrencesOf(loaders, (await loaders.byId(Control, controlId)) as Control)
  const found = (label: string) => occurrences.find((one) => one.label === label)?.state ?? 'FOUND'
  return {
    occurrenceLabels: occurrenceLabels.filter((label) => found(label) !== 'FOUND'),
    expectedOccurrences: occurrences.length,
  }
}

/** One blocker, FIGURES_CHANGED, for each of these exceptions whose occurrences are no longer what the populations say. */
export async function occurrencesDrifted(loaders: Loaders, exceptions: readonly Exception[]): Promise<Blocker[]> {
  const now = await Promise.all(exceptions.map((exception) => currentOccurrences(loaders, exception)))
  return exceptions.flatMap((exception, at) => {
    const drift = occurrencesDriftOf(exception, now[at] as ReportedOccurrences)
    const message = `The figures of exception ${exception.number} are out of date. ${drift}`
    return drift ? [blocker('FIGURES_CHANGED', message, exception.id)] : []
  })
}
