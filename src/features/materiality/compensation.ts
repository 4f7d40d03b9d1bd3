import type { Loaders } from '../../kernel/store/loaders.js'
import {
  type Bonds,
  type CompensatingControl,
  type CompensationLost,
  daysOfFailure,
  type Failure,
  faultsOfCompensation,
} from '../../rules/compensation.js'
import { isShownByItems } from '../../rules/conclusions.js'
import { isLive } from '../../rules/exceptions.js'
import type { ControlWeighed } from '../../rules/materiality.js'
import type { Edge } from '../../rules/reach.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { ControlReliance } from '../control/control-reliance.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Procedure } from '../procedure/procedure.js'
import { RiskControl } from '../risk/risk-control.js'
import { Sample } from '../sample/sample.js'
import { MaterialityDecision } from './materiality-decision.js'

/** Everything of an engagement that says whether one control compensates for another, as it is now. */
interface Around {
  engagement: Engagement
  controls: readonly Control[]
  mappings: readonly ControlCriterion[]
  reliances: readonly ControlReliance[]
  exceptions: readonly Exception[]
  decisions: readonly MaterialityDecision[]
  answers: readonly RiskControl[]
}

/**
 * Whether these controls compensate for what an exception reports, in their order: the reference of each, and why it does not.
 * Of many decisions in one request the engagement is read once.
 */
export async function weighedControls(
  loaders: Loaders,
  exception: Exception,
  named: readonly Control[],
): Promise<ControlWeighed[]> {
  if (named.length === 0) return []
  const around = await readAround(loaders, exception.engagementId)
  const failure = failureOf(exception, around)
  const bonds = bondsOf(exception, around)
  const shown = await Promise.all(named.map((control) => isShown(loaders, control, around)))
  return named.map((control, at) => ({
    ref: control.ref,
    faults: faultsOfCompensation(factsOf(control, shown[at] as boolean, around), failure, bonds),
  }))
}

/** The approved decisions on live exceptions of an engagement that count on controls which do not compensate any more. */
export async function compensationsLost(loaders: Loaders, engagementId: string): Promise<CompensationLost[]> {
  const [exceptions, decisions] = await Promise.all([
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(MaterialityDecision, 'engagementId', engagementId, { id: 'asc' }),
  ])
  const lost = exceptions.filter(isLive).map(async (exception) => {
    const counting = decisions.find(({ exceptionId, state }) => exceptionId === exception.id && state === 'APPROVED')
    const ids = counting?.compensatingControlIds ?? []
    if (!counting || ids.length === 0) return []
    const named = (await Promise.all(ids.map((id) => loaders.byId(Control, id)))).filter((one) => one !== null)
    const controls = (await weighedControls(loaders, exception, named)).filter(({ faults }) => faults.length > 0)
    return controls.length > 0 ? [{ decisionId: counting.id, exceptionRef: `EX-${exception.number}`, controls }] : []
  })
  return (await Promise.all(lost)).flat()
}

async function readAround(loaders: Loaders, engagementId: string): Promise<Around> {
  const [engagement, controls, mappings, reliances, exceptions, decisions, answers] = await Promise.all([
    loaders.byId(Engagement, engagementId),
    loaders.children(Control, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(ControlCriterion, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(ControlReliance, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(MaterialityDecision, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(RiskControl, 'engagementId', engagementId, { id: 'asc' }),
  ])
  return { engagement: engagement as Engagement, controls, mappings, reliances, exceptions, decisions, answers }
}

const failureOf = (exception: Exception, { engagement, controls, answers }: Around): Failure => ({
  controlId: exception.controlId,
  criteria: exception.criteriaCodes,
  risks: risksOf(exception.controlId, answers),
  days: daysOfFailure(exception, controls.find(({ id }) => id === exception.controlId) ?? null, engagement),
})

function bondsOf(exception: Exception, { controls, reliances, exceptions, decisions }: Around): Bonds {
  const live = new Map(exceptions.filter(isLive).map(({ id, controlId }) => [id, controlId]))
  return {
    replacements: controls.flatMap(({ id, replacesId }): Edge[] => (replacesId === null ? [] : [[id, replacesId]])),
    reliances: reliances.map(({ controlId, reliesOnId }): Edge => [controlId, reliesOnId]),
    compensations: decisions
      .filter(({ exceptionId }) => exceptionId !== exception.id)
      .flatMap(({ exceptionId, compensatingControlIds }) => {
        const failed = live.get(exceptionId)
        return failed ? compensatingControlIds.map((id): Edge => [failed, id]) : []
      }),
  }
}

function factsOf(
  control: Control,
  isShownBy: boolean,
  { mappings, exceptions, decisions, answers }: Around,
): CompensatingControl {
  const { id, ref, designConclusion, operationConclusion, operatedFrom, operatedTo, retiredAt } = control
  return {
    id,
    ref,
    operatedFrom,
    operatedTo,
    design: designConclusion,
    operation: operationConclusion,
    isShown: isShownBy,
    isRetired: retiredAt !== null,
    criteria: mappings.filter(({ controlId }) => controlId === id).map(({ criterionCode }) => criterionCode),
    risks: risksOf(id, answers),
    exceptions: exceptions
      .filter((one) => one.controlId === id && isLive(one))
      .map((one) => ({
        ref: `EX-${one.number}`,
        isConcluded: one.state === 'CONCLUDED',
        material: decisions.some(({ exceptionId, material }) => exceptionId === one.id && material),
      })),
  }
}

const risksOf = (controlId: string | null, answers: readonly RiskControl[]): string[] =>
  answers.filter((one) => one.controlId === controlId).map(({ riskId }) => riskId)

async function isShown(loaders: Loaders, control: Control, { controls, reliances }: Around): Promise<boolean> {
  const procedures = await loaders.children(Procedure, 'controlId', control.id, { ref: 'asc' })
  const samples = await Promise.all(procedures.map(({ id }) => loaders.child(Sample, 'procedureId', id)))
  const reliesOn = reliances
    .filter(({ controlId }) => controlId === control.id)
    .flatMap(({ reliesOnId }) => controls.find(({ id }) => id === reliesOnId) ?? [])
  return isShownByItems({
    nature: control.nature,
    procedures: procedures.map(({ aspects, methods, state, outcome }, at) => {
      const sample = samples[at]
      const items = sample && { tested: sample.testedCount, all: sample.testedCount === sample.populationSize }
      return { aspects, methods, state, outcome, items: items ?? null }
    }),
    reliesOn: reliesOn.map(({ ref, operationConclusion }) => ({ ref, operation: operationConclusion })),
  })
}
