import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow } from '../../kernel/store/row.js'

@Entity('scope_change')
@ObjectType({
  implements: Node,
  description:
    'A change of scope or period after fieldwork began, with what had been found until then. It stays on file; no report prints it.',
})
export class ScopeChange extends EngagementRow {
  static readonly typeName = 'ScopeChange'
  static override readonly bounds = { engagementId: 200 }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What changed, in words.' })
  change: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why, by the engagement partner.' })
  reason: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  /** By its code. Null where it was another change. */
  @Column({ type: 'text', nullable: true })
  excludedCriterion: string | null

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items had been tested until then, over all controls.' })
  testedCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many of them deviated.' })
  deviationCount: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many exceptions had been raised, withdrawn ones among them.' })
  exceptionCount: number
}
