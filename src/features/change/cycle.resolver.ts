import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Control } from '../control/control.js'
import { changeControlCycle } from './cycle.actions.js'
import { ChangeControlCycleInput } from './cycle.inputs.js'

const ChangeControlCyclePayload = payloadOf('ChangeControlCyclePayload', {
  control: [() => Control, 'The control with its cycle.'],
})

@Resolver(() => Control)
export class CycleResolver {
  @Mutation(() => ChangeControlCyclePayload, {
    description:
      'Says how the cycles of a periodic control follow each other. Once its testing has begun the engagement partner alone does so, with a reason that names a paper; the change is kept.',
  })
  changeControlCycle(
    @Arg('input', () => ChangeControlCycleInput) input: ChangeControlCycleInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, changeControlCycle)
  }
}
