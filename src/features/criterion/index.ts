import { CriterionResolver, EngagementCriteriaResolver, EngagementCriterionResolver } from './criterion.resolver.js'
import { CriterionExclusion } from './criterion-exclusion.js'

export const criterion = {
  name: 'criterion',
  rows: [CriterionExclusion],
  sharedTables: ['criterion'],
  resolvers: [CriterionResolver, EngagementCriterionResolver, EngagementCriteriaResolver],
}
