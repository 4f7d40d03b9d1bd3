import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import type { Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { ServiceCommitmentKind } from '../enums.js'
import { RetiredOrNot } from './retired-or-not.js'

@Entity('service_commitment')
@ObjectType({
  implements: Node,
  description:
    'A principal service commitment or system requirement (DC2): what the controls are to provide reasonable assurance of. The report states it by its reference.',
})
export class ServiceCommitment extends RetiredOrNot {
  static readonly typeName = 'ServiceCommitment'
  static override readonly bounds = { engagementId: 100 }
  static override readonly violations: Violations = {
    service_commitment_ref_unique: ['The engagement has a commitment of this reference already.', 'ref'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The reference by which it is called, e.g. SC-01. It never changes.' })
  ref: string

  @Column({ type: 'text' })
  @Field(() => ServiceCommitmentKind, { description: 'Whether it is a commitment or a requirement.' })
  kind: words.ServiceCommitmentKind

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was committed to or is required, as management states it.' })
  text: string

  @Column({ type: 'text', array: true })
  @Field(() => [String], atMost(CRITERIA_MAX, 'The criteria that it is related to, by code; none where it is to all.'))
  criteriaCodes: string[]
}
