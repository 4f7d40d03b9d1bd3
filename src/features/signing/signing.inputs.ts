import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { ProcedureOutcome } from '../enums.js'

export const limits = { note: 10_000, persons: 1_000, reason: 4_000 } as const

@InputType({ description: 'Signs a procedure as its preparer: the work is done, and this is what it led to.' })
export class PrepareProcedureInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the procedure that the act is about.' })
  procedureId: string

  @Field(() => ProcedureOutcome, { description: 'What it led to; it must agree with what was recorded.' })
  outcome: words.ProcedureOutcome

  @Text({ max: limits.note, description: 'What was done and found, in words.' })
  outcomeNote: string

  @Text({
    max: limits.persons,
    description: 'Whom you asked, by their roles; needed for an inquiry.',
    nullable: true,
  })
  personsAsked?: string | null
}

@InputType({ description: 'Signs a procedure as its reviewer.' })
export class ReviewProcedureInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the procedure that the act is about.' })
  procedureId: string
}

@InputType({ description: 'Returns a signed procedure to its preparer.' })
export class SendBackProcedureInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the procedure that the act is about.' })
  procedureId: string

  @Text({ max: limits.reason, description: 'What is to be done; it stays with the signatures withdrawn.' })
  reason: string
}
