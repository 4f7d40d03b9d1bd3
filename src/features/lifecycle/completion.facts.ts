import type { Tx } from '../../data/work.js'
import { isLive } from '../../rules/exceptions.js'
import type { SampledPopulation } from '../../rules/period.js'
import type { CompletionFacts } from '../../rules/readiness.js'
import { Control } from '../control/control.js'
import type { Engagement } from '../engagement/engagement.js'
import { deviationsOf, drifted, openAmong } from '../exception/deviations.js'
import { Exception } from '../exception/exception.js'
import { Procedure } from '../procedure/procedure.js'
import { type Comparison, staleProcedures } from '../signing/content.js'

/** What the gate to completion looks at. */
export async function completionFacts(tx: Tx, engagement: Engagement, how: Comparison): Promise<CompletionFacts> {
  const engagementId = engagement.id
  const procedures = await tx.find(Procedure, { engagementId }, { order: { ref: 'asc' } })
  const controls = await tx.find(Control, { engagementId }, { order: { ref: 'asc' } })
  const exceptions = await tx.find(Exception, { engagementId }, { order: { number: 'asc' } })
  const live = exceptions.filter(isLive)
  const deviations = await deviationsOf(tx, engagementId)
  const stale = await staleProcedures(tx, engagementId, how)
  return {
    procedures: procedures.map(({ id, ref, state }) => ({
      id,
      ref,
      state,
      signOffStale: stale.has(id),
    })),
    controls: controls.map(({ id, ref, designConclusion, operationConclusion }) => ({
      id,
      ref,
      procedures: procedures.filter(({ controlId }) => controlId === id).length,
      design: designConclusion,
      operation: operationConclusion,
      reported: live.filter(({ controlId }) => controlId === id).map(({ kind }) => kind),
    })),
    unaccountedDeviations: openAmong(deviations, 'REVIEWED'),
    outdatedExceptions: drifted(live, deviations),
    period: {
      time: engagement,
      sampled: await sampledPopulations(tx, engagementId),
      failures: live.map(({ id, number, failedFrom, failedTo }) => ({ id, ref: `EX-${number}`, failedFrom, failedTo })),
    },
  }
}

const sampledPopulations = (tx: Tx, engagementId: string): Promise<SampledPopulation[]> =>
  tx.query<SampledPopulation>(
    `select p.id, p.title, p.control_id as "controlId", t.ref as "procedureRef",
       p.period_start::text as "periodStart", p.period_end::text as "periodEnd"
     from sample s
     join population p on p.firm_id = s.firm_id and p.id = s.population_id
     join procedure t on t.firm_id = s.firm_id and t.id = s.procedure_id
     where s.firm_id = $1 and s.engagement_id = $2
     order by t.ref`,
    [tx.firmId, engagementId],
  )
