import { ExceptionsResolver } from './exceptions.resolver.js'
import { ManagementResponse } from './management-response.js'
import {
  awaitsAnswerGate,
  declineToRespondGate,
  draftResponseGate,
  noteOverdueResponseGate,
  submitResponseGate,
} from './response.actions.js'
import {
  ExceptionResponse,
  ResponseContentFields,
  ResponseFields,
  ResponseReviewFields,
  ResponseVersionFields,
} from './response.fields.js'
import { ResponseResolver } from './response.resolver.js'
import { ResponseReview } from './response-review.js'
import { ResponseVersion } from './response-version.js'

export const response = {
  name: 'response',
  rows: [ManagementResponse, ResponseVersion, ResponseReview],
  resolvers: [
    ResponseResolver,
    ResponseFields,
    ResponseContentFields,
    ResponseVersionFields,
    ResponseReviewFields,
    ExceptionResponse,
    ExceptionsResolver,
  ],
  gates: {
    draftResponse: draftResponseGate,
    declineToRespond: declineToRespondGate,
    requestResponseApproval: awaitsAnswerGate,
    submitResponse: submitResponseGate,
    noteOverdueResponse: noteOverdueResponseGate,
  },
}
