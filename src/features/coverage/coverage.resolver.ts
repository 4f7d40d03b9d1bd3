import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Day } from '../../kernel/schema/scalars.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Criterion } from '../criterion/criterion.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { decideCoverageGap } from './coverage.actions.js'
import { DecideCoverageGapInput } from './coverage.inputs.js'
import { CoverageDecision } from './coverage-decision.js'
import { type GapFound, gapsOf, isGapAnswered } from './gaps.js'

@ObjectType({
  description:
    'Days of what is examined on which no control in operation serves a criterion. It is answered by a design deficiency or, where a control serves the criterion on other days, by the decision of the engagement partner.',
})
export class CoverageGap implements GapFound {
  @Field(() => Criterion, { description: 'The criterion that nothing serves on these days.' })
  criterion: Criterion

  @Field(() => Day, { description: 'The first of the days.' })
  gapFrom: string

  @Field(() => Day, { description: 'The last of the days.' })
  gapTo: string

  @Field(() => Boolean, {
    description: 'Whether a control serves the criterion on other days; false: none does at all.',
  })
  isPartial: boolean

  @Field(() => CoverageDecision, {
    nullable: true,
    description: 'The partner’s decision why these days are no deficiency; null where there is none.',
  })
  decision: CoverageDecision | null

  @Field(() => Exception, {
    nullable: true,
    description:
      'The live design deficiency that names the criterion and whose period of failure, where it states one, holds these days; null where there is none.',
  })
  deficiency: Exception | null
}

const CoverageGapConnection = connectionOf(CoverageGap, 'CoverageGap')
const DecideCoverageGapPayload = payloadOf('DecideCoverageGapPayload', {
  decision: [() => CoverageDecision, 'The decision as it was recorded.'],
})

@Resolver(() => CoverageGap)
export class CoverageGapResolver {
  @FieldResolver(() => Boolean, {
    description: 'Whether a deficiency or a decision answers it: before completion every gap is answered.',
  })
  isAnswered(@Root() gap: CoverageGap): boolean {
    return isGapAnswered(gap)
  }

  @Mutation(() => DecideCoverageGapPayload, {
    description:
      'Decides why days on which no control in operation served a criterion are no deficiency. The reason names the papers it rests on.',
  })
  decideCoverageGap(
    @Arg('input', () => DecideCoverageGapInput) input: DecideCoverageGapInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, decideCoverageGap)
  }
}

@Resolver(() => CoverageDecision)
export class CoverageDecisionResolver {
  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() decision: CoverageDecision, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, decision.restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The engagement partner who decided.' })
  decidedBy(@Root() decision: CoverageDecision, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, decision.createdBy)
  }
}

@Resolver(() => Engagement)
export class EngagementCoverageGapsResolver {
  @FieldResolver(() => CoverageGapConnection, {
    description: 'Gaps in coverage over time, by criterion in the order of the catalogue, then by day.',
  })
  async coverageGaps(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<CoverageGap>> {
    const found = await gapsOf(await context.tx(), engagement, context.loaders)
    return pageOfList(found, args, (page) => [...page])
  }
}
