import { CorrectionResolver } from './correction.resolver.js'
import { EventEvaluationResolver } from './event-evaluation.resolver.js'
import { checkTrueToResults, confirmExceptionGate, recountExceptionGate } from './exception.actions.js'
import { ControlExceptions, ExceptionFields, ProcedureExceptions } from './exception.fields.js'
import { Exception } from './exception.js'
import { ExceptionResolver } from './exception.resolver.js'
import { ExceptionDeviation } from './exception-deviation.js'

export const exception = {
  name: 'exception',
  rows: [Exception, ExceptionDeviation],
  resolvers: [
    ExceptionResolver,
    ExceptionFields,
    CorrectionResolver,
    EventEvaluationResolver,
    ControlExceptions,
    ProcedureExceptions,
  ],
  gates: {
    recountException: recountExceptionGate,
    confirmException: confirmExceptionGate,
    communicateException: checkTrueToResults,
  },
}
