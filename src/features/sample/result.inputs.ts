import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsInt, Matches, Min, ValidateIf, ValidateNested } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { ExplanationKind, ResultOutcome } from '../enums.js'

export const limits = { note: 4_000, alternative: 4_000, reason: 4_000, inOneCall: 1_000 } as const

/** What one result says, alone or among many. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler wants a mixin’s base to be so
function withResult<Base extends abstract new (...args: any[]) => object>(base: Base) {
  @InputType()
  abstract class Recorded extends base {
    @Field(() => ID, { description: 'The id of the sample item that was tested.' })
    sampleItemId: string

    @Field(() => String, { description: 'The letter of the attribute.' })
    @Matches(/^[A-Z]$/, { message: 'attribute must be one letter from A to Z.' })
    attribute: string

    @Field(() => ResultOutcome, { description: 'What the item showed.' })
    outcome: words.ResultOutcome

    @Text({
      max: limits.note,
      description:
        'What was seen, or what was asked for; needed for everything but NO_DEVIATION. Of NOT_APPLICABLE it is the reason that a manager or the partner decides on. A correction that leaves it out keeps it; one that changes the outcome gives it again, or null.',
      nullable: true,
    })
    note?: string | null

    @Text({
      max: limits.alternative,
      description:
        'UNABLE_TO_TEST: what was done instead and what it showed. It proposes that the control operated, with the note as the reason: the item counts as a deviation until a manager or the partner who did not record it approves. What is done later is an explanation. A correction that leaves it out keeps it.',
      nullable: true,
    })
    alternativeProcedure?: string | null

    @Field(() => Int, {
      nullable: true,
      description: 'To change a result: its `version` as you read it. Left out for one that is not recorded yet.',
    })
    @ValidateIf((_, value) => value !== null && value !== undefined)
    @IsInt()
    @Min(1)
    expectedVersion?: number | null
  }
  return Recorded
}

@InputType({ description: 'One result of one item for one attribute.' })
export class ResultEntryInput extends withResult(class {}) {}

@InputType({ description: 'Records what one item showed for one attribute, or corrects it.' })
export class RecordResultInput extends withResult(ActInput) {}

@InputType({ description: 'Records many results of a procedure at once: all of them, or none.' })
export class RecordResultsInput extends ActInput {
  @Field(() => ID, { description: 'The procedure whose sample the items are of.' })
  procedureId: string

  @Field(() => [ResultEntryInput], { description: '1 to 1,000 results; an attribute of an item once.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(limits.inOneCall)
  @ValidateNested({ each: true })
  results: ResultEntryInput[]
}

@InputType({
  description:
    'Proposes that a deviation is none: the control operated nevertheless, or does not apply to the item. Link the evidence to the result first.',
})
export class ExplainDeviationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the result that the act is about.' })
  resultId: string

  @Field(() => ExplanationKind, { description: 'In which of the two ways it is none.' })
  kind: words.ExplanationKind

  @Text({ max: limits.reason, description: 'Why it is not a deviation.' })
  reason: string

  @Text({
    max: limits.alternative,
    description:
      'CONTROL_OPERATED: what was done instead and what it showed; needed where no evidence is linked to the result. It shows operation when it was due: an approval given later is none.',
    nullable: true,
  })
  alternativeProcedure?: string | null
}

@InputType({ description: 'Decides whether a deviation is none, or whether nothing applies to an item.' })
export class DecideExplanationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the result that the act is about.' })
  resultId: string

  @Field(() => Boolean, {
    description:
      'Whether you agree: what it rests on shows that the control operated when it was due, or does not apply. An approval given later shows no operation.',
  })
  @IsBoolean()
  approve: boolean

  @Text({ max: limits.reason, description: 'Why; needed when you do not agree.', nullable: true })
  note?: string | null
}
