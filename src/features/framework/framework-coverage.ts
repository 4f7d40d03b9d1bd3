import { Field, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import type * as words from '../../rules/vocabulary.js'
import { FurtherCriterion } from '../criteria-set/further-criterion.js'
import { FurtherOutcome, OpinionType } from '../enums.js'
import type { FrameworkCriterionNow, FrameworkNow } from './frameworks.js'
import { UncoveredCriterion } from './uncovered-criterion.js'

/** So many sentences say why a criterion is not met: more than there are kinds of reasons, but for exceptions. */
const REASONS_MAX = 100

@ObjectType({
  description: 'A criterion of a framework within an engagement, and what the mapped controls come to for it.',
})
export class FrameworkCriterion {
  engagementId: string
  controlIds: readonly string[]

  @Field(() => FurtherCriterion, { description: 'The criterion, as the set has it.' })
  criterion: FurtherCriterion

  @Field(() => UncoveredCriterion, {
    nullable: true,
    description: 'Why no control serves it, as recorded; null where nothing is.',
  })
  uncovered: UncoveredCriterion | null

  @Field(() => FurtherOutcome, {
    description: 'What it comes to in design, strictly from the conclusions on the controls.',
  })
  design: words.FurtherOutcome

  @Field(() => FurtherOutcome, {
    nullable: true,
    description: 'What it comes to in operation; null in a Type 1.',
  })
  operation: words.FurtherOutcome | null

  @Field(() => [String], atMost(REASONS_MAX, 'Why it is not met, or not concluded; none where it is met.'))
  reasons: string[]
}

export const frameworkCriterionShown = (
  engagementId: string,
  { criterion, facts, outcome, uncovered }: FrameworkCriterionNow,
): FrameworkCriterion =>
  Object.assign(new FrameworkCriterion(), {
    engagementId,
    controlIds: facts.controls.map(({ id }) => id),
    criterion,
    uncovered,
    design: outcome.design,
    operation: outcome.operation,
    reasons: [...outcome.onDesign, ...outcome.onOperation].slice(0, REASONS_MAX),
  })

@ObjectType({
  description: 'What the mapping of controls to a framework comes to and leaves open, and what follows from it.',
})
export class FrameworkCoverage {
  /** What all of it is computed from. */
  now: FrameworkNow

  @Field(() => Int, { description: 'How many criteria of the set a control in use is mapped to.' })
  coveredCount: number

  @Field(() => Int, { description: 'How many of them were recorded as not applicable.' })
  notApplicableCount: number

  @Field(() => OpinionType, {
    nullable: true,
    description:
      'The opinion on design that follows where nothing is pervasive; null while a mapped control is not concluded, and where the opinion does not cover the framework.',
  })
  proposedDesign: words.OpinionType | null

  @Field(() => OpinionType, { nullable: true, description: 'The same on operation; null in a Type 1, too.' })
  proposedOperation: words.OpinionType | null

  @Field(() => Boolean, {
    description:
      'Whether the opinion was decided on something else than is so now: it is decided anew before the report.',
  })
  isOpinionStale: boolean

  @Field(() => String, {
    description: 'Stands for all that an opinion on its criteria follows from; give it back when deciding.',
  })
  factsDigest: string
}
