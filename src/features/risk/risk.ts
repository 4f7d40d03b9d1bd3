import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { RiskLevel } from '../enums.js'

@Entity('risk')
@ObjectType({
  implements: Node,
  description:
    'A risk that a service commitment or a system requirement is not achieved, answered by controls. No control is rated below a risk that it answers, so its rating sets how much is tested.',
})
export class Risk extends EngagementRow {
  static readonly typeName = 'Risk'
  static override readonly bounds = { engagementId: 200 }
  static override readonly violations: Violations = {
    risk_ref_unique: ['The engagement has a risk of this reference already.', 'ref'],
  }

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The reference by which it is called, e.g. R-01. It never changes.' })
  ref: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What could go wrong, and how.' })
  statement: string

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'The service commitment or system requirement that would not be achieved, as management states it.',
  })
  threatens: string

  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether it is a risk of fraud: somebody gains by making it happen.' })
  isFraudRisk: boolean

  @Column({ type: 'text' })
  @Field(() => RiskLevel, { description: 'How likely it is, before any control.' })
  likelihood: words.RiskLevel

  @Column({ type: 'text' })
  @Field(() => RiskLevel, { description: 'What it would come to for those who rely on the service.' })
  impact: words.RiskLevel

  @Column({ type: 'text' })
  @Field(() => RiskLevel, {
    description:
      'How it is rated, by the judgment of the auditor over likelihood and impact: no formula gives it. Each control that answers it is rated as high at least.',
  })
  rating: words.RiskLevel
}
