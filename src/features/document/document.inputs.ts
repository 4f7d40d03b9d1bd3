import { ArrayMaxSize, IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Day } from '../../kernel/schema/scalars.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { EngagementDocumentKind, ManagementStatement } from '../enums.js'
import { SIGNATORIES_MAX } from './engagement-document.js'

export const limits = { person: 200, note: 4_000, assertionText: 20_000 } as const

@InputType({ description: 'Records a document of the file; it is never changed: record a newer one instead.' })
export class RecordEngagementDocumentInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => EngagementDocumentKind, { description: 'What document it is.' })
  kind: words.EngagementDocumentKind

  @Field(() => Day, { description: 'The date the document bears.' })
  datedOn: string

  @Line({ max: limits.person, description: 'Who gave it to you: name and function.' })
  obtainedFrom: string

  @Field(() => ID, {
    nullable: true,
    description: 'The included subservice organization whose management gave it; of the kinds named so, and no other.',
  })
  @IsOptional()
  subserviceOrganizationId?: string | null

  @Field(() => ID, {
    description: 'The id of the evidence that is the document’s file, AVAILABLE and of the same engagement.',
  })
  evidenceId: string

  @Field(() => [String], {
    defaultValue: [],
    description: `Of an engagement letter: who may sign for management, by name. At most ${SIGNATORIES_MAX}.`,
  })
  @ArrayMaxSize(SIGNATORIES_MAX)
  signatories: string[]

  @Text({
    max: limits.assertionText,
    nullable: true,
    description:
      'Of the assertion of an included subservice organization, and of no other document: as its management wrote it; paragraphs are parted by empty lines.',
  })
  assertionText?: string | null

  @Text({ max: limits.note, description: 'A note.', nullable: true })
  note?: string | null
}

@InputType({ description: 'Retracts a refusal of management, which gave what it had refused after all.' })
export class RetractManagementRefusalInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the refusal that does not stand any more.' })
  managementRefusalId: string

  @Text({ max: limits.note, description: 'What management gave, when, and what you make of its having refused it.' })
  reason: string

  @Papers('What shows that management gave it, one paper at least.')
  restsOnIds: string[]
}

@InputType({ description: 'Records that management refuses what the examination needs of it, until it is retracted.' })
export class RecordManagementRefusalInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ManagementStatement, { description: 'What management refuses to give.' })
  statement: words.ManagementStatement

  @Line({ max: limits.person, description: 'Who refused it: name and function.' })
  refusedBy: string

  @DayInput({ description: 'The day on which it was refused.' })
  refusedOn: string

  @Text({ max: limits.note, description: 'Why, as management says it and you read it.' })
  reason: string
}
