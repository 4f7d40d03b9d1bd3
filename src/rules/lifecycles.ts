import { Refusal } from './refusal.js'
import type {
  DecisionState,
  EngagementState,
  ExceptionState,
  ExplanationState,
  PopulationState,
  ProcedureState,
  ResponseState,
} from './vocabulary.js'

/** A workflow as a table: from each state, the states that can follow. */
type Table<State extends string> = Readonly<Record<State, readonly State[]>>

export interface Lifecycle<State extends string> {
  readonly table: Table<State>
  /** Whether `to` can follow `from`. */
  allows(from: State, to: State): boolean
  /** Returns `to`, or refuses with INVALID_TRANSITION { from, to, allowed }. */
  move(from: State, to: State): State
}

/** Makes a lifecycle of a table. `noun` begins the sentence of a refusal: `The procedure`. */
export function lifecycle<State extends string>(noun: string, table: Table<State>): Lifecycle<State> {
  const allows = (from: State, to: State) => table[from].includes(to)
  return {
    table,
    allows,
    move(from, to) {
      if (allows(from, to)) return to
      const allowed = table[from]
      const way = allowed.length === 0 ? 'nothing follows that state' : `only ${allowed.join(' or ')} can follow`
      const state = from === to ? `${from} already` : `${from} and cannot become ${to}`
      throw new Refusal('INVALID_TRANSITION', `${noun} is ${state}; ${way}.`, [], {
        from,
        to,
        allowed,
      })
    },
  }
}

/** Gates stand before each step forward (readiness.ts). A step back needs a reason. */
export const engagementLifecycle = lifecycle<EngagementState>('The engagement', {
  PLANNING: ['FIELDWORK', 'WITHDRAWN'],
  FIELDWORK: ['COMPLETION', 'PLANNING', 'WITHDRAWN'],
  COMPLETION: ['ISSUED', 'FIELDWORK', 'WITHDRAWN'],
  ISSUED: ['ARCHIVED'],
  ARCHIVED: [],
  WITHDRAWN: [],
})

/** Sending back, from review or after it, returns a procedure to its preparer. */
export const procedureLifecycle = lifecycle<ProcedureState>('The procedure', {
  PLANNED: ['IN_PROGRESS'],
  IN_PROGRESS: ['PREPARED'],
  PREPARED: ['REVIEWED', 'IN_PROGRESS'],
  REVIEWED: ['IN_PROGRESS'],
})

export const populationLifecycle = lifecycle<PopulationState>('The population', {
  DRAFT: ['FROZEN'],
  FROZEN: [],
})

/**
 * A confirmed exception can still be withdrawn, with a reason; once its materiality is decided it stands, unless the
 * decision is reopened.
 */
export const exceptionLifecycle = lifecycle<ExceptionState>('The exception', {
  DRAFT: ['CONFIRMED', 'WITHDRAWN'],
  CONFIRMED: ['COMMUNICATED', 'WITHDRAWN'],
  COMMUNICATED: ['CONCLUDED', 'WITHDRAWN'],
  CONCLUDED: ['COMMUNICATED'],
  WITHDRAWN: [],
})

/** A draft goes to management for approval, or is submitted by a client administrator at once. Management sends it back to its author; the auditor returns a submitted version, which is then drafted anew. */
export const responseLifecycle = lifecycle<ResponseState>('The response', {
  DRAFT: ['IN_APPROVAL', 'SUBMITTED'],
  IN_APPROVAL: ['SUBMITTED', 'DRAFT'],
  SUBMITTED: ['RETURNED', 'ACCEPTED'],
  RETURNED: ['DRAFT'],
  ACCEPTED: [],
})

/** A rejected explanation leaves the deviation standing; a better one may be proposed. */
export const explanationLifecycle = lifecycle<ExplanationState>('The explanation', {
  PROPOSED: ['APPROVED', 'REJECTED'],
  APPROVED: [],
  REJECTED: ['PROPOSED'],
})

/** An approved decision is reopened, with a reason, when what was weighed has changed. */
export const decisionLifecycle = lifecycle<DecisionState>('The decision', {
  PROPOSED: ['APPROVED'],
  APPROVED: ['PROPOSED'],
})

/** The reason given for an act, trimmed. Refuses with INVALID_INPUT when there is none. `act` begins the sentence: `Sending back`. */
export function reasonFor(
  act: string,
  reason: string | null | undefined,
  path: readonly string[] = ['reason'],
): string {
  const given = reason?.trim() ?? ''
  if (given === '') throw new Refusal('INVALID_INPUT', `${act} needs a reason.`, path)
  return given
}

/**
 * For acts that do not move a procedure, or may begin in some states only: refuses with INVALID_TRANSITION where the
 * procedure is in none of them. What was signed changes only after it was sent back. `act` begins the sentence.
 * @param to the state that the act leads to; null where it leads to no other
 */
export function checkProcedureIs(
  state: ProcedureState,
  possible: readonly ProcedureState[],
  act: string,
  to: ProcedureState | null = null,
): void {
  if (possible.includes(state)) return
  const why = `${act} is possible while the procedure is ${possible.join(' or ')}; it is ${state}.`
  const allowed = procedureLifecycle.table[state]
  throw new Refusal('INVALID_TRANSITION', why, [], { from: state, to, allowed })
}
