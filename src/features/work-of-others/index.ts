import { WorkOfOthers } from './work-of-others.js'
import { EngagementWorkOfOthersResolver, WorkOfOthersResolver } from './work-of-others.resolver.js'

export const workOfOthers = {
  name: 'work-of-others',
  rows: [WorkOfOthers],
  resolvers: [WorkOfOthersResolver, EngagementWorkOfOthersResolver],
}
