import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { draftStandingAt, standingAmong } from '../../rules/shared-draft.js'
import { ManagementAssertion } from '../assertion/management-assertion.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { renderReport } from './render.js'
import { verifiedModel } from './report.js'
import { draftsOf, shareDraft, withdrawDraft } from './shared-draft.actions.js'
import { ShareDraftInput, WithdrawDraftInput } from './shared-draft.inputs.js'
import { SharedDraft, SharedMisstatement } from './shared-draft.js'

const SharedMisstatementConnection = connectionOf(SharedMisstatement, 'SharedMisstatement')
const ShareDraftPayload = payloadOf('ShareDraftPayload', {
  sharedDraft: [() => SharedDraft, 'The draft as it was shared.'],
})
const WithdrawDraftPayload = payloadOf('WithdrawDraftPayload', {
  sharedDraft: [() => SharedDraft, 'The draft, which the client does not see any more.'],
})

@Resolver(() => SharedDraft)
export class SharedDraftResolver {
  @Extensions({ rendered: true, readsWhole: true })
  @FieldResolver(() => String, {
    description:
      'The draft, sections I to IV, as canonical JSON. Compared with `sha256` on each reading; one that differs is not shown (DIGEST_MISMATCH). Once in an operation, and not for each engagement of a list.',
    complexity: 700,
  })
  async model(@Root() draft: SharedDraft, @Ctx() context: Context): Promise<string> {
    return verifiedModel(await context.loaders.whole(SharedDraft, draft))
  }

  @Extensions({ rendered: true })
  @FieldResolver(() => String, {
    description:
      'The draft as one HTML document, each page marked as a draft; rendered from the model, which is compared with `sha256` first. Once in an operation, and not for each engagement of a list.',
    complexity: 2_000,
  })
  async html(@Root() draft: SharedDraft, @Ctx() context: Context): Promise<string> {
    return renderReport(JSON.parse(verifiedModel(await context.loaders.whole(SharedDraft, draft))), null)
  }

  @Extensions({ readsWhole: true })
  @FieldResolver(() => SharedMisstatementConnection, {
    description: 'The misstatements of the description that management had not corrected then, by number.',
  })
  async misstatements(
    @Root() draft: SharedDraft,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<SharedMisstatement>> {
    const { misstatements } = await context.loaders.whole(SharedDraft, draft)
    return pageOfList(misstatements, args, (page) => page.map((one) => Object.assign(new SharedMisstatement(), one)))
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who shared it.' })
  sharedBy(@Root() draft: SharedDraft, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, draft.createdBy)
  }

  @FieldResolver(() => Moment, { description: 'When it was shared, by the database’s clock.' })
  sharedAt(@Root() draft: SharedDraft): Date {
    return draft.createdAt
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who withdrew it.' })
  withdrawnBy(@Root() draft: SharedDraft, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, draft.withdrawnBy)
  }

  @Mutation(() => ShareDraftPayload, {
    description:
      'Shares the draft of the report as it is now with the client’s administrators, and with it the uncorrected misstatements of the description; in the place of the one shared before. Once an opinion is decided.',
  })
  shareDraft(@Arg('input', () => ShareDraftInput) input: ShareDraftInput, @Ctx() context: Context) {
    return context.runMutation(input, shareDraft)
  }

  @Mutation(() => WithdrawDraftPayload, {
    description: 'Withdraws a draft from the client’s administrators, with the reason; the firm keeps it.',
  })
  withdrawDraft(@Arg('input', () => WithdrawDraftInput) input: WithdrawDraftInput, @Ctx() context: Context) {
    return context.runMutation(input, withdrawDraft)
  }
}

/** The draft that stands, for both sides; and which one stood when management signed. */
@Resolver(() => Engagement)
export class EngagementSharedDraftResolver {
  @FieldResolver(() => SharedDraft, {
    nullable: true,
    description:
      'The draft that is shared with the client’s administrators; null while none is, and once it is issued.',
  })
  async sharedDraft(@Root() { id }: Engagement, @Ctx() { loaders }: Context): Promise<SharedDraft | null> {
    return standingAmong(await draftsOf(loaders, id))
  }
}

@Resolver(() => ManagementAssertion)
export class AssertionSharedDraftResolver {
  @FieldResolver(() => SharedDraft, {
    nullable: true,
    description:
      'The draft that was shared with management when it signed; null where none was, and while it is unsigned.',
  })
  async sharedDraft(
    @Root() { engagementId, signedAt }: ManagementAssertion,
    @Ctx() { loaders }: Context,
  ): Promise<SharedDraft | null> {
    return signedAt && draftStandingAt(await draftsOf(loaders, engagementId), signedAt)
  }
}
