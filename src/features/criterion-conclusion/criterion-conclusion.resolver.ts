import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row, RowClass } from '../../kernel/store/row.js'
import { Control } from '../control/control.js'
import { ControlConnection } from '../control/control.resolver.js'
import { CRITERIA_MAX, criteriaByCode } from '../criterion/catalogue.js'
import { Criterion } from '../criterion/criterion.js'
import { Engagement } from '../engagement/engagement.js'
import { ExceptionConnection } from '../exception/exception.fields.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { criteriaIn, isConclusionStale } from './criteria.js'
import {
  concludeCriteriaAsProposed,
  concludeCriterion,
  reviseCriterionConclusion,
} from './criterion-conclusion.actions.js'
import {
  ConcludeCriteriaAsProposedInput,
  ConcludeCriterionInput,
  ReviseCriterionConclusionInput,
} from './criterion-conclusion.inputs.js'
import { CriterionConclusion } from './criterion-conclusion.js'
import { CriterionProposal, CriterionReason, shownCriterion } from './criterion-proposal.js'

const answers = (name: string, description: string) =>
  payloadOf(name, { conclusion: [() => CriterionConclusion, description] })

const ConcludeCriterionPayload = answers('ConcludeCriterionPayload', 'The conclusion as it was recorded.')
const ReviseCriterionConclusionPayload = answers('ReviseCriterionConclusionPayload', 'The conclusion as revised.')
const ConcludeCriteriaAsProposedPayload = payloadOf('ConcludeCriteriaAsProposedPayload', {
  engagement: [() => Engagement, 'The engagement whose criteria were concluded on.'],
  conclusions: [() => [CriterionConclusion], atMost(CRITERIA_MAX, 'The conclusions as they were recorded.')],
})

const CriterionReasonConnection = connectionOf(CriterionReason, 'CriterionReason')

/** A page of rows by their ids, in their order. */
const pageOf = <R extends Row>(
  loaders: Loaders,
  row: RowClass<R>,
  ids: readonly string[],
  args: PageArgs,
): Promise<Page<R>> =>
  pageOfList(ids, args, async (page) => {
    const found = await Promise.all(page.map((id) => loaders.byId(row, id)))
    return found.filter((one) => one !== null)
  })

@Resolver(() => CriterionReason)
export class CriterionReasonResolver {
  @FieldResolver(() => ControlConnection, { description: 'The controls whose conclusions it rests on, by reference.' })
  controls(@Root() reason: CriterionReason, @Args(() => PageArgs) args: PageArgs, @Ctx() context: Context) {
    return pageOf(context.loaders, Control, reason.controlIds, args)
  }

  @FieldResolver(() => ExceptionConnection, { description: 'The exceptions that it rests on, by number.' })
  exceptions(@Root() reason: CriterionReason, @Args(() => PageArgs) args: PageArgs, @Ctx() context: Context) {
    return pageOf(context.loaders, Exception, reason.exceptionIds, args)
  }
}

@Resolver(() => CriterionProposal)
export class CriterionProposalResolver {
  @FieldResolver(() => CriterionReasonConnection, {
    description: 'Why: all that speaks for and against it, on design, then on operation.',
  })
  reasons(
    @Root() { allReasons }: CriterionProposal,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<CriterionReason>> {
    return pageOfList(allReasons, args, (page) => [...page])
  }
}

@Resolver(() => CriterionConclusion)
export class CriterionConclusionResolver {
  @FieldResolver(() => Engagement, { description: 'The engagement in whose scope the criterion is.' })
  engagement(@Root() { engagementId }: CriterionConclusion, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => Criterion, { description: 'The criterion that is concluded on.' })
  async criterion(@Root() conclusion: CriterionConclusion, @Ctx() context: Context): Promise<Criterion> {
    return (await criteriaByCode(await context.tx())).get(conclusion.criterionCode) as Criterion
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether what it rests on has changed since, or the criterion does not apply any more: a stale one is concluded anew before the report.',
    complexity: 20,
  })
  async isStale(@Root() { id, engagementId }: CriterionConclusion, @Ctx() { loaders }: Context): Promise<boolean> {
    const own = (await criteriaIn(loaders, engagementId)).find(({ conclusion }) => conclusion?.id === id)
    return own === undefined || isConclusionStale(own)
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether it is another outcome than was proposed, which the engagement partner argued by papers.',
  })
  differs(@Root() one: CriterionConclusion): boolean {
    return one.design !== one.proposedDesign || one.operation !== one.proposedOperation
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that rationale and other ground rest on.'))
  restsOn(@Root() { restsOnIds }: CriterionConclusion, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'Who concluded, or revised it last.' })
  concludedBy(@Root() { concludedBy }: CriterionConclusion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, concludedBy)
  }

  @Mutation(() => ConcludeCriterionPayload, {
    description:
      'Concludes on a criterion, over all controls that serve it: as proposed or, as the partner, otherwise.',
  })
  concludeCriterion(
    @Arg('input', () => ConcludeCriterionInput) input: ConcludeCriterionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, concludeCriterion)
  }

  @Mutation(() => ReviseCriterionConclusionPayload, {
    description: 'Concludes on a criterion anew, on what is so now.',
  })
  reviseCriterionConclusion(
    @Arg('input', () => ReviseCriterionConclusionInput) input: ReviseCriterionConclusionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, reviseCriterionConclusion)
  }

  @Mutation(() => ConcludeCriteriaAsProposedPayload, {
    description: 'Concludes, in one act, on all criteria that no exception names and that are proposed as achieved.',
  })
  concludeCriteriaAsProposed(
    @Arg('input', () => ConcludeCriteriaAsProposedInput) input: ConcludeCriteriaAsProposedInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, concludeCriteriaAsProposed)
  }
}

@Resolver(() => Engagement)
export class EngagementCriterionConclusionsResolver {
  @FieldResolver(() => [CriterionProposal], {
    ...atMost(
      CRITERIA_MAX,
      'Each criterion in scope that applies, in the order of the catalogue, with what is proposed and what is concluded on it; none for a readiness engagement.',
    ),
  })
  async criterionProposals(@Root() { id }: Engagement, @Ctx() { loaders }: Context): Promise<CriterionProposal[]> {
    return (await criteriaIn(loaders, id)).map(shownCriterion)
  }
}
