import { checkNoOccasion } from './outcomes.js'
import { concludesOnOperation, testsOperation } from './procedures.js'
import { Refusal } from './refusal.js'
import { speakAgainst } from './verdict.js'
import type {
  ControlFrequency,
  ControlNature,
  DesignConclusion,
  EngagementKind,
  OperationConclusion,
  ProcedureAspect,
  ProcedureMethod,
  ProcedureOutcome,
  ProcedureState,
} from './vocabulary.js'

/** What may be concluded about a control from what was recorded (product page, section 3). */

const invalid = (message: string, ...path: string[]) => new Refusal('INVALID_INPUT', message, path)

/** A procedure, as far as the conclusion on its control depends on it. */
export interface ProcedureForConclusion {
  aspects: readonly ProcedureAspect[]
  methods: readonly ProcedureMethod[]
  state: ProcedureState
  outcome: ProcedureOutcome | null
  /** Items of a population that were tested for its attributes; null where it has no sample. */
  items: { tested: number; all: boolean } | null
}

/** A control, as far as it is known when it is concluded on. */
export interface ControlForConclusion {
  engagementKind: EngagementKind
  frequency: ControlFrequency
  nature: ControlNature
  procedures: readonly ProcedureForConclusion[]
  /** Live exceptions on it. */
  exceptions: number
  /** How many items of its samples were tested, and the verdict over all of them (`verdict.ts`); null where they give none. */
  testedCount: number
  supportsReliance: boolean | null
  /** Marked as having no population before its testing began, with the approval of another person. */
  withoutPopulation: boolean
  /** The general controls that it relies on. */
  reliesOn: readonly { ref: string; operation: OperationConclusion | null }[]
  /** Whether an occurrence of a periodic control fell due in the period; null where that is not known. */
  fellDue: boolean | null
}

export interface ControlConclusion {
  design: DesignConclusion
  /** Null in a Type 1, where operation is not examined. */
  operation: OperationConclusion | null
  /** Why; needed wherever the tests do not speak for themselves. */
  rationale: string | null
  /** The papers that the rationale rests on; needed where the figures speak against the conclusion. */
  restsOn: readonly string[]
}

/**
 * Whether a control may be concluded so, given its tests. Refuses with INVALID_INPUT at `design`, `operation`,
 * `rationale` or `restsOnIds`:
 * - a Type 1 has no conclusion on operation, a Type 2 has one;
 * - `EFFECTIVE` needs a suitable design, and a reviewed test of operation that can show it (`checkShown`);
 * - `NOT_EFFECTIVE` needs exceptions noted, or an unsuitable design;
 * - `NOT_OPERATED` and `UNABLE_TO_TEST` need a test with that outcome; the former also a control that may have had no
 *   occasion (`checkNoOccasion`) and no test that found one;
 * - a rationale is needed for an unsuitable design, a design concluded without a test of it, and a control that could
 *   not be tested; a rationale and the papers it rests on, where exceptions speak against what is concluded, or the verdict on
 *   its samples does, or its samples give none (`speakAgainst`).
 */
export function checkConclusion(conclusion: ControlConclusion, control: ControlForConclusion): void {
  const { operation } = conclusion
  const reviewed = control.procedures.filter(({ state }) => state === 'REVIEWED')
  checkDesign(conclusion, reviewed)
  if (!concludesOnOperation(control.engagementKind)) {
    if (operation !== null) {
      throw invalid('A Type 1 examines design as of a date; it has no conclusion on operation.', 'operation')
    }
    return
  }
  if (operation === null) throw invalid('A conclusion on operation is needed.', 'operation')
  const ofOperation = reviewed.filter(testsOperation)
  if (operation === 'EFFECTIVE') checkEffective(conclusion, control, ofOperation)
  else if (operation === 'NOT_EFFECTIVE') checkNotEffective(conclusion, ofOperation)
  else if (operation === 'NOT_OPERATED') checkNotOperated(control, ofOperation)
  else checkUnableToTest(conclusion, ofOperation)
}

function checkDesign(conclusion: ControlConclusion, reviewed: readonly ProcedureForConclusion[]): void {
  if (conclusion.design === 'UNSUITABLE') needRationale(conclusion, 'A design that is unsuitable')
  const ofDesign = reviewed.filter(({ aspects, outcome }) => aspects.includes('DESIGN') && outcome !== 'UNABLE_TO_TEST')
  if (ofDesign.length === 0) needRationale(conclusion, 'A conclusion on design without a finished test of the design')
  if (conclusion.design === 'SUITABLE' && ofDesign.some(notesFaultOfDesign)) {
    needPapers(conclusion, 'A design that is suitable although a test of it noted exceptions')
  }
}

/** What a test of operation noted need not be about the design that it tests as well. */
const notesFaultOfDesign = (test: ProcedureForConclusion): boolean =>
  test.outcome === 'EXCEPTIONS' && !testsOperation(test)

function checkEffective(
  conclusion: ControlConclusion,
  control: ControlForConclusion,
  ofOperation: readonly ProcedureForConclusion[],
): void {
  if (conclusion.design === 'UNSUITABLE') {
    throw invalid('A control of unsuitable design cannot be concluded EFFECTIVE.', 'operation')
  }
  checkShown(control, ofOperation)
  if (control.exceptions > 0 || ofOperation.some(({ outcome }) => outcome === 'EXCEPTIONS')) {
    needPapers(conclusion, 'A control that is EFFECTIVE despite exceptions')
  }
  if (speakAgainst(control)) {
    const verdict = control.supportsReliance === null ? 'gives no verdict' : 'does not support reliance on it'
    needPapers(conclusion, `A control that is EFFECTIVE over a sample that ${verdict}`)
  }
}

