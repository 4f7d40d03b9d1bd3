import { Field, InputType, Int } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'

@InputType({ description: 'Changes for how long the firm keeps evidence.' })
export class ChangeRetentionInput extends ChangeInput {
  @Field(() => Int, { description: 'For how many years from now on, 1 to 30: also evidence that is there already.' })
  retentionYears: number
}
