import { SuspectedNoncompliance } from './suspected-noncompliance.js'
import { EngagementSuspicionsResolver, SuspectedNoncomplianceResolver } from './suspected-noncompliance.resolver.js'

export const suspectedNoncompliance = {
  name: 'suspected-noncompliance',
  rows: [SuspectedNoncompliance],
  resolvers: [SuspectedNoncomplianceResolver, EngagementSuspicionsResolver],
}
