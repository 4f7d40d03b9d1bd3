import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations, withPlaceOf } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { TeamRole } from '../enums.js'

@Entity('team_member')
@ObjectType({
  implements: Node,
  description:
    'One person’s place on an engagement’s team. It opens nothing until that person has confirmed their independence.',
})
export class TeamMember extends EngagementRow {
  static readonly typeName = 'TeamMember'
  static override readonly decidesAccess = true
  static override readonly violations: Violations = {
    team_member_once: ['This person is on the team already.', 'memberId'],
    team_member_sole_role: ['The team has a member in this role already.', 'role'],
  }

  static override readonly bounds = { engagementId: 200 }
  static override readonly marks = { table: 'member', column: 'team_mark', by: 'memberId' }

  @Column({ type: 'uuid' })
  memberId: string

  @Column({ type: 'text' })
  @Field(() => TeamRole, { description: 'The role on the team.' })
  role: words.TeamRole

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What the person stated about their independence.' })
  independenceStatement: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When the person confirmed their independence; null until then.',
  })
  independenceConfirmedAt: Date | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the person left the team. The record stays.' })
  removedAt: Date | null

  /** One’s own places, also before independence is confirmed; the admin, who staffs engagements, sees all. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    if (!actor.firmRole || actor.firmRole === 'FIRM_ADMIN') return null
    return [{ memberId: actor.memberId }, { engagementId: withPlaceOf(actor) }]
  }
}
