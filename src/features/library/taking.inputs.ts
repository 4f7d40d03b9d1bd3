import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsOptional, Matches, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { Line } from '../../kernel/schema/text.js'
import { TAKEN_MAX } from '../../rules/library.js'
import { limits, refForm } from '../control/control.inputs.js'

@InputType({ description: 'A control of the library that an engagement takes, in the version in force.' })
export class ControlFromLibraryInput {
  @Field(() => ID, { description: 'The id of the library control.' })
  libraryControlId: string

  @Field(() => String, {
    nullable: true,
    description:
      'The reference by which firm and client call it in this engagement; that of the library when left out. The same control can be taken twice under two references.',
  })
  @IsOptional()
  @Matches(refForm, { message: 'ref must be 1 to 40 letters, digits and . - _ / ( ), e.g. AC-01.' })
  ref?: string | null

  @Line({ max: limits.owner, description: 'Who at the client answers for it: the library knows none of its people.' })
  owner: string

  @Field(() => Boolean, { defaultValue: true, description: 'Whether its tests are planned, too.' })
  @IsBoolean()
  includeProcedures: boolean
}

@InputType({ description: 'Adds controls of the firm’s library to an engagement, all or none.' })
export class AddControlsFromLibraryInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => [ControlFromLibraryInput], { description: `The controls to take: 1 to ${TAKEN_MAX}.` })
  @ArrayMinSize(1, { message: 'Name a control of the library.' })
  @ArrayMaxSize(TAKEN_MAX)
  @ValidateNested({ each: true })
  controls: ControlFromLibraryInput[]
}
