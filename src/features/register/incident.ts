import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import type { Heavy } from '../../kernel/store/row.js'
import { RegisterEntry } from './register-entry.js'

/** How many commitments an incident names at most. */
export const COMMITMENTS_MAX = 20

@Entity('incident')
@ObjectType({
  implements: Node,
  description:
    'An incident in the client’s own register (DC4): the client writes it and, once it shares it, the auditor reads it and evaluates it for the engagements whose time it touches. A breach is one; it is an exception only where a control deviated.',
})
export class Incident extends RegisterEntry {
  static readonly typeName = 'Incident'
  static override readonly heavy: readonly Heavy<Incident>[] = ['whatHappened', 'cause']

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What happened, and what was done about it, as the client tells it.' })
  whatHappened?: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which it occurred or began.' })
  occurredOn: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which the client discovered it.' })
  discoveredOn: string

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The day on which it was resolved; null while it is not.' })
  resolvedOn: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What caused it; null while that is not known.' })
  cause?: string | null

  @Column({ type: 'boolean', nullable: true })
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a control failed, as the client says; null while that is not known.',
  })
  hasControlFailed: boolean | null

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(
      COMMITMENTS_MAX,
      'The service commitments that it touched, in the client’s words; none where it touched none.',
    ),
  )
  touchedCommitments: string[]
}
