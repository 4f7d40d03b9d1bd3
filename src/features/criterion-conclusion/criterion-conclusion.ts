import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type { OutcomesConcluded } from '../../rules/decision-changes.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { CriterionOutcome } from '../enums.js'

@Entity('criterion_conclusion')
@ObjectType({
  implements: Node,
  description:
    'What is concluded on a criterion: whether the service commitments and system requirements that it serves were achieved, over all controls that serve it.',
})
export class CriterionConclusion extends EngagementRow {
  static readonly typeName = 'CriterionConclusion'
  static override readonly bounds = { engagementId: CRITERIA_MAX }
  static override readonly violations: Violations = {
    criterion_concluded_once: ['This criterion is concluded on already: revise the conclusion.', 'criterionCode'],
  }

  @Column({ type: 'text' })
  criterionCode: string

  @Column({ type: 'text' })
  @Field(() => CriterionOutcome, { description: 'The outcome on the design of the controls that serve it.' })
  design: words.CriterionOutcome

  @Column({ type: 'text', nullable: true })
  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on the operation of the controls that serve it; null in a Type 1.',
  })
  operation: words.CriterionOutcome | null

  @Column({ type: 'text' })
  @Field(() => CriterionOutcome, { description: 'The outcome on design that the service proposed for it.' })
  proposedDesign: words.CriterionOutcome

  @Column({ type: 'text', nullable: true })
  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on operation that the service proposed for it; null in a Type 1.',
  })
  proposedOperation: words.CriterionOutcome | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it was concluded so; null where it was concluded as proposed in one act with others.',
  })
  rationale: string | null

  /** The papers that rationale and other ground rest on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'On which ground operation is less modified than design, as the engagement partner recorded it; null where it is not. It is a judgment against the figures, which the quality reviewer acknowledges before the report.',
  })
  otherGround: string | null

  /** What it was concluded on (`factsDigest` of criteria.ts): when that is not so any more, it is stale. */
  @Column({ type: 'text' })
  factsDigest: string

  @Column({ type: 'uuid' })
  concludedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was concluded, or revised last.' })
  concludedAt: Date

  /** When its outcome was changed last, and from what; null where it was not (`outcomeChangedNow`). */
  @Column({ type: 'timestamptz', nullable: true })
  outcomeChangedAt: Date | null

  @Column({ type: 'jsonb', nullable: true })
  changedFrom: OutcomesConcluded | null
}
