import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow } from '../../kernel/store/row.js'
import { AGGREGATES_MAX } from '../aggregate/aggregate-decision.js'
import { CHANGES_MAX } from './opinion-preview.inputs.js'
import { PreviewedAggregate, PreviewedCriterion, PreviewedException } from './previewed-change.js'

@Entity('opinion_preview_record')
@ObjectType({
  implements: Node,
  description:
    'That a preview of the opinion was asked: by whom, when, with which changed decisions and what stood of each. Written once; what was answered is not kept.',
})
export class OpinionPreviewRecord extends EngagementRow {
  static readonly typeName = 'OpinionPreviewRecord'
  /** The list of judgments counts all of them. */
  static override readonly bounds = { engagementId: 1_000 }

  @Column({ type: 'jsonb' })
  @Field(() => [PreviewedException], atMost(CHANGES_MAX, 'The exceptions that were taken to be decided so.'))
  exceptions: PreviewedException[]

  @Column({ type: 'jsonb' })
  @Field(
    () => [PreviewedAggregate],
    atMost(AGGREGATES_MAX, 'The exceptions together that were taken to be decided so, apart by what stood of them.'),
  )
  aggregates: PreviewedAggregate[]

  @Column({ type: 'jsonb' })
  @Field(() => [PreviewedCriterion], atMost(CHANGES_MAX, 'The criteria that were taken to be concluded so.'))
  criteria: PreviewedCriterion[]
}
