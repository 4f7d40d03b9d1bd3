import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { TeamRole } from '../enums.js'

export const limits = { statement: 2_000 } as const

@InputType({ description: 'Names a member of the firm for the team.' })
export class AddTeamMemberInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ID, { description: 'The person: an active member of the firm.' })
  memberId: string

  @Field(() => TeamRole, { description: 'The role on the team.' })
  role: words.TeamRole
}

@InputType({ description: 'Takes a person off the team.' })
export class RemoveTeamMemberInput extends ChangeInput {
  @Field(() => ID, { description: 'The place on the team.' })
  teamMemberId: string
}

@InputType({ description: 'States that you are independent of the client.' })
export class ConfirmIndependenceInput extends ChangeInput {
  @Field(() => ID, { description: 'Your place on the team.' })
  teamMemberId: string

  @Text({
    max: limits.statement,
    description: 'Your statement: that you are independent of this client, with any threats and what safeguards them.',
  })
  statement: string
}
