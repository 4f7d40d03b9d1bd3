import { ArrayMaxSize, Matches, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { Category, EmphasisKind, OpinionType, SubjectMatter } from '../enums.js'
import { EMPHASES_MAX } from './emphasis.js'
import { SUBJECT_MATTERS_MAX } from './opinion-basis.js'
import { CONCLUSIONS_MAX } from './opinion-conclusion.js'

export const limits = { rationale: 10_000, basis: 20_000, emphasis: 5_000, conclusions: CONCLUSIONS_MAX } as const

@InputType({ description: 'A conclusion other than the proposed one.' })
export class OpinionConclusionInput {
  @Field(() => SubjectMatter, { description: 'The subject matter that it is about.' })
  subjectMatter: words.SubjectMatter

  @Field(() => Category, { description: 'The trust services category it is for.' })
  category: words.Category

  @Field(() => OpinionType, { description: 'The conclusion that is decided on.' })
  opinion: words.OpinionType
}

@InputType({ description: 'The basis of a modified conclusion, as the report is to tell it.' })
export class OpinionBasisInput {
  @Field(() => SubjectMatter, { description: 'The subject matter whose conclusion is modified.' })
  subjectMatter: words.SubjectMatter

  @Text({ max: limits.basis, description: 'Why it is modified; paragraphs are parted by empty lines.' })
  text: string
}

@InputType({ description: 'A paragraph after the opinion that modifies nothing.' })
export class EmphasisInput {
  @Field(() => EmphasisKind, { description: 'Whether the description presents the matter.' })
  kind: words.EmphasisKind

  @Text({ max: limits.emphasis, description: 'What the report is to say of it; paragraphs are parted by empty lines.' })
  text: string
}

/** What deciding and revising have in common. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler wants a mixin’s base to be so
function withOpinion<Base extends abstract new (...args: any[]) => ActInput>(base: Base, isAnew: boolean) {
  @InputType()
  abstract class Decided extends base {
    @Field(() => String, { description: 'The `digest` of the proposal it is decided on.' })
    @Matches(/^[0-9a-f]{64}$/, { message: 'proposalDigest must be the digest of a proposal, 64 hexadecimal digits.' })
    proposalDigest: string

    @Field(() => [OpinionConclusionInput], {
      ...(isAnew ? {} : { defaultValue: [] }),
      description: 'Where you decide otherwise than proposed. What the list leaves out is decided as proposed.',
    })
    @ArrayMaxSize(limits.conclusions)
    @ValidateNested({ each: true })
    conclusions: OpinionConclusionInput[]

    @Text({
      max: limits.rationale,
      nullable: true,
      description: 'Why; needed where you decide otherwise than proposed.',
    })
    rationale?: string | null

    @Papers('What the rationale rests on; one at least where you decide otherwise than proposed.')
    restsOnIds: string[]

    @Field(() => [OpinionBasisInput], {
      ...(isAnew ? {} : { defaultValue: [] }),
      description:
        'The basis of a modified subject matter in your words. Of one that the list leaves out the drafted one is taken.',
    })
    @ArrayMaxSize(SUBJECT_MATTERS_MAX)
    @ValidateNested({ each: true })
    bases: OpinionBasisInput[]

    @Field(() => [EmphasisInput], {
      ...(isAnew ? {} : { defaultValue: [] }),
      description: 'Paragraphs after the opinion that draw attention to a matter without modifying it.',
    })
    @ArrayMaxSize(EMPHASES_MAX)
    @ValidateNested({ each: true })
    emphases: EmphasisInput[]
  }
  return Decided
}

@InputType({ description: 'Decides on the opinion.' })
export class DecideOpinionInput extends withOpinion(ActInput, false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}

@InputType({
  description:
    'Decides on the opinion anew. The rationale was written for the earlier one: it is given again, or null, and papers, bases and emphases anew. An agreement of the quality reviewer to the earlier one lapses.',
})
export class ReviseOpinionInput extends withOpinion(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the opinion that the act is about.' })
  opinionId: string
}

@InputType({ description: 'Agrees, as the quality reviewer, to an opinion other than the proposed one.' })
export class AgreeOpinionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the opinion that the act is about.' })
  opinionId: string
}

@InputType({ description: 'Clears the quality review of an engagement.' })
export class ClearQualityReviewInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}
