import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../data/row.js'
import { Node } from '../../graph/node.js'

@Entity('criterion_exclusion')
@ObjectType({
  implements: Node,
  description: 'That a criterion in scope does not apply to the system, and why. The report discloses it.',
})
export class CriterionExclusion extends EngagementRow {
  @Column({ type: 'text' })
  @Field(() => String, { description: 'The criterion’s code, e.g. P3.1.' })
  criterionCode: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why it does not apply.' })
  reason: string
}
