import { ArrayMaxSize, IsDate, IsOptional, MaxLength, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { Key, Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { OutsidePeriodChoice } from '../enums.js'
import { maskedColumnsMax } from '../import/limits.js'
import { ImportReading } from '../import/reading.inputs.js'
import { intakeLimits } from './intake.js'

export const limits = {
  title: 200,
  sourceSystem: 200,
  query: 10_000,
  parameters: 4_000,
  extractedBy: 200,
  check: 4_000,
  seedContribution: 200,
  reason: 2_000,
} as const

interface Origin {
  title: string
  sourceSystem: string
  query: string
  parameters: string
  extractedAt: Date
  extractedBy: string
  coversFrom?: string | null
  coversTo?: string | null
  seedContribution?: string | null
  supersedesId?: string | null
  supersedesReason?: string | null
  restsOnIds?: string[] | null
}

/** What describing a population and changing its description have in common. */
function withOrigin<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Origin, Updates> {
  const nullable = updates
  @InputType()
  abstract class OriginInput extends (base as abstract new () => ActInput) implements Origin {
    @Line({
      max: limits.title,
      nullable,
      description: 'What the items are, e.g. `Changes merged to production in 2025`.',
    })
    title: string

    @Line({ max: limits.sourceSystem, nullable, description: 'The system the list was taken from.' })
    sourceSystem: string

    @Text({ max: limits.query, nullable, description: 'The report or query that produced the list.' })
    query: string

    @Text({
      max: limits.parameters,
      nullable,
      description: 'The parameters and filters it ran with; say so if there were none.',
    })
    parameters: string

    @Field(() => Moment, { nullable, description: 'When the list was extracted.' })
    @NeededUnless(updates)
    @IsDate({ message: 'extractedAt must be a moment.' })
    extractedAt: Date

    @Line({ max: limits.extractedBy, nullable, description: 'Who extracted the list from the system.' })
    extractedBy: string

    @Field(() => Day, {
      nullable: true,
      description: 'The first day the list is to cover, where it is not the first of the engagement’s period.',
    })
    coversFrom?: string | null

    @Field(() => Day, {
      nullable: true,
      description:
        'The last day the list is to cover, where it is not the last of the engagement’s period; not after the day of extraction.',
    })
    coversTo?: string | null

    @Line({
      max: limits.seedContribution,
      nullable: true,
      description:
        'A text that goes into the seed beside what the service draws at random. Only before the first import, and not where the population supersedes another, whose seed it keeps.',
    })
    seedContribution?: string | null

    @Field(() => ID, {
      nullable: true,
      description:
        'The frozen population of the same control and time whose place it takes. That one stays readable, with its samples and what was found in them.',
    })
    supersedesId?: string | null

    @Text({ max: limits.reason, nullable: true, description: 'Why it takes the place of that one.' })
    supersedesReason?: string | null

    @Papers(
      'The papers that the reason for taking its place rests on; one at least where it does, beside the two populations.',
      updates,
    )
    restsOnIds?: string[] | null
  }
  return OriginInput as unknown as Mixed<Base, Origin, Updates>
}

@InputType({ description: 'Describes the population of a control: what it is and where its list comes from.' })
export class CreatePopulationInput extends withOrigin(ActInput, false) {
  @Field(() => ID, { description: 'The control that acted on the items.' })
  controlId: string
}

@InputType({
  description: 'Changes the description of a draft population: what is absent stays as it is; null is refused.',
})
export class UpdatePopulationInput extends withOrigin(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the population that the act is about.' })
  populationId: string
}

@InputType({
  description:
    'Imports the items of a draft population from a CSV file that was brought as evidence, in place of those it had.',
})
export class ImportPopulationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the population that the act is about.' })
  populationId: string

  @Field(() => ID, {
    description:
      'The id of the evidence whose file is the list, AVAILABLE and of the same engagement. CSV: one row names the columns, one row per item; at most 1,000,000 items and 600 MiB.',
  })
  evidenceId: string

  @Key({
    max: intakeLimits.columnNameChars,
    description:
      'The column whose key distinguishes one item from another: its name or, where no column has that name, its number or letter (`2`, `B`).',
  })
  keyColumn: string

  @Key({
    max: intakeLimits.columnNameChars,
    description:
      'The column that says on which day the control acted on the item. What is dated after the extraction is set aside and counted. A list of a periodic control has it; without it, that another list’s items lie in the period was not shown, which is a judgment against the figures.',
    nullable: true,
  })
  dateColumn?: string | null

  @Key({
    max: intakeLimits.columnNameChars,
    description:
      'Of a periodic control: the column that says which of its cycles the item covers, by the label (`2025-Q2`) or a day within it. The item then serves that cycle and no other, where its day is in time for it.',
    nullable: true,
  })
  coversColumn?: string | null

  @Field(() => [String], {
    nullable: true,
    description:
      'The columns of personal data, each by its name, number or letter; 20 at most, none that is chosen above. A mask takes the place of each cell: the same one for the same value throughout the list, and nobody can find the value by it. The file itself stays as evidence.',
  })
  @IsOptional()
  @ArrayMaxSize(maskedColumnsMax)
  @MaxLength(intakeLimits.columnNameChars, { each: true })
  maskedColumns?: string[] | null

  @Field(() => OutsidePeriodChoice, {
    nullable: true,
    description:
      'What becomes of items outside what the list is to cover: REFUSE, where nothing is said, names the first 20 and counts all.',
  })
  outsidePeriod?: words.OutsidePeriodChoice | null

  @Field(() => ImportReading, {
    nullable: true,
    description: 'How the file is to be read, where it is not to be found out: `previewImport` shows what is.',
  })
  @IsOptional()
  @ValidateNested()
  reading?: ImportReading | null
}

@InputType({
  description: 'Ends an import that is under way: nothing of it is taken in, and the population is as it was.',
})
export class CancelPopulationImportInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the population that the act is about.' })
  populationId: string
}

@InputType({ description: 'Fixes a population: nothing about it changes afterwards.' })
export class FreezePopulationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the population that the act is about.' })
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
