import { ArrayMaxSize, ArrayMinSize, IsInt, IsOptional, Min, ValidateNested } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { AssertedOutcome, SubjectMatter } from '../enums.js'
import { CLAIMS_MAX, SIGNERS_MAX } from './assertion-parts.js'

export const limits = { text: 20_000, matters: 4_000, person: 200, reason: 4_000 } as const

@InputType({ description: 'What management claims of one subject matter.' })
export class AssertionClaimInput {
  @Field(() => SubjectMatter, { description: 'The subject matter that is claimed something of.' })
  subjectMatter: words.SubjectMatter

  @Field(() => ID, {
    nullable: true,
    description:
      'The further framework whose criteria it is based on, as `offeredAssertion` names it; null for the trust services criteria.',
  })
  @IsOptional()
  frameworkId?: string | null

  @Field(() => AssertedOutcome, { description: 'Whether management claims that it holds.' })
  claim: words.AssertedOutcome

  @Text({
    max: limits.matters,
    nullable: true,
    description: 'What is excepted, or for what it does not hold; not where it holds.',
  })
  matters?: string | null
}

@InputType({ description: 'A person who signs for management.' })
export class AssertionSignerInput {
  @Line({ max: limits.person, description: 'The person’s name.' })
  name: string

  @Line({ max: limits.person, description: 'The person’s title in the service organization.' })
  title: string
}

/** What management says. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler wants a mixin’s base to be so
function withWording<Base extends abstract new (...args: any[]) => ActInput>(base: Base) {
  @InputType()
  abstract class Worded extends base {
    @Text({ max: limits.text, description: 'The whole assertion; paragraphs are parted by empty lines.' })
    text: string

    @Field(() => [AssertionClaimInput], { description: 'What it claims of each subject matter of the engagement.' })
    @ArrayMaxSize(CLAIMS_MAX)
    @ValidateNested({ each: true })
    claims: AssertionClaimInput[]
  }
  return Worded
}

/** What a signature is. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler wants a mixin’s base to be so
function withSignature<Base extends abstract new (...args: any[]) => ActInput>(base: Base) {
  @InputType()
  abstract class Signed extends base {
    @Field(() => [AssertionSignerInput], { description: `Who signs for management: one person, or ${SIGNERS_MAX}.` })
    @ArrayMinSize(1)
    @ArrayMaxSize(SIGNERS_MAX)
    @ValidateNested({ each: true })
    signers: AssertionSignerInput[]

    @DayInput({ description: 'The date that the assertion bears: not before the last day that it speaks of.' })
    datedOn: string
  }
  return Signed
}

@InputType({ description: 'Writes the draft of management’s assertion, the first time or again.' })
export class WriteAssertionInput extends withWording(ActInput) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => Int, {
    nullable: true,
    description: 'The `version` of the draft you read; 0 or nothing where there is no draft.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedVersion?: number | null
}

@InputType({ description: 'Signs management’s assertion, which stays as it is from then on.' })
export class SignAssertionInput extends withSignature(ChangeInput) {
  @Field(() => ID, { description: 'The id of the draft that is signed.' })
  assertionId: string

  @Field(() => ID, {
    nullable: true,
    description:
      'The id of the evidence that is the signed file, AVAILABLE and of the same engagement; needed where another person than you signs.',
  })
  evidenceId?: string | null
}

@InputType({ description: 'Records an assertion that management signed on paper.' })
export class RecordAssertionInput extends withSignature(withWording(ActInput)) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ID, {
    description: 'The id of the evidence that is the signed file, AVAILABLE and of the same engagement.',
  })
  evidenceId: string
}

@InputType({ description: 'Records how an assertion that says something else than the opinion was dealt with.' })
export class ResolveAssertionInput extends ActInput {
  @Field(() => ID, { description: 'The id of the assertion that is in force.' })
  assertionId: string

  @Text({ max: limits.reason, description: 'How it was dealt with, and why the report may go out over it.' })
  reason: string

  @Papers('What the reason rests on; one at least.')
  restsOnIds: string[]
}
