import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { soughtId } from '../../kernel/store/work.js'
import type * as words from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { ReviewNoteState } from '../enums.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import { ReviewNote } from '../review-note/review-note.js'
import { addReviewNote, addressReviewNote, clearReviewNote, reopenReviewNote } from './review-note.actions.js'
import {
  AddReviewNoteInput,
  AddressReviewNoteInput,
  ClearReviewNoteInput,
  ReopenReviewNoteInput,
} from './review-note.inputs.js'

const ReviewNoteConnection = connectionOf(ReviewNote, 'ReviewNote')
const answers = (name: string) => payloadOf(name, { reviewNote: [() => ReviewNote, 'The note as the act left it.'] })
const AddReviewNotePayload = answers('AddReviewNotePayload')
const AddressReviewNotePayload = answers('AddressReviewNotePayload')
const ReopenReviewNotePayload = answers('ReopenReviewNotePayload')
const ClearReviewNotePayload = answers('ClearReviewNotePayload')

@InputType({ description: 'Which review notes; every condition given must hold.' })
export class ReviewNoteFilter {
  @Field(() => ReviewNoteState, { nullable: true, description: 'Those that stand there.' })
  state?: words.ReviewNoteState | null

  @Field(() => ID, { nullable: true, description: 'Those on the working paper with this id.' })
  nodeId?: string | null

  @Field(() => ID, { nullable: true, description: 'Those that the member with this id is to address.' })
  assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: 'Those that the member with this id wrote.' })
  authorId?: string | null
}

@ArgsType()
export class ReviewNoteArgs extends PageArgs {
  @Field(() => ReviewNoteFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: ReviewNoteFilter | null
}

@Resolver(() => ReviewNote)
export class ReviewNoteResolver {
  @FieldResolver(() => Engagement, { description: 'The engagement whose working paper it is on.' })
  engagement(@Root() { engagementId }: ReviewNote, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => Procedure, {
    nullable: true,
    description: 'The procedure that the paper is, or is part of; null where it is part of none.',
  })
  procedure(@Root() { procedureId }: ReviewNote, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, procedureId)
  }

  @FieldResolver(() => Control, {
    nullable: true,
    description: 'The control that the paper is about; null where it is about none.',
  })
  control(@Root() { controlId }: ReviewNote, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, controlId)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who is to address it; null where no person was named.' })
  assignee(@Root() { assigneeId }: ReviewNote, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, assigneeId)
  }

  @FieldResolver(() => Member, { description: 'The reviewer who wrote it.' })
  author(@Root() { createdBy }: ReviewNote, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who addressed it; null while it is open.' })
  addressedBy(@Root() { addressedBy }: ReviewNote, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, addressedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who cleared it, or opened it again last.' })
  settledBy(@Root() { settledBy }: ReviewNote, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, settledBy)
  }

  @Mutation(() => AddReviewNotePayload, { description: 'Writes a review note on a working paper.' })
  addReviewNote(@Arg('input', () => AddReviewNoteInput) input: AddReviewNoteInput, @Ctx() context: Context) {
    return context.runMutation(input, addReviewNote)
  }

  @Mutation(() => AddressReviewNotePayload, { description: 'Says what was answered or done about a review note.' })
  addressReviewNote(
    @Arg('input', () => AddressReviewNoteInput) input: AddressReviewNoteInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, addressReviewNote)
  }

  @Mutation(() => ReopenReviewNotePayload, {
    description: 'Opens a review note again that was not addressed well: its author, or a person above them.',
  })
  reopenReviewNote(@Arg('input', () => ReopenReviewNoteInput) input: ReopenReviewNoteInput, @Ctx() context: Context) {
    return context.runMutation(input, reopenReviewNote)
  }

  @Mutation(() => ClearReviewNotePayload, {
    description: 'Clears a review note: its author, or a person above them, and not who addressed it.',
  })
  clearReviewNote(@Arg('input', () => ClearReviewNoteInput) input: ClearReviewNoteInput, @Ctx() context: Context) {
    return context.runMutation(input, clearReviewNote)
  }
}

@Resolver(() => Engagement)
export class EngagementReviewNotesResolver {
  @FieldResolver(() => ReviewNoteConnection, {
    description: 'What reviewers wanted answered of the working papers, the newest first.',
  })
  reviewNotes(
    @Root() { id }: Engagement,
    @Args(() => ReviewNoteArgs) { filter, ...args }: ReviewNoteArgs,
    @Ctx() context: Context,
  ): Promise<Page<ReviewNote>> {
    checkArgument(filter)
    const where = {
      state: filter?.state ?? undefined,
      nodeId: soughtId(filter?.nodeId),
      assigneeId: soughtId(filter?.assigneeId),
      createdBy: soughtId(filter?.authorId),
    }
    return pageWithin(context, ReviewNote, ['engagementId', id], where, args, { by: 'id', direction: 'desc' })
  }
}

@Resolver(() => Procedure)
export class ProcedureReviewNotesResolver {
  @FieldResolver(() => ReviewNoteConnection, {
    description: 'The review notes on it, its sample, results and walkthroughs, the newest first.',
  })
  reviewNotes(
    @Root() { id }: Procedure,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ReviewNote>> {
    return pageWithin(context, ReviewNote, ['procedureId', id], {}, args, { by: 'id', direction: 'desc' })
  }
}
