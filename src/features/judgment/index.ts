import { acknowledgeJudgmentGate } from './judgment.actions.js'
import {
  AcknowledgementResolver,
  ControlJudgmentsResolver,
  EngagementJudgmentsResolver,
  ExceptionJudgmentsResolver,
  JudgmentResolver,
  ProposalJudgmentsResolver,
} from './judgment.resolver.js'
import { JudgmentAcknowledgement } from './judgment-acknowledgement.js'

export const judgment = {
  name: 'judgment',
  rows: [JudgmentAcknowledgement],
  resolvers: [
    JudgmentResolver,
    AcknowledgementResolver,
    EngagementJudgmentsResolver,
    ControlJudgmentsResolver,
    ExceptionJudgmentsResolver,
    ProposalJudgmentsResolver,
  ],
  gates: {
    acknowledgeJudgment: acknowledgeJudgmentGate,
    acknowledgeJudgments: acknowledgeJudgmentGate,
  },
}
