import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Engagement } from '../engagement/engagement.js'
import { ExceptionConnection } from '../exception/exception.fields.js'
import type { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { agreeOpinion, decideOpinion, reviseOpinion } from './opinion.actions.js'
import { AgreeOpinionInput, ClearQualityReviewInput, DecideOpinionInput, ReviseOpinionInput } from './opinion.inputs.js'
import { Opinion } from './opinion.js'
import { OpinionProposal, OpinionReason, ProposedConclusion } from './opinion-proposal.js'
import { proposalIn, shownProposal } from './proposal.js'
import { clearQualityReview, QualityReview } from './quality-review.js'

const DecideOpinionPayload = payloadOf('DecideOpinionPayload', {
  opinion: [() => Opinion, 'The opinion as it was decided.'],
})
const ReviseOpinionPayload = payloadOf('ReviseOpinionPayload', { opinion: [() => Opinion, 'The opinion, as revised.'] })
const AgreeOpinionPayload = payloadOf('AgreeOpinionPayload', { opinion: [() => Opinion, 'The opinion, agreed to.'] })
const ClearQualityReviewPayload = payloadOf('ClearQualityReviewPayload', {
  engagement: [() => Engagement, 'The engagement, its quality review cleared.'],
})

const opinionInRequest = (context: Context, engagementId: string): Promise<Opinion | null> =>
  context.loaders.child(Opinion, 'engagementId', engagementId)

@Resolver(() => Opinion)
export class OpinionResolver {
  @FieldResolver(() => Boolean, {
    description: 'Whether what it rests on has changed since it was decided: it must then be decided anew.',
    // It computes the proposal.
    complexity: 800,
  })
  async isStale(@Root() opinion: Opinion, @Ctx() context: Context): Promise<boolean> {
    return (await proposalIn(context.loaders, opinion.engagementId))?.digest !== opinion.proposalDigest
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the rationale rests on.'))
  restsOn(@Root() { restsOnIds }: Opinion, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The partner who decided.' })
  decidedBy(@Root() opinion: Opinion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, opinion.decidedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The quality reviewer who agreed.' })
  agreedBy(@Root() opinion: Opinion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, opinion.agreedBy)
  }

  @Mutation(() => DecideOpinionPayload, { description: 'Decides on the opinion, as proposed or otherwise.' })
  decideOpinion(@Arg('input', () => DecideOpinionInput) input: DecideOpinionInput, @Ctx() context: Context) {
    return context.runMutation(input, decideOpinion)
  }

  @Mutation(() => ReviseOpinionPayload, { description: 'Decides on the opinion anew.' })
  reviseOpinion(@Arg('input', () => ReviseOpinionInput) input: ReviseOpinionInput, @Ctx() context: Context) {
    return context.runMutation(input, reviseOpinion)
  }

  @Mutation(() => AgreeOpinionPayload, {
    description: 'Agrees, as the quality reviewer, to an opinion other than the proposed one.',
  })
  agreeOpinion(@Arg('input', () => AgreeOpinionInput) input: AgreeOpinionInput, @Ctx() context: Context) {
    return context.runMutation(input, agreeOpinion)
  }

  @Mutation(() => ClearQualityReviewPayload, { description: 'Clears the quality review of an engagement.' })
  clearQualityReview(
    @Arg('input', () => ClearQualityReviewInput) input: ClearQualityReviewInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, clearQualityReview)
  }
}

@Resolver(() => QualityReview)
export class QualityReviewResolver {
  @FieldResolver(() => Member, { description: 'The quality reviewer who cleared it.' })
  clearedBy(@Root() review: QualityReview, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, review.clearedBy)
  }
}

const OpinionReasonConnection = connectionOf(OpinionReason, 'OpinionReason')

@Resolver(() => ProposedConclusion)
export class ProposedConclusionResolver {
  @FieldResolver(() => OpinionReasonConnection, {
    description: 'Why: every matter that bears on it, lighter ones too.',
  })
  reasons(
    @Root() { allReasons }: ProposedConclusion,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<OpinionReason>> {
    return pageOfList(allReasons, args, (page) => [...page])
  }

  @FieldResolver(() => ExceptionConnection, { description: 'Exceptions that bear on it and are not decided.' })
  undecided(
    @Root() { allUndecided }: ProposedConclusion,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<Exception>> {
    return pageOfList(allUndecided, args, (page) => [...page])
  }
}

@Resolver(() => OpinionReason)
export class OpinionReasonResolver {
  @FieldResolver(() => ExceptionConnection, { description: 'The exceptions concerned, by number.' })
  exceptions(@Root() { allExceptions }: OpinionReason, @Args(() => PageArgs) args: PageArgs): Promise<Page<Exception>> {
    return pageOfList(allExceptions, args, (page) => [...page])
  }
}

@Resolver(() => Engagement)
export class EngagementOpinionResolver {
  @FieldResolver(() => OpinionProposal, {
    nullable: true,
    description: 'The opinion that follows from the decisions as they are now; null for a readiness engagement.',
    complexity: 800,
  })
  async opinionProposal(@Root() engagement: Engagement, @Ctx() context: Context): Promise<OpinionProposal | null> {
    const proposal = await proposalIn(context.loaders, engagement.id)
    return proposal && shownProposal(proposal)
  }

  @FieldResolver(() => Opinion, { nullable: true, description: 'The opinion as decided; null until it is.' })
  opinion(@Root() engagement: Engagement, @Ctx() context: Context): Promise<Opinion | null> {
    return opinionInRequest(context, engagement.id)
  }
}
