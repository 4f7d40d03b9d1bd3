import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkAnswering, checkAskedOn } from '../../rules/risks.js'
import type { Control } from '../control/control.js'
import { controlsNamed } from '../control/named-controls.js'
import { Engagement } from '../engagement/engagement.js'
import { FraudInquiry } from './fraud-inquiry.js'
import type { RecordFraudInquiryInput, RecordRiskInput } from './risk.inputs.js'
import { Risk } from './risk.js'
import { RiskControl } from './risk-control.js'

/**
 * Records a risk and the controls that answer it. Refused: a reference in use; at its place, a control that the engagement does not
 * have, that is retired, or that is rated below the risk.
 */
export async function recordRisk(tx: WriteTx, input: RecordRiskInput) {
  // Locked: no control is rated otherwise meanwhile.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { ref, statement, threatens, isFraudRisk, likelihood, impact, rating } = input
  const controls = await controlsAnswering(tx, engagement.id, input.controlIds)
  checkAnswering(rating, controls, true)
  const assessed = { ref, statement, threatens, isFraudRisk, likelihood, impact, rating }
  const risk = await tx.insert(Risk, { engagementId: engagement.id, ...assessed })
  await answerBy(tx, risk, new Set(controls.map(({ id }) => id)))
  return { risk }
}

/** Records an inquiry about fraud. Refused: a day in the future, a paper that the engagement does not have. */
export async function recordFraudInquiry(tx: WriteTx, input: RecordFraudInquiryInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  await tx.permit(engagement)
  checkAskedOn(input.askedOn, tx.now)
  const { personAsked, roleAsked, askedOn, asked, answer } = input
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const said = { personAsked, roleAsked, askedOn, asked, answer, restsOnIds }
  return { fraudInquiry: await tx.insert(FraudInquiry, { engagementId: engagement.id, ...said }) }
}

/**
 * The controls that are to answer a risk, in the order given.
 * @param kept ids of those that answer it already, and may be retired since
 * @throws Refusal at the place in `controlIds`: NOT_FOUND, INVALID_INPUT for a control that is retired
 */
export const controlsAnswering = (
  tx: WriteTx,
  engagementId: string,
  controlIds: readonly string[],
  kept: readonly string[] = [],
): Promise<Control[]> =>
  controlsNamed(tx, engagementId, { ids: controlIds, at: ['controlIds'], kept, retired: 'it answers no risk' })

/** Says of these controls that they answer a risk. */
export const answerBy = (tx: WriteTx, { id: riskId, engagementId }: Risk, controlIds: ReadonlySet<string>) =>
  tx.insertMany(
    RiskControl,
    [...controlIds].map((controlId) => ({ engagementId, riskId, controlId })),
  )
