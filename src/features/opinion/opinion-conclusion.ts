import { Field, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { Category, OpinionType, SubjectMatter } from '../enums.js'

/** Three subject matters for each of five categories. */
export const CONCLUSIONS_MAX = 15

@ObjectType({ description: 'The conclusion on one subject matter for one trust services category, as decided.' })
export class OpinionConclusion {
  @Field(() => SubjectMatter, { description: 'What it is about.' })
  subjectMatter: words.SubjectMatter

  @Field(() => Category, { description: 'The category.' })
  category: words.Category

  @Field(() => OpinionType, { description: 'The conclusion.' })
  opinion: words.OpinionType

  @Field(() => OpinionType, { description: 'What was proposed.' })
  proposed: words.OpinionType
}
