import { ArrayMaxSize, ArrayMinSize, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { OpinionType, SubserviceReportKind } from '../enums.js'
import { CONTROLS_MAX } from './subservice-organization.js'
import { USER_CONTROLS_MAX } from './subservice-review.js'

export const limits = { text: 2_000, exceptions: 10_000, evaluation: 10_000 } as const

@InputType({
  description: 'A control that the report expects of its user entities, and what answers it at the client.',
})
export class UserControlAnsweredInput {
  @Text({ max: limits.text, description: 'What the report expects of its user entities, in its words or shorter.' })
  text: string

  @Field(() => [ID], { description: 'The controls of the engagement that answer it; one at least.' })
  @ArrayMinSize(1, { message: 'Name the controls that answer it, or raise what is missing as a design deficiency.' })
  @ArrayMaxSize(CONTROLS_MAX)
  controlIds: string[]
}

@InputType({
  description:
    'Records what you made of the report of a subservice organization, or why there is none. It is never changed.',
})
export class RecordSubserviceReviewInput extends ActInput {
  @Field(() => ID, { description: 'The id of the organization that the act is about.' })
  subserviceOrganizationId: string

  @Field(() => SubserviceReportKind, { description: 'What report you reviewed, or that there is none.' })
  reportKind: words.SubserviceReportKind

  @DayInput({ nullable: true, description: 'The first day of its period; nothing where it is as of a day.' })
  coversFrom?: string | null

  @DayInput({ nullable: true, description: 'The last day that it speaks of.' })
  coversTo?: string | null

  @Field(() => OpinionType, { nullable: true, description: 'The opinion of the report; needed of a SOC 2 report.' })
  opinion?: words.OpinionType | null

  @Text({
    max: limits.exceptions,
    nullable: true,
    description: 'The exceptions of the report that bear on the client; nothing where there are none.',
  })
  exceptionsNoted?: string | null

  @Field(() => [UserControlAnsweredInput], {
    defaultValue: [],
    description: 'What the report expects of its user entities, each with the controls of the client that answer it.',
  })
  @ArrayMaxSize(USER_CONTROLS_MAX)
  @ValidateNested({ each: true })
  userControls: UserControlAnsweredInput[]

  @Text({
    max: limits.evaluation,
    description:
      'What you conclude from it for this examination; where there is no report, why, and what was done instead.',
  })
  evaluation: string

  @Papers('The papers that were reviewed, such as the report itself; one at least where there is a report.')
  restsOnIds: string[]
}
