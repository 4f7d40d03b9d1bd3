import { Report } from './report.js'
import { EngagementReportResolver, ReportResolver } from './report.resolver.js'

export const report = { name: 'report', rows: [Report], resolvers: [ReportResolver, EngagementReportResolver] }
