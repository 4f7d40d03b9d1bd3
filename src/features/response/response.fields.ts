import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Blocker } from '../../kernel/schema/payload.js'
import { dayOf } from '../../rules/calendar.js'
import { evidenceMax } from '../../rules/evidence-links.js'
import { isLive } from '../../rules/exceptions.js'
import { ELEMENTS_MAX, isAwaited, type ResponseCheck, reviewResponse } from '../../rules/responses.js'
import { evidenceOf } from '../evidence/linked.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { neededOfWhoAgrees } from '../methodology/response-elements.js'
import { ManagementResponse } from './management-response.js'
import { contentOf, namesOf } from './response.actions.js'
import { ResponseContent, SubmittedEvidence } from './response-content.js'
import { ResponseReview } from './response-review.js'
import { ResponseVersion, verifiedContent } from './response-version.js'
import { ResponseWarning, WARNINGS_MAX } from './response-warning.js'

const versionsOf = (context: Context, { id }: ManagementResponse): Promise<ResponseVersion[]> =>
  context.loaders.children(ResponseVersion, 'responseId', id, { number: 'asc' })

const responseTo = (context: Context, { id }: Exception): Promise<ManagementResponse | null> =>
  context.loaders.child(ManagementResponse, 'exceptionId', id)

/** The draft, as it would be submitted now. */
async function reviewed(response: ManagementResponse, context: Context): Promise<ResponseCheck> {
  const { loaders } = context
  const draft = await loaders.whole(ManagementResponse, response)
  return reviewResponse(draft, dayOf((await context.tx()).now), await neededOfWhoAgrees(loaders))
}

/** What was submitted, or a draft, by the id of its response. */
type ShownContent = ResponseContent | (Omit<ResponseContent, 'evidence'> & { responseId: string })

@Resolver(() => ResponseContent)
export class ResponseContentFields {
  @FieldResolver(
    () => [SubmittedEvidence],
    atMost(
      evidenceMax,
      'The evidence that was linked to the response then, in the order of linking: part of what is submitted.',
    ),
  )
  async evidence(@Root() content: ShownContent, @Ctx() { loaders }: Context): Promise<SubmittedEvidence[]> {
    return 'evidence' in content ? content.evidence : namesOf(await evidenceOf(loaders, content.responseId))
  }
}

@Resolver(() => ManagementResponse)
export class ResponseFields {
  @FieldResolver(() => Exception, { description: 'The exception it responds to.' })
  exception(@Root() { exceptionId }: ManagementResponse, @Ctx() context: Context): Promise<Exception | null> {
    return context.loaders.byId(Exception, exceptionId)
  }

  @FieldResolver(() => ResponseContent, { description: 'What is written now: the client’s own until it is submitted.' })
  async draft(@Root() response: ManagementResponse, @Ctx() context: Context): Promise<ShownContent> {
    const { evidence: _, ...draft } = contentOf(await context.loaders.whole(ManagementResponse, response), [])
    return { ...draft, responseId: response.id }
  }

  @FieldResolver(
    () => [Blocker],
    atMost(ELEMENTS_MAX, 'What the firm needs of who agrees and the draft lacks: it could not be submitted so.'),
  )
  async missing(@Root() response: ManagementResponse, @Ctx() context: Context) {
    return (await reviewed(response, context)).missing
  }

  @FieldResolver(
    () => [ResponseWarning],
    atMost(WARNINGS_MAX, 'What may be thought about before the draft is submitted.'),
  )
  async warnings(@Root() response: ManagementResponse, @Ctx() context: Context) {
    return (await reviewed(response, context)).warnings
  }

  @FieldResolver(() => Member, { description: 'Who wrote the draft last.' })
  draftedBy(@Root() { draftedBy }: ManagementResponse, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, draftedBy)
  }

  @FieldResolver(() => ResponseVersion, { nullable: true, description: 'What was submitted last.' })
  async submittedVersion(
    @Root() response: ManagementResponse,
    @Ctx() context: Context,
  ): Promise<ResponseVersion | null> {
    return (await versionsOf(context, response)).at(-1) ?? null
  }

  @FieldResolver(
    () => [ResponseVersion],
    atMost(ResponseVersion.bounds.responseId, 'Everything that was submitted, the first one first.'),
  )
  versions(@Root() response: ManagementResponse, @Ctx() context: Context): Promise<ResponseVersion[]> {
    return versionsOf(context, response)
  }
}

@Resolver(() => ResponseVersion)
export class ResponseVersionFields {
  @Extensions({ readsWhole: true })
  @FieldResolver(() => ResponseContent, {
    description:
      'What was submitted. Compared with `sha256` on each reading; content that differs is not shown (DIGEST_MISMATCH).',
  })
  async content(@Root() version: ResponseVersion, @Ctx() context: Context): Promise<ResponseContent> {
    return verifiedContent(await context.loaders.whole(ResponseVersion, version))
  }

  @FieldResolver(() => ResponseReview, {
    nullable: true,
    description: 'What the auditor made of it, with the time and the person; null until then.',
  })
  review(@Root() { id }: ResponseVersion, @Ctx() context: Context): Promise<ResponseReview | null> {
    return context.loaders.child(ResponseReview, 'responseVersionId', id)
  }

  @FieldResolver(() => Member, { description: 'Who submitted it, for management.' })
  submittedBy(@Root() { submittedBy }: ResponseVersion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, submittedBy)
  }
}

@Resolver(() => ResponseReview)
export class ResponseReviewFields {
  @FieldResolver(() => Member, { nullable: true, description: 'Who returned or accepted it.' })
  reviewedBy(@Root() { reviewedBy }: ResponseReview, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, reviewedBy)
  }
}

@Resolver(() => Exception)
export class ExceptionResponse {
  @FieldResolver(() => ManagementResponse, {
    nullable: true,
    description: 'Management’s response; null before anything was written.',
  })
  response(@Root() exception: Exception, @Ctx() context: Context): Promise<ManagementResponse | null> {
    return responseTo(context, exception)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the day has passed by which the client was to answer.' })
  async isResponseOverdue(@Root() exception: Exception, @Ctx() context: Context): Promise<boolean> {
    const { responseDueOn } = exception
    if (responseDueOn === null || !isLive(exception)) return false
    if (responseDueOn >= dayOf((await context.tx()).now)) return false
    return isAwaited((await responseTo(context, exception))?.state ?? null)
  }
}
