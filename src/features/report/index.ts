import { gateTo } from '../lifecycle/gates.js'
import { dateReportGate } from './issue.actions.js'
import { Report } from './report.js'
import { DraftReportResolver, EngagementReportResolver, ReportResolver } from './report.resolver.js'
import { EvidenceRetentionResolver } from './retention.resolver.js'

export const report = {
  name: 'report',
  rows: [Report],
  resolvers: [ReportResolver, DraftReportResolver, EngagementReportResolver, EvidenceRetentionResolver],
  gates: {
    dateReport: dateReportGate,
    issueOpinion: gateTo('ISSUED'),
  },
}
