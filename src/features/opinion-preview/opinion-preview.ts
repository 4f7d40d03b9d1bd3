import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type * as words from '../../rules/vocabulary.js'
import { AssertionContradiction } from '../assertion/assertion.resolver.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { AssertedOutcome, Category, CriterionOutcome, OpinionType, SubjectMatter } from '../enums.js'
import { OpinionBasis, SUBJECT_MATTERS_MAX } from '../opinion/opinion-basis.js'
import { CONCLUSIONS_MAX } from '../opinion/opinion-conclusion.js'
import { ProposedConclusion } from '../opinion/opinion-proposal.js'

@ObjectType({ description: 'A conclusion that would be another one than is proposed now.' })
export class ConclusionChange {
  @Field(() => SubjectMatter, { description: 'The subject matter that it is about.' })
  subjectMatter: words.SubjectMatter

  @Field(() => Category, { description: 'The trust services category it is for.' })
  category: words.Category

  @Field(() => OpinionType, { description: 'The conclusion that is proposed on the present state.' })
  opinionNow: words.OpinionType

  @Field(() => OpinionType, { description: 'The conclusion that would follow.' })
  opinion: words.OpinionType
}

@ObjectType({ description: 'A criterion whose outcome would be another one than stands now.' })
export class CriterionChange {
  code: string

  @Field(() => Boolean, {
    description: 'Whether a conclusion on it holds now; where none does, the outcomes now are those proposed.',
  })
  isConcluded: boolean

  @Field(() => CriterionOutcome, { description: 'The outcome on design as it stands now.' })
  designNow: words.CriterionOutcome

  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on operation as it stands now; null in a Type 1.',
  })
  operationNow: words.CriterionOutcome | null

  @Field(() => CriterionOutcome, {
    description: 'The outcome on design that it would have: as given, else as would be proposed.',
  })
  design: words.CriterionOutcome

  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on operation that it would have, likewise; null in a Type 1.',
  })
  operation: words.CriterionOutcome | null
}

@ObjectType({ description: 'What management would have to claim of one subject matter to agree with the opinion.' })
export class ClaimNeeded {
  @Field(() => SubjectMatter, { description: 'The subject matter that is claimed something of.' })
  subjectMatter: words.SubjectMatter

  @Field(() => AssertedOutcome, {
    nullable: true,
    description:
      'The claim that would agree; null where the opinion would be a disclaimer, which no claim contradicts.',
  })
  claim: words.AssertedOutcome | null
}

@ObjectType({ description: 'What would follow for management’s assertion.' })
export class PreviewedAssertion {
  @Field(() => [ClaimNeeded], atMost(SUBJECT_MATTERS_MAX, 'The claims that would agree with the opinion.'))
  claims: ClaimNeeded[]

  @Field(
    () => [AssertionContradiction],
    atMost(SUBJECT_MATTERS_MAX, 'What the assertion in force would say otherwise; nothing where none is signed.'),
  )
  contradictions: AssertionContradiction[]
}

@ObjectType({ description: 'A misstatement of the description that the representation letter would summarize.' })
export class PreviewedMisstatement {
  exceptionId: string

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it would be material; null where that is not decided.',
  })
  material: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it would be pervasive; null where that is not decided.',
  })
  pervasive: boolean | null
}

@ObjectType({ description: 'What would follow for the representation letter.' })
export class PreviewedLetter {
  @Field(() => Boolean, {
    description: 'Whether management refused it, so that the opinion stays a disclaimer whatever is decided.',
  })
  isRefused: boolean

  /** By number. */
  allMisstatements: PreviewedMisstatement[]
}

@ObjectType({
  description:
    'What would follow from decisions that are not made: computed by the rules of the proposal, and kept nowhere. Only that it was asked is recorded.',
})
export class OpinionPreview {
  engagementId: string

  @Field(
    () => [ProposedConclusion],
    atMost(CONCLUSIONS_MAX, 'What would be proposed on each subject matter and category.'),
  )
  conclusions: ProposedConclusion[]

  @Field(() => OpinionType, { description: 'The opinion as a whole: the gravest of these conclusions.' })
  overall: words.OpinionType

  @Field(() => Boolean, {
    description: 'Whether every exception would be decided, alone and with others, and every criterion concluded.',
  })
  complete: boolean

  @Field(() => [ConclusionChange], atMost(CONCLUSIONS_MAX, 'The conclusions that differ from what is proposed now.'))
  changed: ConclusionChange[]

  @Field(() => [CriterionChange], atMost(CRITERIA_MAX, 'The criteria whose outcome would be another one.'))
  criteria: CriterionChange[]

  @Field(
    () => [OpinionBasis],
    atMost(SUBJECT_MATTERS_MAX, 'The basis of each subject matter that would be modified, drafted.'),
  )
  bases: OpinionBasis[]

  @Field(() => PreviewedAssertion, { description: 'What would follow for management’s assertion.' })
  assertion: PreviewedAssertion

  @Field(() => PreviewedLetter, { description: 'What would follow for the representation letter.' })
  letter: PreviewedLetter
}
