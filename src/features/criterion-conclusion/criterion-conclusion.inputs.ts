import { IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Key, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { CriterionOutcome } from '../enums.js'

export const limits = { rationale: 10_000, ground: 10_000, code: 10 } as const

/** What concluding and revising have in common. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler wants a mixin’s base to be so
function withOutcome<Base extends abstract new (...args: any[]) => ActInput>(base: Base) {
  @InputType()
  abstract class Concluded extends base {
    @Field(() => CriterionOutcome, { description: 'The outcome on the design of the controls that serve it.' })
    design: words.CriterionOutcome

    @Field(() => CriterionOutcome, {
      nullable: true,
      description: 'The outcome on the operation of the controls that serve it; none in a Type 1.',
    })
    @IsOptional()
    operation?: words.CriterionOutcome | null

    @Text({ max: limits.rationale, description: 'Why, over all controls that serve the criterion.' })
    rationale: string

    @Papers('What rationale and other ground rest on; one at least where another outcome than proposed is concluded.')
    restsOnIds: string[]

    @Text({
      max: limits.ground,
      nullable: true,
      description:
        'On which ground operation is ACHIEVED where design is not; needed there, and from the engagement partner. That other controls worked is no ground: the design was suitable then.',
    })
    otherGround?: string | null
  }
  return Concluded
}

@InputType({
  description:
    'Concludes on a criterion. Another outcome than proposed is for the engagement partner, who names the papers that it rests on.',
})
export class ConcludeCriterionInput extends withOutcome(ActInput) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Key({ max: limits.code, description: 'The criterion’s code, e.g. CC6.1.' })
  criterionCode: string
}

@InputType({
  description:
    'Concludes on a criterion anew, as when what the conclusion rests on has changed. Rationale, papers and other ground are given anew, or null.',
})
export class ReviseCriterionConclusionInput extends withOutcome(ChangeInput) {
  @Field(() => ID, { description: 'The id of the conclusion that the act is about.' })
  criterionConclusionId: string
}

@InputType({
  description:
    'Concludes, as proposed, on every criterion that no live exception names, that is proposed as achieved throughout and has no conclusion, or had one as proposed that is stale.',
})
export class ConcludeCriteriaAsProposedInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}
