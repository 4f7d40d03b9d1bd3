import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { UncoveredGround } from '../enums.js'

@Entity('uncovered_criterion')
@ObjectType({
  implements: Node,
  description:
    'Why no control serves a criterion of a further framework. Where the opinion covers the framework, the report discloses it.',
})
export class UncoveredCriterion extends EngagementRow {
  static readonly typeName = 'UncoveredCriterion'
  static override readonly bounds = { frameworkId: 2_000 }
  static override readonly violations: Violations = {
    uncovered_criterion_once: ['It was recorded of this criterion already.', 'criteriaCodes'],
  }

  @Column({ type: 'uuid' })
  frameworkId: string

  @Column({ type: 'uuid' })
  criteriaSetId: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The criterion’s code in the framework.' })
  criterionCode: string

  @Column({ type: 'text' })
  @Field(() => UncoveredGround, { description: 'Whether it does not apply, or applies and is not met.' })
  ground: words.UncoveredGround

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why no control serves it.' })
  reason: string
}
