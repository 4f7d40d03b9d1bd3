import { checkEach, Refusal } from './refusal.js'
import type { MaterialityFactor } from './vocabulary.js'

/**
 * Materiality: would the matter, alone or together with others, influence the judgment of those who rely on the report?
 * A recorded human judgment; no formula gives it. It decides what the opinion says, never whether an exception is shown:
 * every confirmed one is in Section IV. What was mended within the period is weighed; management's response and what was mended
 * after the period are not among the factors: they do not undo what happened.
 */
export interface WeighedFactor {
  factor: MaterialityFactor
  note: string
}

/** What every decision on exceptions weighs. */
export interface WeighedJudgment {
  material: boolean
  /** Not confined to specific elements, or a substantial part, or fundamental to users' understanding. */
  pervasive: boolean
  factors: readonly WeighedFactor[]
  rationale: string
}

/** A decision on one exception. */
export interface MaterialityJudgment extends WeighedJudgment {
  /** How many papers the rationale names. */
  paperCount: number
}

/** Another control said to cover the same risk, and why it does not: `faultsOfCompensation`. */
export interface ControlWeighed {
  ref: string
  faults: readonly string[]
}

const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)

/**
 * Checks a decision on one exception. Refuses with INVALID_INPUT: pervasive without material (path `pervasive`), no
 * rationale, no factor, a factor weighed twice or without a note, a control that does not compensate (path `compensatingControlIds`), a matter found not material by weighing compensating controls of which none is named, and one found not material
 * against the figures without a paper (path `restsOnIds`). Who may decide and approve: `independence.ts`.
 * @param figuresAgainst what the samples of the control found does not support reliance on it
 */
export function checkJudgment(
  judgment: MaterialityJudgment,
  compensatingControls: readonly ControlWeighed[] = [],
  figuresAgainst = false,
): void {
  checkWeighing(judgment)
  checkCompensation(judgment, compensatingControls)
  if (figuresAgainst && !judgment.material && judgment.paperCount === 0) {
    const message = 'The figures do not support reliance on the control: name the papers on which “not material” rests.'
    throw invalid(message, 'restsOnIds')
  }
}

/** Only what is material can be pervasive. Refuses with INVALID_INPUT at `pervasive`. */
export function checkWeight({ material, pervasive }: Pick<WeighedJudgment, 'material' | 'pervasive'>): void {
  if (pervasive && !material) throw invalid('A matter that is not material cannot be pervasive.', 'pervasive')
}

/**
 * Checks what every decision on exceptions, alone or together, has to hold. Refuses with INVALID_INPUT: pervasive without
 * material (path `pervasive`), no rationale, no factor, a factor weighed twice or without a note.
 */
export function checkWeighing(judgment: WeighedJudgment): void {
  const { factors, rationale } = judgment
  checkWeight(judgment)
  if (rationale.trim() === '') throw invalid('A decision on materiality needs its rationale.', 'rationale')
  if (factors.length === 0) throw invalid('Name at least one factor that was weighed.', 'factors')
  checkEach(
    factors.flatMap(({ factor, note }, at) => {
      if (note.trim() === '') return invalid(`Say how ${factor} was weighed.`, 'factors', at, 'note')
      const first = factors.findIndex((other) => other.factor === factor)
      return first < at ? invalid(`${factor} is weighed twice.`, 'factors', at, 'factor') : []
    }),
  )
}

function checkCompensation({ material, factors }: WeighedJudgment, controls: readonly ControlWeighed[]): void {
  checkEach(
    controls.flatMap(({ ref, faults }, at) =>
      faults.length === 0
        ? []
        : invalid(`${ref} does not compensate: ${faults.join('; ')}.`, 'compensatingControlIds', at),
    ),
  )
  const weighed = factors.some(({ factor }) => factor === 'COMPENSATING_CONTROLS')
  if (weighed && !material && controls.length === 0) {
    throw invalid('Name the compensating controls that make the matter not material.', 'compensatingControlIds')
  }
}
