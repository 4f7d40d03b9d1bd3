import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { Row } from '../../kernel/store/row.js'

@Entity('methodology')
@ObjectType({
  implements: Node,
  description:
    'What the firm samples by. A version never changes: a change makes the next, which holds for controls of which no population was imported yet.',
})
export class Methodology extends Row {
  static readonly typeName = 'Methodology'

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The version, from 1; 1 is the one shipped with the service.' })
  number: number

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'From when on it holds, until the next version does.' })
  effectiveAt: Date

  @Column({ type: 'uuid' })
  samplingTableId: string

  @Column({ type: 'integer' })
  confidenceBp: number

  @Column({ type: 'integer' })
  tolerableRateBp: number

  @Column({ type: 'integer' })
  leastConfidenceBp: number

  @Column({ type: 'integer' })
  greatestTolerableRateBp: number

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why the firm changed it; null of the one shipped.' })
  reason: string | null
}
