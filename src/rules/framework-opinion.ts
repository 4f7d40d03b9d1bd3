import type { FurtherCriterionFacts, FurtherCriterionOutcome } from './frameworks.js'
import { gravest, opinionFor } from './opinion-places.js'
import { type Blocker, blocker, Refusal, refusalOf } from './refusal.js'
import { isolated, sentence } from './text.js'
import type { FrameworkUse, FurtherOutcome, OpinionType } from './vocabulary.js'

/**
 * The opinion on additional criteria (SOC 2+): a conclusion of its own on design and on operation, beside those on the trust services
 * criteria. It follows from the outcomes on the criteria by the same matrix (AT-C 205); a person decides one thing, whether what was not
 * met is pervasive.
 */

/** What the opinion on one additional framework follows from. */
export interface FrameworkOpinionFacts {
  outcomes: readonly FurtherCriterionOutcome[]
  /** Whether management refused its written representations. */
  isLetterRefused: boolean
}

/** What the engagement partner decides. */
export interface FrameworkDecision {
  isDesignPervasive: boolean
  isOperationPervasive: boolean
  rationale: string | null
  paperCount: number
}

export interface FrameworkOpinion {
  design: OpinionType
  /** Null where operation is not examined. */
  operation: OpinionType | null
}

/** What the outcomes of criteria that apply lead to; a criterion not met is material by itself. */
function opinionFrom(outcomes: readonly FurtherOutcome[], pervasive: boolean): OpinionType {
  const nature = outcomes.includes('NOT_MET') ? 'MISSTATEMENT' : 'SCOPE_LIMITATION'
  const material = outcomes.some((outcome) => outcome === 'NOT_MET' || outcome === 'UNABLE_TO_CONCLUDE')
  return opinionFor({ nature, material, pervasive })
}

/**
 * The opinion on additional criteria as the partner decides it: unmodified where every criterion that applies is met; qualified where one
 * is not, or could not be concluded on; adverse, or a disclaimer, where that is decided to be pervasive; a disclaimer where management
 * refused its representations. Operation is at least as modified as design. Refuses:
 * - NOT_READY where a control mapped to a criterion is not concluded, and where no criterion applies;
 * - INVALID_INPUT what is pervasive though nothing is modified (`isDesignPervasive`, `isOperationPervasive`), and a modified opinion without
 *   a rationale or papers.
 */
export function frameworkOpinion(facts: FrameworkOpinionFacts, decision: FrameworkDecision): FrameworkOpinion {
  const applicable = checkConcluded(facts.outcomes)
  const { isDesignPervasive, isOperationPervasive } = decision
  const opinion = facts.isLetterRefused
    ? disclaimed(applicable)
    : fromOutcomes(applicable, { isDesignPervasive, isOperationPervasive })
  checkReasoned(opinion, decision)
  return opinion
}

/**
 * The criteria that apply, once every control mapped to them is concluded.
 * @throws Refusal NOT_READY, with what is missing
 */
export function checkConcluded(outcomes: readonly FurtherCriterionOutcome[]): FurtherCriterionOutcome[] {
  const applicable = outcomes.filter(({ design }) => design !== 'NOT_APPLICABLE')
  if (applicable.length === 0) {
    throw new Refusal('NOT_READY', 'No criterion applies: there is nothing to give an opinion on.')
  }
  const blockers = applicable
    .filter(({ design, operation }) => design === 'NOT_CONCLUDED' || operation === 'NOT_CONCLUDED')
    .map(({ code, onDesign, onOperation }) =>
      blocker('CONTROL_NOT_CONCLUDED', `${isolated(code)}: ${[...onDesign, ...onOperation].join(' ')}`),
    )
  if (blockers.length === 0) return applicable
  throw new Refusal('NOT_READY', 'Controls mapped to additional criteria are not concluded.', [], { blockers })
}

/** What follows where nothing is decided to be pervasive; null while a control mapped is not concluded, and where no criterion applies. */
export function proposedOn({ outcomes, isLetterRefused }: FrameworkOpinionFacts): FrameworkOpinion | null {
  if (refusalOf(() => checkConcluded(outcomes))) return null
  const applicable = checkConcluded(outcomes)
  if (isLetterRefused) return disclaimed(applicable)
  return fromOutcomes(applicable, { isDesignPervasive: false, isOperationPervasive: false })
}

