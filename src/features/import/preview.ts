import { Field, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { ImportProblem } from '../../kernel/schema/payload.js'
import { foundText } from '../../rules/text.js'
import type * as words from '../../rules/vocabulary.js'
import { importNotes } from '../../rules/vocabulary.js'
import {
  ColumnRole,
  ColumnSeparator,
  ControlColumn,
  DateForm,
  DateOrder,
  ImportNoteCode,
  ImportOutcome,
  TextEncoding,
} from '../enums.js'
import { shownValues } from './column-survey.js'
import { listLimits } from './limits.js'
import type { SheetRow } from './sheet-row.js'
import { workbookLimits } from './xlsx/limits.js'

/** How many of the first rows a preview shows. */
export const shownRows = 10

@ObjectType({ description: 'A column of a file, as it was understood.' })
export class ImportColumn {
  @Field(() => Int, { description: 'Its place, counted from 1: it may be chosen by it.' })
  position: number

  @Field(() => String, { description: 'Its letter, as a spreadsheet names it: it may be chosen by it.' })
  letter: string

  @Field(() => String, { description: 'Its name, as the header has it; empty where it has none.' })
  name: string

  @Field(() => String, {
    description:
      'What it is called once imported: with its letter, where it has no name or other columns have the same.',
  })
  keptName: string

  @Field(() => Int, { description: 'How many rows have something in it.' })
  filledCount: number

  @Field(
    () => [String],
    atMost(shownValues, 'Its first values that differ, 80 characters of each; what is not seen comes by its code.'),
  )
  firstValues: string[]

  @Field(() => ColumnRole, { description: 'What it seems to be for; a guess, which decides nothing.' })
  role: words.ColumnRole

  @Field(() => String, { description: 'Why it seems so, as a sentence.' })
  roleReason: string

  @Field(() => DateForm, { nullable: true, description: 'How its dates are written; null where they are none.' })
  dateForm: words.DateForm | null

  @Field(() => [ControlColumn], {
    ...atMost(
      20,
      'Of a list of controls: what of a control it says, as it was chosen or guessed; empty where nothing.',
    ),
    nullable: true,
  })
  says: words.ControlColumn[] | null
}

@ObjectType({ description: 'A row of a file, as it was read.' })
export class ImportPreviewRow {
  @Field(() => Int, { description: 'The row, counted from 1 as a spreadsheet does.' })
  row: number

  @Field(
    () => [String],
    atMost(listLimits.columns, 'Its cells, 80 characters of each; what is not seen comes by its code.'),
  )
  cells: string[]
}

/** How many controls a list may have: as many as an engagement. */
const controlsMax = 500

@ObjectType({ description: 'A row of a list of controls, and what an import would make of it.' })
export class ImportPreviewControl {
  @Field(() => Int, { description: 'The row, counted from 1 as a spreadsheet does.' })
  row: number

  @Field(() => String, { description: 'The reference of the control.' })
  ref: string

  @Field(() => ImportOutcome, { description: 'What would become of the control.' })
  outcome: words.ImportOutcome

  @Field(
    () => [ControlColumn],
    atMost(20, 'What of a control that the engagement has would become another; empty for one that is new or stays.'),
  )
  changes: words.ControlColumn[]
}

@ObjectType({ description: 'A worksheet of a workbook that is a list, or holds one.' })
export class ImportSheet {
  @Field(() => String, { description: 'Its name, by which it may be chosen; what is not seen comes by its code.' })
  name: string

  @Field(() => Boolean, { description: 'Whether the workbook hides it from who opens it.' })
  isHidden: boolean
}

@ObjectType({ description: 'What a person should know of a file before it is imported, and that is no fault of it.' })
export class ImportNote {
  @Field(() => ImportNoteCode, { description: 'What it is, from a closed list, for programs.' })
  code: words.ImportNoteCode

  @Field(() => String, { description: 'What it is, as a sentence for people.' })
  message: string
}

@ObjectType({
  description: 'What was understood of a file, and what is wrong with it, before anything of it is imported.',
})
export class ImportPreview {
  @Field(() => String, { nullable: true, description: 'The worksheet that was read; null of a file of text.' })
  sheet: string | null

  @Field(
    () => [ImportSheet],
    atMost(workbookLimits.worksheets, 'The worksheets of a workbook, in its order; none of a file of text.'),
  )
  sheets: ImportSheet[]

  @Field(
    () => [ImportNote],
    atMost(
      Object.keys(importNotes).length,
      'What a person should know of a workbook, as far as it was read: what it hides, and what formulas gave.',
    ),
  )
  notes: ImportNote[]

  @Field(() => TextEncoding, {
    nullable: true,
    description: 'The encoding of a file of text, found or as it was said.',
  })
  encoding: words.TextEncoding | null

  @Field(() => ColumnSeparator, {
    nullable: true,
    description: 'What separates the cells of a file of text, found or as it was said.',
  })
  separator: words.ColumnSeparator | null

  @Field(() => Int, {
    nullable: true,
    description: 'The row that names the columns, counted from 1 as a spreadsheet does; null where there is none.',
  })
  headerRow: number | null

  @Field(() => [ImportColumn], atMost(listLimits.columns, 'The columns, in the order of the file.'))
  columns: ImportColumn[]

  @Field(() => [ImportPreviewRow], atMost(shownRows, 'The first rows below the header.'))
  firstRows: ImportPreviewRow[]

  @Field(() => Int, { description: 'How many rows below the header are not empty, as far as the file was read.' })
  rowCount: number

  @Field(() => Boolean, {
    description:
      'Whether the file was read to its end: not where it breaks off, lacks a column or has too many rows, nor where that takes too long.',
  })
  isWhole: boolean

  @Field(() => String, {
    nullable: true,
    description:
      'The column by whose keys the rows were read, as it was chosen or guessed: of controls that of the references; null where none could be.',
  })
  keyColumn: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The column of dates by which they were read, as it was chosen or guessed; null where there is none.',
  })
  dateColumn: string | null

  @Field(() => DateOrder, {
    nullable: true,
    description:
      'In which order its day and month stand, as it was said or as the column tells; null where nothing does.',
  })
  dateOrder: words.DateOrder | null

  @Field(() => Int, {
    nullable: true,
    description: 'How many rows are dated outside the time to be covered; null where there are no dates.',
  })
  outsidePeriodCount: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'How many rows are dated after the day of extraction; null where no population or no dates are given.',
  })
  afterExtractionCount: number | null

  @Field(() => [ImportPreviewControl], {
    ...atMost(
      controlsMax,
      'Of a list of controls: the rows without a problem, and what would become of each; null of other lists.',
    ),
    nullable: true,
  })
  controls: ImportPreviewControl[] | null

  @Field(() => [ImportProblem], atMost(listLimits.problemsListed, 'What an import would refuse, by row.'))
  problems: ImportProblem[]

  @Field(() => Int, { description: 'How many problems there are in all.' })
  problemCount: number
}

/** A row as a preview shows it. @param width how many columns there are */
export const previewRow = ({ row, cells }: SheetRow, width: number): ImportPreviewRow => ({
  row,
  cells: cells.slice(0, width).map(({ text }) => foundText(text)),
})
