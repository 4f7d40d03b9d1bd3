import { ArrayMaxSize, ArrayMinSize, IsOptional, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Key, Line, Text } from '../../kernel/schema/text.js'
import { SET_CRITERIA_MAX } from './further-criterion.js'

export const limits = {
  name: 200,
  publisher: 200,
  edition: 60,
  description: 4_000,
  licenceNote: 4_000,
  code: 40,
  section: 200,
  title: 400,
  text: 4_000,
  reason: 4_000,
} as const

@InputType({ description: 'One criterion of a set that is loaded.' })
export class FurtherCriterionInput {
  @Key({ max: limits.code, description: 'Its code in the framework; unique in the set.' })
  code: string

  @Line({ max: limits.section, nullable: true, description: 'The section of the framework it stands in.' })
  section?: string | null

  @Line({ max: limits.title, description: 'What it is about, in a few words; the report prints it.' })
  title: string

  @Text({
    max: limits.text,
    nullable: true,
    description:
      'Its text, where the firm has the right to keep and print it; the report prints it where the opinion covers the framework.',
  })
  text?: string | null
}

@InputType({ description: 'Loads a set of criteria, all of it or nothing.' })
export class LoadCriteriaSetInput extends ActInput {
  @Key({ max: limits.name, description: 'What the framework is called; the report names it so.' })
  name: string

  @Line({ max: limits.publisher, description: 'Who published the framework.' })
  publisher: string

  @Key({
    max: limits.edition,
    description: 'Which version of the framework it is, as its publisher calls it; unique with the name.',
  })
  edition: string

  @Text({ max: limits.description, nullable: true, description: 'What the framework is about.' })
  description?: string | null

  @Text({
    max: limits.licenceNote,
    description: 'Where the criteria come from, and by which right the firm uses and prints their text.',
  })
  licenceNote: string

  @Field(() => ID, {
    nullable: true,
    description: 'The set of the firm of which this is a newer edition; engagements that use that one keep it.',
  })
  @IsOptional()
  supersedesId?: string | null

  @Field(() => [FurtherCriterionInput], {
    description: `The criteria in their order, one at least and ${SET_CRITERIA_MAX.toLocaleString('en-US')} at most; together they fit one request (\`bodyBytes\`).`,
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(SET_CRITERIA_MAX)
  @ValidateNested({ each: true })
  criteria: FurtherCriterionInput[]
}

@InputType({ description: 'Retires a set of criteria: no other engagement takes it.' })
export class RetireCriteriaSetInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the criteria set that the act is about.' })
  criteriaSetId: string

  @Text({ max: limits.reason, description: 'Why no other engagement is to take it.' })
  reason: string
}
