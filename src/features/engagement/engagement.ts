import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { Row, withPlaceOf } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { Category, EngagementKind, EngagementState } from '../enums.js'

/** The row and its header. The header is what the firm’s admin and the client see; all else is for the team. */
@Entity('engagement')
@ObjectType({ implements: Node, description: 'One examination of one system of a client, by a team of the firm.' })
export class Engagement extends Row {
  static readonly typeName = 'Engagement'
  static override readonly engagementKey = 'id'
  static override readonly clientKey = 'clientId'

  @Column({ type: 'uuid' })
  clientId: string

  @Column({ type: 'text' })
  @Field(() => EngagementKind, { description: 'What kind of examination it is.' })
  kind: words.EngagementKind

  @Column({ type: 'text' })
  @Field(() => EngagementState, { description: 'The state of the engagement, from planning to the archive.' })
  state: words.EngagementState

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The system examined, as the report calls it.' })
  systemName: string

  @Column({ type: 'text', array: true })
  @Field(
    () => [Category],
    atMost(5, 'The trust services categories in scope, one at least; the common criteria belong to each.'),
  )
  categories: words.Category[]

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The first day of the period; null in a Type 1.' })
  periodStart: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The last day of the period; null in a Type 1.' })
  periodEnd: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The day as of which a Type 1 is made; null otherwise.' })
  asOf: string | null

  /** When fieldwork first began. It stays when the engagement goes back to planning: scope is locked from then on. */
  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When fieldwork first began: from then on scope and period are locked.',
  })
  fieldworkStartedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  qualityReviewClearedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  qualityReviewClearedAt: Date | null

  @Column({ type: 'text', nullable: true })
  qualityReviewDigest: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The date that the engagement partner gave the report; null until there is one.',
  })
  reportDatedOn: string | null

  /** When the partner gave it that date. */
  @Column({ type: 'timestamptz', nullable: true })
  reportDatedAt: Date | null

  @Column({ type: 'text', nullable: true })
  withdrawnReason: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'How the auditor knows that the system uses no subservice organization; null where it was not stated. For the firm alone.',
  })
  noSubserviceReason: string | null

  @Column({ type: 'timestamptz', nullable: true })
  withdrawnAt: Date | null

  @Column({ type: 'integer' })
  lastExceptionNumber: number

  /** The admin sees that engagements exist, a client user those of the client, others their own. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    if (actor.clientId) return [{ clientId: actor.clientId }]
    return actor.firmRole && actor.firmRole !== 'FIRM_ADMIN' ? [{ id: withPlaceOf(actor) }] : null
  }
}
