import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { type Deviation, driftOf, type Figures, figuresOf, labelOf } from '../../rules/deviations.js'
import { unaccounted } from '../../rules/exceptions.js'
import type { Blocker } from '../../rules/refusal.js'
import type { ExceptionState, ExplanationState } from '../../rules/vocabulary.js'
import { Exception } from './exception.js'

// What counts as a deviation stands here once: the index `result_not_passed` serves the first condition.
const deviations = `
  select r.engagement_id, r.id, r.procedure_id, p.control_id, i.item_key, a.letter, i.position, s.tested_count,
    r.explanation_state, jsonb_agg(jsonb_build_object('id', e.id, 'number', e.number, 'state', e.state) order by e.number)
      filter (where e.id is not null) as exceptions
  from result r
  join procedure p on p.firm_id = r.firm_id and p.id = r.procedure_id
  join sample s on s.firm_id = r.firm_id and s.id = r.sample_id
  join sample_item i on i.firm_id = r.firm_id and i.id = r.sample_item_id
  join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
  left join exception_deviation d on d.firm_id = r.firm_id and d.result_id = r.id
  left join exception e on e.firm_id = d.firm_id and e.id = d.exception_id
  where r.firm_id = $1 and r.outcome <> 'NO_DEVIATION' and r.engagement_id = any($2) and ($3::uuid is null or r.procedure_id = $3)
    and (r.outcome = 'DEVIATION' or r.outcome = 'UNABLE_TO_TEST' and r.alternative_procedure is null)
  group by r.firm_id, r.id, p.control_id, p.ref, i.item_key, i.position, a.letter, s.tested_count
  order by p.ref, i.position, a.letter`

interface DeviationRecord {
  engagement_id: string
  id: string
  procedure_id: string
  control_id: string
  item_key: string
  letter: string
  position: number
  tested_count: number
  explanation_state: ExplanationState | null
  exceptions: { id: string; number: number; state: ExceptionState }[] | null
}

/**
 * Every deviation of the engagements, with its explanation and the exceptions that report it, by procedure and in the
 * order of drawing: one statement. Give engagements that the actor was seen to be on the team of.
 */
async function readDeviations(
  tx: Tx,
  engagementIds: readonly string[],
  procedureId: string | null = null,
): Promise<(Deviation & { engagementId: string })[]> {
  const found = await tx.query<DeviationRecord>(deviations, [tx.firmId, engagementIds, procedureId])
  return found.map((record) => ({
    engagementId: record.engagement_id,
    id: record.id,
    procedureId: record.procedure_id,
    controlId: record.control_id,
    itemKey: record.item_key,
    letter: record.letter,
    position: record.position,
    itemsTested: record.tested_count,
    explanation: record.explanation_state,
    exceptions: record.exceptions ?? [],
  }))
}

/** Every deviation of an engagement that the actor is on the team of, or of one procedure of it. */
export const deviationsOf = (tx: Tx, engagementId: string, procedureId?: string): Promise<Deviation[]> =>
  readDeviations(tx, [engagementId], procedureId)

/**
 * The deviations that nobody accounts for: neither under a live exception nor explained. One blocker each,
 * DEVIATION_UNACCOUNTED, its node the result.
 * @param at whose signature is asked for: an explanation that waits for the reviewer will do for `PREPARED`, not for
 *   `REVIEWED`, nor for leaving fieldwork
 */
export function openAmong(found: readonly Deviation[], at: 'PREPARED' | 'REVIEWED'): Blocker[] {
  const accounts = found.map((deviation) => ({
    id: deviation.id,
    label: labelOf(deviation),
    explanation: deviation.explanation,
    exceptions: deviation.exceptions.map(({ state }) => state),
  }))
  return unaccounted(accounts, at)
}

/** What the results say now of the deviations that this exception reports. */
export function currentFigures(exception: Exception, found: readonly Deviation[]): Figures {
  const reported = found.filter(({ exceptions }) => exceptions.some(({ id }) => id === exception.id))
  return figuresOf(reported, exception.itemsTested)
}

/**
 * One blocker, FIGURES_CHANGED, for each of these exceptions whose figures are no longer what the results say: a sample was
 * extended, a result corrected, a deviation explained. One not yet communicated is counted anew; one that was is withdrawn
 * and raised again, for what the client was told never changes. Give live exceptions, and the deviations of their engagement.
 */
export const drifted = (exceptions: readonly Exception[], found: readonly Deviation[]): Blocker[] =>
  exceptions.flatMap((exception) => {
    const drift = driftOf(exception, currentFigures(exception, found))
    const message = `The figures of exception ${exception.number} are out of date. ${drift}`
    return drift ? [{ code: 'FIGURES_CHANGED', message, node: exception.id }] : []
  })

/** The deviations of an engagement, in a request: those of all engagements asked for in one tick are read at once. */
export function deviationsInRequest(batches: Loaders, engagementId: string): Promise<Deviation[]> {
  return batches
    .of<Deviation[]>('deviations of engagement', async (ids, tx) => {
      const found = await readDeviations(tx, ids)
      return ids.map((id) => found.filter((deviation) => deviation.engagementId === id))
    })
    .load(engagementId)
}
