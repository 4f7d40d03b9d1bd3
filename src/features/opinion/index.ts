import { Opinion } from './opinion.js'
import {
  EngagementOpinionResolver,
  OpinionReasonResolver,
  OpinionResolver,
  ProposedConclusionResolver,
  QualityReviewResolver,
} from './opinion.resolver.js'

export const opinion = {
  name: 'opinion',
  rows: [Opinion],
  resolvers: [
    ProposedConclusionResolver,
    OpinionReasonResolver,
    OpinionResolver,
    QualityReviewResolver,
    EngagementOpinionResolver,
  ],
}
