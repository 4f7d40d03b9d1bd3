import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { checkRestated, updatedColumns } from '../../kernel/store/updates.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { weightChanged } from '../../rules/decision-changes.js'
import { decisionLifecycle, exceptionLifecycle } from '../../rules/lifecycles.js'
import { checkJudgment } from '../../rules/materiality.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { speakAgainst } from '../../rules/verdict.js'
import { Control } from '../control/control.js'
import { deviationsInRequest, drifted } from '../exception/deviations.js'
import { Exception } from '../exception/exception.js'
import { controlFigures } from '../sample/control-figures.js'
import { weighedControls } from './compensation.js'
import type {
  ApproveMaterialityInput,
  DecideMaterialityInput,
  ReopenMaterialityInput,
  ReturnMaterialityInput,
  ReviseMaterialityInput,
} from './materiality.inputs.js'
import { MaterialityDecision } from './materiality-decision.js'
import { outcomeChangedNow } from './outcome-change.js'
import { approvedNow, proposedNow } from './weighed-decision.js'

/**
 * Records a judgment on an exception that is confirmed or communicated. Management's response is not read: nothing in it
 * makes a matter less material. Refused: one that contradicts itself, one that counts on controls that do not
 * compensate, one that finds a matter not material against the figures and names no paper, a second one.
 */
export async function decideMateriality(tx: WriteTx, input: DecideMaterialityInput) {
  const exception = await tx.load(Exception, input.exceptionId, undefined, 'share')
  await tx.permit(exception)
  const decision = await tx.insert(MaterialityDecision, {
    engagementId: exception.engagementId,
    exceptionId: exception.id,
    ...proposedNow(tx),
    ...(await judged(tx, exception, input)),
  })
  return { materialityDecision: decision }
}

/** Decides anew, until it is approved. Its author is then who revised it, and another person approves it. */
export async function reviseMateriality(tx: WriteTx, input: ReviseMaterialityInput) {
  const decision = await tx.load(MaterialityDecision, input.decisionId, input.expectedVersion)
  await tx.permit(decision)
  const cleared = { compensatingControlIds: [], restsOnIds: [] }
  const changes = updatedColumns(tx, MaterialityDecision, input, judgment, cleared)
  const { material = decision.material, pervasive = decision.pervasive } = changes
  // What was weighed for one judgment does not speak for another.
  if (material !== decision.material || pervasive !== decision.pervasive) {
    checkRestated(decision, input, ['factors', 'compensatingControlIds', 'restsOnIds'])
  }
  const exception = await tx.load(Exception, decision.exceptionId)
  const weighed = await judged(tx, exception, { ...decision, ...changes })
  const changed = weightChanged({ ...decision, criteriaCodes: [] }, { ...weighed, criteriaCodes: [] })
  await tx.update(decision, { ...weighed, ...proposedNow(tx), ...outcomeChangedNow(tx, changed) })
  return { materialityDecision: decision }
}

/**
 * Approves, and concludes the exception. Refused: by its author; while it is returned; over an exception that was not
 * communicated, or whose figures the results have left behind; when a control it counts on does not compensate any
 * more.
 */
export async function approveMateriality(tx: WriteTx, input: ApproveMaterialityInput) {
  const decision = await tx.load(MaterialityDecision, input.decisionId, input.expectedVersion)
  // No result is recorded meanwhile: what is approved is what the figures say.
  await tx.permit(decision, 'update')
  const exception = await tx.load(Exception, decision.exceptionId, undefined, 'update')
  await tx.update(decision, approvedNow(tx, decision))
  await tx.update(exception, { state: 'CONCLUDED', concludedAt: tx.now })
  return { materialityDecision: decision, exception }
}

/** There is no decision on it yet. */
export const decideMaterialityGate: Gate<Exception> = async ({ id }, { loaders }) => {
  if (!(await loaders.child(MaterialityDecision, 'exceptionId', id))) return
  throw new Refusal('ALREADY_EXISTS', 'There is a decision on it already: revise it.', ['exceptionId'])
}

/**
 * The controls that it counts on still compensate, and its exception was communicated and is what was weighed. What is approved is
 * locked.
 */
