import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ManagementStatement } from '../enums.js'

@Entity('management_refusal')
@ObjectType({
  implements: Node,
  description:
    'That management refuses what the examination needs of it, as the engagement partner recorded it. Where management gives it after all the refusal is retracted, and stays on record.',
})
export class ManagementRefusal extends EngagementRow {
  static readonly typeName = 'ManagementRefusal'
  static override readonly bounds = { engagementId: 20 }
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

  @Column({ type: 'uuid', nullable: true })
  retractedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When it was retracted, because management gave it after all; null while the refusal stands.',
  })
  retractedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why the refusal does not stand any more.' })
  retractedReason: string | null

  /** The papers that its retraction rests on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
