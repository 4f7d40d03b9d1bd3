import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { Row } from '../../kernel/store/row.js'
import { type ResponseElement as Element, responseElements, words } from '../../rules/vocabulary.js'
import { ResponseElement } from '../enums.js'

@Entity('methodology')
@ObjectType({
  implements: Node,
  description:
    'How the firm examines: what it samples by, what it needs of responses and reviews, and how long its inquiries hold. A version never changes: a change makes the next, by which controls are sampled of which no population was imported yet.',
})
export class Methodology extends Row {
  static readonly typeName = 'Methodology'

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The version, from 1; 1 is the one shipped with the service.' })
  number: number

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'From when on it holds, until the next version does.' })
  effectiveAt: Date

  @Column({ type: 'uuid' })
  samplingTableId: string

  @Column({ type: 'integer' })
  confidenceBp: number

  @Column({ type: 'integer' })
  tolerableRateBp: number

  @Column({ type: 'integer' })
  leastConfidenceBp: number

  @Column({ type: 'integer' })
  greatestTolerableRateBp: number

  @Column({ type: 'text', array: true })
  @Field(
    () => [ResponseElement],
    atMost(
      words(responseElements).length,
      'What a response of management must hold where it agrees with the exception; nothing as shipped. What else is left out is warned of.',
    ),
  )
  responseElements: Element[]

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description:
      'Whether an examination needs a quality reviewer, as shipped it does. Where not and none is named, a second reader acknowledges the judgments against the figures.',
  })
  requiresQualityReviewer: boolean

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description:
      'Whether a report tells design and operation category by category where the opinion on them differs; never the description. Not so as shipped.',
  })
  splitsOpinionByCategory: boolean

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description:
      'How many years after leading an engagement of a client a person may be neither quality reviewer nor second reader of one of that client; 2 as shipped, 0 for none.',
  })
  coolingOffYears: number

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description:
      'For how many days an inquiry about subsequent events holds: before the date of a report, and before its release.',
  })
  inquiryDays: number

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why the firm changed it; null of the one shipped.' })
  reason: string | null
}
