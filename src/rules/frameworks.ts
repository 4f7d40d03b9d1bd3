import { daysInWords, gapsIn, type Operated } from './coverage.js'
import { type ControlServing, namedControls } from './criteria.js'
import { concludesOnOperation } from './procedures.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import { examinedDays, type ReportingTime } from './scope.js'
import { isolated } from './text.js'
import type { EngagementKind, FrameworkUse, FurtherOutcome, MatterNature, UncoveredGround } from './vocabulary.js'

/**
 * Further frameworks: criteria sets that a firm loads as data, and to which an engagement maps its controls (AICPA, SOC 2+ additional
 * subject matter: the same controls are examined based on additional criteria, which must be suitable and available to users, AT-C 105).
 * What is concluded on an additional criterion follows from the controls mapped to it, strictly: nobody decides it.
 */

const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)

/** What people call a set: `Name, edition`. */
export const nameOfSet = ({ name, edition }: { name: string; edition: string }): string => `${name}, ${edition}`

/** A set has each code once. Refuses with INVALID_INPUT at each `criteria` whose code another one before it has. */
export function checkSetCriteria(criteria: readonly { code: string }[]): void {
  const first = new Map<string, number>()
  checkEach(
    criteria.flatMap(({ code }, at) => {
      const before = first.get(code)
      if (before === undefined) first.set(code, at)
      return before === undefined
        ? []
        : invalid(`Criterion ${before + 1} of the list has this code.`, 'criteria', at, 'code')
    }),
  )
}

/** Only a mapping that the opinion does not cover is printed as other information. Refuses with INVALID_INPUT at `printsMapping`. */
export function checkPrintsMapping({ use, printsMapping }: { use: FrameworkUse; printsMapping: boolean }): void {
  if (use === 'MAPPING_ONLY' || !printsMapping) return
  throw invalid('What the opinion covers is printed in Section IV, not as other information.', 'printsMapping')
}

/** Codes that an input names are of the set. Refuses with INVALID_INPUT at each of `criteriaCodes` that is not, or stands twice. */
export function checkOfSet(codes: readonly string[], known: ReadonlySet<string>): void {
  const firstAt = new Map(codes.map((code, at) => [code, at] as const).reverse())
  checkEach(
    codes.flatMap((code, at) => {
      if (!known.has(code)) return invalid('The set has no such criterion.', 'criteriaCodes', at)
      return firstAt.get(code) === at ? [] : invalid('This criterion is named twice.', 'criteriaCodes', at)
    }),
  )
}

/** A criterion has controls, or a reason why it has none. Refuses with INVALID_INPUT at each of `criteriaCodes` that has what it must not. */
export function checkNotBoth(codes: readonly string[], taken: ReadonlySet<string>, message: string): void {
  checkEach(codes.flatMap((code, at) => (taken.has(code) ? invalid(message, 'criteriaCodes', at) : [])))
}

/** A control that is mapped to an additional criterion: in use, or retired with findings. */
export interface ControlMapped extends ControlServing, Operated {
  isRetired: boolean
  /** Live exceptions on it that were decided to be material, by reference, with what they are of. */
  material: readonly { ref: string; nature: MatterNature; isOfDesign: boolean }[]
}

export interface FurtherCriterionFacts {
  code: string
  title: string
  /** By reference. */
  controls: readonly ControlMapped[]
  uncovered: { ground: UncoveredGround; reason: string } | null
}

/** What the conclusions on controls come to for one criterion. */
export interface FurtherCriterionOutcome {
  code: string
  design: FurtherOutcome
  /** Null where operation is not examined. */
  operation: FurtherOutcome | null
  /** Why the design is not what it should be, as sentences; and what there is beside it on operation. */
  onDesign: string[]
  onOperation: string[]
}

/** What else there is to say of what did not end as it should. */
interface Ground {
  leadsTo: FurtherOutcome
  because: string
}

const GRAVITY: readonly FurtherOutcome[] = ['NOT_CONCLUDED', 'UNABLE_TO_CONCLUDE', 'NOT_MET']

/** What is not concluded yet keeps everything open; then what a failure showed outweighs what could not be examined. */
function gravestOf(grounds: readonly Ground[]): FurtherOutcome {
  if (grounds.some(({ leadsTo }) => leadsTo === 'NOT_CONCLUDED')) return 'NOT_CONCLUDED'
  return GRAVITY.findLast((outcome) => grounds.some(({ leadsTo }) => leadsTo === outcome)) ?? 'MET'
}

/**
 * What the conclusions on the controls mapped to an additional criterion come to. NOT_MET: no control serves it, on some day or at all;
 * a control mapped to it is of unsuitable design or did not operate effectively; a material misstatement is on one. UNABLE_TO_CONCLUDE: a
 * control could not be tested, or a material scope limitation is on it. One failing control is enough, whatever others did: that is
 * stricter than for the trust services criteria, on which a person concludes. Operation is at least as modified as design. A control that
 * had no occasion to operate modifies nothing, as there.
 */
