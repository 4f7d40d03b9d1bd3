import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { soughtId } from '../../kernel/store/work.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { recordOpened } from './opening.actions.js'
import { OpeningArgs, RecordOpenedInput } from './opening.inputs.js'
import { Opening } from './opening.js'

const OpeningConnection = connectionOf(Opening, 'Opening')
const RecordOpenedPayload = payloadOf('RecordOpenedPayload', {
  opening: [() => Opening, 'What was recorded: who opened which paper, and as it was when.'],
})

@Resolver(() => Opening)
export class OpeningResolver {
  @FieldResolver(() => Engagement, { description: 'The engagement whose paper it is.' })
  engagement(@Root() opening: Opening, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, opening.engagementId)
  }

  @FieldResolver(() => Member, { description: 'The member of the firm or of the client who opened it.' })
  openedBy(@Root() opening: Opening, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, opening.createdBy)
  }

  @FieldResolver(() => Moment, { description: 'When it was opened, by the database’s clock.' })
  openedAt(@Root() opening: Opening): Date {
    return opening.createdAt
  }

  @Mutation(() => RecordOpenedPayload, {
    description:
      'Records that you opened a paper as it is now, in whatever state the engagement is. Who gets a file by its `downloadUrl` has it recorded thereby.',
  })
  recordOpened(@Arg('input', () => RecordOpenedInput) input: RecordOpenedInput, @Ctx() context: Context) {
    return context.runMutation(input, recordOpened)
  }
}

@Resolver(() => Engagement)
export class EngagementOpeningsResolver {
  @FieldResolver(() => OpeningConnection, {
    description: 'Who opened which papers of the engagement, the newest first.',
  })
  openings(
    @Root() { id }: Engagement,
    @Args(() => OpeningArgs) { filter, ...args }: OpeningArgs,
    @Ctx() context: Context,
  ): Promise<Page<Opening>> {
    checkArgument(filter)
    const where = { nodeId: soughtId(filter?.nodeId), createdBy: soughtId(filter?.memberId) }
    return pageWithin(context, Opening, ['engagementId', id], where, args, { by: 'id', direction: 'desc' })
  }
}
