import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'

@Entity('coverage_decision')
@ObjectType({
  implements: Node,
  description:
    'Why days on which no control in operation served a criterion are no deficiency: decided once by the engagement partner, never changed.',
})
export class CoverageDecision extends EngagementRow {
  static readonly typeName = 'CoverageDecision'
  static override readonly bounds = { engagementId: 500 }
  static override readonly violations: Violations = {
    coverage_decision_once: ['This gap was decided on already.', 'gapFrom'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The criterion’s code, e.g. CC6.1.' })
  criterionCode: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The first day on which no control served the criterion.' })
  gapFrom: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The last day on which no control served the criterion.' })
  gapTo: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why the days are no deficiency.' })
  reason: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
