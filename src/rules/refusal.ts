import type { BlockerCode } from './blocker-codes.js'
import type { LifecycleState } from './vocabulary.js'

/**
 * A rule said no. The change is rolled back and the caller reads why in the payload's `errors`.
 * Faults (a bug, a database that is away) are other errors and never become a Refusal.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  /**
   * @param code the reason, from the closed list: programs act on it
   * @param message one sentence for people: what was wrong, and what would be right
   * @param at where in the mutation's `input` the fault lies, e.g. `['results', 3, 'note']`; empty when it is the act itself
   * @param detail facts a program can act on, by the kind of refusal
   */
  constructor(
    readonly code: RefusalCode,
    message: string,
    // Not `path`: the executor takes an error that has one for an error that knows its place in the answer.
    readonly at: readonly (string | number)[] = [],
    readonly detail: RefusalDetail = {},
  ) {
    super(message)
  }

  /** What else was refused at the same time: the other entries of a list that are at fault, in their order. */
  also: readonly Refusal[] = []
}

/**
 * Refuses a list for each of its entries that is at fault.
 * @param faults one of each, in the order of the list
 * @throws Refusal the first one, with the others in `also`; nothing where there is none
 */
export function checkEach(faults: readonly Refusal[]): void {
  const [first, ...others] = faults
  if (!first) return
  first.also = others
  throw first
}

/**
 * Why a rule refuses; null where it does not. Lists ask thousands of rules and most of them refuse: where a refusal was thrown
 * is not recorded, because that took longer than all the rules together.
 */
