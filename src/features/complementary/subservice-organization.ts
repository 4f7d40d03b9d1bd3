import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import type { Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { SubserviceMethod } from '../enums.js'
import { RetiredOrNot } from './retired-or-not.js'

/** How many controls an included organization performs, and how many a complementary control complements. */
export const CONTROLS_MAX = 50

@Entity('subservice_organization')
@ObjectType({
  implements: Node,
  description:
    'Another organization whose controls are needed, with the client’s, for the service commitments to be achieved (DC7); or a vendor, of which it was decided that they are not.',
})
export class SubserviceOrganization extends RetiredOrNot {
  static readonly typeName = 'SubserviceOrganization'
  static override readonly bounds = { engagementId: 50 }
  static override readonly violations: Violations = {
    subservice_organization_name_unique: ['The engagement has an organization of this name already.', 'name'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Its name, as the report is to call it.' })
  name: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What it does for the client, in a few words, e.g. hosting.' })
  service: string

  @Column({ type: 'text' })
  @Field(() => SubserviceMethod, { description: 'How the description presents it.' })
  method: words.SubserviceMethod

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it is a vendor, whose controls are not needed; null where it is a subservice organization.',
  })
  vendorReason: string | null

  /** The controls of the engagement that it performs. */
  @Column({ type: 'uuid', array: true })
  controlIds: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'On what the firm’s independence of it was confirmed; null until it is, and where it is carved out.',
  })
  independenceStatement: string | null

  @Column({ type: 'uuid', nullable: true })
  independenceConfirmedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When that was confirmed; null until it is.' })
  independenceConfirmedAt: Date | null
}
