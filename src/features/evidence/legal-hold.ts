import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'

@Entity('legal_hold')
@ObjectType({
  implements: Node,
  description:
    'While it is in force no evidence of the engagement is removed, no file of that, and no item of an import that another one superseded: litigation, or an inquiry by an authority, may ask for them. All else of an engagement is kept in any case.',
})
export class LegalHold extends EngagementRow {
  static readonly typeName = 'LegalHold'
  static override readonly bounds = { engagementId: 50 }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why it was placed, e.g. the matter in which the files may be asked for.' })
  reason: string

  @Column({ type: 'uuid', nullable: true })
  releasedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was released; null while it is in force.' })
  releasedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was released; null while it is in force.' })
  releasedReason: string | null

  /** The firm's administrator, who answers for what the firm keeps, sees all of them. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    return actor.firmRole === 'FIRM_ADMIN' ? null : EngagementRow.wall(actor)
  }
}
