import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import {
  approveWorkOfOthers,
  recordWorkOfOthers,
  retireWorkOfOthers,
  updateWorkOfOthers,
} from './work-of-others.actions.js'
import {
  ApproveWorkOfOthersInput,
  RecordWorkOfOthersInput,
  RetireWorkOfOthersInput,
  UpdateWorkOfOthersInput,
} from './work-of-others.inputs.js'
import { PROCEDURES_MAX, WorkOfOthers, WRITERS_MAX } from './work-of-others.js'

const WorkOfOthersConnection = connectionOf(WorkOfOthers, 'WorkOfOthers')
const used = (how: string) => ({ workOfOthers: [() => WorkOfOthers, `The work of others as it ${how}.`] }) as const
const RecordWorkOfOthersPayload = payloadOf('RecordWorkOfOthersPayload', used('was recorded'))
const UpdateWorkOfOthersPayload = payloadOf('UpdateWorkOfOthersPayload', used('is now'))
const ApproveWorkOfOthersPayload = payloadOf('ApproveWorkOfOthersPayload', used('was approved'))
const RetireWorkOfOthersPayload = payloadOf('RetireWorkOfOthersPayload', used('was taken back'))

@Resolver(() => WorkOfOthers)
export class WorkOfOthersResolver {
  @FieldResolver(() => [Procedure], atMost(PROCEDURES_MAX, 'The procedures that it served, by reference.'))
  async procedures(@Root() { procedureIds }: WorkOfOthers, @Ctx() { loaders }: Context): Promise<Procedure[]> {
    const procedures = await Promise.all(procedureIds.map((id) => loaders.byId(Procedure, id)))
    return procedures.filter((one) => one !== null).sort((a, b) => (a.ref < b.ref ? -1 : 1))
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that evaluation and supervision rest on.'))
  restsOn(@Root() { restsOnIds }: WorkOfOthers, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, restsOnIds)
  }

  @FieldResolver(() => [Member], atMost(WRITERS_MAX, 'Who wrote any of it: none of them approves it.'))
  async authors(@Root() { authorIds }: WorkOfOthers, @Ctx() { loaders }: Context): Promise<Member[]> {
    const authors = await Promise.all(authorIds.map((id) => loaders.byId(Member, id)))
    return authors.filter((one) => one !== null)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who approved it as it is now.' })
  approvedBy(@Root() work: WorkOfOthers, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, work.approvedBy)
  }

  @Mutation(() => RecordWorkOfOthersPayload, {
    description:
      'Records the work of others that the examination uses: internal audit, a specialist, or another practitioner. It counts once the engagement partner has approved it.',
  })
  recordWorkOfOthers(
    @Arg('input', () => RecordWorkOfOthersInput) input: RecordWorkOfOthersInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordWorkOfOthers)
  }

  @Mutation(() => UpdateWorkOfOthersPayload, {
    description: 'Changes how the work of others is used; the engagement partner approves it anew.',
  })
  updateWorkOfOthers(
    @Arg('input', () => UpdateWorkOfOthersInput) input: UpdateWorkOfOthersInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, updateWorkOfOthers)
  }

  @Mutation(() => ApproveWorkOfOthersPayload, {
    description: 'Approves how the work of others is used: the engagement partner, who wrote none of it.',
  })
  approveWorkOfOthers(
    @Arg('input', () => ApproveWorkOfOthersInput) input: ApproveWorkOfOthersInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, approveWorkOfOthers)
  }

  @Mutation(() => RetireWorkOfOthersPayload, {
    description: 'Takes the work of others back, with a reason: it is not used. The record stays.',
  })
  retireWorkOfOthers(
    @Arg('input', () => RetireWorkOfOthersInput) input: RetireWorkOfOthersInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retireWorkOfOthers)
  }
}

@Resolver(() => Engagement)
export class EngagementWorkOfOthersResolver {
  @FieldResolver(() => WorkOfOthersConnection, {
    description: 'The work of others that the examination uses, in the order of recording; retired ones among them.',
  })
  workOfOthers(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<WorkOfOthers>> {
    return pageWithin(context, WorkOfOthers, ['engagementId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
