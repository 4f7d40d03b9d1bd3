import { Field, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { Category, OpinionType, SubjectMatter } from '../enums.js'

/** Three subject matters for each of five categories. */
export const CONCLUSIONS_MAX = 15

@ObjectType({ description: 'The conclusion on one subject matter for one trust services category, as decided.' })
export class OpinionConclusion {
  @Field(() => SubjectMatter, { description: 'The subject matter that it is about.' })
  subjectMatter: words.SubjectMatter

  @Field(() => Category, { description: 'The trust services category it is for.' })
  category: words.Category

  @Field(() => OpinionType, { description: 'The conclusion as the engagement partner decided it.' })
  opinion: words.OpinionType

  @Field(() => OpinionType, { description: 'The conclusion that the decisions on materiality lead to.' })
  proposed: words.OpinionType
}
