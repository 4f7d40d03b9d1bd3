import type { GateView } from '../../kernel/store/gates.js'
import type { Tx } from '../../kernel/store/work.js'
import { isLive } from '../../rules/exceptions.js'
import type { SampledPopulation } from '../../rules/period.js'
import type { CompletionFacts } from '../../rules/readiness.js'
import { Control } from '../control/control.js'
import type { Engagement } from '../engagement/engagement.js'
import { deviationsInRequest, drifted, openAmong } from '../exception/deviations.js'
import { Exception } from '../exception/exception.js'
import { Procedure } from '../procedure/procedure.js'
import { staleProcedures } from '../signing/content.js'

/** What the gate to completion looks at. */
export async function completionFacts({ batches, isAct }: GateView, engagement: Engagement): Promise<CompletionFacts> {
  const { id: engagementId } = engagement
  const [procedures, controls, exceptions, deviations, sampled, stale] = await Promise.all([
    batches.children(Procedure, 'engagementId', engagementId, { ref: 'asc' }),
    batches.children(Control, 'engagementId', engagementId, { ref: 'asc' }),
    batches.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    deviationsInRequest(batches, engagementId),
    batches.of('sampled populations', sampledPopulations).load(engagementId),
    staleProcedures(batches, engagementId, isAct ? 'whole' : 'changed'),
  ])
  const live = exceptions.filter(isLive)
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
      sampled,
      failures: live.map(({ id, number, failedFrom, failedTo }) => ({ id, ref: `EX-${number}`, failedFrom, failedTo })),
    },
  }
}

/** The populations that each engagement drew samples from. */
async function sampledPopulations(engagementIds: readonly string[], tx: Tx): Promise<SampledPopulation[][]> {
  const found = await tx.query<SampledPopulation & { engagementId: string }>(
    `select s.engagement_id as "engagementId", p.id, p.title, p.control_id as "controlId", t.ref as "procedureRef",
       p.period_start::text as "periodStart", p.period_end::text as "periodEnd"
     from sample s
     join population p on p.firm_id = s.firm_id and p.id = s.population_id
     join procedure t on t.firm_id = s.firm_id and t.id = s.procedure_id
     where s.firm_id = $1 and s.engagement_id = any($2)
     order by t.ref`,
    [tx.firmId, engagementIds],
  )
  return engagementIds.map((id) => found.filter(({ engagementId }) => engagementId === id))
}
