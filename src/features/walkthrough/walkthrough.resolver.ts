import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type * as words from '../../rules/vocabulary.js'
import { aspectsAnswered } from '../../rules/walkthroughs.js'
import { ProcedureAspect } from '../enums.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import { recordWalkthrough, updateWalkthrough } from './walkthrough.actions.js'
import { RecordWalkthroughInput, UpdateWalkthroughInput } from './walkthrough.inputs.js'
import { Walkthrough } from './walkthrough.js'

const procedure = [() => Procedure, 'The procedure that it is part of.'] as const
const RecordWalkthroughPayload = payloadOf('RecordWalkthroughPayload', {
  walkthrough: [() => Walkthrough, 'The walkthrough as it was recorded.'],
  procedure,
})
const UpdateWalkthroughPayload = payloadOf('UpdateWalkthroughPayload', {
  walkthrough: [() => Walkthrough, 'The walkthrough with its changes.'],
  procedure,
})

@Resolver(() => Walkthrough)
export class WalkthroughResolver {
  @FieldResolver(() => Procedure, { description: 'The procedure that it is part of.' })
  procedure(@Root() { procedureId }: Walkthrough, @Ctx() { loaders }: Context): Promise<Procedure | null> {
    return loaders.byId(Procedure, procedureId)
  }

  @FieldResolver(() => Member, { description: 'Who walked through it, or wrote it down last.' })
  performedBy(@Root() walkthrough: Walkthrough, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, walkthrough.performedBy)
  }

  @FieldResolver(
    () => [ProcedureAspect],
    atMost(2, 'What of its procedure it answers: design, implementation; never operation.'),
  )
  async aspects(@Root() { procedureId }: Walkthrough, @Ctx() { loaders }: Context): Promise<words.ProcedureAspect[]> {
    return aspectsAnswered((await loaders.byId(Procedure, procedureId))?.aspects ?? [])
  }

  @Mutation(() => RecordWalkthroughPayload, {
    description: 'Records a walkthrough of a control: who was asked, what was traced, what was seen.',
  })
  recordWalkthrough(
    @Arg('input', () => RecordWalkthroughInput) input: RecordWalkthroughInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordWalkthrough)
  }

  @Mutation(() => UpdateWalkthroughPayload, { description: 'Changes a walkthrough whose procedure is not signed.' })
  updateWalkthrough(
    @Arg('input', () => UpdateWalkthroughInput) input: UpdateWalkthroughInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, updateWalkthrough)
  }
}

@Resolver(() => Procedure)
export class ProcedureWalkthroughs {
  @FieldResolver(
    () => [Walkthrough],
    atMost(Walkthrough.bounds.procedureId, 'The walkthroughs that were made in it, in the order of recording.'),
  )
  walkthroughs(@Root() { id }: Procedure, @Ctx() { loaders }: Context): Promise<Walkthrough[]> {
    return loaders.children(Walkthrough, 'procedureId', id, { id: 'asc' })
  }
}
