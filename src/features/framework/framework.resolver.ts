import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { proposedOn } from '../../rules/framework-opinion.js'
import { Control } from '../control/control.js'
import { ControlConnection } from '../control/control.resolver.js'
import { CriteriaSet } from '../criteria-set/criteria-set.js'
import { FurtherCriterion } from '../criteria-set/further-criterion.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { addFramework, retireFramework, updateFramework } from './framework.actions.js'
import {
  AddFrameworkInput,
  DecideFrameworkOpinionInput,
  FrameworkCriteriaArgs,
  RetireFrameworkInput,
  UpdateFrameworkInput,
} from './framework.inputs.js'
import { FRAMEWORKS_MAX, Framework } from './framework.js'
import { FrameworkCoverage, FrameworkCriterion, frameworkCriterionShown } from './framework-coverage.js'
import { decideFrameworkOpinion } from './framework-opinion.actions.js'
import { coveredOf, decidedOn, type FrameworkCriterionNow, frameworkNow } from './frameworks.js'

const FrameworkCriterionConnection = connectionOf(FrameworkCriterion, 'FrameworkCriterion')
const UncoveredConnection = connectionOf(FurtherCriterion, 'CriterionWithoutControl')
const framework = { framework: [() => Framework, 'The framework as it is now.'] } as const
const AddFrameworkPayload = payloadOf('AddFrameworkPayload', framework)
const UpdateFrameworkPayload = payloadOf('UpdateFrameworkPayload', framework)
const RetireFrameworkPayload = payloadOf('RetireFrameworkPayload', framework)
const DecideFrameworkOpinionPayload = payloadOf('DecideFrameworkOpinionPayload', framework)

const asScope =
  'Once fieldwork began only the engagement partner does, with a reason; it is kept as a change of scope, with what had been found until then.'

@Resolver(() => Framework)
export class FrameworkResolver {
  @FieldResolver(() => CriteriaSet, { description: 'The criteria set of the firm.' })
  set(@Root() { criteriaSetId }: Framework, @Ctx() { loaders }: Context): Promise<CriteriaSet | null> {
    return loaders.byId(CriteriaSet, criteriaSetId)
  }

  @FieldResolver(() => Engagement, { description: 'The engagement that uses it.' })
  engagement(@Root() { engagementId }: Framework, @Ctx() { loaders }: Context): Promise<Engagement | null> {
    return loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => FrameworkCoverage, {
    description: 'What the mapping of controls comes to and leaves open, and what follows from it.',
    // All criteria of the set with all that is mapped to them: of a set of 2,000 it is several times as much.
    complexity: 600,
  })
  async coverage(@Root() framework: Framework, @Ctx() { loaders }: Context): Promise<FrameworkCoverage> {
    const now = await frameworkNow(loaders, framework)
    const { criteria, factsDigest, isLetterRefused } = now
    const outcomes = criteria.map(({ outcome }) => outcome)
    const isCovered = framework.use === 'ADDITIONAL_SUBJECT_MATTER'
    const proposed = isCovered ? proposedOn({ outcomes, isLetterRefused }) : null
    return Object.assign(new FrameworkCoverage(), {
      now,
      coveredCount: criteria.filter(hasControl).length,
      notApplicableCount: outcomes.filter(({ design }) => design === 'NOT_APPLICABLE').length,
      proposedDesign: proposed?.design ?? null,
      proposedOperation: proposed?.operation ?? null,
      isOpinionStale: decidedOn(now).isStale,
      factsDigest,
    })
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the rationale rests on.'))
  restsOn(@Root() { restsOnIds }: Framework, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, restsOnIds)
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The engagement partner who decided; null until decided.',
  })
  decidedBy(@Root() { decidedBy }: Framework, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, decidedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who retired it; null while it stands.' })
  retiredBy(@Root() { retiredBy }: Framework, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, retiredBy)
  }

  @Mutation(() => AddFrameworkPayload, {
    description: `Takes a criteria set of the firm into an engagement. ${asScope}`,
  })
  addFramework(@Arg('input', () => AddFrameworkInput) input: AddFrameworkInput, @Ctx() context: Context) {
    return context.runMutation(input, addFramework)
  }

  @Mutation(() => UpdateFrameworkPayload, { description: `Changes what a framework is used for. ${asScope}` })
  updateFramework(@Arg('input', () => UpdateFrameworkInput) input: UpdateFrameworkInput, @Ctx() context: Context) {
    return context.runMutation(input, updateFramework)
  }

  @Mutation(() => RetireFrameworkPayload, { description: `Takes a framework out of an engagement. ${asScope}` })
  retireFramework(@Arg('input', () => RetireFrameworkInput) input: RetireFrameworkInput, @Ctx() context: Context) {
    return context.runMutation(input, retireFramework)
  }

  @Mutation(() => DecideFrameworkOpinionPayload, {
    description:
      'Decides on the opinion based on additional criteria. Whether each is met follows from the conclusions on the mapped controls; the partner decides how far reaches what is not.',
  })
  decideFrameworkOpinion(
    @Arg('input', () => DecideFrameworkOpinionInput) input: DecideFrameworkOpinionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, decideFrameworkOpinion)
  }
}

