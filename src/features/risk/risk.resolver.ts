import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { FraudInquiry } from './fraud-inquiry.js'
import { recordFraudInquiry, recordRisk } from './risk.actions.js'
import { RecordFraudInquiryInput, RecordRiskInput } from './risk.inputs.js'
import { Risk } from './risk.js'
import { RiskControl } from './risk-control.js'

const RiskConnection = connectionOf(Risk, 'Risk')
const FraudInquiryConnection = connectionOf(FraudInquiry, 'FraudInquiry')
const RecordRiskPayload = payloadOf('RecordRiskPayload', { risk: [() => Risk, 'The risk as it was recorded.'] })
const RecordFraudInquiryPayload = payloadOf('RecordFraudInquiryPayload', {
  fraudInquiry: [() => FraudInquiry, 'The inquiry as it was recorded.'],
})

const byRef = (a: { ref: string }, b: { ref: string }): number => (a.ref < b.ref ? -1 : 1)

@Resolver(() => Risk)
export class RiskResolver {
  @FieldResolver(() => [Control], atMost(RiskControl.bounds.riskId, 'The controls that answer it, by reference.'))
  async controls(@Root() { id }: Risk, @Ctx() { loaders }: Context): Promise<Control[]> {
    const answers = await loaders.children(RiskControl, 'riskId', id, { id: 'asc' })
    const controls = await Promise.all(answers.map(({ controlId }) => loaders.byId(Control, controlId)))
    return controls.filter((control) => control !== null).sort(byRef)
  }

  @FieldResolver(() => Member, { description: 'Who recorded it first.' })
  recordedBy(@Root() risk: Risk, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, risk.createdBy)
  }

  @Mutation(() => RecordRiskPayload, {
    description: 'Records a risk to the service commitments, its rating, and the controls that answer it.',
  })
  recordRisk(@Arg('input', () => RecordRiskInput) input: RecordRiskInput, @Ctx() context: Context) {
    return context.runMutation(input, recordRisk)
  }
}

@Resolver(() => Control)
export class ControlRisksResolver {
  @FieldResolver(
    () => [Risk],
    atMost(RiskControl.bounds.controlId, 'The risks that it answers, by reference; none is rated above its `risk`.'),
  )
  async risks(@Root() { id }: Control, @Ctx() { loaders }: Context): Promise<Risk[]> {
    const answers = await loaders.children(RiskControl, 'controlId', id, { id: 'asc' })
    const risks = await Promise.all(answers.map(({ riskId }) => loaders.byId(Risk, riskId)))
    return risks.filter((risk) => risk !== null).sort(byRef)
  }
}

@Resolver(() => Engagement)
export class EngagementRisksResolver {
  @FieldResolver(() => RiskConnection, { description: 'The risks to its service commitments, by reference.' })
  risks(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Risk>> {
    return pageWithin(context, Risk, ['engagementId', engagement.id], {}, args, { by: 'ref', direction: 'asc' })
  }

  @FieldResolver(() => FraudInquiryConnection, {
    description: 'What people of the entity were asked about fraud, in the order of recording.',
  })
  fraudInquiries(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<FraudInquiry>> {
    const order = { by: 'id', direction: 'asc' } as const
    return pageWithin(context, FraudInquiry, ['engagementId', engagement.id], {}, args, order)
  }
}

@Resolver(() => FraudInquiry)
export class FraudInquiryResolver {
  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that bear on the answer.'))
  restsOn(@Root() { restsOnIds }: FraudInquiry, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'Who of the auditors asked.' })
  askedBy(@Root() inquiry: FraudInquiry, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, inquiry.createdBy)
  }

  @Mutation(() => RecordFraudInquiryPayload, {
    description: 'Records what a person of the entity was asked about fraud, and answered.',
  })
  recordFraudInquiry(
    @Arg('input', () => RecordFraudInquiryInput) input: RecordFraudInquiryInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordFraudInquiry)
  }
}
