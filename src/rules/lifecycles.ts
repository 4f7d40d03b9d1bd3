import { Refusal } from './refusal.js'
import type {
  ControlState,
  DecisionState,
  EngagementState,
  EvidenceState,
  ExceptionState,
  ExclusionState,
  ExplanationState,
  ImportState,
  LegalHoldState,
  LifecycleState,
  ManagementRefusalState,
  MembershipState,
  PlaceState,
  PopulationState,
  ProcedureState,
  RegisterEntryState,
  ResponseState,
  ReviewNoteState,
  ReviewPointState,
  WorkpaperState,
} from './vocabulary.js'

/** A workflow as a table: from each state, the states that can follow. */
type Table<State extends string> = Readonly<Record<State, readonly State[]>>

/** How a refusal by state is worded, and where the act leads. */
interface Act<State extends string> {
  /** Begins the sentence: `Sending back`. */
  act?: string
  /** The state that the act leads to; null where it leads to no other. */
  to?: State | null
  path?: readonly string[]
  /** The whole sentence, where the usual one does not say what has to be said. */
  message?: string
}

/** Every refusal for the state of an object is made here: INVALID_TRANSITION { from, to, allowed }. */
export interface Lifecycle<State extends LifecycleState> {
  /** Begins the sentence of a refusal: `The procedure`. */
  readonly noun: string
  readonly table: Table<State>
  /** Whether `to` can follow `from`. */
  allows(from: State, to: State): boolean
  /** Returns `to`, or refuses as `checkMove` does. */
  move(from: State, to: State): State
  /** For acts that are possible wherever the table allows the move. Refuses with INVALID_TRANSITION. */
  checkMove(from: State, to: State): void
  /** For acts that do not move the object, or begin in some states only. Refuses with INVALID_TRANSITION outside `possible`. */
  checkState(state: State, possible: readonly State[], act?: Act<State>): void
}

