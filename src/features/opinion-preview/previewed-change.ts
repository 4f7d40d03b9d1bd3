import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { CriterionOutcome, SubjectMatter } from '../enums.js'

/** The decisions that a preview changed, each with what stood then: as they are kept. */

@ObjectType({ description: 'How a matter stood, decided or waiting for approval, when a preview was asked.' })
export class WeighedThen {
  @Field(() => Boolean, { description: 'Whether it was decided to be material.' })
  material: boolean

  @Field(() => Boolean, { description: 'Whether it was decided to be pervasive.' })
  pervasive: boolean
}

@ObjectType({ description: 'How a criterion was concluded when a preview was asked.' })
export class ConcludedThen {
  @Field(() => CriterionOutcome, { description: 'The outcome on design as it stood.' })
  design: words.CriterionOutcome

  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on operation as it stood; null in a Type 1.',
  })
  operation: words.CriterionOutcome | null
}

@ObjectType({ description: 'An exception that a preview took to be decided so.' })
export class PreviewedException {
  exceptionId: string

  @Field(() => Boolean, { description: 'Whether it was taken to be material.' })
  material: boolean

  @Field(() => Boolean, { description: 'Whether it was taken to be pervasive.' })
  pervasive: boolean

  @Field(() => WeighedThen, { nullable: true, description: 'What was decided of it then; null where nothing was.' })
  stood: WeighedThen | null
}

@ObjectType({ description: 'Exceptions together that a preview took to be decided so.' })
export class PreviewedAggregate {
  @Field(() => [String], atMost(CRITERIA_MAX, 'The criteria at which they met, by code; none of a subject matter.'))
  criteriaCodes: readonly string[]

  @Field(() => SubjectMatter, { nullable: true, description: 'The subject matter on which they bore.' })
  subjectMatter: words.SubjectMatter | null

  @Field(() => Boolean, { description: 'Whether together they were taken to be material.' })
  material: boolean

  @Field(() => Boolean, { description: 'Whether together they were taken to be pervasive.' })
  pervasive: boolean

  @Field(() => WeighedThen, { nullable: true, description: 'What was decided of them then; null where nothing was.' })
  stood: WeighedThen | null
}

@ObjectType({ description: 'A criterion that a preview took to be concluded so.' })
export class PreviewedCriterion {
  criterionCode: string

  @Field(() => CriterionOutcome, { description: 'The outcome on design that it was taken to have.' })
  design: words.CriterionOutcome

  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on operation that it was taken to have; null in a Type 1.',
  })
  operation: words.CriterionOutcome | null

  @Field(() => Boolean, { description: 'Whether another ground was given for operation; its text is not kept.' })
  hasOtherGround: boolean

  @Field(() => ConcludedThen, { nullable: true, description: 'How it was concluded then; null where it was not.' })
  stood: ConcludedThen | null
}
