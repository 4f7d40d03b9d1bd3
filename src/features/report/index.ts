import { gateTo } from '../lifecycle/gates.js'
import { dateReportGate } from './issue.actions.js'
import { Report } from './report.js'
import { DraftReportResolver, EngagementReportResolver, ReportResolver } from './report.resolver.js'
import { EvidenceRetentionResolver } from './retention.resolver.js'
import { shareDraftGate } from './shared-draft.actions.js'
import { SharedDraft } from './shared-draft.js'
import {
  AssertionSharedDraftResolver,
  EngagementSharedDraftResolver,
  SharedDraftResolver,
} from './shared-draft.resolver.js'

export const report = {
  name: 'report',
  rows: [Report, SharedDraft],
  resolvers: [
    ReportResolver,
    DraftReportResolver,
    EngagementReportResolver,
    EvidenceRetentionResolver,
    SharedDraftResolver,
    EngagementSharedDraftResolver,
    AssertionSharedDraftResolver,
  ],
  gates: {
    dateReport: dateReportGate,
    issueOpinion: gateTo('ISSUED'),
    shareDraft: shareDraftGate,
  },
}
