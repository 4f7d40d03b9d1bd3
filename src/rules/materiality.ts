import { checkEach, Refusal } from './refusal.js'
import type { DesignConclusion, MaterialityFactor, OperationConclusion } from './vocabulary.js'

/**
 * Materiality: would the matter, alone or together with others, influence the judgment of those who rely on the report?
 * A recorded human judgment; no formula gives it. It decides what the opinion says, never whether an exception is shown:
 * every confirmed one is in Section IV. Management's response and what was mended after the period are not among the
 * factors: they do not undo what happened.
 */
export interface WeighedFactor {
  factor: MaterialityFactor
  note: string
}

export interface MaterialityJudgment {
  material: boolean
  /** Not confined to specific elements, or a substantial part, or fundamental to users' understanding. */
  pervasive: boolean
  factors: readonly WeighedFactor[]
  rationale: string
}

/** Another control said to cover the same risk. */
export interface CompensatingControl {
  ref: string
  design: DesignConclusion | null
  operation: OperationConclusion | null
}

/** A compensating control counts only when it was tested and found suitable and effective. */
export function compensates({ design, operation }: CompensatingControl): boolean {
  return design === 'SUITABLE' && operation === 'EFFECTIVE'
}

const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)

/**
 * Checks a decision on one exception. Refuses with INVALID_INPUT: pervasive without material (path `pervasive`), no
 * rationale, no factor, a factor weighed twice or without a note, a compensating control that was not tested and found
 * effective, and a matter found not material by weighing compensating controls of which none is named. Who may decide and approve: `independence.ts`.
 */
export function checkJudgment(
  judgment: MaterialityJudgment,
  compensatingControls: readonly CompensatingControl[] = [],
): void {
  const { material, pervasive, factors, rationale } = judgment
  if (pervasive && !material) throw invalid('A matter that is not material cannot be pervasive.', 'pervasive')
  if (rationale.trim() === '') throw invalid('A decision on materiality needs its rationale.', 'rationale')
  if (factors.length === 0) throw invalid('Name at least one factor that was weighed.', 'factors')
  checkEach(
    factors.flatMap(({ factor, note }, at) => {
      if (note.trim() === '') return invalid(`Say how ${factor} was weighed.`, 'factors', at, 'note')
      const first = factors.findIndex((other) => other.factor === factor)
      return first < at ? invalid(`${factor} is weighed twice.`, 'factors', at, 'factor') : []
    }),
  )
  checkCompensation(judgment, compensatingControls)
}

function checkCompensation({ material, factors }: MaterialityJudgment, controls: readonly CompensatingControl[]): void {
  checkEach(
    controls.flatMap((control, at) => {
      if (compensates(control)) return []
      const message = `Compensating controls count only when tested and effective; not so: ${control.ref}.`
      return invalid(message, 'compensatingControlIds', at)
    }),
  )
  const weighed = factors.some(({ factor }) => factor === 'COMPENSATING_CONTROLS')
  if (weighed && !material && controls.length === 0) {
    throw invalid('Name the compensating controls that make the matter not material.', 'compensatingControlIds')
  }
}
