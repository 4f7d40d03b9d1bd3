import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'

@Entity('attribute')
@ObjectType({ implements: Node, description: 'What each item of a sample is checked for.' })
export class Attribute extends EngagementRow {
  static readonly typeName = 'Attribute'
  static override readonly violations: Violations = {
    attribute_letter_unique: ['The procedure has an attribute of this letter already.', 'letter'],
  }

  @Column({ type: 'uuid' })
  procedureId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The letter, A to Z, by which results name the attribute.' })
  letter: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What must be true of the item.' })
  description: string
}
