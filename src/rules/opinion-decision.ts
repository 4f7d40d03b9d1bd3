import { aggregateName } from './aggregates.js'
import type { Basis } from './basis.js'
import type { OpinionConclusion, OpinionProposal } from './opinion.js'
import { gravest, type OpinionPlace } from './opinion-places.js'
import { blocker, checkEach, Refusal } from './refusal.js'
import type { OpinionType } from './vocabulary.js'

/** The opinion that a person decides on, from the one proposed (opinion.ts). */

/** What a person decides: for some or all conclusions another type than proposed. Left out means as proposed. */
export interface OpinionDecision {
  conclusions: readonly (OpinionPlace & { type: OpinionType })[]
  rationale: string | null
  /** How many papers the rationale names. */
  paperCount: number
}

export interface DecidedOpinion {
  conclusions: readonly (OpinionPlace & { type: OpinionType; proposed: OpinionType })[]
  overall: OpinionType
  /** Some conclusion is another one than proposed: it waits for the quality reviewer's agreement (readiness.ts). */
  differs: boolean
}

/**
 * Settles the opinion that a partner decides on. Refuses:
 * - NOT_READY an UNQUALIFIED conclusion over an undecided exception, over exceptions that are not weighed together, and on
 *   operation over a material deficiency in design without another ground, outright, whatever the rationale;
 * - INVALID_INPUT a conclusion other than a disclaimer where management refused its representations;
 * - INVALID_INPUT a conclusion that the engagement does not have (operation in a Type 1, a category out of scope) or that
 *   is given twice, and one that differs from the proposal without rationale (path `rationale`) or papers (`restsOnIds`).
 * That the decider is the engagement partner is said in the policy table; that partner and quality reviewer are two
 * people, in `independence.ts`.
 */
export function decidedOpinion(proposal: OpinionProposal, decision: OpinionDecision): DecidedOpinion {
  checkPlaces(proposal, decision)
  const conclusions = proposal.conclusions.map(({ subjectMatter, category, type: proposed, ...open }) => {
    const own = decision.conclusions.find((each) => each.subjectMatter === subjectMatter && each.category === category)
    return { subjectMatter, category, type: own?.type ?? proposed, proposed, ...open }
  })
  checkDisclaimed(conclusions, decision)
  checkNotHasty(conclusions.filter(({ type }) => type === 'UNQUALIFIED'))
  const differs = conclusions.some(({ type, proposed }) => type !== proposed)
  if (differs && !decision.rationale?.trim()) {
    throw new Refusal('INVALID_INPUT', 'An opinion other than the proposed one needs a rationale.', ['rationale'])
  }
  if (differs && decision.paperCount === 0) {
    throw new Refusal('INVALID_INPUT', 'An opinion other than the proposed one names the papers it rests on.', [
      'restsOnIds',
    ])
  }
  return {
    conclusions: conclusions.map(({ subjectMatter, category, type, proposed }) => ({
      subjectMatter,
      category,
      type,
      proposed,
    })),
    overall: gravest(conclusions.map(({ type }) => type)),
    differs,
  }
}

/** Over representations that were refused nothing but a disclaimer is decided. @throws Refusal INVALID_INPUT */
function checkDisclaimed(
  conclusions: readonly Pick<OpinionConclusion, 'subjectMatter' | 'category' | 'type' | 'reasons'>[],
  decision: OpinionDecision,
): void {
  checkEach(
    conclusions.flatMap(({ subjectMatter, category, type, reasons }) => {
      if (type === 'DISCLAIMER' || reasons.every(({ kind }) => kind !== 'LETTER_REFUSED')) return []
      const at = decision.conclusions.findIndex(
        (one) => one.subjectMatter === subjectMatter && one.category === category,
      )
      const message = 'Management refused its representations: the opinion is a disclaimer, or the firm withdraws.'
      return new Refusal('INVALID_INPUT', message, ['conclusions', at])
    }),
  )
}

/** @throws Refusal NOT_READY an unqualified conclusion that something open, or carried from design, stands against */
function checkNotHasty(unqualified: readonly Omit<OpinionConclusion, 'type'>[]): void {
  const undecided = [...new Set(unqualified.flatMap((one) => one.undecided))]
  const together = [...new Set(unqualified.flatMap((one) => one.unweighed.map(aggregateName)))]
  const carried = unqualified.flatMap(({ reasons }) => reasons.filter(({ kind }) => kind === 'CARRIED_FROM_DESIGN'))
  const ungrounded = [...new Set(carried.flatMap(({ criteriaCodes }) => criteriaCodes))]
  const blockers = [
    ...undecided.map((ref) => blocker('EXCEPTION_UNDECIDED', `The materiality of ${ref} is not decided.`)),
    ...together.map((name) => blocker('AGGREGATE_UNDECIDED', `${name} are not weighed together.`)),
    ...ungrounded.map((code) =>
      blocker(
        'OTHER_GROUND_MISSING',
        `The design is modified on ${code}: operation is, too, unless another ground is recorded.`,
      ),
    ),
  ]
  if (blockers.length === 0) return
  const message = `An unqualified opinion cannot stand over what is open: ${blockers.map((one) => one.message).join(' ')}`
  throw new Refusal('NOT_READY', message, ['conclusions'], { blockers })
}

/**
 * The bases that an opinion is kept with, one for each subject matter on which a conclusion is modified: as written, else as
 * drafted. Refuses with INVALID_INPUT at `bases` a basis for what is not modified or given twice, and a modification without one.
 */
export function checkBases(
  conclusions: readonly (OpinionPlace & { type: OpinionType })[],
  written: readonly Basis[],
  drafted: readonly Basis[],
): Basis[] {
  const refuse = (message: string, ...at: number[]) => new Refusal('INVALID_INPUT', message, ['bases', ...at])
  const modified = new Set(
    conclusions.flatMap(({ subjectMatter, type }) => (type === 'UNQUALIFIED' ? [] : subjectMatter)),
  )
  checkEach(
    written.flatMap(({ subjectMatter }, at) => {
      if (!modified.has(subjectMatter))
        return refuse(`The opinion on ${subjectMatter} is not modified: it has no basis.`, at)
      return written.findIndex((one) => one.subjectMatter === subjectMatter) < at
        ? refuse(`${subjectMatter} has two bases.`, at)
        : []
    }),
  )
  return [...modified].map((subjectMatter) => {
    const own = [...written, ...drafted].find((one) => one.subjectMatter === subjectMatter && one.text.trim() !== '')
    if (!own) throw refuse(`Nothing recorded leads to the modification on ${subjectMatter}: write the basis for it.`)
    return { subjectMatter, text: own.text.trim() }
  })
}

function checkPlaces(proposal: OpinionProposal, decision: OpinionDecision): void {
  const name = (place: OpinionPlace) => `${place.subjectMatter} for ${place.category}`
  const offered = proposal.conclusions.map(name)
  const given = decision.conclusions.map(name)
  checkEach(
    given.flatMap((place, at) => {
      const refused = (message: string) => new Refusal('INVALID_INPUT', message, ['conclusions', at])
      if (!offered.includes(place)) return refused(`This engagement has no conclusion on ${place}.`)
      return given.indexOf(place) < at ? refused(`${place} is decided twice.`) : []
    }),
  )
}
