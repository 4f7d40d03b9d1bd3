import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import type { Heavy } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { RetiredOrNot } from '../complementary/retired-or-not.js'
import { WorkOfOthersKind } from '../enums.js'

/** How many procedures the work of others serves. */
export const PROCEDURES_MAX = 50
/** How many people write on one. */
export const WRITERS_MAX = 30

@Entity('work_of_others')
@ObjectType({
  implements: Node,
  description:
    'The work of others that the examination uses: the client’s internal audit function, a specialist, another practitioner. Recorded by who leads the engagement, and approved by the engagement partner, who wrote none of it.',
})
export class WorkOfOthers extends RetiredOrNot {
  static readonly typeName = 'WorkOfOthers'
  static override readonly bounds = { engagementId: 50 }
  static override readonly heavy: readonly Heavy<WorkOfOthers>[] = [
    'performed',
    'competenceAndObjectivity',
    'oversight',
  ]

  @Column({ type: 'text' })
  @Field(() => WorkOfOthersKind, { description: 'Whose work it is, and how it is used.' })
  kind: words.WorkOfOthersKind

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who they are, e.g. the name of the function, the specialist or the firm.' })
  name: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What they did, as the report tells it where it has to.' })
  performed?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'How their competence and objectivity were evaluated, and with which result.' })
  competenceAndObjectivity?: string

  @Column({ type: 'text' })
  @Field(() => String, {
    description:
      'How their work was directed and supervised, reviewed, or tested anew, as the report tells it of internal audit.',
  })
  oversight?: string

  /** The procedures that it served. */
  @Column({ type: 'uuid', array: true })
  procedureIds: string[]

  /** The papers that the evaluation rests on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Why the report names another practitioner, for whose work the firm takes no responsibility; null where it names none.',
  })
  referenceReason: string | null

  /** Who wrote any of it. */
  @Column({ type: 'uuid', array: true })
  authorIds: string[]

  @Column({ type: 'uuid', nullable: true })
  approvedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When its use was approved as it is now; null until then.' })
  approvedAt: Date | null
}
