import { Field, ID, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ReviewNoteState } from '../enums.js'

@Entity('review_note')
@ObjectType({
  implements: Node,
  description:
    'What a reviewer wants answered of a working paper. It is addressed, and cleared by its author or a person above them; while it is not, the procedure that it concerns is not signed as reviewed, and the engagement not completed.',
})
export class ReviewNote extends EngagementRow {
  static readonly typeName = 'ReviewNote'
  static override readonly bounds = { nodeId: 50 }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The type of the working paper, as the schema names it.' })
  nodeType: string

  @Column({ type: 'uuid' })
  @Field(() => ID, { description: 'The id of the working paper, for `node`.' })
  nodeId: string

  /** The procedure that the paper is, or is part of. */
  @Column({ type: 'uuid', nullable: true })
  procedureId: string | null

  /** The control that the paper is about. */
  @Column({ type: 'uuid', nullable: true })
  controlId: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What is to be answered, corrected or done.' })
  text: string

  @Column({ type: 'uuid', nullable: true })
  assigneeId: string | null

  @Column({ type: 'text' })
  @Field(() => ReviewNoteState, { description: 'Where the note stands now.' })
  state: words.ReviewNoteState

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What was answered or done; null while it is open.' })
  addressedNote: string | null

  @Column({ type: 'uuid', nullable: true })
  addressedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was addressed; null while it is open.' })
  addressedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it was opened again last; null where it never was. The trail has what was answered before.',
  })
  reopenedReason: string | null

  /** Who cleared it or opened it again last. */
  @Column({ type: 'uuid', nullable: true })
  settledBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was cleared, or opened again last.' })
  settledAt: Date | null
}
