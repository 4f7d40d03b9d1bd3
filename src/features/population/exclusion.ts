import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import { exclusionLimits } from '../../rules/exclusions.js'
import type * as words from '../../rules/vocabulary.js'
import { ExclusionOperator, ExclusionState } from '../enums.js'

@Entity('population_exclusion')
@ObjectType({
  implements: Node,
  description:
    'Which items of a list are none of the population, as a rule written before anything is drawn: proposed by one person, decided by another. The report says it.',
})
export class PopulationExclusion extends EngagementRow {
  static readonly typeName = 'PopulationExclusion'
  static override readonly bounds = { populationId: exclusionLimits.perPopulation }

  @Column({ type: 'uuid' })
  populationId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The column of the list whose cells are compared.' })
  column: string

  @Column({ type: 'text' })
  @Field(() => ExclusionOperator, { description: 'How they are compared with the values.' })
  operator: words.ExclusionOperator

  @Column({ type: 'text', array: true })
  @Field(() => [String], atMost(exclusionLimits.values, 'What they are compared with.'))
  values: string[]

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'Why these items are none that the control acts on, in agreement with the control’s own wording.',
  })
  reason: string

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many items of the list it names, counted when it was proposed.' })
  matchedCount: number

  @Column({ type: 'text' })
  @Field(() => ExclusionState, { description: 'Whether it was agreed with.' })
  state: words.ExclusionState

  @Column({ type: 'uuid', nullable: true })
  decidedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was decided on; null while it is proposed.' })
  decidedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What was noted with the decision.' })
  decisionNote: string | null
}
