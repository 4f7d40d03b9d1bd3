import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { aggregatesOf, isOutdated } from '../../rules/aggregates.js'
import { Engagement } from '../engagement/engagement.js'
import { ExceptionConnection } from '../exception/exception.fields.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { approveAggregate, decideAggregate, returnAggregate, reviseAggregate } from './aggregate.actions.js'
import {
  ApproveAggregateInput,
  DecideAggregateInput,
  ReturnAggregateInput,
  ReviseAggregateInput,
} from './aggregate.inputs.js'
import { Aggregate, shownAggregate } from './aggregate.js'
import { AGGREGATES_MAX, AggregateDecision } from './aggregate-decision.js'
import { decidedOf, weighedIn } from './aggregates.js'

const answers = (name: string, description: string) =>
  payloadOf(name, { aggregateDecision: [() => AggregateDecision, description] })

const DecideAggregatePayload = answers('DecideAggregatePayload', 'The decision, which waits for approval.')
const ReviseAggregatePayload = answers('ReviseAggregatePayload', 'The decision, revised; it waits for approval.')
const ApproveAggregatePayload = answers('ApproveAggregatePayload', 'The decision as it was approved.')
const ReturnAggregatePayload = answers('ReturnAggregatePayload', 'The decision as it was returned.')

/** A page of the exceptions with these ids, in their order. */
const exceptionsOf = ({ loaders }: Context, ids: readonly string[], args: PageArgs): Promise<Page<Exception>> =>
  pageOfList(ids, args, async (page) => {
    const found = await Promise.all(page.map((id) => loaders.byId(Exception, id)))
    return found.filter((exception) => exception !== null)
  })

@Resolver(() => Aggregate)
export class AggregateResolver {
  @FieldResolver(() => ExceptionConnection, { description: 'All live exceptions concerned, by number.' })
  exceptions(
    @Root() { exceptionIds }: Aggregate,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Exception>> {
    return exceptionsOf(context, exceptionIds, args)
  }
}

@Resolver(() => AggregateDecision)
export class AggregateDecisionResolver {
  @FieldResolver(() => Engagement, { description: 'The engagement whose exceptions were weighed.' })
  engagement(@Root() { engagementId }: AggregateDecision, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => ExceptionConnection, { description: 'The exceptions that were weighed, by number.' })
  exceptions(
    @Root() { exceptionIds }: AggregateDecision,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Exception>> {
    return exceptionsOf(context, exceptionIds, args)
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether other exceptions are live by now, or these are not what was weighed any more: it must then be revised.',
    complexity: 20,
  })
  async isOutdated(@Root() decision: AggregateDecision, @Ctx() { loaders }: Context): Promise<boolean> {
    const engagement = (await loaders.byId(Engagement, decision.engagementId)) as Engagement
    return isOutdated(decidedOf(decision), await weighedIn(loaders, decision.engagementId), engagement.kind)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the rationale rests on.'))
  restsOn(@Root() { restsOnIds }: AggregateDecision, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'Who decided, or revised it last.' })
  decidedBy(@Root() { decidedBy }: AggregateDecision, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, decidedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who approved it.' })
  approvedBy(@Root() { approvedBy }: AggregateDecision, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, approvedBy)
  }

  @Mutation(() => DecideAggregatePayload, { description: 'Decides what exceptions come to together.' })
  decideAggregate(@Arg('input', () => DecideAggregateInput) input: DecideAggregateInput, @Ctx() context: Context) {
    return context.runMutation(input, decideAggregate)
  }

  @Mutation(() => ReviseAggregatePayload, { description: 'Decides anew, on the exceptions as they are now.' })
  reviseAggregate(@Arg('input', () => ReviseAggregateInput) input: ReviseAggregateInput, @Ctx() context: Context) {
    return context.runMutation(input, reviseAggregate)
  }

  @Mutation(() => ApproveAggregatePayload, { description: 'Approves a decision, as another person than its author.' })
  approveAggregate(@Arg('input', () => ApproveAggregateInput) input: ApproveAggregateInput, @Ctx() context: Context) {
    return context.runMutation(input, approveAggregate)
  }

  @Mutation(() => ReturnAggregatePayload, { description: 'Returns a decision to be revised.' })
  returnAggregate(@Arg('input', () => ReturnAggregateInput) input: ReturnAggregateInput, @Ctx() context: Context) {
    return context.runMutation(input, returnAggregate)
  }
}

@Resolver(() => Engagement)
export class EngagementAggregatesResolver {
  @FieldResolver(
    () => [Aggregate],
    atMost(
      AGGREGATES_MAX,
      'Which exceptions are to be weighed together, and where: criteria at which the same ones meet are one entry, then come the subject matters. Both before the report.',
    ),
  )
  async aggregates(@Root() { id, kind }: Engagement, @Ctx() { loaders }: Context): Promise<Aggregate[]> {
    if (kind === 'READINESS') return []
    return aggregatesOf(await weighedIn(loaders, id), kind).map(shownAggregate)
  }

  @FieldResolver(() => [AggregateDecision], atMost(AGGREGATES_MAX, 'The decisions on exceptions together.'))
  aggregateDecisions(@Root() { id }: Engagement, @Ctx() context: Context): Promise<AggregateDecision[]> {
    return context.loaders.children(AggregateDecision, 'engagementId', id, { id: 'asc' })
  }
}
