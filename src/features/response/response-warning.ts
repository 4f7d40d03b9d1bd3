import { Field, ObjectType } from 'type-graphql'
import { enumOf } from '../../graph/enums.js'
import { type ResponseWarningCode, responseWarningCodes } from '../../rules/responses.js'

const ResponseWarningCodes = enumOf(
  'ResponseWarningCode',
  'What may be thought about before a response is submitted.',
  responseWarningCodes,
)

@ObjectType({ description: 'Something to think about before submitting a response; it does not stand in the way.' })
export class ResponseWarning {
  @Field(() => ResponseWarningCodes, { description: 'What it is about, for programs.' })
  code: ResponseWarningCode

  @Field(() => String, { description: 'The same, for people.' })
  message: string

  @Field(() => [String], { description: 'Where in the response; a number is the place in a list, counted from 0.' })
  path: string[]
}
