import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { followsFrom } from '../../rules/scope.js'
import type * as words from '../../rules/vocabulary.js'
import { catalogue } from './catalogue.js'
import type { Criterion } from './criterion.js'
import { CriterionExclusion } from './criterion-exclusion.js'

/** A criterion that follows from an engagement’s categories, and whether it applies. */
export interface CriterionInScope {
  engagementId: string
  criterion: Criterion
  /** Null where it applies. */
  exclusion: CriterionExclusion | null
}

interface Scoped {
  id: string
  categories: readonly words.Category[]
}

/**
 * The criteria in scope, in the order of the catalogue: the common criteria, and the series of each category.
 * @param loaders the loaders of the request, where many engagements may ask at once
 */
export async function criteriaInScope(
  tx: Tx,
  engagement: Scoped,
  loaders = Loaders.over(tx),
): Promise<CriterionInScope[]> {
  const exclusions = await loaders.children(CriterionExclusion, 'engagementId', engagement.id, { id: 'asc' })
  const byCode = new Map(exclusions.map((exclusion) => [exclusion.criterionCode, exclusion]))
  return (await catalogue(tx))
    .filter((criterion) => followsFrom(criterion, engagement.categories))
    .map((criterion) => ({
      engagementId: engagement.id,
      criterion,
      exclusion: byCode.get(criterion.code) ?? null,
    }))
}

/** The codes of the criteria in scope that apply. */
export async function applicableCodes(tx: Tx, engagement: Scoped): Promise<string[]> {
  const inScope = await criteriaInScope(tx, engagement)
  return inScope.filter(({ exclusion }) => exclusion === null).map(({ criterion }) => criterion.code)
}
