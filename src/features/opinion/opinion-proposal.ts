import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type * as words from '../../rules/vocabulary.js'
import { Aggregate } from '../aggregate/aggregate.js'
import { AGGREGATES_MAX } from '../aggregate/aggregate-decision.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { Category, MatterNature, OpinionType, ReasonKind, SubjectMatter } from '../enums.js'
import { Exception } from '../exception/exception.js'
import { OpinionBasis, SUBJECT_MATTERS_MAX } from './opinion-basis.js'
import { CONCLUSIONS_MAX } from './opinion-conclusion.js'

@ObjectType({ description: 'One link in the chain of reasons for a conclusion.' })
export class OpinionReason {
  @Field(() => ReasonKind, { description: 'Where the reason comes from.' })
  kind: words.ReasonKind

  /** The exceptions concerned, by number; none where a conclusion on a criterion stands by itself. */
  allExceptions: Exception[]

  @Field(() => [String], atMost(CRITERIA_MAX, 'The criteria concerned, by code.'))
  criteriaCodes: readonly string[]

  @Field(() => MatterNature, { description: 'Of what nature the matter is.' })
  nature: words.MatterNature

  @Field(() => Boolean, { description: 'Whether it was decided to be material.' })
  material: boolean

  @Field(() => Boolean, { description: 'Whether it was decided to be pervasive.' })
  pervasive: boolean

  @Field(() => OpinionType, { description: 'What this matter alone leads to.' })
  leadsTo: words.OpinionType

  @Field(() => String, { description: 'The reason as a sentence.' })
  because: string
}

@ObjectType({ description: 'The conclusion proposed on one subject matter for one trust services category.' })
export class ProposedConclusion {
  @Field(() => SubjectMatter, { description: 'The subject matter that it is about.' })
  subjectMatter: words.SubjectMatter

  @Field(() => Category, { description: 'The trust services category it is for.' })
  category: words.Category

  @Field(() => OpinionType, { description: 'The conclusion that follows from the decisions.' })
  opinion: words.OpinionType

  /** By gravity, as the rule gives them. */
  allReasons: OpinionReason[]

  /** Exceptions that bear on it and are not decided, by number. */
  allUndecided: Exception[]

  @Field(
    () => [Aggregate],
    atMost(AGGREGATES_MAX, 'Exceptions that bear on it and are not weighed together as they are now.'),
  )
  unweighed: Aggregate[]
}

@ObjectType({
  description:
    'The opinion that follows from the approved decisions on materiality, computed on the present state. The computer proposes, a person decides.',
})
export class OpinionProposal {
  engagementId: string

  @Field(() => [ProposedConclusion], atMost(CONCLUSIONS_MAX, 'A conclusion for each subject matter and category.'))
  conclusions: ProposedConclusion[]

  @Field(() => OpinionType, { description: 'The opinion as a whole: the gravest of the conclusions.' })
  overall: words.OpinionType

  @Field(() => Boolean, {
    description: 'Whether every exception is decided, alone and with others, and every criterion concluded.',
  })
  complete: boolean

  @Field(
    () => [OpinionBasis],
    atMost(
      SUBJECT_MATTERS_MAX,
      'The basis of each modified subject matter, drafted from the exceptions and the criteria not achieved.',
    ),
  )
  bases: OpinionBasis[]

  @Field(() => String, {
    description:
      'Stands for all that the proposal rests on. Give it back when deciding: on another state it is refused.',
  })
  digest: string
}
