import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow } from '../../kernel/store/row.js'

@Entity('scope_change')
@ObjectType({
  implements: Node,
  description: 'A change of scope or period after fieldwork began. The report discloses it.',
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
}
