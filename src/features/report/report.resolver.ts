import { Arg, Ctx, Extensions, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { checkClaims, type FrameworkAsserted } from '../../rules/assertions.js'
import { canonicalJson } from '../../rules/canonical.js'
import { statesUnderWay } from '../../rules/lifecycles.js'
import { claimedToHold, offeredAssertion } from '../../rules/report/section-two.js'
import { composeReport, type ReportModel } from '../../rules/report.js'
import { standingAmong } from '../../rules/shared-draft.js'
import type { EngagementKind } from '../../rules/vocabulary.js'
import { AssertionClaimInput } from '../assertion/assertion.inputs.js'
import { AssertionClaim, CLAIMS_MAX, claimsKept } from '../assertion/assertion-parts.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { phraseFacts, reportFacts } from './facts.js'
import { dateReport, issueOpinion } from './issue.actions.js'
import { reportPage } from './pages.js'
import { renderReport } from './render.js'
import { DateReportInput, IssueOpinionInput } from './report.inputs.js'
import { Report, verifiedModel } from './report.js'
import { draftsOf, isDraftShared } from './shared-draft.actions.js'

const DateReportPayload = payloadOf('DateReportPayload', {
  engagement: [() => Engagement, 'The engagement, its report dated.'],
})
const IssueOpinionPayload = payloadOf('IssueOpinionPayload', {
  engagement: [() => Engagement, 'The engagement, issued and frozen.'],
  report: [() => Report, 'The report as it was issued.'],
})

@ObjectType({
  description: 'The report as it would be now. Not issued: it may not be relied on, and every page says so.',
})
export class DraftReport {
  constructor(
    readonly engagementId: string,
    readonly composed: ReportModel,
  ) {}
}

@Resolver(() => DraftReport)
export class DraftReportResolver {
  @Extensions({ rendered: true })
  @FieldResolver(() => String, {
    description:
      'The whole draft, sections I to V, as canonical JSON. Once in an operation, and not for each engagement of a list.',
    complexity: 700,
  })
  model(@Root() { composed }: DraftReport): string {
    return canonicalJson(composed)
  }

  @Extensions({ rendered: true })
  @FieldResolver(() => String, {
    description:
      'The draft as one HTML document, marked as a draft. Once in an operation, and not for each engagement of a list.',
    complexity: 2_000,
  })
  html(@Root() { composed }: DraftReport): string {
    return renderReport(composed, null)
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether management sees this draft: what is shared with it says the same, but for Section V. False also where none is shared.',
    complexity: 700,
  })
  async isShared(@Root() { engagementId, composed }: DraftReport, @Ctx() { loaders }: Context): Promise<boolean> {
    const shared = standingAmong(await draftsOf(loaders, engagementId))
    return shared !== null && isDraftShared(shared, composed)
  }
}

@Resolver(() => Report)
export class ReportResolver {
  @Extensions({ rendered: true, readsWhole: true })
  @FieldResolver(() => String, {
    description:
      'The whole report, sections I to V, as canonical JSON: keys sorted, no white space. Compared with `sha256` on each reading; one that differs is not shown (DIGEST_MISMATCH). Once in an operation, and not for each report of a list.',
    complexity: 700,
  })
  async model(@Root() report: Report, @Ctx() context: Context): Promise<string> {
    return verifiedModel(await context.loaders.whole(Report, report))
  }

  @Extensions({ rendered: true })
  @FieldResolver(() => String, {
    description:
      'The report as one HTML document, for the screen and for paper; rendered from the model, which is compared with `sha256` first. Once in an operation, and not for each report of a list.',
    complexity: 2_000,
  })
  async html(@Root() report: Report, @Ctx() context: Context): Promise<string> {
    return reportPage(await context.loaders.whole(Report, report))
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The partner who issued it.' })
  issuedBy(@Root() report: Report, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, report.createdBy)
  }

  @Mutation(() => DateReportPayload, {
    description:
      'Dates the report, once the opinion is decided and the quality review cleared; again where that has to be.',
  })
  dateReport(@Arg('input', () => DateReportInput) input: DateReportInput, @Ctx() context: Context) {
    return context.runMutation(input, dateReport)
  }

  @Mutation(() => IssueOpinionPayload, {
    description:
      'Issues the report under its date and freezes the engagement, in one act, which is the release: nothing about it changes afterwards.',
  })
  issueOpinion(@Arg('input', () => IssueOpinionInput) input: IssueOpinionInput, @Ctx() context: Context) {
    return context.runMutation(input, (tx) => issueOpinion(tx, input, context.services.checkpoints))
  }
}

@ObjectType({
  description: 'A wording of management’s assertion that the service offers; management may write another.',
})
export class OfferedAssertion {
  @Field(() => String, { description: 'The whole text; paragraphs are parted by empty lines.' })
  text: string

  @Field(() => [AssertionClaim], atMost(CLAIMS_MAX, 'What the text claims of each subject matter.'))
  claims: AssertionClaim[]
}

/** @throws Refusal INVALID_INPUT what an assertion cannot claim (`checkClaims`) */
function claimsIn(
  given: readonly AssertionClaimInput[],
  kind: EngagementKind,
  frameworks: readonly FrameworkAsserted[],
): AssertionClaim[] {
  for (const claim of given) checkArgument(claim)
  const claims = claimsKept(given, frameworks)
  checkClaims(claims, kind, frameworks)
  return claims
}

@Resolver(() => Engagement)
export class EngagementReportResolver {
  @FieldResolver(() => OfferedAssertion, {
    nullable: true,
    description: 'A wording for management’s assertion, to begin from; null for a readiness engagement.',
    complexity: 50,
  })
  async offeredAssertion(
    @Root() engagement: Engagement,
    @Arg('claims', () => [AssertionClaimInput], {
      nullable: true,
      description: `What it is to claim of each subject matter of the engagement, ${CLAIMS_MAX} at most; when not given, that each holds.`,
    })
    given: AssertionClaimInput[] | null,
    @Ctx() context: Context,
  ): Promise<OfferedAssertion | null> {
    if (engagement.kind === 'READINESS') return null
    const facts = await phraseFacts(await context.tx(), engagement)
    const { kind } = engagement
    const claims = given
      ? claimsIn(given, kind, facts.additionalCriteria)
      : claimsKept(claimedToHold(kind, facts.additionalCriteria), facts.additionalCriteria)
    return { text: offeredAssertion(facts, claims), claims }
  }

  @FieldResolver(() => Report, { nullable: true, description: 'The report; null until it is issued.' })
  report(@Root() engagement: Engagement, @Ctx() context: Context): Promise<Report | null> {
    return context.loaders.child(Report, 'engagementId', engagement.id)
  }

  @FieldResolver(() => DraftReport, {
    nullable: true,
    description: 'The report as it would be now; null once it is issued, and for a readiness engagement.',
    // Two dozen statements for one engagement: a long list of engagements cannot ask for it.
    complexity: 2_000,
  })
  async draftReport(@Root() engagement: Engagement, @Ctx() context: Context): Promise<DraftReport | null> {
    const underWay = statesUnderWay.some((state) => state === engagement.state)
    if (!underWay || engagement.kind === 'READINESS') return null
    return new DraftReport(engagement.id, composeReport(await reportFacts(await context.tx(), engagement, null)))
  }
}
