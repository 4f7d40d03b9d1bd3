import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Control } from '../control/control.js'
import { recordControlReliance } from './reliance.actions.js'
import { RecordControlRelianceInput } from './reliance.inputs.js'

const RecordControlReliancePayload = payloadOf('RecordControlReliancePayload', {
  control: [() => Control, 'The control with the general controls it relies on.'],
})

@Resolver(() => Control)
export class RelianceChangeResolver {
  @Mutation(() => RecordControlReliancePayload, {
    description:
      'Says which general controls a control relies on; once its testing has begun by the engagement partner alone, with a reason that names a paper. A conclusion on it is withdrawn when they become others.',
  })
  recordControlReliance(
    @Arg('input', () => RecordControlRelianceInput) input: RecordControlRelianceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordControlReliance)
  }
}