/**
 * EFFECTIVE needs a test of operation that can show it, by more than inquiry (product page, section 3):
 * - items of a population tested for attributes, a sample or all of them;
 * - of an automated control one test, with each general control it relies on concluded EFFECTIVE: what a system does once it
 *   does always, as long as nobody can change it unseen;
 * - of a control without a population, marked and approved as such before its testing began, inspection together with
 *   another method.
 */
function checkShown(control: ControlForConclusion, ofOperation: readonly ProcedureForConclusion[]): void {
  const tested = ofOperation.filter(({ outcome }) => outcome === 'NO_EXCEPTIONS' || outcome === 'EXCEPTIONS')
  if (tested.length === 0) throw invalid('EFFECTIVE needs a reviewed test of operation.', 'operation')
  const beyondInquiry = tested.filter(({ methods }) => methods.some((method) => method !== 'INQUIRY'))
  if (beyondInquiry.length === 0) {
    throw invalid(
      'Inquiry alone does not support EFFECTIVE. Add a test by observation, inspection or reperformance.',
      'operation',
    )
  }
  if (beyondInquiry.some((test) => testsItems(test, control.nature))) return
  if (control.nature === 'AUTOMATED') checkRelied(control.reliesOn)
  else if (control.withoutPopulation && mayLackPopulation(control)) checkTwoMethods(tested)
  else throw invalid(itemsNeeded, 'operation')
}

/**
 * Whether items of a population, or one test of an automated control with its general controls, show that a control operated. Tests of
 * a control without a population can conclude it; they are not precise enough for it to stand in for another.
 */
export function isShownByItems({
  nature,
  procedures,
  reliesOn,
}: Pick<ControlForConclusion, 'nature' | 'procedures' | 'reliesOn'>): boolean {
  const tests = procedures.filter(
    ({ aspects, methods, state, outcome }) =>
      state === 'REVIEWED' &&
      testsOperation({ aspects }) &&
      (outcome === 'NO_EXCEPTIONS' || outcome === 'EXCEPTIONS') &&
      methods.some((method) => method !== 'INQUIRY'),
  )
  if (tests.some((test) => testsItems(test, nature))) return true
  const relies = reliesOn.length > 0 && reliesOn.every(({ operation }) => operation === 'EFFECTIVE')
  return nature === 'AUTOMATED' && tests.length > 0 && relies
}

const itemsNeeded =
  'EFFECTIVE needs items of a population tested for attributes, a sample or all of them; of a control without a population, that it was marked as such before its testing began, with approval.'

/** One item of an automated control is the test of one, whatever it is called: it needs the general controls beside it. */
function testsItems({ items }: ProcedureForConclusion, nature: ControlNature): boolean {
  if (items === null || items.tested === 0) return false
  return nature !== 'AUTOMATED' || items.tested > 1 || items.all
}

function checkRelied(reliesOn: ControlForConclusion['reliesOn']): void {
  if (reliesOn.length === 0) {
    throw invalid(
      'One test of an automated control shows its operation only with the general controls it relies on: name them, or test items.',
      'operation',
    )
  }
  const others = reliesOn.filter(({ operation }) => operation !== 'EFFECTIVE').map(({ ref }) => ref)
  if (others.length === 0) return
  throw invalid(
    `It relies on general controls that are not concluded EFFECTIVE: ${others.slice(0, 10).join(', ')}.`,
    'operation',
  )
}

function checkTwoMethods(tested: readonly ProcedureForConclusion[]): void {
  const methods = new Set(tested.flatMap((test) => test.methods))
  if (methods.has('INSPECTION') && methods.size > 1) return
  throw invalid('A control without a population is tested by inspection together with another method.', 'operation')
}

/** Whether a control of this kind can be one that acts on no list of items: tone, structure, policies. */
export function mayLackPopulation({ frequency, nature }: Pick<ControlForConclusion, 'frequency' | 'nature'>): boolean {
  return frequency === 'CONTINUOUS' && nature !== 'AUTOMATED'
}

function checkNotEffective(conclusion: ControlConclusion, tests: readonly ProcedureForConclusion[]): void {
  const shown = conclusion.design === 'UNSUITABLE' || tests.some(({ outcome }) => outcome === 'EXCEPTIONS')
  if (!shown) {
    throw invalid(
      'NOT_EFFECTIVE needs a test of operation that noted exceptions, or an unsuitable design.',
      'operation',
    )
  }
}

function checkNotOperated(control: ControlForConclusion, tests: readonly ProcedureForConclusion[]): void {
  if (!tests.some(({ outcome }) => outcome === 'NOT_OPERATED')) {
    throw invalid('NOT_OPERATED needs a finished test of operation with that outcome.', 'operation')
  }
  if (tests.some(({ outcome }) => outcome !== 'NOT_OPERATED' && outcome !== null)) {
    throw invalid('Another test of this control found that it had occasion to operate.', 'operation')
  }
  checkNoOccasion(control, 'operation')
}

function checkUnableToTest(conclusion: ControlConclusion, tests: readonly ProcedureForConclusion[]): void {
  if (!tests.some(({ outcome }) => outcome === 'UNABLE_TO_TEST')) {
    throw invalid('UNABLE_TO_TEST needs a finished test of operation with that outcome.', 'operation')
  }
  needRationale(conclusion, 'A control that could not be tested')
}

function needRationale(conclusion: ControlConclusion, what: string): void {
  if (!conclusion.rationale?.trim()) throw invalid(`${what} needs a rationale.`, 'rationale')
}

function needPapers(conclusion: ControlConclusion, what: string): void {
  needRationale(conclusion, what)
  if (conclusion.restsOn.length === 0) throw invalid(`${what} needs the papers that this rests on.`, 'restsOnIds')
}
