import { Field, ID, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import { updateMatterKinds, type UpdateMatterKind as Word, words } from '../../rules/vocabulary.js'
import { UpdateMatterKind } from '../enums.js'
import { LABELS_MAX } from '../occurrence/expected-occurrence.js'

/** How many things one matter is about at most: what a client may enter in a register, with all that may be changed about a control. */
export const ABOUT_MAX = 500

@Entity('update_answer')
@ObjectType({
  implements: Node,
  description:
    'What was seen of a matter that an update procedure must look at. Given anew where there is more to look at.',
})
export class UpdateAnswer extends EngagementRow {
  static readonly typeName = 'UpdateAnswer'
  static override readonly bounds = { procedureId: words(updateMatterKinds).length }
  static override readonly violations: Violations = {
    update_answer_once: ['Somebody answered this matter meanwhile: read the procedure again.', 'answers'],
  }

  @Column({ type: 'uuid' })
  procedureId: string

  @Column({ type: 'text' })
  @Field(() => UpdateMatterKind, { description: 'Which matter it answers.' })
  kind: Word

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was asked, looked at and seen.' })
  answer: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The first of the days that it is about.' })
  coversFrom: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The last of the days that it is about.' })
  coversTo: string

  @Column({ type: 'uuid', array: true })
  @Field(() => [ID], atMost(ABOUT_MAX, 'The ids of what it was given about, for `node`.'))
  aboutIds: string[]

  @Column({ type: 'integer', array: true })
  aboutVersions: number[]

  @Column({ type: 'text', array: true })
  @Field(() => [String], atMost(LABELS_MAX, 'The cycles of a periodic control that it was given about.'))
  labels: string[]

  @Column({ type: 'uuid' })
  answeredBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was given.' })
  answeredAt: Date
}
