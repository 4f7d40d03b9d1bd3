import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Day } from '../../kernel/schema/scalars.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Control } from '../control/control.js'
import { Member } from '../firm/member.js'
import { acceptPopulationGap } from './gap.actions.js'
import { AcceptPopulationGapInput } from './gap.inputs.js'
import { PopulationGapDecision } from './population-gap-decision.js'
import { type PopulationGapFound, populationGapsOf } from './population-gaps.js'

@ObjectType({
  description:
    'Days of the period on which a control operated and that no tested population of it covers, nor a reviewed update procedure: what was concluded from its populations says nothing of them.',
})
export class PopulationGap implements PopulationGapFound {
  @Field(() => Day, { description: 'The first of the days that are not covered.' })
  gapFrom: string

  @Field(() => Day, { description: 'The last of the days that are not covered.' })
  gapTo: string

  @Field(() => PopulationGapDecision, {
    nullable: true,
    description: 'Why the days are left so; null where nobody recorded it: it is missing before completion.',
  })
  decision: PopulationGapDecision | null
}

const PopulationGapConnection = connectionOf(PopulationGap, 'PopulationGap')
const AcceptPopulationGapPayload = payloadOf('AcceptPopulationGapPayload', {
  decision: [() => PopulationGapDecision, 'The decision as it was recorded.'],
  control: [() => Control, 'The control with its gaps.'],
})

@Resolver(() => PopulationGapDecision)
export class PopulationGapDecisionResolver {
  @FieldResolver(() => Control, { description: 'The control that no population covers on these days.' })
  control(@Root() decision: PopulationGapDecision, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, decision.controlId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() decision: PopulationGapDecision, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, decision.restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The manager or engagement partner who decided.' })
  decidedBy(@Root() decision: PopulationGapDecision, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, decision.createdBy)
  }
}

@Resolver(() => Control)
export class ControlPopulationGapsResolver {
  @FieldResolver(() => PopulationGapConnection, {
    description:
      'Days of its time that no tested population of it covers, in order: frozen, and drawn from by a reviewed test of operation, or without items. None before a population of it is frozen. Each is covered by another population or an update procedure, or accepted, before completion.',
  })
  async populationGaps(
    @Root() control: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<PopulationGap>> {
    return pageOfList(await populationGapsOf(context.loaders, control), args, (page) => [...page])
  }

  @Mutation(() => AcceptPopulationGapPayload, {
    description:
      'Records why days of a control’s time are covered neither by a population nor by an update procedure. The reason names the papers it rests on; the engagement partner and the quality reviewer acknowledge it.',
  })
  acceptPopulationGap(
    @Arg('input', () => AcceptPopulationGapInput) input: AcceptPopulationGapInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, acceptPopulationGap)
  }
}
