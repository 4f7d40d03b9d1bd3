import { canonicalJson } from './canonical.js'
import { isLive } from './exceptions.js'
import { checkWeighing, checkWeight, type WeighedJudgment } from './materiality.js'
import { type ApprovedJudgment, type ExceptionForOpinion, subjectMatterOf, subjectMattersOf } from './opinion-places.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import type { EngagementKind, SubjectMatter } from './vocabulary.js'

/**
 * Exceptions weighed together (product page, section 9; AT-C 205 on the evaluation of misstatements individually and in the
 * aggregate): what is not material alone can be so beside others on the same criterion, and whether matters are pervasive is
 * decided over all of a subject matter. Nothing is added up: a person weighs, another approves.
 */

/** What is weighed together: criteria at which the same exceptions meet, or else a subject matter. */
export interface AggregateScope {
  criteriaCodes: readonly string[]
  subjectMatter: SubjectMatter | null
}

/** Exceptions that are to be weighed together, and where. */
export interface Aggregate<E extends ExceptionForOpinion = ExceptionForOpinion> extends AggregateScope {
  exceptions: readonly E[]
}

/** An exception with the figures that were weighed. */
export interface ExceptionWeighed extends ExceptionForOpinion {
  /** The controls that its approved decision counts on, by id. */
  compensatedBy: readonly string[]
  testedCount: number | null
  deviationCount: number | null
}

/** A decision as it is kept. */
export interface AggregateDecided extends AggregateScope {
  exceptionIds: readonly string[]
  /** `weighedFacts` of the exceptions when it was decided. */
  weighedFacts: string
  isApproved: boolean
}

/**
 * What is to be weighed together: each criterion that two or more live exceptions name, and each subject matter on which two or
 * more bear. Criteria at which the same exceptions meet are one matter, by the first of them; then come the subject matters.
 */
export function aggregatesOf<E extends ExceptionForOpinion>(
  exceptions: readonly E[],
  kind: EngagementKind,
): Aggregate<E>[] {
  const live = exceptions.filter(isLive)
  const alike = new Map<string, { criteriaCodes: string[]; exceptions: E[] }>()
  for (const code of [...new Set(live.flatMap(({ criteriaCodes }) => criteriaCodes))]) {
    const meeting = live.filter(({ criteriaCodes }) => criteriaCodes.includes(code))
    if (meeting.length < 2) continue
    const key = meeting.map(({ id }) => id).join()
    const known = alike.get(key)
    if (known) known.criteriaCodes.push(code)
    else alike.set(key, { criteriaCodes: [code], exceptions: meeting })
  }
  const ofSubjects = subjectMattersOf(kind).map((subjectMatter) => ({
    criteriaCodes: [],
    subjectMatter,
    exceptions: live.filter((exception) => subjectMatterOf(exception, kind) === subjectMatter),
  }))
  return [
    ...[...alike.values()].map((one) => ({ ...one, subjectMatter: null })),
    ...ofSubjects.filter((one) => one.exceptions.length > 1),
  ]
}

/**
 * What a decision weighed, as one text to compare: which exceptions, with their kinds, figures and decisions, and with the controls that
 * these count on: where others come to compensate, they are weighed together again.
 */
export const weighedFacts = (exceptions: readonly ExceptionWeighed[]): string =>
  canonicalJson(
    exceptions.map(({ id, kind, testedCount, deviationCount, judgment, compensatedBy }) => ({
      id,
      kind,
      testedCount,
      deviationCount,
      judgment: judgment && { material: judgment.material, pervasive: judgment.pervasive, compensatedBy },
    })),
  )

/** Whether a decision weighed other exceptions, or the same as they are no more. */
export const isOutdated = (
  decision: AggregateDecided,
  exceptions: readonly ExceptionWeighed[],
  kind: EngagementKind,
): boolean => {
  const now = exceptionsIn(decision, exceptions, kind)
  return now === null || weighedFacts(now) !== decision.weighedFacts
}

/** The live exceptions of a scope; null where its criteria are no longer met by the same ones. */
function exceptionsIn<E extends ExceptionForOpinion>(
  { criteriaCodes, subjectMatter }: AggregateScope,
  exceptions: readonly E[],
  kind: EngagementKind,
): readonly E[] | null {
  const live = exceptions.filter(isLive)
  if (subjectMatter) return live.filter((one) => subjectMatterOf(one, kind) === subjectMatter)
  const [first, ...others] = criteriaCodes.map((code) => live.filter((one) => one.criteriaCodes.includes(code)))
  const key = (set: readonly E[] | undefined) => set?.map(({ id }) => id).join()
  return others.every((set) => key(set) === key(first)) ? (first ?? null) : null
}

/**
 * The exceptions that a decision on this scope weighs. Refuses:
 * - INVALID_INPUT at `criteriaCodes` or `subjectMatter`: neither or both given, a code given twice, a scope with fewer than two
 *   live exceptions, criteria at which other exceptions meet than at the first;
 * - NOT_READY with EXCEPTION_UNDECIDED: one of them is not decided by itself yet.
 */