const examinesOperation = (outcomes: readonly FurtherCriterionOutcome[]): boolean =>
  outcomes.some(({ operation }) => operation !== null)

const disclaimed = (outcomes: readonly FurtherCriterionOutcome[]): FrameworkOpinion => ({
  design: 'DISCLAIMER',
  operation: examinesOperation(outcomes) ? 'DISCLAIMER' : null,
})

function fromOutcomes(
  outcomes: readonly FurtherCriterionOutcome[],
  pervasive: { isDesignPervasive: boolean; isOperationPervasive: boolean },
): FrameworkOpinion {
  const design = opinionFrom(
    outcomes.map((one) => one.design),
    pervasive.isDesignPervasive,
  )
  if (pervasive.isDesignPervasive && design === 'UNQUALIFIED') throw nothingModified('isDesignPervasive')
  const onOperation = outcomes.flatMap(({ operation }) => operation ?? [])
  const alone = opinionFrom(onOperation, pervasive.isOperationPervasive)
  if (pervasive.isOperationPervasive && alone === 'UNQUALIFIED') throw nothingModified('isOperationPervasive')
  return { design, operation: examinesOperation(outcomes) ? gravest([design, alone]) : null }
}

const nothingModified = (path: string) =>
  new Refusal('INVALID_INPUT', 'Every criterion that applies is met: nothing is pervasive.', [path])

function checkReasoned({ design, operation }: FrameworkOpinion, { rationale, paperCount }: FrameworkDecision): void {
  if (gravest([design, operation ?? design]) === 'UNQUALIFIED') return
  if (!rationale?.trim()) {
    throw new Refusal('INVALID_INPUT', 'A modified opinion needs a rationale: how far what was not met reaches.', [
      'rationale',
    ])
  }
  if (paperCount === 0)
    throw new Refusal('INVALID_INPUT', 'Name the papers that the rationale rests on.', ['restsOnIds'])
}

/** An additional framework as the gate to the report sees it. */
export interface FrameworkDecided {
  id: string
  name: string
  isDecided: boolean
  /** Whether what the decision rests on has changed since. */
  isStale: boolean
}

/** What is missing before the report: on each additional framework an opinion that rests on what is so now. */
export const frameworkOpinionBlockers = (frameworks: readonly FrameworkDecided[]): Blocker[] =>
  frameworks.flatMap(({ id, name, isDecided, isStale }) => {
    const set = isolated(name)
    if (!isDecided) return blocker('FURTHER_OPINION_UNDECIDED', `Decide on the opinion based on ${set}.`, id)
    if (!isStale) return []
    const message = `Decide on the opinion based on ${set} again: what it rests on has changed.`
    return blocker('FURTHER_OPINION_STALE', message, id)
  })

/**
 * The basis of a modified opinion on additional criteria: a sentence for each criterion that was not met or not concluded on, with what was
 * recorded of it.
 */
export function basisOnFramework(
  criteria: readonly FurtherCriterionFacts[],
  outcomes: readonly FurtherCriterionOutcome[],
  subject: 'design' | 'operation',
): string[] {
  return outcomes.flatMap((outcome) => {
    const facts = criteria.find(({ code }) => code === outcome.code)
    const found = outcome[subject]
    if (!facts || (found !== 'NOT_MET' && found !== 'UNABLE_TO_CONCLUDE')) return []
    const what =
      found === 'NOT_MET' ? 'was not met' : 'is one on which we were not able to obtain sufficient appropriate evidence'
    const reason =
      facts.controls.length === 0 && facts.uncovered ? ` ${isolated(sentence(facts.uncovered.reason))}` : ''
    const name = `The criterion ${isolated(facts.code)} (${isolated(facts.title)})`
    const because = subject === 'design' ? outcome.onDesign : [...outcome.onDesign, ...outcome.onOperation]
    return `${name} ${what}. ${because.join(' ')}${reason}`
  })
}

/** Only an opinion that the engagement gives is decided. Refuses with INVALID_INPUT. */
export function checkCoveredByOpinion({ use }: { use: FrameworkUse }): void {
  if (use === 'ADDITIONAL_SUBJECT_MATTER') return
  throw new Refusal('INVALID_INPUT', 'Controls are mapped to this framework only: the opinion does not cover it.')
}
