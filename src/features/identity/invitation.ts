import { Field, ID, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Moment } from '../../kernel/schema/scalars.js'
import { Row } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ClientRole } from '../enums.js'

/** Is read only: written by statements of its own (store.ts), which keep the digest of its token out of the trail. */
@Entity('invitation')
@ObjectType({ description: 'An invitation of a person of a client, as it was sent.' })
export class Invitation extends Row {
  static readonly typeName = 'Invitation'
  static override readonly clientKey = 'clientId'
  // Written by statements of its own (store.ts); the entries of the memberships tell of it.
  static override readonly inTrail = 'NOTHING'

  // Not a Node: it is found through its client alone.
  @Field(() => ID, { description: 'The id of the invitation.' })
  override id: string

  @Field(() => Moment, { description: 'When the person was invited.' })
  override createdAt: Date

  @Column({ type: 'uuid' })
  memberId: string

  @Column({ type: 'uuid', nullable: true })
  clientId: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => ClientRole, { nullable: true, description: 'The role at the client for which the person was invited.' })
  clientRole: words.ClientRole | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'The name of who invited the person.' })
  invitedByName: string | null

  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether the audit firm invited the person, rather than the client itself.' })
  invitedByFirm: boolean

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'Until when it can, or could, be accepted.' })
  expiresAt: Date

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was accepted.' })
  acceptedAt: Date | null

  @Column({ type: 'timestamptz', nullable: true })
  voidedAt: Date | null
}
