import {
  CriterionChangeResolver,
  EngagementOpinionPreviewsResolver,
  OpinionPreviewRecordResolver,
  OpinionPreviewResolver,
  PreviewedCriterionResolver,
  PreviewedExceptionResolver,
  PreviewedLetterResolver,
  PreviewedMisstatementResolver,
} from './opinion-preview.resolver.js'
import { OpinionPreviewRecord } from './opinion-preview-record.js'

export const opinionPreview = {
  name: 'opinion-preview',
  rows: [OpinionPreviewRecord],
  resolvers: [
    OpinionPreviewResolver,
    CriterionChangeResolver,
    PreviewedLetterResolver,
    PreviewedMisstatementResolver,
    PreviewedExceptionResolver,
    PreviewedCriterionResolver,
    OpinionPreviewRecordResolver,
    EngagementOpinionPreviewsResolver,
  ],
}
