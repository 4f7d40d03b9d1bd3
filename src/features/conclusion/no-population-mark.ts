import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Paper, type Violations } from '../../kernel/store/row.js'
import { markAsPaper } from '../../rules/papers.js'

@Entity('no_population_mark')
@ObjectType({
  implements: Node,
  description:
    'That a control acts on no list of items: it is tested by inspection together with another method. It counts once another person has approved it.',
})
export class NoPopulationMark extends EngagementRow {
  static readonly typeName = 'NoPopulationMark'
  static override readonly paper: Paper<NoPopulationMark> = { faultOf: markAsPaper }
  static override readonly violations: Violations = {
    no_population_mark_once: ['The control was marked at the same moment.', 'controlId'],
  }

  @Column({ type: 'uuid' })
  controlId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why there is no list of what the control acted on.' })
  reason: string

  @Column({ type: 'uuid' })
  markedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When the control was marked.' })
  markedAt: Date

  @Column({ type: 'uuid', nullable: true })
  approvedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was approved; null while it awaits approval.' })
  approvedAt: Date | null
}
