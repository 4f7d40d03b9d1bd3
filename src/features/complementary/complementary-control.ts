import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import type { Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { ComplementaryControlKind } from '../enums.js'
import { RetiredOrNot } from './retired-or-not.js'

@Entity('complementary_control')
@ObjectType({
  implements: Node,
  description:
    'A control that management assumed, in designing its own, to be in place elsewhere: at user entities (CUEC) or at a carved-out organization (CSOC). Without it the commitments are not achieved, and the opinion is conditional on it. What users are merely responsible for is no CUEC: to list it as one misstates the description.',
})
export class ComplementaryControl extends RetiredOrNot {
  static readonly typeName = 'ComplementaryControl'
  static override readonly bounds = { engagementId: 200, subserviceOrganizationId: 50 }
  static override readonly violations: Violations = {
    complementary_control_ref_unique: ['The engagement has a complementary control of this reference already.', 'ref'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The reference by which it is called, e.g. CUEC-01. It never changes.' })
  ref: string

  @Column({ type: 'text' })
  @Field(() => ComplementaryControlKind, { description: 'Where it is assumed to be in place.' })
  kind: words.ComplementaryControlKind

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What is assumed: who does what, as the description presents it.' })
  text: string

  @Column({ type: 'uuid', nullable: true })
  subserviceOrganizationId: string | null

  @Column({ type: 'text', array: true })
  @Field(() => [String], atMost(CRITERIA_MAX, 'The criteria that cannot be met without it, by code; one at least.'))
  criteriaCodes: string[]

  /** The controls of the engagement that it complements. */
  @Column({ type: 'uuid', array: true })
  controlIds: string[]
}
