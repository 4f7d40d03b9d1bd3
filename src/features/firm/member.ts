import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { Row, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ClientRole, FirmRole, MembershipState } from '../enums.js'

@Entity('member')
@ObjectType({
  implements: Node,
  description:
    'One person’s place in the firm or at one of its clients. A person may hold several; a token is for one.',
})
export class Member extends Row {
  static readonly typeName = 'Member'
  static override readonly clientKey = 'clientId'
  static override readonly decidesAccess = true
  static override readonly violations: Violations = {
    member_email_unique: ['A person with this e-mail address is a member there already.', 'email'],
  }

  @Column({ type: 'uuid', nullable: true })
  userId: string | null

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The e-mail address the person signs in with.' })
  email: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The person’s name, as it stands under their work.' })
  name: string

  @Column({ type: 'text', nullable: true })
  @Field(() => FirmRole, { nullable: true, description: 'The role in the firm; null for a person of a client.' })
  firmRole: words.FirmRole | null

  @Column({ type: 'uuid', nullable: true })
  clientId: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => ClientRole, { nullable: true, description: 'The role at the client; null for a member of the firm.' })
  clientRole: words.ClientRole | null

  @Column({ type: 'text' })
  @Field(() => MembershipState, { description: 'Whether the membership can be used.' })
  state: words.MembershipState

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description:
      'Since when this membership with a client cannot be used, because the same person is a member of the firm too; until one of the two is disabled. For the firm and administrators of the client.',
  })
  suspendedAt: Date | null
}
