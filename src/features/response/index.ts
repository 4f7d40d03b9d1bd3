import { ExceptionsResolver } from './exceptions.resolver.js'
import { ManagementResponse } from './management-response.js'
import { ExceptionResponse, ResponseFields, ResponseReviewFields, ResponseVersionFields } from './response.fields.js'
import { ResponseResolver } from './response.resolver.js'
import { ResponseReview } from './response-review.js'
import { ResponseVersion } from './response-version.js'

export const response = {
  name: 'response',
  rows: [ManagementResponse, ResponseVersion, ResponseReview],
  resolvers: [
    ResponseResolver,
    ResponseFields,
    ResponseVersionFields,
    ResponseReviewFields,
    ExceptionResponse,
    ExceptionsResolver,
  ],
}
