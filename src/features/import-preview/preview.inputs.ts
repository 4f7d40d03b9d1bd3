import { IsOptional, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { Key } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { ControlDefaults, ControlListColumns } from '../control-list/control-list.inputs.js'
import type { ChosenControlColumns } from '../control-list/read-list.js'
import { ExistingChoice, ImportKind, OutsidePeriodChoice } from '../enums.js'
import { ImportReading } from '../import/reading.inputs.js'
import { intakeLimits } from '../population/intake.js'

@InputType({ description: 'Which file is to be looked at, and as what it would be imported.' })
export class PreviewImportInput {
  @Field(() => ImportKind, { description: 'What the file is a list of.' })
  kind: words.ImportKind

  @Field(() => ID, { description: 'The id of the evidence whose file is the list, AVAILABLE.' })
  evidenceId: string

  @Field(() => ID, {
    nullable: true,
    description:
      'Of items: the id of the draft population that it is for, of the same engagement: its time and its day of extraction then count. Without it, the period of the engagement does.',
  })
  populationId?: string | null

  @Key({
    max: intakeLimits.columnNameChars,
    nullable: true,
    description: 'Of items: the column of the keys, as in the import; else the one that looks most like it.',
  })
  keyColumn?: string | null

  @Key({
    max: intakeLimits.columnNameChars,
    nullable: true,
    description: 'Of items: the column of the days, as in the import; else the one that looks most like it.',
  })
  dateColumn?: string | null

  @Field(() => OutsidePeriodChoice, {
    nullable: true,
    description:
      'Of items: what would become of those outside the time: by LEAVE_OUT they are no problem, and counted.',
  })
  outsidePeriod?: words.OutsidePeriodChoice | null

  @Field(() => ControlListColumns, {
    nullable: true,
    description: 'Of controls: which column says what, as in the import; else as the names in the header tell.',
  })
  @IsOptional()
  @ValidateNested()
  columns?: ChosenControlColumns | null

  @Field(() => ControlDefaults, {
    nullable: true,
    description: 'Of controls: what holds for new ones where the list says nothing, as in the import.',
  })
  @IsOptional()
  @ValidateNested()
  defaults?: ControlDefaults | null

  @Field(() => ExistingChoice, {
    nullable: true,
    description: 'Of controls: what becomes of those that the engagement has, as in the import; REFUSE when left out.',
  })
  existing?: words.ExistingChoice | null

  @Field(() => ImportReading, { nullable: true, description: 'How the file is to be read, as in the import.' })
  @IsOptional()
  @ValidateNested()
  reading?: ImportReading | null
}
