import { Field, ObjectType } from 'type-graphql'
import type { ScopeWarning } from '../../rules/scope.js'
import type * as words from '../../rules/vocabulary.js'
import { EngagementWarningCode } from '../enums.js'

/** More than there are warnings. */
export const ENGAGEMENT_WARNINGS_MAX = 10

@ObjectType({ description: 'Something unusual about an engagement, to think about; it does not stand in the way.' })
export class EngagementWarning implements ScopeWarning {
  @Field(() => EngagementWarningCode, { description: 'What it is about, for programs.' })
  code: words.EngagementWarningCode

  @Field(() => String, { description: 'The same warning, for people.' })
  message: string
}
