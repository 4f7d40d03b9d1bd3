import { Field, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type * as words from '../../rules/vocabulary.js'
import { ColumnSeparator, DateOrder, ExcelDays, TextEncoding } from '../enums.js'
import { maskedColumnsMax } from './limits.js'

@ObjectType({
  description:
    'How a list was read from its file: read again in the same way, it has the same items, but for cells that were masked.',
})
export class ListReading {
  @Field(() => String, { nullable: true, description: 'The name of the worksheet; null of a file of text.' })
  sheet: string | null

  @Field(() => TextEncoding, { nullable: true, description: 'The encoding of a file of text.' })
  encoding: words.TextEncoding | null

  @Field(() => ColumnSeparator, { nullable: true, description: 'What separates the cells of a file of text.' })
  separator: words.ColumnSeparator | null

  @Field(() => Int, {
    description: 'The row that names the columns, counted from 1 as a spreadsheet does; a line `sep=` is none.',
  })
  headerRow: number

  @Field(() => DateOrder, {
    nullable: true,
    description:
      'In which order day and month were read, as it was said or as the column tells; null where no date needed it, or forms differ.',
  })
  dateOrder: words.DateOrder | null

  @Field(() => ExcelDays, {
    nullable: true,
    description: 'From when numbers were counted as days of Excel; null where it was not confirmed.',
  })
  excelDays: words.ExcelDays | null

  @Field(
    () => [String],
    atMost(
      maskedColumnsMax,
      'The columns of personal data, by their names in the population: a mask stands in place of each cell, the same one for the same value.',
    ),
  )
  maskedColumns: string[]
}
