import { ExceptionsResolver } from './exceptions.resolver.js'
import { ManagementResponse } from './management-response.js'
import { ExceptionResponse, ResponseFields, ResponseVersionFields } from './response.fields.js'
import { ResponseResolver } from './response.resolver.js'
import { ResponseVersion } from './response-version.js'

export const response = {
  name: 'response',
  rows: [ManagementResponse, ResponseVersion],
  resolvers: [ResponseResolver, ResponseFields, ResponseVersionFields, ExceptionResponse, ExceptionsResolver],
}
