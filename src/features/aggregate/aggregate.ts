import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type { Aggregate as AggregateFact } from '../../rules/aggregates.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { SubjectMatter } from '../enums.js'

@ObjectType({
  description:
    'Exceptions that are to be weighed together: they meet on the same criteria, or bear on one subject matter.',
})
export class Aggregate {
  @Field(
    () => [String],
    atMost(CRITERIA_MAX, 'The criteria at which the same exceptions meet, by code; none of a subject matter.'),
  )
  criteriaCodes: readonly string[]

  @Field(() => SubjectMatter, { nullable: true, description: 'The subject matter on which all of them bear.' })
  subjectMatter: words.SubjectMatter | null

  exceptionIds: readonly string[]
}

/** What the rules name, as the API shows it. */
export const shownAggregate = ({ criteriaCodes, subjectMatter, exceptions }: AggregateFact): Aggregate =>
  Object.assign(new Aggregate(), { criteriaCodes, subjectMatter, exceptionIds: exceptions.map(({ id }) => id) })
