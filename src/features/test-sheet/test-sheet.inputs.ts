import { ArrayMaxSize, IsInt, IsOptional, Matches, Min, ValidateNested } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { Key } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { SheetChoiceKind } from '../enums.js'
import { listLimits } from '../import/limits.js'
import { ImportReading } from '../import/reading.inputs.js'

/** What one import of a test sheet may save, and decide on, at most. */
export const sheetLimits = { cells: 5_000, conflicts: 1_000, fileBytes: 20_000_000 } as const

@InputType({ description: 'Which of two stands in a cell that both the file and another person changed.' })
export class SheetConflictInput {
  @Key({ max: listLimits.keyChars, description: 'The key of the item, as the file has it.' })
  itemKey: string

  @Field(() => String, { description: 'The letter of the attribute.' })
  @Matches(/^[A-Z]$/, { message: 'attribute must be one letter from A to Z.' })
  attribute: string

  @Field(() => SheetChoiceKind, { description: 'What of the two stands.' })
  choice: words.SheetChoiceKind

  @Field(() => Int, {
    description:
      'The `version` of the result that is recorded now, as you read it: what is recorded after that is told again.',
  })
  @IsInt()
  @Min(1)
  expectedVersion: number
}

@InputType({ description: 'Records what a test sheet says that was exported and filled in: all of it, or nothing.' })
export class ImportTestSheetInput extends ActInput {
  @Field(() => ID, { description: 'The procedure whose sheet it is.' })
  procedureId: string

  @Field(() => ID, {
    description: 'The id of the evidence of the engagement whose file is the sheet, AVAILABLE, whoever brought it.',
  })
  evidenceId: string

  @Field(() => [SheetConflictInput], {
    nullable: true,
    description: 'At most 1,000 cells that the file and another person changed, each with what stands.',
  })
  @IsOptional()
  @ArrayMaxSize(sheetLimits.conflicts)
  @ValidateNested({ each: true })
  conflicts?: SheetConflictInput[] | null

  @Field(() => ImportReading, { nullable: true, description: 'How the file is to be read, where it is not found out.' })
  @IsOptional()
  @ValidateNested()
  reading?: ImportReading | null
}
