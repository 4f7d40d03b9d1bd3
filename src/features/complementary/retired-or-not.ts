import { Field, ObjectType } from 'type-graphql'
import { Column } from 'typeorm'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'

/** What stands in the description until it is retired: it stays on file then, and the report says nothing of it. */
@ObjectType()
export abstract class RetiredOrNot extends EngagementRow {
  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was retired; null while it stands.' })
  retiredAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  retiredBy: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was retired; null while it stands.' })
  retiredReason: string | null
}

/** Of several those that stand. */
export const standing = <Record extends RetiredOrNot>(records: readonly Record[]): Record[] =>
  records.filter(({ retiredAt }) => retiredAt === null)
