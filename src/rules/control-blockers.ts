import { concludesOnOperation } from './procedures.js'
import { type Blocker, blocker } from './refusal.js'
import type { DesignConclusion, EngagementKind, ExceptionKind, OperationConclusion } from './vocabulary.js'

/** What of a single control stands between an engagement and its report. */

export interface ControlFact {
  id: string
  ref: string
  procedures: number
  design: DesignConclusion | null
  operation: OperationConclusion | null
  /** The general controls that it relies on. */
  reliesOn: readonly { ref: string; operation: OperationConclusion | null }[]
  /** The kinds of the exceptions on it that stand. */
  reported: readonly ExceptionKind[]
}

/** What of a control nobody has concluded on. */
export function conclusionBlockers({ id, ref, design, operation }: ControlFact, kind: EngagementKind): Blocker[] {
  const missing = [
    ...(design === null ? ['design'] : []),
    ...(operation === null && concludesOnOperation(kind) ? ['operation'] : []),
  ]
  if (missing.length === 0) return []
  return [blocker('CONTROL_NOT_CONCLUDED', `Conclude on the ${missing.join(' and ')} of ${ref}.`, id)]
}

/** What a conclusion says against a control stands in the report as an exception, or the opinion would not weigh it. */
export function unreportedBlockers({ id, ref, design, operation, reported }: ControlFact): Blocker[] {
  const unreported = (message: string) => [blocker('CONCLUSION_UNREPORTED', message, id)]
  if (design === 'UNSUITABLE' && !reported.includes('DESIGN_DEFICIENCY')) {
    return unreported(`The design of ${ref} is UNSUITABLE: raise the design deficiency.`)
  }
  if (operation === 'UNABLE_TO_TEST' && !reported.includes('SCOPE_LIMITATION')) {
    return unreported(`${ref} is concluded UNABLE_TO_TEST: raise the scope limitation.`)
  }
  if (operation === 'NOT_EFFECTIVE' && reported.length === 0) {
    return unreported(`${ref} is concluded NOT_EFFECTIVE: raise what was found as an exception.`)
  }
  return []
}
