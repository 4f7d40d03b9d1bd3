import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Row } from '../../kernel/store/row.js'
import { domainLimits } from '../../rules/email-domains.js'

@Entity('firm')
@ObjectType({ implements: Node, description: 'An audit firm: the tenant. Everything belongs to one firm.' })
export class Firm extends Row {
  static readonly typeName = 'Firm'
  // Counted with each report that is issued.
  static override readonly derived = ['lastReportNumber']

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The firm’s name, as it signs reports.' })
  name: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The city in which the firm signs reports.' })
  city: string

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(
      domainLimits.count,
      'The domains of the firm’s e-mail addresses. An address in or below one of them is invited to a client by the client’s own administrator only.',
    ),
  )
  emailDomains: string[]

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description:
      'For how many years the firm keeps evidence, from the day on which the report was issued or the firm withdrew.',
  })
  retentionYears: number

  @Column({ type: 'integer' })
  lastReportNumber: number
}
