import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { EventEvaluation } from '../enums.js'

@Entity('subsequent_event')
@ObjectType({
  implements: Node,
  description:
    'What happened after the last day examined, or became known then: recorded by the auditor, and evaluated before the report is released.',
})
export class SubsequentEvent extends EngagementRow {
  static readonly typeName = 'SubsequentEvent'
  static override readonly bounds = { engagementId: 100 }

  /** Which of the engagement’s events it is, in the order of recording: the first is 1. */
  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Counts the events of the engagement; the first is 1.' })
  number: number

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What happened, and how the auditor learned of it.' })
  what: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which it occurred.' })
  occurredOn: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which the auditor knew of it.' })
  knownOn: string

  @Column({ type: 'text', nullable: true })
  @Field(() => EventEvaluation, { nullable: true, description: 'What it comes to; null until it is evaluated.' })
  evaluation: words.EventEvaluation | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was evaluated so.' })
  evaluationReason: string | null

  @Column({ type: 'uuid', nullable: true })
  evaluatedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was evaluated.' })
  evaluatedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  exceptionId: string | null

  @Column({ type: 'uuid', nullable: true })
  descriptionSectionId: string | null
}
