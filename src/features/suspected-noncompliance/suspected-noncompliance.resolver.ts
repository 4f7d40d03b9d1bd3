import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { evaluateSuspectedNoncompliance, recordSuspectedNoncompliance } from './suspected-noncompliance.actions.js'
import {
  EvaluateSuspectedNoncomplianceInput,
  RecordSuspectedNoncomplianceInput,
} from './suspected-noncompliance.inputs.js'
import { SuspectedNoncompliance } from './suspected-noncompliance.js'

const SuspectedNoncomplianceConnection = connectionOf(SuspectedNoncompliance, 'SuspectedNoncompliance')
const RecordSuspectedNoncompliancePayload = payloadOf('RecordSuspectedNoncompliancePayload', {
  engagement: [() => Engagement, 'The engagement it was recorded in: of the matter itself nothing is told.'],
})
const EvaluateSuspectedNoncompliancePayload = payloadOf('EvaluateSuspectedNoncompliancePayload', {
  suspectedNoncompliance: [() => SuspectedNoncompliance, 'The suspicion as it was evaluated.'],
})

@Resolver(() => SuspectedNoncompliance)
export class SuspectedNoncomplianceResolver {
  @FieldResolver(() => Member, { description: 'Who noticed and recorded it.' })
  recordedBy(@Root() suspected: SuspectedNoncompliance, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, suspected.createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who evaluated it last.' })
  evaluatedBy(@Root() suspected: SuspectedNoncompliance, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, suspected.evaluatedBy)
  }

  @FieldResolver(() => Exception, { nullable: true, description: 'The exception as which it is reported.' })
  exception(@Root() suspected: SuspectedNoncompliance, @Ctx() { loaders }: Context): Promise<Exception | null> {
    return loaders.byId(Exception, suspected.exceptionId)
  }

  @Mutation(() => RecordSuspectedNoncompliancePayload, {
    description:
      'Records suspected fraud or noncompliance, for the engagement partner alone: neither who records it nor another member reads it afterwards.',
  })
  recordSuspectedNoncompliance(
    @Arg('input', () => RecordSuspectedNoncomplianceInput) input: RecordSuspectedNoncomplianceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordSuspectedNoncompliance)
  }

  @Mutation(() => EvaluateSuspectedNoncompliancePayload, {
    description:
      'Evaluates suspected fraud or noncompliance, and adds to whom it was communicated: the engagement partner, before the report is issued.',
  })
  evaluateSuspectedNoncompliance(
    @Arg('input', () => EvaluateSuspectedNoncomplianceInput) input: EvaluateSuspectedNoncomplianceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, evaluateSuspectedNoncompliance)
  }
}

@Resolver(() => Engagement)
export class EngagementSuspicionsResolver {
  @FieldResolver(() => SuspectedNoncomplianceConnection, {
    description: 'Suspected fraud and noncompliance, in the order of recording: for the engagement partner alone.',
  })
  suspectedNoncompliance(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<SuspectedNoncompliance>> {
    return pageWithin(context, SuspectedNoncompliance, ['engagementId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
