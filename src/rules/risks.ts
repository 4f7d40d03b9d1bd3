import { isCalendarDate } from './calendar.js'
import type { PartChanged } from './changes.js'
import { latestToday } from './documents.js'
import { checkEach, Refusal } from './refusal.js'
import { type RiskLevel, riskLevels, words } from './vocabulary.js'

/**
 * The risk assessment (product page, section 2): risks to the service commitments, each answered by controls. The rating is the
 * auditor's judgment; it sets how much is tested, since no control is rated below a risk that it answers.
 */

const order = words(riskLevels)
const isBelow = (one: RiskLevel, other: RiskLevel): boolean => order.indexOf(one) < order.indexOf(other)

/**
 * A control is not rated below the risks that it answers.
 * Refuses with INVALID_INPUT at `risk`, naming the risks that are rated higher.
 */
export function checkControlRating(risk: RiskLevel, answered: readonly { ref: string; rating: RiskLevel }[]): void {
  const higher = answered.filter(({ rating }) => isBelow(risk, rating))
  if (higher.length === 0) return
  const named = higher.slice(0, 5).map(({ ref, rating }) => `${ref} (${rating})`)
  throw new Refusal('INVALID_INPUT', `It answers risks that are rated higher: ${named.join(', ')}.`, ['risk'])
}

/**
 * A risk is answered by controls that are rated as high at least.
 * Refuses with INVALID_INPUT at the place of each control that is rated lower, or at `rating` where no controls were given.
 * @param given whether the controls stand in the input
 */
export function checkAnswering(
  rating: RiskLevel,
  controls: readonly { ref: string; risk: RiskLevel }[],
  given: boolean,
): void {
  checkEach(
    controls.flatMap(({ ref, risk }, at) => {
      if (!isBelow(risk, rating)) return []
      const message = `${ref} is rated ${risk}, below this risk: rate the control ${rating} first.`
      return new Refusal('INVALID_INPUT', message, given ? ['controlIds', at] : ['rating'])
    }),
  )
}

/** A risk, as far as a change of it is kept with the controls that answer it. */
export interface RiskAsTold {
  ref: string
  statement: string
  threatens: string
  isFraudRisk: boolean
  rating: RiskLevel
}

/**
 * What a change of a risk takes from one control that answers it: null where it takes nothing. A rating that is lowered, a risk that is
 * no risk of fraud any more, other words, a control that answers it no more; not a higher rating, nor likelihood and impact alone.
 */
export function answerWeakened(before: RiskAsTold, after: RiskAsTold, stillAnswers: boolean): PartChanged | null {
  const isWeaker =
    !stillAnswers ||
    isBelow(after.rating, before.rating) ||
    (before.isFraudRisk && !after.isFraudRisk) ||
    before.statement !== after.statement ||
    before.threatens !== after.threatens
  if (!isWeaker) return null
  const saidAfter = stillAnswers ? inWords(after) : `${before.ref} is not answered by it.`
  return { part: 'RISK_ANSWERED', saidBefore: inWords(before), saidAfter }
}

const inWords = ({ ref, statement, threatens, isFraudRisk, rating }: RiskAsTold): string =>
  `${ref}, ${rating}${isFraudRisk ? ', a risk of fraud' : ''}: ${statement} Threatens: ${threatens}`

/** Refuses with INVALID_INPUT at `askedOn` a day that there is not, and one in the future. */
export function checkAskedOn(askedOn: string, now: Date): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['askedOn'])
  if (!isCalendarDate(askedOn)) throw refuse('There is no day of this date; write it as 2025-12-31.')
  if (askedOn > latestToday(now)) throw refuse('The day lies in the future.')
}
