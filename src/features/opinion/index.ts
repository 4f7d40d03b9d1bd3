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
  gates: {
    decideOpinion: decideOpinionGate,
    agreeOpinion: agreeOpinionGate,
    clearQualityReview: clearQualityReviewGate,
  },
}
