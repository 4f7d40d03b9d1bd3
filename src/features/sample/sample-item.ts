import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { DrawnAs, ResultOutcome } from '../enums.js'

@Entity('sample_item')
@ObjectType({ implements: Node, description: 'An item drawn for testing.' })
export class SampleItem extends EngagementRow {
  static readonly typeName = 'SampleItem'
  // Ten thousand at a time, each with the cells of its population's item.
  static override readonly inTrail = 'DIGEST'
  static override readonly derived = ['outcome']
  static override readonly marks = { table: 'sample', column: 'content_mark', by: 'sampleId' }

  @Column({ type: 'uuid' })
  sampleId: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The place in the order of drawing; the first is 1.' })
  position: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The place of the item in the population; the first is 1.' })
  ordinal: number

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The key that distinguishes the item within the population.' })
  itemKey: string

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'The day on which the control acted on it.' })
  occurredOn: string | null

  @Column({ type: 'text', array: true })
  cells: string[]

  @Column({ type: 'text' })
  @Field(() => String, {
    description:
      'SHA-256 over seed, the byte 0x1F and the item’s key, by which items are ranked; empty without a seed.',
  })
  rank: string

  @Column({ type: 'text' })
  @Field(() => DrawnAs, { description: 'Why the item is in the sample.' })
  drawnAs: words.DrawnAs

  @Column({ type: 'uuid', nullable: true })
  replacesId: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => ResultOutcome, {
    nullable: true,
    description: 'What its results come to; null until each attribute has one.',
  })
  outcome: words.ResultOutcome | null
}
