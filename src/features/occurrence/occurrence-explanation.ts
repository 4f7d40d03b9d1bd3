import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ExplanationState, OccurrenceExplanationKind } from '../enums.js'

@Entity('occurrence_explanation')
@ObjectType({
  implements: Node,
  description:
    'Why an expected occurrence that no list of the control holds is no deviation: proposed by one person, decided by a manager or the partner who did not propose it.',
})
export class OccurrenceExplanation extends EngagementRow {
  static readonly typeName = 'OccurrenceExplanation'
  static override readonly heavy: readonly Heavy<OccurrenceExplanation>[] = ['reason']
  static override readonly violations: Violations = {
    occurrence_explained_once: ['An explanation of this occurrence was proposed already.', 'label'],
  }

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The cycle whose occurrence it explains, e.g. `2025-Q3`.' })
  label: string

  @Column({ type: 'text' })
  @Field(() => OccurrenceExplanationKind, { description: 'What it says: that it was done, or was not due.' })
  kind: words.OccurrenceExplanationKind

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why the missing occurrence is no deviation.' })
  reason?: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'text' })
  @Field(() => ExplanationState, { description: 'Whether it was agreed with.' })
  state: words.ExplanationState

  @Column({ type: 'uuid' })
  proposedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was proposed, the last time.' })
  proposedAt: Date

  @Column({ type: 'uuid', nullable: true })
  decidedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was decided; null while it is proposed.' })
  decidedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What was noted with the decision.' })
  decisionNote: string | null
}
