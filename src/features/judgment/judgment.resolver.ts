import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row, RowClass } from '../../kernel/store/row.js'
import type { JudgmentKind } from '../../rules/vocabulary.js'
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { AssertionResolution } from '../assertion/assertion-resolution.js'
import { EngagementCalendar } from '../calendar/engagement-calendar.js'
import { ControlChange } from '../change/control-change.js'
import { SubserviceReview } from '../complementary/subservice-review.js'
import { Control } from '../control/control.js'
import { CoverageDecision } from '../coverage/coverage-decision.js'
import { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import { ScopeChange } from '../engagement/scope-change.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { PopulationGapDecision } from '../gap/population-gap-decision.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { OccurrenceExplanation } from '../occurrence/occurrence-explanation.js'
import { Opinion } from '../opinion/opinion.js'
import { OpinionProposal } from '../opinion/opinion-proposal.js'
import { QualityReviewPoint } from '../opinion/quality-review-point.js'
import { PopulationExclusion } from '../population/exclusion.js'
import { Population } from '../population/population.js'
import { RegisterEvaluation } from '../register-evaluation/register-evaluation.js'
import { Result } from '../sample/result.js'
import { Sample } from '../sample/sample.js'
import { acknowledgeJudgment, acknowledgeJudgments } from './judgment.actions.js'
import { AcknowledgeJudgmentInput, AcknowledgeJudgmentsInput } from './judgment.inputs.js'
import { JudgmentAgainstFigures } from './judgment.js'
import { JudgmentAcknowledgement } from './judgment-acknowledgement.js'
import { judgmentsInRequest } from './judgments.js'

const JudgmentConnection = connectionOf(JudgmentAgainstFigures, 'JudgmentAgainstFigures')
const AcknowledgeJudgmentPayload = payloadOf('AcknowledgeJudgmentPayload', {
  judgment: [() => JudgmentAgainstFigures, 'The judgment with your acknowledgment.'],
})
const AcknowledgeJudgmentsPayload = payloadOf('AcknowledgeJudgmentsPayload', {
  engagement: [() => Engagement, 'The engagement whose judgments you acknowledged.'],
})

/** Of what type the object is that a judgment of each kind is about, or of which types. */
const subjects: Readonly<Record<JudgmentKind, RowClass | readonly RowClass[]>> = {
  EFFECTIVE_OVER_FIGURES: Control,
  NOT_MATERIAL_OVER_FIGURES: Exception,
  AGGREGATE_NOT_MATERIAL_OVER_FIGURES: AggregateDecision,
  DEVIATION_EXPLAINED: Result,
  RELABELLED_NOT_APPLICABLE: Result,
  SAMPLE_DILUTED: Sample,
  POPULATION_SUPERSEDED: Population,
  POPULATION_UNDATED: Population,
  POPULATION_EXCLUSION: PopulationExclusion,
  RATES_BEYOND_METHODOLOGY: Control,
  SEED_PART_GIVEN: Population,
  COVERAGE_GAP: CoverageDecision,
  POPULATION_GAP: PopulationGapDecision,
  OCCURRENCE_EXPLAINED: OccurrenceExplanation,
  EXCEPTION_WITHDRAWN: Exception,
  INCIDENT_WITHOUT_EXCEPTION: RegisterEvaluation,
  CONTROL_CHANGED: ControlChange,
  CONTROL_NOT_NEEDED: ControlChange,
  CALENDAR_CHANGED: EngagementCalendar,
  CRITERION_EXCLUDED: ScopeChange,
  SCOPE_CHANGED: ScopeChange,
  DESCRIPTION_CHANGED: DescriptionSection,
  DECISION_CHANGED_AFTER_PREVIEWS: [MaterialityDecision, AggregateDecision, CriterionConclusion],
  CONCLUSION_DIFFERS_FROM_PROPOSAL: [Opinion, CriterionConclusion],
  DIFFERENCE_OF_OPINION: QualityReviewPoint,
  ASSERTION_DIFFERS: AssertionResolution,
  SUBSERVICE_REPORT_RELIED_ON: SubserviceReview,
}

@Resolver(() => JudgmentAgainstFigures)
export class JudgmentResolver {
  @FieldResolver(() => Node, { nullable: true, description: 'The object that it is about.' })
  async subject(@Root() { kind, judgment }: JudgmentAgainstFigures, @Ctx() { loaders }: Context): Promise<Row | null> {
    const { subjectId } = judgment
    const found = await Promise.all([subjects[kind]].flat().map((row) => loaders.byId<Row>(row, subjectId)))
    return found.find((one) => one !== null) ?? null
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'Who decided, or approved what was explained; null where it is not known any more.',
  })
  decidedBy(@Root() { judgment }: JudgmentAgainstFigures, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, judgment.decidedBy)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() { judgment }: JudgmentAgainstFigures, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, judgment.restsOn)
  }

  @FieldResolver(
    () => [JudgmentAcknowledgement],
    atMost(10, 'Who acknowledged it as it is now, in the order of acknowledging; the latest ones.'),
  )
  acknowledgements(@Root() { acknowledged }: JudgmentAgainstFigures): readonly JudgmentAcknowledgement[] {
    return acknowledged.slice(-10)
  }

  @Mutation(() => AcknowledgeJudgmentPayload, {
    description:
      'Acknowledges a judgment against the figures, as the engagement partner, the quality reviewer or, where there is none, the second reader: each by another person, on the figures as they were read. After any change it is given again.',
  })
  acknowledgeJudgment(
    @Arg('input', () => AcknowledgeJudgmentInput) input: AcknowledgeJudgmentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, acknowledgeJudgment)
  }

  @Mutation(() => AcknowledgeJudgmentsPayload, {
    description: 'Acknowledges several judgments against the figures, each as it was read: all or none.',
  })
  acknowledgeJudgments(
    @Arg('input', () => AcknowledgeJudgmentsInput) input: AcknowledgeJudgmentsInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, acknowledgeJudgments)
  }
}

