import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ExplanationKind, ExplanationState, ResultOutcome } from '../enums.js'

@Entity('result')
@ObjectType({ implements: Node, description: 'What one item of a sample showed for one attribute.' })
export class Result extends EngagementRow {
  static readonly typeName = 'Result'
  static override readonly marks = { table: 'sample', column: 'content_mark', by: 'sampleId' }

  @Column({ type: 'uuid' })
  procedureId: string

  @Column({ type: 'uuid' })
  sampleId: string

  @Column({ type: 'uuid' })
  sampleItemId: string

  @Column({ type: 'uuid' })
  attributeId: string

  @Column({ type: 'text' })
  @Field(() => ResultOutcome, { description: 'What the item showed.' })
  outcome: words.ResultOutcome

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'What was seen, what was asked for, or why the attribute does not apply.',
  })
  note: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => ResultOutcome, {
    nullable: true,
    description:
      'DEVIATION or UNABLE_TO_TEST where it was recorded as that, and an explanation was approved or the other of the two stands since. Null otherwise.',
  })
  correctedFrom: words.ResultOutcome | null

  @Column({ type: 'uuid' })
  recordedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was recorded.' })
  recordedAt: Date

  @Column({ type: 'text', nullable: true })
  @Field(() => ExplanationState, {
    nullable: true,
    description:
      'Whether it was agreed that this is no deviation, or that nothing applies; null when neither was proposed.',
  })
  explanationState: words.ExplanationState | null

  @Column({ type: 'text', nullable: true })
  @Field(() => ExplanationKind, {
    nullable: true,
    description:
      'Whether the control operated nevertheless or does not apply to the item; null where nothing is proposed.',
  })
  explanationKind: words.ExplanationKind | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why this is no deviation, or why nothing applies, as proposed.',
  })
  explanationReason: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The alternative procedure that shows that the control operated, and what it showed.',
  })
  explanationAlternativeProcedure: string | null

  @Column({ type: 'uuid', nullable: true })
  explainedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the explanation was proposed.' })
  explainedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  explanationDecidedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the manager or the partner decided on it.' })
  explanationDecidedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What who decided said about it; always said when rejected.' })
  explanationDecisionNote: string | null
}
