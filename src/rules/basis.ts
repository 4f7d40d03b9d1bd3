import type { OpinionReason } from './opinion.js'
import type { OpinionType } from './vocabulary.js'

/**
 * The basis of a modified opinion: drafted from the exceptions concerned, edited by the partner. Its heading and the
 * opinion itself, with `except for` or `because of the significance`, are the report's own (report/opinion.ts).
 */
export interface BasisFacts {
  conclusions: readonly { type: OpinionType; reasons: readonly OpinionReason[] }[]
  /** Section IV's wording, by the id of the exception. */
  wordings: ReadonlyMap<string, string>
}

/**
 * Drafts the basis, a paragraph for each matter that modifies a conclusion, also lighter ones beside graver ones; null
 * when no conclusion is modified.
 */
export function draftBasis({ conclusions, wordings }: BasisFacts): string | null {
  const modified = conclusions.filter(({ type }) => type !== 'UNQUALIFIED')
  if (modified.length === 0) return null
  const grounds = modified.flatMap(({ reasons }) => reasons).filter(({ leadsTo }) => leadsTo !== 'UNQUALIFIED')
  const ids = [...new Set(grounds.flatMap(({ exceptionIds }) => exceptionIds))]
  const matters = ids.map((id) => {
    const reason = grounds.find(({ exceptionIds }) => exceptionIds.includes(id)) as OpinionReason
    const ref = reason.refs[reason.exceptionIds.indexOf(id)]
    const limited =
      reason.nature === 'SCOPE_LIMITATION' ? ' We were unable to obtain sufficient appropriate evidence.' : ''
    return `${ref}: ${wordings.get(id) ?? `criteria ${reason.criteria.join(', ')}`}${limited}`
  })
  return matters.join('\n\n')
}
