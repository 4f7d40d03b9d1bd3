import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { UpdateRiskInput } from '../risk/risk.inputs.js'
import { Risk } from '../risk/risk.js'
import { updateRisk } from './risk.actions.js'

const UpdateRiskPayload = payloadOf('UpdateRiskPayload', { risk: [() => Risk, 'The risk with its changes.'] })

@Resolver(() => Risk)
export class RiskChangeResolver {
  @Mutation(() => UpdateRiskPayload, {
    description:
      'Changes a risk and the controls that answer it. Once the testing of one of them has begun the engagement partner alone lowers or rewords it, or says that the control answers it no more, with a reason that names a paper; that is kept as a change of the control.',
  })
  updateRisk(@Arg('input', () => UpdateRiskInput) input: UpdateRiskInput, @Ctx() context: Context) {
    return context.runMutation(input, updateRisk)
  }
}
