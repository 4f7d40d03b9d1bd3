import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { type Heavy, Row, type Violations } from '../../kernel/store/row.js'
import { domainLimits } from '../../rules/email-domains.js'
import { ClientCalendar } from './client-calendar.js'

@Entity('client')
@ObjectType({ implements: Node, description: 'A service organization that the firm examines.' })
export class Client extends Row {
  static readonly typeName = 'Client'
  static override readonly clientKey = 'id'
  static override readonly heavy: readonly Heavy<Client>[] = ['calendar']
  static override readonly violations: Violations = {
    client_name_unique: ['The firm has a client of this name already.', 'name'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The service organization’s name, as reports call it.' })
  name: string

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(
      domainLimits.count,
      'The domains of the client’s e-mail addresses. An address in none of them is invited by the client’s own administrator only.',
    ),
  )
  emailDomains: string[]

  /** Stays when no administrator is active any more: the firm's side does not get the domains back. */
  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description:
      'When the first administrator of the client’s own accepted; from then on they alone change its e-mail domains. Null before.',
  })
  administratorAcceptedAt: Date | null

  @Column({ type: 'jsonb' })
  @Field(() => ClientCalendar, {
    description: 'When people work there: which occurrences of periodic controls are expected follows from it.',
  })
  calendar?: ClientCalendar

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Where its calendar comes from; null where none was set.' })
  calendarReason: string | null

  @Column({ type: 'uuid', nullable: true })
  calendarSetBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When its calendar was set; null where none was set.' })
  calendarSetAt: Date | null
}
