import type { GateView } from '../../kernel/store/gates.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { isLive } from '../../rules/exceptions.js'
import type { CompletionFacts } from '../../rules/readiness.js'
import { standing } from '../complementary/retired-or-not.js'
import { Control } from '../control/control.js'
import { ControlReliance } from '../control/control-reliance.js'
import { gapsOf, isGapAnswered } from '../coverage/gaps.js'
import type { Engagement } from '../engagement/engagement.js'
import { deviationsInRequest, drifted, openAmong } from '../exception/deviations.js'
import { Exception } from '../exception/exception.js'
import { occurrencesDrifted } from '../exception/occurrences.js'
import { additionalIn, coveredOf } from '../framework/frameworks.js'
import { populationGapsOf } from '../gap/population-gaps.js'
import { openUpdateMatters } from '../interim/update-matters.js'
import { compensationsLost } from '../materiality/compensation.js'
import { type ControlOccurrences, occurrencesOf } from '../occurrence/occurrences.js'
import { Procedure } from '../procedure/procedure.js'
import { openNotesIn } from '../review-note/open-notes.js'
import { staleProcedures } from '../signing/content.js'
import { workpapersStanding } from '../signing/workpapers.js'
import { WorkOfOthers } from '../work-of-others/work-of-others.js'
import { sampledPopulations } from './lifecycle.queries.js'
import { subserviceStanding } from './subservice.facts.js'

/** What the gate to completion looks at. */
export async function completionFacts(
  { tx, loaders, isAct }: GateView,
  engagement: Engagement,
): Promise<CompletionFacts> {
  const { id: engagementId } = engagement
  const [
    procedures,
    controls,
    exceptions,
    deviations,
    sampled,
    stale,
    gaps,
    reliances,
    lost,
    subservice,
    others,
    additional,
  ] = await Promise.all([
    loaders.children(Procedure, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(Control, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    deviationsInRequest(loaders, engagement),
    loaders.within('sampled populations', ({ id }: Engagement) => id, sampledPopulations).load(engagement),
    staleProcedures(loaders, engagementId, isAct ? 'whole' : 'changed'),
    gapsOf(tx, engagement, loaders),
    loaders.children(ControlReliance, 'engagementId', engagementId, { id: 'asc' }),
    compensationsLost(loaders, engagementId),
    subserviceStanding(loaders, engagement),
    loaders.children(WorkOfOthers, 'engagementId', engagementId, { id: 'asc' }),
    additionalIn(loaders, engagementId),
  ])
  const occurrences = await Promise.all(controls.map((control) => occurrencesOf(loaders, control)))
  const live = exceptions.filter(isLive)
  // A retired control on which nothing was found is not asked for, nor are its tests.
  const withFindings = new Set([...live, ...deviations].map(({ controlId }) => controlId))
  const examined = controls.filter(
    (one) => one.retiredAt === null || (withFindings.has(one.id) && one.notNeededAt === null),
  )
  const asked = new Set(examined.map(({ id }) => id))
  const performed = procedures.filter(({ controlId }) => asked.has(controlId))
  return {
    procedures: performed.map(({ id, ref, state }) => ({
      id,
      ref,
      state,
      signOffStale: stale.has(id),
    })),
    controls: examined.map((control) => controlFact(control, { controls, procedures, reliances, live })),
    // What no control serves at all is told by the gate to fieldwork, which the one to issue holds too.
    coverageGaps: gaps
      .filter((gap) => gap.isPartial && !isGapAnswered(gap))
      .map(({ criterion, gapFrom, gapTo }) => ({ code: criterion.code, from: gapFrom, to: gapTo })),
    populationGaps: await gapsNotAccepted(loaders, examined),
    frameworks: additional.map(coveredOf),
    subservice,
    workOfOthers: standing(others),
    workpapers: await workpapersStanding(loaders, engagementId, isAct ? 'whole' : 'changed'),
    reviewNotes: await openNotesIn(loaders, engagement),
    updateMatters: await openUpdateMatters(
      loaders,
      performed.filter(({ state, outcome }) => state === 'REVIEWED' && outcome !== 'UNABLE_TO_TEST'),
    ),
    unaccountedDeviations: openAmong(deviations, 'REVIEWED'),
    // Of a retired control the occurrences are still asked for where a list of it was seen before it was retired.
    missingOccurrences: controls.flatMap(({ id, ref, samplingFixedAt, notNeededAt }, at) => {
      if (!asked.has(id) && (samplingFixedAt === null || notNeededAt !== null)) return []
      const { occurrences: expected, awaiting } = occurrences[at] as ControlOccurrences
      const missing = expected.filter(({ state }) => state === 'MISSING')
      return missing.map(({ label }) => ({ controlId: id, controlRef: ref, label, awaits: awaiting.has(label) }))
    }),
    compensationsLost: lost,
    outdatedExceptions: [...drifted(live, deviations), ...(await occurrencesDrifted(loaders, live))],
    period: {
      time: engagement,
      sampled,
      failures: live.map(({ id, number, failedFrom, failedTo }) => ({ id, ref: `EX-${number}`, failedFrom, failedTo })),
    },
  }
}

/** Days of the time of these controls that nothing covers, and of which nobody recorded why. */
async function gapsNotAccepted(
  loaders: Loaders,
  controls: readonly Control[],
): Promise<CompletionFacts['populationGaps']> {
  const found = await Promise.all(
    controls.map(async (control) => {
      const open = (await populationGapsOf(loaders, control)).filter(({ decision }) => decision === null)
      const { id: controlId, ref: controlRef } = control
      return open.map(({ gapFrom, gapTo }) => ({ controlId, controlRef, from: gapFrom, to: gapTo }))
    }),
  )
  return found.flat()
}

interface BesideControl {
  controls: readonly Control[]
  procedures: readonly Procedure[]
  reliances: readonly ControlReliance[]
  live: readonly Exception[]
}

function controlFact(
  { id, ref, designConclusion, operationConclusion }: Control,
  { controls, procedures, reliances, live }: BesideControl,
): CompletionFacts['controls'][number] {
  return {
    id,
    ref,
    procedures: procedures.filter(({ controlId }) => controlId === id).length,
    design: designConclusion,
    operation: operationConclusion,
    reliesOn: reliances
      .filter(({ controlId }) => controlId === id)
      .flatMap(({ reliesOnId }) => controls.find((one) => one.id === reliesOnId) ?? [])
      .map((one) => ({ ref: one.ref, operation: one.operationConclusion })),
    reported: live.filter(({ controlId }) => controlId === id).map(({ kind }) => kind),
  }
}