const hasControl = ({ facts }: FrameworkCriterionNow): boolean => facts.controls.some(({ isRetired }) => !isRetired)

@Resolver(() => FrameworkCoverage)
export class FrameworkCoverageResolver {
  @FieldResolver(() => FrameworkCriterionConnection, {
    description: 'The criteria of the framework in their order, with what the mapped controls come to for each.',
  })
  criteria(
    @Root() { now }: FrameworkCoverage,
    @Args(() => FrameworkCriteriaArgs) { filter, ...args }: FrameworkCriteriaArgs,
  ): Promise<Page<FrameworkCriterion>> {
    checkArgument(filter)
    const { outcome: wanted, isWithoutControl } = filter ?? {}
    const isMeant = (one: FrameworkCriterionNow): boolean =>
      (!wanted || [one.outcome.design, one.outcome.operation].includes(wanted)) &&
      (isWithoutControl ?? !hasControl(one)) !== hasControl(one)
    const { engagementId } = now.framework
    return pageOfList(now.criteria.filter(isMeant), args, (page) =>
      page.map((one) => frameworkCriterionShown(engagementId, one)),
    )
  }

  @FieldResolver(() => UncoveredConnection, {
    description: 'Criteria with neither a control in use nor a recorded reason, in the order of the set.',
  })
  criteriaWithoutControl(
    @Root() { now }: FrameworkCoverage,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<FurtherCriterion>> {
    const open = new Set(coveredOf(now).open)
    const criteria = now.criteria.flatMap(({ criterion }) => (open.has(criterion.code) ? criterion : []))
    return pageOfList(criteria, args, (page) => [...page])
  }

  @FieldResolver(() => ControlConnection, {
    description: 'Controls in use that are mapped to none of its criteria, by reference.',
  })
  controlsWithoutCriterion(
    @Root() { now }: FrameworkCoverage,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<Control>> {
    return pageOfList(now.controlsWithoutCriterion, args, (page) => [...page])
  }
}

@Resolver(() => FrameworkCriterion)
export class FrameworkCriterionResolver {
  @FieldResolver(() => ControlConnection, {
    description: 'The controls mapped to it that count, by reference: those in use, and retired ones with findings.',
  })
  controls(
    @Root() { controlIds }: FrameworkCriterion,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context,
  ): Promise<Page<Control>> {
    return pageOfList(controlIds, args, async (page) => {
      const found = await Promise.all(page.map((id) => loaders.byId(Control, id)))
      return found.filter((control) => control !== null)
    })
  }
}

@Resolver(() => Engagement)
export class EngagementFrameworksResolver {
  @FieldResolver(
    () => [Framework],
    atMost(FRAMEWORKS_MAX, 'The further frameworks that it uses, oldest first, and those it took back.'),
  )
  frameworks(@Root() { id }: Engagement, @Ctx() { loaders }: Context): Promise<Framework[]> {
    return loaders.children(Framework, 'engagementId', id, { id: 'asc' })
  }
}
