import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import {
  raiseQualityReviewPoint,
  resolveDifference,
  withdrawQualityReviewPoint,
} from './quality-review-point.actions.js'
import {
  RaiseQualityReviewPointInput,
  ResolveDifferenceInput,
  WithdrawQualityReviewPointInput,
} from './quality-review-point.inputs.js'
import { QualityReviewPoint } from './quality-review-point.js'

const QualityReviewPointConnection = connectionOf(QualityReviewPoint, 'QualityReviewPoint')
const oldestFirst = { by: 'id', direction: 'asc' } as const

const answers = (name: string) =>
  payloadOf(name, { qualityReviewPoint: [() => QualityReviewPoint, 'The objection as the act left it.'] })

const RaiseQualityReviewPointPayload = answers('RaiseQualityReviewPointPayload')
const WithdrawQualityReviewPointPayload = answers('WithdrawQualityReviewPointPayload')
const ResolveDifferencePayload = answers('ResolveDifferencePayload')

@Resolver(() => QualityReviewPoint)
export class QualityReviewPointResolver {
  @FieldResolver(() => Engagement, { description: 'The engagement whose quality review it is of.' })
  engagement(@Root() { engagementId }: QualityReviewPoint, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The quality reviewer who objected.' })
  raisedBy(@Root() { createdBy }: QualityReviewPoint, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who withdrew or settled it.' })
  settledBy(@Root() { settledBy }: QualityReviewPoint, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, settledBy)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the settlement rests on.'))
  restsOn(@Root() { restsOnIds }: QualityReviewPoint, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @Mutation(() => RaiseQualityReviewPointPayload, {
    description:
      'Objects, as the quality reviewer: the report is not issued before the objection is withdrawn or settled.',
  })
  raiseQualityReviewPoint(
    @Arg('input', () => RaiseQualityReviewPointInput) input: RaiseQualityReviewPointInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, raiseQualityReviewPoint)
  }

  @Mutation(() => WithdrawQualityReviewPointPayload, {
    description: 'Withdraws an objection, as the quality reviewer, with the reason.',
  })
  withdrawQualityReviewPoint(
    @Arg('input', () => WithdrawQualityReviewPointInput) input: WithdrawQualityReviewPointInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, withdrawQualityReviewPoint)
  }

  @Mutation(() => ResolveDifferencePayload, {
    description:
      'Settles a difference of opinion, as the second reader and a partner of the firm who performed no work on the engagement. It joins the judgments against the figures.',
  })
  resolveDifference(
    @Arg('input', () => ResolveDifferenceInput) input: ResolveDifferenceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, resolveDifference)
  }
}

@Resolver(() => Engagement)
export class EngagementReviewPointsResolver {
  @FieldResolver(() => QualityReviewPointConnection, {
    description: 'What the quality reviewer objected to, oldest first.',
  })
  qualityReviewPoints(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<QualityReviewPoint>> {
    return pageWithin(context, QualityReviewPoint, ['engagementId', id], {}, args, oldestFirst)
  }
}
