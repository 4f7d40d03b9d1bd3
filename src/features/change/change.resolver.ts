import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { MapControlInput, UpdateControlInput } from '../control/control.inputs.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { decideControlNotNeeded, mapControl, retireControl, updateControl } from './change.actions.js'
import { DecideControlNotNeededInput, RetireControlInput } from './change.inputs.js'
import { ControlChange } from './control-change.js'

const ControlChangeConnection = connectionOf(ControlChange, 'ControlChange')
const UpdateControlPayload = payloadOf('UpdateControlPayload', {
  control: [() => Control, 'The control with its changes.'],
})
const MapControlPayload = payloadOf('MapControlPayload', {
  control: [() => Control, 'The control with the criteria it is mapped to.'],
})
const RetireControlPayload = payloadOf('RetireControlPayload', {
  control: [() => Control, 'The control, which is examined no more.'],
})
const DecideControlNotNeededPayload = payloadOf('DecideControlNotNeededPayload', {
  control: [() => Control, 'The control, which Section IV leaves out.'],
})

const oldestFirst = { by: 'id', direction: 'asc' } as const

@Resolver(() => ControlChange)
export class ControlChangeResolver {
  @FieldResolver(() => Control, { description: 'The control that was changed.' })
  control(@Root() change: ControlChange, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, change.controlId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() change: ControlChange, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, change.restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The engagement partner who changed it.' })
  changedBy(@Root() change: ControlChange, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, change.createdBy)
  }

  @Mutation(() => UpdateControlPayload, {
    description:
      'Changes what a control is; its reference stays. Once its testing has begun the engagement partner alone rewords, re-dates or re-rates it, with a reason that names a paper; the change is kept.',
  })
  updateControl(@Arg('input', () => UpdateControlInput) input: UpdateControlInput, @Ctx() context: Context) {
    return context.runMutation(input, updateControl)
  }

  @Mutation(() => MapControlPayload, {
    description:
      'Says which criteria a control helps to meet; once its testing has begun by the engagement partner alone, with a reason that names a paper.',
  })
  mapControl(@Arg('input', () => MapControlInput) input: MapControlInput, @Ctx() context: Context) {
    return context.runMutation(input, mapControl)
  }

  @Mutation(() => RetireControlPayload, {
    description:
      'Takes a control out of what is examined: it serves no criterion any more. It stays on file, and what was found on it stays in Section IV.',
  })
  retireControl(@Arg('input', () => RetireControlInput) input: RetireControlInput, @Ctx() context: Context) {
    return context.runMutation(input, retireControl)
  }

  @Mutation(() => DecideControlNotNeededPayload, {
    description:
      'Decides that a retired control was never needed, so that Section IV leaves it and what was found on it out. The quality reviewer sees the decision.',
  })
  decideControlNotNeeded(
    @Arg('input', () => DecideControlNotNeededInput) input: DecideControlNotNeededInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, decideControlNotNeeded)
  }
}

@Resolver(() => Control)
export class ControlChangesResolver {
  @FieldResolver(() => ControlChangeConnection, {
    description: 'What was changed about it after its testing had begun, oldest first.',
  })
  changes(
    @Root() control: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ControlChange>> {
    return pageWithin(context, ControlChange, ['controlId', control.id], {}, args, oldestFirst)
  }
}

@Resolver(() => Engagement)
export class EngagementControlChangesResolver {
  @FieldResolver(() => ControlChangeConnection, {
    description: 'What was changed about controls after their testing had begun, oldest first.',
  })
  controlChanges(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ControlChange>> {
    return pageWithin(context, ControlChange, ['engagementId', engagement.id], {}, args, oldestFirst)
  }
}
