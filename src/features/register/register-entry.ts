import { Field, ObjectType } from 'type-graphql'
import { Column } from 'typeorm'
import type { Actor } from '../../kernel/access/actor.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { present } from '../../kernel/store/condition.js'
import { Row, withPlaceAtClient } from '../../kernel/store/row.js'

/** How many pieces of evidence an entry names at most. */
export const ENTRY_EVIDENCE_MAX = 20

/**
 * An entry of a register of the client’s own. Until the client shares it, it does not exist for the firm: neither as a row nor in a
 * trail that members of the firm read.
 */
@ObjectType()
export abstract class RegisterEntry extends Row {
  static override readonly clientKey = 'clientId'
  static override readonly trailOf = 'CLIENT'
  static override readonly bounds: Readonly<Record<string, number>> = { clientId: 500 }

  @Column({ type: 'uuid' })
  clientId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the client calls it, in one line.' })
  title: string

  @Column({ type: 'uuid', array: true })
  evidenceIds: string[]

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When it was shared with the auditor; null while the client keeps it for itself.',
  })
  sharedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  sharedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was withdrawn as made in error; null while it stands.' })
  withdrawnAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  withdrawnBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'In what the entry was in error; null while it stands.' })
  withdrawnReason: string | null

  /** People of the firm see what was shared, of clients of whose engagements they are on a team. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    return [actor.clientId ? { clientId: actor.clientId } : { clientId: withPlaceAtClient(actor), sharedAt: present }]
  }
}
