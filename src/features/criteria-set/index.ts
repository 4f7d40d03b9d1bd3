import { CriteriaSet } from './criteria-set.js'
import { CriteriaSetResolver, FirmCriteriaSetsResolver, FurtherCriterionResolver } from './criteria-set.resolver.js'
import { FurtherCriterion } from './further-criterion.js'

export const criteriaSet = {
  name: 'criteria-set',
  rows: [CriteriaSet, FurtherCriterion],
  resolvers: [CriteriaSetResolver, FurtherCriterionResolver, FirmCriteriaSetsResolver],
}
