import { canonicalJson } from './canonical.js'
import { libraryLifecycle } from './lifecycles.js'
import { aspectsExamined, repeatedLetters } from './procedures.js'
import { checkEach, Refusal } from './refusal.js'
import type { ControlState, EngagementKind, ProcedureAspect } from './vocabulary.js'

/**
 * The firm's library of controls and their tests, from which an engagement starts (product page 3). What an engagement took is its own
 * from then on; the library goes on in versions.
 */

/** How many entries an engagement takes in one act. */
export const TAKEN_MAX = 200

/** How many tests a control of the library has. */
export const LIBRARY_PROCEDURES_MAX = 10

/** How many bytes of texts one act takes: as many as one request may send. */
export const TAKEN_BYTES_MAX = 4_194_304

/** The longest reference of a procedure (`planProcedure`). */
const REF_MAX = 40

const invalid = (message: string, ...at: (string | number)[]) => new Refusal('INVALID_INPUT', message, at)

interface Retirable {
  retiredAt: Date | null
}

const libraryState = ({ retiredAt }: Retirable): ControlState => (retiredAt === null ? 'IN_USE' : 'RETIRED')

/** What is revised or retired is offered. Refuses with INVALID_TRANSITION. */
export const checkOffered = (entry: Retirable): void => libraryLifecycle.checkState(libraryState(entry), ['IN_USE'])

/** What is restored was retired. Refuses with INVALID_TRANSITION. */
export const checkRestorable = (entry: Retirable): void => libraryLifecycle.checkMove(libraryState(entry), 'IN_USE')

/** References that differ in capitals alone would be taken for one another. */
const repeatedIn = (names: readonly string[], at: number): boolean =>
  names.findIndex((one) => one.toUpperCase() === names[at]?.toUpperCase()) < at

/**
 * Whether tests can stand beside each other in a version: each with a suffix of its own, and each of its attributes with a letter.
 * Refuses with INVALID_INPUT at the place of each fault in `procedures`.
 */
export function checkTests(tests: readonly { suffix: string; attributes: readonly { letter: string }[] }[]): void {
  const suffixes = tests.map(({ suffix }) => suffix)
  checkEach(
    tests.flatMap(({ attributes }, at) => [
      ...(repeatedIn(suffixes, at)
        ? [invalid('Another test of the control has this suffix.', 'procedures', at, 'suffix')]
        : []),
      ...repeatedLetters(attributes, ['procedures', at, 'attributes']),
    ]),
  )
}

/** A version says something else than the one before. Refuses with INVALID_INPUT. */
export function checkRevised(before: object, after: object): void {
  if (canonicalJson(before) !== canonicalJson(after)) return
  throw invalid('The version in force says the same: nothing would change.')
}

/** The reference of a test in an engagement: that of its control, and its own suffix. */
export const refOfTest = (controlRef: string, suffix: string): string => `${controlRef}.${suffix}`

/** What is taken under a reference: a control, and the suffixes of the tests that come with it. */
export interface Taken {
  ref: string
  suffixes: readonly string[]
}

/**
 * Whether what is taken has references of its own in the engagement. Refuses at `controls`, the place of each and `ref`: ALREADY_EXISTS
 * where the engagement has the reference of the control, or one that a test would have; INVALID_INPUT where the list names it twice, or
 * the reference of a test would be too long.
 * @param inUse the references of the engagement's controls and procedures, as far as they are among those asked for
 */
export function checkRefsFree(
  taken: readonly Taken[],
  inUse: { controls: readonly string[]; procedures: readonly string[] },
): void {
  const refs = taken.map(({ ref }) => ref)
  const controls = new Set(inUse.controls.map((ref) => ref.toUpperCase()))
  const procedures = new Set(inUse.procedures)
  const faultOf = ({ ref, suffixes }: Taken, at: number): Refusal[] => {
    const place = ['controls', at, 'ref'] as const
    const exists = (message: string) => new Refusal('ALREADY_EXISTS', message, place)
    if (repeatedIn(refs, at)) return [invalid('The list takes another control under this reference.', ...place)]
    if (controls.has(ref.toUpperCase())) return [exists('The engagement has a control of this reference already.')]
    const long = suffixes.find((suffix) => refOfTest(ref, suffix).length > REF_MAX)
    if (long !== undefined) {
      return [
        invalid(
          `With the suffix ${long} the reference of its test would have more than ${REF_MAX} characters.`,
          ...place,
        ),
      ]
    }
    const doubled = suffixes.find((suffix) => procedures.has(refOfTest(ref, suffix)))
    if (doubled === undefined) return []
    return [exists(`The engagement has a procedure of the reference that its test ${doubled} would have.`)]
  }
  checkEach(taken.flatMap(faultOf))
}

/** No act takes more text than could be sent to it. Refuses with LIMIT_REACHED at `controls`. */
export function checkTakenSize(bytes: number): void {
  if (bytes <= TAKEN_BYTES_MAX) return
  throw new Refusal('LIMIT_REACHED', 'These are more texts than one act takes: take fewer controls at a time.', [
    'controls',
  ])
}

/** Tests as an engagement of a kind plans them. */
export interface PlannedTests<T> {
  planned: T[]
  /** Suffixes of tests that are planned without their aspect OPERATION. */
  withoutOperation: string[]
  /** Suffixes of tests of which nothing is left. */
  leftOut: string[]
}

/** What of the tests of the library an engagement of this kind plans: a Type 1 has no test of operation (`checkAspects`). */
export function plannedTests<T extends { suffix: string; aspects: readonly ProcedureAspect[] }>(
  kind: EngagementKind,
  tests: readonly T[],
): PlannedTests<T> {
  const examined = tests.map((test) => ({ test, aspects: aspectsExamined(kind, test.aspects) }))
  const kept = examined.filter(({ aspects }) => aspects.length > 0)
  return {
    planned: kept.map(({ test, aspects }) => ({ ...test, aspects })),
    withoutOperation: kept.flatMap(({ test, aspects }) => (aspects.length < test.aspects.length ? test.suffix : [])),
    leftOut: examined.flatMap(({ test, aspects }) => (aspects.length === 0 ? test.suffix : [])),
  }
}
