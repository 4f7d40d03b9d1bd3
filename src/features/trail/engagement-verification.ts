import { Field, ID, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type * as words from '../../rules/vocabulary.js'
import { MismatchReason } from '../enums.js'
import { TrailVerification } from './trail.verification.js'

/** How many rows that do not agree are named. */
export const MISMATCHES_MAX = 100
/** No class of rows has more columns. */
const FIELDS_MAX = 100

@ObjectType({
  description:
    'One row that disagrees with what the trail recorded of it, with its digest, or with what it follows from.',
})
export class RowMismatch {
  @Field(() => String, { description: 'The type of the object that the row holds.' })
  nodeType: string

  @Field(() => ID, { description: 'The id of the object that disagrees.' })
  nodeId: string

  @Field(() => MismatchReason, { description: 'In which way the row disagrees.' })
  reason: words.MismatchReason

  @Field(
    () => [String],
    atMost(
      FIELDS_MAX,
      'The stored properties that differ, by name; empty where the row as a whole does, or its digest.',
    ),
  )
  fields: string[]
}

@ObjectType({
  description:
    'What verifying an engagement showed: its trail recomputed; every row of the engagement (scope, period, team, documents, populations, samples, results, sign-offs, exceptions, responses, decisions, opinion, report), its client and the memberships of its people compared with what the trail recorded of them; report, responses, populations and samples compared with their digests.',
})
export class EngagementVerification {
  @Field(() => Boolean, { description: 'Whether all of it agrees: the trail is whole, and no row is named.' })
  intact: boolean

  @Field(() => TrailVerification, { description: 'What recomputing the engagement’s trail showed.' })
  trail: TrailVerification

  @Field(() => Int, { description: 'How many rows were compared with the trail.' })
  rowCount: number

  @Field(() => Int, { description: 'How many items of populations and samples were read again.' })
  itemCount: number

  @Field(
    () => [RowMismatch],
    atMost(MISMATCHES_MAX, 'Rows that were changed, added or removed outside the service: the first ones.'),
  )
  mismatches: RowMismatch[]

  @Field(() => Int, { description: 'How many rows do not agree.' })
  mismatchCount: number
}
