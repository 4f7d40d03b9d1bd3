import { evaluateIncidentGate, evaluateSystemChangeGate } from './evaluation.actions.js'
import {
  ChangeEvaluationsResolver,
  EngagementRegistersResolver,
  IncidentEvaluationsResolver,
  RegisterEvaluationResolver,
} from './evaluation.resolver.js'
import { RegisterEvaluation } from './register-evaluation.js'

export const registerEvaluation = {
  name: 'register-evaluation',
  rows: [RegisterEvaluation],
  resolvers: [
    RegisterEvaluationResolver,
    EngagementRegistersResolver,
    IncidentEvaluationsResolver,
    ChangeEvaluationsResolver,
  ],
  gates: { evaluateIncident: evaluateIncidentGate, evaluateSystemChange: evaluateSystemChangeGate },
}
