import { Opinion } from './opinion.js'
import { EngagementOpinionResolver, OpinionResolver, QualityReviewResolver } from './opinion.resolver.js'

export const opinion = {
  name: 'opinion',
  rows: [Opinion],
  resolvers: [OpinionResolver, QualityReviewResolver, EngagementOpinionResolver],
}