@Resolver(() => JudgmentAcknowledgement)
export class AcknowledgementResolver {
  @FieldResolver(() => Member, {
    description: 'The engagement partner, quality reviewer or second reader who acknowledged it.',
  })
  member(@Root() { acknowledgedBy }: JudgmentAcknowledgement, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, acknowledgedBy)
  }
}

@Resolver(() => Engagement)
export class EngagementJudgmentsResolver {
  @FieldResolver(() => JudgmentConnection, {
    description:
      'The judgments against the figures: what was decided over what figures say, or took a figure away. Computed on the present state.',
    complexity: 800,
  })
  async judgmentsAgainstFigures(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<JudgmentAgainstFigures>> {
    return pageOfList(await judgmentsInRequest(context.loaders, engagement), args, (page) => [...page])
  }
}

@Resolver(() => Control)
export class ControlJudgmentsResolver {
  @FieldResolver(() => JudgmentConnection, {
    description: 'The judgments against the figures that are about this control, its samples, results and exceptions.',
    complexity: 40,
  })
  async judgmentsAgainstFigures(
    @Root() control: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<JudgmentAgainstFigures>> {
    const all = await judgmentsInRequest(context.loaders, control)
    return pageOfList(
      all.filter(({ judgment }) => judgment.controlId === control.id),
      args,
      (page) => [...page],
    )
  }
}

@Resolver(() => Exception)
export class ExceptionJudgmentsResolver {
  @FieldResolver(() => JudgmentConnection, {
    description:
      'The judgments against the figures that bear on it: about itself, and about the control concerned with its samples and results.',
    complexity: 40,
  })
  async judgmentsAgainstFigures(
    @Root() exception: Exception,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<JudgmentAgainstFigures>> {
    const { id, controlId } = exception
    const all = await judgmentsInRequest(context.loaders, exception)
    const bearing = all.filter(
      ({ judgment }) =>
        judgment.exceptionId === id ||
        (judgment.exceptionId === null && judgment.controlId !== null && judgment.controlId === controlId),
    )
    return pageOfList(bearing, args, (page) => [...page])
  }
}

@Resolver(() => OpinionProposal)
export class ProposalJudgmentsResolver {
  @FieldResolver(() => JudgmentConnection, {
    description: 'The judgments against the figures of the engagement: all bear on its opinion.',
    complexity: 800,
  })
  async judgmentsAgainstFigures(
    @Root() { engagementId }: OpinionProposal,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<JudgmentAgainstFigures>> {
    const engagement = (await context.loaders.byId(Engagement, engagementId)) as Engagement
    return pageOfList(await judgmentsInRequest(context.loaders, engagement), args, (page) => [...page])
  }
}
