import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { EngagementRow } from '../../data/row.js'
import { Node } from '../../graph/node.js'

@Entity('attribute')
@ObjectType({ implements: Node, description: 'What each item of a sample is checked for.' })
export class Attribute extends EngagementRow {
  @Column({ type: 'uuid' })
  procedureId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The letter, A to Z, by which results name the attribute.' })
  letter: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What must be true of the item.' })
  description: string
}