export function checkAggregateScope<E extends ExceptionForOpinion>(
  scope: AggregateScope,
  exceptions: readonly E[],
  kind: EngagementKind,
): readonly E[] {
  const { criteriaCodes, subjectMatter } = scope
  const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)
  if (criteriaCodes.length > 0 === (subjectMatter !== null)) {
    throw invalid('Name criteria or a subject matter: the one or the other.', 'criteriaCodes')
  }
  const live = exceptions.filter(isLive)
  const meeting = (code: string) => live.filter((one) => one.criteriaCodes.includes(code)).map(({ id }) => id)
  checkEach(
    criteriaCodes.flatMap((code, at) => {
      if (criteriaCodes.indexOf(code) < at) return invalid('This criterion is named twice.', 'criteriaCodes', at)
      if (meeting(code).length < 2) {
        return invalid('Fewer than two exceptions name this criterion.', 'criteriaCodes', at)
      }
      if (meeting(code).join() === meeting(criteriaCodes[0] as string).join()) return []
      return invalid('Other exceptions meet at this criterion: weigh them apart.', 'criteriaCodes', at)
    }),
  )
  const weighed = exceptionsIn(scope, exceptions, kind) as readonly E[]
  if (weighed.length < 2) throw invalid('Fewer than two exceptions bear on it.', 'subjectMatter')
  const undecided = weighed.filter(({ judgment }) => judgment === null)
  if (undecided.length === 0) return weighed
  const blockers = undecided.map(({ id, ref }) =>
    blocker('EXCEPTION_UNDECIDED', `The materiality of ${ref} is not decided and approved.`, id),
  )
  throw new Refusal('NOT_READY', 'Exceptions are weighed together once each is decided by itself.', [], { blockers })
}

export interface AggregateJudgment extends WeighedJudgment {
  /** Null where it is about criteria. */
  subjectMatter: SubjectMatter | null
  /** What they have in common; needed where they are pervasive. */
  sharedCause: string | null
  /** The service commitment or system requirement that is affected; needed where they are pervasive. */
  affectedCommitment: string | null
}

/**
 * Checks what exceptions come to together against what they come to alone. Refuses with INVALID_INPUT: pervasive without material; a
 * whole that is less material than one of its parts (path `material`) or, over a subject matter, less pervasive (`pervasive`); and
 * pervasive on criteria, for that is decided over all of a subject matter.
 */
export function checkAggregateWeight(
  judgment: ApprovedJudgment & Pick<AggregateScope, 'subjectMatter'>,
  weighed: readonly ExceptionForOpinion[],
): void {
  checkWeight(judgment)
  const isOverall = judgment.subjectMatter !== null
  if (judgment.pervasive && !isOverall) {
    const message = 'Whether matters are pervasive is decided over all of a subject matter, not on criteria.'
    throw new Refusal('INVALID_INPUT', message, ['pervasive'])
  }
  for (const how of isOverall ? (['material', 'pervasive'] as const) : (['material'] as const)) {
    const alone = weighed.find((one) => one.judgment?.[how])
    if (!alone || judgment[how]) continue
    const message = `${alone.ref} is ${how} by itself: with others it is not less so.`
    throw new Refusal('INVALID_INPUT', message, [how])
  }
}

/**
 * Checks a decision on exceptions weighed together. Refuses with INVALID_INPUT what `checkWeighing` and `checkAggregateWeight`
 * refuse; and pervasive without the shared cause and the commitment affected.
 */
export function checkAggregateJudgment(judgment: AggregateJudgment, weighed: readonly ExceptionForOpinion[]): void {
  checkWeighing(judgment)
  checkAggregateWeight(judgment, weighed)
  if (!judgment.pervasive) return
  for (const [path, what] of [
    ['sharedCause', 'the cause that they share'],
    ['affectedCommitment', 'the service commitment or system requirement that they affect'],
  ] as const) {
    if (!judgment[path]?.trim()) throw new Refusal('INVALID_INPUT', `Matters that are pervasive name ${what}.`, [path])
  }
}

/** What stands between an engagement and its report: AGGREGATE_UNDECIDED, one for each matter that is not decided and approved as it is now. */
export function aggregateBlockers(
  exceptions: readonly ExceptionWeighed[],
  kind: EngagementKind,
  decisions: readonly AggregateDecided[],
): Blocker[] {
  return aggregatesOf(exceptions, kind).flatMap((aggregate) => {
    const facts = weighedFacts(aggregate.exceptions as readonly ExceptionWeighed[])
    const places = aggregate.subjectMatter ? [aggregate.subjectMatter] : aggregate.criteriaCodes
    const remedyAt = (place: string): string | null => {
      const decision = decisions.find((one) => one.subjectMatter === place || one.criteriaCodes.includes(place))
      if (!decision) return 'weigh them together'
      if (decision.weighedFacts !== facts) return 'weigh them together again, as they are now'
      return decision.isApproved ? null : 'the decision on them together waits for approval'
    }
    const remedies = new Set(places.map(remedyAt).filter((remedy) => remedy !== null))
    return [...remedies].map((remedy) => {
      const where = places.filter((place) => remedyAt(place) === remedy).join(', ')
      return blocker('AGGREGATE_UNDECIDED', `${namedTogether(aggregate.exceptions)} bear on ${where}: ${remedy}.`)
    })
  })
}

/** What people call exceptions weighed together: `EX-1 and EX-2 on CC6.1`. */
export const aggregateName = ({ exceptions, criteriaCodes, subjectMatter }: Aggregate): string =>
  `${namedTogether(exceptions)} on ${subjectMatter ?? criteriaCodes.join(', ')}`

/** `EX-1, EX-2 and EX-3`. */
function namedTogether(exceptions: readonly { ref: string }[]): string {
  const refs = exceptions.map(({ ref }) => ref)
  return `${refs.slice(0, -1).join(', ')} and ${refs.at(-1)}`
}