function lifecycle<State extends LifecycleState>(noun: string, table: Table<State>): Lifecycle<State> {
  const refusal = (from: State, to: State | null, message: string, path: readonly string[] = []) =>
    new Refusal('INVALID_TRANSITION', message, path, { from, to, allowed: table[from] })
  const allows = (from: State, to: State) => table[from].includes(to)
  const checkMove = (from: State, to: State) => {
    if (allows(from, to)) return
    const allowed = table[from]
    const way = allowed.length === 0 ? 'nothing follows that state' : `only ${allowed.join(' or ')} can follow`
    const state = from === to ? `${from} already` : `${from} and cannot become ${to}`
    throw refusal(from, to, `${noun} is ${state}; ${way}.`)
  }
  return {
    noun,
    table,
    allows,
    checkMove,
    move(from, to) {
      checkMove(from, to)
      return to
    },
    checkState(state, possible, { act = 'This', to = null, path, message } = {}) {
      if (possible.includes(state)) return
      const usual = `${act} is possible while ${noun.toLowerCase()} is ${possible.join(' or ')}; it is ${state}.`
      throw refusal(state, to, message ?? usual, path)
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

/** Those of an engagement that is under way: neither issued nor withdrawn. */
export const statesUnderWay = ['PLANNING', 'FIELDWORK', 'COMPLETION'] as const satisfies readonly EngagementState[]

/** Those of an engagement on which fieldwork began, which no member sets up alone: others were named, and its letter recorded. */
export const statesBegun = [
  'FIELDWORK',
  'COMPLETION',
  'ISSUED',
  'ARCHIVED',
] as const satisfies readonly EngagementState[]

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

export const importLifecycle = lifecycle<ImportState>('The import', {
  UNDER_WAY: ['DONE', 'REFUSED', 'CANCELLED'],
  DONE: [],
  REFUSED: [],
  CANCELLED: [],
})

/** While the population is a draft; what was decided is decided anew only by another proposal. */
export const exclusionLifecycle = lifecycle<ExclusionState>('The exclusion', {
  PROPOSED: ['APPROVED', 'DECLINED', 'WITHDRAWN'],
  APPROVED: ['WITHDRAWN'],
  DECLINED: [],
  WITHDRAWN: [],
})

/**
 * A confirmed exception can still be withdrawn, with a reason; once its materiality is decided it stands, unless the
 * decision is reopened. A misstatement of the description can be corrected by management until then; where the correction does not
 * last, it is withdrawn and raised again.
 */
export const exceptionLifecycle = lifecycle<ExceptionState>('The exception', {
  DRAFT: ['CONFIRMED', 'WITHDRAWN'],
  CONFIRMED: ['COMMUNICATED', 'CORRECTED', 'WITHDRAWN'],
  COMMUNICATED: ['CONCLUDED', 'CORRECTED', 'WITHDRAWN'],
  CONCLUDED: ['COMMUNICATED'],
  CORRECTED: ['WITHDRAWN'],
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

/** What becomes of a place on a team: named, confirmed by the person, left. */
export const placeLifecycle = lifecycle<PlaceState>('The place on the team', {
  NAMED: ['CONFIRMED', 'REMOVED'],
  CONFIRMED: ['REMOVED'],
  REMOVED: [],
})

/** A disabled membership is reinstated: in use at once, or invited again when it was never accepted. */
export const membershipLifecycle = lifecycle<MembershipState>('The membership', {
  INVITED: ['ACTIVE', 'DISABLED'],
  ACTIVE: ['DISABLED'],
  DISABLED: ['ACTIVE', 'INVITED'],
})

/** An approved decision is reopened, with a reason, when what was weighed has changed. */
export const decisionLifecycle = lifecycle<DecisionState>('The decision', {
  PROPOSED: ['APPROVED'],
  APPROVED: ['PROPOSED'],
})

/** An objection is withdrawn by the quality reviewer or settled by a third person; another one is raised anew. */
export const reviewPointLifecycle = lifecycle<ReviewPointState>('The objection', {
  OPEN: ['WITHDRAWN', 'UPHELD', 'OVERRULED'],
  WITHDRAWN: [],
  UPHELD: [],
  OVERRULED: [],
})

/** What does not satisfy is opened again; what was cleared stays so, and another matter is another note. */
export const reviewNoteLifecycle = lifecycle<ReviewNoteState>('The review note', {
  OPEN: ['ADDRESSED'],
  ADDRESSED: ['CLEARED', 'OPEN'],
  CLEARED: [],
})

/** A paper that is sent back is a draft again; one that is not needed is withdrawn as a draft. */
export const workpaperLifecycle = lifecycle<WorkpaperState>('The workpaper', {
  DRAFT: ['PREPARED', 'WITHDRAWN'],
  PREPARED: ['REVIEWED', 'DRAFT'],
  REVIEWED: ['DRAFT'],
  WITHDRAWN: [],
})

/** A control that was retired is added anew under another reference, where it is examined after all. */
export const controlLifecycle = lifecycle<ControlState>('The control', {
  IN_USE: ['RETIRED'],
  RETIRED: [],
})

/** A commitment, an organization or a complementary control that was retired is recorded anew where it is one after all. */
export const recordLifecycle = lifecycle<ControlState>('The record', {
  IN_USE: ['RETIRED'],
  RETIRED: [],
})

/** A library control that was retired is offered again where the firm needs it after all. */
export const libraryLifecycle = lifecycle<ControlState>('The library control', {
  IN_USE: ['RETIRED'],
  RETIRED: ['IN_USE'],
})

/** What was shared is not taken back: an entry made in error is withdrawn, and stays where it was seen. */
export const registerLifecycle = lifecycle<RegisterEntryState>('The entry', {
  PRIVATE: ['SHARED', 'WITHDRAWN'],
  SHARED: ['WITHDRAWN'],
  WITHDRAWN: [],
})

/** What the malware scanner says of a file is said once; what is removed comes back only as another piece of evidence. */
export const evidenceLifecycle = lifecycle<EvidenceState>('The evidence', {
  PENDING: ['AVAILABLE', 'INFECTED', 'REMOVED'],
  AVAILABLE: ['REMOVED'],
  INFECTED: ['REMOVED'],
  REMOVED: [],
})

/** A hold is placed anew rather than taken up again. */
export const legalHoldLifecycle = lifecycle<LegalHoldState>('The legal hold', {
  IN_FORCE: ['RELEASED'],
  RELEASED: [],
})

/** Management that refuses again is recorded again. */
export const managementRefusalLifecycle = lifecycle<ManagementRefusalState>('The refusal of management', {
  STANDS: ['RETRACTED'],
  RETRACTED: [],
})

/** Every state that a refusal can name, with what can be in it. */
export const lifecycleStates = describeStates([
  engagementLifecycle,
  procedureLifecycle,
  populationLifecycle,
  exclusionLifecycle,
  explanationLifecycle,
  exceptionLifecycle,
  responseLifecycle,
  decisionLifecycle,
  membershipLifecycle,
  placeLifecycle,
  evidenceLifecycle,
  importLifecycle,
  legalHoldLifecycle,
  managementRefusalLifecycle,
  controlLifecycle,
  recordLifecycle,
  libraryLifecycle,
  registerLifecycle,
  reviewPointLifecycle,
  reviewNoteLifecycle,
  workpaperLifecycle,
])

function describeStates(
  lifecycles: readonly Pick<Lifecycle<never>, 'noun' | 'table'>[],
): Record<LifecycleState, string> {
  const states = new Set(lifecycles.flatMap(({ table }) => Object.keys(table) as LifecycleState[]))
  const described = [...states].map((state): [LifecycleState, string] => {
    const nouns = lifecycles.filter(({ table }) => state in table).map(({ noun }) => noun.toLowerCase())
    return [state, `A state of ${nouns.join(' and of ')}.`]
  })
  return Object.fromEntries(described) as Record<LifecycleState, string>
}

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
