import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Control } from './control.js'
import { ControlReliance } from './control-reliance.js'
import { recordControlReliance } from './reliance.actions.js'
import { RecordControlRelianceInput } from './reliance.inputs.js'

const RecordControlReliancePayload = payloadOf('RecordControlReliancePayload', {
  control: [() => Control, 'The control with the general controls it relies on.'],
})

@Resolver(() => Control)
export class RelianceResolver {
  @FieldResolver(
    () => [Control],
    atMost(
      ControlReliance.bounds.controlId,
      'The general controls without which it would not work as it was tested, by reference. One test shows that an automated control operated only where each of them is effective.',
    ),
  )
  async reliesOn(@Root() { id }: Control, @Ctx() { loaders }: Context): Promise<Control[]> {
    const reliances = await loaders.children(ControlReliance, 'controlId', id, { id: 'asc' })
    const controls = await Promise.all(reliances.map(({ reliesOnId }) => loaders.byId(Control, reliesOnId)))
    return controls.filter((control) => control !== null).sort((a, b) => (a.ref < b.ref ? -1 : 1))
  }

  @Mutation(() => RecordControlReliancePayload, {
    description:
      'Says which general controls a control relies on. A conclusion on it is withdrawn when they become others.',
  })
  recordControlReliance(
    @Arg('input', () => RecordControlRelianceInput) input: RecordControlRelianceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordControlReliance)
  }
}
