import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { Row, type Violations } from '../../kernel/store/row.js'

@Entity('library_control')
@ObjectType({
  implements: Node,
  description:
    'A control of the firm’s library, with the tests that go with it: engagements start from it. What it says stands in its versions, which never change.',
})
export class LibraryControl extends Row {
  static readonly typeName = 'LibraryControl'

  static override readonly violations: Violations = {
    library_control_ref_unique: ['The library has a control of this reference already.', 'ref'],
  }

  @Column({ type: 'text' })
  @Field(() => String, {
    description:
      'The reference by which the firm calls it, e.g. AC-01: that of the control in an engagement, too, unless another is given. It never changes.',
  })
  ref: string

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was retired; null while engagements may take it.' })
  retiredAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  retiredBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was retired; null while engagements may take it.' })
  retiredReason: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When it was restored after it had been retired; null where it was not, or is retired again.',
  })
  restoredAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  restoredBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was restored; null where it was not.' })
  restoredReason: string | null
}

/** An entry that is offered as it was added: neither retired nor restored. */
export const asAdded = {
  ...{ retiredAt: null, retiredBy: null, retiredReason: null },
  ...{ restoredAt: null, restoredBy: null, restoredReason: null },
}
