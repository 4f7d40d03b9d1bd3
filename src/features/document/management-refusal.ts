import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ManagementStatement } from '../enums.js'

@Entity('management_refusal')
@ObjectType({
  implements: Node,
  description:
    'That management refuses what the examination needs of it: recorded once by the engagement partner, never changed.',
})
export class ManagementRefusal extends EngagementRow {
  static readonly typeName = 'ManagementRefusal'
  static override readonly bounds = { engagementId: 2 }
  static override readonly violations: Violations = {
    management_refusal_once: ['That management refused it is recorded already.', 'statement'],
  }

  @Column({ type: 'text' })
  @Field(() => ManagementStatement, { description: 'What management refuses to give.' })
  statement: words.ManagementStatement

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Who refused it: name and function.' })
  refusedBy: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day on which it was refused.' })
  refusedOn: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why, as management says it and the partner reads it.' })
  reason: string
}
