import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { OpinionType } from '../enums.js'
import { EMPHASES_MAX, Emphasis } from './emphasis.js'
import { OpinionBasis, SUBJECT_MATTERS_MAX } from './opinion-basis.js'
import { CONCLUSIONS_MAX, OpinionConclusion } from './opinion-conclusion.js'

@Entity('opinion')
@ObjectType({
  implements: Node,
  description:
    'The opinion as the engagement partner decided it. It holds for the proposal it was decided on and for no other.',
})
export class Opinion extends EngagementRow {
  static readonly typeName = 'Opinion'
  static override readonly violations: Violations = {
    opinion_once_per_engagement: ['An opinion was decided already.', 'engagementId'],
  }

  @Column({ type: 'jsonb' })
  @Field(() => [OpinionConclusion], atMost(CONCLUSIONS_MAX, 'The conclusion on each subject matter and category.'))
  conclusions: OpinionConclusion[]

  @Column({ type: 'text' })
  @Field(() => OpinionType, { description: 'The opinion as a whole: that of the gravest conclusion.' })
  overall: words.OpinionType

  /** Binds the decision to the proposal it was made on: when that changes, the opinion is stale. */
  @Column({ type: 'text' })
  proposalDigest: string

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description: 'Whether it is another one than was proposed: it then needs the quality reviewer’s agreement.',
  })
  differs: boolean

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was decided so.' })
  rationale: string | null

  /** The papers that the rationale rests on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'jsonb' })
  @Field(
    () => [OpinionBasis],
    atMost(SUBJECT_MATTERS_MAX, 'The basis of each modified conclusion; none where nothing is modified.'),
  )
  bases: OpinionBasis[]

  @Column({ type: 'jsonb' })
  @Field(
    () => [Emphasis],
    atMost(EMPHASES_MAX, 'What the report draws attention to after the opinion, without modifying it.'),
  )
  emphases: Emphasis[]

  @Column({ type: 'uuid' })
  decidedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was decided.' })
  decidedAt: Date

  @Column({ type: 'uuid', nullable: true })
  agreedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When the quality reviewer agreed; null when not needed or not yet.',
  })
  agreedAt: Date | null
}
