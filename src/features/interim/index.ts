import { answerUpdateMattersGate } from './interim.actions.js'
import {
  ControlTestedTimesResolver,
  ProcedureUpdateResolver,
  TestedTimeResolver,
  UpdateAnswerResolver,
} from './interim.resolver.js'
import { UpdateAnswer } from './update-answer.js'

export const interim = {
  name: 'interim',
  rows: [UpdateAnswer],
  resolvers: [UpdateAnswerResolver, ProcedureUpdateResolver, TestedTimeResolver, ControlTestedTimesResolver],
  gates: { answerUpdateMatters: answerUpdateMattersGate },
}
