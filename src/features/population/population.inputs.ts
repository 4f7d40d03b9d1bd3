import { IsDate } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../graph/input.js'
import { Moment, Upload } from '../../graph/scalars.js'
import { Text } from '../../graph/text.js'
import { intakeLimits } from './intake.js'
import type { ReceivedFile } from './received-file.js'

export const limits = {
  title: 200,
  sourceSystem: 200,
  query: 10_000,
  parameters: 4_000,
  extractedBy: 200,
  check: 4_000,
} as const

/** What describing a population and describing it anew have in common. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler wants a mixin’s base to be so
function withOrigin<Base extends abstract new (...args: any[]) => ActInput>(base: Base) {
  @InputType()
  abstract class Described extends base {
    @Text({ max: limits.title, description: 'What the items are, e.g. `Changes merged to production in 2025`.' })
    title: string

    @Text({ max: limits.sourceSystem, description: 'The system the list was taken from.' })
    sourceSystem: string

    @Text({ max: limits.query, description: 'The report or query that produced the list.' })
    query: string

    @Text({ max: limits.parameters, description: 'The parameters and filters it ran with; say so if there were none.' })
    parameters: string

    @Field(() => Moment, { description: 'When the list was extracted.' })
    @IsDate({ message: 'extractedAt must be a moment.' })
    extractedAt: Date

    @Text({ max: limits.extractedBy, description: 'Who extracted it.' })
    extractedBy: string
  }
  return Described
}

@InputType({ description: 'Describes the population of a control: what it is and where its list comes from.' })
export class CreatePopulationInput extends withOrigin(ActInput) {
  @Field(() => ID, { description: 'The control that acted on the items.' })
  controlId: string
}

@InputType({ description: 'Describes a draft population anew: the whole of it.' })
export class UpdatePopulationInput extends withOrigin(ChangeInput) {
  @Field(() => ID, { description: 'The population.' })
  populationId: string
}

@InputType({ description: 'Imports the items of a draft population from a CSV file, in place of those it had.' })
export class ImportPopulationInput extends ChangeInput {
  @Field(() => ID, { description: 'The population.' })
  populationId: string

  @Field(() => Upload, {
    description:
      'CSV: commas, UTF-8, the first row names the columns, one row per item; at most 1,000,000 items. Sent beside the operation (GraphQL multipart request).',
  })
  file: ReceivedFile

  @Text({ max: intakeLimits.columnNameChars, description: 'The column that tells one item from another.' })
  keyColumn: string

  @Text({
    max: intakeLimits.columnNameChars,
    description:
      'The column that says on which day the control acted on the item. Days outside the engagement’s period are refused.',
    nullable: true,
  })
  dateColumn?: string | null
}

@InputType({ description: 'Fixes a population: nothing about it changes afterwards.' })
export class FreezePopulationInput extends ChangeInput {
  @Field(() => ID, { description: 'The population.' })
  populationId: string

  @Text({ max: limits.check, description: 'How it was checked that nothing is missing from the list.' })
  completenessCheck: string

  @Text({ max: limits.check, description: 'How it was checked that what is listed is right.' })
  accuracyCheck: string

  @Text({
    max: limits.check,
    description: 'For an empty list, where it is needed: how it was checked that nothing occurred.',
    nullable: true,
  })
  absenceCheck?: string | null
}
