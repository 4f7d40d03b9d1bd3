import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { assertDigest } from '../../kernel/schema/digest.js'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import { ClientRow, type Heavy, type Row, type Violations } from '../../kernel/store/row.js'

@Entity('report')
@ObjectType({
  implements: Node,
  description: 'The report as it was issued: written once. Everything it is shown as is made from its model.',
})
export class Report extends ClientRow {
  static readonly typeName = 'Report'
  static override readonly heavy: readonly Heavy<Report>[] = ['model']

  static override readonly violations: Violations = {
    report_once_per_engagement: ['The report was issued already.', 'engagementId'],
  }

  /** The digest stands for it. */
  static override readonly redactedInTrail = ['model']

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The report’s number in the firm.' })
  number: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The date of the report.' })
  datedOn: string

  /** What was stored as it; shown and used through `verifiedModel` alone. */
  @Column({ type: 'text' })
  model?: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'SHA-256 of the model in UTF-8, 64 hexadecimal digits.' })
  sha256: string

  @Column({ type: 'bigint' })
  @Field(() => Int, { description: 'How many entries the engagement’s trail had when the report was issued.' })
  trailPosition: number

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'The hash of the last of them, 64 hexadecimal digits: it vouches for the whole trail up to then.',
  })
  trailHash: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'The signed checkpoint of the trail as it stood then, as one line of JSON (docs/forms.md): keep it with the report. Null for reports issued before there were checkpoints.',
  })
  checkpoint: string | null
}

/** The model of a report as it was issued, or of a draft as it was shared. @throws Fault DIGEST_MISMATCH when it is another one */
export function verifiedModel(report: Row & { model: string; sha256: string }): string {
  assertDigest(report, report.model)
  return report.model
}
