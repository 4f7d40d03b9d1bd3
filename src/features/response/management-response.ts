import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { ClientRow, type Heavy, type Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ResponseState } from '../enums.js'
import type { RemediationStep } from './response-content.js'

@Entity('management_response')
@ObjectType({
  implements: Node,
  description:
    'Management’s answer to one exception (Section V). The draft is the client’s own; the auditor reads what was submitted.',
})
export class ManagementResponse extends ClientRow {
  static readonly typeName = 'ManagementResponse'
  static override readonly heavy: readonly Heavy<ManagementResponse>[] = [
    'acknowledgement',
    'rootCause',
    'remediation',
    'preventionOfRecurrence',
  ]

  static override readonly violations: Violations = {
    response_once_per_exception: ['The exception has a response already.', 'exceptionId'],
  }

  /** The draft is the client's own. What is submitted stands in its version, and in the trail, in full. */
  static override readonly redactedInTrail = [
    'position',
    'acknowledgement',
    'rootCauseCategory',
    'rootCause',
    'remediation',
    'responsible',
    'targetOn',
    'preventionOfRecurrence',
  ]

  @Column({ type: 'uuid' })
  exceptionId: string

  @Column({ type: 'text' })
  @Field(() => ResponseState, { description: 'The state of the response, from draft to acceptance.' })
  state: words.ResponseState

  @Column({ type: 'text', nullable: true })
  position: words.ResponsePosition | null

  @Column({ type: 'text', nullable: true })
  acknowledgement?: string | null

  @Column({ type: 'text', nullable: true })
  rootCauseCategory: words.Cause | null

  @Column({ type: 'text', nullable: true })
  rootCause?: string | null

  @Column({ type: 'jsonb' })
  remediation?: RemediationStep[]

  @Column({ type: 'text', nullable: true })
  responsible: string | null

  @Column({ type: 'date', nullable: true })
  targetOn: string | null

  @Column({ type: 'text', nullable: true })
  preventionOfRecurrence?: string | null

  @Column({ type: 'text', nullable: true })
  declinedReason: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'In what the version submitted last is inconsistent with the findings, as the auditor reads it.',
  })
  inconsistency: string | null

  @Column({ type: 'uuid' })
  draftedBy: string

  @Column({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'The number of the version submitted last; null before the first.' })
  submittedNumber: number | null
}
