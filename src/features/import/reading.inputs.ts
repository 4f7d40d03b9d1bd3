import { IsInt, Max, Min, ValidateIf } from 'class-validator'
import { Field, InputType, Int } from 'type-graphql'
import { Line } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { ColumnSeparator, DateOrder, ExcelDays, TextEncoding } from '../enums.js'
import { listLimits } from './limits.js'

const given = ValidateIf((_, value) => value !== null && value !== undefined)

@InputType({ description: 'How a file is to be read, where it is not to be found out from the file itself.' })
export class ImportReading {
  @Line({
    max: listLimits.sheetNameChars,
    nullable: true,
    description:
      'The worksheet of a workbook, by its name, hidden or not; else the only one that is not hidden and holds rows, or the first that is not hidden.',
  })
  sheet?: string | null

  @Field(() => TextEncoding, {
    nullable: true,
    description: 'The encoding of a file of text; else by its mark or its zero bytes, and UTF-8 without them.',
  })
  encoding?: words.TextEncoding | null

  @Field(() => ColumnSeparator, {
    nullable: true,
    description: 'What separates the cells; else as a line `sep=` says, or as the first rows agree best.',
  })
  separator?: words.ColumnSeparator | null

  @Field(() => Int, {
    nullable: true,
    description: `The row that names the columns, counted from 1 as a spreadsheet does, ${listLimits.headerRow} at most; what stands above it is left out. Else the first that has the columns chosen, or is like a header.`,
  })
  @given
  @IsInt()
  @Min(1)
  @Max(listLimits.headerRow)
  headerRow?: number | null

  @Field(() => DateOrder, {
    nullable: true,
    description:
      'In which order day and month stand as numbers. Needed where no date of the column tells it, or two tell otherwise.',
  })
  dateOrder?: words.DateOrder | null

  @Field(() => ExcelDays, {
    nullable: true,
    description: 'Confirms that numbers in the column of dates are days as Excel counts them, and from when.',
  })
  excelDays?: words.ExcelDays | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Says that the list has no rows: nothing occurred. Without it a file with a header alone is refused; with it, one that has rows.',
  })
  expectsNoRows?: boolean | null
}

/** How the file is to be read, as far as it was said. */
export const choiceOf = (said?: ImportReading | null) => ({
  sheet: said?.sheet ?? null,
  encoding: said?.encoding ?? null,
  separator: said?.separator ?? null,
  headerRow: said?.headerRow ?? null,
  dateOrder: said?.dateOrder ?? null,
  excelDays: said?.excelDays ?? null,
  expectsNoRows: said?.expectsNoRows ?? false,
})
