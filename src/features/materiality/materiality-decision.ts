import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { DecisionState } from '../enums.js'
import { FACTORS_MAX, WeighedFactor } from './weighed-factor.js'

@Entity('materiality_decision')
@ObjectType({
  implements: Node,
  description:
    'Whether an exception would influence the judgment of intended users: a recorded human judgment, made by one person and approved by another. Management’s response has no part in it.',
})
export class MaterialityDecision extends EngagementRow {
  static readonly typeName = 'MaterialityDecision'
  static override readonly violations: Violations = {
    materiality_once_per_exception: ['The materiality of this exception was decided already.', 'exceptionId'],
  }

  @Column({ type: 'uuid' })
  exceptionId: string

  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether the matter is material.' })
  material: boolean

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description: 'Whether it is not confined to specific elements, or is fundamental. Only what is material can be.',
  })
  pervasive: boolean

  @Column({ type: 'jsonb' })
  @Field(() => [WeighedFactor], atMost(FACTORS_MAX, 'The factors that were weighed.'))
  factors: WeighedFactor[]

  /** Other controls that cover the same risk: weighed only where tested and found effective. */
  @Column({ type: 'uuid', array: true })
  compensatingControlIds: string[]

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why it was decided so.' })
  rationale: string

  @Column({ type: 'text' })
  @Field(() => DecisionState, { description: 'Whether it was approved.' })
  state: words.DecisionState

  @Column({ type: 'uuid' })
  decidedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was decided, or last revised.' })
  decidedAt: Date

  @Column({ type: 'uuid', nullable: true })
  approvedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was approved.' })
  approvedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why the partner returned it; null when it was not returned, or was revised since.',
  })
  returnedReason: string | null
}
