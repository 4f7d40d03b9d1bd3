import { Field, ObjectType } from 'type-graphql'
import { Category, OpinionType, SubjectMatter } from '../../graph/enums.js'
import type * as words from '../../rules/vocabulary.js'

@ObjectType({ description: 'The conclusion on one subject matter for one trust services category.' })
export class OpinionConclusion {
  @Field(() => SubjectMatter, { description: 'What it is about.' })
  subjectMatter: words.SubjectMatter

  @Field(() => Category, { nullable: true, description: 'The category; null for the description, which is one whole.' })
  category: words.Category | null

  @Field(() => OpinionType, { description: 'The conclusion.' })
  opinion: words.OpinionType
}
