import { Arg, Args, Ctx, Field, FieldResolver, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { ActionReason, actionBlockersMax, Node } from '../../kernel/schema/node.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { Blocker, payloadOf } from '../../kernel/schema/payload.js'
import { Moment } from '../../kernel/schema/scalars.js'
import type { Row } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { ReviewQueueKind } from '../enums.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import { SignOff } from '../procedure/sign-off.js'
import { ReviewNote } from '../review-note/review-note.js'
import { Result } from '../sample/result.js'
import { Workpaper } from '../workpaper/workpaper.js'
import { type EngagementStanding, progressOf } from './progress.js'
import { type Queued, reviewQueueOf } from './queue.js'
import { reviewProcedures } from './review.actions.js'
import { REVIEWED_MAX, ReviewProceduresInput } from './review.inputs.js'

@ObjectType({ description: 'Something that waits for you on an engagement.' })
export class ReviewQueueItem {
  @Field(() => ReviewQueueKind, { description: 'What kind of thing waits.' })
  kind: words.ReviewQueueKind

  @Field(() => Moment, {
    description:
      'Since when it waits: when it was prepared, proposed, written or addressed; of what you signed, when you did.',
  })
  waitingSinceAt: Date
}

@ObjectType({ description: 'What became of one procedure that was to be signed as reviewed.' })
export class ReviewOutcome {
  @Field(() => Procedure, { description: 'The procedure: signed, or as it was.' })
  procedure: Procedure

  @Field(() => Boolean, { description: 'Whether it was signed.' })
  isReviewed: boolean

  @Field(() => ActionReason, { nullable: true, description: 'Why it was not signed; null where it was.' })
  reason: ActionReason | null

  @Field(() => [Blocker], atMost(actionBlockersMax, 'What must be done first, where that is why: the first ones.'))
  blockers: readonly Blocker[]
}

const counts = {
  planned: 'How many procedures are planned and not begun.',
  inProgress: 'How many procedures are in progress.',
  prepared: 'How many procedures are prepared and wait for their review.',
  reviewed: 'How many procedures are reviewed.',
  blocked:
    'How many procedures that are not reviewed wait for others first: for evidence, for a decision on an explanation, or for a review note to be cleared.',
  stale: 'How many procedures changed after they were signed: they are signed again.',
} as const

@ObjectType()
abstract class ProcedureCounts {
  @Field(() => Int, { description: counts.planned })
  plannedCount: number

  @Field(() => Int, { description: counts.inProgress })
  inProgressCount: number

  @Field(() => Int, { description: counts.prepared })
  preparedCount: number

  @Field(() => Int, { description: counts.reviewed })
  reviewedCount: number

  @Field(() => Int, { description: counts.blocked })
  blockedCount: number

  @Field(() => Int, { description: counts.stale })
  staleCount: number
}

@ObjectType({ description: 'How far the procedures of one person are: who prepared them or is to perform them.' })
export class PersonProgress extends ProcedureCounts {}

/** A team holds so many places, and one stands for what is assigned to no person. */
const PEOPLE_MAX = 201

@ObjectType({
  description:
    'How far the work on an engagement is, computed at each reading: of the controls in use and their procedures.',
})
export class EngagementProgress extends ProcedureCounts {
  @Field(() => Int, { description: 'How many items were drawn.' })
  itemCount: number

  @Field(() => Int, { description: 'How many items have all their results.' })
  testedItemCount: number

  @Field(() => Int, { description: 'How many controls are in use.' })
  controlCount: number

  @Field(() => Int, { description: 'How many controls in use are concluded on.' })
  concludedControlCount: number

  @Field(() => [PersonProgress], atMost(PEOPLE_MAX, 'The same by person.'))
  people: PersonProgress[]
}

const ReviewQueueConnection = connectionOf(ReviewQueueItem, 'ReviewQueueItem')
const ReviewProceduresPayload = payloadOf('ReviewProceduresPayload', {
  engagement: [() => Engagement, 'The engagement with its progress.'],
  outcomes: [() => [ReviewOutcome], atMost(REVIEWED_MAX, 'What became of each procedure, in the order given.')],
})

/** Of which class what waits is, by its kind. */
const waitingRows = {
  REVIEW_PROCEDURE: Procedure,
  REVIEW_WORKPAPER: Workpaper,
  DECIDE_EXPLANATION: Result,
  ADDRESS_NOTE: ReviewNote,
  CLEAR_NOTE: ReviewNote,
  SIGN_AGAIN: SignOff,
} as const

@Resolver(() => ReviewQueueItem)
export class ReviewQueueItemResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description: 'What waits: a procedure, a workpaper, a result, a note or a signature.',
  })
  node(@Root() { kind, nodeId }: Queued, @Ctx() context: Context): Promise<Row | null> {
    return context.loaders.byId(waitingRows[kind] as typeof Procedure, nodeId)
  }

  @FieldResolver(() => Procedure, { nullable: true, description: 'The procedure that it concerns; null for none.' })
  procedure(@Root() { procedureId }: Queued, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, procedureId)
  }

  @FieldResolver(() => Control, { nullable: true, description: 'The control that it concerns; null for none.' })
  async control(@Root() { controlId, procedureId }: Queued, @Ctx() { loaders }: Context): Promise<Control | null> {
    return loaders.byId(Control, controlId ?? (await loaders.byId(Procedure, procedureId))?.controlId ?? null)
  }
}

@Resolver(() => PersonProgress)
export class PersonProgressResolver {
  @FieldResolver(() => Member, {
    nullable: true,
    description: 'Who prepared the procedures or is to perform them; null for those that are assigned to no person.',
  })
  member(@Root() { memberId }: { memberId: string | null }, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, memberId)
  }
}

@Resolver(() => Engagement)
export class EngagementReviewResolver {
  // Both compare what was signed with what there is now.
  @FieldResolver(() => EngagementProgress, {
    description: 'How far the work is, in all and by person: for a screen that is read every few seconds.',
    complexity: ({ childComplexity }) => 40 + childComplexity,
  })
  progress(@Root() engagement: Engagement, @Ctx() context: Context): Promise<EngagementStanding> {
    return progressOf(context.loaders, engagement)
  }

  @FieldResolver(() => ReviewQueueConnection, {
    description:
      'What waits for you on the engagement, the longest first: procedures and workpapers to review, and explanations to decide on, as far as you had no hand in them; notes; what you signed and changed since.',
  })
  async reviewQueue(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Queued>> {
    const { actor } = await context.tx()
    return pageOfList(await reviewQueueOf(context.loaders, actor, engagement), args, (page) => [...page])
  }

  @Mutation(() => ReviewProceduresPayload, {
    description:
      'Signs procedures as their reviewer, as `reviewProcedure` does one: those that you opened as they are now (`recordOpened`). Of each other it says why not, and leaves it as it is.',
  })
  reviewProcedures(@Arg('input', () => ReviewProceduresInput) input: ReviewProceduresInput, @Ctx() context: Context) {
    return context.runMutation(input, reviewProcedures)
  }
}
