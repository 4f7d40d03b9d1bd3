import { IsBoolean, IsOptional, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { Key, Line } from '../../kernel/schema/text.js'
import { columnTitles, columnWord, controlFields } from '../../rules/control-columns.js'
import type * as words from '../../rules/vocabulary.js'
import { controlColumns } from '../../rules/vocabulary.js'
import { limits, withReason } from '../control/control.inputs.js'
import { ControlArea, ControlFrequency, ControlNature, ControlType, ExistingChoice, RiskLevel } from '../enums.js'
import { listLimits } from '../import/limits.js'
import { ImportReading } from '../import/reading.inputs.js'
import type { ForNewControls } from './list-plan.js'
import type { ChosenControlColumns } from './read-list.js'

/** Which column says what of a control: a field for each thing that a list can say. */
export class ControlListColumns {}
for (const field of controlFields) {
  Key({
    max: listLimits.columnNameChars,
    nullable: true,
    description: `${controlColumns[columnWord(field)]} Our own lists have it under “${columnTitles[field]}”.`,
  })(ControlListColumns.prototype, field)
}
InputType({
  description:
    'Which column of a list of controls says what: by its name, its number or its letter. What is absent is guessed by the names in the header; of what is null the list is not asked.',
})(ControlListColumns)

@InputType({
  description:
    'What holds for new controls where the list has no such column, or nothing in the cell. Nothing else is ever assumed.',
})
export class ControlDefaults implements ForNewControls {
  @Line({ max: limits.owner, nullable: true, description: 'Who at the client answers for them.' })
  owner?: string | null

  @Field(() => ControlFrequency, { nullable: true, description: 'How often they operate.' })
  frequency?: words.ControlFrequency | null

  @Field(() => ControlNature, { nullable: true, description: 'Who or what performs them.' })
  nature?: words.ControlNature | null

  @Field(() => ControlType, { nullable: true, description: 'Whether they prevent, detect or correct.' })
  type?: words.ControlType | null

  @Field(() => ControlArea, { nullable: true, description: 'The area they belong to.' })
  area?: words.ControlArea | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the criteria cannot be met without them.' })
  @IsOptional()
  @IsBoolean()
  isKey?: boolean | null

  @Field(() => RiskLevel, { nullable: true, description: 'The risk that they do not operate.' })
  risk?: words.RiskLevel | null
}

/** How a list of controls is to be understood: the same where it is imported and where that is tried first. */
export interface ControlListChoice {
  columns?: ChosenControlColumns | null
  defaults?: ControlDefaults | null
  existing?: words.ExistingChoice | null
  reading?: ImportReading | null
}

@InputType({ description: 'Adds the controls of a list to an engagement, all or none.' })
export class ImportControlsInput extends withReason(ActInput) implements ControlListChoice {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ID, {
    description: 'The id of the evidence of the engagement whose file is the list, AVAILABLE, whoever brought it.',
  })
  evidenceId: string

  @Field(() => ControlListColumns, {
    nullable: true,
    description: 'Which column says what, where that is not to be guessed.',
  })
  @IsOptional()
  @ValidateNested()
  columns?: ChosenControlColumns | null

  @Field(() => ControlDefaults, {
    nullable: true,
    description: 'What holds for new controls where the list says nothing.',
  })
  @IsOptional()
  @ValidateNested()
  defaults?: ControlDefaults | null

  @Field(() => ExistingChoice, {
    nullable: true,
    description: 'What becomes of controls that the engagement has already; REFUSE when left out.',
  })
  existing?: words.ExistingChoice | null

  @Field(() => ImportReading, { nullable: true, description: 'How the file is to be read, where it is not found out.' })
  @IsOptional()
  @ValidateNested()
  reading?: ImportReading | null
}