export const approveMaterialityGate: Gate<MaterialityDecision> = async (decision, { tx, loaders, isAct }) => {
  const { engagementId, exceptionId, compensatingControlIds: ids } = decision
  const found = isAct
    ? await tx.find(Control, { engagementId, id: ids }, { order: { ref: 'asc' }, lock: 'share' })
    : await Promise.all(ids.map((id) => loaders.byId(Control, id)))
  const exception = isAct
    ? await tx.load(Exception, exceptionId, undefined, 'update')
    : ((await loaders.byId(Exception, exceptionId)) as Exception)
  checkJudgment(
    { ...decision, paperCount: decision.restsOnIds.length },
    await weighedControls(
      loaders,
      exception,
      found.filter((control) => control !== null),
    ),
    await isAgainstFigures(loaders, exception, decision.material),
  )
  exceptionLifecycle.checkMove(exception.state, 'CONCLUDED')
  const blockers = drifted([exception], await deviationsInRequest(loaders, exception))
  if (blockers.length === 0) return
  throw new Refusal('NOT_READY', 'The exception is not what was weighed any more.', [], { blockers })
}

/**
 * Reopens an approved decision because what was weighed has changed: an exception whose figures the results have left
 * behind can then be withdrawn and raised again. The decision is revised and approved anew.
 */
export async function reopenMateriality(tx: WriteTx, input: ReopenMaterialityInput) {
  const decision = await tx.load(MaterialityDecision, input.decisionId, input.expectedVersion)
  await tx.permit(decision)
  const exception = await tx.load(Exception, decision.exceptionId, undefined, 'update')
  const state = exceptionLifecycle.move(exception.state, 'COMMUNICATED')
  await tx.update(decision, {
    state: decisionLifecycle.move(decision.state, 'PROPOSED'),
    returnedReason: input.reason,
    approvedBy: null,
    approvedAt: null,
  })
  await tx.update(exception, { state, concludedAt: null })
  return { materialityDecision: decision, exception }
}

export async function returnMateriality(tx: WriteTx, input: ReturnMaterialityInput) {
  const decision = await tx.load(MaterialityDecision, input.decisionId, input.expectedVersion)
  await tx.permit(decision)
  await tx.update(decision, { returnedReason: input.reason })
  return { materialityDecision: decision }
}

/**
 * Whether “not material” would stand against what the samples of the control found, over all its populations (`speakAgainst`).
 * @param material what is material stands against nothing: no figures are read for it
 */
async function isAgainstFigures(loaders: Loaders, { controlId }: Exception, material: boolean): Promise<boolean> {
  const control = material ? null : await loaders.byId(Control, controlId)
  if (!control) return false
  const [figures] = await controlFigures(loaders, [control])
  return figures !== undefined && speakAgainst(figures)
}

const judgment = ['material', 'pervasive', 'factors', 'compensatingControlIds', 'rationale', 'restsOnIds'] as const
type Judgment = Pick<MaterialityDecision, (typeof judgment)[number]>

/** The judgment as it is kept, once the rule has nothing against it. */
async function judged(tx: WriteTx, exception: Exception, given: Judgment): Promise<Judgment> {
  const { engagementId } = exception
  const { material, pervasive, rationale } = given
  const ids = [...new Set(given.compensatingControlIds)]
  const controls = await tx.find(
    Control,
    { engagementId, id: ids.filter(isUuid) },
    { order: { ref: 'asc' }, lock: 'share' },
  )
  const named = given.compensatingControlIds.map((id) => controls.find((control) => control.id === id))
  const unknown = (at: number) =>
    new Refusal('NOT_FOUND', 'The engagement has no such control.', ['compensatingControlIds', at])
  checkEach(named.flatMap((control, at) => (control ? [] : unknown(at))))
  const factors = given.factors.map(({ factor, note }) => ({ factor, note }))
  const restsOnIds = await checkPapers(tx, engagementId, given.restsOnIds, [exception.id])
  const loaders = Loaders.over(tx)
  checkJudgment(
    { material, pervasive, factors, rationale, paperCount: restsOnIds.length },
    await weighedControls(
      loaders,
      exception,
      named.filter((control) => control !== undefined),
    ),
    await isAgainstFigures(loaders, exception, material),
  )
  return { material, pervasive, factors, compensatingControlIds: ids, rationale, restsOnIds }
}
