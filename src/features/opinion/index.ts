import { decideOpinionGate } from './opinion.actions.js'
import { Opinion } from './opinion.js'
import {
  EngagementOpinionResolver,
  OpinionReasonResolver,
  OpinionResolver,
  ProposedConclusionResolver,
  QualityReviewResolver,
} from './opinion.resolver.js'
import { agreeOpinionGate, clearQualityReviewGate } from './quality-review.js'
import { resolveDifferenceGate } from './quality-review-point.actions.js'
import { QualityReviewPoint } from './quality-review-point.js'
import { EngagementReviewPointsResolver, QualityReviewPointResolver } from './quality-review-point.resolver.js'

export const opinion = {
  name: 'opinion',
  rows: [Opinion, QualityReviewPoint],
  resolvers: [
    ProposedConclusionResolver,
    OpinionReasonResolver,
    OpinionResolver,
    QualityReviewResolver,
    EngagementOpinionResolver,
    QualityReviewPointResolver,
    EngagementReviewPointsResolver,
  ],
  gates: {
    decideOpinion: decideOpinionGate,
    agreeOpinion: agreeOpinionGate,
    clearQualityReview: clearQualityReviewGate,
    resolveDifference: resolveDifferenceGate,
  },
}
