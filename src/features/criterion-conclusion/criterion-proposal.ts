import { Field, ObjectType } from 'type-graphql'
import { proposeCriterion } from '../../rules/criteria.js'
import { openBefore } from '../../rules/criterion-decision.js'
import type * as words from '../../rules/vocabulary.js'
import { Criterion } from '../criterion/criterion.js'
import { CriterionOutcome, SubjectMatter } from '../enums.js'
import type { CriterionNow } from './criteria.js'
import { CriterionConclusion } from './criterion-conclusion.js'

@ObjectType({ description: 'One link in the chain of reasons for what is proposed on a criterion.' })
export class CriterionReason {
  @Field(() => SubjectMatter, { description: 'Whether it bears on design or on operation.' })
  subjectMatter: words.SubjectMatter

  @Field(() => CriterionOutcome, { description: 'What this reason alone leads to.' })
  leadsTo: words.CriterionOutcome

  @Field(() => String, { description: 'The reason as a sentence.' })
  because: string

  controlIds: readonly string[]
  exceptionIds: readonly string[]
}

@ObjectType({
  description:
    'What the service proposes to conclude on a criterion in scope that applies, computed on the present state: the computer proposes, a person concludes.',
})
export class CriterionProposal {
  @Field(() => Criterion, { description: 'The criterion that it is about.' })
  criterion: Criterion

  @Field(() => CriterionOutcome, { description: 'The outcome proposed on design.' })
  design: words.CriterionOutcome

  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome proposed on operation; null in a Type 1.',
  })
  operation: words.CriterionOutcome | null

  @Field(() => Boolean, {
    description:
      'Whether it can be concluded on: its exceptions are decided, and the controls that serve it concluded.',
  })
  isReady: boolean

  @Field(() => CriterionConclusion, { nullable: true, description: 'The conclusion on it; null until concluded.' })
  conclusion: CriterionConclusion | null

  allReasons: readonly CriterionReason[]
}

/** A criterion with what is proposed on it, as the API shows it. */
export function shownCriterion({ criterion, facts, conclusion }: CriterionNow): CriterionProposal {
  const { design, operation, reasons } = proposeCriterion(facts)
  const isReady = openBefore(facts).length === 0
  return Object.assign(new CriterionProposal(), {
    criterion,
    design,
    operation,
    isReady,
    conclusion,
    allReasons: reasons,
  })
}
