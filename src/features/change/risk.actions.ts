import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { answerWeakened, checkAnswering, checkControlRating } from '../../rules/risks.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { answerBy, controlsAnswering } from '../risk/risk.actions.js'
import type { UpdateRiskInput } from '../risk/risk.inputs.js'
import { Risk } from '../risk/risk.js'
import { RiskControl } from '../risk/risk-control.js'
import { keepChanges } from './begun.js'

const assessed = ['statement', 'threatens', 'isFraudRisk', 'likelihood', 'impact', 'rating'] as const

/**
 * Changes a risk, and which controls answer it. Once the testing of a control that answers it has begun, the engagement partner alone
 * weakens it (`answerWeakened`), with a reason that names a paper; it is kept as a change of that control. Refused: TESTING_BEGUN; what
 * `recordRisk` refuses.
 */
export async function updateRisk(tx: WriteTx, input: UpdateRiskInput) {
  const { engagementId } = await tx.load(Risk, input.riskId)
  // Locked: no control is rated otherwise, and no test begins meanwhile.
  await tx.load(Engagement, engagementId, undefined, 'update')
  const risk = await tx.load(Risk, input.riskId, input.expectedVersion, 'update')
  await tx.permit(risk)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const changes = updatedColumns(tx, Risk, input, assessed)
  const after = { ...risk, ...changes }
  const answers = await tx.find(RiskControl, { riskId: risk.id })
  const answering = await tx.find(
    Control,
    { engagementId, id: answers.map(({ controlId }) => controlId) },
    { order: { ref: 'asc' } },
  )
  const isGiven = input.controlIds !== undefined
  const kept = answering.map(({ id }) => id)
  const controls = isGiven ? await controlsAnswering(tx, engagementId, input.controlIds ?? [], kept) : answering
  checkAnswering(after.rating, controls, isGiven)
  const ids = new Set(controls.map(({ id }) => id))
  const weakened = answering.map((control) => ({
    control,
    parts: [answerWeakened(risk, after, ids.has(control.id))].filter((part) => part !== null),
  }))
  await keepChanges(tx, weakened, { ...input, restsOnIds })
  const dropped = answers.filter(({ controlId }) => !ids.has(controlId))
  const added = new Set([...ids].filter((id) => !kept.includes(id)))
  await Promise.all([...dropped.map((one) => tx.remove(one)), answerBy(tx, risk, added)])
  await tx.update(risk, changes)
  // Who read which controls answer it before is refused.
  if (dropped.length + added.size > 0 && risk.version === input.expectedVersion) await tx.touch(risk)
  return { risk }
}

/** A control that is rated anew is not rated below the risks that it answers. @throws Refusal INVALID_INPUT at `risk` */
export async function checkRatedAsItsRisks(tx: WriteTx, { id: controlId, engagementId, risk }: Control): Promise<void> {
  const answers = await tx.find(RiskControl, { controlId })
  if (answers.length === 0) return
  const risks = await tx.find(
    Risk,
    { engagementId, id: answers.map(({ riskId }) => riskId) },
    { order: { ref: 'asc' } },
  )
  checkControlRating(risk, risks)
}
