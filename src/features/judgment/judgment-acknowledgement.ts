import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { AcknowledgingRole, JudgmentKind } from '../enums.js'

@Entity('judgment_acknowledgement')
@ObjectType({
  implements: Node,
  description:
    'That the engagement partner, the quality reviewer or the second reader read a judgment against the figures and acknowledged it, as it was then. Written once.',
})
export class JudgmentAcknowledgement extends EngagementRow {
  static readonly typeName = 'JudgmentAcknowledgement'
  static override readonly violations: Violations = {
    judgment_acknowledged_once: ['You have acknowledged this judgment as it is already.', 'judgmentId'],
  }

  /** Computed from engagement, kind and subject (judgments.ts). */
  @Column({ type: 'uuid' })
  judgmentId: string

  @Column({ type: 'text' })
  @Field(() => JudgmentKind, { description: 'In what way the judgment stands against the figures.' })
  kind: words.JudgmentKind

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'The digest of figures, decision and reason as they were acknowledged, 64 hexadecimal digits.',
  })
  figuresDigest: string

  @Column({ type: 'text' })
  @Field(() => AcknowledgingRole, { description: 'In which role it was acknowledged.' })
  role: words.AcknowledgingRole

  @Column({ type: 'uuid' })
  acknowledgedBy: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the member says to it.' })
  note: string
}
