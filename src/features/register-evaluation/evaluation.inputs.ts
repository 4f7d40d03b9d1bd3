import { IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { RegisterConclusion } from '../enums.js'

export const limits = { reason: 10_000 } as const

@InputType()
export abstract class RegisterEvaluationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement for which the entry is evaluated.' })
  engagementId: string

  @Field(() => RegisterConclusion, { description: 'What the entry comes to in the engagement.' })
  conclusion: words.RegisterConclusion

  @Field(() => ID, { nullable: true, description: 'The exception that was raised, where one was.' })
  @IsOptional()
  exceptionId?: string | null

  @Text({ max: limits.reason, description: 'Why it comes to that.' })
  reason: string

  @Papers('The papers that the reason rests on; one at least where the conclusion goes against what the client says.')
  restsOnIds: string[]
}

@InputType({
  description:
    'Evaluates an incident that the client shared, the first time or again. `expectedVersion` is that of the incident as you read it.',
})
export class EvaluateIncidentInput extends RegisterEvaluationInput {
  @Field(() => ID, { description: 'The id of the incident that is evaluated.' })
  incidentId: string
}

@InputType({
  description:
    'Evaluates a change that the client shared, the first time or again. `expectedVersion` is that of the change as you read it.',
})
export class EvaluateSystemChangeInput extends RegisterEvaluationInput {
  @Field(() => ID, { description: 'The id of the change that is evaluated.' })
  systemChangeId: string

  @Field(() => ID, {
    nullable: true,
    description: 'The procedure that looks at the time after the change, where one does.',
  })
  @IsOptional()
  procedureId?: string | null
}
