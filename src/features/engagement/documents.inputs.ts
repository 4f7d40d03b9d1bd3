import { IsInt, IsOptional, Matches, Min } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { Day } from '../../kernel/schema/scalars.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { DescriptionCriterion, EngagementDocumentKind } from '../enums.js'

export const limits = { person: 200, fileName: 255, note: 4_000, section: 50_000 } as const

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

  @Line({ max: limits.fileName, description: 'The name of the file in the firm’s archive.' })
  fileName: string

  @Field(() => String, { description: 'The SHA-256 of that file, 64 hexadecimal digits in lower case.' })
  @Matches(/^[0-9a-f]{64}$/, { message: 'sha256 must be 64 hexadecimal digits in lower case.' })
  sha256: string

  @Text({ max: limits.note, description: 'A note.', nullable: true })
  note?: string | null
}

@InputType({ description: 'Writes one section of the system’s description, for management.' })
export class WriteDescriptionSectionInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => DescriptionCriterion, { description: 'The description criterion the section answers.' })
  criterion: words.DescriptionCriterion

  @Text({ max: limits.section, description: 'Management’s words: the whole section.' })
  text: string

  @Field(() => Int, {
    nullable: true,
    description: 'The `version` of the section you read; 0 or nothing when it is written for the first time.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedVersion?: number | null
}
