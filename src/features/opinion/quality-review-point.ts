import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ReviewPointState } from '../enums.js'

@Entity('quality_review_point')
@ObjectType({
  implements: Node,
  description:
    'What the quality reviewer objects to. While it is open the report is not issued: the reviewer withdraws it, or a third person settles the difference of opinion.',
})
export class QualityReviewPoint extends EngagementRow {
  static readonly typeName = 'QualityReviewPoint'
  static override readonly bounds = { engagementId: 100 }

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Its number in the engagement; the first is 1.' })
  number: number

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the quality reviewer objects to, and why.' })
  objection: string

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description:
      'Whether it is an objection to the opinion itself: upheld, the opinion is decided otherwise; overruled, the opinion can stand without the reviewer’s agreement.',
  })
  concernsOpinion: boolean

  @Column({ type: 'text' })
  @Field(() => ReviewPointState, { description: 'Whether it stands, or how it was settled.' })
  state: words.ReviewPointState

  @Column({ type: 'uuid', nullable: true })
  settledBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was withdrawn or settled.' })
  settledAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was withdrawn, upheld or overruled.' })
  reason: string | null

  /** The papers that the settlement rests on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  /** Of the opinion as it was decided when a third person settled this: what is upheld is answered by another one. */
  @Column({ type: 'text', nullable: true })
  opinionDigest: string | null
}
