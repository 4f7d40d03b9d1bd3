import { engagementOf } from '../../kernel/access/belonging.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Row } from '../../kernel/store/row.js'
import { type Deviation, driftOf, type Figures, figuresOf, labelOf } from '../../rules/deviations.js'
import { unaccounted } from '../../rules/exceptions.js'
import type { Blocker } from '../../rules/refusal.js'
import type { Exception } from './exception.js'
import { deviationsOf } from './exception.queries.js'

/**
 * The deviations that are not accounted for: neither under a live exception nor explained. One blocker each,
 * DEVIATION_UNACCOUNTED, its node the result.
 * @param at whose signature is asked for: an explanation that waits to be decided on will do for `PREPARED`, not for
 *   `REVIEWED`, nor for leaving fieldwork
 */
export function openAmong(found: readonly Deviation[], at: 'PREPARED' | 'REVIEWED'): Blocker[] {
  const accounts = found.map((deviation) => ({
    id: deviation.id,
    label: labelOf(deviation),
    explanation: deviation.explanation,
    explanationKind: deviation.explanationKind,
    exceptions: deviation.exceptions.map(({ state }) => state),
  }))
  return unaccounted(accounts, at)
}

/** What the results say now of the deviations that this exception reports. */
export function currentFigures(exception: Exception, found: readonly Deviation[]): Figures {
  const reported = found.filter(({ exceptions }) => exceptions.some(({ id }) => id === exception.id))
  return figuresOf(reported, exception.testedCount)
}

/**
 * One blocker, FIGURES_CHANGED, for each of these exceptions whose figures are no longer what the results say: a sample was
 * extended, a result corrected, a deviation explained. One not yet communicated is counted anew; one that was is withdrawn
 * and raised again, for what was communicated to the client never changes. Give live exceptions, and the deviations of their engagement.
 */
export const drifted = (exceptions: readonly Exception[], found: readonly Deviation[]): Blocker[] =>
  exceptions.flatMap((exception) => {
    const drift = driftOf(exception, currentFigures(exception, found))
    const message = `The figures of exception ${exception.number} are out of date. ${drift}`
    return drift ? [{ code: 'FIGURES_CHANGED', message, node: exception.id }] : []
  })

/**
 * The deviations of the engagement that a row belongs to, in a request: those of all engagements asked for in one tick are read at
 * once.
 */
export const deviationsInRequest = (loaders: Loaders, row: Row): Promise<Deviation[]> =>
  loaders
    .within<Row, Deviation[]>(
      'deviations of engagement',
      (one) => engagementOf(one) as string,
      async (scope, ids) => {
        const found = await deviationsOf(scope)
        return ids.map((id) => found.filter((deviation) => deviation.engagementId === id))
      },
    )
    .load(row)
