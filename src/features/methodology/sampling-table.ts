import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Row } from '../../kernel/store/row.js'
import type { SamplingRow } from '../../rules/sampling-table.js'
import type * as words from '../../rules/vocabulary.js'
import { ControlFrequency, RiskLevel } from '../enums.js'

@Entity('sampling_table')
@ObjectType({
  implements: Node,
  description:
    'The firm’s table of sample sizes, by how often a control operates and how high its risk is. A version never changes; samples name the one they were sized by.',
})
export class SamplingTable extends Row {
  static readonly typeName = 'SamplingTable'

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'The version of the table, from 1; 1 is the one shipped with the service.' })
  number: number
}

@Entity('sampling_table_row')
@ObjectType({
  description: 'What the table asks for at one frequency and risk: a number of items, or a share of the population.',
})
export class SamplingTableRow extends Row implements SamplingRow {
  static readonly typeName = 'SamplingTableRow'

  @Column({ type: 'uuid' })
  samplingTableId: string

  @Column({ type: 'text' })
  @Field(() => ControlFrequency, { description: 'How often the control operates.' })
  frequency: words.ControlFrequency

  @Column({ type: 'text' })
  @Field(() => RiskLevel, { description: 'The risk that the control does not operate.' })
  risk: words.RiskLevel

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'How many items are tested; null where the row asks for a share.' })
  size: number | null

  @Column({ type: 'integer', nullable: true })
  shareBp: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'The least that the share may come to; null where there is a size.',
  })
  leastSize: number | null

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'The most that the share may come to; null where there is a size.' })
  mostSize: number | null

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description:
      'How many deviations so many items accept over the whole period. Accepted ones are reported all the same.',
  })
  acceptedDeviationCount: number
}
