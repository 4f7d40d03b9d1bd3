import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Criterion } from '../criterion/criterion.js'
import { CriterionExclusion } from '../criterion/criterion-exclusion.js'
import { Engagement } from '../engagement/engagement.js'
import { excludeCriterion, includeCriterion, updateEngagement } from './scope.actions.js'
import { ExcludeCriterionInput, IncludeCriterionInput, UpdateEngagementInput } from './scope.inputs.js'

const UpdateEngagementPayload = payloadOf('UpdateEngagementPayload', {
  engagement: [() => Engagement, 'The engagement with its changes.'],
})
const ExcludeCriterionPayload = payloadOf('ExcludeCriterionPayload', {
  exclusion: [() => CriterionExclusion, 'That the criterion does not apply.'],
})
const IncludeCriterionPayload = payloadOf('IncludeCriterionPayload', {
  criterion: [() => Criterion, 'The criterion, which applies again.'],
})

/** What is in scope concerns the engagement, its criteria and the controls mapped to them: with what had been found until then, it lives with the last of these. */
@Resolver()
export class ScopeResolver {
  @Mutation(() => UpdateEngagementPayload, {
    description:
      'Changes scope or period. Once fieldwork began only the engagement partner does, with a reason; the change is kept, with what had been found until then.',
  })
  updateEngagement(@Arg('input', () => UpdateEngagementInput) input: UpdateEngagementInput, @Ctx() context: Context) {
    return context.runMutation(input, updateEngagement)
  }

  @Mutation(() => ExcludeCriterionPayload, {
    description: 'Marks a criterion in scope as not applicable, with the reason.',
  })
  excludeCriterion(@Arg('input', () => ExcludeCriterionInput) input: ExcludeCriterionInput, @Ctx() context: Context) {
    return context.runMutation(input, excludeCriterion)
  }

  @Mutation(() => IncludeCriterionPayload, { description: 'Takes back that a criterion is not applicable.' })
  includeCriterion(@Arg('input', () => IncludeCriterionInput) input: IncludeCriterionInput, @Ctx() context: Context) {
    return context.runMutation(input, includeCriterion)
  }
}
