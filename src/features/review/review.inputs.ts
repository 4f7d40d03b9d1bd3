import { ArrayMaxSize, ArrayMinSize, IsInt, Min, ValidateNested } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'

/** How many procedures are signed in one call. */
export const REVIEWED_MAX = 100

@InputType({ description: 'A procedure that is to be signed as reviewed, as it was read.' })
export class ReviewedProcedureInput {
  @Field(() => ID, { description: 'The id of the procedure.' })
  procedureId: string

  @Field(() => Int, { description: 'The `version` you read: one that changed since is not signed.' })
  @IsInt()
  @Min(1)
  expectedVersion: number
}

@InputType({
  description: 'Signs procedures of an engagement as their reviewer: those that you opened as they are now.',
})
export class ReviewProceduresInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => [ReviewedProcedureInput], { description: '1 to 100 procedures of the engagement, each once.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(REVIEWED_MAX)
  @ValidateNested({ each: true })
  procedures: ReviewedProcedureInput[]
}
