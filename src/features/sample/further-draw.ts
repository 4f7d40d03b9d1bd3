import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { checkExtension, kindOfExtension } from '../../rules/stages.js'
import type { Population } from '../population/population.js'
import { sampledFigures } from './control-figures.queries.js'
import type { DrawSampleInput } from './sample.inputs.js'
import type { ExtensionRecord } from './sample.js'
import { drawnOf } from './sample.queries.js'

/** What a draw adds to what other procedures of the control have drawn and found. */
export interface FurtherDraw {
  record: ExtensionRecord
  /** The most that a sample drawn before accepts; null where none says a number. What is added later accepts no more. */
  acceptedBefore: number | null
}

/**
 * Whether a draw is an extension by another procedure: it adds items to a line of populations in which deviations were found. n and k
 * belong to the control (product page, section 4, "What is judged"), so the same is asked of it as of `extendSample`: all remaining
 * items with a reason, and otherwise the engagement partner, a reason and a paper. Stages are fixed before anything is known.
 * Null where nothing was found yet, or nothing is added.
 * @param places of the items to be drawn; the control is locked for update
 * @param input its papers are ones of the engagement: `checkPapers`
 * @throws Refusal SEPARATION_OF_DUTIES; INVALID_INPUT at `sizeReason`, `restsOnIds` or `stages`
 */
export async function furtherDraw(
  tx: WriteTx,
  population: Population,
  places: readonly number[],
  input: DrawSampleInput,
): Promise<FurtherDraw | null> {
  const scope = scopeOf(tx, population)
  const [figures = []] = await sampledFigures(scope, [population.controlId])
  const before = figures.filter(({ line }) => line !== null && line === population.seed)
  if (!before.some(({ deviatingAsFound }) => deviatingAsFound > 0)) return null
  const { drawn, again } = await drawnOf(scope, population, places)
  const additionalCount = places.length - again
  if (additionalCount === 0) return null
  const kind = kindOfExtension([], [], { additionalCount, remaining: (population.itemCount as number) - drawn })
  const reason = input.sizeReason ?? null
  const { restsOnIds } = input
  checkExtension(kind, { reason, restsOnIds, role: tx.actor.team.get(population.engagementId) ?? null }, 'sizeReason')
  if (input.stages && input.stages.length > 0) {
    const message = 'Deviations were found in what another procedure of the control drew: stages are fixed before.'
    throw new Refusal('INVALID_INPUT', message, ['stages'])
  }
  const sum = (of: (one: (typeof before)[number]) => number): number =>
    before.reduce((total, one) => total + of(one), 0)
  const accepted = before.flatMap(({ acceptedCount }) => acceptedCount ?? [])
  const record = {
    kind,
    additionalCount,
    reason,
    restsOnIds,
    memberId: tx.actor.memberId,
    at: tx.now.toISOString(),
    sizeBefore: drawn,
    testedCountBefore: sum(({ tested }) => tested),
    deviationCountBefore: sum(({ deviatingAsFound }) => deviatingAsFound),
  }
  return { record, acceptedBefore: accepted.length > 0 ? Math.max(...accepted) : null }
}
