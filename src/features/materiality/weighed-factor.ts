import { Field, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { MaterialityFactor } from '../enums.js'

/** More than there are factors in the list. */
export const FACTORS_MAX = 20

@ObjectType({ description: 'One factor that was weighed, and how.' })
export class WeighedFactor {
  @Field(() => MaterialityFactor, { description: 'The factor that was weighed.' })
  factor: words.MaterialityFactor

  @Field(() => String, { description: 'How it was weighed.' })
  note: string
}
