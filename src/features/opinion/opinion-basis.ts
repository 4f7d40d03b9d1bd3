import { Field, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { SubjectMatter } from '../enums.js'

/** Description, design, operation. */
export const SUBJECT_MATTERS_MAX = 3

@ObjectType({
  description: 'Why the conclusion on one subject matter is modified, as the report tells it before the opinion.',
})
export class OpinionBasis {
  @Field(() => SubjectMatter, { description: 'The subject matter whose conclusion is modified.' })
  subjectMatter: words.SubjectMatter

  @Field(() => String, {
    description:
      'A paragraph for each matter, parted by empty lines: what the description says, what was found, and its effect on criteria and commitments.',
  })
  text: string
}
