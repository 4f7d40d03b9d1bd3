import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'

@Entity('population_gap_decision')
@ObjectType({
  implements: Node,
  description:
    'Why days of a control’s time that no population of it covers are left so: recorded once by a manager or the engagement partner, never changed.',
})
export class PopulationGapDecision extends EngagementRow {
  static readonly typeName = 'PopulationGapDecision'
  static override readonly bounds = { controlId: 100 }
  static override readonly violations: Violations = {
    population_gap_decision_once: ['This gap was accepted already.', 'gapFrom'],
  }

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The first day that no population of the control covered.' })
  gapFrom: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The last day that no population of the control covered.' })
  gapTo: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why the days are covered neither by a population nor by an update procedure.' })
  reason: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
