import { FraudInquiry } from './fraud-inquiry.js'
import { Risk } from './risk.js'
import { ControlRisksResolver, EngagementRisksResolver, FraudInquiryResolver, RiskResolver } from './risk.resolver.js'
import { RiskControl } from './risk-control.js'

export const risk = {
  name: 'risk',
  rows: [Risk, RiskControl, FraudInquiry],
  resolvers: [RiskResolver, ControlRisksResolver, EngagementRisksResolver, FraudInquiryResolver],
}
