import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import { COMMUNICATIONS_MAX } from '../../rules/suspicions.js'
import type * as words from '../../rules/vocabulary.js'
import { SuspicionEffect, SuspicionKind } from '../enums.js'

@ObjectType({ description: 'To whom a suspicion was communicated, and when.' })
export class SuspicionCommunication {
  @Field(() => String, { description: 'The name of the person who was told.' })
  name: string

  @Field(() => String, { description: 'The role of that person, e.g. a member of the audit committee.' })
  role: string

  @Field(() => Day, { description: 'The day on which the person was told.' })
  communicatedOn: string
}

@Entity('suspected_noncompliance')
@ObjectType({
  implements: Node,
  description:
    'Suspected fraud, noncompliance with law, or an intentional act of management: recorded by the member of the team who noticed it, and read by the engagement partner alone. Who recorded it does not see it afterwards.',
})
export class SuspectedNoncompliance extends EngagementRow {
  static readonly typeName = 'SuspectedNoncompliance'
  static override readonly bounds = { engagementId: 50 }
  static override readonly readers: readonly words.TeamRole[] = ['ENGAGEMENT_PARTNER']
  static override readonly redactedInTrail: readonly (keyof SuspectedNoncompliance)[] = [
    'kind',
    'what',
    'noticedOn',
    'communicatedTo',
    'evaluation',
    'effect',
    'exceptionId',
  ]

  @Column({ type: 'text' })
  @Field(() => SuspicionKind, { description: 'What kind of act is suspected.' })
  kind: words.SuspicionKind

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was noticed, and how.' })
  what: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which it was noticed.' })
  noticedOn: string

  @Column({ type: 'jsonb' })
  @Field(
    () => [SuspicionCommunication],
    atMost(COMMUNICATIONS_MAX, 'To whom it was communicated, in the order of recording.'),
  )
  communicatedTo: SuspicionCommunication[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'What was done about it, and what the engagement partner makes of it; null until then.',
  })
  evaluation: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => SuspicionEffect, { nullable: true, description: 'What it comes to; null until it is evaluated.' })
  effect: words.SuspicionEffect | null

  @Column({ type: 'uuid', nullable: true })
  exceptionId: string | null

  @Column({ type: 'uuid', nullable: true })
  evaluatedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was evaluated last; null until it is.' })
  evaluatedAt: Date | null
}
