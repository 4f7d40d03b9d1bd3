import { Field, ID, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Day } from '../../kernel/schema/scalars.js'
import type * as words from '../../rules/vocabulary.js'
import { Cause, ResponsePosition } from '../enums.js'

/** How many steps a response has at most. */
export const STEPS_MAX = 50

@ObjectType({ description: 'One step by which management corrects what went wrong.' })
export class RemediationStep {
  @Field(() => String, { description: 'What management does about the exception in this step.' })
  action: string

  @Field(() => String, { nullable: true, description: 'Who sees to it.' })
  owner: string | null

  @Field(() => Day, { nullable: true, description: 'The day by which it is to be done.' })
  dueOn: string | null

  @Field(() => Boolean, { description: 'Whether it is done, as management says.' })
  done: boolean
}

@ObjectType({ description: 'A piece of evidence that belongs to a response, as it was named in it.' })
export class SubmittedEvidence {
  @Field(() => ID, { description: 'The id of the evidence.' })
  evidenceId: string

  @Field(() => String, { description: 'The name of the file, as who brought it calls it.' })
  fileName: string

  @Field(() => String, { description: 'SHA-256 of the file as it was brought, 64 hexadecimal digits.' })
  sha256: string
}

@ObjectType({ description: 'What management answers to an exception. Not covered by the auditor’s opinion.' })
export class ResponseContent {
  @Field(() => ResponsePosition, {
    nullable: true,
    description: 'Whether management agrees with the exception; null where it does not say.',
  })
  position: words.ResponsePosition | null

  @Field(() => String, {
    nullable: true,
    description: 'That management knows of the matter, and what it thinks of it.',
  })
  acknowledgement: string | null

  @Field(() => Cause, { nullable: true, description: 'The root cause, as management sees it.' })
  rootCauseCategory: words.Cause | null

  @Field(() => String, { nullable: true, description: 'The root cause in words.' })
  rootCause: string | null

  @Field(() => [RemediationStep], atMost(STEPS_MAX, 'The steps of remediation.'))
  remediation: RemediationStep[]

  @Field(() => String, {
    nullable: true,
    description: 'Who at the service organization is responsible for the remediation.',
  })
  responsible: string | null

  @Field(() => Day, { nullable: true, description: 'The day by which all is to be done.' })
  targetOn: string | null

  @Field(() => String, { nullable: true, description: 'What keeps it from happening again.' })
  preventionOfRecurrence: string | null

  @Field(() => String, {
    nullable: true,
    description: 'Why management declined to respond; null where it did respond.',
  })
  declinedReason: string | null

  /** Shown by `ResponseContentFields`: that of a draft is read where it is asked for. */
  evidence: SubmittedEvidence[]
}
