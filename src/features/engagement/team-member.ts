import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../access/actor.js'
import { EngagementRow, withPlaceOf } from '../../data/row.js'
import { TeamRole } from '../../graph/enums.js'
import { Node } from '../../graph/node.js'
import { Moment } from '../../graph/scalars.js'
import type * as words from '../../rules/vocabulary.js'

@Entity('team_member')
@ObjectType({
  implements: Node,
  description:
    'One person’s place on an engagement’s team. It opens nothing until that person has confirmed their independence.',
})
export class TeamMember extends EngagementRow {
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
