import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'

@Entity('criterion_exclusion')
@ObjectType({
  implements: Node,
  description: 'That a criterion in scope does not apply to the system, and why. The report discloses it.',
})
export class CriterionExclusion extends EngagementRow {
  static readonly typeName = 'CriterionExclusion'
  static override readonly violations: Violations = {
    criterion_exclusion_unique: ['This criterion is marked not applicable already.', 'criterionCode'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The criterion’s code, e.g. P3.1.' })
  criterionCode: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why it does not apply.' })
  reason: string
}
