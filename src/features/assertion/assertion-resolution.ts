import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'

@Entity('assertion_resolution')
@ObjectType({
  implements: Node,
  description:
    'How the engagement partner dealt with an assertion that says something else than the opinion. It holds for the claims and the opinion as they were then.',
})
export class AssertionResolution extends EngagementRow {
  static readonly typeName = 'AssertionResolution'
  static override readonly bounds = { engagementId: 100 }
  static override readonly violations: Violations = {
    assertion_resolution_once: ['How this contradiction was dealt with is recorded already.', 'assertionId'],
  }

  @Column({ type: 'uuid' })
  assertionId: string

  /** SHA-256 over the contradictions that it is about. */
  @Column({ type: 'text' })
  contradictionsDigest: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'How the contradiction was dealt with, and why the report may go out over it.' })
  reason: string

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
