import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { enumOf } from '../../kernel/schema/enums.js'
import { type ResponseWarningCode, responseWarningCodes } from '../../rules/responses.js'
import { STEPS_MAX } from './response-content.js'

const ResponseWarningCodes = enumOf(
  'ResponseWarningCode',
  'What may be thought about before a response is submitted.',
  responseWarningCodes,
)

/** Six for each step of the response (owner, three of the date, two of the wording), and a score for the rest. */
export const WARNINGS_MAX = 6 * STEPS_MAX + 20

@ObjectType({ description: 'Something to think about before submitting a response; it does not stand in the way.' })
export class ResponseWarning {
  @Field(() => ResponseWarningCodes, { description: 'What it is about, for programs.' })
  code: ResponseWarningCode

  @Field(() => String, { description: 'The same, for people.' })
  message: string

  @Field(() => [String], atMost(3, 'Where in the response; a number is the place in a list, counted from 0.'))
  path: string[]
}
