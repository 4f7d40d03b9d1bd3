import { IsOptional, Min } from 'class-validator'
import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { ByteCount, Day, Moment } from '../../kernel/schema/scalars.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { EvidenceOrigin } from '../enums.js'

export const limits = { fileName: 255, source: 500, reason: 2_000 } as const

@InputType({ description: 'Says what file will be brought, and where it comes from.' })
export class CreateUploadInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the file is evidence for.' })
  engagementId: string

  @Line({
    max: limits.fileName,
    description: 'The name of the file, with its extension: the content is held against it. It has no / and no \\.',
  })
  fileName: string

  @Field(() => ByteCount, {
    nullable: true,
    description: 'How many bytes the file has at most; a longer one is refused. The service’s own limit when left out.',
  })
  @IsOptional()
  @Min(1, { message: 'byteCountMax must be at least 1: an empty file is no evidence.' })
  byteCountMax?: number | null

  @Field(() => EvidenceOrigin, {
    description: 'How it was obtained. What the client brings was not taken by the auditor.',
  })
  origin: words.EvidenceOrigin

  @Line({ max: limits.source, description: 'The system, person or organization that it comes from.' })
  source: string

  @Field(() => Day, {
    nullable: true,
    description: 'The first day that it covers, with `coversTo`; the day itself for what shows one moment.',
  })
  coversFrom?: string | null

  @Field(() => Day, { nullable: true, description: 'The last day that it covers, with `coversFrom`.' })
  coversTo?: string | null

  @Field(() => ID, {
    nullable: true,
    description:
      'The id of the evidence that this file supersedes, of the same engagement and the same side. That one stays as it is.',
  })
  supersedesId?: string | null
}

@InputType({ description: 'Removes a file on which nothing rests.' })
export class RemoveEvidenceInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the evidence whose file is removed.' })
  evidenceId: string

  @Text({
    max: limits.reason,
    description: 'Why it is removed, e.g. that it was brought by mistake; it stays on record.',
  })
  reason: string
}

@ObjectType({ description: 'Leave to bring one file, once: send it by HTTP to the address.' })
export class UploadTicket {
  @Field(() => ID, { description: 'The id that the evidence will have once the file is received.' })
  evidenceId: string

  @Field(() => String, {
    description:
      'Where to send the file: its bytes by PUT, or as the one file of a form by POST. It needs no token: keep it to yourself.',
  })
  url: string

  @Field(() => ByteCount, { description: 'The most bytes that are taken.' })
  byteCountMax: number

  @Field(() => Moment, { description: 'Until when sending must have begun; it may take longer.' })
  expiresAt: Date
}
