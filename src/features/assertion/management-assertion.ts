import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { ClientRow, type Heavy, type Violations } from '../../kernel/store/row.js'
import { AssertionClaim, AssertionSigner, CLAIMS_MAX, SIGNERS_MAX } from './assertion-parts.js'

/** So many assertions of an engagement are kept, its draft among them. */
export const ASSERTIONS_MAX = 50

@Entity('management_assertion')
@ObjectType({
  implements: Node,
  description:
    'Management’s assertion in its own words (Section II). A draft until it is signed; then it stays as it is. The one signed last is in force.',
})
export class ManagementAssertion extends ClientRow {
  static readonly typeName = 'ManagementAssertion'
  static override readonly heavy: readonly Heavy<ManagementAssertion>[] = ['text']
  static override readonly bounds = { engagementId: ASSERTIONS_MAX }
  static override readonly violations: Violations = {
    management_assertion_one_draft: ['There is a draft already: read it, and change that one.', 'expectedVersion'],
  }

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Counts the assertions of the engagement; the first is 1.' })
  number: number

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The assertion as management wrote it; paragraphs are parted by empty lines.' })
  text?: string

  @Column({ type: 'jsonb' })
  @Field(() => [AssertionClaim], atMost(CLAIMS_MAX, 'What it claims of each subject matter.'))
  claims: AssertionClaim[]

  @Column({ type: 'jsonb' })
  @Field(() => [AssertionSigner], atMost(SIGNERS_MAX, 'Who signed it for management; empty while it is a draft.'))
  signers: AssertionSigner[]

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, {
    nullable: true,
    description: 'The date that the signed assertion bears; null while it is a draft.',
  })
  datedOn: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, {
    nullable: true,
    description: 'When it was signed, or recorded as signed; null while a draft.',
  })
  signedAt: Date | null

  @Column({ type: 'uuid', nullable: true })
  signedBy: string | null

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description: 'Whether it was signed on paper, and an auditor recorded it with the signed file.',
  })
  isRecorded: boolean

  @Column({ type: 'uuid', nullable: true })
  evidenceId: string | null
}
