import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Control } from './control.js'
import { ControlReliance } from './control-reliance.js'

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
}
