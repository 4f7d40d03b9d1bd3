import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import type { Violations } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { SubjectMatter } from '../enums.js'
import { WeighedDecision } from '../materiality/weighed-decision.js'

/** One for each criterion, those for the description among them, and each subject matter. */
export const AGGREGATES_MAX = CRITERIA_MAX + 9 + 3

@Entity('aggregate_decision')
@ObjectType({
  implements: Node,
  description:
    'What exceptions come to together: those that meet on the same criteria, or, once at the end, all that bear on a subject matter. It is there that pervasive is decided for several. Made by one person and approved by another; it holds for these exceptions as they were weighed.',
})
export class AggregateDecision extends WeighedDecision {
  static readonly typeName = 'AggregateDecision'
  static override readonly bounds = { engagementId: AGGREGATES_MAX }
  static override readonly violations: Violations = {
    aggregate_once_per_subject_matter: ['The exceptions of this subject matter are weighed already.', 'subjectMatter'],
  }

  @Column({ type: 'text', array: true })
  @Field(
    () => [String],
    atMost(CRITERIA_MAX, 'The criteria at which these exceptions meet, by code; none where a subject matter is given.'),
  )
  criteriaCodes: string[]

  @Column({ type: 'text', nullable: true })
  @Field(() => SubjectMatter, {
    nullable: true,
    description: 'The subject matter of which all exceptions are weighed; null where criteria are named.',
  })
  subjectMatter: words.SubjectMatter | null

  /** Those that were weighed, by number. */
  @Column({ type: 'uuid', array: true })
  exceptionIds: string[]

  /** What was weighed of them (`weighedFacts` of the rules): when it is not so any more, the decision is outdated. */
  @Column({ type: 'text' })
  weighedFacts: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The cause that the exceptions share; there where they are pervasive.',
  })
  sharedCause: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The service commitment or system requirement they affect; there where they are pervasive.',
  })
  affectedCommitment: string | null
}
