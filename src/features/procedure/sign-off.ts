import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { SignOffLevel } from '../enums.js'

@Entity('sign_off')
@ObjectType({
  implements: Node,
  description:
    'A signature on a procedure or a workpaper, bound to the content that was signed. One that no longer holds is withdrawn, never removed.',
})
export class SignOff extends EngagementRow {
  static readonly typeName = 'SignOff'

  /** Null of a signature on a workpaper. */
  @Column({ type: 'uuid', nullable: true })
  procedureId: string | null

  /** Null of a signature on a procedure. */
  @Column({ type: 'uuid', nullable: true })
  workpaperId: string | null

  @Column({ type: 'text' })
  @Field(() => SignOffLevel, { description: 'In what capacity the person signed.' })
  level: words.SignOffLevel

  @Column({ type: 'uuid' })
  memberId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'SHA-256 of the content that was signed, as canonical JSON.' })
  contentDigest: string

  /** Of all that was signed but the items and their results; null of a signature made before this was kept. */
  @Column({ type: 'text', nullable: true })
  frameDigest: string | null

  /** What the sample was marked with then; null where there was no sample, or nothing was written since marks are kept. */
  @Column({ type: 'uuid', nullable: true })
  contentMark: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When the signature was withdrawn; null while it is in force.' })
  withdrawnAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was withdrawn.' })
  withdrawnReason: string | null
}
