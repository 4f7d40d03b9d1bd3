import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Row } from '../../data/row.js'
import { Node } from '../../graph/node.js'

@Entity('client')
@ObjectType({ implements: Node, description: 'A service organization that the firm audits.' })
export class Client extends Row {
  @Column({ type: 'text' })
  @Field(() => String, { description: 'The service organization’s name, as reports call it.' })
  name: string
}
