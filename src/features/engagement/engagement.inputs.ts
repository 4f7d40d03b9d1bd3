import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator'
import { ArgsType, Field, ID, InputType } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { type OrderBy, orderByOf } from '../../kernel/schema/order.js'
import { PageArgs } from '../../kernel/schema/page.js'
import { Day } from '../../kernel/schema/scalars.js'
import { Line } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { Category, EngagementKind, EngagementState, TeamRole } from '../enums.js'

export const limits = { systemName: 200, categories: 5, team: 100 } as const

@InputType({ description: 'One person to be on the team.' })
export class TeamPlaceInput {
  @Field(() => ID, { description: 'The person: an active member of the firm.' })
  memberId: string

  @Field(() => TeamRole, { description: 'The role on the team.' })
  role: words.TeamRole
}

@InputType({ description: 'Sets up an engagement.' })
export class CreateEngagementInput extends ActInput {
  @Field(() => ID, { description: 'The client whose system is examined.' })
  clientId: string

  @Field(() => EngagementKind, { description: 'What kind of examination it is; it never changes.' })
  kind: words.EngagementKind

  @Line({ max: limits.systemName, description: 'The system examined, as the report is to call it.' })
  systemName: string

  @Field(() => [Category], {
    defaultValue: ['SECURITY'],
    description:
      'The categories in scope, one at least; SECURITY when left out. The common criteria are always in scope.',
  })
  @ArrayMaxSize(limits.categories)
  categories: words.Category[]

  @Field(() => Day, { nullable: true, description: 'The first day of the period; not for a Type 1.' })
  periodStart?: string | null

  @Field(() => Day, { nullable: true, description: 'The last day of the period; not for a Type 1.' })
  periodEnd?: string | null

  @Field(() => Day, { nullable: true, description: 'The day as of which a Type 1 is made.' })
  asOf?: string | null

  @Field(() => [TeamPlaceInput], {
    nullable: true,
    description:
      'The first people of the team. From then on the engagement is open to those of them who confirm their independence; unless you are the firm’s admin, name an engagement partner or a manager.',
  })
  @IsOptional()
  @ArrayMaxSize(limits.team)
  @ValidateNested({ each: true })
  team?: TeamPlaceInput[] | null
}

@InputType({ description: 'Conditions that engagements must meet, every one given.' })
export class EngagementFilter {
  @Field(() => EngagementState, { nullable: true, description: 'Those that are in this state.' })
  state?: words.EngagementState | null

  @Field(() => EngagementKind, { nullable: true, description: 'Those of this kind.' })
  kind?: words.EngagementKind | null

  @Field(() => ID, { nullable: true, description: 'Those of this client.' })
  clientId?: string | null
}

export const EngagementOrderBy = orderByOf('Engagement', { CREATED: 'When the engagement was set up.' })

@ArgsType()
export class ClientEngagementsArgs extends PageArgs {
  @Field(() => EngagementOrderBy, { nullable: true, description: 'Oldest first when not given.' })
  orderBy?: OrderBy<'CREATED'> | null
}

@ArgsType()
export class EngagementsArgs extends ClientEngagementsArgs {
  @Field(() => EngagementFilter, {
    nullable: true,
    description: 'Only those that meet these conditions; all when not given.',
  })
  filter?: EngagementFilter | null
}