export function outcomeOf(
  { code, controls, uncovered }: FurtherCriterionFacts,
  engagement: ReportingTime & { kind: EngagementKind },
): FurtherCriterionOutcome {
  const operates = concludesOnOperation(engagement.kind)
  if (controls.length === 0 && uncovered?.ground === 'NOT_APPLICABLE') {
    const operation = operates ? 'NOT_APPLICABLE' : null
    return { code, design: 'NOT_APPLICABLE', operation, onDesign: [], onOperation: [] }
  }
  const onDesign = groundsOnDesign(controls, engagement)
  const onOperation = operates ? groundsOnOperation(controls) : []
  return {
    code,
    design: gravestOf(onDesign),
    operation: operates ? gravestOf([...onDesign, ...onOperation]) : null,
    onDesign: onDesign.map(({ because }) => because),
    onOperation: onOperation.map(({ because }) => because),
  }
}

const where = (
  controls: readonly ControlMapped[],
  leadsTo: FurtherOutcome,
  because: (named: string) => string,
): Ground[] => (controls.length === 0 ? [] : [{ leadsTo, because: because(namedControls(controls)) }])

/** Material exceptions on the controls that say something of the design, or of the operation. */
const materialOn = (controls: readonly ControlMapped[], isOfDesign: boolean): Ground[] => {
  const own = controls.flatMap(({ ref, material }) =>
    material.filter((one) => one.isOfDesign === isOfDesign).map((one) => ({ control: ref, ...one })),
  )
  return own.map(({ control, ref, nature }) => ({
    leadsTo: nature === 'MISSTATEMENT' ? 'NOT_MET' : 'UNABLE_TO_CONCLUDE',
    because: `${ref} is reported on ${control}.`,
  }))
}

function groundsOnDesign(controls: readonly ControlMapped[], time: ReportingTime): Ground[] {
  if (controls.length === 0) return [{ leadsTo: 'NOT_MET', because: 'No control serves it.' }]
  const { from, to } = examinedDays(time)
  const inUse = controls.filter(({ isRetired }) => !isRetired)
  const gaps = gapsIn(time, inUse).map((gap): Ground => {
    const days = gap.from === from && gap.to === to ? '' : ` ${daysInWords(gap)}`
    return { leadsTo: 'NOT_MET', because: `No control in operation served it${days}.` }
  })
  return [
    ...gaps,
    ...where(
      controls.filter(({ design }) => design === null),
      'NOT_CONCLUDED',
      (named) => `The design of ${named} is not concluded on.`,
    ),
    ...where(
      controls.filter(({ design }) => design === 'UNSUITABLE'),
      'NOT_MET',
      (named) => `Not suitably designed: ${named}.`,
    ),
    ...materialOn(controls, true),
  ]
}

function groundsOnOperation(controls: readonly ControlMapped[]): Ground[] {
  const suitable = controls.filter(({ design }) => design !== 'UNSUITABLE')
  return [
    ...where(
      suitable.filter(({ operation }) => operation === null),
      'NOT_CONCLUDED',
      (named) => `The operation of ${named} is not concluded on.`,
    ),
    ...where(
      suitable.filter(({ operation }) => operation === 'NOT_EFFECTIVE'),
      'NOT_MET',
      (named) => `Did not operate effectively: ${named}.`,
    ),
    ...where(
      suitable.filter(({ operation }) => operation === 'UNABLE_TO_TEST'),
      'UNABLE_TO_CONCLUDE',
      (named) => `Could not be tested: ${named}.`,
    ),
    ...materialOn(controls, false),
  ]
}

/** How many codes a sentence names. */
const NAMED_MAX = 10

/** `A-1, A-2 and 3 more` */
export function namedCodes(codes: readonly string[]): string {
  const others = codes.length - NAMED_MAX
  const named = codes.slice(0, NAMED_MAX).join(', ')
  return others > 0 ? `${named} and ${others} more` : named
}

/** An additional framework as the gate to completion sees it. */
export interface FrameworkCovered {
  id: string
  name: string
  /** The codes of criteria with neither a control in use nor a reason. */
  open: readonly string[]
  /** How many criteria apply. */
  applicableCount: number
}

/** What is missing before completion: on each criterion that the opinion covers a control, or a reason why there is none. */
export const frameworkBlockers = (frameworks: readonly FrameworkCovered[]): Blocker[] =>
  frameworks.flatMap(({ id, name, open, applicableCount }) => {
    if (applicableCount === 0) {
      const message = `No criterion of ${isolated(name)} applies: there is nothing to give an opinion on.`
      return blocker('FURTHER_CRITERION_UNCOVERED', message, id)
    }
    if (open.length === 0) return []
    const message = `Map a control to ${namedCodes(open)} of ${isolated(name)}, or record why there is none.`
    return blocker('FURTHER_CRITERION_UNCOVERED', message, id)
  })
