import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy, type Paper } from '../../kernel/store/row.js'

@Entity('fraud_inquiry')
@ObjectType({
  implements: Node,
  description:
    'What a person of the entity was asked about fraud, and answered. It is never changed: what is asked again is another inquiry.',
})
export class FraudInquiry extends EngagementRow {
  static readonly typeName = 'FraudInquiry'
  static override readonly paper: Paper = { faultOf: () => null }
  static override readonly heavy: readonly Heavy<FraudInquiry>[] = ['asked', 'answer']

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who was asked, by name.' })
  personAsked: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'In which role that person serves the entity.' })
  roleAsked: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which it was asked.' })
  askedOn: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was asked: fraud known, suspected or alleged, and where it could happen.' })
  asked?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was answered, as the auditor wrote it down.' })
  answer?: string

  /** The papers that bear on the answer. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