export function refusalOf(check: () => void): Refusal | null {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/**
 * What an id of the input leads to is not there for the caller, or not theirs to change. Where the id stands in the input is
 * found out where the act is answered; the id itself is never shown.
 */
export class Denial extends Refusal {
  /** @param ids the ids it may depend on, the likeliest first; none where only the act knows which it asked for */
  constructor(
    code: 'NOT_FOUND' | 'FORBIDDEN',
    message: string,
    readonly ids: readonly string[] = [],
  ) {
    super(code, message)
  }
}

/** One thing that stands between an engagement and its next state. `node` is the id of what to mend, when it is one thing. */
export interface Blocker {
  code: BlockerCode
  message: string
  node: string | null
}

export const blocker = (code: BlockerCode, message: string, node: string | null = null): Blocker => ({
  code,
  message,
  node,
})

/** One fault in an imported file. */
export interface ImportProblem {
  /** Counted from 1 as a spreadsheet does: the header is row 1. */
  row: number
  /** The name of the column or, where that is at fault, its number; null when the fault lies in the whole row. */
  column: string | null
  code: ImportProblemCode
  /** What is wrong and what would be right, without a word of what stands in the file. */
  message: string
  /** What stood there, as `foundText` shows it; null when the fault lies in no one cell. For the importer alone. */
  found: string | null
}

export interface RefusalDetail {
  /** VERSION_CONFLICT: the version the object has now. */
  currentVersion?: number
  /** INVALID_TRANSITION */
  from?: LifecycleState
  /** Null where the act does not move the object. */
  to?: LifecycleState | null
  allowed?: readonly LifecycleState[]
  /** NOT_READY */
  blockers?: readonly Blocker[]
  /** ROWS_REFUSED: the first problems, and how many there are in all. */
  problems?: readonly ImportProblem[]
  problemCount?: number
}

/** Every reason the service refuses for. The key is the code in the API, the text its description there. */
export const refusalCodes = {
  INVALID_INPUT: 'A value has the wrong form, lies outside its range or contradicts another one.',
  NOT_FOUND: 'What the id at `path` stands for does not exist for you.',
  FORBIDDEN: 'Your role does not allow this for what stands at `path`, or for what the id there stands for.',
  VERSION_CONFLICT: 'The object has changed since you read it. Read it again, then decide.',
  INVALID_TRANSITION: 'The object is not in a state from which this act is possible.',
  ENGAGEMENT_STATE: 'The engagement is not in a state in which this act is possible.',
  NOT_OPENED: 'What is signed together with others is what you opened as it is now; this you have not.',
  SEPARATION_OF_DUTIES:
    'The person may not do this because of what they did or who they are here; another person must.',
  SCOPE_LOCKED: 'Scope and period are locked since fieldwork began; the engagement partner alone changes them.',
  SAMPLING_FIXED:
    'Table, risk and rates of a control were fixed when its first population was imported: before the items were seen.',
  TESTING_BEGUN:
    'The testing of the control has begun: the engagement partner alone changes it, with a reason and the papers it rests on.',
  NOT_READY: 'Something must be done first; the blockers say what.',
  PROPOSAL_CHANGED: 'What the proposed opinion rests on has changed since you read it. Read it again, then decide.',
  JUDGMENT_CHANGED:
    'The figures, the decision or the reason have changed since you read them. Read the judgment again, then decide.',
  ROWS_REFUSED: 'Rows of the file are at fault; nothing was taken in.',
  LIMIT_REACHED: 'There are as many of these as there may be.',
  ALREADY_EXISTS: 'There is one with that name, reference or e-mail address already.',
  CREDENTIALS_REFUSED: 'E-mail address and password do not belong to an account that may sign in there.',
  SESSION_ENDED: 'The session is over. Sign in again.',
  INVITATION_REFUSED: 'The invitation was used, withdrawn, replaced or is too old. Ask for a new one.',
  OWN_MEMBERSHIP: 'No member changes or disables their own membership. Ask another administrator.',
  LAST_ADMIN: 'The firm would be left without an administrator.',
  ROLE_INSUFFICIENT: 'Your role allows this for others than this one.',
  BUSY: 'Another caller is changing the same thing just now. Try again shortly.',
  IDEMPOTENCY_MISMATCH: 'The idempotency key was used before with another input.',
  IDEMPOTENCY_IN_FLIGHT: 'The same act with this idempotency key is still under way. Send it again shortly.',
} as const

export type RefusalCode = keyof typeof refusalCodes

/** Everything that can be wrong in an imported file. The key is the code in the API, the text its description there. */
export const importProblemCodes = {
  FILE_EMPTY: 'The file has not even a row that names the columns.',
  NO_ROWS: 'The file has a row that names the columns, and no other.',
  ROWS_UNFORESEEN: 'The file has rows, though it was said that it has none.',
  NOT_CSV: 'From this row on the file makes no sense as CSV.',
  NOT_XLSX: 'From this row on the worksheet makes no sense.',
  NOT_ENCODED: 'A character is not of the encoding of the file, or was lost before the file was made.',
  TOO_MANY: 'There are more items, columns or empty rows than are taken.',
  TOO_LONG: 'A cell, a key or the name of a column is longer than is taken.',
  CHARACTER_REFUSED:
    'A character may not stand there: it is not seen, changes the direction of writing or looks like another.',
  COLUMN_MISSING: 'The list has no column as it was chosen.',
  COLUMN_REPEATED: 'The name that was chosen stands over more than one column.',
  WIDTH_DIFFERS: 'The row has another number of cells than the header names columns.',
  ROW_EMPTY: 'The row is empty, and others follow.',
  CELL_ERROR: 'The spreadsheet shows an error in the cell.',
  CELL_UNCOMPUTED: 'The cell holds a formula, and the workbook does not keep what it gives.',
  CELLS_MERGED: 'Cells of the list are merged: all but the first of them are empty.',
  KEY_EMPTY: 'The item has no key.',
  KEY_SPACED: 'The key begins or ends with a space, or has a tab or line break.',
  KEY_REPEATED: 'Another item has the same key, or one that looks the same.',
  DATE_INVALID: 'What stands there is no date of the calendar.',
  DATE_ORDER_UNSAID: 'Day and month could stand in either order, and no date of the column tells which.',
  DATE_ORDER_CONTRADICTED: 'Some dates of the column have the day first and others the month.',
  DATE_EXCEL_DAY: 'What stands there looks like a number by which Excel counts days.',
  CYCLE_INVALID: 'What stands there names no cycle of the control.',
  DATE_OUTSIDE_PERIOD: 'The day lies outside the period of the engagement.',
  VALUE_MISSING: 'A value that is needed is missing.',
  VALUE_UNCLEAR: 'What stands there could mean nothing that is known, or more than one thing.',
  VALUE_REFUSED: 'What stands there is refused, as it would be if it were entered by itself.',
  REF_TAKEN: 'The engagement has a control of this reference, or had one that was retired.',
  CELL_CHANGED: 'Both the file and another person changed what stands there since it was exported.',
  CHANGE_REFUSED: 'What the row would change is not changed so, or not by you.',
} as const

export type ImportProblemCode = keyof typeof importProblemCodes
