import type { OpinionReason } from './opinion.js'
import type { OpinionType } from './vocabulary.js'

/**
 * The basis of a modified opinion: drafted from the exceptions concerned and the criteria not achieved, edited by the partner. Its heading and the
 * opinion itself, with `except for` or `because of the significance`, are the report's own (report/opinion.ts).
 */
export interface BasisFacts {
  conclusions: readonly { type: OpinionType; reasons: readonly OpinionReason[] }[]
  /** What is said of each exception, by its id: where it stands in Section IV, and its wording there. */
  wordings: ReadonlyMap<string, string>
  /** What is said of a criterion that was not achieved, by its code: told where no exception leads there. */
  criteria?: ReadonlyMap<string, string>
}

/**
 * Drafts the basis, a paragraph for each matter that modifies a conclusion, also lighter ones beside graver ones; null
 * when no conclusion is modified.
 */
export function draftBasis({ conclusions, wordings, criteria }: BasisFacts): string | null {
  const modified = conclusions.filter(({ type }) => type !== 'UNQUALIFIED')
  if (modified.length === 0) return null
  const grounds = modified.flatMap(({ reasons }) => reasons).filter(({ leadsTo }) => leadsTo !== 'UNQUALIFIED')
  const ids = [...new Set(grounds.flatMap(({ exceptionIds }) => exceptionIds))]
  const matters = ids.map((id) => {
    const reason = grounds.find(({ exceptionIds }) => exceptionIds.includes(id)) as OpinionReason
    const limited =
      reason.nature === 'SCOPE_LIMITATION' ? ' We were unable to obtain sufficient appropriate evidence.' : ''
    return `${wordings.get(id)}${limited}`
  })
  const codes = grounds.flatMap(({ exceptionIds, criteriaCodes }) => (exceptionIds.length > 0 ? [] : criteriaCodes))
  const onCriteria = [...new Set(codes)].flatMap((code) => criteria?.get(code) ?? [])
  return [...matters, ...onCriteria].join('\n\n')
}
