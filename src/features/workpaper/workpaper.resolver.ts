import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { sharing } from '../../kernel/store/condition.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { isUuid } from '../../kernel/store/work.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { WorkpaperKind, WorkpaperState } from '../enums.js'
import { Member } from '../firm/member.js'
import {
  prepareWorkpaper,
  reviewWorkpaper,
  sendBackWorkpaper,
  updateWorkpaper,
  withdrawWorkpaper,
  writeWorkpaper,
} from './workpaper.actions.js'
import {
  PrepareWorkpaperInput,
  ReviewWorkpaperInput,
  SendBackWorkpaperInput,
  UpdateWorkpaperInput,
  WithdrawWorkpaperInput,
  WriteWorkpaperInput,
} from './workpaper.inputs.js'
import { digestOfWorkpaper, PAPER_AUTHORS_MAX, refOfWorkpaper, Workpaper } from './workpaper.js'

const WorkpaperConnection = connectionOf(Workpaper, 'Workpaper')
const answers = (name: string) => payloadOf(name, { workpaper: [() => Workpaper, 'The workpaper as the act left it.'] })
const WriteWorkpaperPayload = answers('WriteWorkpaperPayload')
const UpdateWorkpaperPayload = answers('UpdateWorkpaperPayload')
const WithdrawWorkpaperPayload = answers('WithdrawWorkpaperPayload')
const PrepareWorkpaperPayload = answers('PrepareWorkpaperPayload')
const ReviewWorkpaperPayload = answers('ReviewWorkpaperPayload')
const SendBackWorkpaperPayload = answers('SendBackWorkpaperPayload')

@InputType({ description: 'Which workpapers; every condition given must hold.' })
export class WorkpaperFilter {
  @Field(() => WorkpaperKind, { nullable: true, description: 'Those of this kind.' })
  kind?: words.WorkpaperKind | null

  @Field(() => WorkpaperState, { nullable: true, description: 'Those that stand there.' })
  state?: words.WorkpaperState | null

  @Field(() => ID, { nullable: true, description: 'Those that refer to the paper with this id.' })
  restsOnId?: string | null
}

@ArgsType()
export class WorkpaperArgs extends PageArgs {
  @Field(() => WorkpaperFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: WorkpaperFilter | null
}

@Resolver(() => Workpaper)
export class WorkpaperResolver {
  @Query(() => Workpaper, {
    nullable: true,
    description: 'The workpaper with this id; null when there is none for you.',
  })
  async workpaper(
    @Arg('id', () => ID, { description: 'The id of the workpaper that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Workpaper | null> {
    return isUuid(id) ? (await context.tx()).one(Workpaper, { id }) : null
  }

  @FieldResolver(() => String, { description: 'The reference by which it is cited, e.g. `WP-3`: the same for ever.' })
  ref(@Root() paper: Workpaper): string {
    return refOfWorkpaper(paper)
  }

  @FieldResolver(() => Engagement, { description: 'The engagement whose paper it is.' })
  engagement(@Root() { engagementId }: Workpaper, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that it refers to.'))
  restsOn(@Root() { restsOnIds }: Workpaper, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, restsOnIds)
  }

  @FieldResolver(() => [Member], atMost(PAPER_AUTHORS_MAX, 'Who wrote any of it: none of them reviews it.'))
  async authors(@Root() { authorIds }: Workpaper, @Ctx() { loaders }: Context): Promise<Member[]> {
    const authors = await Promise.all(authorIds.map((id) => loaders.byId(Member, id)))
    return authors.filter((one) => one !== null)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who signed it as preparer; null until then.' })
  preparedBy(@Root() { preparedBy }: Workpaper, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, preparedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who withdrew it; null where it was not.' })
  withdrawnBy(@Root() { withdrawnBy }: Workpaper, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, withdrawnBy)
  }

  @FieldResolver(() => String, {
    description:
      'The digest of what there is to sign, 64 hexadecimal digits: give it to `recordOpened` when you have opened it. Another one after each change.',
  })
  async contentDigest(@Root() paper: Workpaper, @Ctx() { loaders }: Context): Promise<string> {
    return digestOfWorkpaper(await loaders.whole(Workpaper, paper))
  }

  @Mutation(() => WriteWorkpaperPayload, {
    description: 'Writes a working paper that is no test of a control, as a draft.',
  })
  writeWorkpaper(@Arg('input', () => WriteWorkpaperInput) input: WriteWorkpaperInput, @Ctx() context: Context) {
    return context.runMutation(input, writeWorkpaper)
  }

  @Mutation(() => UpdateWorkpaperPayload, { description: 'Changes a draft of a workpaper.' })
  updateWorkpaper(@Arg('input', () => UpdateWorkpaperInput) input: UpdateWorkpaperInput, @Ctx() context: Context) {
    return context.runMutation(input, updateWorkpaper)
  }

  @Mutation(() => WithdrawWorkpaperPayload, { description: 'Withdraws a draft that is not needed. The record stays.' })
  withdrawWorkpaper(
    @Arg('input', () => WithdrawWorkpaperInput) input: WithdrawWorkpaperInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, withdrawWorkpaper)
  }

  @Mutation(() => PrepareWorkpaperPayload, {
    description: 'Signs a workpaper as its preparer. Its content is locked then.',
  })
  prepareWorkpaper(@Arg('input', () => PrepareWorkpaperInput) input: PrepareWorkpaperInput, @Ctx() context: Context) {
    return context.runMutation(input, prepareWorkpaper)
  }

  @Mutation(() => ReviewWorkpaperPayload, {
    description: 'Signs a workpaper as its reviewer: a person above, who wrote none of it.',
  })
  reviewWorkpaper(@Arg('input', () => ReviewWorkpaperInput) input: ReviewWorkpaperInput, @Ctx() context: Context) {
    return context.runMutation(input, reviewWorkpaper)
  }

  @Mutation(() => SendBackWorkpaperPayload, {
    description: 'Returns a signed workpaper to its preparer. The signatures are withdrawn.',
  })
  sendBackWorkpaper(
    @Arg('input', () => SendBackWorkpaperInput) input: SendBackWorkpaperInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, sendBackWorkpaper)
  }
}

@Resolver(() => Engagement)
export class EngagementWorkpapersResolver {
  @FieldResolver(() => WorkpaperConnection, {
    description: 'Its memos, completion memo and consultations, by number.',
  })
  workpapers(
    @Root() { id }: Engagement,
    @Args(() => WorkpaperArgs) { filter, ...args }: WorkpaperArgs,
    @Ctx() context: Context,
  ): Promise<Page<Workpaper>> {
    checkArgument(filter)
    const where = {
      kind: filter?.kind ?? undefined,
      state: filter?.state ?? undefined,
      restsOnIds: filter?.restsOnId ? sharing([filter.restsOnId].filter(isUuid)) : undefined,
    }
    return pageWithin(context, Workpaper, ['engagementId', id], where, args, { by: 'id', direction: 'asc' })
  }
}
